/*
 * A session: one shell of ours, from its door's bytes to libcli and back.
 *
 * A door (a pipe, a console, a socket) owns the descriptors and gives its functions. The session
 * owns the libcli shell, checks each line before libcli sees it, says what is wrong with it as
 * Cisco's shells do, gathers output in a buffer, so that a line costs no write, and stops at each
 * page where a person reads. While a command runs it looks for a ^C now and then, and keeps what
 * else was typed.
 *
 * A session belongs to the thread that opened it. Only netdiag_session_find(),
 * netdiag_session_cancel(), netdiag_session_abandon(), netdiag_session_next() and
 * netdiag_session_hang_up() may be called from another one.
 */
#ifndef NETDIAG_CLI_SESSION_H
#define NETDIAG_CLI_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "cli/command.h"

struct cli_def;
struct netdiag_history;
struct netdiag_session;

/* What a door's read answers when it has no bytes. */
#define NETDIAG_READ_END     0    /* there will be no more */
#define NETDIAG_READ_STOPPED (-1) /* the device is gone, or reading failed */
#define NETDIAG_READ_TIMEOUT (-2)

/* What a person has who has just come in, as on Cisco's devices; `enable` raises it to 15. */
#define NETDIAG_PRIVILEGE_USER 1

/* Bytes of a secret that is asked for. */
#define NETDIAG_SECRET_LENGTH 127

enum netdiag_stream {
    NETDIAG_STREAM_OUT,   /* what commands show; echo and prompt where there are any */
    NETDIAG_STREAM_ERROR, /* why a line or a command failed */
};

/* A screen, in characters; 0: endless, or not known. */
struct netdiag_terminal {
    unsigned columns;
    unsigned rows;
};

/* The caller's; must live as long as the session, and so must its strings. */
struct netdiag_door {
    /* Up to `size` bytes, waiting at most `timeout_ms` (-1: for ever): how many, or NETDIAG_READ_*.
     */
    ssize_t (*read)(void *ctx, char *bytes, size_t size, int timeout_ms);
    /* All of the bytes; false when nobody reads them any more. */
    bool (*write)(void *ctx, enum netdiag_stream stream, const char *bytes, size_t size);
    /* The size of the person's screen. NULL: it is not known. */
    void (*size)(void *ctx, struct netdiag_terminal *terminal);
    /* Whether that secret raises the privilege to 15; it may take its time. NULL: none does. */
    bool (*enable)(void *ctx, const char *secret);
    /* Ends the connection: reading answers NETDIAG_READ_END soon. Any thread. NULL: it cannot. */
    void (*hang_up)(void *ctx);
    void *ctx;
    const char *line_end; /* "\n", or "\r\n" for a terminal in raw mode */
    const char *name;     /* what kind of door it is, "console" */
    const char *user;     /* who came in; NULL: not known */
    const char *from;     /* from where; NULL: not known */
    int privilege;        /* what the session starts with */
    bool trusted;         /* out of band and local: `enable` asks for nothing */
    unsigned idle_s;      /* nothing typed for so long ends the session; 0: never */
    bool echoes; /* a person types: a line stands behind a prompt when it is run, ^C stops it */
};

/* ---- for doors ---- */

/*
 * Opens a session; netdiag_session_close() frees it. NETDIAG_ERROR_FULL when
 * CONFIG_NETDIAG_SESSIONS are open, NETDIAG_ERROR_MEMORY, and what netdiag_register() answers.
 */
enum netdiag_error netdiag_session_open(struct netdiag *diag, const struct netdiag_door *door,
                                        struct netdiag_session **opened);
void netdiag_session_close(struct netdiag_session *session);

/*
 * Runs one line of `size` bytes without its line end, and flushes. A line of more than
 * CONFIG_NETDIAG_LINE_LENGTH bytes is refused, and no byte past that many is looked at. An empty
 * line does nothing. Returns how it ended.
 */
enum netdiag_status netdiag_session_run(struct netdiag_session *session, const char *line,
                                        size_t size);

/* The first status that was not NETDIAG_STATUS_OK, if there was one. */
enum netdiag_status netdiag_session_status(const struct netdiag_session *session);

