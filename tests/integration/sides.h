/*
 * What the two sides of a connection do, one step at a time: the device's program by lwIP's own
 * calls, the raw peer (peer.h) by segments.
 */
#ifndef NETDIAG_TESTS_SIDES_H
#define NETDIAG_TESTS_SIDES_H

#include "netdiag/tcp.h"
#include "peer.h"

void device_closes(struct tcp_pcb *pcb);
void device_aborts(struct tcp_pcb *pcb);

/* Four bytes. */
void device_writes(struct tcp_pcb *pcb);

/* A connection to the peer's discard port; ARP is done when this returns, and the SYN sent. */
struct tcp_pcb *device_connects(tcp_recv_fn on_received);

/* The next segment, which moves on by its FIN. */
void peer_sends(struct peer_segment *segment, uint8_t flags);

/* Acknowledges all that the device has sent. */
void peer_acknowledges(struct peer_segment *segment, uint8_t flags);

/* The first segment of a handshake, and no more. */
struct peer_segment peer_sends_syn(uint16_t peer_port, uint16_t device_port);

/* What the device counts of it now; it must be counted. */
uint64_t device_counter(enum netdiag_tcp_counter counter);

/* Ends every connection, TIME-WAIT too. */
void sides_settle(void);

#endif
