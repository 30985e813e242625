/*
 * Commands about the device itself.
 */
#include "cli/command.h"

#include <libcli.h>

#include "cli/arguments.h"
#include "stats/device.h"

static enum netdiag_status show_version(struct netdiag_call *call)
{
    netdiag_call_begin(call);
    call->renderer->version(&call->output, &call->head);
    netdiag_call_end(call);
    return NETDIAG_STATUS_OK;
}

static enum netdiag_status show_clock(struct netdiag_call *call)
{
    struct netdiag_time time;
    enum netdiag_error error = netdiag_device_time(call->diag, &time);

    if (error != NETDIAG_OK)
        return netdiag_call_fail(call, error);
    if (!time.has_wall)
        return netdiag_call_refuse(call, NETDIAG_ERROR_UNSUPPORTED,
                                   "no time of day: the device's clock is not set");
    netdiag_call_begin(call);
    call->head.time = time; /* its own reading may have failed */
    call->renderer->clock(&call->output, &call->head);
    netdiag_call_end(call);
    return NETDIAG_STATUS_OK;
}

static const struct netdiag_argument json_only[] = {
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

const struct netdiag_command netdiag_commands_system[] = {
    {.path = "show version",
     .help = "Versions, and how long the device is up",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = json_only,
     .run = show_version},
    {.path = "show clock",
     .help = "The time of day",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = json_only,
     .run = show_clock},
    {.path = NULL},
};
