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

static struct {
    uint16_t tcp_length; /* of header and data; 0: not TCP, or in an extension header's shade */
    uint8_t netif_index;
    bool is_v6;
    uint32_t destination; /* IPv4, or the first word of IPv6 */
} packet;

static struct netdiag_lwip_malformed malformed;
static STAT_COUNTER seen_length_errors, seen_protocol_errors;

static bool is_to_group(void)
{
    const struct netif *netif = netif_get_by_index(packet.netif_index);

    if (packet.is_v6)
        return (lwip_ntohl(packet.destination) >> 24) == 0xff;
#if LWIP_IPV4
    ip4_addr_t address = {packet.destination};

    return ip4_addr_ismulticast(&address) ||
           (netif && ip4_addr_isbroadcast_u32(packet.destination, netif));
#else
    return false;
#endif
}

static void settle(void)
{
    STAT_COUNTER length_errors = (STAT_COUNTER)(lwip_stats.tcp.lenerr - seen_length_errors);
    STAT_COUNTER protocol_errors = (STAT_COUNTER)(lwip_stats.tcp.proterr - seen_protocol_errors);

    if (length_errors) {
        if (packet.tcp_length < TCP_HLEN)
            malformed.too_short += length_errors;
        else
            malformed.bad_offset += length_errors;
        seen_length_errors = lwip_stats.tcp.lenerr;
    }
    if (protocol_errors) {
        if (is_to_group())
            malformed.to_group += protocol_errors;
        seen_protocol_errors = lwip_stats.tcp.proterr;
    }
}

int netdiag_lwip_ip4_in(const struct pbuf *data, const struct netif *netif)
{
    const struct ip_hdr *ip = data->payload;

    settle();
    packet.tcp_length = 0;
    if (data->len >= IP_HLEN && IPH_PROTO(ip) == IP_PROTO_TCP) {
        packet.tcp_length = (uint16_t)(lwip_ntohs(IPH_LEN(ip)) - IPH_HL_BYTES(ip));
        packet.is_v6 = false;
        packet.destination = ip->dest.addr;
        packet.netif_index = netif_get_index(netif);
    }
    return 0;
}

int netdiag_lwip_ip6_in(const struct pbuf *data, const struct netif *netif)
{
    const struct ip6_hdr *ip = data->payload;

    settle();
    packet.tcp_length = 0;
    if (data->len >= IP6_HLEN && IP6H_NEXTH(ip) == IP6_NEXTH_TCP) {
        packet.tcp_length = IP6H_PLEN(ip);
        packet.is_v6 = true;
        packet.destination = ip->dest.addr[0];
        packet.netif_index = netif_get_index(netif);
    }
    return 0;
}

struct netdiag_lwip_malformed netdiag_lwip_malformed(void)
{
    settle();
    return malformed;
}
