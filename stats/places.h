/*
 * Two places for a record that one thread at a time replaces, and any thread copies.
 *
 * One place holds; the other is free for the next writer, which fills it and then makes it the one
 * that holds. A reader counts itself in at the place that holds, looks whether it still does,
 * copies, and counts itself out; a writer does not touch a place where a reader is. So no copy is
 * ever torn, and nobody waits: with a lock of the platform's, a platform that forgot it would show
 * mixed records, and with a sequence counter a reader would spin for ever on an RTOS with strict
 * priorities, above a writer that it interrupted. A writer that cannot go on at once is told so;
 * the price is the record's size a second time.
 */
#ifndef NETDIAG_STATS_PLACES_H
#define NETDIAG_STATS_PLACES_H

#include "netdiag/netdiag.h"

/* Place 0 holds. */
void netdiag_places_init(struct netdiag_places *places);

/* Counts a reader in: the place that it may copy until netdiag_places_leave(). Never waits. */
unsigned netdiag_places_enter(struct netdiag_places *places);
void netdiag_places_leave(struct netdiag_places *places, unsigned place);

/*
 * Begins to write: `*place` is the caller's alone until one of the two below. Never waits. False:
 * another thread writes at this moment, or a reader from before the last publishing has not ended.
 */
bool netdiag_places_begin(struct netdiag_places *places, unsigned *place);

/* What was written holds from now on; or what held before stays. */
void netdiag_places_publish(struct netdiag_places *places, unsigned place);
void netdiag_places_drop(struct netdiag_places *places);

#endif
