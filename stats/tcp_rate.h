/*
 * How fast the TCP counters grow: two readings, and the time between them.
 *
 * netdiag_tcp_rate_start(), netdiag_tcp_rate_wait() until it is done, netdiag_tcp_rate_end(). The
 * caller stands between the waits, so that a user can stop it. After an error `part` names what
 * failed, "the device's clock" for example.
 */
#ifndef NETDIAG_STATS_TCP_RATE_H
#define NETDIAG_STATS_TCP_RATE_H

#include "netdiag/netdiag.h"

/* The caller's memory. */
struct netdiag_tcp_rate {
    uint32_t asked_s;
    uint64_t start_ms;   /* netdiag_time.uptime_ms of the first reading */
    uint64_t elapsed_ms; /* since then, by the device's clock */
    uint32_t waits_left; /* a platform whose time stands still must not hold a shell for ever */
    const char *part;
    struct netdiag_tcp_counters before;
    /* After netdiag_tcp_rate_end(): by how much each counter grew; no gauges, and only those that
     * were counted both times. */
    struct netdiag_tcp_counters grown;
    struct netdiag_tcp_counters now; /* the second reading itself */
};

/* The first reading. `seconds` is how much time is to pass, 1 or more. */
enum netdiag_error netdiag_tcp_rate_start(const struct netdiag *diag, struct netdiag_tcp_rate *rate,
                                          uint32_t seconds);

/* Lets NETDIAG_WAIT_MS pass, or what is left. `*done`: the time is over. */
enum netdiag_error netdiag_tcp_rate_wait(const struct netdiag *diag, struct netdiag_tcp_rate *rate,
                                         bool *done);

/* The second reading. */
enum netdiag_error netdiag_tcp_rate_end(const struct netdiag *diag, struct netdiag_tcp_rate *rate);

/* After it: the second reading is the first of the next look, which takes as long. */
void netdiag_tcp_rate_go_on(struct netdiag_tcp_rate *rate);

/*
 * `count` in `ms` milliseconds, as tenths a second, the half rounded up. False where no time
 * passed, or the number is past 64 bits.
 */
bool netdiag_tcp_rate_tenths(uint64_t count, uint64_t ms, uint64_t *tenths);

#endif
