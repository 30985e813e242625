/*
 * Records of the diagnosis: what is found, by which thresholds, and what the watch has seen.
 *
 * Plain structs that the caller owns, as those of netdiag/tcp.h.
 */
#ifndef NETDIAG_DIAGNOSIS_H
#define NETDIAG_DIAGNOSIS_H

#include "netdiag/memory.h"
#include "netdiag/tcp.h"

/* The number of each finding of tcp_findings.def: NETDIAG_TCP_FINDING_SYN_FLOOD and so on. */
enum netdiag_tcp_code {
#define FINDING(name, code, state) NETDIAG_TCP_FINDING_##name,
#include "netdiag/tcp_findings.def"
#undef FINDING
    NETDIAG_TCP_FINDINGS
};

/* A set of codes has one bit for each. */
typedef uint32_t netdiag_tcp_codes;
_Static_assert(NETDIAG_TCP_FINDINGS <= 32, "a set of codes has a bit for each");

/* What the user knows it by, "syn-flood"; "unknown" for any other value. Any thread. */
const char *netdiag_tcp_code_key(enum netdiag_tcp_code code);

/* How much a finding matters; the worst of a device is its verdict, where INFO is "ok". */
enum netdiag_tcp_severity {
    NETDIAG_TCP_SEVERITY_INFO,
    NETDIAG_TCP_SEVERITY_WARNING,
    NETDIAG_TCP_SEVERITY_CRITICAL,
};

/* Their JSON words: "info", and as a verdict "ok". Any thread. */
const char *netdiag_tcp_severity_key(enum netdiag_tcp_severity severity);
const char *netdiag_tcp_verdict_key(enum netdiag_tcp_severity severity);

/* The number of each threshold of tcp_thresholds.def: NETDIAG_TCP_THRESHOLD_SYN_FLOOD_AGE ... */
enum netdiag_tcp_threshold {
#define THRESHOLD(name, key, unit, low, high, value, text) NETDIAG_TCP_THRESHOLD_##name,
#include "netdiag/tcp_thresholds.def"
#undef THRESHOLD
    NETDIAG_TCP_THRESHOLDS
};

struct netdiag_tcp_thresholds {
    uint32_t value[NETDIAG_TCP_THRESHOLDS];
};

/* By how much counters grew in a window of time. */
struct netdiag_tcp_window {
    uint64_t ms; /* its length; 0: nothing is known of it */
    uint64_t out_segs, in_segs;
    uint64_t retrans_segs; /* sent again, but for SYN and FIN */
    uint64_t resets;       /* RSTs sent, or connections that were reset where those are more */
};

/* What rules need of the past. Zeroed, nothing is known. */
struct netdiag_tcp_trend {
    bool is_watched;                  /* netdiag_watch() has run, and lately */
    uint64_t watched_ms;              /* for so long */
    struct netdiag_tcp_window last;   /* the last 10 s */
    struct netdiag_tcp_window before; /* the 60 s before them */
    struct netdiag_tcp_window level;  /* the last 60 s */
    /* In the last 60 s */
    uint64_t pool_refused;    /* connections that found no place in the pool */
    uint64_t pool_evicted;    /* that were ended for others, but for TIME-WAIT */
    uint64_t backlog_refused; /* SYNs that found a listener's backlog full */
    uint32_t memory_count;    /* of the next two, in the order of the platform's pools */
    uint64_t memory_refused[CONFIG_NETDIAG_MEMORY_POOLS];
};

/* A connection on which nothing moved at the last looks. */
struct netdiag_tcp_stall {
    uint32_t id;
    bool is_send;      /* the peer's window is 0; else received data is not read */
    uint64_t since_ms; /* netdiag_time.uptime_ms of the look at which it was first so */
};

/* What the watch has seen when it last looked: what it hands to rules, and so to commands. */
struct netdiag_tcp_watched {
    uint64_t at_ms; /* netdiag_time.uptime_ms of the look */
    struct netdiag_tcp_trend trend;
    netdiag_tcp_codes active; /* findings that were raised, and have not cleared */
    uint32_t stall_count;
    bool stalls_cut;                                            /* there were more than fit */
    struct netdiag_tcp_stall stalls[CONFIG_NETDIAG_TCP_STALLS]; /* by their IDs, in order */
};

/* ---- what the watch itself remembers: the fields are private to stats/ ---- */

/* What grows, and is compared with what it was. */
enum netdiag_tcp_growth {
    NETDIAG_TCP_GROWTH_OUT_SEGS,
    NETDIAG_TCP_GROWTH_RETRANS_SEGS,
    NETDIAG_TCP_GROWTH_IN_SEGS,
    NETDIAG_TCP_GROWTH_OUT_RSTS,
    NETDIAG_TCP_GROWTH_ESTAB_RESETS,
    NETDIAG_TCP_GROWTH_POOL_REFUSED,
    NETDIAG_TCP_GROWTH_POOL_EVICTED,
    NETDIAG_TCP_GROWTH_BACKLOG_REFUSED,
    NETDIAG_TCP_GROWTHS
};

/* The low 32 bits: a minute's growth fits, and a small device has no room for twice as much. */
struct netdiag_tcp_sample {
    uint64_t at_ms;
    uint32_t value[NETDIAG_TCP_GROWTHS];
};

/* The same of what the pools of memory refused. */
struct netdiag_memory_mark {
    uint64_t at_ms;
    uint32_t refused[CONFIG_NETDIAG_MEMORY_POOLS];
};

/* As many as 70 s have, one every 900 ms at the most; and as 60 s have, one every 5 s. */
#define NETDIAG_TCP_SAMPLES  80
#define NETDIAG_MEMORY_MARKS 14

struct netdiag_tcp_past {
    uint64_t since_ms;           /* looked at since then, without a long pause */
    uint32_t newest, count;      /* of `samples`, a ring */
    uint32_t newest_mark, marks; /* of `mark` */
    uint32_t memory_count;
    uint32_t memory_now[CONFIG_NETDIAG_MEMORY_POOLS]; /* at the newest sample */
    struct netdiag_tcp_sample samples[NETDIAG_TCP_SAMPLES];
    struct netdiag_memory_mark mark[NETDIAG_MEMORY_MARKS];
};

/* A stall that is watched. */
struct netdiag_tcp_stall_entry {
    struct netdiag_tcp_stall stall;
    uint32_t next;  /* in its chain: its place and 1, or 0 */
    bool is_seen;   /* at the present look */
    uint64_t moved; /* octets that the program had read, or the peer acknowledged */
};

/* Found by the ID: each chain begins in `heads`. */
struct netdiag_tcp_stall_table {
    uint32_t count;
    bool is_cut; /* there was no room for one at this look */
    uint32_t heads[CONFIG_NETDIAG_TCP_STALLS];
    struct netdiag_tcp_stall_entry entries[CONFIG_NETDIAG_TCP_STALLS];
};

/* Findings that were raised, and those of them that the last look did not have. */
struct netdiag_tcp_alarms {
    netdiag_tcp_codes raised;
    netdiag_tcp_codes absent;
};

#endif
