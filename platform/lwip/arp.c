/*
 * The neighbours that lwIP knows: its ARP table and its IPv6 neighbour cache.
 *
 * An entry stays in its place for as long as it lives, so a walk by places misses none and doubles
 * none. lwIP tells nobody how old an entry is.
 */
#include <stdio.h>
#include <string.h>

#include "lwip/etharp.h"
#include "lwip/netif.h"
#include "lwip/opt.h"
#include "lwip/priv/nd6_priv.h"

#include "internal.h"

#define HAS_ARP (LWIP_IPV4 && LWIP_ARP)

#if HAS_ARP || LWIP_IPV6

static void fill_interface(const struct netif *netif, struct netdiag_neighbor *row)
{
    row->vlan = netdiag_lwip_vlan_of_netif(netif);
    if (row->vlan > 0)
        snprintf(row->interface, sizeof(row->interface), "Vlan%u", row->vlan);
    else
        snprintf(row->interface, sizeof(row->interface), "%c%c%u", netif->name[0], netif->name[1],
                 netif->num);
}

#endif

#if HAS_ARP

static bool fill_arp(uint32_t place, struct netdiag_neighbor *row)
{
    ip4_addr_t *address;
    struct netif *netif;
    struct eth_addr *mac;

    if (!etharp_get_entry(place, &address, &netif, &mac))
        return false;
    memset(row, 0, sizeof(*row));
    row->address.family = NETDIAG_FAMILY_IPV4;
    memcpy(row->address.bytes, &address->addr, sizeof(address->addr));
    row->has_mac = true;
    memcpy(row->mac, mac->addr, sizeof(row->mac));
    fill_interface(netif, row);
    return true;
}

#endif

#if LWIP_IPV6

static bool fill_ipv6(uint32_t place, struct netdiag_neighbor *row)
{
    static const enum netdiag_neighbor_state states[] = {
        [ND6_NO_ENTRY] = NETDIAG_NEIGHBOR_UNKNOWN,
        [ND6_INCOMPLETE] = NETDIAG_NEIGHBOR_INCOMPLETE,
        [ND6_REACHABLE] = NETDIAG_NEIGHBOR_REACHABLE,
        [ND6_STALE] = NETDIAG_NEIGHBOR_STALE,
        [ND6_DELAY] = NETDIAG_NEIGHBOR_DELAY,
        [ND6_PROBE] = NETDIAG_NEIGHBOR_PROBE,
    };
    const struct nd6_neighbor_cache_entry *entry = &neighbor_cache[place];

    if (entry->state == ND6_NO_ENTRY)
        return false;
    memset(row, 0, sizeof(*row));
    row->address.family = NETDIAG_FAMILY_IPV6;
    memcpy(row->address.bytes, entry->next_hop_address.addr, sizeof(row->address.bytes));
    row->has_mac = entry->state != ND6_INCOMPLETE;
    if (row->has_mac)
        memcpy(row->mac, entry->lladdr, sizeof(row->mac));
    row->state = states[entry->state];
    row->is_router = entry->isrouter;
    if (entry->netif)
        fill_interface(entry->netif, row);
    return true;
}

#endif

/* One table: how many places it has, and what fills a row from one. */
struct table {
    uint32_t places;
    bool (*fill)(uint32_t place, struct netdiag_neighbor *row);
};

static struct table table_of(enum netdiag_family family)
{
    struct table table = {.places = 0, .fill = NULL};

#if HAS_ARP
    if (family == NETDIAG_FAMILY_IPV4)
        table = (struct table){ARP_TABLE_SIZE, fill_arp};
#endif
#if LWIP_IPV6
    if (family == NETDIAG_FAMILY_IPV6)
        table = (struct table){LWIP_ND6_NUM_NEIGHBORS, fill_ipv6};
#endif
    (void)family;
    return table;
}

/* Looks at no more places than there is room for rows. */
enum netdiag_error netdiag_lwip_neighbors(void *ctx, enum netdiag_family family,
                                          struct netdiag_neighbor_cursor *cursor,
                                          struct netdiag_neighbor *rows, size_t capacity,
                                          size_t *count)
{
    const struct table table = table_of(family);
    size_t looked = 0;

    (void)ctx;
    *count = 0;
    if (!table.fill)
        return NETDIAG_ERROR_UNSUPPORTED;
    netdiag_lwip_lock();
    for (; looked < capacity && cursor->place < table.places; looked++) {
        if (table.fill(cursor->place++, &rows[*count]))
            ++*count;
    }
    netdiag_lwip_unlock();
    cursor->done = cursor->place >= table.places;
    return NETDIAG_OK;
}
