/*
 * What each state means, and how many are in it: show tcp states.
 */
#include "cli/command.h"

#include <libcli.h>

#include "cli/arguments.h"
#include "cli/collect.h"
#include "stats/tcp_filter.h"

#define STATE "state"

static enum netdiag_status show_states(struct netdiag_call *call)
{
    const char *given = netdiag_call_argument(call, STATE);
    enum netdiag_tcp_state state = NETDIAG_TCP_CLOSED;
    struct netdiag_tcp_state_report report;
    enum netdiag_error error;

    if (given != NULL && !netdiag_tcp_state_parse(given, &state))
        return netdiag_call_refuse(call, NETDIAG_ERROR_INVALID, "no state has that name");
    if (!netdiag_collect_states(call, &report, &error))
        return netdiag_call_stopped(call);
    if (error != NETDIAG_OK)
        return netdiag_call_fail(call, error);
    netdiag_call_begin(call);
    if (given != NULL)
        call->renderer->tcp_state(&call->output, state, &report);
    else
        call->renderer->tcp_states(&call->output, &report);
    netdiag_call_end(call);
    return NETDIAG_STATUS_OK;
}

static const struct netdiag_argument of_states[] = {
    {.name = STATE,
     .kind = NETDIAG_ARGUMENT_OPTIONAL,
     .help = "With the explanation of this state: ESTABLISHED, TIME-WAIT, ...",
     .validate = netdiag_validate_tcp_state,
     .complete = netdiag_complete_tcp_state},
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

const struct netdiag_command netdiag_commands_states[] = {
    {.path = "show tcp states",
     .help = "The states: how many, how long, what each means and what to suspect",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_states,
     .run = show_states},
    {.path = NULL},
};
