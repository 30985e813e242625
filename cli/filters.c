/*
 * The filters.
 *
 * They take plain arguments, and any number of words that are joined here: libcli's own "rest of
 * the line" is one of the things that crash it. They print nothing through libcli, and what they
 * have to say goes to the session. Patterns are extended regular expressions of POSIX.
 */
#include "cli/filters.h"

#include <regex.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libcli.h>

#include "cli/command.h"
#include "cli/pattern.h"
#include "cli/session.h"
#include "stats/text.h"

/*
 * What the C library learns of a pattern from the lines that it is held against grows with them,
 * for a bad one by some 40 bytes a byte of them and a character of it. It begins anew when that
 * product is so large: after 3000 bytes for a pattern of ten characters.
 */
#define LEARNS_MOST 30000

enum purpose {
    PURPOSE_INCLUDE,
    PURPOSE_EXCLUDE,
    PURPOSE_BEGIN,
    PURPOSE_COUNT,
};

/* One filter of a running pipeline: from its start until libcli tells it that the end has come. */
struct filter {
    struct netdiag_session *session;
    enum purpose purpose;
    bool has_pattern;
    bool begun; /* PURPOSE_BEGIN: a line has matched */
    uint64_t count;
    regex_t pattern;
    size_t learnt, learns_most; /* bytes that it was held against, until it begins anew */
    int flags;                  /* of its compilation */
    char source[CONFIG_NETDIAG_LINE_LENGTH + 1]; /* and what was compiled */
};

/* What the words after a filter's name say. */
struct request {
    enum purpose purpose;
    bool needs_pattern;
    bool ignores_case;
    size_t size; /* of the pattern; 0: none was given */
    char pattern[CONFIG_NETDIAG_LINE_LENGTH + 1];
};

/* With the memory gone it goes on as it is. */
static void begin_anew(struct filter *filter)
{
    regex_t fresh;

    filter->learnt = 0;
    if (regcomp(&fresh, filter->source, filter->flags) != 0)
        return;
    regfree(&filter->pattern);
    filter->pattern = fresh;
}

static bool matches(struct filter *filter, const char *line)
{
    if (filter->has_pattern && filter->learnt > filter->learns_most)
        begin_anew(filter);
    filter->learnt += strlen(line);
    return !filter->has_pattern || regexec(&filter->pattern, line, 0, NULL, 0) == 0;
}

static bool keeps(struct filter *filter, const char *line)
{
    switch (filter->purpose) {
    case PURPOSE_INCLUDE:
        return matches(filter, line);
    case PURPOSE_EXCLUDE:
        return !matches(filter, line);
    case PURPOSE_BEGIN:
        filter->begun = filter->begun || matches(filter, line);
        return filter->begun;
    case PURPOSE_COUNT:
        filter->count += matches(filter, line);
        return false;
    }
    return true;
}

static void print_count(const struct filter *filter)
{
    char line[24];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_number(&text, filter->count);
    netdiag_session_print(filter->session, line);
}

static void finish(struct filter *filter)
{
    if (filter->purpose == PURPOSE_COUNT)
        print_count(filter);
    if (filter->has_pattern)
        regfree(&filter->pattern);
    free(filter);
}

/* Of libcli: CLI_OK keeps a line; NULL is the end. */
static int filter_line(struct cli_def *cli, const char *line, void *data)
{
    (void)cli;
    if (line == NULL) {
        finish(data);
        return CLI_OK;
    }
    return keeps(data, line) ? CLI_OK : CLI_ERROR;
}

/* ---- starting one ---- */

/* Says what is wrong: `% name: before "word" after`. */
static int refuse(struct cli_def *cli, const char *before, const char *word, const char *after)
{
    struct netdiag_session *session = cli_get_context(cli);
    char line[CONFIG_NETDIAG_LINE_LENGTH + 256];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "% ");
    netdiag_text_string(&text, cli->pipeline->current_stage->command->command);
    netdiag_text_string(&text, ": ");
    netdiag_text_string(&text, before);
    if (word != NULL) {
        netdiag_text_string(&text, " \"");
        netdiag_output_name(&text, word, 0);
        netdiag_text_char(&text, '"');
    }
    netdiag_text_string(&text, after);
    netdiag_session_error(session, line);
    netdiag_session_misused(session);
    return CLI_ERROR;
}

