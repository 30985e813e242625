/*
 * A remote host made of raw frames, for tests that must hold a real lwIP in a state that no real
 * peer would leave it in: one device stack on a virtual clock, and on VLAN 10 of its trunk the
 * host 10.0.10.2, which answers ARP by itself and sends just the segments and datagrams that a test
 * tells it to.
 */
#ifndef NETDIAG_TESTS_PEER_H
#define NETDIAG_TESTS_PEER_H

#include <stddef.h>
#include <stdint.h>

#include "lwip/ip_addr.h"
#include "lwip/tcp.h"

#define PEER_FIN 0x01
#define PEER_SYN 0x02
#define PEER_RST 0x04
#define PEER_PSH 0x08
#define PEER_ACK 0x10

#define PEER_VLAN     10
#define PEER_DATA_MAX 1460 /* bytes of data in a segment, or a datagram */

struct peer_segment {
    uint16_t peer_port, device_port;
    uint32_t seq, ack;
    uint8_t flags;
    uint16_t window;
    size_t length;          /* bytes of data */
    const uint8_t *options; /* of a segment that is sent; a multiple of four bytes */
    size_t option_bytes;
};

/* Starts the device's stack with room for `pcbs` connections and VLAN 10. Once a program. */
void peer_start(uint32_t pcbs);

/* The peer's address, as lwIP has it. */
const ip_addr_t *peer_address(void);

/* Sends a segment with `data` (NULL: zeros); window 0 in `segment` stays 0. */
void peer_send(const struct peer_segment *segment, const void *data);

/* Sends a datagram of UDP with at most PEER_DATA_MAX bytes. */
void peer_send_datagram(uint16_t peer_port, uint16_t device_port, const void *data, size_t length);

/*
 * Who gets the datagrams that the device sends to the peer, whole as they are in one frame. With
 * the core lock held, in the thread that sends; before anything is sent.
 */
void peer_on_datagram(void (*take)(uint16_t peer_port, const uint8_t *data, size_t length));

/* How many segments the device has sent to the peer, and the last of them. */
size_t peer_received_count(void);
const struct peer_segment *peer_received(void);

/* Lets time pass for the device. */
void peer_advance(uint64_t ms);

/*
 * The peer opens a connection to a listening port of the device by three segments. `sent` is then
 * what the peer's next segment starts from: ports, seq, ack, ACK, a full window.
 */
void peer_connect(uint16_t peer_port, uint16_t device_port, struct peer_segment *sent);

/*
 * For tcp_recv(): a service of the device that drops what the peer sends without tcp_recved(), so
 * that it stays unread, and leaves a connection open which the peer has closed.
 */
err_t peer_left_unread(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error);

#endif
