/*
 * The console: a person at a terminal.
 *
 * The terminal is raw, so every key comes here as bytes and none raises a signal; the editor makes
 * lines of them, and libcli sees whole lines only.
 */
#include "cli/access/access.h"

#include "cli/access/descriptors.h"
#include "cli/access/tty.h"
#include "cli/shell.h"

static void ask_size(void *ctx, struct netdiag_terminal *terminal)
{
    const struct netdiag_descriptors *descriptors = ctx;

    netdiag_tty_size(descriptors->out, &terminal->columns, &terminal->rows);
}

int netdiag_console_run(struct netdiag *diag, int tty_fd, int stop_fd)
{
    struct netdiag_descriptors descriptors = {
        .in = tty_fd, .out = tty_fd, .err = tty_fd, .stop = stop_fd};
    const struct netdiag_door door = {
        .read = netdiag_descriptors_read,
        .write = netdiag_descriptors_write,
        .size = ask_size,
        .ctx = &descriptors,
        .line_end = "\r\n",
        .name = "console",
        .privilege = NETDIAG_PRIVILEGE_USER,
        .trusted = true,
        .echoes = true,
    };
    struct netdiag_session *session;
    struct netdiag_tty tty;
    enum netdiag_error error;

    if (!netdiag_tty_save(tty_fd, &tty))
        return netdiag_descriptors_refuse(&descriptors, "the console is no terminal", "\n");
    error = netdiag_session_open(diag, &door, &session);
    if (error != NETDIAG_OK)
        return netdiag_descriptors_refuse(&descriptors, netdiag_error_text(error), "\n");
    if (netdiag_tty_raw(tty_fd, &tty))
        netdiag_shell_run(session);
    else
        netdiag_session_error(session, "% the terminal cannot be made raw");
    netdiag_session_close(session);
    netdiag_tty_restore(tty_fd, &tty);
    return descriptors.stopped ? NETDIAG_STATUS_UNREACHABLE : NETDIAG_STATUS_OK;
}
