/*
 * ICMP echoes by lwIP's raw API.
 *
 * One raw PCB for each family serves all echoes, and only while there are any: lwIP has few of
 * them, and the firmware may want them. An echo's number stands in the packet, its high half as
 * the identifier and its low half as the sequence number, so that an answer finds its request.
 */
#include <string.h>

#include "lwip/icmp.h"
#include "lwip/icmp6.h"
#include "lwip/inet_chksum.h"
#include "lwip/ip.h"
#include "lwip/ip6.h"
#include "lwip/opt.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "lwip/raw.h"

#include "internal.h"

#if LWIP_RAW

/* RFC 792 and RFC 4443 have the same head for echoes: type, code, checksum, identifier, sequence */
#define HEAD_LENGTH     8
#define CHECKSUM_OFFSET 2
#define NUMBER_OFFSET   4

#define IPV6_HOP_LIMIT 255 /* RFC 4861 asks no less of neighbours; others do not mind */

struct echo {
    uint32_t number; /* 0: the place is free */
    ip_addr_t to;
    bool answered;
    uint64_t sent_ms;
    uint32_t rtt_ms;
};

static struct {
    struct echo places[CONFIG_NETDIAG_PINGS];
    uint32_t last_number;
    struct raw_pcb *ipv4, *ipv6; /* NULL: no echo of that family waits */
} pings;

static struct echo *find(uint32_t number)
{
    for (size_t i = 0; i < CONFIG_NETDIAG_PINGS; i++) {
        if (pings.places[i].number == number)
            return &pings.places[i];
    }
    return NULL;
}

static struct raw_pcb **pcb_of(const ip_addr_t *address)
{
    (void)address; /* without IPv6 there is one kind */
    return IP_IS_V6(address) ? &pings.ipv6 : &pings.ipv4;
}

/* ---- answers ---- */

static bool is_checksum_right(struct pbuf *icmp, const ip_addr_t *from)
{
#if LWIP_IPV6
    if (IP_IS_V6(from))
        return ip6_chksum_pseudo(icmp, IP6_NEXTH_ICMP6, icmp->tot_len, ip6_current_src_addr(),
                                 ip6_current_dest_addr()) == 0;
#endif
    (void)from;
    return inet_chksum_pbuf(icmp) == 0;
}

static uint8_t reply_type(const ip_addr_t *from)
{
#if LWIP_IPV6
    if (IP_IS_V6(from))
        return ICMP6_TYPE_EREP;
#endif
    (void)from;
    return ICMP_ER;
}

/* A link-local address has a zone when it came in; it has none when it was asked for. */
static bool is_same(const ip_addr_t *a, const ip_addr_t *b)
{
#if LWIP_IPV6
    return ip_addr_cmp_zoneless(a, b);
#else
    return ip_addr_cmp(a, b);
#endif
}

/* The request that this packet, which begins with ICMP, answers; NULL: none of ours. */
static struct echo *answered_by(struct pbuf *icmp, const ip_addr_t *from)
{
    uint8_t head[HEAD_LENGTH];
    uint32_t number;
    struct echo *echo;

    if (pbuf_copy_partial(icmp, head, sizeof(head), 0) != sizeof(head) ||
        head[0] != reply_type(from) || head[1] != 0)
        return NULL;
    memcpy(&number, head + NUMBER_OFFSET, sizeof(number));
    number = lwip_ntohl(number);
    echo = number > 0 ? find(number) : NULL;
    if (!echo || !is_same(&echo->to, from) || !is_checksum_right(icmp, from))
        return NULL;
    return echo;
}

