/*
 * terminal monitor, terminal no monitor
 */
#include "cli/command.h"

#include <libcli.h>

#include "cli/session.h"

static enum netdiag_status set_monitor(struct netdiag_call *call)
{
    netdiag_session_monitor(call->output.session, true);
    return NETDIAG_STATUS_OK;
}

static enum netdiag_status clear_monitor(struct netdiag_call *call)
{
    netdiag_session_monitor(call->output.session, false);
    return NETDIAG_STATUS_OK;
}

#define COMMAND(words, text, function)                                                             \
    {                                                                                              \
        .path = (words), .help = (text), .privilege = PRIVILEGE_UNPRIVILEGED, .mode = MODE_ANY,    \
        .run = (function)                                                                          \
    }

const struct netdiag_command netdiag_commands_monitor[] = {
    COMMAND("terminal monitor", "Show here what the watch logs", set_monitor),
    COMMAND("terminal no", "Turn something off again", NULL),
    COMMAND("terminal no monitor", "Show here no more what the watch logs", clear_monitor),
    {.path = NULL},
};
