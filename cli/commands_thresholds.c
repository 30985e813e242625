/*
 * show tcp thresholds, tcp threshold
 */
#include "cli/command.h"

#include <string.h>

#include <libcli.h>

#include "cli/arguments.h"
#include "stats/device.h"
#include "stats/tcp_thresholds.h"

#define NAME   "threshold"
#define VALUE  "value"
#define PRESET "default"

static enum netdiag_status show_thresholds(struct netdiag_call *call)
{
    struct netdiag_tcp_thresholds thresholds;

    netdiag_tcp_thresholds_get(call->diag, &thresholds);
    netdiag_call_begin(call);
    call->renderer->tcp_thresholds(&call->output, &thresholds);
    netdiag_call_end(call);
    return NETDIAG_STATUS_OK;
}

static enum netdiag_status refuse_name(struct netdiag_call *call, const char *given)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "there is no threshold \"");
    netdiag_output_name(&text, given, 0);
    netdiag_text_string(&text, "\"; show tcp thresholds has their names");
    return netdiag_call_refuse(call, NETDIAG_ERROR_INVALID, line);
}

static enum netdiag_status refuse_value(struct netdiag_call *call,
                                        const struct netdiag_threshold_info *info,
                                        const char *given)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "threshold ");
    netdiag_text_string(&text, info->key);
    netdiag_text_string(&text, ": \"");
    netdiag_output_name(&text, given, 0);
    netdiag_text_string(&text, "\" was given; legal are ");
    netdiag_text_number(&text, info->low);
    netdiag_text_string(&text, " to ");
    netdiag_text_number(&text, info->high);
    netdiag_text_string(&text, ", or " PRESET " (");
    netdiag_text_number(&text, info->preset);
    netdiag_text_char(&text, ')');
    return netdiag_call_refuse(call, NETDIAG_ERROR_INVALID, line);
}

static void log_change(const struct netdiag_call *call, const struct netdiag_threshold_info *info,
                       uint32_t before, uint32_t value)
{
    char line[CONFIG_NETDIAG_WHO_LENGTH + 128], by[CONFIG_NETDIAG_WHO_LENGTH + 1];
    struct netdiag_text text;

    netdiag_call_who(call, by, sizeof by);
    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "tcp threshold ");
    netdiag_text_string(&text, info->key);
    netdiag_text_string(&text, " set to ");
    netdiag_text_number(&text, value);
    netdiag_text_string(&text, " by ");
    netdiag_text_string(&text, by);
    netdiag_text_string(&text, ", it was ");
    netdiag_text_number(&text, before);
    netdiag_device_log(call->diag, NETDIAG_SEVERITY_NOTICE, line);
}

static enum netdiag_status set_threshold(struct netdiag_call *call)
{
    const char *name = netdiag_call_argument(call, NAME);
    const char *given = netdiag_call_argument(call, VALUE);
    const struct netdiag_threshold_info *info;
    struct netdiag_tcp_thresholds before;
    enum netdiag_tcp_threshold threshold;
    uint32_t value;

    if (!netdiag_threshold_find(name, &threshold))
        return refuse_name(call, name);
    info = &netdiag_threshold_infos[threshold];
    if (strcmp(given, PRESET) == 0)
        value = info->preset;
    else if (!netdiag_parse_number(given, info->low, info->high, &value))
        return refuse_value(call, info, given);
    netdiag_tcp_thresholds_get(call->diag, &before);
    if (netdiag_tcp_threshold_set(call->diag, threshold, value) != NETDIAG_OK)
        return refuse_value(call, info, given);
    log_change(call, info, before.value[threshold], value);
    return NETDIAG_STATUS_OK;
}

/* Which names and values are legal the command says itself: a caret would not. */
static int validate_any(struct cli_def *cli, const char *name, const char *value)
{
    (void)cli;
    (void)name;
    return value != NULL ? CLI_OK : CLI_ERROR;
}

static int complete_name(struct cli_def *cli, const char *name, const char *word,
                         struct cli_comphelp *completions)
{
    size_t size = word != NULL ? strlen(word) : 0;

    (void)cli;
    (void)name;
    for (size_t i = 0; i < NETDIAG_TCP_THRESHOLDS; i++) {
        const char *key = netdiag_threshold_infos[i].key;

        if (size == 0 || strncmp(key, word, size) == 0)
            cli_add_comphelp_entry(completions, key);
    }
    return CLI_OK;
}

static int complete_value(struct cli_def *cli, const char *name, const char *word,
                          struct cli_comphelp *completions)
{
    (void)cli;
    (void)name;
    if (word == NULL || strncmp(PRESET, word, strlen(word)) == 0)
        cli_add_comphelp_entry(completions, PRESET);
    return CLI_OK;
}

static const struct netdiag_argument json_only[] = {
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

static const struct netdiag_argument of_threshold[] = {
    {.name = NAME,
     .kind = NETDIAG_ARGUMENT_VALUE,
     .help = "Its name, as show tcp thresholds has it",
     .validate = validate_any,
     .complete = complete_name},
    {.name = VALUE,
     .kind = NETDIAG_ARGUMENT_VALUE,
     .help = "A number; " PRESET " sets it back",
     .validate = validate_any,
     .complete = complete_value},
    {.name = NULL},
};

const struct netdiag_command netdiag_commands_thresholds[] = {
    {.path = "show tcp thresholds",
     .help = "From where on the diagnosis says that something is wrong",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = json_only,
     .run = show_thresholds},
    {.path = "tcp",
     .help = "TCP: thresholds of the diagnosis",
     .privilege = PRIVILEGE_PRIVILEGED,
     .mode = MODE_ANY},
    {.path = "tcp threshold",
     .help = "Set a threshold of the diagnosis, until the device starts again",
     .privilege = PRIVILEGE_PRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_threshold,
     .run = set_threshold},
    {.path = NULL},
};
