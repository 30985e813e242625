/*
 * The catalogue of explanations: what findings and states mean, what they come from, and what to
 * type next. One struct of const tables for each language; the commands are the same in all.
 *
 * It needs neither libcli nor a session, so that programs beside the shell can use it.
 */
#ifndef NETDIAG_CLI_CATALOGUE_H
#define NETDIAG_CLI_CATALOGUE_H

#include "cli/template.h"

enum netdiag_language {
    NETDIAG_LANGUAGE_ENGLISH,
    NETDIAG_LANGUAGE_CHINESE, /* Simplified; where CONFIG_NETDIAG_LANGUAGE_ZH is not set, English */
    NETDIAG_LANGUAGES,
};

/* What a user types for them. */
#define NETDIAG_LANGUAGE_ENGLISH_WORD "en"
#define NETDIAG_LANGUAGE_CHINESE_WORD "zh"

/* Kconfig's choice, of a shell that has not said otherwise. */
#ifdef CONFIG_NETDIAG_LANGUAGE_DEFAULT_ZH
#define NETDIAG_LANGUAGE_DEFAULT      NETDIAG_LANGUAGE_CHINESE
#define NETDIAG_LANGUAGE_DEFAULT_WORD NETDIAG_LANGUAGE_CHINESE_WORD
#else
#define NETDIAG_LANGUAGE_DEFAULT      NETDIAG_LANGUAGE_ENGLISH
#define NETDIAG_LANGUAGE_DEFAULT_WORD NETDIAG_LANGUAGE_ENGLISH_WORD
#endif

/* Of one code, by enum netdiag_tcp_variant. */
#define NETDIAG_VARIANTS 4

#define NETDIAG_SEVERITIES (NETDIAG_TCP_SEVERITY_CRITICAL + 1)

struct netdiag_finding_texts {
    const char *sentence;      /* a template */
    const char *const *causes; /* templates, up to NULL */
};

struct netdiag_state_texts {
    const char *brief; /* a few words, for a table */
    const char *means, *normal;
    const char *const *suspect; /* when many, or old: up to NULL */
};

/* What stands around findings and states. Those with {keys} are templates. */
enum netdiag_phrase {
    NETDIAG_PHRASE_VERDICT,    /* {verdict} {count} {critical} {warning} {info} */
    NETDIAG_PHRASE_NO_FINDING, /* {verdict} */
    NETDIAG_PHRASE_LOOKED,     /* {connections} {listeners} {pools} {watchedMs} */
    NETDIAG_PHRASE_UNWATCHED,
    NETDIAG_PHRASE_AGELESS,
    NETDIAG_PHRASE_EVIDENCE, /* titles */
    NETDIAG_PHRASE_LIKELY,
    NETDIAG_PHRASE_NEXT,
    NETDIAG_PHRASE_MEANS,
    NETDIAG_PHRASE_NORMAL,
    NETDIAG_PHRASE_SUSPECT,
    NETDIAG_PHRASE_IS,           /* between a label and what it labels, "oldest for 5 s" */
    NETDIAG_PHRASE_AND,          /* between two facts */
    NETDIAG_PHRASE_STATES_STATE, /* heads of the columns of show tcp states */
    NETDIAG_PHRASE_STATES_NOW,
    NETDIAG_PHRASE_STATES_PEAK,
    NETDIAG_PHRASE_STATES_ENTERED,
    NETDIAG_PHRASE_STATES_LONGEST,
    NETDIAG_PHRASE_STATES_MEANING,
    NETDIAG_PHRASE_OF,          /* in "1234 of 10000 connections", with its blanks */
    NETDIAG_PHRASE_CONNECTIONS, /* behind it, as is the next */
    NETDIAG_PHRASE_ECHOES,
    NETDIAG_PHRASE_HISTORY,         /* {metric} {count} {unit} {now} {average} {peak} {ago} */
    NETDIAG_PHRASE_HISTORY_SECONDS, /* {text} {capacity}: below a graph of seconds, */
    NETDIAG_PHRASE_HISTORY_MINUTES, /* of minutes, of hours */
    NETDIAG_PHRASE_HISTORY_HOURS,
    NETDIAG_PHRASE_HISTORY_UNKNOWN,
    NETDIAG_PHRASE_HISTORY_UNWATCHED,
    NETDIAG_PHRASE_NOW,    /* at the end of an axis */
    NETDIAG_PHRASE_SECOND, /* units, behind a number and a blank */
    NETDIAG_PHRASE_MINUTE,
    NETDIAG_PHRASE_HOUR,
    /* Of the live view: what stands at its head, */
    NETDIAG_PHRASE_LIVE_INTERVAL, /* before "2 s" */
    NETDIAG_PHRASE_LIVE_KEY,
    NETDIAG_PHRASE_LIVE_IN_SEGS, /* by enum netdiag_live_rate, 11 columns each at most, */
    NETDIAG_PHRASE_LIVE_OUT_SEGS,
    NETDIAG_PHRASE_LIVE_IN_BYTES,
    NETDIAG_PHRASE_LIVE_OUT_BYTES,
    NETDIAG_PHRASE_LIVE_RETRANS_SEGS,
    NETDIAG_PHRASE_LIVE_RESETS,
    NETDIAG_PHRASE_LIVE_ACTIVE_OPENS,
    NETDIAG_PHRASE_LIVE_PASSIVE_OPENS,
    NETDIAG_PHRASE_LIVE_CLOSED,
    NETDIAG_PHRASE_LIVE_ATTEMPT_FAILS,
    NETDIAG_PHRASE_LIVE_POOL_USED, /* as short, */
    NETDIAG_PHRASE_LIVE_POOL_SIZE,
    NETDIAG_PHRASE_LIVE_POOL_PEAK,
    NETDIAG_PHRASE_LIVE_POOL_REFUSED,
    NETDIAG_PHRASE_LIVE_MOST_BYTES, /* and titles of tables and their columns */
    NETDIAG_PHRASE_LIVE_IN,
    NETDIAG_PHRASE_LIVE_OUT,
    NETDIAG_PHRASE_LIVE_CONNECTIONS,
    NETDIAG_PHRASE_LIVE_UNCOUNTED, /* before the next three, each after its number, with its blank
                                    */
    NETDIAG_PHRASE_LIVE_NOT_FOLLOWED,
    NETDIAG_PHRASE_LIVE_ENDED,
    NETDIAG_PHRASE_LIVE_WITHOUT,
    NETDIAG_PHRASE_LIVE_MOST_CONNECTIONS,
    NETDIAG_PHRASE_LIVE_MAINLY,
    NETDIAG_PHRASE_LIVE_OWNERS,
    NETDIAG_PHRASE_LIVE_STATES,
    NETDIAG_PHRASE_LIVE_OTHERS,
    NETDIAG_PHRASE_LIVE_FINDINGS,
    NETDIAG_PHRASES
};

