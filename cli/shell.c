/*
 * The interactive shell.
 *
 * Every key goes to the editor. What the editor cannot do alone, completion, help and history, is
 * done here, and libcli sees whole lines only.
 */
#include "cli/shell.h"

#include <string.h>

#include <libcli.h>

#include "cli/choices.h"
#include "cli/editor.h"
#include "cli/history.h"

#define LINE_END     "\r\n"
#define CLEAR_SCREEN "\x1b[H\x1b[2J"

struct shell {
    struct netdiag_session *session;
    struct netdiag_editor editor;
    size_t back;       /* which line of the history is shown; 0: the person's own */
    size_t draft_size; /* the person's own, while one of the history is shown */
    char draft[CONFIG_NETDIAG_LINE_LENGTH];
};

static void echo(void *ctx, const char *bytes, size_t size)
{
    netdiag_session_write(ctx, bytes, size);
}

static void write_text(const struct shell *shell, const char *text)
{
    netdiag_session_write(shell->session, text, strlen(text));
}

/* Writes the prompt; returns its columns. */
static size_t write_prompt(const struct shell *shell)
{
    char prompt[NETDIAG_PROMPT_SIZE];

    netdiag_session_prompt(shell->session, prompt, sizeof prompt);
    write_text(shell, prompt);
    return netdiag_utf8_columns(prompt, strlen(prompt));
}

static void begin_line(struct shell *shell)
{
    if (netdiag_session_ended(shell->session))
        return;
    shell->back = 0;
    netdiag_editor_reset(&shell->editor, write_prompt(shell));
}

/* Writes the prompt and the line again, where something was printed below it. */
static void redraw(struct shell *shell)
{
    if (netdiag_session_ended(shell->session))
        return;
    write_prompt(shell);
    netdiag_editor_redraw(&shell->editor);
}

/* ---- Enter ---- */

static void run_line(struct shell *shell)
{
    const struct netdiag_editor *editor = &shell->editor;

    write_text(shell, LINE_END);
    netdiag_session_flush(shell->session); /* a command may be silent for long */
    if (editor->surplus == 0)
        netdiag_history_add(netdiag_session_history(shell->session), editor->line, editor->size);
    netdiag_session_run(shell->session, editor->line,
                        editor->surplus == 0 ? editor->size
                                             : CONFIG_NETDIAG_LINE_LENGTH + editor->surplus);
}

/* ---- TAB and '?' ---- */

/* How many bytes at their beginning all choices have in common. */
static size_t common_size(const struct cli_comphelp *choices)
{
    size_t size = strlen(choices->entries[0]);

    for (int i = 1; i < choices->num_entries; i++) {
        size_t same = 0;

        while (same < size && choices->entries[i][same] == choices->entries[0][same])
            same++;
        size = same;
    }
    while (size > 0 && ((unsigned char)choices->entries[0][size] & 0xc0) == 0x80)
        size--; /* not in the middle of a character */
    return size;
}

/* Puts what is sure in place of the last word. False: nothing more is sure than what is there. */
static bool complete(struct shell *shell, const struct netdiag_line_end *end,
                     const struct cli_comphelp *choices)
{
    const struct netdiag_editor *editor = &shell->editor;
    bool blank_follows = editor->cursor < editor->size && editor->line[editor->cursor] == ' ';
    char choice[CONFIG_NETDIAG_LINE_LENGTH + 1];
    char text[CONFIG_NETDIAG_LINE_LENGTH + 1];
    size_t size = common_size(choices);
    bool only = choices->num_entries == 1;

    if (size >= sizeof choice || (!only && size <= strlen(end->word)))
        return false;
    memcpy(choice, choices->entries[0], size);
    choice[size] = '\0';
    if (!netdiag_choice_quote(choice, !only, text, sizeof text - 1))
        return false;
    size = strlen(text);
    if (only && !blank_follows)
        text[size++] = ' '; /* for which its NUL has left room */
    netdiag_editor_replace(&shell->editor, end->begin, text, size);
    return true;
}

