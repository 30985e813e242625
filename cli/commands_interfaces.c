/*
 * show interfaces ...
 */
#include "cli/command.h"

#include <libcli.h>

#include "cli/arguments.h"
#include "stats/interfaces.h"

static enum netdiag_status show_counters(struct netdiag_call *call)
{
    struct netdiag_interfaces interfaces;
    enum netdiag_error error = netdiag_interfaces_collect(call->diag, &interfaces);

    if (error != NETDIAG_OK)
        return netdiag_call_fail(call, error);
    netdiag_call_begin(call);
    call->renderer->interface_counters(&call->output, &interfaces);
    netdiag_call_end(call);
    return NETDIAG_STATUS_OK;
}

static const struct netdiag_argument json_only[] = {
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

const struct netdiag_command netdiag_commands_interfaces[] = {
    {.path = "show interfaces",
     .help = "Ports of the switch: counters",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY},
    {.path = "show interfaces counters",
     .help = "What passed each port, and what was dropped there",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = json_only,
     .run = show_counters},
    {.path = NULL},
};
