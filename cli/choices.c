#include "cli/choices.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/arguments.h"
#include "cli/filters.h"
#include "cli/utf8.h"
#include "stats/text.h"

#define NAME_COLUMNS    20
#define DEFAULT_COLUMNS 80

/* ---- where the line ends ---- */

static bool is_pipe(const struct netdiag_word *word)
{
    return word->text[0] == '|';
}

/* Walks over the words before the last one. */
static enum netdiag_verdict walk(struct netdiag_line_end *end, struct cli_def *cli, size_t count)
{
    netdiag_position_start(&end->position, cli, CLI_REGULAR_COMMAND);
    for (size_t i = 0; i < count; i++) {
        const struct netdiag_word *word = &end->words.word[i];
        enum netdiag_verdict verdict;

        if (is_pipe(word)) {
            verdict = netdiag_position_finish(&end->position, cli);
            netdiag_position_start(&end->position, cli, CLI_FILTER_COMMAND);
        } else {
            verdict = netdiag_position_step(&end->position, cli, word->text);
        }
        if (verdict != NETDIAG_VERDICT_OK)
            return verdict;
    }
    return NETDIAG_VERDICT_OK;
}

void netdiag_line_end_find(struct netdiag_line_end *end, struct cli_def *cli, const char *line,
                           size_t size)
{
    char text[CONFIG_NETDIAG_LINE_LENGTH + 1];
    size_t count;

    if (size > CONFIG_NETDIAG_LINE_LENGTH)
        size = CONFIG_NETDIAG_LINE_LENGTH;
    memcpy(text, line, size);
    text[size] = '\0';
    netdiag_filters_mark(text);
    end->begin = size;
    end->word = "";
    netdiag_words_split(&end->words, text);
    count = end->words.count;
    if (count > 0 && end->words.word[count - 1].end == size &&
        !is_pipe(&end->words.word[count - 1])) {
        count--;
        end->begin = end->words.word[count].begin;
        end->word = end->words.word[count].text;
    }
    end->verdict = end->words.cut ? NETDIAG_VERDICT_INVALID : walk(end, cli, count);
}

static bool is_beginning(const char *name, const char *word)
{
    return strncasecmp(name, word, strlen(word)) == 0;
}

static bool takes_arguments(const struct netdiag_position *position)
{
    const struct cli_command *command = position->command;

    return command != NULL && (command->callback != NULL || command->filter != NULL);
}

/* An argument that stands for a value, and not for its own name. */
static bool is_value(const struct cli_optarg *optarg)
{
    if ((optarg->flags & CLI_CMD_ARGUMENT) != 0)
        return optarg->validator != netdiag_validate_keyword;
    return (optarg->flags & CLI_CMD_OPTIONAL_FLAG) != 0 && optarg->validator != NULL;
}

/* The first argument that may be given, and each one after it up to one that must be. */
static const struct cli_optarg *first_argument(const struct netdiag_position *position)
{
    return takes_arguments(position) && position->value_of == NULL && !position->rest
               ? position->optarg
               : NULL;
}

static const struct cli_optarg *next_argument(const struct cli_optarg *optarg)
{
    return (optarg->flags & CLI_CMD_ARGUMENT) != 0 ? NULL : optarg->next;
}

/* ---- TAB ---- */

static void add_values(struct cli_def *cli, const struct cli_optarg *optarg, const char *word,
                       struct cli_comphelp *choices)
{
    if (optarg->get_completions != NULL)
        optarg->get_completions(cli, optarg->name, word, choices);
}

void netdiag_choices_collect(const struct netdiag_line_end *end, struct cli_def *cli,
                             struct cli_comphelp *choices)
{
    const struct netdiag_position *position = &end->position;
    const struct cli_optarg *o;

    if (end->verdict != NETDIAG_VERDICT_OK)
        return;
    if (position->value_of != NULL) {
        add_values(cli, position->value_of, end->word, choices);
        return;
    }
    for (const struct cli_command *c = position->commands; c != NULL; c = c->next) {
        if (netdiag_position_shows(position, cli, c) && is_beginning(c->command, end->word))
            cli_add_comphelp_entry(choices, c->command);
    }
    for (o = first_argument(position); o != NULL; o = next_argument(o)) {
        if (!netdiag_position_offers(position, cli, o))
            continue;
        if (is_value(o))
            add_values(cli, o, end->word, choices);
        else if (is_beginning(o->name, end->word))
            cli_add_comphelp_entry(choices, o->name);
    }
}

static bool is_plain(const char *choice)
{
    for (const char *c = choice; *c != '\0'; c++) {
        if (*c == ' ' || *c == '|' || *c == '"' || *c == '\'')
            return false;
    }
    return *choice != '\0';
}

/* Whether the editor and libcli leave each of its bytes as it is. */
static bool is_typed(const char *choice)
{
    size_t size = strlen(choice);

    for (size_t i = 0; i < size;) {
        uint32_t code;
        size_t length = netdiag_utf8_decode(choice + i, size - i, &code);

        if (length == 0 || code == '\\' || netdiag_utf8_is_control(code))
            return false;
        i += length;
    }
    return choice[0] != '|'; /* libcli takes it for a pipe even in quotes */
}

bool netdiag_choice_quote(const char *choice, bool open, char *text, size_t size)
{
    const char *quote = strchr(choice, '"') == NULL ? "\"" : "'";
    struct netdiag_text quoted;

    if (!is_typed(choice) || (*quote == '\'' && strchr(choice, '\'') != NULL))
        return false;
    if (is_plain(choice))
        quote = "";
    netdiag_text_start(&quoted, text, size);
    netdiag_text_string(&quoted, quote);
    netdiag_text_string(&quoted, choice);
    if (!open)
        netdiag_text_string(&quoted, quote);
    return !quoted.cut;
}