/* "sw1>" or "sw1#": the host, the privilege, no blank. Asks the platform each time. */
void netdiag_session_prompt(const struct netdiag_session *session, char *prompt, size_t size);
/* Bytes that fit every prompt, its NUL included. */
#define NETDIAG_PROMPT_SIZE (NETDIAG_HOST_LENGTH + 2)

/*
 * Reads what was typed ahead, or else flushes and reads from the door. Where a person types, each
 * form of Enter is one CR. With -1 it waits as long as the door lets a session be idle, and ends it
 * then.
 */
ssize_t netdiag_session_read(struct netdiag_session *session, char *bytes, size_t size,
                             int timeout_ms);
/* Adds bytes as they are to the output: prompt, echo. */
void netdiag_session_write(struct netdiag_session *session, const char *bytes, size_t size);
void netdiag_session_flush(struct netdiag_session *session);

/*
 * Waits at a prompt, or between two commands, as netdiag_session_read() with -1.
 * NETDIAG_READ_TIMEOUT: lines for `terminal monitor` have come, and
 * netdiag_session_show_monitored() is to print them before the next wait; none has where the
 * session does not have it.
 */
ssize_t netdiag_session_wait(struct netdiag_session *session, char *bytes, size_t size);
void netdiag_session_show_monitored(struct netdiag_session *session);

/* Milliseconds on a clock that never goes back. Any thread. */
uint64_t netdiag_session_clock_ms(void);

/* The session is over: a command ended it, or nobody reads it. */
bool netdiag_session_ended(const struct netdiag_session *session);

/* ---- for handlers and what they print with ---- */

/* The session that a libcli shell belongs to; NULL for another product's shell. Any thread. */
struct netdiag_session *netdiag_session_find(const struct cli_def *cli);

/*
 * Prints one line past the filters: page by page where a person reads, and not at all once the
 * command was cancelled.
 */
void netdiag_session_print(struct netdiag_session *session, const char *line);

/*
 * Begins the next line with these characters, or goes on with it: they go out at once. The rest of
 * it is what netdiag_session_print() prints next. Only where the session has a screen.
 */
void netdiag_session_piece(struct netdiag_session *session, const char *piece);

/* Prints one line on the error stream, after all that was printed before it. */
void netdiag_session_error(struct netdiag_session *session, const char *line);

/* Its door's name; NULL: it has none. */
const char *netdiag_session_name(const struct netdiag_session *session);

/* Who logged in; NULL where nobody had to. */
const char *netdiag_session_user(const struct netdiag_session *session);

/* The words that a filter was given are wrong: the command ends with NETDIAG_STATUS_USAGE. */
void netdiag_session_misused(struct netdiag_session *session);

/*
 * Looks whether ^C was typed, at most once in a while: to be called often while a command runs. In
 * a session where no person types it does nothing.
 */
void netdiag_session_look(struct netdiag_session *session);

/* ---- live views and progress: for handlers that take their time ---- */

/*
 * Whether a person sits at a screen of known size, and sees what the command prints as it is (the
 * line has no filter): a view can be drawn anew there in place.
 */
bool netdiag_session_has_screen(const struct netdiag_session *session);

/*
 * One picture: between the two each line printed is a line of the screen, from its top, cut to its
 * columns (never in the middle of a character), and what does not fit below is dropped. Nothing
 * else is printed between them. No pages. The size is asked for anew at each begin, and `screen`
 * says it; after the end the picture is out, and the cursor is below it. With `first` the screen is
 * cleared. Only where the session has a screen.
 */
void netdiag_session_picture_begin(struct netdiag_session *session, bool first,
                                   struct netdiag_terminal *screen);
void netdiag_session_picture_end(struct netdiag_session *session);

/* Whether the screen has another size than the last picture was drawn for. */
bool netdiag_session_was_resized(const struct netdiag_session *session);

/*
 * Whether a key was typed since the command began: all that were are taken, an escape sequence as
 * one, and a ^C cancels the command besides. What was typed before, further lines of a paste for
 * example, waits for the next prompt. True too when the command was cancelled, or nobody is there
 * any more. Asks the door each time, and does not wait, but 30 ms for the rest of a sequence. Doors
 * on a network hear of a new size here. Where no person types it is netdiag_session_cancelled().
 */
