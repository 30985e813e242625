/*
 * The verdict of `show tcp check` as JSON. What is not known is null.
 */
#include "cli/render.h"

static void put_memory(struct netdiag_json *json, const struct netdiag_tcp_check *check)
{
    netdiag_json_key(json, "memoryRefused");
    if (check->memory_error != NETDIAG_OK) {
        netdiag_json_null(json);
        return;
    }
    netdiag_json_object(json);
    for (size_t i = 0; i < check->memory.count; i++) {
        const struct netdiag_memory_pool *pool = &check->memory.rows[i];

        if (pool->refused > 0)
            netdiag_json_member_unsigned(json, pool->name, true, pool->refused);
    }
    netdiag_json_object_end(json);
}

void netdiag_json_tcp_check(struct netdiag_output *output, const struct netdiag_tcp_check *check)
{
    const struct netdiag_tcp_statistics *statistics = &check->statistics;
    bool known = check->level != NETDIAG_TCP_LEVEL_UNKNOWN;
    struct netdiag_json *json = &output->json;
    uint64_t refused = 0;
    bool counted =
        statistics->counters_error == NETDIAG_OK &&
        netdiag_tcp_counter_get(&statistics->counters, NETDIAG_TCP_CONN_BACKLOG_REFUSED, &refused);

    netdiag_json_member_string(json, "level", true, netdiag_tcp_level_key(check->level));
    netdiag_json_member_unsigned(json, "levelNumber", true, check->level);
    netdiag_json_member_unsigned(json, "held", known, check->held);
    netdiag_json_member_unsigned(json, "capacity", known, statistics->pool.capacity);
    netdiag_json_member_unsigned(json, "heldPercent", known, netdiag_tcp_check_percent(check));
    netdiag_json_member_unsigned(json, "warningPercent", true, check->warning_percent);
    netdiag_json_member_unsigned(json, "criticalPercent", true, check->critical_percent);
    netdiag_json_member_unsigned(json, "reclaimable", known, check->reclaimable);
    netdiag_json_newline(json);
    netdiag_json_member_unsigned(json, "established", known,
                                 check->states[NETDIAG_TCP_ESTABLISHED]);
    netdiag_json_member_unsigned(json, "synReceived", known,
                                 check->states[NETDIAG_TCP_SYN_RECEIVED]);
    netdiag_json_member_unsigned(json, "closeWait", known, check->states[NETDIAG_TCP_CLOSE_WAIT]);
    netdiag_json_member_unsigned(json, "poolRefused", statistics->pool_error == NETDIAG_OK,
                                 statistics->pool.refused);
    netdiag_json_member_unsigned(json, "backlogRefused", counted, refused);
    put_memory(json, check);
    if (!known)
        netdiag_json_problem(json, "error", check->error, netdiag_error_text(check->error));
}
