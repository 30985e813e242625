/*
 * show tcp ...
 */
#include "cli/command.h"

#include <libcli.h>

#include "cli/arguments.h"
#include "stats/tcp_statistics.h"

static enum netdiag_status show_statistics(struct netdiag_call *call)
{
    struct netdiag_tcp_statistics statistics;
    enum netdiag_error error;

    netdiag_tcp_statistics_collect(call->diag, NULL, &statistics);
    error = netdiag_tcp_statistics_error(&statistics);
    if (error != NETDIAG_OK)
        return netdiag_call_fail(call, error);
    call->head.counters_since_ms = statistics.counters_since_ms;
    netdiag_call_begin(call);
    call->renderer->tcp_statistics(&call->output, &statistics);
    netdiag_call_end(call);
    return NETDIAG_STATUS_OK;
}

static const struct netdiag_argument json_only[] = {
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

const struct netdiag_command netdiag_commands_tcp[] = {
    {.path = "show tcp",
     .help = "TCP: counters, connections, states",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY},
    {.path = "show tcp statistics",
     .help = "Counters of TCP, connections in each state, the pool",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = json_only,
     .run = show_statistics},
    {.path = NULL},
};
