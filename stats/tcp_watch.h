/*
 * The watch: what the diagnosis needs of the past. One task looks at the device about once a
 * second; commands read what it has seen.
 */
#ifndef NETDIAG_STATS_TCP_WATCH_H
#define NETDIAG_STATS_TCP_WATCH_H

#include "netdiag/netdiag.h"

struct netdiag_tcp_snapshot;

/* For netdiag_init(): nothing was seen. */
void netdiag_tcp_watch_init(struct netdiag *diag);

/* Findings that a look raised or cleared. */
struct netdiag_tcp_changes {
    netdiag_tcp_codes appeared, cleared;
};

/*
 * Looks at the device, as netdiag_watch() says. True: the rules were applied to `snapshot`, which
 * is the caller's, and `changes` says what is new; a finding that appeared is in the snapshot.
 * False, and neither was touched or means anything: it is not time yet, the device does not answer,
 * or another thread looks at this moment.
 */
bool netdiag_tcp_watch_step(struct netdiag *diag, struct netdiag_tcp_snapshot *snapshot,
                            struct netdiag_tcp_changes *changes);

/*
 * What the findings of a look raise and clear. One is raised when it is found, and cleared when
 * two looks in a row have not found it. Pure.
 */
void netdiag_tcp_alarms_step(struct netdiag_tcp_alarms *alarms, netdiag_tcp_codes found,
                             struct netdiag_tcp_changes *changes);

/* Makes what the watch knows what readers get, the trend with it; not when a reader is slow. */
void netdiag_tcp_watch_publish(struct netdiag *diag, uint64_t now_ms);

/*
 * Copies what the watch has seen, whole. Where it has not looked for a while the trend says so,
 * and nothing else. Any thread; never waits for the watch.
 */
void netdiag_tcp_watched_get(struct netdiag *diag, struct netdiag_tcp_watched *watched);

/* The stall of that connection; NULL: it has none. */
const struct netdiag_tcp_stall *netdiag_tcp_stall_find(const struct netdiag_tcp_watched *watched,
                                                       uint32_t id, bool is_send);

#endif