/* lwIP's call for each ICMP packet, which begins with its IP header. 1: it is ours, and freed. */
static u8_t take_packet(void *arg, struct raw_pcb *pcb, struct pbuf *packet, const ip_addr_t *from)
{
    size_t header = ip_current_header_tot_len();
    struct echo *echo;

    (void)arg, (void)pcb;
    if (pbuf_remove_header(packet, header) != 0)
        return 0;
    echo = answered_by(packet, from);
    if (!echo) {
        pbuf_add_header_force(packet, header);
        return 0;
    }
    if (!echo->answered) {
        echo->answered = true;
        echo->rtt_ms = (uint32_t)(netdiag_lwip_uptime_ms() - echo->sent_ms);
    }
    pbuf_free(packet);
    return 1;
}

/* ---- requests ---- */

static struct raw_pcb *open_pcb(const ip_addr_t *to)
{
    struct raw_pcb **pcb = pcb_of(to);

    if (*pcb)
        return *pcb;
#if LWIP_IPV6
    if (IP_IS_V6(to)) {
        *pcb = raw_new_ip_type(IPADDR_TYPE_V6, IP6_NEXTH_ICMP6);
        if (*pcb) {
            (*pcb)->chksum_reqd = 1; /* the source address is in it, which lwIP picks */
            (*pcb)->chksum_offset = CHECKSUM_OFFSET;
            (*pcb)->ttl = IPV6_HOP_LIMIT;
        }
    } else
#endif
        *pcb = raw_new_ip_type(IPADDR_TYPE_V4, IP_PROTO_ICMP);
    if (*pcb)
        raw_recv(*pcb, take_packet, NULL);
    return *pcb;
}

static void close_idle_pcbs(void)
{
    bool waits_ipv4 = false, waits_ipv6 = false;

    for (size_t i = 0; i < CONFIG_NETDIAG_PINGS; i++) {
        if (pings.places[i].number == 0)
            continue;
        if (IP_IS_V6_VAL(pings.places[i].to))
            waits_ipv6 = true;
        else
            waits_ipv4 = true;
    }
    if (!waits_ipv4 && pings.ipv4) {
        raw_remove(pings.ipv4);
        pings.ipv4 = NULL;
    }
    if (!waits_ipv6 && pings.ipv6) {
        raw_remove(pings.ipv6);
        pings.ipv6 = NULL;
    }
}

static struct pbuf *make_request(const ip_addr_t *to, uint32_t number, uint16_t length)
{
    struct pbuf *packet = pbuf_alloc(PBUF_IP, length, PBUF_RAM);
    uint8_t *icmp;

    if (!packet)
        return NULL;
    icmp = packet->payload;
    memset(icmp, 0, HEAD_LENGTH);
    icmp[0] = ICMP_ECHO;
    number = lwip_htonl(number);
    memcpy(icmp + NUMBER_OFFSET, &number, sizeof(number));
    for (size_t i = HEAD_LENGTH; i < length; i++)
        icmp[i] = (uint8_t)i;
#if LWIP_IPV6
    if (IP_IS_V6(to)) {
        icmp[0] = ICMP6_TYPE_EREQ;
        return packet;
    }
#endif
    (void)to;
#if CHECKSUM_GEN_ICMP
    uint16_t checksum = inet_chksum(icmp, length);

    memcpy(icmp + CHECKSUM_OFFSET, &checksum, sizeof(checksum));
#endif
    return packet;
}

static uint16_t ip_header(const ip_addr_t *to)
{
    (void)to;
    return IP_IS_V6(to) ? IP6_HLEN : IP_HLEN;
}

#if LWIP_IPV4

/* A subnet's broadcast address is known by its route. */
static bool is_broadcast(const ip_addr_t *to)
{
    const struct netif *netif = ip4_route(ip_2_ip4(to));

    return ip4_addr_get_u32(ip_2_ip4(to)) == IPADDR_BROADCAST ||
           (netif && ip_addr_isbroadcast(to, netif));
}

#endif

/* Whether it can be one host's address. */
static bool is_host(const ip_addr_t *to)
{
#if LWIP_IPV4
    if (!IP_IS_V6(to) && is_broadcast(to))
        return false;
#endif
    return !ip_addr_isany(to) && !ip_addr_ismulticast(to);
}

