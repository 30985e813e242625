/*
 * `show tcp statistics` as JSON: an object for each group of counters, one for the states, one
 * for the pool. What is not counted is null, and so is a part that the platform did not give;
 * "problems" then says why.
 */
#include "cli/render.h"

#include "stats/tcp_counters.h"

static void put_group(struct netdiag_json *json, const struct netdiag_tcp_counters *counters,
                      enum netdiag_tcp_counter_group group)
{
    netdiag_json_object(json);
    for (unsigned i = 0; i < NETDIAG_TCP_COUNTERS; i++) {
        const struct netdiag_tcp_counter_info *info;
        uint64_t value;

        info = netdiag_tcp_counter_info((enum netdiag_tcp_counter)i);
        if (info->group != group)
            continue;
        netdiag_json_key(json, info->key);
        if (netdiag_tcp_counter_get(counters, (enum netdiag_tcp_counter)i, &value))
            netdiag_json_unsigned(json, value);
        else
            netdiag_json_null(json);
    }
    netdiag_json_object_end(json);
}

static void put_counters(struct netdiag_json *json, const struct netdiag_tcp_statistics *statistics)
{
    for (unsigned group = 0; group < NETDIAG_TCP_GROUPS; group++) {
        netdiag_json_key(json, netdiag_tcp_group_key((enum netdiag_tcp_counter_group)group));
        if (statistics->counters_error == NETDIAG_OK)
            put_group(json, &statistics->counters, (enum netdiag_tcp_counter_group)group);
        else
            netdiag_json_null(json);
        netdiag_json_newline(json);
    }
}

static void put_by_state(struct netdiag_json *json, const uint64_t counts[])
{
    netdiag_json_object(json);
    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++) {
        netdiag_json_key(json, netdiag_tcp_state_key((enum netdiag_tcp_state)i));
        netdiag_json_unsigned(json, counts[i]);
    }
    netdiag_json_object_end(json);
}

static void put_states(struct netdiag_json *json, const struct netdiag_tcp_statistics *statistics)
{
    netdiag_json_key(json, "states");
    if (statistics->states_error != NETDIAG_OK) {
        netdiag_json_null(json);
        return;
    }
    put_by_state(json, statistics->states.count);
}

static void put_pool(struct netdiag_json *json, const struct netdiag_tcp_statistics *statistics)
{
    netdiag_json_key(json, "pool");
    if (statistics->pool_error != NETDIAG_OK) {
        netdiag_json_null(json);
        return;
    }
    netdiag_json_object(json);
    netdiag_json_key(json, "capacity");
    netdiag_json_unsigned(json, statistics->pool.capacity);
    netdiag_json_key(json, "used");
    netdiag_json_unsigned(json, statistics->pool.used);
    netdiag_json_key(json, "peak");
    netdiag_json_unsigned(json, statistics->pool.peak);
    netdiag_json_key(json, "refused");
    netdiag_json_unsigned(json, statistics->pool.refused);
    netdiag_json_key(json, "evicted");
    if (statistics->pool.has_evicted)
        put_by_state(json, statistics->pool.evicted);
    else
        netdiag_json_null(json);
    netdiag_json_object_end(json);
}

static void put_problems(struct netdiag_json *json, const struct netdiag_tcp_statistics *statistics)
{
    const struct {
        const char *part;
        enum netdiag_error error;
    } parts[] = {
        {"counters", statistics->counters_error},
        {"states", statistics->states_error},
        {"pool", statistics->pool_error},
    };

    netdiag_json_newline(json);
    netdiag_json_key(json, "problems");
    netdiag_json_object(json);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].error != NETDIAG_OK)
            netdiag_json_problem(json, parts[i].part, parts[i].error,
                                 netdiag_error_text(parts[i].error));
    }
    netdiag_json_object_end(json);
}

void netdiag_json_tcp_statistics(struct netdiag_output *output,
                                 const struct netdiag_tcp_statistics *statistics)
{
    struct netdiag_json *json = &output->json;

    put_counters(json, statistics);
    put_states(json, statistics);
    netdiag_json_newline(json);
    put_pool(json, statistics);
    if (statistics->counters_error != NETDIAG_OK || statistics->states_error != NETDIAG_OK ||
        statistics->pool_error != NETDIAG_OK)
        put_problems(json, statistics);
}
