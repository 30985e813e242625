/*
 * All atomics are sequentially consistent, and must be: a reader writes `readers` and then reads
 * `current`, a writer writes `current` and, the next time, reads `readers`. Weaker ones would let
 * both miss what the other wrote.
 */
#include "stats/places.h"

void netdiag_places_init(struct netdiag_places *places)
{
    atomic_flag_clear(&places->writing);
    atomic_init(&places->current, 0);
    atomic_init(&places->readers[0], 0);
    atomic_init(&places->readers[1], 0);
}

/* Goes round again only when a writer has published between. */
unsigned netdiag_places_enter(struct netdiag_places *places)
{
    for (;;) {
        unsigned place = atomic_load(&places->current);

        atomic_fetch_add(&places->readers[place], 1);
        if (atomic_load(&places->current) == place)
            return place;
        atomic_fetch_sub(&places->readers[place], 1);
    }
}

void netdiag_places_leave(struct netdiag_places *places, unsigned place)
{
    atomic_fetch_sub(&places->readers[place], 1);
}

bool netdiag_places_begin(struct netdiag_places *places, unsigned *place)
{
    if (atomic_flag_test_and_set(&places->writing))
        return false;
    *place = 1 - atomic_load(&places->current);
    if (atomic_load(&places->readers[*place]) == 0)
        return true;
    atomic_flag_clear(&places->writing);
    return false;
}

void netdiag_places_publish(struct netdiag_places *places, unsigned place)
{
    atomic_store(&places->current, place);
    atomic_flag_clear(&places->writing);
}

void netdiag_places_drop(struct netdiag_places *places)
{
    atomic_flag_clear(&places->writing);
}
