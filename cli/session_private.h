/*
 * What a session is made of: for the files cli/session*.c alone.
 */
#ifndef NETDIAG_CLI_SESSION_PRIVATE_H
#define NETDIAG_CLI_SESSION_PRIVATE_H

#include <limits.h>
#include <stdatomic.h>

#include <libcli.h>

#include "cli/editor.h"
#include "cli/history.h"
#include "cli/resolve.h"
#include "cli/session.h"

/* Output gathers here until it is flushed: a long table costs a write every so many bytes. */
#define NETDIAG_SESSION_BUFFER 16384

/* Of `terminal length` and `terminal width`: nothing was said, so the terminal itself is asked. */
#define NETDIAG_TERMINAL_ASK UINT_MAX

/* What was typed and not yet taken. */
struct netdiag_ahead {
    size_t begin, end; /* of what waits, in `bytes` */
    size_t earlier;    /* how much of it was typed before the present command began */
    char bytes[CONFIG_NETDIAG_TYPED_AHEAD];
};

/* What is drawn in place. */
struct netdiag_picture {
    bool is_open;
    struct netdiag_terminal size; /* of the last one of the command; 0: there was none */
    unsigned rows;                /* that are drawn */
};

/* How far a command is. */
struct netdiag_progress_position {
    uint64_t done, total; /* total 0: not known */
    const char *what;     /* NULL: it says nothing */
};

/* Shorter than that nobody wonders, and a table that flows shows none. */
#define NETDIAG_PROGRESS_QUIET_MS 500

/* Bytes of a text that says so. */
#define NETDIAG_PROGRESS_SIZE 128

/* How far the present command is, and the line that says so and goes away again. */
struct netdiag_progress {
    struct netdiag_progress_position told, drawn;
    size_t columns;      /* of the line on the screen; 0: it is not there */
    uint64_t printed_ms; /* when the command began, or printed last: a line, or a piece of one */
    uint64_t drawn_ms;
};

struct netdiag_session {
    struct netdiag *diag;
    const struct netdiag_door *door;
    struct cli_def *cli;
    unsigned line;           /* its place in the list */
    _Atomic uint64_t active; /* when something was typed last, on the monotonic clock */
    enum netdiag_status status;
    atomic_bool cancelled;
    atomic_bool abandoned; /* nobody is there any more: it ends, whatever runs */
    bool ended;
    bool unread;  /* the door says that nobody reads */
    bool misused; /* a filter was given wrong words */

    struct netdiag_enter enter;
    struct netdiag_ahead ahead;
    uint64_t looked_ms; /* when the door was asked for a ^C last */

    struct netdiag_terminal chosen; /* by `terminal ...` */
    struct netdiag_terminal screen; /* what holds for the present command */
    unsigned rows_used;             /* of the present page */
    size_t open_columns;            /* of a line whose pieces are out, and not its end */
    struct netdiag_picture picture;
    struct netdiag_progress progress;

    enum netdiag_language language; /* by `terminal language` */

    bool is_monitor;     /* by `terminal monitor` */
    uint64_t monitor_at; /* the number of the next line to be shown */
    bool is_waiting;     /* since then, at a prompt */
    uint64_t waiting_ms;

    enum netdiag_stream stream; /* where the bytes in the buffer go */
    size_t length;
    char buffer[NETDIAG_SESSION_BUFFER];

    struct netdiag_history history;
    char text[CONFIG_NETDIAG_LINE_LENGTH + 1]; /* the line that runs */
    struct netdiag_words words;
};

/* libcli's print callback: a line that passed the filters. */
void netdiag_session_on_print(struct cli_def *cli, const char *line);

/* Ends a session at which nothing was typed for too long. Returns what reading answers then. */
ssize_t netdiag_session_end_idle(struct netdiag_session *session);

/*
 * What was typed until now was typed before the command that is about to run: it is for the next
 * prompt, and netdiag_session_take_key() leaves it alone.
 */
void netdiag_session_mark_typed(struct netdiag_session *session);

/* A command begins: it has drawn nothing, and said nothing of how far it is. */
void netdiag_session_screen_begin(struct netdiag_session *session);

/* A command ends: what it left on the screen that is to go away again goes. */
void netdiag_session_screen_end(struct netdiag_session *session);

/* Draws the next line of an open picture. */
void netdiag_session_picture_line(struct netdiag_session *session, const char *line);

/* Ends an open picture where it is; what was not sent of it is dropped already. */
void netdiag_session_picture_drop(struct netdiag_session *session);

/* Something was printed: who saw that waits for no more for a while. */
void netdiag_session_progress_rest(struct netdiag_session *session);

/* Draws how far the command is, when it has printed nothing for a while. */
void netdiag_session_progress_show(struct netdiag_session *session, uint64_t now_ms);

/* "1234 of 10000 connections"; "" where nothing was said. */
void netdiag_session_progress_text(const struct netdiag_session *session, char *bytes, size_t size);

/* Takes the line of progress away, at once. Only where it is there. */
void netdiag_session_progress_erase(struct netdiag_session *session);

/* So many blanks. */
void netdiag_session_blanks(struct netdiag_session *session, size_t count);

/* Prints one line, whether or not the command was cancelled. */
void netdiag_session_line(struct netdiag_session *session, enum netdiag_stream stream,
                          const char *line);

#endif
