/*
 * A segment is made by hand and given to IP with a source that is not the world's; from there on it
 * goes the way of every other.
 */
#include "syn_flood.h"

#include <string.h>

#include "lwip/inet_chksum.h"
#include "lwip/ip4.h"
#include "lwip/prot/ip.h"
#include "lwip/prot/tcp.h"
#include "random.h"
#include "world.h"

#define PORT   80
#define WINDOW 8192

static struct {
    const struct sim_options *options;
    uint64_t start_ms;
    uint64_t sent;
} flood;

static void start(const struct sim_options *options)
{
    flood.options = options;
    flood.start_ms = sim_clock_ms();
    flood.sent = 0;
}

static void put_segment(struct pbuf *p, const ip4_addr_t *from, const ip4_addr_t *to)
{
    struct tcp_hdr *tcp = p->payload;

    memset(tcp, 0, sizeof(*tcp));
    tcp->src = lwip_htons((u16_t)sim_random_between(1024, 65535));
    tcp->dest = lwip_htons(PORT);
    tcp->seqno = lwip_htonl(sim_random_between(0, UINT32_MAX - 1));
    TCPH_HDRLEN_FLAGS_SET(tcp, TCP_HLEN / 4, TCP_SYN);
    tcp->wnd = lwip_htons(WINDOW);
    tcp->chksum = inet_chksum_pseudo(p, IP_PROTO_TCP, p->tot_len, from, to);
}

/* One SYN to one of the device's addresses, from any host of its subnet. */
static void send_syn(const struct netdiag_prefix *device)
{
    uint32_t hosts = device->length < 31 ? UINT32_MAX >> device->length : 1;
    struct netif *netif;
    struct pbuf *p;
    ip_addr_t to;
    ip4_addr_t from;

    sim_world_address(&device->address, &to);
    from.addr =
        lwip_htonl((lwip_ntohl(ip_2_ip4(&to)->addr) & ~hosts) | sim_random_between(1, hosts - 1));
    netif = ip4_route(ip_2_ip4(&to));
    p = netif ? pbuf_alloc(PBUF_IP, TCP_HLEN, PBUF_RAM) : NULL;
    if (!p)
        return;
    put_segment(p, &from, ip_2_ip4(&to));
    (void)ip4_output_if_src(p, &from, ip_2_ip4(&to), TCP_TTL, 0, IP_PROTO_TCP, netif);
    pbuf_free(p);
}

static void send_to_any(void)
{
    const struct sim_options *options = flood.options;
    uint32_t at = sim_random_between(0, (uint32_t)options->vlan_count - 1);
    const struct sim_vlan *vlan = &options->vlans[at];

    for (size_t i = 0; i < vlan->address_count; i++) {
        if (vlan->addresses[i].address.family == NETDIAG_FAMILY_IPV4)
            send_syn(&vlan->addresses[i]);
    }
}

static void tick(uint64_t now_ms)
{
    uint64_t due = (now_ms - flood.start_ms) * SIM_SYN_FLOOD_RATE / 1000;

    if (due > SIM_SYN_FLOOD_SYNS)
        due = SIM_SYN_FLOOD_SYNS;
    for (; flood.sent < due; flood.sent++)
        send_to_any();
}

const struct sim_activity sim_syn_flood = {.start = start, .tick = tick};
