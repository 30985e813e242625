/*
 * The walk over libcli's tree.
 */
#include "cli/resolve.h"

#include <string.h>
#include <strings.h>

#include "cli/command.h"

/* ---- words ---- */

/* libcli's separators: isspace() in the C locale. */
static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* A pass over a line. */
struct scan {
    const char *line;
    const char *at;
    bool in_word;
    const char *start; /* where the word begins that the scan is in */
    char quote;        /* the quote that the word is in; NUL: none */
    size_t used;       /* of the bytes that hold the words' texts */
};

/* Ends the word at the scan's place, and keeps it without its backslashes, all of them. */
static void keep_word(struct netdiag_words *words, struct scan *scan, const char *from)
{
    struct netdiag_word *word = &words->word[words->count++];

    word->text = words->bytes + scan->used;
    word->begin = (size_t)(from - scan->line) - (scan->quote != '\0' ? 1 : 0);
    word->end = (size_t)(scan->at - scan->line);
    for (; from < scan->at; from++) {
        if (*from != '\\')
            words->bytes[scan->used++] = *from;
    }
    words->bytes[scan->used++] = '\0';
}

static bool at_word_end(const struct scan *scan)
{
    char c = *scan->at;

    if (c == '\0')
        return true;
    if (scan->quote != '\0')
        return c == scan->quote;
    return scan->in_word && (is_blank(c) || c == '|');
}

/* Takes a step that ends no word: into a quote, into a word, over a blank, over a '|'. */
static void step(struct netdiag_words *words, struct scan *scan)
{
    char c = *scan->at;

    if (scan->quote == '\0' && (c == '"' || c == '\'')) {
        if (scan->in_word && scan->start != scan->at)
            keep_word(words, scan, scan->start); /* ab"cd" is two words */
        scan->quote = c;
        scan->in_word = true;
        scan->start = ++scan->at;
        return;
    }
    if (!scan->in_word && c == '|') {
        scan->at++;
        keep_word(words, scan, scan->at - 1);
        return;
    }
    if (!scan->in_word && !is_blank(c)) {
        scan->in_word = true;
        scan->start = scan->at;
    }
    scan->at++;
}

static void find_cut(struct netdiag_words *words, const struct scan *scan)
{
    const char *rest = scan->in_word ? scan->start : scan->at;

    while (is_blank(*rest))
        rest++;
    words->cut = *rest != '\0';
    words->cut_at = (size_t)(rest - scan->line);
}

bool netdiag_words_split(struct netdiag_words *words, const char *line)
{
    struct scan scan = {.line = line, .at = line, .start = line, .quote = '\0', .used = 0};

    words->count = 0;
    words->cut = false;
    if (strnlen(line, CONFIG_NETDIAG_LINE_LENGTH + 1) > CONFIG_NETDIAG_LINE_LENGTH)
        return false;
    while (is_blank(*scan.at))
        scan.at++;
    /* The first word begins whatever its first byte is; for later ones only at a byte that is not
     * escaped. libcli does so. */
    scan.in_word = *scan.at != '\0';
    scan.start = scan.at;
    while (words->count < NETDIAG_WORDS) {
        if (scan.at[0] == '\\' && scan.at[1] != '\0')
            scan.at += 2;
        if (!at_word_end(&scan)) {
            step(words, &scan);
            continue;
        }
        if (scan.in_word)
            keep_word(words, &scan, scan.start);
        scan.in_word = false;
        if (*scan.at == '\0')
            return true;
        if (scan.quote != '\0')
            scan.at++;
        scan.quote = '\0';
    }
    find_cut(words, &scan);
    return true;
}

/* ---- the tree ---- */

static bool is_beginning(const char *name, const char *word)
{
    return strncasecmp(name, word, strlen(word)) == 0;
}

static bool is_visible(const struct cli_def *cli, const struct cli_command *command, int type)
{
    return command->command_type == type && command->privilege <= cli->privilege &&
           (command->mode == cli->mode || command->mode == MODE_ANY);
}

/* The command that libcli takes a word for; one of the present mode goes before one of any. */
static struct cli_command *pick(const struct netdiag_position *position, const struct cli_def *cli,
                                const char *word)
{
    struct cli_command *of_any_mode = NULL;

    for (struct cli_command *c = position->commands; c != NULL; c = c->next) {
        if (!is_visible(cli, c, position->type))
            continue;
        if (strncasecmp(c->command, word, c->unique_len) != 0 || !is_beginning(c->command, word))
            continue;
        if (c->mode == cli->mode || of_any_mode != NULL)
            return c;
        of_any_mode = c;
    }
    return of_any_mode;
}

