/*
 * What passes the interfaces of VLANs, and since when they are as they are.
 *
 * lwIP's own counters of an interface are 32 bits wide, and none of them is fed for a netif that
 * has no driver. Frames of a VLAN pass netdiag twice at most: on their way out in the netif's link
 * output, on their way in where the ARP filter hook gives them to the netif, which lwIP asks once
 * for each frame. Both end here, with a lookup and a few additions.
 *
 * RFC 2863 sorts by the destination's MAC address. Octets are those of a MAC frame from its
 * destination on, without FCS, which lwIP never sees, and without the tag, which is the trunk's.
 *
 * Its counters begin when an interface is made, and end with it. All is used under the core lock.
 */
#include <string.h>

#include "lwip/netif.h"
#include "lwip/opt.h"
#include "lwip/prot/ethernet.h"
#include "netif/ethernet.h"

#include "internal.h"

/* As many as lwIP can number; the first is nobody's, so that the data path need not ask. */
#define PLACES (1 + LWIP_MIN(CONFIG_NETDIAG_VLANS, NETDIAG_IF_INDEX_STACK_MAX))

struct traffic {
    const struct netif *netif; /* NULL: free */
    struct netdiag_interface_traffic in, out;
    uint64_t out_discards;
    uint64_t created_ms, last_change_ms; /* by the uptime */
    bool oper_up;
};

static struct traffic places[PLACES];
static uint8_t place_of[NETDIAG_IF_INDEX_STACK_MAX + 1]; /* by lwIP's number; 0: not a VLAN's */
static uint64_t changed_ms;

/* ---- the data path ---- */

static struct traffic *traffic_of(const struct netif *netif)
{
    return &places[place_of[netif_get_index(netif)]];
}

static void count(struct netdiag_interface_traffic *traffic, const struct pbuf *frame)
{
    const struct eth_hdr *eth = frame->payload;

    traffic->octets += (uint32_t)frame->tot_len - ETH_PAD_SIZE;
    if (eth->type == PP_HTONS(ETHTYPE_VLAN))
        traffic->octets -= SIZEOF_VLAN_HDR;
    if (!(eth->dest.addr[0] & 1))
        traffic->unicast++;
    else if (eth_addr_cmp(&eth->dest, &ethbroadcast))
        traffic->broadcast++;
    else
        traffic->multicast++;
}

void netdiag_lwip_vlan_traffic_in(const struct netif *netif, const struct pbuf *frame)
{
    count(&traffic_of(netif)->in, frame);
}

void netdiag_lwip_vlan_traffic_out(const struct netif *netif, const struct pbuf *frame, bool sent)
{
    struct traffic *traffic = traffic_of(netif);

    if (sent)
        count(&traffic->out, frame);
    else
        traffic->out_discards++;
}

/* ---- coming, going, up and down ---- */

static bool is_ready(const struct netif *netif)
{
    return netif_is_up(netif) && netif_is_link_up(netif);
}

#if LWIP_NETIF_EXT_STATUS_CALLBACK

/* lwIP tells of an interface that goes down before its flags say so. */
static bool will_be_ready(const struct netif *netif, netif_nsc_reason_t reason,
                          const netif_ext_callback_args_t *args)
{
    if (reason & LWIP_NSC_STATUS_CHANGED)
        return args->status_changed.state && netif_is_link_up(netif);
    return args->link_changed.state && netif_is_up(netif);
}

static void follow(struct netif *netif, netif_nsc_reason_t reason,
                   const netif_ext_callback_args_t *args)
{
    if (!(reason & (LWIP_NSC_STATUS_CHANGED | LWIP_NSC_LINK_CHANGED)))
        return;
    for (size_t i = 1; i < PLACES; i++) {
        const struct netif *of_vlan = places[i].netif;
        const struct netif *trunk = of_vlan ? of_vlan->state : NULL;
        bool oper_up;

        if (!of_vlan || (of_vlan != netif && trunk != netif))
            continue;
        oper_up =
            will_be_ready(netif, reason, args) && is_ready(of_vlan == netif ? trunk : of_vlan);
        if (oper_up != places[i].oper_up)
            places[i].last_change_ms = netdiag_lwip_uptime_ms();
        places[i].oper_up = oper_up;
    }
}

static void follow_all(void)
{
    static bool follows;
    static netif_ext_callback_t callback;

    if (!follows)
        netif_add_ext_callback(&callback, follow);
    follows = true;
}

#else

/* Nobody says when an interface changes: the records then say that it is not known. */
static void follow_all(void)
{
}

#endif

void netdiag_lwip_vlan_traffic_begin(const struct netif *netif)
{
    size_t place = 1;

    follow_all();
    changed_ms = netdiag_lwip_uptime_ms();
    while (place < PLACES && places[place].netif)
        place++;
    if (place == PLACES)
        return; /* not while there are as many as VLANs at most */
    memset(&places[place], 0, sizeof(places[place]));
    places[place].netif = netif;
    places[place].created_ms = changed_ms;
    places[place].last_change_ms = changed_ms;
    places[place].oper_up = is_ready(netif) && is_ready(netif->state);
    place_of[netif_get_index(netif)] = (uint8_t)place;
}

void netdiag_lwip_vlan_traffic_end(const struct netif *netif)
{
    traffic_of(netif)->netif = NULL;
    place_of[netif_get_index(netif)] = 0;
    changed_ms = netdiag_lwip_uptime_ms();
}

uint64_t netdiag_lwip_vlan_interfaces_changed_ms(void)
{
    return changed_ms;
}

/* ---- reading ---- */

static void fill(const struct traffic *traffic, struct netdiag_interface *row)
{
    row->in = traffic->in;
    row->out = traffic->out;
    row->out_discards = traffic->out_discards;
    row->created_ms = traffic->created_ms;
    row->has_last_change = LWIP_NETIF_EXT_STATUS_CALLBACK;
    row->last_change_ms = row->has_last_change ? traffic->last_change_ms : 0;
#if MIB2_STATS /* where a driver may have said it */
    row->speed_bps = ((const struct netif *)traffic->netif->state)->link_speed;
#endif
}

uint16_t netdiag_lwip_vlan_traffic_after(uint32_t after, struct netdiag_interface *row)
{
    for (uint32_t index = after + 1; after < index && index <= NETDIAG_IF_INDEX_STACK_MAX;
         index++) {
        if (place_of[index]) {
            const struct traffic *traffic = &places[place_of[index]];

            memset(row, 0, sizeof(*row));
            row->if_index = index;
            fill(traffic, row);
            return netdiag_lwip_vlan_of_netif(traffic->netif);
        }
    }
    return 0;
}
