/*
 * Collects what `show tcp statistics` shows. Each part stands alone: a platform that lacks one
 * still shows the others.
 */
#include "stats/tcp_statistics.h"

#include <string.h>

#include "stats/device.h"
#include "stats/tcp_counters.h"

static void apply_baseline(const struct netdiag *diag, const struct netdiag_tcp_baseline *baseline,
                           struct netdiag_tcp_statistics *statistics)
{
    struct netdiag_time time;

    statistics->cleared = true;
    statistics->counters_since_ms = baseline->uptime_ms;
    statistics->cleared_age = netdiag_device_time(diag, &time);
    if (statistics->cleared_age == NETDIAG_OK)
        statistics->cleared_ago_ms = time.uptime_ms - baseline->uptime_ms;
    if (statistics->counters_error == NETDIAG_OK)
        netdiag_tcp_counters_subtract(&statistics->counters, &baseline->counters);
}

void netdiag_tcp_statistics_collect(const struct netdiag *diag,
                                    const struct netdiag_tcp_baseline *baseline,
                                    struct netdiag_tcp_statistics *statistics)
{
    memset(statistics, 0, sizeof *statistics);
    statistics->counters_error = netdiag_device_tcp_counters(diag, &statistics->counters);
    statistics->states_error = netdiag_device_tcp_states(diag, &statistics->states);
    statistics->pool_error = netdiag_device_tcp_pool(diag, &statistics->pool);
    if (baseline != NULL)
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
