/*
 * The keys of each finding as the comments of tcp_findings.def have them, and findings made of
 * them: what the catalogue may name, and something to fill it with.
 */
#ifndef NETDIAG_TESTS_FINDINGS_DEF_H
#define NETDIAG_TESTS_FINDINGS_DEF_H

#include "cli/diagnosis.h"
#include "stats/tcp_finding.h"

struct def_key {
    char name[32];
    enum netdiag_evidence_kind kind;
    bool may_be_missing;
};

struct def_finding {
    char code[32];
    size_t count;
    struct def_key keys[NETDIAG_TCP_EVIDENCE];
};

/* Of each code. Reads the file at the first call, from the repository's root; fails the test. */
const struct def_finding *def_findings(void);

/* The key of that name; NULL: the code has none. */
const struct def_key *def_key_find(enum netdiag_tcp_code code, const char *name, size_t size);

/* How much of a finding is there, and how long. */
enum def_fill {
    DEF_FILL_ALL,    /* every key; numbers from 2 on, each its own */
    DEF_FILL_LEAST,  /* only the keys that must be there; numbers are 1 */
    DEF_FILL_NONE,   /* only those; numbers are 0 */
    DEF_FILL_LONGEST /* every key, as long as it can be */
};

/* How many variants the catalogue has of a code. */
unsigned def_variants(enum netdiag_tcp_code code);

/* The finding of that code and variant; its texts are constant. */
void def_make(enum netdiag_tcp_code code, unsigned variant, enum def_fill fill,
              struct netdiag_tcp_finding *finding);

/* What a diagnosis looked at that could look at all. */
extern const struct netdiag_diagnosis_looked def_looked;

/* Whether the catalogue has each command to type next: Kconfig may leave out what one shows. */
bool def_has_each_next(void);

#endif
