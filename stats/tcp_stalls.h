/*
 * Connections on which data waits and nothing moves, from look to look.
 *
 *     netdiag_tcp_stalls_begin(), and for each connection netdiag_tcp_stalls_add(),
 *     netdiag_tcp_stalls_end()
 *
 * A stall begins at the first look that finds received data that the program has not read, or data
 * to send and a peer's window of 0. It ends when that is no more so, when the connection is gone,
 * and when octets were read or acknowledged meanwhile; what still waits then begins anew.
 */
#ifndef NETDIAG_STATS_TCP_STALLS_H
#define NETDIAG_STATS_TCP_STALLS_H

#include "netdiag/netdiag.h"

void netdiag_tcp_stalls_init(struct netdiag_tcp_stall_table *table);

void netdiag_tcp_stalls_begin(struct netdiag_tcp_stall_table *table);
void netdiag_tcp_stalls_add(struct netdiag_tcp_stall_table *table,
                            const struct netdiag_tcp_connection *row, uint64_t now_ms);

/* All connections were added: those that were not seen go. */
void netdiag_tcp_stalls_end(struct netdiag_tcp_stall_table *table);

#endif
