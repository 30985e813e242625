/*
 * The device: its platform, and what a missing function means.
 */
#include "stats/device.h"

#include <string.h>

#include "stats/tcp_baseline.h"
#include "stats/tcp_series.h"
#include "stats/tcp_thresholds.h"
#include "stats/tcp_watch.h"

enum netdiag_error netdiag_init(struct netdiag *diag, const struct netdiag_platform *platform,
                                void *ctx)
{
    if (diag == NULL || platform == NULL)
        return NETDIAG_ERROR_INVALID;
    diag->platform = platform;
    diag->ctx = ctx;
    netdiag_tcp_baselines_init(&diag->tcp_baselines);
    netdiag_tcp_thresholds_init(diag);
    netdiag_tcp_watch_init(diag);
    netdiag_tcp_series_init(diag);
    return NETDIAG_OK;
}

enum netdiag_error netdiag_device_system(const struct netdiag *diag, struct netdiag_system *system)
{
    if (diag->platform->system == NULL)
        return NETDIAG_ERROR_UNSUPPORTED;
    memset(system, 0, sizeof *system);
    return diag->platform->system(diag->ctx, system);
}

enum netdiag_error netdiag_device_time(const struct netdiag *diag, struct netdiag_time *time)
{
    if (diag->platform->time == NULL)
        return NETDIAG_ERROR_UNSUPPORTED;
    memset(time, 0, sizeof *time);
    return diag->platform->time(diag->ctx, time);
}

enum netdiag_error netdiag_device_wait(const struct netdiag *diag, uint32_t ms)
{
    if (diag->platform->wait == NULL)
        return NETDIAG_ERROR_UNSUPPORTED;
    return diag->platform->wait(diag->ctx, ms);
}

void netdiag_device_log(const struct netdiag *diag, enum netdiag_severity severity,
                        const char *text)
{
    if (diag->platform->log != NULL)
        (void)diag->platform->log(diag->ctx, severity, text);
}

enum netdiag_error netdiag_device_tcp_counters(const struct netdiag *diag,
                                               struct netdiag_tcp_counters *counters)
{
    if (diag->platform->tcp_counters == NULL)
        return NETDIAG_ERROR_UNSUPPORTED;
    memset(counters, 0, sizeof *counters); /* the platform sets only what it counts */
    return diag->platform->tcp_counters(diag->ctx, counters);
}

enum netdiag_error netdiag_device_tcp_states(const struct netdiag *diag,
                                             struct netdiag_tcp_states *states)
{
    if (diag->platform->tcp_states == NULL)
        return NETDIAG_ERROR_UNSUPPORTED;
    memset(states, 0, sizeof *states);
    return diag->platform->tcp_states(diag->ctx, states);
}

enum netdiag_error netdiag_device_tcp_pool(const struct netdiag *diag,
                                           struct netdiag_tcp_pool *pool)
{
    if (diag->platform->tcp_pool == NULL)
        return NETDIAG_ERROR_UNSUPPORTED;
    memset(pool, 0, sizeof *pool);
    return diag->platform->tcp_pool(diag->ctx, pool);
}

enum netdiag_error netdiag_device_tcp_connections(const struct netdiag *diag,
                                                  struct netdiag_tcp_cursor *cursor,
                                                  struct netdiag_tcp_connection *rows,
                                                  size_t capacity, size_t *count)
{
    const struct netdiag_tcp_cursor before = *cursor;
    enum netdiag_error error;

    if (diag->platform->tcp_connections == NULL)
        return NETDIAG_ERROR_UNSUPPORTED;
    *count = 0;
    error = diag->platform->tcp_connections(diag->ctx, cursor, rows, capacity, count);
    if (error != NETDIAG_OK)
        return error;
    if (*count > capacity)
        return NETDIAG_ERROR_IO;
    if (!cursor->done && cursor->slot == before.slot && cursor->listed == before.listed)
        return NETDIAG_ERROR_IO;
    return NETDIAG_OK;
}

