/*
 * show snmp
 */
#include "cli/command.h"

#include <libcli.h>

#include "cli/arguments.h"
#include "stats/device.h"
#include "stats/text.h"

static enum netdiag_status show_snmp(struct netdiag_call *call)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;
    struct netdiag_snmp snmp;
    enum netdiag_error error = netdiag_device_snmp(call->diag, &snmp);

    if (error == NETDIAG_ERROR_DOWN) {
        /* The device answers, so that it is not unreachable. */
        netdiag_text_start(&text, line, sizeof line);
        netdiag_text_string(&text, netdiag_snmp_error_text(error));
        netdiag_text_string(&text, "; the device's configuration gives it one (of the simulator: "
                                   "--snmp-community NAME)");
        (void)netdiag_call_refuse(call, error, line);
        return NETDIAG_STATUS_FAILED;
    }
    if (error != NETDIAG_OK)
        return netdiag_call_fail(call, error);
    netdiag_call_begin(call);
    call->renderer->snmp(&call->output, &snmp);
    netdiag_call_end(call);
    return NETDIAG_STATUS_OK;
}

static const struct netdiag_argument json_only[] = {
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

const struct netdiag_command netdiag_commands_snmp[] = {
    {.path = "show snmp",
     .help = "The SNMP agent: who may ask, and what it has answered",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = json_only,
     .run = show_snmp},
    {.path = NULL},
};
