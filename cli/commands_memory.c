/*
 * show memory ...
 */
#include "cli/command.h"

#include <libcli.h>

#include "cli/arguments.h"
#include "stats/memory_pools.h"

static enum netdiag_status show_pools(struct netdiag_call *call)
{
    struct netdiag_memory_pools pools;
    enum netdiag_error error = netdiag_memory_pools_collect(call->diag, &pools);

    if (error != NETDIAG_OK)
        return netdiag_call_fail(call, error);
    netdiag_call_begin(call);
    call->renderer->memory_pools(&call->output, &pools);
    netdiag_call_end(call);
    return NETDIAG_STATUS_OK;
}

static const struct netdiag_argument json_only[] = {
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

const struct netdiag_command netdiag_commands_memory[] = {
    {.path = "show memory",
     .help = "Memory of the TCP/IP stack",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY},
    {.path = "show memory pools",
     .help = "Its pools and its heap: how full, and how often asked in vain",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = json_only,
     .run = show_pools},
    {.path = NULL},
};