/* Why no command was taken: the word begins several, or none. */
static enum netdiag_verdict why_none(const struct netdiag_position *position,
                                     const struct cli_def *cli, const char *word)
{
    unsigned count = 0;

    if (*word == '\0')
        return NETDIAG_VERDICT_INVALID;
    for (const struct cli_command *c = position->commands; c != NULL; c = c->next) {
        if (is_visible(cli, c, position->type) && is_beginning(c->command, word))
            count++;
    }
    return count > 1 ? NETDIAG_VERDICT_AMBIGUOUS : NETDIAG_VERDICT_INVALID;
}

/* ---- arguments ---- */

static bool is_usable(const struct cli_def *cli, const struct cli_optarg *optarg)
{
    return optarg->privilege <= cli->privilege &&
           (optarg->mode == cli->mode || optarg->mode == cli->transient_mode ||
            optarg->mode == MODE_ANY);
}

/* A word that an argument takes for itself alone, whatever else it might be. */
static bool claims(struct cli_def *cli, const struct cli_optarg *optarg, const char *word)
{
    if ((optarg->flags & CLI_CMD_HYPHENATED_OPTION) != 0 && word[0] == '-')
        return true;
    if ((optarg->flags & CLI_CMD_OPTIONAL_FLAG) != 0 && optarg->validator != NULL)
        return optarg->validator(cli, optarg->name, word) == CLI_OK;
    return (optarg->flags & (CLI_CMD_OPTIONAL_FLAG | CLI_CMD_OPTIONAL_ARGUMENT)) != 0 &&
           strcmp(optarg->name, word) == 0;
}

/* How many arguments a word may be meant for; the first of them in `*found`. */
static unsigned find_arguments(const struct netdiag_position *position, struct cli_def *cli,
                               const char *word, struct cli_optarg **found)
{
    unsigned count = 0;

    for (struct cli_optarg *o = position->optarg; o != NULL; o = o->next) {
        if (!is_usable(cli, o))
            continue;
        if (claims(cli, o, word)) {
            *found = o;
            return 1;
        }
        if ((o->flags & CLI_CMD_ARGUMENT) != 0 || is_beginning(o->name, word)) {
            if (count++ == 0)
                *found = o;
        }
        if ((o->flags & CLI_CMD_ARGUMENT) != 0)
            break; /* what comes after it must wait for it */
    }
    return count;
}

static bool is_ours(const struct cli_command *command)
{
    return command->callback == netdiag_dispatch;
}

/* Its bit in `given`; 0 past the first 64, which then may stand twice. */
static uint64_t bit_of(const struct netdiag_position *position, const struct cli_optarg *optarg)
{
    uint64_t bit = 1;

    for (const struct cli_optarg *o = position->command->optargs; o != optarg; o = o->next)
        bit <<= 1;
    return bit;
}

/* Notes that an argument is given. False when it was given before, to a command of ours. */
static bool give(struct netdiag_position *position, const struct cli_optarg *optarg)
{
    uint64_t bit = bit_of(position, optarg);

    if ((position->given & bit) != 0 && is_ours(position->command))
        return false;
    position->given |= bit;
    return true;
}

static enum netdiag_verdict take_value(struct netdiag_position *position, struct cli_def *cli,
                                       struct cli_optarg *optarg, const char *value)
{
    position->value_of = NULL;
    if (optarg->validator != NULL && optarg->validator(cli, optarg->name, value) != CLI_OK)
        return NETDIAG_VERDICT_INVALID;
    if (!give(position, optarg))
        return NETDIAG_VERDICT_INVALID;
    if ((optarg->flags & CLI_CMD_ARGUMENT) != 0)
        position->optarg = optarg->next;
    return NETDIAG_VERDICT_OK;
}

static enum netdiag_verdict step_argument(struct netdiag_position *position, struct cli_def *cli,
                                          const char *word)
{
    struct cli_optarg *found = NULL;
    unsigned count;

    if (position->value_of != NULL)
        return take_value(position, cli, position->value_of, word);
    if (position->rest)
        return NETDIAG_VERDICT_OK;
    count = find_arguments(position, cli, word, &found);
    if (count > 1)
        return *word != '\0' ? NETDIAG_VERDICT_AMBIGUOUS : NETDIAG_VERDICT_INVALID;
    if (count == 0) {
        position->rest = !is_ours(position->command);
        return position->rest ? NETDIAG_VERDICT_OK : NETDIAG_VERDICT_INVALID;
    }
    if ((found->flags & CLI_CMD_OPTIONAL_ARGUMENT) != 0) {
        position->value_of = found;
        return NETDIAG_VERDICT_OK;
    }
    return take_value(position, cli, found, word);
}

