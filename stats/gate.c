/*
 * `holders` is the number of readers, and WRITER while one writes. A reader counts itself in before
 * it looks, and out again when a writer is there: so it never goes round, and the writer takes away
 * no more than it added.
 */
#include "stats/gate.h"

#define WRITER 0x8000u /* more readers than there can be shells */

void netdiag_gate_init(struct netdiag_gate *gate)
{
    atomic_init(&gate->holders, 0);
}

bool netdiag_gate_enter(struct netdiag_gate *gate)
{
    if (!(atomic_fetch_add(&gate->holders, 1) & WRITER))
        return true;
    atomic_fetch_sub(&gate->holders, 1);
    return false;
}

void netdiag_gate_leave(struct netdiag_gate *gate)
{
    atomic_fetch_sub(&gate->holders, 1);
}

bool netdiag_gate_close(struct netdiag_gate *gate)
{
    unsigned nobody = 0;

    return atomic_compare_exchange_strong(&gate->holders, &nobody, WRITER);
}

void netdiag_gate_open(struct netdiag_gate *gate)
{
    atomic_fetch_sub(&gate->holders, WRITER);
}
