/*
 * What commands gather from a walk over all connections, for more than one of them.
 */
#ifndef NETDIAG_CLI_COLLECT_H
#define NETDIAG_CLI_COLLECT_H

#include "cli/command.h"

/* How far walks are that are one to the person who waits: the caller's. */
struct netdiag_collect_progress {
    const struct netdiag_output *output;
    bool is_seen;    /* by somebody */
    unsigned walks;  /* how many there are, each over all connections */
    uint64_t walked; /* in all of them */
    uint64_t total;  /* connections at the start; 0: not known */
};

void netdiag_collect_start(const struct netdiag_call *call, unsigned walks,
                           struct netdiag_collect_progress *progress);

/*
 * What netdiag_tcp_walk_all() asks, with a struct netdiag_collect_progress: says how far it is, and
 * answers whether the user has stopped the command.
 */
bool netdiag_collect_cancelled(void *progress, size_t walked);

/* Says to whoever waits how many connections a walk has come to. Costs a row next to nothing. */
void netdiag_collect_say(const struct netdiag_collect_progress *progress, uint64_t walked);

/*
 * Hands every connection to `add`, which counts it in `into`. False when the user stopped it;
 * otherwise `*error` says whether those were all.
 */
bool netdiag_collect_walk(const struct netdiag_call *call,
                          void (*add)(void *into, const struct netdiag_tcp_connection *row),
                          void *into, enum netdiag_error *error);

/*
 * Fill the record, the caller's. False when the user stopped it; otherwise `*error` says whether
 * it is whole: half a count says nothing.
 */
bool netdiag_collect_owners(const struct netdiag_call *call, struct netdiag_tcp_owners *owners,
                            enum netdiag_error *error);
bool netdiag_collect_holding(const struct netdiag_call *call, struct netdiag_tcp_holding *holding,
                             enum netdiag_error *error);

/* With the stays that last still, where the platform has totals. */
bool netdiag_collect_states(const struct netdiag_call *call,
                            struct netdiag_tcp_state_report *report, enum netdiag_error *error);

#endif
