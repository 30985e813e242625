/*
 * The watch: what the diagnosis needs of the past. One task looks at the device about once a
 * second; commands read what it has seen.
 */
#ifndef NETDIAG_STATS_TCP_WATCH_H
#define NETDIAG_STATS_TCP_WATCH_H

#include "netdiag/netdiag.h"

/* For netdiag_init(): nothing was seen. */
void netdiag_tcp_watch_init(struct netdiag *diag);

/* Copies what the watch has seen, whole. Any thread; never waits. */
void netdiag_tcp_watched_get(struct netdiag *diag, struct netdiag_tcp_watched *watched);

/* The stall of that connection; NULL: it has none. */
const struct netdiag_tcp_stall *netdiag_tcp_stall_find(const struct netdiag_tcp_watched *watched,
                                                       uint32_t id, bool is_send);

#endif