struct netdiag_catalogue {
    const struct netdiag_state_texts *states; /* by enum netdiag_tcp_state */
    const char *const *phrases;               /* by enum netdiag_phrase */
    const struct netdiag_label *metrics;      /* what each of tcp_series.def is, by its key */
};

/* What is about findings: in builds with CONFIG_NETDIAG_DIAGNOSIS. */
struct netdiag_finding_catalogue {
    const struct netdiag_finding_texts (*findings)[NETDIAG_VARIANTS]; /* by enum netdiag_tcp_code */
    const struct netdiag_label *labels;                               /* of evidence's keys */
    struct netdiag_fact_texts facts;
    /* Both by enum netdiag_tcp_severity. */
    const char *verdicts[NETDIAG_SEVERITIES]; /* of a whole diagnosis, which is OK with INFO */
    const char *severities[NETDIAG_SEVERITIES];
};

/* Any thread, all of these. */

/* Whether this build has the texts of that language. */
bool netdiag_catalogue_has(enum netdiag_language language);

/* English for a language that is none, or that this build has not. */
const struct netdiag_catalogue *netdiag_catalogue(enum netdiag_language language);
const struct netdiag_finding_catalogue *netdiag_finding_catalogue(enum netdiag_language language);

/* The texts of a finding's variant; of one that there is not, those of the first. */
const struct netdiag_finding_texts *netdiag_catalogue_finding(enum netdiag_language language,
                                                              enum netdiag_tcp_code code,
                                                              unsigned variant);

const struct netdiag_state_texts *netdiag_catalogue_state(enum netdiag_language language,
                                                          enum netdiag_tcp_state state);

/*
 * The commands to type next, templates up to NULL. One whose keys are not all there is not to be
 * shown.
 */
const char *const *netdiag_catalogue_next(enum netdiag_tcp_code code, unsigned variant);
const char *const *netdiag_catalogue_state_next(enum netdiag_tcp_state state);

/* Room for any sentence, cause or command with its facts. */
#define NETDIAG_SENTENCE_SIZE 640

/* Adds the sentence of a finding: what is wrong, with its numbers. */
void netdiag_catalogue_sentence(struct netdiag_text *text, enum netdiag_language language,
                                const struct netdiag_tcp_finding *finding);

/* Adds any other template, filled with the finding's facts. As netdiag_template_put(). */
bool netdiag_catalogue_put(struct netdiag_text *text, enum netdiag_language language,
                           const char *pattern, const struct netdiag_tcp_finding *finding);

/* The same of a command to type next. False too where it shows a metric that Kconfig left out. */
bool netdiag_catalogue_next_put(struct netdiag_text *text, enum netdiag_language language,
                                const char *pattern, const struct netdiag_tcp_finding *finding);

/* The tables. */
extern const struct netdiag_catalogue netdiag_catalogue_english;
extern const struct netdiag_finding_catalogue netdiag_finding_catalogue_english;
extern const struct netdiag_finding_texts netdiag_english_findings[NETDIAG_TCP_FINDINGS]
                                                                  [NETDIAG_VARIANTS];
extern const struct netdiag_state_texts netdiag_english_states[NETDIAG_TCP_STATE_LAST + 1];

/* The same in Chinese. The first two are NULL in a build without CONFIG_NETDIAG_LANGUAGE_ZH. */
extern const struct netdiag_catalogue *const netdiag_catalogue_chinese;
extern const struct netdiag_finding_catalogue *const netdiag_finding_catalogue_chinese;
extern const struct netdiag_finding_texts netdiag_chinese_findings[NETDIAG_TCP_FINDINGS]
                                                                  [NETDIAG_VARIANTS];
extern const struct netdiag_state_texts netdiag_chinese_states[NETDIAG_TCP_STATE_LAST + 1];

#endif
