/*
 * What counters were in the last 70 seconds, and by how much they grew.
 */
#ifndef NETDIAG_STATS_TCP_PAST_H
#define NETDIAG_STATS_TCP_PAST_H

#include "stats/memory_pools.h"

/* All that is compared with what it was, since boot. */
struct netdiag_tcp_growing {
    uint64_t value[NETDIAG_TCP_GROWTHS];
    uint32_t memory_count;
    uint64_t memory_refused[CONFIG_NETDIAG_MEMORY_POOLS];
};

/*
 * Asks the device. What it does not count is 0, and so never grows. Segments sent are all of them
 * (tcp_counters.def's SENT_TOTAL), acknowledgements, probes and those sent again among them: what
 * is sent again is a share of that. False: the device does not answer now.
 */
bool netdiag_tcp_growing_collect(const struct netdiag *diag, struct netdiag_tcp_growing *growing);

void netdiag_tcp_past_init(struct netdiag_tcp_past *past);

/* Whether it is time for the next sample: a call that comes sooner is one too many. */
bool netdiag_tcp_past_is_due(const struct netdiag_tcp_past *past, uint64_t now_ms);

/* Adds a sample. After a pause longer than the past that is kept, the past begins anew. */
void netdiag_tcp_past_add(struct netdiag_tcp_past *past, uint64_t now_ms,
                          const struct netdiag_tcp_growing *growing);

/*
 * The windows up to the newest sample. Each goes back to the oldest sample within it, and so may
 * be shorter than its name says, never longer by more than half a second; `ms` is what it is in
 * truth, 0 when there is no such sample.
 */
void netdiag_tcp_past_trend(const struct netdiag_tcp_past *past, struct netdiag_tcp_trend *trend);

#endif
