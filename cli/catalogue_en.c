/*
 * The catalogue in English: its labels, words and phrases. Findings and states have files of their
 * own.
 */
#include "cli/catalogue.h"

/* In the order of tcp_findings.def. */
static const struct netdiag_label labels[] = {
    {"port", "port"},
    {"owner", "owner"},
    {"halfOpen", "half-open on it"},
    {"halfOpenTotal", "half-open in all"},
    {"sources", "sources"},
    {"topSource", "most from"},
    {"topSourceCount", "from that source"},
    {"poolPercent", "share of the pool"},
    {"backlog", "backlog"},
    {"backlogPercent", "share of the backlog"},
    {"oldestMs", "oldest for"},
    {"synAcksRetransmitted", "SYN+ACKs sent again"},
    {"synsRefused", "SYNs refused lately"},
    {"otherPorts", "other ports"},
    {"target", "target"},
    {"attempts", "attempts now"},
    {"failed", "in vain lately"},
    {"reach", "reach"},
    {"addresses", "addresses"},
    {"ports", "ports"},
    {"listeners", "listeners"},
    {"function", "accept function"},
    {"connections", "connections"},
    {"connection", "connection"},
    {"remote", "remote"},
    {"retransmissions", "retransmissions in a row"},
    {"keepalives", "keepalives unanswered"},
    {"unacknowledged", "bytes unacknowledged"},
    {"silentMs", "silent for"},
    {"established", "in ESTABLISHED"},
    {"closeWait", "in CLOSE-WAIT"},
    {"clients", "such clients"},
    {"unaccepted", "not accepted"},
    {"unacceptedTotal", "not accepted on all ports"},
    {"unread", "bytes unread"},
    {"unsent", "bytes unsent"},
    {"stalledMs", "stalled for"},
    {"total", "in all"},
    {"finWait1", "in FIN-WAIT-1"},
    {"finWait2", "in FIN-WAIT-2"},
    {"freeMs", "free in"},
    {"in10s", "end within 10 s"},
    {"in30s", "within 30 s"},
    {"in60s", "within 60 s"},
    {"lastMs", "the last in"},
    {"portConnections", "on that port"},
    {"refused", "refused lately"},
    {"blockedPort", "cannot be bound, port"},
    {"stateOf", "its state"},
    {"held", "held"},
    {"capacity", "capacity"},
    {"heldPercent", "share held"},
    {"reclaimable", "reclaimable"},
    {"evicted", "evicted lately"},
    {"topPort", "most on port"},
    {"topPortConnections", "on that port"},
    {"topState", "most of them"},
    {"topOwner", "owner"},
    {"pool", "pool"},
    {"used", "used"},
    {"pools", "pools that refused"},
    {"source", "source"},
    {"segments", "segments"},
    {"durationMs", "over"},
    {"agoMs", "silent for"},
    {"retransmitted", "retransmitted"},
    {"share", "share"},
    {"before", "before"},
    {"overMs", "over"},
    {"resets", "resets"},
    {NULL, NULL},
};

static const struct netdiag_label words[] = {
    {"noRoute", "no route"},
    {"unresolved", "ARP or ND unanswered"},
    {"resolved", "ARP or ND answered"},
    {"unknown", "not known"},
    {NULL, NULL},
};

static const char *const phrases[NETDIAG_PHRASES] = {
    [NETDIAG_PHRASE_VERDICT] =
        "TCP {verdict}: {count} {count:finding|findings}[, {critical} critical]"
        "[, {warning} {warning:warning|warnings}][, {info} for information]",
    [NETDIAG_PHRASE_NO_FINDING] = "TCP {verdict}: no findings",
    [NETDIAG_PHRASE_LOOKED] = "Looked at {connections} {connections:connection|connections}"
                              "[, {listeners} {listeners:listener|listeners}]"
                              "[, {pools} {pools:pool|pools} of memory]"
                              "[, and watched for {watchedMs}].",
    [NETDIAG_PHRASE_UNWATCHED] =
        "The device is not watched (its firmware does not call netdiag_watch()): findings that "
        "need the past, such as stalls, rises and what was refused lately, are not made.",
    [NETDIAG_PHRASE_EVIDENCE] = "Evidence:",
    [NETDIAG_PHRASE_LIKELY] = "Likely:",
    [NETDIAG_PHRASE_NEXT] = "Next:",
    [NETDIAG_PHRASE_MEANS] = "Means:",
    [NETDIAG_PHRASE_NORMAL] = "Normal:",
    [NETDIAG_PHRASE_SUSPECT] = "Suspect:",
};

const struct netdiag_catalogue netdiag_catalogue_english = {
    .findings = netdiag_english_findings,
    .states = netdiag_english_states,
    .labels = labels,
    .phrases = phrases,
    .facts =
        {
            .words = words,
            .more_than = "more than ",
            .units = {" d", " h", " min", " s"},
            .less_than_a_second = "less than 1 s",
        },
};
