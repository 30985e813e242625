#include "cli/collect.h"

#include <string.h>

#include "stats/device.h"

/* How many connections a walk meets that begins now. */
static uint64_t count_connections(const struct netdiag_call *call)
{
    struct netdiag_tcp_states states;
    uint64_t total = 0;

    if (netdiag_device_tcp_states(call->diag, &states) != NETDIAG_OK)
        return 0;
    for (int i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++)
        total += i == NETDIAG_TCP_LISTEN ? 0 : states.count[i];
    return total;
}

void netdiag_collect_start(const struct netdiag_call *call, unsigned walks,
                           struct netdiag_collect_progress *progress)
{
    progress->output = &call->output;
    progress->walks = walks;
    progress->walked = 0;
    progress->is_seen = netdiag_output_shows_progress(&call->output);
    progress->total = progress->is_seen ? count_connections(call) : 0;
}

void netdiag_collect_say(const struct netdiag_collect_progress *progress, uint64_t walked)
{
    uint64_t total = progress->total;

    if (!progress->is_seen)
        return;
    if (total > 0 && walked > total)
        total = walked; /* more came to be meanwhile */
    netdiag_output_progress(progress->output, walked, total, NETDIAG_PHRASE_CONNECTIONS);
}

bool netdiag_collect_cancelled(void *progress, size_t walked)
{
    struct netdiag_collect_progress *of = progress;

    of->walked += walked;
    netdiag_collect_say(of, of->walked / of->walks);
    return netdiag_output_cancelled(of->output);
}

bool netdiag_collect_walk(const struct netdiag_call *call,
                          void (*add)(void *into, const struct netdiag_tcp_connection *row),
                          void *into, enum netdiag_error *error)
{
    struct netdiag_collect_progress progress;

    netdiag_collect_start(call, 1, &progress);
    return netdiag_tcp_walk_all(call->diag, add, into, netdiag_collect_cancelled, &progress, error);
}

static void add_owned(void *owners, const struct netdiag_tcp_connection *row)
{
    netdiag_tcp_owners_add(owners, row);
}

bool netdiag_collect_owners(const struct netdiag_call *call, struct netdiag_tcp_owners *owners,
                            enum netdiag_error *error)
{
    memset(owners, 0, sizeof *owners);
    if (!netdiag_collect_walk(call, add_owned, owners, error))
        return false;
    netdiag_tcp_owners_sort(owners);
    return true;
}

static void nominate(void *holders, const struct netdiag_tcp_connection *row)
{
    netdiag_tcp_holders_nominate(holders, row);
}

static void count_held(void *holders, const struct netdiag_tcp_connection *row)
{
    netdiag_tcp_holders_count(holders, row);
}

bool netdiag_collect_holding(const struct netdiag_call *call, struct netdiag_tcp_holding *holding,
                             enum netdiag_error *error)
{
    struct netdiag_collect_progress progress;

    memset(holding, 0, sizeof *holding);
    holding->pool_error = netdiag_device_tcp_pool(call->diag, &holding->pool);
    netdiag_collect_start(call, 2, &progress);
    if (!netdiag_tcp_walk_all(call->diag, nominate, &holding->holders, netdiag_collect_cancelled,
                              &progress, error))
        return false;
    if (*error == NETDIAG_OK && !netdiag_tcp_walk_all(call->diag, count_held, &holding->holders,
                                                      netdiag_collect_cancelled, &progress, error))
        return false;
    netdiag_tcp_holders_sort(&holding->holders);
    return true;
}

/* A report that is being made, and the time that its stays are measured by. */
struct stays {
    bool has_now;
    uint64_t now_ms;
    struct netdiag_tcp_state_report *report;
};

static void add_stay(void *into, const struct netdiag_tcp_connection *row)
{
    const struct stays *stays = into;

    netdiag_tcp_state_report_add(stays->report, stays->has_now, stays->now_ms, row);
}

bool netdiag_collect_states(const struct netdiag_call *call,
                            struct netdiag_tcp_state_report *report, enum netdiag_error *error)
{
    struct netdiag_time now = {.uptime_ms = 0};
    struct stays stays = {.report = report};

    *error = netdiag_tcp_state_report_collect(call->diag, report);
    if (*error != NETDIAG_OK || !report->has_totals)
        return true;
    stays.has_now = netdiag_device_time(call->diag, &now) == NETDIAG_OK;
    stays.now_ms = now.uptime_ms;
    return netdiag_collect_walk(call, add_stay, &stays, error);
}
