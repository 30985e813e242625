/*
 * Sessions: opening and closing them, and what they are.
 *
 * The list of open sessions bounds them, and lets a handler find its session from its libcli
 * shell: the shell's context cannot be asked, since in another product's shell it is the
 * product's.
 */
#include "cli/session.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/filters.h"
#include "cli/locks.h"
#include "cli/session_private.h"
#include "stats/device.h"
#include "stats/text.h"

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct netdiag_session *list[CONFIG_NETDIAG_SESSIONS];

/* ---- the list ---- */

static bool list_add(struct netdiag_session *session)
{
    bool added = false;

    netdiag_lock_take(&list_lock, NETDIAG_LOCK_SESSIONS);
    for (unsigned i = 0; i < CONFIG_NETDIAG_SESSIONS && !added; i++) {
        if (list[i] == NULL) {
            list[i] = session;
            session->line = i;
            added = true;
        }
    }
    netdiag_lock_leave(&list_lock, NETDIAG_LOCK_SESSIONS);
    return added;
}

static void list_remove(const struct netdiag_session *session)
{
    netdiag_lock_take(&list_lock, NETDIAG_LOCK_SESSIONS);
    for (size_t i = 0; i < CONFIG_NETDIAG_SESSIONS; i++) {
        if (list[i] == session)
            list[i] = NULL;
    }
    netdiag_lock_leave(&list_lock, NETDIAG_LOCK_SESSIONS);
}

struct netdiag_session *netdiag_session_find(const struct cli_def *cli)
{
    struct netdiag_session *found = NULL;

    netdiag_lock_take(&list_lock, NETDIAG_LOCK_SESSIONS);
    for (size_t i = 0; i < CONFIG_NETDIAG_SESSIONS && found == NULL; i++) {
        if (list[i] != NULL && list[i]->cli == cli)
            found = list[i];
    }
    netdiag_lock_leave(&list_lock, NETDIAG_LOCK_SESSIONS);
    return found;
}

uint64_t netdiag_session_clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void copy(char *bytes, size_t size, const char *string)
{
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, size);
    netdiag_text_string(&text, string != NULL ? string : "");
}

/* Under the lock: its session cannot close meanwhile. */
static void describe(const struct netdiag_session *session, struct netdiag_session_row *row)
{
    const struct netdiag_door *door = session->door;
    uint64_t active_ms = atomic_load(&session->active); /* before the clock: it goes on meanwhile */

    row->line = session->line;
    copy(row->door, sizeof row->door, door->name);
    copy(row->user, sizeof row->user, door->user);
    copy(row->from, sizeof row->from, door->from);
    row->idle_s = (netdiag_session_clock_ms() - active_ms) / 1000;
}

bool netdiag_session_next(const struct netdiag_session *self, unsigned line,
                          struct netdiag_session_row *row)
{
    bool found = false;

    netdiag_lock_take(&list_lock, NETDIAG_LOCK_SESSIONS);
    for (; line < CONFIG_NETDIAG_SESSIONS && !found; line++) {
        if (list[line] == NULL)
            continue;
        describe(list[line], row);
        row->self = list[line] == self;
        found = true;
    }
    netdiag_lock_leave(&list_lock, NETDIAG_LOCK_SESSIONS);
    return found;
}

enum netdiag_error netdiag_session_hang_up(unsigned line)
{
    enum netdiag_error error = NETDIAG_ERROR_NOT_FOUND;

    netdiag_lock_take(&list_lock, NETDIAG_LOCK_SESSIONS);
    if (line < CONFIG_NETDIAG_SESSIONS && list[line] != NULL) {
        const struct netdiag_door *door = list[line]->door;

        error = door->hang_up != NULL ? NETDIAG_OK : NETDIAG_ERROR_UNSUPPORTED;
        if (error == NETDIAG_OK) {
            netdiag_session_abandon(list[line]);
            door->hang_up(door->ctx);
        }
    }
    netdiag_lock_leave(&list_lock, NETDIAG_LOCK_SESSIONS);
    return error;
}

/* ---- state ---- */

enum netdiag_status netdiag_session_status(const struct netdiag_session *session)
{
    return session->status;
}

