/*
 * What commands gather from a walk over all connections, for more than one of them.
 */
#ifndef NETDIAG_CLI_COLLECT_H
#define NETDIAG_CLI_COLLECT_H

#include "cli/command.h"

/* Whether the user has stopped the command whose struct netdiag_output this is. */
bool netdiag_collect_cancelled(const void *output);

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
