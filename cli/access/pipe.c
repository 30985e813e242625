/*
 * The pipe: lines in, what commands print out.
 */
#include "cli/access/access.h"

#include <libcli.h>

#include "cli/access/descriptors.h"
#include "cli/lines.h"

int netdiag_pipe_run(struct netdiag *diag, int in_fd, int out_fd, int err_fd, int stop_fd)
{
    struct netdiag_descriptors descriptors = {
        .in = in_fd, .out = out_fd, .err = err_fd, .stop = stop_fd};
    const struct netdiag_door door = {
        .read = netdiag_descriptors_read,
        .write = netdiag_descriptors_write,
        .ctx = &descriptors,
        .line_end = "\n",
        .name = "pipe",
        .privilege = PRIVILEGE_PRIVILEGED,
        .trusted = true,
    };
    struct netdiag_session *session;
    enum netdiag_error error = netdiag_session_open(diag, &door, &session);
    enum netdiag_status status;

    if (error != NETDIAG_OK)
        return netdiag_descriptors_refuse(&descriptors, netdiag_error_text(error), door.line_end);
    netdiag_lines_run(session);
    status = netdiag_session_status(session);
    netdiag_session_close(session);
    if (!netdiag_descriptors_check(&descriptors, door.line_end) && status == NETDIAG_STATUS_OK)
        status = NETDIAG_STATUS_FAILED;
    return descriptors.stopped ? NETDIAG_STATUS_UNREACHABLE : (int)status;
}
