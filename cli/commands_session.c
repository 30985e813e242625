/*
 * Commands about the shell itself. Only shells of ours have them: another product's has its own.
 */
#include "cli/command.h"

#include <libcli.h>

#include "cli/session.h"

static enum netdiag_status leave(struct netdiag_call *call)
{
    netdiag_session_end(call->output.session);
    return NETDIAG_STATUS_OK;
}

const struct netdiag_command netdiag_commands_session[] = {
    {.path = "exit",
     .help = "Leave the shell",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .run = leave},
    {.path = "logout",
     .help = "Leave the shell",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .run = leave},
    {.path = "quit",
     .help = "Leave the shell",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .run = leave},
    {.path = NULL},
};
