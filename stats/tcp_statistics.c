/*
 * Collects what `show tcp statistics` shows. Each part stands alone: a platform that lacks one
 * still shows the others.
 */
#include "stats/tcp_statistics.h"

#include <string.h>

#include "stats/device.h"
#include "stats/tcp_counters.h"

/* What the pool counts; capacity, used and peak are levels. */
static void subtract_pool(struct netdiag_tcp_pool *pool, const struct netdiag_tcp_pool *baseline)
{
    bool began_again = pool->refused < baseline->refused;

    for (unsigned i = 0; i <= NETDIAG_TCP_STATE_LAST; i++)
        began_again = began_again || pool->evicted[i] < baseline->evicted[i];
    if (began_again)
        return; /* as the counters then: they count since the stack began again */
    pool->refused -= baseline->refused;
    for (unsigned i = 0; i <= NETDIAG_TCP_STATE_LAST; i++)
        pool->evicted[i] -= baseline->evicted[i];
}

static void apply_baseline(const struct netdiag *diag, const struct netdiag_tcp_baseline *baseline,
                           struct netdiag_tcp_statistics *statistics)
{
    struct netdiag_time time;

    statistics->cleared = baseline->cleared;
    if (baseline->cleared.has_uptime && netdiag_device_time(diag, &time) == NETDIAG_OK &&
        time.uptime_ms >= baseline->cleared.uptime_ms) {
        statistics->has_cleared_ago = true;
        statistics->cleared_ago_ms = time.uptime_ms - baseline->cleared.uptime_ms;
    }
    if (statistics->counters_error == NETDIAG_OK)
        netdiag_tcp_counters_subtract(&statistics->counters, &baseline->counters);
    if (statistics->pool_error == NETDIAG_OK && baseline->has_pool)
        subtract_pool(&statistics->pool, &baseline->pool);
}

void netdiag_tcp_statistics_collect(const struct netdiag *diag,
                                    const struct netdiag_tcp_baseline *baseline,
                                    struct netdiag_tcp_statistics *statistics)
{
    memset(statistics, 0, sizeof *statistics);
    statistics->counters_error = netdiag_device_tcp_counters(diag, &statistics->counters);
    statistics->states_error = netdiag_device_tcp_states(diag, &statistics->states);
    statistics->pool_error = netdiag_device_tcp_pool(diag, &statistics->pool);
    if (baseline != NULL && baseline->cleared.ever)
        apply_baseline(diag, baseline, statistics);
    if (statistics->states_error == NETDIAG_OK)
        netdiag_tcp_counter_set(&statistics->counters, NETDIAG_TCP_CURR_ESTAB,
                                netdiag_tcp_states_established(&statistics->states));
}

enum netdiag_error netdiag_tcp_statistics_error(const struct netdiag_tcp_statistics *statistics)
{
    if (statistics->states_error == NETDIAG_OK || statistics->pool_error == NETDIAG_OK)
        return NETDIAG_OK;
    return statistics->counters_error;
}

uint64_t netdiag_tcp_states_established(const struct netdiag_tcp_states *states)
{
    return states->count[NETDIAG_TCP_ESTABLISHED] + states->count[NETDIAG_TCP_CLOSE_WAIT];
}

uint64_t netdiag_tcp_states_open(const struct netdiag_tcp_states *states)
{
    uint64_t open = 0;

    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++) {
        if (i != NETDIAG_TCP_LISTEN && i != NETDIAG_TCP_CLOSED)
            open += states->count[i];
    }
    return open;
}
