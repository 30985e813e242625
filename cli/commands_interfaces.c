/*
 * show interfaces ...
 */
#include "cli/command.h"

#include <libcli.h>

#include "cli/arguments.h"
#include "stats/interfaces.h"

static enum netdiag_status show(struct netdiag_call *call,
                                void (*render)(struct netdiag_output *output,
                                               const struct netdiag_interfaces *interfaces))
{
    struct netdiag_interfaces interfaces;
    enum netdiag_error error = netdiag_interfaces_collect(call->diag, &interfaces);

    if (error != NETDIAG_OK)
        return netdiag_call_fail(call, error);
    netdiag_call_begin(call);
    render(&call->output, &interfaces);
    netdiag_call_end(call);
    return NETDIAG_STATUS_OK;
}

static enum netdiag_status show_interfaces(struct netdiag_call *call)
{
    return show(call, call->renderer->interfaces);
}

static enum netdiag_status show_counters(struct netdiag_call *call)
{
    return show(call, call->renderer->interface_counters);
}

static const struct netdiag_argument json_only[] = {
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

const struct netdiag_command netdiag_commands_interfaces[] = {
    {.path = "show interfaces",
     .help = "Ports of the switch and interfaces of VLANs",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = json_only,
     .run = show_interfaces},
    {.path = "show interfaces counters",
     .help = "What passed each, and what was dropped there",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = json_only,
     .run = show_counters},
    {.path = NULL},
};
