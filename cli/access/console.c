/*
 * The console: a person at a terminal.
 *
 * The terminal is raw, so every key comes here as bytes and none raises a signal; the editor makes
 * lines of them, and libcli sees whole lines only.
 */
#include "cli/access/access.h"

#include <string.h>

#include "cli/access/descriptors.h"
#include "cli/access/tty.h"
#include "cli/editor.h"

#define PRIVILEGE_AT_START 1 /* a user, as on Cisco's devices; `enable` raises it */
#define LINE_END           "\r\n"

static void echo(void *ctx, const char *bytes, size_t size)
{
    netdiag_session_write(ctx, bytes, size);
}

static void write_text(struct netdiag_session *session, const char *text)
{
    netdiag_session_write(session, text, strlen(text));
}

static void write_prompt(struct netdiag_session *session)
{
    char prompt[NETDIAG_PROMPT_SIZE];

    netdiag_session_prompt(session, prompt, sizeof prompt);
    write_text(session, prompt);
}

static void take_key(struct netdiag_session *session, struct netdiag_editor *editor, char byte)
{
    switch (netdiag_editor_take(editor, byte)) {
    case NETDIAG_KEY_NONE:
        return;
    case NETDIAG_KEY_END:
        write_text(session, LINE_END);
        netdiag_session_end(session);
        return;
    case NETDIAG_KEY_INTERRUPT:
        write_text(session, "^C" LINE_END);
        break;
    case NETDIAG_KEY_ENTER:
        write_text(session, LINE_END);
        netdiag_session_run(session, editor->line, editor->size);
        break;
    }
    netdiag_editor_reset(editor);
    if (!netdiag_session_ended(session))
        write_prompt(session);
}

static void run_keys(struct netdiag_session *session)
{
    struct netdiag_editor editor;
    char keys[256];

    netdiag_editor_start(&editor, echo, session);
    write_prompt(session);
    while (!netdiag_session_ended(session)) {
        ssize_t count = netdiag_session_read(session, keys, sizeof keys, -1);

        if (count <= 0)
            return;
        for (ssize_t i = 0; i < count && !netdiag_session_ended(session); i++)
            take_key(session, &editor, keys[i]);
    }
}

int netdiag_console_run(struct netdiag *diag, int tty_fd, int stop_fd)
{
    struct netdiag_descriptors descriptors = {
        .in = tty_fd, .out = tty_fd, .err = tty_fd, .stop = stop_fd};
    const struct netdiag_door door = {
        .read = netdiag_descriptors_read,
        .write = netdiag_descriptors_write,
        .ctx = &descriptors,
        .line_end = LINE_END,
        .name = "console",
        .privilege = PRIVILEGE_AT_START,
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
        run_keys(session);
    else
        netdiag_session_error(session, "% the terminal cannot be made raw");
    netdiag_session_close(session);
    netdiag_tty_restore(tty_fd, &tty);
    return descriptors.stopped ? NETDIAG_STATUS_UNREACHABLE : NETDIAG_STATUS_OK;
}
