/*
 * The difference of two readings of the TCP counters.
 */
#ifndef NETDIAG_STATS_TCP_COUNTERS_H
#define NETDIAG_STATS_TCP_COUNTERS_H

#include "netdiag/tcp.h"

/* False: it is a level, a gauge, which "clear" leaves alone. Below NETDIAG_TCP_COUNTERS. */
bool netdiag_tcp_counter_only_grows(enum netdiag_tcp_counter counter);

/*
 * Subtracts `baseline` from `counters`, gauges left as they are. A counter that the baseline does
 * not have was not counted then, and is left as it is too. Where any counter is below its baseline
 * the stack has begun again since, and all are left as they are: they count since then. A counter
 * that has gone round 2^64 is not below.
 */
void netdiag_tcp_counters_subtract(struct netdiag_tcp_counters *counters,
                                   const struct netdiag_tcp_counters *baseline);

#endif
