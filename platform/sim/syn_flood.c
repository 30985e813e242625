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

/* Steps from one source to the next; prime to the hosts of every subnet, so that all come up. */
#define STEP 97

static struct {
    const struct sim_options *options;
    uint64_t start_ms;
    uint64_t rate, syns; /* a second, and in all */
    uint64_t sent;
    size_t vlan;                            /* the subnet that is next */
    uint32_t sources[CONFIG_NETDIAG_VLANS]; /* how many of each subnet's hosts were gone over */
} flood;

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

static void send_syn(uint32_t source, const ip4_addr_t *to)
{
    const ip4_addr_t from = {lwip_htonl(source)};
    struct netif *netif = ip4_route(to);
    struct pbuf *p = netif ? pbuf_alloc(PBUF_IP, TCP_HLEN, PBUF_RAM) : NULL;

    if (!p)
        return;
    put_segment(p, &from, to);
    (void)ip4_output_if_src(p, &from, to, TCP_TTL, 0, IP_PROTO_TCP, netif);
    pbuf_free(p);
}

/* The next host of a subnet that is neither the device nor the world's. */
static uint32_t next_source(uint32_t *gone_over, uint32_t device, uint32_t peer, uint32_t hosts)
{
    uint32_t source;

    do {
        source = (device & ~hosts) | (1 + *gone_over % (hosts - 1) * STEP % (hosts - 1));
        ++*gone_over;
    } while (source == device || source == peer);
    return source;
}

/* One SYN to one of the device's addresses. False: its subnet has no host for that. */
static bool send_from_subnet(const struct netdiag_prefix *device, uint32_t *gone_over)
{
    uint32_t hosts = device->length < 32 ? UINT32_MAX >> device->length : 0;
    struct netdiag_prefix peer;
    ip_addr_t to, host;

    if (device->address.family != NETDIAG_FAMILY_IPV4 || hosts < 7)
        return false;
    if (hosts > UINT16_MAX)
        hosts = UINT16_MAX; /* they are enough, and STEP times their number fits */
    sim_world_peer(device, &peer);
    sim_world_address(&device->address, &to);
    sim_world_address(&peer.address, &host);
    send_syn(next_source(gone_over, lwip_ntohl(ip_2_ip4(&to)->addr),
                         lwip_ntohl(ip_2_ip4(&host)->addr), hosts),
             ip_2_ip4(&to));
    return true;
}

/* Subnet by subnet. */
static void send_next(void)
{
    const struct sim_options *options = flood.options;

    for (size_t i = 0; i < options->vlan_count; i++) {
        size_t at = flood.vlan++ % options->vlan_count;
        const struct sim_vlan *vlan = &options->vlans[at];

        for (size_t j = 0; j < vlan->address_count; j++) {
            if (send_from_subnet(&vlan->addresses[j], &flood.sources[at]))
                return;
        }
    }
}

static void start(const struct sim_options *options, uint64_t rate, uint64_t syns)
{
    memset(&flood, 0, sizeof(flood));
    flood.options = options;
    flood.start_ms = sim_clock_ms();
    flood.rate = rate;
    flood.syns = syns;
    for (size_t i = 0; i < options->vlan_count; i++)
        flood.sources[i] = sim_random_between(0, UINT16_MAX);
}

static void start_flood(const struct sim_options *options)
{
    start(options, SIM_SYN_FLOOD_RATE, SIM_SYN_FLOOD_SYNS);
}

static void start_burst(const struct sim_options *options)
{
    start(options, SIM_SYN_BURST_RATE, SIM_SYN_BURST_SYNS);
}

static void tick(uint64_t now_ms)
{
    uint64_t due = sim_clock_passed(now_ms, flood.start_ms) * flood.rate / 1000;

    if (due > flood.syns)
        due = flood.syns;
    for (; flood.sent < due; flood.sent++)
        send_next();
}

const struct sim_activity sim_syn_flood = {.start = start_flood, .tick = tick};
const struct sim_activity sim_syn_burst = {.start = start_burst, .tick = tick};
