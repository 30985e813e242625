/*
 * The catalogue in English: its phrases. States and findings have files of their own.
 */
#include "cli/catalogue.h"

/* Each has its index before it: a comma that is missing does not compile. */
// NOLINTBEGIN(bugprone-suspicious-missing-comma)
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
    [NETDIAG_PHRASE_AGELESS] =
        "How long connections are in their states is not known (CONFIG_NETDIAG_TCP_HOOKS is not "
        "set, or the platform has no history): findings that need an age, such as floods, leaks, "
        "stalls and closing that is stuck, are not made.",
    [NETDIAG_PHRASE_EVIDENCE] = "Evidence:",
    [NETDIAG_PHRASE_LIKELY] = "Likely:",
    [NETDIAG_PHRASE_NEXT] = "Next:",
    [NETDIAG_PHRASE_MEANS] = "Means:",
    [NETDIAG_PHRASE_NORMAL] = "Normal:",
    [NETDIAG_PHRASE_SUSPECT] = "Suspect:",
    [NETDIAG_PHRASE_IS] = " ",
    [NETDIAG_PHRASE_AND] = "; ",
    [NETDIAG_PHRASE_STATES_STATE] = "State",
    [NETDIAG_PHRASE_STATES_NOW] = "Now",
    [NETDIAG_PHRASE_STATES_PEAK] = "Peak",
    [NETDIAG_PHRASE_STATES_ENTERED] = "Entered",
    [NETDIAG_PHRASE_STATES_LONGEST] = "Longest",
    [NETDIAG_PHRASE_STATES_MEANING] = "Meaning",
    [NETDIAG_PHRASE_OF] = " of ",
    [NETDIAG_PHRASE_CONNECTIONS] = "connections",
    [NETDIAG_PHRASE_ECHOES] = "echoes",
    [NETDIAG_PHRASE_HISTORY] = "{metric}, last {count} {unit}: now {now}, average {average}, "
                               "peak {peak}[ ({ago} {unit} ago)]",
    [NETDIAG_PHRASE_HISTORY_SECONDS] = "{text}[, of {capacity}]",
    [NETDIAG_PHRASE_HISTORY_MINUTES] = "{text}[, of {capacity}]; each minute: | average, * peak",
    [NETDIAG_PHRASE_HISTORY_HOURS] = "{text}[, of {capacity}]; each hour: | average, * peak",
    [NETDIAG_PHRASE_HISTORY_UNKNOWN] = "Nothing is known of this time.",
    [NETDIAG_PHRASE_HISTORY_UNWATCHED] =
        "Nothing is recorded: the firmware has not called netdiag_watch(), which records it.",
    [NETDIAG_PHRASE_NOW] = "now",
    [NETDIAG_PHRASE_SECOND] = "s",
    [NETDIAG_PHRASE_MINUTE] = "min",
    [NETDIAG_PHRASE_HOUR] = "h",
    [NETDIAG_PHRASE_LIVE_INTERVAL] = "interval",
    [NETDIAG_PHRASE_LIVE_KEY] = "any key ends",
    [NETDIAG_PHRASE_LIVE_IN_SEGS] = "Segs in/s",
    [NETDIAG_PHRASE_LIVE_OUT_SEGS] = "Segs out/s",
    [NETDIAG_PHRASE_LIVE_IN_BYTES] = "Bytes in/s",
    [NETDIAG_PHRASE_LIVE_OUT_BYTES] = "Bytes out/s",
    [NETDIAG_PHRASE_LIVE_RETRANS_SEGS] = "Resent/s",
    [NETDIAG_PHRASE_LIVE_RESETS] = "Resets/s",
    [NETDIAG_PHRASE_LIVE_ACTIVE_OPENS] = "Opened/s",
    [NETDIAG_PHRASE_LIVE_PASSIVE_OPENS] = "Accepted/s",
    [NETDIAG_PHRASE_LIVE_CLOSED] = "Closed/s",
    [NETDIAG_PHRASE_LIVE_ATTEMPT_FAILS] = "Failed/s",
    [NETDIAG_PHRASE_LIVE_POOL_USED] = "Pool used",
    [NETDIAG_PHRASE_LIVE_POOL_SIZE] = "Pool size",
    [NETDIAG_PHRASE_LIVE_POOL_PEAK] = "Pool peak",
    [NETDIAG_PHRASE_LIVE_POOL_REFUSED] = "Refused",
    [NETDIAG_PHRASE_LIVE_MOST_BYTES] = "Most bytes",
    [NETDIAG_PHRASE_LIVE_IN] = "In/s",
    [NETDIAG_PHRASE_LIVE_OUT] = "Out/s",
    [NETDIAG_PHRASE_LIVE_CONNECTIONS] = "Connections",
    [NETDIAG_PHRASE_LIVE_UNCOUNTED] = "Bytes not counted of connections: ",
    [NETDIAG_PHRASE_LIVE_NOT_FOLLOWED] = "not followed",
    [NETDIAG_PHRASE_LIVE_ENDED] = "that ended",
    [NETDIAG_PHRASE_LIVE_WITHOUT] = "without history",
    [NETDIAG_PHRASE_LIVE_MOST_CONNECTIONS] = "Most connections",
    [NETDIAG_PHRASE_LIVE_MAINLY] = "Mainly",
    [NETDIAG_PHRASE_LIVE_OWNERS] = "Owner",
    [NETDIAG_PHRASE_LIVE_STATES] = "States",
    [NETDIAG_PHRASE_LIVE_OTHERS] = "(others)",
    [NETDIAG_PHRASE_LIVE_FINDINGS] = "Findings",
};
// NOLINTEND(bugprone-suspicious-missing-comma)

static const struct netdiag_label metrics[] = {
#define METRIC(name, key, word, kind, text) {key, text},
#include "netdiag/tcp_series.def"
    {NULL, NULL},
};

const struct netdiag_catalogue netdiag_catalogue_english = {
    .states = netdiag_english_states,
    .phrases = phrases,
    .metrics = metrics,
};
