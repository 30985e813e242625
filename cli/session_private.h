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
    char bytes[CONFIG_NETDIAG_TYPED_AHEAD];
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

/* Prints one line, whether or not the command was cancelled. */
void netdiag_session_line(struct netdiag_session *session, enum netdiag_stream stream,
                          const char *line);

#endif
