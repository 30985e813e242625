#include "stats/tcp_check.h"

#include <string.h>

void netdiag_tcp_check_start(const struct netdiag *diag,
                             const struct netdiag_tcp_baseline *baseline, uint32_t warning_percent,
                             uint32_t critical_percent, struct netdiag_tcp_check *check)
{
    memset(check, 0, sizeof *check);
    check->warning_percent = warning_percent;
    check->critical_percent = critical_percent;
    netdiag_tcp_statistics_collect(diag, baseline, &check->statistics);
    check->memory_error = netdiag_memory_pools_collect(diag, &check->memory);
}

void netdiag_tcp_check_add(struct netdiag_tcp_check *check,
                           const struct netdiag_tcp_connection *row)
{
    if (row->is_reclaimable)
        check->reclaimable++;
    else
        check->held++;
    if (row->state >= NETDIAG_TCP_STATE_FIRST && row->state <= NETDIAG_TCP_STATE_LAST)
        check->states[row->state]++;
}

uint32_t netdiag_tcp_check_limit(const struct netdiag_tcp_check *check, uint32_t percent)
{
    return (uint32_t)(((uint64_t)check->statistics.pool.capacity * percent + 99) / 100);
}

uint32_t netdiag_tcp_check_percent(const struct netdiag_tcp_check *check)
{
    uint32_t capacity = check->statistics.pool.capacity;

    return capacity > 0 ? (uint32_t)((uint64_t)check->held * 100 / capacity) : 0;
}

static void give_up(struct netdiag_tcp_check *check, enum netdiag_error error, const char *part)
{
    check->level = NETDIAG_TCP_LEVEL_UNKNOWN;
    check->error = error;
    check->part = part;
}

void netdiag_tcp_check_judge(struct netdiag_tcp_check *check, enum netdiag_error walk_error)
{
    const struct netdiag_tcp_statistics *statistics = &check->statistics;

    if (walk_error != NETDIAG_OK)
        give_up(check, walk_error, "the connections");
    else if (statistics->pool_error != NETDIAG_OK)
        give_up(check, statistics->pool_error, "the pool of connections");
    else if (statistics->pool.capacity == 0)
        give_up(check, NETDIAG_ERROR_IO, "the capacity of the pool of connections");
    else if (check->held >= netdiag_tcp_check_limit(check, check->critical_percent))
        check->level = NETDIAG_TCP_LEVEL_CRITICAL;
    else if (check->held >= netdiag_tcp_check_limit(check, check->warning_percent))
        check->level = NETDIAG_TCP_LEVEL_WARNING;
}

const char *netdiag_tcp_level_key(enum netdiag_tcp_level level)
{
    switch (level) {
    case NETDIAG_TCP_LEVEL_OK:
        return "ok";
    case NETDIAG_TCP_LEVEL_WARNING:
        return "warning";
    case NETDIAG_TCP_LEVEL_CRITICAL:
        return "critical";
    case NETDIAG_TCP_LEVEL_UNKNOWN:
        break;
    }
    return "unknown";
}
