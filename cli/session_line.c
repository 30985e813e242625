/*
 * A line: checked before libcli sees it, run, and what is wrong with it said as Cisco's shells do.
 */
#include <string.h>

#include "cli/choices.h"
#include "cli/filters.h"
#include "cli/session_private.h"
#include "cli/utf8.h"
#include "stats/text.h"

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
        session->text[i] = (char)byte;
    }
    session->text[size] = '\0';
    netdiag_filters_mark(session->text);
    return NETDIAG_STATUS_OK;
}

/* The line as it was typed. */
static void unmark(struct netdiag_session *session)
{
    for (char *c = session->text; *c != '\0'; c++) {
        if (*c == NETDIAG_FILTER_MARK)
            *c = '|';
    }
}

/* Prints the caret under the word that is wrong. */
static void point_at(struct netdiag_session *session, size_t begin)
{
    char prompt[NETDIAG_PROMPT_SIZE];
    char bytes[CONFIG_NETDIAG_LINE_LENGTH + NETDIAG_PROMPT_SIZE + 1];
    size_t columns = netdiag_utf8_columns(session->text, begin);
    struct netdiag_text text;

    unmark(session);
    netdiag_text_start(&text, bytes, sizeof bytes);
    if (session->door->echoes) {
        netdiag_session_prompt(session, prompt, sizeof prompt);
        columns += netdiag_utf8_columns(prompt, strlen(prompt));
    } else {
        netdiag_output_name(&text, session->text, 0);
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

    unmark(session);
    session->text[end] = '\0'; /* up to the word, as Cisco does */
    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_string(&text, "% Ambiguous command:  \"");
    netdiag_output_name(&text, session->text, 0);
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

static enum netdiag_status run_command(struct netdiag_session *session)
{
    enum netdiag_status status;

    session->misused = false;
    status = status_of(cli_run_command(session->cli, session->text));
    return session->misused ? NETDIAG_STATUS_USAGE : status;
}

static enum netdiag_status run_resolved(struct netdiag_session *session)
{
    struct netdiag_resolution resolution;

    netdiag_resolve(session->cli, session->text, &session->words, &resolution);
    switch (resolution.verdict) {
    case NETDIAG_VERDICT_OK:
        return run_command(session);
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

/* Whether the line ends in a '?' that stands alone: it asks, and runs nothing. */
static bool is_question(const char *line, size_t size)
{
    return size > 0 && line[size - 1] == '?' && (size == 1 || line[size - 2] == ' ');
}

/* For those who cannot press the key: `netdiag -c "show ?"`. */
static enum netdiag_status answer(struct netdiag_session *session, size_t size)
{
    struct netdiag_line_end end;

    netdiag_line_end_find(&end, session->cli, session->text, size - 1);
    return netdiag_choices_explain(session, &end) ? NETDIAG_STATUS_OK : NETDIAG_STATUS_USAGE;
}

enum netdiag_status netdiag_session_run(struct netdiag_session *session, const char *line,
                                        size_t size)
{
    enum netdiag_status status;

    netdiag_session_begin(session);
    netdiag_session_mark_typed(session);
    status = take_line(session, line, size);
    if (status == NETDIAG_STATUS_OK)
        status = is_question(session->text, size) ? answer(session, size) : run_resolved(session);
    if (session->status == NETDIAG_STATUS_OK)
        session->status = status;
    netdiag_session_screen_end(session);
    netdiag_session_flush(session);
    return status;
}
