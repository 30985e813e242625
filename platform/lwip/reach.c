/*
 * How far a packet would get: whether lwIP has a route, and whether it knows the MAC address of
 * the next hop. It is asked as lwIP asks itself when it sends, but nothing is sent and no table or
 * counter of lwIP's changes.
 */
#include <string.h>

#include "lwip/etharp.h"
#include "lwip/ip.h"
#include "lwip/ip6.h"
#include "lwip/netif.h"
#include "lwip/opt.h"
#include "lwip/priv/nd6_priv.h"

#include "internal.h"

#if LWIP_IPV4

/* ip4_route() counts a failure as a packet's: it is not asked where it can only fail. */
static bool may_route(const ip4_addr_t *to)
{
#if defined(LWIP_HOOK_IP4_ROUTE) || defined(LWIP_HOOK_IP4_ROUTE_SRC) || LWIP_SINGLE_NETIF
    (void)to;
    return true;
#else
    const struct netif *netif;

    NETIF_FOREACH(netif)
    {
        if (!netif_is_up(netif) || !netif_is_link_up(netif) ||
            ip4_addr_isany_val(*netif_ip4_addr(netif)))
            continue;
        if (ip4_addr_netcmp(to, netif_ip4_addr(netif), netif_ip4_netmask(netif)) ||
            ip4_addr_cmp(to, netif_ip4_gw(netif)) ||
            (netif == netif_default && !ip4_addr_isloopback(to)))
            return true;
    }
    return LWIP_NETIF_LOOPBACK && ip4_addr_isloopback(to);
#endif
}

static bool is_own_ipv4(const struct netif *netif, const ip4_addr_t *to)
{
    return ENABLE_LOOPBACK && (ip4_addr_cmp(to, netif_ip4_addr(netif)) || ip4_addr_isloopback(to));
}

#if LWIP_ARP

/* The host itself or the gateway to it; NULL: there is no gateway. */
static const ip4_addr_t *next_hop_ipv4(struct netif *netif, const ip4_addr_t *to)
{
    if (ip4_addr_netcmp(to, netif_ip4_addr(netif), netif_ip4_netmask(netif)) ||
        ip4_addr_islinklocal(to))
        return to;
#ifdef LWIP_HOOK_ETHARP_GET_GW
    const ip4_addr_t *gateway = LWIP_HOOK_ETHARP_GET_GW(netif, to);

    if (gateway)
        return gateway;
#endif
    return ip4_addr_isany_val(*netif_ip4_gw(netif)) ? NULL : netif_ip4_gw(netif);
}

static enum netdiag_reach reach_by_arp(struct netif *netif, const ip4_addr_t *to)
{
    const ip4_addr_t *next_hop = next_hop_ipv4(netif, to), *found;
    struct eth_addr *mac;

    if (!next_hop)
        return NETDIAG_REACH_NO_ROUTE;
    return etharp_find_addr(netif, next_hop, &mac, &found) >= 0 ? NETDIAG_REACH_RESOLVED
                                                                : NETDIAG_REACH_UNRESOLVED;
}

#endif

static enum netdiag_reach reach_ipv4(const ip4_addr_t *to)
{
    struct netif *netif = may_route(to) ? ip4_route(to) : NULL;

    if (!netif)
        return NETDIAG_REACH_NO_ROUTE;
#if LWIP_ARP
    if (netif->flags & NETIF_FLAG_ETHARP && !is_own_ipv4(netif, to) &&
        !ip4_addr_isbroadcast(to, netif) && !ip4_addr_ismulticast(to))
        return reach_by_arp(netif, to);
#endif
    return NETDIAG_REACH_RESOLVED; /* nothing has to be resolved */
}

#endif

#if LWIP_IPV6

static bool has_mac(const struct nd6_neighbor_cache_entry *entry)
{
    return entry->state != ND6_NO_ENTRY && entry->state != ND6_INCOMPLETE;
}

/* By any interface where `netif` is NULL. */
static enum netdiag_reach reach_by_nd(const struct netif *netif, const ip6_addr_t *next_hop)
{
    for (size_t i = 0; i < LWIP_ND6_NUM_NEIGHBORS; i++) {
        const struct nd6_neighbor_cache_entry *entry = &neighbor_cache[i];

        if (has_mac(entry) && (!netif || entry->netif == netif) &&
            ip6_addr_cmp_zoneless(next_hop, &entry->next_hop_address))
            return NETDIAG_REACH_RESOLVED;
    }
    return NETDIAG_REACH_UNRESOLVED;
}