static void add_word(struct request *request, const char *word)
{
    struct netdiag_text text;

    netdiag_text_start(&text, request->pattern + request->size,
                       sizeof request->pattern - request->size);
    if (request->size > 0)
        netdiag_text_char(&text, ' ');
    for (; *word != '\0'; word++)
        netdiag_text_char(&text, *word == NETDIAG_FILTER_MARK ? '|' : *word);
    request->size += text.length; /* it fits: a line is no longer than the room */
}

/* What of it the C library could not do in time; NULL: nothing. */
static const char *what_is_too_much(const struct netdiag_pattern *measured)
{
    if (measured->size > NETDIAG_PATTERN_SIZE_MOST)
        return " has more than 1000 characters, its repetitions written out";
    if (measured->size * measured->ways > NETDIAG_PATTERN_WORK_MOST)
        return " repeats repetitions: its ways to match nothing, times its characters, are more "
               "than 4000";
    return NULL;
}

static int compile(struct cli_def *cli, struct filter *filter, const struct request *request)
{
    struct netdiag_pattern measured;
    const char *too_much;
    char why[128];
    struct netdiag_text text;
    int error;

    netdiag_pattern_measure(request->pattern, &measured);
    too_much = what_is_too_much(&measured);
    if (too_much != NULL)
        return refuse(cli, "the pattern", request->pattern, too_much);
    filter->flags = REG_EXTENDED | REG_NOSUB | (request->ignores_case ? REG_ICASE : 0);
    error = regcomp(&filter->pattern, request->pattern, filter->flags);
    if (error == 0) {
        memcpy(filter->source, request->pattern, request->size + 1);
        filter->learns_most = LEARNS_MOST / (measured.size + 1);
        filter->has_pattern = true;
        return CLI_OK;
    }
    netdiag_text_start(&text, why, sizeof why);
    netdiag_text_string(&text, " is no regular expression: ");
    regerror(error, &filter->pattern, why + text.length, sizeof why - text.length);
    return refuse(cli, "the pattern", request->pattern, why);
}

static int start(struct cli_def *cli, struct cli_filter *slot, const struct request *request)
{
    struct filter *filter;

    if (request->needs_pattern && request->size == 0)
        return refuse(cli, "there is no pattern to look for", NULL, "");
    filter = calloc(1, sizeof *filter);
    if (filter == NULL)
        return refuse(cli, "out of memory", NULL, "");
    filter->session = cli_get_context(cli);
    filter->purpose = request->purpose;
    if (request->size > 0 && compile(cli, filter, request) != CLI_OK) {
        free(filter);
        return CLI_ERROR;
    }
    slot->filter = filter_line;
    slot->data = filter;
    return CLI_OK;
}

/* libcli's init of a filter: argv[0] is its name as it was typed, then all the words. */
static int start_plain(struct cli_def *cli, int argc, char **argv, struct cli_filter *slot,
                       enum purpose purpose)
{
    struct request request = {.purpose = purpose, .needs_pattern = purpose != PURPOSE_COUNT};

    for (int i = 1; i < argc; i++)
        add_word(&request, argv[i]);
    return start(cli, slot, &request);
}

static int start_include(struct cli_def *cli, int argc, char **argv, struct cli_filter *slot)
{
    return start_plain(cli, argc, argv, slot, PURPOSE_INCLUDE);
}

static int start_exclude(struct cli_def *cli, int argc, char **argv, struct cli_filter *slot)
{
    return start_plain(cli, argc, argv, slot, PURPOSE_EXCLUDE);
}

static int start_begin(struct cli_def *cli, int argc, char **argv, struct cli_filter *slot)
{
    return start_plain(cli, argc, argv, slot, PURPOSE_BEGIN);
}

static int start_count(struct cli_def *cli, int argc, char **argv, struct cli_filter *slot)
{
    return start_plain(cli, argc, argv, slot, PURPOSE_COUNT);
}

