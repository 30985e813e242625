#include "cli/lines.h"

#include "cli/editor.h"

#define CHUNK 4096

/* A line as it comes in; `size` counts what did not fit, too, so that it is refused. */
struct plain_line {
    struct netdiag_enter enter;
    size_t size;
    char bytes[CONFIG_NETDIAG_LINE_LENGTH];
};

static void run_line(struct netdiag_session *session, struct plain_line *line)
{
    if (line->size > 0)
        netdiag_session_run(session, line->bytes, line->size);
    netdiag_session_show_monitored(session);
    line->size = 0;
}

static void take_byte(struct netdiag_session *session, struct plain_line *line, char byte)
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

void netdiag_lines_run(struct netdiag_session *session)
{
    struct plain_line line = {.size = 0};
    char chunk[CHUNK];

    while (!netdiag_session_ended(session)) {
        ssize_t count = netdiag_session_wait(session, chunk, sizeof chunk);

        if (count == NETDIAG_READ_TIMEOUT) {
            netdiag_session_show_monitored(session);
            continue;
        }
        if (count == NETDIAG_READ_END && !netdiag_session_ended(session))
            run_line(session, &line); /* the last line may lack its end */
        if (count <= 0)
            return;
        for (ssize_t i = 0; i < count && !netdiag_session_ended(session); i++)
            take_byte(session, &line, chunk[i]);
    }
}
