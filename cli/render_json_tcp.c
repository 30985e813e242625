/*
 * `show tcp statistics` as JSON: an object for each group of counters, one for the states, one
 * for the pool. What is not counted is null, and so is a part that the platform did not give;
 * "problems" then says why. Then its rates, in the same groups.
 */
#include "cli/render.h"
#include "cli/tcp_counter_names.h"

#include "stats/tcp_counters.h"

/* A member, unless it is 0 and those are hidden. */
static void put_number(struct netdiag_json *json, enum netdiag_zeros zeros, const char *key,
                       uint64_t number)
{
    if (number == 0 && zeros == NETDIAG_ZEROS_HIDDEN)
        return;
    netdiag_json_key(json, key);
    netdiag_json_unsigned(json, number);
}

static void put_missing(struct netdiag_json *json, const char *key)
{
    netdiag_json_key(json, key);
    netdiag_json_null(json);
}

static void put_group(struct netdiag_json *json, enum netdiag_zeros zeros,
                      const struct netdiag_tcp_counters *counters,
                      enum netdiag_tcp_counter_group group)
{
    netdiag_json_object(json);
    for (unsigned i = 0; i < NETDIAG_TCP_COUNTERS; i++) {
        const struct netdiag_tcp_counter_name *name;
        uint64_t value;

        name = netdiag_tcp_counter_name((enum netdiag_tcp_counter)i);
        if (name->group != group)
            continue;
        if (netdiag_tcp_counter_get(counters, (enum netdiag_tcp_counter)i, &value))
            put_number(json, zeros, name->key, value);
        else
            put_missing(json, name->key);
    }
    netdiag_json_object_end(json);
}

static void put_counters(struct netdiag_json *json, enum netdiag_zeros zeros,
                         const struct netdiag_tcp_statistics *statistics)
{
    for (unsigned group = 0; group < NETDIAG_TCP_GROUPS; group++) {
        netdiag_json_key(json, netdiag_tcp_group_key((enum netdiag_tcp_counter_group)group));
        if (statistics->counters_error == NETDIAG_OK)
            put_group(json, zeros, &statistics->counters, (enum netdiag_tcp_counter_group)group);
        else
            netdiag_json_null(json);
        netdiag_json_newline(json);
    }
}

static void put_by_state(struct netdiag_json *json, enum netdiag_zeros zeros,
                         const uint64_t counts[])
{
    netdiag_json_object(json);
    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++)
        put_number(json, zeros, netdiag_tcp_state_key((enum netdiag_tcp_state)i), counts[i]);
    netdiag_json_object_end(json);
}

static void put_states(struct netdiag_json *json, enum netdiag_zeros zeros,
                       const struct netdiag_tcp_statistics *statistics)
{
    if (statistics->states_error != NETDIAG_OK) {
        put_missing(json, "states");
        return;
    }
    netdiag_json_key(json, "states");
    put_by_state(json, zeros, statistics->states.count);
}

static void put_pool(struct netdiag_json *json, enum netdiag_zeros zeros,
                     const struct netdiag_tcp_statistics *statistics)
{
    const struct netdiag_tcp_pool *pool = &statistics->pool;

    if (statistics->pool_error != NETDIAG_OK) {
        put_missing(json, "pool");
        return;
    }
    netdiag_json_key(json, "pool");
    netdiag_json_object(json);
    put_number(json, zeros, "capacity", pool->capacity);
    put_number(json, zeros, "used", pool->used);
    put_number(json, zeros, "peak", pool->peak);
    put_number(json, zeros, "refused", pool->refused);
    if (pool->has_evicted) {
        netdiag_json_key(json, "evicted");
        put_by_state(json, zeros, pool->evicted);
    } else {
        put_missing(json, "evicted");
    }
    netdiag_json_object_end(json);
}

static void put_cleared(struct netdiag_json *json, const struct netdiag_tcp_cleared *cleared)
{
    if (!cleared->ever) {
        put_missing(json, "lastCleared");
        return;
    }
    netdiag_json_key(json, "lastCleared");
    netdiag_json_object(json);
    if (cleared->has_uptime) {
        netdiag_json_key(json, "uptimeMs");
        netdiag_json_unsigned(json, cleared->uptime_ms);
    } else {
        put_missing(json, "uptimeMs");
    }
    netdiag_json_key(json, "by");
    netdiag_json_string(json, cleared->by);
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

void netdiag_json_tcp_statistics(struct netdiag_output *output, enum netdiag_zeros zeros,
                                 const struct netdiag_tcp_statistics *statistics)
{
    struct netdiag_json *json = &output->json;

    put_counters(json, zeros, statistics);
    put_states(json, zeros, statistics);
    netdiag_json_newline(json);
    put_pool(json, zeros, statistics);
    netdiag_json_newline(json);
    put_cleared(json, &statistics->cleared);
    if (statistics->counters_error != NETDIAG_OK || statistics->states_error != NETDIAG_OK ||
        statistics->pool_error != NETDIAG_OK)
        put_problems(json, statistics);
}

static void put_rate(struct netdiag_json *json, const struct netdiag_tcp_rate *rate,
                     enum netdiag_tcp_counter counter)
{
    uint64_t count, tenths;

    if (!netdiag_tcp_counter_get(&rate->grown, counter, &count)) {
        netdiag_json_null(json);
        return;
    }
    netdiag_json_object(json);
    netdiag_json_key(json, "count");
    netdiag_json_unsigned(json, count);
    netdiag_json_key(json, "perSecond");
    if (netdiag_tcp_rate_tenths(count, rate->elapsed_ms, &tenths))
        netdiag_json_fixed(json, tenths, 1);
    else
        netdiag_json_null(json);
    netdiag_json_object_end(json);
}

static void put_rates(struct netdiag_json *json, const struct netdiag_tcp_rate *rate,
                      enum netdiag_tcp_counter_group group)
{
    netdiag_json_object(json);
    for (unsigned i = 0; i < NETDIAG_TCP_COUNTERS; i++) {
        const struct netdiag_tcp_counter_name *name;

        name = netdiag_tcp_counter_name((enum netdiag_tcp_counter)i);
        if (name->group != group || !netdiag_tcp_counter_only_grows((enum netdiag_tcp_counter)i))
            continue;
        netdiag_json_key(json, name->key);
        put_rate(json, rate, (enum netdiag_tcp_counter)i);
    }
    netdiag_json_object_end(json);
}

void netdiag_json_tcp_rate(struct netdiag_output *output, const struct netdiag_tcp_rate *rate)
{
    struct netdiag_json *json = &output->json;

    netdiag_json_key(json, "seconds");
    netdiag_json_unsigned(json, rate->asked_s);
    netdiag_json_key(json, "elapsedMs");
    netdiag_json_unsigned(json, rate->elapsed_ms);
    netdiag_json_newline(json);
    netdiag_json_key(json, "rates");
    netdiag_json_object(json);
    for (unsigned group = 0; group < NETDIAG_TCP_GROUPS; group++) {
        netdiag_json_newline(json);
        netdiag_json_key(json, netdiag_tcp_group_key((enum netdiag_tcp_counter_group)group));
        put_rates(json, rate, (enum netdiag_tcp_counter_group)group);
    }
    netdiag_json_object_end(json);
}
