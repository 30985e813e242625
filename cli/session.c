/*
 * Sessions.
 *
 * The list of open sessions bounds them, and lets a handler find its session from its libcli
 * shell: the shell's context cannot be asked, since in another product's shell it is the
 * product's.
 */
#include "cli/session.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <libcli.h>

#include "cli/resolve.h"
#include "cli/utf8.h"
#include "stats/device.h"
#include "stats/text.h"

/* Output gathers here until it is flushed: a long table costs a write every so many bytes. */
#define BUFFER_SIZE 16384

struct netdiag_session {
    struct netdiag *diag;
    const struct netdiag_door *door;
    struct cli_def *cli;
    enum netdiag_status status;
    atomic_bool cancelled;
    bool ended;
    bool unread;                /* the door says that nobody reads */
    enum netdiag_stream stream; /* where the bytes in the buffer go */
    size_t length;
    char buffer[BUFFER_SIZE];
    char line[CONFIG_NETDIAG_LINE_LENGTH + 1];
    struct netdiag_words words;
};

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct netdiag_session *list[CONFIG_NETDIAG_SESSIONS];

/* ---- the list ---- */

static bool list_add(struct netdiag_session *session)
{
    bool added = false;

    pthread_mutex_lock(&list_lock);
    for (size_t i = 0; i < CONFIG_NETDIAG_SESSIONS && !added; i++) {
        if (list[i] == NULL) {
            list[i] = session;
            added = true;
        }
    }
    pthread_mutex_unlock(&list_lock);
    return added;
}

static void list_remove(const struct netdiag_session *session)
{
    pthread_mutex_lock(&list_lock);
    for (size_t i = 0; i < CONFIG_NETDIAG_SESSIONS; i++) {
        if (list[i] == session)
            list[i] = NULL;
    }
    pthread_mutex_unlock(&list_lock);
}

struct netdiag_session *netdiag_session_find(const struct cli_def *cli)
{
    struct netdiag_session *found = NULL;

    pthread_mutex_lock(&list_lock);
    for (size_t i = 0; i < CONFIG_NETDIAG_SESSIONS && found == NULL; i++) {
        if (list[i] != NULL && list[i]->cli == cli)
            found = list[i];
    }
    pthread_mutex_unlock(&list_lock);
    return found;
}

/* ---- output ---- */

void netdiag_session_flush(struct netdiag_session *session)
{
    const struct netdiag_door *door = session->door;

    if (session->length > 0 && !session->unread &&
        !door->write(door->ctx, session->stream, session->buffer, session->length)) {
        session->unread = true;
        session->ended = true;
    }
    session->length = 0;
}

static void put(struct netdiag_session *session, enum netdiag_stream stream, const char *bytes,
                size_t size)
{
    if (stream != session->stream)
        netdiag_session_flush(session); /* the order of the two must stay */
    session->stream = stream;
    while (size > 0) {
        size_t part = BUFFER_SIZE - session->length;

        if (part > size)
            part = size;
        memcpy(session->buffer + session->length, bytes, part);
        session->length += part;
        bytes += part;
        size -= part;
        if (session->length == BUFFER_SIZE)
            netdiag_session_flush(session);
    }
}

static void put_line(struct netdiag_session *session, enum netdiag_stream stream, const char *line)
{
    put(session, stream, line, strlen(line));
    put(session, stream, session->door->line_end, strlen(session->door->line_end));
}

void netdiag_session_write(struct netdiag_session *session, const char *bytes, size_t size)
{
    put(session, NETDIAG_STREAM_OUT, bytes, size);
}

void netdiag_session_error(struct netdiag_session *session, const char *line)
{
    put_line(session, NETDIAG_STREAM_ERROR, line);
}

/* libcli's print callback: a line that passed the filters. */
static void on_print(struct cli_def *cli, const char *line)
{
    struct netdiag_session *session = cli_get_context(cli);

    if (!netdiag_session_cancelled(session))
        put_line(session, NETDIAG_STREAM_OUT, line);
}