enum netdiag_error netdiag_device_tcp_state_totals(const struct netdiag *diag,
                                                   struct netdiag_tcp_state_totals *totals)
{
    if (diag->platform->tcp_state_totals == NULL)
        return NETDIAG_ERROR_UNSUPPORTED;
    memset(totals, 0, sizeof *totals);
    return diag->platform->tcp_state_totals(diag->ctx, totals);
}

enum netdiag_error netdiag_device_tcp_scanners(const struct netdiag *diag,
                                               struct netdiag_tcp_scanner *rows, size_t capacity,
                                               size_t *count)
{
    enum netdiag_error error;

    *count = 0;
    if (diag->platform->tcp_scanners == NULL)
        return NETDIAG_ERROR_UNSUPPORTED;
    memset(rows, 0, capacity * sizeof *rows);
    error = diag->platform->tcp_scanners(diag->ctx, rows, capacity, count);
    if (error == NETDIAG_OK && *count > capacity)
        return NETDIAG_ERROR_IO;
    return error;
}

enum netdiag_error netdiag_device_reach(const struct netdiag *diag,
                                        const struct netdiag_address *to, enum netdiag_reach *reach)
{
    *reach = NETDIAG_REACH_UNKNOWN;
    if (diag->platform->reach == NULL)
        return NETDIAG_ERROR_UNSUPPORTED;
    return diag->platform->reach(diag->ctx, to, reach);
}

/* Lists that go on after the last row's key: it must grow, or they would never end. */
static bool follows(uint32_t *after, uint32_t key, uint32_t most)
{
    bool is_next = key > *after && key <= most;

    *after = key;
    return is_next;
}

/*
 * The function of one table that is read by a number of its rows: none of more than `capacity`,
 * and ascending above `after`, as the contract says; else NETDIAG_ERROR_IO.
 */
#define DEFINE_ROWS(op, type_of_after, type, number, most)                                         \
    enum netdiag_error netdiag_device_##op(const struct netdiag *diag, type_of_after after,        \
                                           struct type *rows, size_t capacity, size_t *count)      \
    {                                                                                              \
        uint32_t last = after;                                                                     \
        enum netdiag_error error;                                                                  \
                                                                                                   \
        if (diag->platform->op == NULL)                                                            \
            return NETDIAG_ERROR_UNSUPPORTED;                                                      \
        *count = 0;                                                                                \
        memset(rows, 0, capacity * sizeof *rows);                                                  \
        error = diag->platform->op(diag->ctx, after, rows, capacity, count);                       \
        if (error != NETDIAG_OK)                                                                   \
            return error;                                                                          \
        if (*count > capacity)                                                                     \
            return NETDIAG_ERROR_IO;                                                               \
        for (size_t i = 0; i < *count; i++) {                                                      \
            if (!follows(&last, rows[i].number, most))                                             \
                return NETDIAG_ERROR_IO;                                                           \
        }                                                                                          \
        return NETDIAG_OK;                                                                         \
    }

DEFINE_ROWS(vlans, uint16_t, netdiag_vlan, id, NETDIAG_VLAN_MAX)
DEFINE_ROWS(vlan_numbers, uint16_t, netdiag_vlan_number, id, NETDIAG_VLAN_MAX)
DEFINE_ROWS(interfaces, uint32_t, netdiag_interface, if_index, UINT32_MAX)
DEFINE_ROWS(snmp_names, uint32_t, netdiag_snmp_name, if_index, UINT32_MAX)

enum netdiag_error netdiag_device_snmp(const struct netdiag *diag, struct netdiag_snmp *snmp)
{
    if (diag->platform->snmp == NULL)
        return NETDIAG_ERROR_UNSUPPORTED;
    memset(snmp, 0, sizeof *snmp);
    return diag->platform->snmp(diag->ctx, snmp);
}

const char *netdiag_snmp_error_text(enum netdiag_error error)
{
    if (error == NETDIAG_ERROR_DOWN)
        return "the SNMP agent is off, as no community is configured";
    return netdiag_error_text(error);
}
