/*
 * Where a command's output goes: lines to libcli, so that it works in any libcli shell.
 */
#ifndef NETDIAG_CLI_OUTPUT_H
#define NETDIAG_CLI_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/catalogue.h"
#include "cli/json.h"
#include "cli/name.h"
#include "stats/text.h"

struct cli_def;
struct netdiag_session;

/* On the dispatcher's stack for one command. */
struct netdiag_output {
    struct cli_def *cli;
    enum netdiag_language language;  /* of explanations in text */
    struct netdiag_session *session; /* NULL in a shell that is not one of ours */
    bool grows;                      /* netdiag_output_piece() may be used */
    struct netdiag_json json;        /* for the JSON renderer */
};

void netdiag_output_start(struct netdiag_output *output, struct cli_def *cli);

/* Prints one line of what the command shows. It passes the shell's filters. */
void netdiag_output_line(struct netdiag_output *output, const char *line);

/* The same with a text, which ends in "..." when it was cut. */
void netdiag_output_text(struct netdiag_output *output, struct netdiag_text *text);

/* The same with a number, 64 bits wide, for each '#' of a format. */
void netdiag_output_numbers(struct netdiag_output *output, const char *format,
                            const uint64_t numbers[]);

/* The text alone, which ends in "..." when it was cut. */
const char *netdiag_output_marked(struct netdiag_text *text);

/*
 * Begins the next line, or goes on with it, where a person sees a line grow; the rest of it is what
 * netdiag_output_line() prints next. Only where output->grows.
 */
void netdiag_output_piece(struct netdiag_output *output, const char *piece);

/* What was printed so far goes out: for a command that lets time pass after it. */
void netdiag_output_flush(struct netdiag_output *output);

/*
 * Says how far a command is, to a person who waits for it: as netdiag_session_progress(), with a
 * phrase behind the numbers.
 */
void netdiag_output_progress(const struct netdiag_output *output, uint64_t done, uint64_t total,
                             enum netdiag_phrase what);

/* There is no more to say of that. */
void netdiag_output_progress_end(const struct netdiag_output *output);

/* Whether anybody would see it. */
bool netdiag_output_shows_progress(const struct netdiag_output *output);

/* Prints one line on why the command failed. It passes no filter. */
void netdiag_output_error(struct netdiag_output *output, const char *line);

/* The user stopped the command, or nobody reads it any more: a handler that loops leaves then. */
bool netdiag_output_cancelled(const struct netdiag_output *output);

#endif
