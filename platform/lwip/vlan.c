/*
 * VLANs and their layer 3 interfaces on lwIP.
 *
 * A VLAN's interface is a netif of its own over a trunk netif whose driver passes 802.1Q frames.
 * Out: lwIP builds the frame for the VLAN's netif, the VLAN_SET hook gives the tag, and the link
 * output hands it to the trunk. In: the driver gives the frame to the trunk's input, VLAN_CHECK
 * drops what is tagged for a VLAN without an interface, and the ARP filter hook, which lwIP asks
 * for every frame, names the VLAN's netif. The VLAN ID of a netif is in its client data. Its index
 * is the VLAN's number (if_index.c).
 */
#include <stdio.h>
#include <string.h>

#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/netif.h"
#include "lwip/opt.h"
#include "lwip/prot/ethernet.h"
#include "netif/ethernet.h"

#include "if_index.h"
#include "internal.h"

#if !ETHARP_SUPPORT_VLAN || LWIP_NUM_NETIF_CLIENT_DATA < 1 || !defined(LWIP_HOOK_VLAN_SET)
#error                                                                                             \
    "lwipopts.h must set ETHARP_SUPPORT_VLAN and LWIP_NUM_NETIF_CLIENT_DATA and include netdiag/lwip_hooks.h"
#endif

/* lwIP numbers its interfaces in a u8, and netif_add() looks for a free number for ever. */
#define NETIFS_MAX 255

#define DEFAULT_MTU 1500

struct vlan {
    uint16_t id;
    char name[NETDIAG_VLAN_NAME_LENGTH + 1];
    struct netif *netif; /* NULL: no layer 3 interface; its `state` is the trunk */
};

/* Ascending by ID. */
static struct vlan vlans[CONFIG_NETDIAG_VLANS];
static size_t vlan_count;

/* The number of the interface that netif_add() is about to add. */
static uint8_t number_in_making;

/* Of the first trunk that had one: the device's own, while VLANs come and go. */
static uint8_t trunk_mac[NETDIAG_MAC_LENGTH];
static bool has_trunk_mac;

static u8_t client_data_id;
static bool has_client_data_id;

static void take_trunk_mac(const struct netif *trunk)
{
    static const uint8_t none[NETDIAG_MAC_LENGTH];

    if (has_trunk_mac || memcmp(trunk->hwaddr, none, sizeof(none)) == 0)
        return;
    memcpy(trunk_mac, trunk->hwaddr, sizeof(trunk_mac));
    has_trunk_mac = true;
}

bool netdiag_lwip_trunk_mac(uint8_t mac[NETDIAG_MAC_LENGTH])
{
    memcpy(mac, trunk_mac, sizeof(trunk_mac));
    return has_trunk_mac;
}