/* ---- input, state ---- */

ssize_t netdiag_session_read(struct netdiag_session *session, char *bytes, size_t size,
                             int timeout_ms)
{
    netdiag_session_flush(session);
    return session->door->read(session->door->ctx, bytes, size, timeout_ms);
}

enum netdiag_status netdiag_session_status(const struct netdiag_session *session)
{
    return session->status;
}

bool netdiag_session_ended(const struct netdiag_session *session)
{
    return session->ended;
}

const char *netdiag_session_name(const struct netdiag_session *session)
{
    return session->door->name;
}

void netdiag_session_end(struct netdiag_session *session)
{
    session->ended = true;
}

void netdiag_session_cancel(struct netdiag_session *session)
{
    atomic_store(&session->cancelled, true);
}

bool netdiag_session_cancelled(const struct netdiag_session *session)
{
    return session->unread || atomic_load(&session->cancelled);
}

void netdiag_session_prompt(const struct netdiag_session *session, char *prompt, size_t size)
{
    struct netdiag_system system;
    struct netdiag_text text;

    netdiag_text_start(&text, prompt, size);
    if (netdiag_device_system(session->diag, &system) == NETDIAG_OK)
        netdiag_output_name(&text, system.host, 0);
    else
        netdiag_text_string(&text, "netdiag");
    netdiag_text_char(&text, session->cli->privilege >= PRIVILEGE_PRIVILEGED ? '#' : '>');
}

/* ---- opening and closing ---- */

/* A shell that has our commands and nothing else. */
static enum netdiag_error set_up_shell(struct netdiag_session *session)
{
    struct cli_def *cli = session->cli;
    enum netdiag_error error;

    cli_unregister_all_filters(cli); /* some of the built-in ones kill the process */
    cli_unregister_all_commands(cli);
    cli_set_context(cli, session);
    cli_print_callback(cli, on_print);
    error = netdiag_register(session->diag, cli);
    if (error == NETDIAG_OK)
        error = netdiag_command_register(cli, netdiag_commands_session);
    cli_set_privilege(cli, session->door->privilege);
    netdiag_command_shorten(cli);
    return error;
}

enum netdiag_error netdiag_session_open(struct netdiag *diag, const struct netdiag_door *door,
                                        struct netdiag_session **opened)
{
    struct netdiag_session *session = calloc(1, sizeof *session);
    enum netdiag_error error = NETDIAG_ERROR_MEMORY;

    if (session == NULL)
        return error;
    session->diag = diag;
    session->door = door;
    session->cli = cli_init();
    if (session->cli != NULL)
        error = set_up_shell(session);
    if (error == NETDIAG_OK && !list_add(session))
        error = NETDIAG_ERROR_FULL;
    if (error != NETDIAG_OK) {
        cli_done(session->cli);
        free(session);
        return error;
    }
    *opened = session;
    return NETDIAG_OK;
}

void netdiag_session_close(struct netdiag_session *session)
{
    if (session == NULL)
        return;
    netdiag_session_flush(session);
    list_remove(session);
    cli_done(session->cli);
    free(session);
}

/* ---- lines ---- */

static enum netdiag_status refuse_line(struct netdiag_session *session, const char *why,
                                       uint64_t given, const char *what, uint64_t allowed)
{
    char bytes[128];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_string(&text, "% ");
    netdiag_text_string(&text, why);
    netdiag_text_number(&text, given);
    netdiag_text_string(&text, what);
    if (allowed > 0)
        netdiag_text_number(&text, allowed);
    netdiag_session_error(session, bytes);
    return NETDIAG_STATUS_USAGE;
}