/* lwIP takes any that it knows, a reachable one first. */
static enum netdiag_reach reach_by_router(const struct netif *netif)
{
    enum netdiag_reach reach = NETDIAG_REACH_NO_ROUTE;

    for (size_t i = 0; i < LWIP_ND6_NUM_ROUTERS; i++) {
        const struct nd6_neighbor_cache_entry *entry = default_router_list[i].neighbor_entry;

        if (!entry || entry->netif != netif)
            continue;
        if (has_mac(entry))
            return NETDIAG_REACH_RESOLVED;
        reach = NETDIAG_REACH_UNRESOLVED;
    }
    return reach;
}

static bool is_own_ipv6(const struct netif *netif, const ip6_addr_t *to)
{
    for (int i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++) {
        if (ip6_addr_isvalid(netif_ip6_addr_state(netif, i)) &&
            ip6_addr_cmp_zoneless(to, netif_ip6_addr(netif, i)))
            return ENABLE_LOOPBACK;
    }
    return false;
}

static bool is_on_link(const struct netif *netif, const ip6_addr_t *to)
{
    for (size_t i = 0; i < LWIP_ND6_NUM_PREFIXES; i++) {
        if (prefix_list[i].netif == netif && prefix_list[i].invalidation_timer > 0 &&
            ip6_addr_netcmp(to, &prefix_list[i].prefix))
            return true;
    }
    for (int i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++) {
        if (ip6_addr_isvalid(netif_ip6_addr_state(netif, i)) && netif_ip6_addr_isstatic(netif, i) &&
            ip6_addr_netcmp(to, netif_ip6_addr(netif, i)))
            return true;
    }
    return false;
}

/* Where a redirect, or an earlier choice of a router, leads; NULL: nothing is known. */
static const ip6_addr_t *known_next_hop(const ip6_addr_t *to)
{
    for (size_t i = 0; i < LWIP_ND6_NUM_DESTINATIONS; i++) {
        if (ip6_addr_cmp(to, &destination_cache[i].destination_addr))
            return &destination_cache[i].next_hop_addr;
    }
    return NULL;
}

/* An address of netdiag's has no zone: a link-local one may be on any link. */
static enum netdiag_reach reach_link_local(const ip6_addr_t *to)
{
    const struct netif *netif;

    NETIF_FOREACH(netif)
    {
        if (netif_is_up(netif) && netif_is_link_up(netif) &&
            ip6_addr_isvalid(netif_ip6_addr_state(netif, 0)))
            return reach_by_nd(NULL, to);
    }
    return NETDIAG_REACH_NO_ROUTE;
}

static enum netdiag_reach reach_ipv6(const ip6_addr_t *to)
{
    const ip6_addr_t *next_hop = known_next_hop(to);
    const struct netif *netif;

    if (ip6_addr_islinklocal(to))
        return reach_link_local(to);
    netif = ip6_route(IP6_ADDR_ANY6, to);
    if (!netif)
        return NETDIAG_REACH_NO_ROUTE;
    if (!(netif->flags & NETIF_FLAG_ETHERNET) || ip6_addr_ismulticast(to) ||
        ip6_addr_isloopback(to) || is_own_ipv6(netif, to))
        return NETDIAG_REACH_RESOLVED; /* nothing has to be resolved */
    if (next_hop)
        return reach_by_nd(netif, next_hop);
    return is_on_link(netif, to) ? reach_by_nd(netif, to) : reach_by_router(netif);
}

#endif

enum netdiag_error netdiag_lwip_reach(void *ctx, const struct netdiag_address *to,
                                      enum netdiag_reach *reach)
{
    ip_addr_t address;

    (void)ctx;
    if (!netdiag_lwip_ip_address(to, &address))
        return NETDIAG_ERROR_UNSUPPORTED;
    netdiag_lwip_lock();
#if LWIP_IPV6
    if (IP_IS_V6_VAL(address))
        *reach = reach_ipv6(ip_2_ip6(&address));
#endif
#if LWIP_IPV4
    if (!IP_IS_V6_VAL(address))
        *reach = reach_ipv4(ip_2_ip4(&address));
#endif
    netdiag_lwip_unlock();
    return NETDIAG_OK;
}
