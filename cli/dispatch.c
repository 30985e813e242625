/*
 * The dispatcher: the one function between libcli and every handler.
 *
 * libcli runs a command on '?', hands on words that it does not know, lets an argument stand
 * twice, and takes some return values for orders of its own: none of it reaches a handler, and no
 * handler's value reaches libcli.
 */
#include "cli/command.h"

#include <string.h>

#include <libcli.h>

#include "cli/session.h"
#include "stats/device.h"
#include "stats/tcp_baseline.h"
#include "stats/text.h"

const char *netdiag_call_argument(const struct netdiag_call *call, const char *name)
{
    return cli_get_optarg_value(call->output.cli, name, NULL);
}

void netdiag_call_who(const struct netdiag_call *call, char *bytes, size_t size)
{
    const struct netdiag_session *session = call->output.session;
    const char *name = session != NULL ? netdiag_session_name(session) : NULL;
    const char *user = session != NULL ? netdiag_session_user(session) : NULL;
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, size);
    if (user != NULL) {
        netdiag_output_name(&text, user, 0);
        netdiag_text_string(&text, " on ");
    }
    netdiag_output_name(&text, name != NULL ? name : "shell", 0);
}

static const char *title(const struct netdiag_command *command)
{
    return command->title != NULL ? command->title : command->path;
}

void netdiag_call_look(struct netdiag_call *call)
{
    call->head.command = title(call->command);
    call->head.system_error = netdiag_device_system(call->diag, &call->head.system);
    call->head.time_error = netdiag_device_time(call->diag, &call->head.time);
}

void netdiag_call_begin(struct netdiag_call *call)
{
    netdiag_call_look(call);
    netdiag_output_progress_end(&call->output); /* what was waited for is there */
    call->renderer->begin(&call->output, &call->head);
}

void netdiag_call_end(struct netdiag_call *call)
{
    call->renderer->end(&call->output);
}

enum netdiag_status netdiag_call_refuse(struct netdiag_call *call, enum netdiag_error error,
                                        const char *text)
{
    const struct netdiag_refusal refusal = {
        .command = title(call->command), .error = error, .text = text};

    call->renderer->refuse(&call->output, &refusal);
    return error == NETDIAG_ERROR_DOWN ? NETDIAG_STATUS_UNREACHABLE : NETDIAG_STATUS_FAILED;
}

enum netdiag_status netdiag_call_fail(struct netdiag_call *call, enum netdiag_error error)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, title(call->command));
    netdiag_text_string(&text, " not available: ");
    netdiag_text_string(&text, netdiag_error_text(error));
    return netdiag_call_refuse(call, error, line);
}

/* On the error stream in JSON too: of a command that was stopped nothing more is shown. */
enum netdiag_status netdiag_call_stopped(struct netdiag_call *call)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "% ");
    netdiag_text_string(&text, title(call->command));
    netdiag_text_string(&text, " stopped");
    netdiag_output_error(&call->output, line);
    return NETDIAG_STATUS_FAILED;
}

/* One line: `% before "word" after`. */
static void complain(struct netdiag_call *call, const char *before, const char *word,
                     const char *after)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "% ");
    netdiag_text_string(&text, before);
    netdiag_text_string(&text, " \"");
    netdiag_output_name(&text, word, 0);
    netdiag_text_string(&text, "\" ");
    netdiag_text_string(&text, after);
    netdiag_output_error(&call->output, line);
}

/* Something was left out of this build; the symbol brings it back. */
static void say_absent(struct netdiag_call *call, const char *what, const char *symbol)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "% not in this build: \"");
    netdiag_text_string(&text, what);
    netdiag_text_string(&text, "\" (");
    netdiag_text_string(&text, symbol);
    netdiag_text_string(&text, " is not set)");
    netdiag_output_error(&call->output, line);
}

static const char *given_twice(struct cli_def *cli)
{
    const struct cli_optarg_pair *pair = cli_get_all_found_optargs(cli);

    for (; pair != NULL; pair = pair->next) {
        for (const struct cli_optarg_pair *later = pair->next; later != NULL; later = later->next) {
            if (strcmp(pair->name, later->name) == 0)
                return later->value;
        }
    }
    return NULL;
}