/* Copies a line that libcli may see. libcli takes control bytes for all sorts of things. */
static enum netdiag_status take_line(struct netdiag_session *session, const char *line, size_t size)
{
    if (size > CONFIG_NETDIAG_LINE_LENGTH)
        return refuse_line(session, "line too long: ", size, " bytes, and at most ",
                           CONFIG_NETDIAG_LINE_LENGTH);
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)line[i];

        if (byte == '\t')
            byte = ' ';
        if (byte < 0x20 || byte == 0x7f)
            return refuse_line(session, "line refused: control character ", byte,
                               " in it; remove it", 0);
        session->line[i] = (char)byte;
    }
    session->line[size] = '\0';
    return NETDIAG_STATUS_OK;
}

/* Prints the caret under the word that is wrong. */
static void point_at(struct netdiag_session *session, size_t begin)
{
    char prompt[NETDIAG_PROMPT_SIZE];
    char bytes[CONFIG_NETDIAG_LINE_LENGTH + NETDIAG_PROMPT_SIZE + 1];
    size_t columns = netdiag_utf8_columns(session->line, begin);
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    if (session->door->echoes) {
        netdiag_session_prompt(session, prompt, sizeof prompt);
        columns += netdiag_utf8_columns(prompt, strlen(prompt));
    } else {
        netdiag_output_name(&text, session->line, 0);
        netdiag_session_error(session, bytes);
        netdiag_text_start(&text, bytes, sizeof bytes);
    }
    while (columns-- > 0)
        netdiag_text_char(&text, ' ');
    netdiag_text_char(&text, '^');
    netdiag_session_error(session, bytes);
    netdiag_session_error(session, "% Invalid input detected at '^' marker.");
}

static void say_ambiguous(struct netdiag_session *session, size_t end)
{
    char bytes[CONFIG_NETDIAG_LINE_LENGTH + 64];
    struct netdiag_text text;

    session->line[end] = '\0'; /* up to the word, as Cisco does */
    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_string(&text, "% Ambiguous command:  \"");
    netdiag_output_name(&text, session->line, 0);
    netdiag_text_char(&text, '"');
    netdiag_session_error(session, bytes);
}

static enum netdiag_status status_of(int answer)
{
    switch (answer) {
    case CLI_OK:
        return NETDIAG_STATUS_OK;
    case NETDIAG_STATUS_USAGE:
        return NETDIAG_STATUS_USAGE;
    case NETDIAG_STATUS_UNREACHABLE:
        return NETDIAG_STATUS_UNREACHABLE;
    default:
        return NETDIAG_STATUS_FAILED;
    }
}

static enum netdiag_status run_resolved(struct netdiag_session *session)
{
    struct netdiag_resolution resolution;

    netdiag_resolve(session->cli, session->line, &session->words, &resolution);
    switch (resolution.verdict) {
    case NETDIAG_VERDICT_OK:
        return status_of(cli_run_command(session->cli, session->line));
    case NETDIAG_VERDICT_EMPTY:
        return NETDIAG_STATUS_OK;
    case NETDIAG_VERDICT_INVALID:
        point_at(session, resolution.begin);
        return NETDIAG_STATUS_USAGE;
    case NETDIAG_VERDICT_INCOMPLETE:
        netdiag_session_error(session, "% Incomplete command.");
        return NETDIAG_STATUS_USAGE;
    case NETDIAG_VERDICT_AMBIGUOUS:
        say_ambiguous(session, resolution.end);
        return NETDIAG_STATUS_USAGE;
    case NETDIAG_VERDICT_TOO_LONG:
        break; /* take_line() saw to it */
    }
    return NETDIAG_STATUS_USAGE;
}

enum netdiag_status netdiag_session_run(struct netdiag_session *session, const char *line,
                                        size_t size)
{
    enum netdiag_status status;

    atomic_store(&session->cancelled, false);
    status = take_line(session, line, size);
    if (status == NETDIAG_STATUS_OK)
        status = run_resolved(session);
    if (session->status == NETDIAG_STATUS_OK)
        session->status = status;
    netdiag_session_flush(session);
    return status;
}