static void take_tab(struct shell *shell)
{
    struct cli_def *cli = netdiag_session_shell(shell->session);
    struct cli_comphelp choices = {.num_entries = 0};
    struct netdiag_line_end end;

    netdiag_line_end_find(&end, cli, shell->editor.line, shell->editor.cursor);
    netdiag_choices_collect(&end, cli, &choices);
    if (choices.num_entries <= 0 || shell->editor.surplus > 0) {
        write_text(shell, "\a");
    } else if (!complete(shell, &end, &choices)) {
        size_t cursor = shell->editor.cursor;

        netdiag_editor_leave(&shell->editor);
        write_text(shell, LINE_END);
        netdiag_choices_print(shell->session, &choices);
        shell->editor.cursor = cursor;
        redraw(shell);
    }
    cli_free_comphelp(&choices);
}

static void take_help(struct shell *shell)
{
    struct netdiag_line_end end;
    size_t cursor = shell->editor.cursor;

    netdiag_line_end_find(&end, netdiag_session_shell(shell->session), shell->editor.line, cursor);
    netdiag_editor_leave(&shell->editor);
    write_text(shell, "?" LINE_END);
    netdiag_choices_explain(shell->session, &end);
    shell->editor.cursor = cursor;
    redraw(shell);
}

/* ---- `terminal monitor` ---- */

/* Below the line that is being typed, which is drawn again after it. */
static void show_monitored(struct shell *shell)
{
    size_t cursor = shell->editor.cursor;

    netdiag_editor_leave(&shell->editor);
    write_text(shell, LINE_END);
    netdiag_session_show_monitored(shell->session);
    shell->editor.cursor = cursor;
    redraw(shell);
}

/* ---- the history ---- */

static void show_back(struct shell *shell, size_t back)
{
    struct netdiag_editor *editor = &shell->editor;
    const char *line = netdiag_history_back(netdiag_session_history(shell->session), back);

    if (line == NULL) {
        write_text(shell, "\a");
        return;
    }
    if (shell->back == 0) {
        shell->draft_size = editor->size;
        memcpy(shell->draft, editor->line, editor->size);
    }
    shell->back = back;
    netdiag_editor_set(editor, back > 0 ? line : shell->draft,
                       back > 0 ? strlen(line) : shell->draft_size);
}

static void show_newer(struct shell *shell)
{
    if (shell->back == 0)
        write_text(shell, "\a");
    else
        show_back(shell, shell->back - 1);
}

/* ---- keys ---- */

static void take_key(struct shell *shell, char byte)
{
    switch (netdiag_editor_take(&shell->editor, byte)) {
    case NETDIAG_KEY_NONE:
        return;
    case NETDIAG_KEY_OLDER:
        show_back(shell, shell->back + 1);
        return;
    case NETDIAG_KEY_NEWER:
        show_newer(shell);
        return;
    case NETDIAG_KEY_COMPLETE:
        take_tab(shell);
        return;
    case NETDIAG_KEY_HELP:
        take_help(shell);
        return;
    case NETDIAG_KEY_REDRAW:
        write_text(shell, CLEAR_SCREEN);
        redraw(shell);
        return;
    case NETDIAG_KEY_END:
        write_text(shell, LINE_END);
        netdiag_session_end(shell->session);
        return;
    case NETDIAG_KEY_INTERRUPT:
        write_text(shell, "^C" LINE_END);
        break;
    case NETDIAG_KEY_TOP:
        write_text(shell, "^Z" LINE_END);
        cli_set_configmode(netdiag_session_shell(shell->session), MODE_EXEC, NULL);
        break;
    case NETDIAG_KEY_ENTER:
        run_line(shell);
        netdiag_session_show_monitored(shell->session);
        break;
    }
    begin_line(shell);
}

void netdiag_shell_run(struct netdiag_session *session)
{
    struct shell shell = {.session = session};
    ssize_t count = 1;
    char key;

    netdiag_editor_start(&shell.editor, echo, session);
    begin_line(&shell);
    /* One at a time: what follows a key may be for the command that it starts. */
    while (!netdiag_session_ended(session) && (count > 0 || count == NETDIAG_READ_TIMEOUT)) {
        count = netdiag_session_wait(session, &key, 1);
        netdiag_editor_resize(&shell.editor, netdiag_session_terminal(session).columns);
        if (count > 0)
            take_key(&shell, key);
        else if (count == NETDIAG_READ_TIMEOUT)
            show_monitored(&shell);
    }
}
