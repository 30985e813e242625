/*
 * What a line means in a shell, before libcli runs it.
 *
 * There is no second grammar: this walks libcli's own tree (commands, their shortest unique
 * prefixes, privileges, modes, arguments, validators) as cli_run_command() does, and says where a
 * line goes wrong and how, which libcli does not. A line that resolves is one that libcli runs.
 *
 * The walk goes word by word. After any number of words a position says what may stand next;
 * completion and help are the same walk, ended before the last word.
 *
 * Where it is stricter on purpose: words that a command of ours does not take, and an argument
 * given twice, are wrong here already, and so is what libcli would drop past its 127 words. Build
 * modes, spot checks and submodes of the configuration mode, which no shell of ours has, are not
 * modelled.
 */
#ifndef NETDIAG_CLI_RESOLVE_H
#define NETDIAG_CLI_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libcli.h>

#include "netdiag/config.h"

/* The words of a line that libcli takes. */
#define NETDIAG_WORDS (CLI_MAX_LINE_WORDS - 1)

enum netdiag_verdict {
    NETDIAG_VERDICT_OK,
    NETDIAG_VERDICT_EMPTY,      /* nothing but blanks */
    NETDIAG_VERDICT_INVALID,    /* no such word, or a value that its argument does not take */
    NETDIAG_VERDICT_INCOMPLETE, /* words are missing at the end */
    NETDIAG_VERDICT_AMBIGUOUS,  /* a word is the beginning of several */
    NETDIAG_VERDICT_TOO_LONG,   /* over CONFIG_NETDIAG_LINE_LENGTH bytes */
};

struct netdiag_word {
    const char *text; /* without quotes and backslashes */
    size_t begin;     /* its first byte in the line, a quote included */
    size_t end;       /* the byte after its last one, a closing quote not included */
};

/* A line in words. Plain memory of the caller's; `text` points into `bytes`. */
struct netdiag_words {
    size_t count;
    struct netdiag_word word[NETDIAG_WORDS];
    bool cut;      /* there are more words than libcli takes */
    size_t cut_at; /* the first byte of those */
    char bytes[CONFIG_NETDIAG_LINE_LENGTH + NETDIAG_WORDS + 1];
};

/*
 * Splits a line as libcli does: at blanks and '|', with both kinds of quotes, backslashes dropped.
 * Returns false, and no words, for a line over CONFIG_NETDIAG_LINE_LENGTH bytes.
 */
bool netdiag_words_split(struct netdiag_words *words, const char *line);

/* Where a walk is. The fields may be read: they say what may stand next. */
struct netdiag_position {
    int type;                     /* CLI_REGULAR_COMMAND, or CLI_FILTER_COMMAND after a '|' */
    struct cli_command *commands; /* the first of the words that may stand next; NULL: none */
    struct cli_command *command;  /* the command so far; NULL: none yet */
    struct cli_optarg *optarg;    /* the first argument that may still be given; NULL: none */
    struct cli_optarg *value_of;  /* the argument whose value comes next; NULL: none */
    bool rest;                    /* the handler takes whatever follows */
    uint64_t given;               /* which of the command's first 64 arguments were given */
};

/* At the beginning of a line, or after a '|'. */
void netdiag_position_start(struct netdiag_position *position, struct cli_def *cli, int type);

/*
 * Goes over one word. Returns NETDIAG_VERDICT_OK, _INVALID or _AMBIGUOUS; after one of the latter
 * two the position means nothing more.
 */
enum netdiag_verdict netdiag_position_step(struct netdiag_position *position, struct cli_def *cli,
                                           const char *word);

/* Whether the words so far are a whole command: NETDIAG_VERDICT_OK, _INCOMPLETE or _EMPTY. */
enum netdiag_verdict netdiag_position_finish(const struct netdiag_position *position,
                                             const struct cli_def *cli);

/* Whether the command, one of `commands`, is one that the shell shows here. */
bool netdiag_position_shows(const struct netdiag_position *position, const struct cli_def *cli,
                            const struct cli_command *command);

/* Whether the argument, `optarg` or one after it, may be given here. */
bool netdiag_position_offers(const struct netdiag_position *position, const struct cli_def *cli,
                             const struct cli_optarg *optarg);

struct netdiag_resolution {
    enum netdiag_verdict verdict;
    size_t begin; /* INVALID, AMBIGUOUS: the word that is wrong, by its bytes in the line */
    size_t end;
    const struct cli_command *command; /* OK: what the line runs */
};

/*
 * Resolves a whole line, ended by NUL. `words` is room for the walk, the caller's. Calls
 * validators, and prints nothing.
 */
void netdiag_resolve(struct cli_def *cli, const char *line, struct netdiag_words *words,
                     struct netdiag_resolution *resolution);

#endif
