/*
 * What is known of each state: how many are in it now, and what was seen of it since boot.
 */
#ifndef NETDIAG_STATS_TCP_STATE_REPORT_H
#define NETDIAG_STATS_TCP_STATE_REPORT_H

#include "netdiag/netdiag.h"

struct netdiag_tcp_state_report {
    struct netdiag_tcp_states now;
    bool has_totals; /* the platform offers the next */
    struct netdiag_tcp_state_totals totals;
};

/*
 * Reads the device. The totals lack the stays that last still: netdiag_tcp_state_report_add() for
 * each connection of a walk brings them in.
 */
enum netdiag_error netdiag_tcp_state_report_collect(const struct netdiag *diag,
                                                    struct netdiag_tcp_state_report *report);

/* `now_ms` is netdiag_time.uptime_ms. */
void netdiag_tcp_state_report_add(struct netdiag_tcp_state_report *report, bool has_now,
                                  uint64_t now_ms, const struct netdiag_tcp_connection *row);

/* Whether the longest stay in a state is known. */
bool netdiag_tcp_state_report_has_longest(const struct netdiag_tcp_state_report *report,
                                          enum netdiag_tcp_state state);

#endif