/* Takes a word such as -v or -vi. False: it has other letters. */
static bool take_options(struct request *request, const char *word)
{
    for (word++; *word != '\0'; word++) {
        if (*word == 'v')
            request->purpose = PURPOSE_EXCLUDE;
        else if (*word == 'i')
            request->ignores_case = true;
        else
            return false;
    }
    return true;
}

static int start_grep(struct cli_def *cli, int argc, char **argv, struct cli_filter *slot)
{
    struct request request = {.purpose = PURPOSE_INCLUDE, .needs_pattern = true};
    int i = 1;

    for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
        if (strcmp(argv[i], "--") == 0) {
            i++;
            break;
        }
        if (!take_options(&request, argv[i]))
            return refuse(cli, "no option", argv[i], "; there are -v and -i, and -- ends them");
    }
    for (; i < argc; i++)
        add_word(&request, argv[i]);
    return start(cli, slot, &request);
}

/* ---- registering ---- */

struct row {
    const char *name;
    const char *help;
    int (*init)(struct cli_def *cli, int argc, char **argv, struct cli_filter *slot);
    struct netdiag_argument arguments[4];
};

#define PATTERN                                                                                    \
    {                                                                                              \
        .name = "pattern", .kind = NETDIAG_ARGUMENT_VALUE,                                         \
        .help = "What to look for, a regular expression"                                           \
    }

static const struct row rows[] = {
    {"begin", "Begin with the line that matches", start_begin, {PATTERN}},
    {"count", "Count the lines", start_count, {{.name = NULL}}},
    {"exclude", "Exclude lines that match", start_exclude, {PATTERN}},
    {"grep",
     "Include lines that match, as the program of that name",
     start_grep,
     {{.name = "-i", .kind = NETDIAG_ARGUMENT_FLAG, .help = "Upper and lower case are the same"},
      {.name = "-v", .kind = NETDIAG_ARGUMENT_FLAG, .help = "Exclude the lines"},
      PATTERN}},
    {"include", "Include lines that match", start_include, {PATTERN}},
};

enum netdiag_error netdiag_filters_register(struct cli_def *cli)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct netdiag_argument *argument = rows[i].arguments;
        struct cli_command *filter;

        filter = cli_register_filter(cli, rows[i].name, rows[i].init, filter_line,
                                     PRIVILEGE_UNPRIVILEGED, MODE_ANY, rows[i].help);
        if (filter == NULL)
            return NETDIAG_ERROR_MEMORY;
        for (; argument->name != NULL; argument++) {
            int flags =
                argument->kind == NETDIAG_ARGUMENT_FLAG ? CLI_CMD_OPTIONAL_FLAG : CLI_CMD_ARGUMENT;

            if (cli_register_optarg(filter, argument->name, flags, PRIVILEGE_UNPRIVILEGED, MODE_ANY,
                                    argument->help, NULL, NULL, NULL) == NULL)
                return NETDIAG_ERROR_MEMORY;
        }
    }
    return NETDIAG_OK;
}

/* ---- patterns with a '|' ---- */

static bool begins_filter(const char *word, size_t size)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strncasecmp(rows[i].name, word, size) == 0)
            return true;
    }
    return false;
}

/* A '|' stands before `next`: whether it belongs to the pattern. */
static bool belongs_to_pattern(const char *next)
{
    size_t size = strcspn(next, " \t|\"'");

    return size > 0 && !begins_filter(next, size);
}

void netdiag_filters_mark(char *line)
{
    unsigned stage = 0, word = 0; /* word 1 of a stage is the filter's name */
    bool in_word = false;
    char quote = '\0';

    for (; *line != '\0'; line++) {
        if (*line == '\\' && line[1] != '\0') {
            line++; /* as libcli has it */
        } else if (quote != '\0') {
            quote = *line == quote ? '\0' : quote;
            continue;
        } else if (*line == '"' || *line == '\'') {
            quote = *line;
        } else if (*line == ' ' || *line == '\t') {
            in_word = false;
            continue;
        } else if (*line == '|' && stage > 0 && word > 1 && in_word &&
                   belongs_to_pattern(line + 1)) {
            *line = NETDIAG_FILTER_MARK;
        } else if (*line == '|') {
            stage++;
            word = 0;
            in_word = false;
            continue;
        }
        word += !in_word;
        in_word = true;
    }
}
