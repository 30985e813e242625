/*
 * The interfaces of VLANs, which are lwIP's, and the ports of the switch around it, which the
 * firmware's driver counts, in one walk by ifIndex: lwIP's numbers end where those of ports begin.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"

/* What the record of its VLAN has; the counters are there already. */
static void fill(const struct netdiag_vlan *vlan, struct netdiag_interface *row)
{
    row->if_index = vlan->if_index;
    row->type = NETDIAG_INTERFACE_VLAN;
    snprintf(row->name, sizeof(row->name), "Vlan%u", vlan->id);
    if (strcmp(row->name, vlan->name) != 0)
        snprintf(row->alias, sizeof(row->alias), "%s", vlan->name);
    row->vlan = vlan->id;
    row->admin_up = vlan->interface.admin_up;
    row->oper_up = vlan->interface.oper_up;
    row->has_mac = vlan->interface.has_mac;
    memcpy(row->mac, vlan->interface.mac, sizeof(row->mac));
    row->mtu = vlan->interface.mtu;
}

static size_t fill_vlans(uint32_t after, struct netdiag_interface *rows, size_t capacity)
{
    struct netdiag_vlan vlan;
    size_t count = 0;
    uint16_t id;

    while (count < capacity && (id = netdiag_lwip_vlan_traffic_after(after, &rows[count])) != 0) {
        after = rows[count].if_index;
        if (netdiag_lwip_vlan_row(id, &vlan))
            fill(&vlan, &rows[count++]);
    }
    return count;
}

enum netdiag_error netdiag_lwip_interfaces(void *ctx, uint32_t after,
                                           struct netdiag_interface *rows, size_t capacity,
                                           size_t *count)
{
    enum netdiag_error error;
    size_t vlans = 0, ports = 0;

    (void)ctx;
    if (after < NETDIAG_IF_INDEX_STACK_MAX) {
        netdiag_lwip_lock();
        vlans = fill_vlans(after, rows, capacity);
        netdiag_lwip_unlock();
    }
    *count = vlans;
    if (vlans == capacity)
        return NETDIAG_OK;
    error = netdiag_lwip_ports(after, rows + vlans, capacity - vlans, &ports);
    *count += ports;
    return error == NETDIAG_ERROR_UNSUPPORTED && NETDIAG_LWIP_VLANS_MAX > 0 ? NETDIAG_OK : error;
}

enum netdiag_error netdiag_lwip_interfaces_changed(void *ctx, uint64_t *uptime_ms)
{
    (void)ctx;
    netdiag_lwip_lock();
    *uptime_ms = netdiag_lwip_vlan_interfaces_changed_ms();
    netdiag_lwip_unlock();
    return NETDIAG_OK;
}
