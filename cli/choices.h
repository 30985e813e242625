/*
 * What may stand at the end of a line: for TAB and `?`.
 *
 * It comes from libcli's own tree by the resolver's walk. Nothing is run, and libcli's own
 * completion and help, which can crash, are not asked. Validators and completers of arguments are
 * called.
 */
#ifndef NETDIAG_CLI_CHOICES_H
#define NETDIAG_CLI_CHOICES_H

#include "cli/resolve.h"
#include "cli/session.h"

/* The end of a line. Plain memory of the caller's. */
struct netdiag_line_end {
    enum netdiag_verdict verdict; /* of the words before the last one: OK, or they are wrong */
    struct netdiag_position position;
    size_t begin;     /* the first byte of the last word */
    const char *word; /* the last word, without quotes; "" after a blank. In `words` */
    struct netdiag_words words;
};

/* Looks at a line of `size` bytes, at most CONFIG_NETDIAG_LINE_LENGTH. */
void netdiag_line_end_find(struct netdiag_line_end *end, struct cli_def *cli, const char *line,
                           size_t size);

/*
 * Adds the words that may stand in place of the last one and begin with it. To be freed by
 * cli_free_comphelp().
 */
void netdiag_choices_collect(const struct netdiag_line_end *end, struct cli_def *cli,
                             struct cli_comphelp *choices);

/*
 * The text that has libcli read `choice` as one word: in quotes where it has to be. With `open` the
 * closing quote is left out. False: there is no such text, or it does not fit.
 */
bool netdiag_choice_quote(const char *choice, bool open, char *text, size_t size);

/* Prints the choices in columns. */
void netdiag_choices_print(struct netdiag_session *session, const struct cli_comphelp *choices);

/* Prints in rows what may stand there and what it means. False: nothing may, and it says so. */
bool netdiag_choices_explain(struct netdiag_session *session, const struct netdiag_line_end *end);

#endif
