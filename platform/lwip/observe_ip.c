/*
 * lwIP counts a segment whose header is too short and one whose data offset is wrong as one and
 * the same, and neither reaches a TCP hook. So of each packet the IP hook remembers the little by
 * which they are told apart, and when the next packet comes, or someone asks, what lwIP's counters
 * have moved by was that packet's doing.
 */
#include <string.h>

#include "lwip/ip4_addr.h"
#include "lwip/netif.h"
#include "lwip/prot/ip.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/tcp.h"
#include "lwip/stats.h"

#include "observer.h"

/* The last packet, as it came: nearly always nobody asks what it was. */
static struct {
    union {
        uint8_t version; /* in the upper half; 0: too short for a header */
        struct ip_hdr v4;
        struct ip6_hdr v6;
    };
    uint32_t behind_extensions; /* the length of what follows IPv6's extension headers */
} last;

static struct netdiag_lwip_malformed malformed;
static STAT_COUNTER seen_length_errors, seen_protocol_errors, seen_errors;

static bool is_v6(void)
{
    return last.version >> 4 == 6;
}

/* Of header and data; of a fragment from the datagram's start to where it reaches. */
static uint32_t tcp_length(void)
{
    if (is_v6())
        return IP6H_NEXTH(&last.v6) == IP6_NEXTH_TCP ? IP6H_PLEN(&last.v6) : last.behind_extensions;
    if (last.version == 0)
        return 0;
    return (lwip_ntohs(IPH_OFFSET(&last.v4)) & IP_OFFMASK) * 8u + lwip_ntohs(IPH_LEN(&last.v4)) -
           IPH_HL_BYTES(&last.v4);
}

static bool is_to_group(void)
{
    if (is_v6())
        return (lwip_ntohl(last.v6.dest.addr[0]) >> 24) == 0xff;
#if LWIP_IPV4
    ip4_addr_t address = {last.v4.dest.addr};
    const struct netif *netif;

    /* lwIP takes what is addressed to any of its interfaces, whichever it comes in on */
    NETIF_FOREACH(netif)
    {
        if (ip4_addr_isbroadcast_u32(address.addr, netif))
            return true;
    }
    return ip4_addr_ismulticast(&address);
#else
    return false;
#endif
}

/* Both only grow. */
static STAT_COUNTER errors_of_lwip(void)
{
    return (STAT_COUNTER)(lwip_stats.tcp.lenerr + lwip_stats.tcp.proterr);
}

static void settle(void)
{
    STAT_COUNTER length_errors = (STAT_COUNTER)(lwip_stats.tcp.lenerr - seen_length_errors);
    STAT_COUNTER protocol_errors = (STAT_COUNTER)(lwip_stats.tcp.proterr - seen_protocol_errors);

    if (tcp_length() < TCP_HLEN)
        malformed.too_short += length_errors;
    else
        malformed.bad_offset += length_errors;
    if (protocol_errors && is_to_group())
        malformed.to_group += protocol_errors;
    seen_length_errors = lwip_stats.tcp.lenerr;
    seen_protocol_errors = lwip_stats.tcp.proterr;
    seen_errors = errors_of_lwip();
}

/* `size` is a constant: copying so little is then a few instructions, and no call. */
static inline void remember(const struct pbuf *packet, size_t size)
{
    if (packet->len >= size)
        memcpy(&last, packet->payload, size);
    else
        last.version = 0;
}

/* Of a packet without TCP it means nothing, and nobody asks. */
static uint32_t length_behind_extensions(const struct pbuf *packet)
{
    const uint8_t *bytes = packet->payload;
    uint32_t at = IP6_HLEN, offset = 0;
    uint8_t next = IP6H_NEXTH(&last.v6);

    while (next != IP6_NEXTH_TCP && packet->len >= at + 8) {
        const uint8_t *header = bytes + at;
        bool is_fragment = next == IP6_NEXTH_FRAGMENT;

        if (is_fragment)
            offset = netdiag_lwip_word(header) & 0xfff8u;
        next = header[0];
        at += is_fragment ? 8 : 8u * (1u + header[1]);
    }
    return offset + IP6_HLEN + IP6H_PLEN(&last.v6) - at;
}

/* Not in their callers, which are called for every packet and seldom have one to settle. */
static __attribute__((noinline)) int settle_ip4(const struct pbuf *packet)
{
    settle();
    remember(packet, IP_HLEN);
    return 0;
}

static __attribute__((noinline)) int settle_ip6(const struct pbuf *packet)
{
    settle();
    remember(packet, IP6_HLEN);
    if (packet->len >= IP6_HLEN)
        last.behind_extensions = length_behind_extensions(packet);
    return 0;
}

int netdiag_lwip_ip4_in(const struct pbuf *packet, const struct netif *netif)
{
    (void)netif;
    if (errors_of_lwip() != seen_errors)
        return settle_ip4(packet);
    remember(packet, IP_HLEN);
    return 0;
}

int netdiag_lwip_ip6_in(const struct pbuf *packet, const struct netif *netif)
{
    (void)netif;
    if (errors_of_lwip() != seen_errors ||
        (packet->len >= IP6_HLEN &&
         IP6H_NEXTH((const struct ip6_hdr *)packet->payload) != IP6_NEXTH_TCP))
        return settle_ip6(packet);
    remember(packet, IP6_HLEN);
    return 0;
}

struct netdiag_lwip_malformed netdiag_lwip_malformed(void)
{
    settle();
    return malformed;
}