bool netdiag_session_take_key(struct netdiag_session *session);

/*
 * For a command that goes on until a key is typed: whether nothing was, for as long as the door
 * lets a session be idle. It says so then, and the session ends. Where no person types it is false.
 */
bool netdiag_session_is_left(struct netdiag_session *session);

/*
 * Says how far the command is, "1234 of 10000 connections", to a person who waits: on a line that
 * goes away again, once nothing was printed for half a second, and where the output stops at a page
 * and that is not answered for so long: a program that answers pages finds them as ever. Only where
 * there are pages: who has turned them off with `terminal length 0` is a program, and sees
 * nothing of it. To be called for every row: the numbers are kept, and made a text where they are
 * shown, by netdiag_session_look() or at a page. A total of 0 is left out. `what` is a constant,
 * and stays until the command ends or says another; NULL: there is no more to say.
 */
void netdiag_session_progress(struct netdiag_session *session, uint64_t done, uint64_t total,
                              const char *what);

/* Whether anybody would see it: what it costs to know a total need not be paid otherwise. */
bool netdiag_session_shows_progress(const struct netdiag_session *session);

/* The session ends after the present command. */
void netdiag_session_end(struct netdiag_session *session);

/*
 * Stops the present command at the next point where it looks: what it still prints is dropped.
 * The next line runs again. Any thread, and signal handlers too.
 */
void netdiag_session_cancel(struct netdiag_session *session);
bool netdiag_session_cancelled(const struct netdiag_session *session);

/*
 * Nobody is there any more, or nobody is to be: the present command is stopped, no other runs, and
 * a line that has not been ended is not run. Any thread.
 */
void netdiag_session_abandon(struct netdiag_session *session);

/* Begins what is printed page by page: at the head of a page, and not cancelled. */
void netdiag_session_begin(struct netdiag_session *session);

/* What the terminal is said to be: by `terminal ...`, or else by the door. */
struct netdiag_terminal netdiag_session_terminal(const struct netdiag_session *session);
void netdiag_session_set_rows(struct netdiag_session *session, unsigned rows);
void netdiag_session_set_columns(struct netdiag_session *session, unsigned columns);

/* The language of explanations: by `terminal language`, or else Kconfig's. */
enum netdiag_language netdiag_session_language(const struct netdiag_session *session);
void netdiag_session_set_language(struct netdiag_session *session, enum netdiag_language language);

/* `terminal monitor`: the session shows lines that come from now on, or no more. */
void netdiag_session_monitor(struct netdiag_session *session, bool on);

struct netdiag_history *netdiag_session_history(struct netdiag_session *session);
struct cli_def *netdiag_session_shell(const struct netdiag_session *session);

/*
 * Raises the privilege to 15: without a word where the door is trusted, else for a secret that it
 * asks for. NETDIAG_ERROR_UNSUPPORTED: there is nobody to ask; NETDIAG_ERROR_DENIED: it is wrong.
 */
enum netdiag_error netdiag_session_enable(struct netdiag_session *session);

/*
 * Asks for a secret of up to `size` - 1 bytes; a longer one becomes "". False: the person gave up,
 * or is gone. The caller wipes it.
 */
bool netdiag_session_ask_secret(struct netdiag_session *session, const char *prompt, char *secret,
                                size_t size);

/* ---- for `show users` ---- */

/* Longer texts are cut. */
struct netdiag_session_row {
    unsigned line; /* which of the lines it has, from 0 */
    bool self;
    char door[16];
    char user[32];
    char from[64];
    uint64_t idle_s; /* since something was typed */
};

/* The first session on line `line` or above; false when there is none. Any thread. */
bool netdiag_session_next(const struct netdiag_session *self, unsigned line,
                          struct netdiag_session_row *row);

/*
 * Ends the session on that line, for `clear line`. NETDIAG_ERROR_NOT_FOUND: there is none;
 * NETDIAG_ERROR_UNSUPPORTED: its door cannot. Any thread.
 */
enum netdiag_error netdiag_session_hang_up(unsigned line);

#endif