/* ---- printing ---- */

static size_t columns_of(const char *string)
{
    return netdiag_utf8_columns(string, strlen(string));
}

static size_t screen_columns(const struct netdiag_session *session)
{
    unsigned columns = netdiag_session_terminal(session).columns;

    return columns > 0 && columns < CONFIG_NETDIAG_OUTPUT_LINE ? columns : DEFAULT_COLUMNS;
}

/* "120 of 4094 shown", where that is so. */
static void print_cut(struct netdiag_session *session, size_t shown, size_t count)
{
    char line[80];
    struct netdiag_text text;

    if (shown == count)
        return;
    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "  ");
    netdiag_text_number(&text, shown);
    netdiag_text_string(&text, " of ");
    netdiag_text_number(&text, count);
    netdiag_text_string(&text, " shown");
    netdiag_session_print(session, line);
}

/* Prints the choices in as many columns as fit, behind a margin. */
static void print_columns(struct netdiag_session *session, const struct cli_comphelp *choices,
                          size_t margin)
{
    size_t count = (size_t)choices->num_entries;
    size_t shown = count < CONFIG_NETDIAG_CHOICES ? count : CONFIG_NETDIAG_CHOICES;
    size_t screen = screen_columns(session);
    size_t widest = 0;
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    for (size_t i = 0; i < shown; i++) {
        size_t columns = columns_of(choices->entries[i]);

        if (columns > widest)
            widest = columns;
    }
    netdiag_text_start(&text, line, sizeof line);
    for (size_t i = 0; i < shown; i++) {
        if (text.length > 0 && columns_of(line) + widest > screen) {
            netdiag_session_print(session, line);
            netdiag_text_start(&text, line, sizeof line);
        }
        netdiag_output_name(&text, text.length == 0 ? "" : "  ", text.length == 0 ? margin : 0);
        netdiag_output_name(&text, choices->entries[i], widest);
    }
    if (text.length > 0)
        netdiag_session_print(session, line);
    print_cut(session, shown, count);
}

void netdiag_choices_print(struct netdiag_session *session, const struct cli_comphelp *choices)
{
    netdiag_session_begin(session);
    print_columns(session, choices, 2);
}

/* A row: what may stand there, "<name>" where a value of that name may, and what it means. */
static void print_row(struct netdiag_session *session, const char *name, bool value,
                      const char *help)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    char bytes[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_string(&text, value ? "<" : "");
    netdiag_text_string(&text, name);
    netdiag_text_string(&text, value ? ">" : "");
    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "  ");
    netdiag_output_name(&text, bytes, *help != '\0' ? NAME_COLUMNS : 0);
    if (*help != '\0')
        netdiag_text_char(&text, ' ');
    netdiag_output_name(&text, help, 0);
    netdiag_session_print(session, line);
}

static void print_value_row(struct netdiag_session *session, const struct cli_optarg *optarg,
                            const char *word)
{
    struct cli_comphelp values = {.num_entries = 0};

    add_values(netdiag_session_shell(session), optarg, word, &values);
    print_row(session, optarg->name, true, optarg->help != NULL ? optarg->help : "");
    print_columns(session, &values, 2 + NAME_COLUMNS + 1);
    cli_free_comphelp(&values);
}

static size_t explain_arguments(struct netdiag_session *session, const struct netdiag_line_end *end)
{
    struct cli_def *cli = netdiag_session_shell(session);
    const struct cli_optarg *o = first_argument(&end->position);
    size_t rows = 0;

    for (; o != NULL; o = next_argument(o)) {
        if (!netdiag_position_offers(&end->position, cli, o))
            continue;
        if (is_value(o))
            print_value_row(session, o, end->word);
        else if (is_beginning(o->name, end->word))
            print_row(session, o->name, false, o->help != NULL ? o->help : "");
        else
            continue;
        rows++;
    }
    return rows;
}

static size_t explain_commands(struct netdiag_session *session, const struct netdiag_line_end *end)
{
    struct cli_def *cli = netdiag_session_shell(session);
    size_t rows = 0;

    for (const struct cli_command *c = end->position.commands; c != NULL; c = c->next) {
        if (!netdiag_position_shows(&end->position, cli, c) || !is_beginning(c->command, end->word))
            continue;
        print_row(session, c->command, false, c->help != NULL ? c->help : "");
        rows++;
    }
    return rows;
}

/* Rows for a word, or for the end of the line. Returns how many. */
static size_t explain_position(struct netdiag_session *session, const struct netdiag_line_end *end)
{
    struct cli_def *cli = netdiag_session_shell(session);
    size_t rows = explain_commands(session, end);

    rows += explain_arguments(session, end);
    if (*end->word != '\0' || netdiag_position_finish(&end->position, cli) != NETDIAG_VERDICT_OK)
        return rows;
    print_row(session, "|", false, "Filter what is shown");
    print_row(session, "<cr>", false, "");
    return rows + 2;
}

bool netdiag_choices_explain(struct netdiag_session *session, const struct netdiag_line_end *end)
{
    netdiag_session_begin(session);
    if (end->verdict == NETDIAG_VERDICT_OK && end->position.value_of != NULL) {
        print_value_row(session, end->position.value_of, end->word);
        return true;
    }
    if (end->verdict == NETDIAG_VERDICT_OK && explain_position(session, end) > 0)
        return true;
    netdiag_session_error(session, "% Unrecognized command");
    return false;
}