bool netdiag_session_ended(const struct netdiag_session *session)
{
    return session->ended || atomic_load(&session->abandoned);
}

const char *netdiag_session_name(const struct netdiag_session *session)
{
    return session->door->name;
}

const char *netdiag_session_user(const struct netdiag_session *session)
{
    return session->door->trusted ? NULL : session->door->user;
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
    return session->unread || atomic_load(&session->cancelled) || atomic_load(&session->abandoned);
}

void netdiag_session_abandon(struct netdiag_session *session)
{
    atomic_store(&session->abandoned, true);
}

void netdiag_session_misused(struct netdiag_session *session)
{
    session->misused = true;
}

struct netdiag_history *netdiag_session_history(struct netdiag_session *session)
{
    return &session->history;
}

struct cli_def *netdiag_session_shell(const struct netdiag_session *session)
{
    return session->cli;
}

struct netdiag_terminal netdiag_session_terminal(const struct netdiag_session *session)
{
    struct netdiag_terminal terminal = {.columns = 0, .rows = 0};

    if (session->door->size != NULL)
        session->door->size(session->door->ctx, &terminal);
    if (session->chosen.columns != NETDIAG_TERMINAL_ASK)
        terminal.columns = session->chosen.columns;
    if (session->chosen.rows != NETDIAG_TERMINAL_ASK)
        terminal.rows = session->chosen.rows;
    return terminal;
}

enum netdiag_language netdiag_session_language(const struct netdiag_session *session)
{
    return session->language;
}

void netdiag_session_set_language(struct netdiag_session *session, enum netdiag_language language)
{
    session->language = language;
}

void netdiag_session_set_rows(struct netdiag_session *session, unsigned rows)
{
    session->chosen.rows = rows;
}

void netdiag_session_set_columns(struct netdiag_session *session, unsigned columns)
{
    session->chosen.columns = columns;
}

/* As long as a secret can be, and one more that tells it is longer. */
#define SECRET_SIZE (NETDIAG_SECRET_LENGTH + 2)

static enum netdiag_error ask_to_enable(struct netdiag_session *session)
{
    const struct netdiag_door *door = session->door;
    char secret[SECRET_SIZE];
    bool is_right;

    if (door->enable == NULL || !door->echoes)
        return NETDIAG_ERROR_UNSUPPORTED;
    is_right = netdiag_session_ask_secret(session, "Password: ", secret, sizeof secret) &&
               door->enable(door->ctx, secret);
    explicit_bzero(secret, sizeof secret);
    return is_right ? NETDIAG_OK : NETDIAG_ERROR_DENIED;
}

enum netdiag_error netdiag_session_enable(struct netdiag_session *session)
{
    enum netdiag_error error = NETDIAG_OK;

    if (!session->door->trusted && session->cli->privilege < PRIVILEGE_PRIVILEGED)
        error = ask_to_enable(session);
    if (error == NETDIAG_OK)
        cli_set_privilege(session->cli, PRIVILEGE_PRIVILEGED);
    return error;
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

static enum netdiag_error register_own(struct cli_def *cli)
{
    const struct netdiag_command *table;
    enum netdiag_error error = NETDIAG_OK;

    for (size_t i = 0; error == NETDIAG_OK && (table = netdiag_command_session_table(i)); i++)
        error = netdiag_command_register(cli, table);
    return error;
}

/* A shell that has our commands and filters, and nothing else. */
static enum netdiag_error set_up_shell(struct netdiag_session *session)
{
    struct cli_def *cli = session->cli;
    enum netdiag_error error;

    cli_unregister_all_filters(cli); /* some of the built-in ones kill the process */
    cli_unregister_all_commands(cli);
    cli_set_context(cli, session);
    cli_print_callback(cli, netdiag_session_on_print);
    error = netdiag_register(session->diag, cli);
    if (error == NETDIAG_OK)
        error = register_own(cli);
    if (error == NETDIAG_OK)
        error = netdiag_filters_register(cli);
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
    session->chosen.columns = session->chosen.rows = NETDIAG_TERMINAL_ASK;
    session->language = NETDIAG_LANGUAGE_DEFAULT;
    session->active = netdiag_session_clock_ms();
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