static enum netdiag_error error_of(err_t error)
{
    switch (error) {
    case ERR_OK:
        return NETDIAG_OK;
    case ERR_RTE:
        return NETDIAG_ERROR_NOT_FOUND;
    case ERR_MEM:
    case ERR_BUF:
        return NETDIAG_ERROR_MEMORY;
    default:
        return NETDIAG_ERROR_IO;
    }
}

static enum netdiag_error send_to(const ip_addr_t *to, uint16_t bytes, struct echo *echo)
{
    uint32_t number = pings.last_number + 1 > 0 ? pings.last_number + 1 : 1;
    struct raw_pcb *pcb = open_pcb(to);
    struct pbuf *packet;
    err_t error;

    packet = pcb ? make_request(to, number, (uint16_t)(bytes - ip_header(to))) : NULL;
    if (!packet)
        return NETDIAG_ERROR_MEMORY;
    pings.last_number = number;
    *echo = (struct echo){.number = number, .to = *to, .sent_ms = netdiag_lwip_uptime_ms()};
    error = raw_sendto(pcb, packet, to);
    pbuf_free(packet);
    if (error != ERR_OK)
        echo->number = 0;
    return error_of(error);
}

/* ---- the ops ---- */

enum netdiag_error netdiag_lwip_echo_send(void *ctx, const struct netdiag_address *to,
                                          uint16_t bytes, uint32_t *echo)
{
    enum netdiag_error error = NETDIAG_ERROR_INVALID;
    struct echo *place;
    ip_addr_t address;

    (void)ctx;
    if (!netdiag_lwip_ip_address(to, &address))
        return NETDIAG_ERROR_UNSUPPORTED;
    netdiag_lwip_lock();
    place = find(0);
    if (!place)
        error = NETDIAG_ERROR_FULL;
    else if (bytes >= ip_header(&address) + HEAD_LENGTH && is_host(&address))
        error = send_to(&address, bytes, place);
    if (error == NETDIAG_OK)
        *echo = place->number;
    close_idle_pcbs();
    netdiag_lwip_unlock();
    return error;
}

enum netdiag_error netdiag_lwip_echo_poll(void *ctx, uint32_t echo, bool *answered,
                                          uint32_t *rtt_ms)
{
    const struct echo *place;

    (void)ctx;
    netdiag_lwip_lock();
    place = echo > 0 ? find(echo) : NULL;
    *answered = place && place->answered;
    *rtt_ms = place ? place->rtt_ms : 0;
    netdiag_lwip_unlock();
    return place ? NETDIAG_OK : NETDIAG_ERROR_NOT_FOUND;
}

enum netdiag_error netdiag_lwip_echo_end(void *ctx, uint32_t echo)
{
    struct echo *place;

    (void)ctx;
    netdiag_lwip_lock();
    place = echo > 0 ? find(echo) : NULL;
    if (place)
        place->number = 0;
    close_idle_pcbs();
    netdiag_lwip_unlock();
    return place ? NETDIAG_OK : NETDIAG_ERROR_NOT_FOUND;
}

#else

enum netdiag_error netdiag_lwip_echo_send(void *ctx, const struct netdiag_address *to,
                                          uint16_t bytes, uint32_t *echo)
{
    (void)ctx, (void)to, (void)bytes, (void)echo;
    return NETDIAG_ERROR_UNSUPPORTED;
}

enum netdiag_error netdiag_lwip_echo_poll(void *ctx, uint32_t echo, bool *answered,
                                          uint32_t *rtt_ms)
{
    (void)ctx, (void)echo, (void)answered, (void)rtt_ms;
    return NETDIAG_ERROR_UNSUPPORTED;
}

enum netdiag_error netdiag_lwip_echo_end(void *ctx, uint32_t echo)
{
    (void)ctx, (void)echo;
    return NETDIAG_ERROR_UNSUPPORTED;
}

#endif