/* ---- the walk ---- */

void netdiag_position_start(struct netdiag_position *position, struct cli_def *cli, int type)
{
    memset(position, 0, sizeof *position);
    position->type = type;
    position->commands = cli->commands;
}

enum netdiag_verdict netdiag_position_step(struct netdiag_position *position, struct cli_def *cli,
                                           const char *word)
{
    struct cli_command *next = pick(position, cli, word);

    if (next != NULL) {
        position->command = next;
        position->commands = next->children;
        position->optarg = next->optargs;
        return NETDIAG_VERDICT_OK;
    }
    if (position->command == NULL ||
        (position->command->callback == NULL && position->command->filter == NULL))
        return why_none(position, cli, word);
    position->commands = NULL; /* the words of the command have ended */
    return step_argument(position, cli, word);
}

enum netdiag_verdict netdiag_position_finish(const struct netdiag_position *position,
                                             const struct cli_def *cli)
{
    const struct cli_command *command = position->command;

    if (command == NULL)
        return NETDIAG_VERDICT_EMPTY;
    if (command->callback == NULL && command->filter == NULL)
        return NETDIAG_VERDICT_INCOMPLETE;
    if (position->value_of != NULL)
        return NETDIAG_VERDICT_INCOMPLETE;
    for (const struct cli_optarg *o = position->optarg; o != NULL; o = o->next) {
        if (is_usable(cli, o) && (o->flags & CLI_CMD_ARGUMENT) != 0)
            return NETDIAG_VERDICT_INCOMPLETE;
    }
    return NETDIAG_VERDICT_OK;
}

bool netdiag_position_shows(const struct netdiag_position *position, const struct cli_def *cli,
                            const struct cli_command *command)
{
    return is_visible(cli, command, position->type);
}

bool netdiag_position_offers(const struct netdiag_position *position, const struct cli_def *cli,
                             const struct cli_optarg *optarg)
{
    return is_usable(cli, optarg) && (position->given & bit_of(position, optarg)) == 0;
}

/* Walks one stage of a pipeline: from word `*next` to the '|' that ends it, or to the last word. */
static enum netdiag_verdict walk_stage(struct cli_def *cli, const struct netdiag_words *words,
                                       size_t *next, struct netdiag_position *position)
{
    for (; *next < words->count && words->word[*next].text[0] != '|'; ++*next) {
        enum netdiag_verdict verdict;

        verdict = netdiag_position_step(position, cli, words->word[*next].text);
        if (verdict != NETDIAG_VERDICT_OK)
            return verdict;
    }
    return netdiag_position_finish(position, cli);
}

static void point_at(struct netdiag_resolution *resolution, const struct netdiag_word *word)
{
    resolution->begin = word->begin;
    resolution->end = word->end;
}

/* A stage without words: wrong where another follows, and else not finished yet. */
static enum netdiag_verdict empty_stage(const struct netdiag_words *words, size_t next)
{
    if (words->count == 0)
        return NETDIAG_VERDICT_EMPTY;
    return next < words->count ? NETDIAG_VERDICT_INVALID : NETDIAG_VERDICT_INCOMPLETE;
}

static enum netdiag_verdict walk(struct cli_def *cli, const struct netdiag_words *words,
                                 struct netdiag_resolution *resolution)
{
    int type = CLI_REGULAR_COMMAND;

    for (size_t next = 0;; next++) {
        struct netdiag_position position;
        enum netdiag_verdict verdict;

        netdiag_position_start(&position, cli, type);
        verdict = walk_stage(cli, words, &next, &position);
        if (verdict == NETDIAG_VERDICT_EMPTY)
            verdict = empty_stage(words, next);
        if (verdict != NETDIAG_VERDICT_OK) {
            if (next < words->count)
                point_at(resolution, &words->word[next]);
            return verdict;
        }
        if (type == CLI_REGULAR_COMMAND)
            resolution->command = position.command;
        if (next >= words->count)
            return NETDIAG_VERDICT_OK;
        type = CLI_FILTER_COMMAND;
    }
}

void netdiag_resolve(struct cli_def *cli, const char *line, struct netdiag_words *words,
                     struct netdiag_resolution *resolution)
{
    memset(resolution, 0, sizeof *resolution);
    if (!netdiag_words_split(words, line)) {
        resolution->verdict = NETDIAG_VERDICT_TOO_LONG;
        return;
    }
    resolution->verdict = walk(cli, words, resolution);
    if (resolution->verdict == NETDIAG_VERDICT_OK && words->cut) {
        resolution->verdict = NETDIAG_VERDICT_INVALID;
        resolution->begin = words->cut_at;
        resolution->end = words->cut_at + 1;
    }
}