/* The first VLAN whose ID is not below `id`. */
static size_t vlan_position(uint32_t id)
{
    size_t low = 0, high = vlan_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (vlans[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct vlan *vlan_find(uint16_t id)
{
    size_t position = vlan_position(id);

    return position < vlan_count && vlans[position].id == id ? &vlans[position] : NULL;
}

static const struct vlan *vlan_find_name(const char *name)
{
    for (size_t i = 0; i < vlan_count; i++) {
        if (strcmp(vlans[i].name, name) == 0)
            return &vlans[i];
    }
    return NULL;
}

static void fill_name(char text[NETDIAG_VLAN_NAME_LENGTH + 1], uint16_t id, const char *name)
{
    if (name && name[0] != '\0')
        netdiag_lwip_copy_text(text, NETDIAG_VLAN_NAME_LENGTH + 1, name);
    else
        snprintf(text, NETDIAG_VLAN_NAME_LENGTH + 1, "Vlan%u", id);
}

enum netdiag_error netdiag_lwip_vlan_may_add(uint16_t id, const char *name)
{
    char text[NETDIAG_VLAN_NAME_LENGTH + 1];

    if (id < NETDIAG_VLAN_MIN || id > NETDIAG_VLAN_MAX ||
        (name && strlen(name) > NETDIAG_VLAN_NAME_LENGTH))
        return NETDIAG_ERROR_INVALID;
    fill_name(text, id, name);
    if (vlan_find(id) || vlan_find_name(text))
        return NETDIAG_ERROR_EXISTS;
    return vlan_count == CONFIG_NETDIAG_VLANS ? NETDIAG_ERROR_FULL : NETDIAG_OK;
}

enum netdiag_error netdiag_lwip_vlan_add(uint16_t id, const char *name)
{
    enum netdiag_error error = netdiag_lwip_vlan_may_add(id, name);
    size_t position = vlan_position(id);

    if (error)
        return error;
    memmove(&vlans[position + 1], &vlans[position], (vlan_count - position) * sizeof(vlans[0]));
    vlan_count++;
    memset(&vlans[position], 0, sizeof(vlans[0]));
    vlans[position].id = id;
    fill_name(vlans[position].name, id, name);
    return NETDIAG_OK;
}

bool netdiag_lwip_vlan_is_there(uint16_t id)
{
    return vlan_find(id) != NULL;
}

bool netdiag_lwip_vlan_has_interface(uint16_t id)
{
    const struct vlan *vlan = vlan_find(id);

    return vlan && vlan->netif;
}

enum netdiag_error netdiag_lwip_vlan_remove(uint16_t id)
{
    struct vlan *vlan = vlan_find(id);

    if (!vlan)
        return NETDIAG_ERROR_NOT_FOUND;
    if (vlan->netif)
        return NETDIAG_ERROR_BUSY;
    vlan_count--;
    memmove(vlan, vlan + 1, (size_t)(&vlans[vlan_count] - vlan) * sizeof(vlans[0]));
    return NETDIAG_OK;
}

static err_t vlan_link_output(struct netif *netif, struct pbuf *frame)
{
    struct netif *trunk = netif->state;
    err_t result = trunk->linkoutput(trunk, frame);

    netdiag_lwip_vlan_traffic_out(netif, frame, result == ERR_OK);
    return result;
}

static err_t vlan_netif_init(struct netif *netif)
{
    const struct netif *trunk = netif->state;

    netif->name[0] = 'v';
    netif->name[1] = 'l';
    netif->mtu = trunk->mtu ? trunk->mtu : DEFAULT_MTU;
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET |
                   NETIF_FLAG_IGMP | NETIF_FLAG_MLD6 | NETIF_FLAG_LINK_UP;
#if LWIP_IPV4
    netif->output = etharp_output;
#endif
#if LWIP_IPV6
    netif->output_ip6 = ethip6_output;
    netif->mtu6 = netif->mtu;
#endif
    netif->linkoutput = vlan_link_output;
    netif->num = (u8_t)(number_in_making - 1); /* netif_add() leaves it as it is if it is free */
    return ERR_OK;
}

static size_t netif_count(void)
{
    const struct netif *netif;
    size_t count = 0;

    NETIF_FOREACH(netif)
    {
        count++;
    }
    return count;
}

enum netdiag_error netdiag_lwip_vlan_interface_add(uint16_t id, struct netif *netif,
                                                   struct netif *trunk,
                                                   const uint8_t mac[NETDIAG_MAC_LENGTH])
{
    struct vlan *vlan = vlan_find(id);
    enum netdiag_error error;

    if (!netif || !trunk || !mac)
        return NETDIAG_ERROR_INVALID;
    if (!vlan)
        return NETDIAG_ERROR_NOT_FOUND;
    if (vlan->netif)
        return NETDIAG_ERROR_EXISTS;
    if (netif_count() >= NETIFS_MAX)
        return NETDIAG_ERROR_FULL;
    error = netdiag_lwip_if_index_give(id, &number_in_making);
    if (error)
        return error;

    if (!has_client_data_id) {
        client_data_id = netif_alloc_client_data_id();
        has_client_data_id = true;
    }
    memset(netif, 0, sizeof(*netif));
    memcpy(netif->hwaddr, mac, NETDIAG_MAC_LENGTH);
    netif->hwaddr_len = NETDIAG_MAC_LENGTH;
    if (!netif_add_noaddr(netif, trunk, vlan_netif_init, netif_input))
        return NETDIAG_ERROR_MEMORY;
    netif_set_client_data(netif, client_data_id, (void *)(uintptr_t)id);
    vlan->netif = netif;
    take_trunk_mac(trunk);
    netdiag_lwip_vlan_traffic_begin(netif);
#if LWIP_IPV6
    netif_create_ip6_linklocal_address(netif, 1);
    netif_ip6_addr_set_state(netif, 0, IP6_ADDR_PREFERRED);
#endif
    netif_set_up(netif);
    return NETDIAG_OK;
}

enum netdiag_error netdiag_lwip_vlan_interface_remove(uint16_t id)
{
    struct vlan *vlan = vlan_find(id);

    if (!vlan || !vlan->netif)
        return NETDIAG_ERROR_NOT_FOUND;
    netif_remove(vlan->netif);
    netdiag_lwip_vlan_traffic_end(vlan->netif);
    vlan->netif = NULL;
    return NETDIAG_OK;
}

static enum netdiag_error add_ipv4(struct netif *netif, const struct netdiag_prefix *prefix)
{
#if LWIP_IPV4
    ip4_addr_t address, mask;

    if (prefix->length > 32)
        return NETDIAG_ERROR_INVALID;
    memcpy(&address.addr, prefix->address.bytes, sizeof(address.addr));
    mask.addr = prefix->length ? PP_HTONL(UINT32_MAX << (32 - prefix->length)) : 0;
    netif_set_addr(netif, &address, &mask, IP4_ADDR_ANY4);
    return NETDIAG_OK;
#else
    (void)netif, (void)prefix;
    return NETDIAG_ERROR_UNSUPPORTED;
#endif
}

/* lwIP takes every IPv6 prefix of an interface as 64 bits long, so no other can be said. */
static enum netdiag_error add_ipv6(struct netif *netif, const struct netdiag_prefix *prefix)
{
#if LWIP_IPV6
    ip6_addr_t address;
    s8_t index;

    if (prefix->length != 64)
        return NETDIAG_ERROR_INVALID;
    memset(&address, 0, sizeof(address));
    memcpy(address.addr, prefix->address.bytes, sizeof(address.addr));
    ip6_addr_assign_zone(&address, IP6_UNICAST, netif);
    if (netif_add_ip6_address(netif, &address, &index) != ERR_OK)
        return NETDIAG_ERROR_FULL;
    netif_ip6_addr_set_state(netif, index, IP6_ADDR_PREFERRED);
    return NETDIAG_OK;
#else
    (void)netif, (void)prefix;
    return NETDIAG_ERROR_UNSUPPORTED;
#endif
}

enum netdiag_error netdiag_lwip_vlan_address_add(uint16_t id, const struct netdiag_prefix *prefix)
{
    const struct vlan *vlan = vlan_find(id);

    if (!vlan || !vlan->netif)
        return NETDIAG_ERROR_NOT_FOUND;
    switch (prefix->address.family) {
    case NETDIAG_FAMILY_IPV4:
        return add_ipv4(vlan->netif, prefix);
    case NETDIAG_FAMILY_IPV6:
        return add_ipv6(vlan->netif, prefix);
    case NETDIAG_FAMILY_ANY:
        break;
    }
    return NETDIAG_ERROR_INVALID;
}

int32_t netdiag_lwip_vlan_set(const struct netif *netif)
{
    uintptr_t id;

    if (!has_client_data_id)
        return -1;
    id = (uintptr_t)netif_get_client_data(netif, client_data_id);
    return id ? (int32_t)id : -1;
}

/* Whether some VLAN's interface stands on this netif; if none does, its frames are not ours. */
static bool is_trunk(const struct netif *netif)
{
    for (size_t i = 0; i < vlan_count; i++) {
        if (vlans[i].netif && vlans[i].netif->state == netif)
            return true;
    }
    return false;
}

static struct netif *vlan_netif_over(uint16_t id, const struct netif *trunk)
{
    const struct vlan *vlan = vlan_find(id);

    return vlan && vlan->netif && vlan->netif->state == trunk ? vlan->netif : NULL;
}

int netdiag_lwip_vlan_check(struct netif *netif, const struct eth_vlan_hdr *tag)
{
    /* VLAN 0 is a priority without a VLAN: the frame belongs to the trunk itself */
    return VLAN_ID(tag) == 0 || vlan_netif_over(VLAN_ID(tag), netif) || !is_trunk(netif);
}

struct netif *netdiag_lwip_vlan_netif(const struct pbuf *frame, struct netif *netif)
{
    const struct eth_hdr *eth = frame->payload;
    struct netif *of_vlan = NULL;

    if (eth->type == PP_HTONS(ETHTYPE_VLAN)) {
        const struct eth_vlan_hdr *tag = (const void *)((const u8_t *)eth + SIZEOF_ETH_HDR);

        of_vlan = vlan_netif_over(VLAN_ID(tag), netif);
    }
    if (of_vlan)
        netdiag_lwip_vlan_traffic_in(of_vlan, frame);
    return of_vlan ? of_vlan : netif;
}

static bool has_address(const struct netif *netif, const ip_addr_t *address)
{
#if LWIP_IPV6
    if (IP_IS_V6(address))
        return netif_get_ip6_addr_match((struct netif *)(uintptr_t)netif, ip_2_ip6(address)) >= 0;
#endif
#if LWIP_IPV4
    return ip4_addr_cmp(ip_2_ip4(address), netif_ip4_addr(netif));
#else
    return false;
#endif
}

uint16_t netdiag_lwip_vlan_of_address(const ip_addr_t *address)
{
    if (ip_addr_isany(address))
        return 0;
    for (size_t i = 0; i < vlan_count; i++) {
        if (vlans[i].netif && has_address(vlans[i].netif, address))
            return vlans[i].id;
    }
    return 0;
}

uint16_t netdiag_lwip_vlan_of_netif(const struct netif *netif)
{
    int32_t id = netdiag_lwip_vlan_set(netif);

    return id > 0 ? (uint16_t)id : 0;
}

static void add_address(struct netdiag_vlan_interface *interface, const ip_addr_t *address,
                        uint8_t length)
{
    if (interface->address_count < CONFIG_NETDIAG_VLAN_ADDRESSES) {
        struct netdiag_prefix *prefix = &interface->addresses[interface->address_count];

        netdiag_lwip_address(address, &prefix->address);
        prefix->length = length;
    }
    interface->address_count++;
}

static void fill_addresses(const struct netif *netif, struct netdiag_vlan_interface *interface)
{
#if LWIP_IPV4
    if (!ip4_addr_isany_val(*netif_ip4_addr(netif)))
        add_address(interface, netif_ip_addr4(netif),
                    (uint8_t)__builtin_popcount(ip4_addr_get_u32(netif_ip4_netmask(netif))));
#endif
#if LWIP_IPV6
    for (int i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++) {
        if (ip6_addr_isvalid(netif_ip6_addr_state(netif, i)))
            add_address(interface, netif_ip_addr6(netif, i), 64);
    }
#endif
}

static void fill_interface(const struct netif *netif, struct netdiag_vlan_interface *interface)
{
    const struct netif *trunk = netif->state;

    interface->admin_up = netif_is_up(netif);
    interface->oper_up = netif_is_up(netif) && netif_is_link_up(netif) && netif_is_up(trunk) &&
                         netif_is_link_up(trunk);
    interface->has_netif_index = true;
    interface->netif_index = netif_get_index(netif);
    interface->has_mac = true;
    memcpy(interface->mac, netif->hwaddr, NETDIAG_MAC_LENGTH);
    interface->mtu = netif->mtu;
    fill_addresses(netif, interface);
}

/* It is looked for where it should be first: all VLANs are read in one go. */
static uint32_t number_of(const struct vlan *vlan)
{
    u8_t index = netif_get_index(vlan->netif);

    return netdiag_lwip_if_index_owner(index) == vlan->id ? index
                                                          : netdiag_lwip_if_index_of(vlan->id);
}

static void fill_vlan(const struct vlan *vlan, struct netdiag_vlan *row)
{
    memset(row, 0, sizeof(*row));
    row->id = vlan->id;
    netdiag_lwip_copy_text(row->name, sizeof(row->name), vlan->name);
    row->active = true;
    if (!vlan->netif)
        return;
    row->has_interface = true;
    fill_interface(vlan->netif, &row->interface);
    row->if_index = number_of(vlan);
    row->has_if_index = row->if_index != 0;
}

bool netdiag_lwip_vlan_row(uint16_t id, struct netdiag_vlan *row)
{
    const struct vlan *vlan = vlan_find(id);

    if (vlan)
        fill_vlan(vlan, row);
    return vlan;
}

enum netdiag_error netdiag_lwip_vlans(void *ctx, uint16_t after, struct netdiag_vlan *rows,
                                      size_t capacity, size_t *count)
{
    (void)ctx;
    *count = 0;
    netdiag_lwip_lock();
    for (size_t i = vlan_position(after + 1u); i < vlan_count && *count < capacity; i++)
        fill_vlan(&vlans[i], &rows[(*count)++]);
    netdiag_lwip_unlock();
    return NETDIAG_OK;
}
