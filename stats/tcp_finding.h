/*
 * A finding: what is wrong, and what shows it. Texts are not here: the catalogue in cli/ has them.
 */
#ifndef NETDIAG_STATS_TCP_FINDING_H
#define NETDIAG_STATS_TCP_FINDING_H

#include "netdiag/diagnosis.h"

enum netdiag_evidence_kind {
    NETDIAG_EVIDENCE_COUNT,
    NETDIAG_EVIDENCE_BOUNDED, /* a count; with is_more there are more than that */
    NETDIAG_EVIDENCE_PERCENT,
    NETDIAG_EVIDENCE_PERMILLE,
    NETDIAG_EVIDENCE_MS,
    NETDIAG_EVIDENCE_PORT,
    NETDIAG_EVIDENCE_ADDRESS,
    NETDIAG_EVIDENCE_ID,   /* a connection's */
    NETDIAG_EVIDENCE_TEXT, /* a name that somebody gave */
    NETDIAG_EVIDENCE_WORD, /* a word of ours, "noRoute" */
};

/* One fact. `text` is valid for as long as the snapshot that the finding was made from. */
struct netdiag_evidence {
    const char *key; /* camelCase, as tcp_findings.def has it */
    enum netdiag_evidence_kind kind;
    bool is_more;
    uint64_t number; /* COUNT to PORT, and ID */
    struct netdiag_address address;
    const char *text; /* TEXT and WORD */
};

#define NETDIAG_TCP_EVIDENCE 18 /* facts of a finding at most */

/* Which of its sentences a finding has, by tcp_findings.def; 0 where there is one. */
enum netdiag_tcp_variant {
    NETDIAG_TCP_VARIANT_ONLY = 0,

    NETDIAG_TCP_SYN_FLOOD_SPREAD = 0,
    NETDIAG_TCP_SYN_FLOOD_FEW = 1,

    /* syn-sent-one-target: enum netdiag_reach */

    NETDIAG_TCP_SCAN_ADDRESSES = 0,
    NETDIAG_TCP_SCAN_PORTS = 1,

    NETDIAG_TCP_UNKNOWN_SOME = 0,
    NETDIAG_TCP_UNKNOWN_ALL = 1,

    NETDIAG_TCP_STALE_NO_FIN = 0,
    NETDIAG_TCP_STALE_AFTER_FIN = 1,

    NETDIAG_TCP_FIN_WAIT_ACK = 0,
    NETDIAG_TCP_FIN_WAIT_FIN = 1,
    NETDIAG_TCP_FIN_WAIT_OPEN = 2,

    NETDIAG_TCP_TIME_WAIT_HARMLESS = 0,
    NETDIAG_TCP_TIME_WAIT_SUFFERING = 1,
    NETDIAG_TCP_TIME_WAIT_LARGE = 2,

    NETDIAG_TCP_BIND_TIMED = 0,
    NETDIAG_TCP_BIND_OPEN = 1,

    NETDIAG_TCP_POOL_SHARE = 0,
    NETDIAG_TCP_POOL_REFUSED = 1,

    NETDIAG_TCP_RISE = 0,
    NETDIAG_TCP_LEVEL = 1,
};

struct netdiag_tcp_finding {
    enum netdiag_tcp_code code;
    enum netdiag_tcp_severity severity;
    enum netdiag_tcp_state state; /* 0: none of its own */
    unsigned variant;
    size_t count;
    struct netdiag_evidence evidence[NETDIAG_TCP_EVIDENCE];
};

/* Its state by tcp_findings.def; 0: none. */
enum netdiag_tcp_state netdiag_tcp_code_state(enum netdiag_tcp_code code);

/* The fact with that key; NULL: the finding has none. */
const struct netdiag_evidence *netdiag_tcp_finding_fact(const struct netdiag_tcp_finding *finding,
                                                        const char *key);

#endif
