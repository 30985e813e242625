/*
 * Commands about the shell itself. Only shells of ours have them: another product's has its own.
 */
#include "cli/command.h"

#include <libcli.h>

#include "cli/arguments.h"
#include "cli/history.h"
#include "cli/session.h"
#include "stats/device.h"
#include "stats/text.h"

#define LENGTH "lines"
#define WIDTH  "columns"
#define LINE   "line-number"

static enum netdiag_status leave(struct netdiag_call *call)
{
    netdiag_session_end(call->output.session);
    return NETDIAG_STATUS_OK;
}

static enum netdiag_status enable(struct netdiag_call *call)
{
    enum netdiag_error error = netdiag_session_enable(call->output.session);

    if (error == NETDIAG_ERROR_DENIED)
        return netdiag_call_refuse(call, error, "Access denied");
    if (error == NETDIAG_ERROR_UNSUPPORTED)
        return netdiag_call_refuse(call, error,
                                   "enable asks for a password, and nobody is at a terminal here; "
                                   "log in as a user with privilege 15");
    return error == NETDIAG_OK ? NETDIAG_STATUS_OK : netdiag_call_fail(call, error);
}

static enum netdiag_status refuse_line(struct netdiag_call *call, enum netdiag_error error,
                                       const char *line)
{
    char bytes[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    if (error == NETDIAG_ERROR_NOT_FOUND) {
        netdiag_text_string(&text, "nobody is on line ");
        netdiag_text_string(&text, line);
        netdiag_text_string(&text, "; show users has the lines");
    } else {
        netdiag_text_string(&text, "line ");
        netdiag_text_string(&text, line);
        netdiag_text_string(&text, " is local, and ended by whoever is at it");
    }
    return netdiag_call_refuse(call, error, bytes);
}

static enum netdiag_status clear_line(struct netdiag_call *call)
{
    const char *given = netdiag_call_argument(call, LINE);
    char line[64], by[CONFIG_NETDIAG_WHO_LENGTH + 1];
    struct netdiag_text text;
    enum netdiag_error error;
    uint32_t number = 0;

    (void)netdiag_parse_number(given, 0, CONFIG_NETDIAG_SESSIONS - 1, &number);
    error = netdiag_session_hang_up(number);
    if (error != NETDIAG_OK)
        return refuse_line(call, error, given);
    netdiag_call_who(call, by, sizeof by);
    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "line ");
    netdiag_text_number(&text, number);
    netdiag_text_string(&text, " cleared by ");
    netdiag_text_string(&text, by);
    netdiag_device_log(call->diag, NETDIAG_SEVERITY_NOTICE, line);
    return NETDIAG_STATUS_OK;
}

static enum netdiag_status disable(struct netdiag_call *call)
{
    cli_set_privilege(call->output.cli, NETDIAG_PRIVILEGE_USER);
    return NETDIAG_STATUS_OK;
}

static enum netdiag_status show_privilege(struct netdiag_call *call)
{
    char line[64];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "Current privilege level is ");
    netdiag_text_number(&text, (uint64_t)call->output.cli->privilege);
    netdiag_output_text(&call->output, &text);
    return NETDIAG_STATUS_OK;
}

static enum netdiag_status show_history(struct netdiag_call *call)
{
    const struct netdiag_history *history = netdiag_session_history(call->output.session);
    char line[CONFIG_NETDIAG_LINE_LENGTH + 3];

    for (size_t back = netdiag_history_count(history); back > 0; back--) {
        struct netdiag_text text;

        netdiag_text_start(&text, line, sizeof line);
        netdiag_text_string(&text, "  ");
        netdiag_text_string(&text, netdiag_history_back(history, back));
        netdiag_output_text(&call->output, &text);
    }
    return NETDIAG_STATUS_OK;
}

static enum netdiag_status show_users(struct netdiag_call *call)
{
    struct netdiag_session *session = call->output.session;
    struct netdiag_session_row row;

    netdiag_call_begin(call);
    call->renderer->users_begin(&call->output);
    for (unsigned line = 0; netdiag_session_next(session, line, &row); line = row.line + 1)
        call->renderer->user(&call->output, &row);
    call->renderer->users_end(&call->output);
    netdiag_call_end(call);
    return NETDIAG_STATUS_OK;
}

/* The number that was given for an argument; the validator has seen it. */
static unsigned number_of(const struct netdiag_call *call, const char *name)
{
    const char *value = netdiag_call_argument(call, name);
    uint32_t number = 0;

    if (value != NULL)
        (void)netdiag_parse_number(value, 0, NETDIAG_TERMINAL_MOST, &number);
    return number;
}

static enum netdiag_status set_length(struct netdiag_call *call)
{
    netdiag_session_set_rows(call->output.session, number_of(call, LENGTH));
    return NETDIAG_STATUS_OK;
}

static enum netdiag_status set_width(struct netdiag_call *call)
{
    netdiag_session_set_columns(call->output.session, number_of(call, WIDTH));
    return NETDIAG_STATUS_OK;
}

static const struct netdiag_argument json_only[] = {
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

static const struct netdiag_argument of_length[] = {
    {.name = LENGTH,
     .kind = NETDIAG_ARGUMENT_VALUE,
     .help = "Lines of a page, 1 to 512; 0 for no pages",
     .validate = netdiag_validate_terminal_size},
    {.name = NULL},
};

static const struct netdiag_argument of_clear_line[] = {
    {.name = LINE,
     .kind = NETDIAG_ARGUMENT_VALUE,
     .help = "The line, as show users has it",
     .validate = netdiag_validate_line},
    {.name = NULL},
};

static const struct netdiag_argument of_width[] = {
    {.name = WIDTH,
     .kind = NETDIAG_ARGUMENT_VALUE,
     .help = "Columns of the screen, 1 to 512; 0 for no end",
     .validate = netdiag_validate_terminal_size},
    {.name = NULL},
};

#define COMMAND(words, text, function)                                                             \
    {                                                                                              \
        .path = (words), .help = (text), .privilege = PRIVILEGE_UNPRIVILEGED, .mode = MODE_ANY,    \
        .run = (function)                                                                          \
    }

const struct netdiag_command netdiag_commands_session[] = {
    COMMAND("enable", "Turn on privileged commands; asks for no password on the console", enable),
    COMMAND("disable", "Turn off privileged commands", disable),
    COMMAND("exit", "Leave the shell", leave),
    COMMAND("logout", "Leave the shell", leave),
    COMMAND("quit", "Leave the shell", leave),
    COMMAND("show privilege", "The present privilege", show_privilege),
    COMMAND("show history", "The lines that were typed", show_history),
    {.path = "show users",
     .help = "Who is in a shell, and from where",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = json_only,
     .run = show_users},
    {.path = "clear line",
     .help = "End somebody's shell",
     .privilege = PRIVILEGE_PRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_clear_line,
     .run = clear_line},
    COMMAND("terminal", "What this terminal is like", NULL),
    {.path = "terminal length",
     .help = "How many lines a page has",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_length,
     .run = set_length},
    {.path = "terminal width",
     .help = "How many columns the screen has",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_width,
     .run = set_width},
    {.path = NULL},
};
