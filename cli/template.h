/*
 * Templates of texts: sentences with the numbers of a finding in them.
 *
 *     {key}            the fact of that key, by its kind: "12 s", "4.2%", "more than 64"
 *     {key:one|many}   one of two texts, by whether the number of that key is 1; "#" in it is the
 *                      number
 *     [ ... ]          is left out when a key in it is missing, or a number and 0
 */
#ifndef NETDIAG_CLI_TEMPLATE_H
#define NETDIAG_CLI_TEMPLATE_H

#include "stats/tcp_finding.h"
#include "stats/text.h"

/* What a key or a word of ours is in a language. A list of them ends with a NULL key. */
struct netdiag_label {
    const char *key, *text;
};

/* The texts that facts need in a language: all mandatory. */
struct netdiag_fact_texts {
    const struct netdiag_label *words; /* of evidence's words, but for the states */
    const char *more_than;             /* before a number that is not all, "more than " */
    const char *units[4];              /* days, hours, minutes, seconds: " d" */
    const char *less_than_a_second;
};

/* What a template is filled with. */
struct netdiag_facts {
    const struct netdiag_evidence *rows;
    size_t count;
    const struct netdiag_fact_texts *texts;
};

/*
 * Adds a template to a text. False: a key that must be there is missing, or the template is not
 * well formed; "?" stands there then.
 */
bool netdiag_template_put(struct netdiag_text *text, const char *pattern,
                          const struct netdiag_facts *facts);

/* Adds the value of a fact by its kind. */
void netdiag_fact_put(struct netdiag_text *text, const struct netdiag_evidence *fact,
                      const struct netdiag_fact_texts *texts);

/* Whether a fact says anything: not a name that is empty. NULL says nothing. */
bool netdiag_fact_known(const struct netdiag_evidence *fact);

/* The text of that key; `key` itself when there is none. */
const char *netdiag_label_text(const struct netdiag_label *labels, const char *key);

#endif
