/*
 * One verdict on a device's TCP, as monitoring plugins give it: how much of the pool of connections
 * is held, and what was refused.
 *
 * What the stack takes back when it needs the place (is_reclaimable) is not held: a pool full of
 * TIME-WAIT is well. What was refused is told and changes no verdict: it has been, and a verdict
 * says what is.
 */
#ifndef NETDIAG_STATS_TCP_CHECK_H
#define NETDIAG_STATS_TCP_CHECK_H

#include "stats/memory_pools.h"
#include "stats/tcp_statistics.h"

/* With the exit statuses of monitoring plugins. */
enum netdiag_tcp_level {
    NETDIAG_TCP_LEVEL_OK = 0,
    NETDIAG_TCP_LEVEL_WARNING = 1,
    NETDIAG_TCP_LEVEL_CRITICAL = 2,
    NETDIAG_TCP_LEVEL_UNKNOWN = 3,
};

/* The caller's. */
struct netdiag_tcp_check {
    uint32_t warning_percent, critical_percent; /* of the pool, from which on it is so */
    enum netdiag_tcp_level level;
    enum netdiag_error error; /* of UNKNOWN: why, and of what */
    const char *part;
    struct netdiag_tcp_statistics statistics; /* since the last clear */
    uint32_t held;                            /* connections that the stack cannot take back */
    uint32_t reclaimable;
    uint64_t states[NETDIAG_TCP_STATE_LAST + 1];
    enum netdiag_error memory_error;
    struct netdiag_memory_pools memory; /* since boot */
};

/* Asks the device for all but the connections, each of which is then to be added. */
void netdiag_tcp_check_start(const struct netdiag *diag,
                             const struct netdiag_tcp_baseline *baseline, uint32_t warning_percent,
                             uint32_t critical_percent, struct netdiag_tcp_check *check);
void netdiag_tcp_check_add(struct netdiag_tcp_check *check,
                           const struct netdiag_tcp_connection *row);

/* Gives the verdict. `walk_error`: NETDIAG_OK when all connections were added. */
void netdiag_tcp_check_judge(struct netdiag_tcp_check *check, enum netdiag_error walk_error);

/* How many held connections are so many per cent of the pool, rounded up. */
uint32_t netdiag_tcp_check_limit(const struct netdiag_tcp_check *check, uint32_t percent);

/* Of the pool, that is held; 0 without a pool. */
uint32_t netdiag_tcp_check_percent(const struct netdiag_tcp_check *check);

/* Its JSON word, "warning" for example. Any thread. */
const char *netdiag_tcp_level_key(enum netdiag_tcp_level level);

#endif