static void print_choice(struct netdiag_call *call, const char *word, const char *help)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "  ");
    netdiag_output_name(&text, word, 20);
    netdiag_text_string(&text, " ");
    netdiag_text_string(&text, help);
    netdiag_output_text(&call->output, &text);
}

/* The commands that go on from this one by a word. */
static void print_longer(struct netdiag_call *call, const struct netdiag_command *table)
{
    size_t size = strlen(call->command->path);

    for (; table->path != NULL; table++) {
        if (strncmp(table->path, call->command->path, size) == 0 && table->path[size] == ' ' &&
            strchr(table->path + size + 1, ' ') == NULL &&
            table->privilege <= call->output.cli->privilege)
            print_choice(call, table->path + size + 1, table->help);
    }
}

static void print_help(struct netdiag_call *call)
{
    const struct netdiag_argument *argument = call->command->arguments;
    const struct netdiag_command *table;

    for (size_t i = 0; (table = netdiag_command_table(i)) != NULL; i++)
        print_longer(call, table);
    for (; argument != NULL && argument->name != NULL; argument++)
        print_choice(call, argument->name, argument->help);
    netdiag_output_line(&call->output, "  <cr>");
}

/* Whether the words are right; says what is wrong with them. */
static bool check_words(struct netdiag_call *call, char *argv[], int argc)
{
    const char *twice = given_twice(call->output.cli);

    if (argc > 0) {
        complain(call, "unknown word", argv[0], "after the command");
        return false;
    }
    if (twice != NULL) {
        complain(call, "given twice:", twice, "stands there again");
        return false;
    }
    return true;
}

static enum netdiag_status run(struct netdiag_call *call, char *argv[], int argc)
{
    const struct netdiag_command *command = call->command;

    if (argc > 0 && strcmp(argv[argc - 1], "?") == 0) {
        print_help(call);
        return NETDIAG_STATUS_OK;
    }
    if (!check_words(call, argv, argc))
        return NETDIAG_STATUS_USAGE;
    if (call->output.cli->privilege < command->privilege) {
        complain(call, "the privilege is too low for", command->path, "here");
        return NETDIAG_STATUS_FAILED;
    }
    if (netdiag_call_argument(call, "json") != NULL)
        call->renderer = netdiag_command_json();
    if (call->renderer == NULL) {
        say_absent(call, "json", "CONFIG_NETDIAG_JSON");
        return NETDIAG_STATUS_FAILED;
    }
    return command->run(call);
}

/* CLI_OK, CLI_ERROR or a value above 1: libcli takes others for orders, and crashes on some. */
static int to_libcli(enum netdiag_status status)
{
    switch (status) {
    case NETDIAG_STATUS_OK:
        return CLI_OK;
    case NETDIAG_STATUS_FAILED:
        return CLI_ERROR;
    case NETDIAG_STATUS_USAGE:
    case NETDIAG_STATUS_UNREACHABLE:
        return (int)status;
    }
    return CLI_ERROR;
}

static bool start_call(struct netdiag_call *call, struct cli_def *cli, const char *command)
{
    memset(&call->head, 0, sizeof call->head);
    call->diag = netdiag_command_device();
    call->command = netdiag_command_find(command);
    call->renderer = &netdiag_render_text;
    netdiag_output_start(&call->output, cli);
    if (call->diag == NULL || call->command == NULL)
        return false;
    netdiag_tcp_cleared_get(call->diag, &call->head.cleared);
    return true;
}

int netdiag_dispatch(struct cli_def *cli, const char *command, char *argv[], int argc)
{
    struct netdiag_call call;

    if (!start_call(&call, cli, command))
        return CLI_ERROR;
    return to_libcli(run(&call, argv, argc));
}

int netdiag_dispatch_absent(struct cli_def *cli, const char *command, char *argv[], int argc)
{
    struct netdiag_call call;

    (void)argv;
    (void)argc;
    if (!start_call(&call, cli, command) || call.command->symbol == NULL)
        return CLI_ERROR;
    say_absent(&call, command, call.command->symbol);
    return to_libcli(NETDIAG_STATUS_FAILED);
}
