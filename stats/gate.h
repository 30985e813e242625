/*
 * A gate at a record that is too large to have twice: any number of readers, or one writer.
 *
 * Nobody waits here. A writer that finds a reader is told so and tries again another time; so is a
 * reader that finds the writer, which may have been interrupted by that reader. Where a record is
 * small, stats/places.h lets both in.
 */
#ifndef NETDIAG_STATS_GATE_H
#define NETDIAG_STATS_GATE_H

#include "netdiag/netdiag.h"

/* Nobody is in. */
void netdiag_gate_init(struct netdiag_gate *gate);

/* True: the caller may read until netdiag_gate_leave(). */
bool netdiag_gate_enter(struct netdiag_gate *gate);
void netdiag_gate_leave(struct netdiag_gate *gate);

/* True: the caller is alone until netdiag_gate_open(). */
bool netdiag_gate_close(struct netdiag_gate *gate);
void netdiag_gate_open(struct netdiag_gate *gate);

#endif
