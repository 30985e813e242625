/*
 * What `show tcp statistics` shows, collected from a platform.
 */
#ifndef NETDIAG_STATS_TCP_STATISTICS_H
#define NETDIAG_STATS_TCP_STATISTICS_H

#include "netdiag/netdiag.h"

/* Three parts, each of which means something only where its error is NETDIAG_OK. */
struct netdiag_tcp_statistics {
    enum netdiag_error counters_error;
    struct netdiag_tcp_counters counters;
    enum netdiag_error states_error;
    struct netdiag_tcp_states states;
    enum netdiag_error pool_error;
    struct netdiag_tcp_pool pool;
    struct netdiag_tcp_cleared cleared;
    bool has_cleared_ago; /* the next field is known */
    uint64_t cleared_ago_ms;
};

/*
 * Fills `statistics`, the caller's. `baseline`, which was taken before, is subtracted from the
 * counters and from what the pool counts; NULL: they count since boot. No lock held.
 */
void netdiag_tcp_statistics_collect(const struct netdiag *diag,
                                    const struct netdiag_tcp_baseline *baseline,
                                    struct netdiag_tcp_statistics *statistics);

/* NETDIAG_OK when at least one part was given, or why the first was not. */
enum netdiag_error netdiag_tcp_statistics_error(const struct netdiag_tcp_statistics *statistics);

/* RFC 4022's tcpCurrEstab: connections in ESTABLISHED or CLOSE-WAIT. */
uint64_t netdiag_tcp_states_established(const struct netdiag_tcp_states *states);

/* Connections in any state but LISTEN and CLOSED: those that have a peer. */
uint64_t netdiag_tcp_states_open(const struct netdiag_tcp_states *states);

#endif
