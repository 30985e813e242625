/*
 * Ethernet frames as the simulator handles them: whole, without FCS, with or without one 802.1Q
 * tag.
 */
#ifndef NETDIAG_SIM_FRAME_H
#define NETDIAG_SIM_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_FRAME_MAC    6  /* bytes of a MAC address */
#define SIM_FRAME_HEADER 14 /* two addresses and a type */
#define SIM_FRAME_TAG    4  /* 802.1Q: TPID and TCI */
#define SIM_FRAME_MAX    (SIM_FRAME_HEADER + SIM_FRAME_TAG + 1500)

#define SIM_ETHERTYPE_IPV4 0x0800
#define SIM_ETHERTYPE_VLAN 0x8100
#define SIM_ETHERTYPE_QINQ 0x88a8 /* 802.1ad: a provider's tag */
#define SIM_ETHERTYPE_IPV6 0x86dd

/* The 16 bits at `bytes`, which came in network order. */
static inline uint16_t sim_frame_u16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static inline void sim_frame_put_u16(uint8_t *bytes, uint16_t value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

/* Where a TCP segment is in a frame. */
struct sim_frame_tcp {
    size_t ip_at;
    bool is_ipv6;
    size_t at;     /* its first byte */
    size_t length; /* header and data, as IP says and as the frame holds */
};

/* False: the frame carries no TCP segment. Over IPv4 or IPv6, tagged or not. */
bool sim_frame_find_tcp(const uint8_t *frame, size_t length, struct sim_frame_tcp *tcp);

bool sim_frame_is_tcp(const uint8_t *frame, size_t length);

/* RFC 1071: `sum` and the 16-bit words of `bytes`, of which an odd last one is filled up with 0. */
uint32_t sim_frame_sum(const uint8_t *bytes, size_t length, uint32_t sum);

/* The Internet checksum of what was added up so. */
uint16_t sim_frame_checksum(uint32_t sum);

/* Makes IP say that its payload has `length` bytes, its own checksum included. */
void sim_frame_set_ip_payload(uint8_t *frame, const struct sim_frame_tcp *tcp, size_t length);

#endif
