/*
 * The pipe: lines in, what commands print out.
 */
#include "cli/access/access.h"

#include <libcli.h>

#include "cli/access/descriptors.h"
#include "cli/editor.h"

#define CHUNK 4096

/* A line as it comes in; `size` counts what did not fit, too, so that it is refused. */
struct pipe_line {
    struct netdiag_enter enter;
    size_t size;
    char bytes[CONFIG_NETDIAG_LINE_LENGTH];
};

static void run_line(struct netdiag_session *session, struct pipe_line *line)
{
    if (line->size > 0)
        netdiag_session_run(session, line->bytes, line->size);
    line->size = 0;
}

static void take_byte(struct netdiag_session *session, struct pipe_line *line, char byte)
{
    switch (netdiag_enter_take(&line->enter, byte)) {
    case NETDIAG_ENTER_REST:
        return;
    case NETDIAG_ENTER_PRESSED:
        run_line(session, line);
        return;
    case NETDIAG_ENTER_NONE:
        if (line->size < sizeof line->bytes)
            line->bytes[line->size] = byte;
        line->size++;
        return;
    }
}

static void run_lines(struct netdiag_session *session)
{
    struct pipe_line line = {.size = 0};
    char chunk[CHUNK];

    while (!netdiag_session_ended(session)) {
        ssize_t count = netdiag_session_read(session, chunk, sizeof chunk, -1);

        if (count == NETDIAG_READ_END)
            run_line(session, &line); /* the last line may lack its end */
        if (count <= 0)
            return;
        for (ssize_t i = 0; i < count && !netdiag_session_ended(session); i++)
            take_byte(session, &line, chunk[i]);
    }
}

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
    };
    struct netdiag_session *session;
    enum netdiag_error error = netdiag_session_open(diag, &door, &session);
    enum netdiag_status status;

    if (error != NETDIAG_OK)
        return netdiag_descriptors_refuse(&descriptors, netdiag_error_text(error), door.line_end);
    run_lines(session);
    status = netdiag_session_status(session);
    netdiag_session_close(session);
    return descriptors.stopped ? NETDIAG_STATUS_UNREACHABLE : (int)status;
}
