/*
 * Of BRIDGE-MIB (RFC 4188) the ports of the switch and which interfaces they are, and of
 * Q-BRIDGE-MIB (RFC 4363) its VLANs and on which ports they are. A bridge's ports are numbered by
 * themselves: port N is interface 1000 + N.
 */
#include <string.h>

#include "columns.h"
#include "look.h"
#include "mibs.h"
#include "platform/lwip/internal.h"

/* dot1dBaseType, dot1qVlanVersionNumber, dot1qGvrpStatus, RowStatus */
#define TRANSPARENT_ONLY 2
#define VERSION_1        1
#define GVRP_DISABLED    2
#define ACTIVE           1
#define NOT_IN_SERVICE   2

#define BEFORE_PORT_1 (NETDIAG_IF_INDEX_PORT_FIRST - 1)

/* A list of ports has a bit for each, and a string of the agent's so many bytes. */
#define PORTS_MAX (8 * SNMP_MAX_OCTET_STRING_LEN)

/* ---- ports ---- */

static const void *port_after(uint32_t after, uint32_t *number)
{
    const struct netdiag_interface *row = NULL;

    if (after < PORTS_MAX)
        row = netdiag_snmp_look_interface(after + BEFORE_PORT_1);
    while (row && row->type != NETDIAG_INTERFACE_PORT)
        row = netdiag_snmp_look_interface(row->if_index);
    if (!row || row->if_index > BEFORE_PORT_1 + PORTS_MAX)
        return NULL;
    *number = row->if_index - BEFORE_PORT_1;
    return row;
}

static bool find_port(struct snmp_obj_id *index, bool next, const void **row)
{
    return netdiag_snmp_find_number(index, next, row, port_after);
}

static bool port_number(const struct netdiag_snmp_object *object, const void *row,
                        struct snmp_node_instance *cell)
{
    const struct netdiag_interface *port = row;

    (void)object;
    return netdiag_snmp_set_integer(cell, (int32_t)(port->if_index - BEFORE_PORT_1));
}

static bool port_if_index(const struct netdiag_snmp_object *object, const void *row,
                          struct snmp_node_instance *cell)
{
    const struct netdiag_interface *port = row;

    (void)object;
    return netdiag_snmp_set_integer(cell, (int32_t)port->if_index);
}

/* One port, one interface: there is no circuit to tell it by. */
static bool port_circuit(const struct netdiag_snmp_object *object, const void *row,
                         struct snmp_node_instance *cell)
{
    static const u32_t zero_dot_zero[] = {0, 0};

    (void)object, (void)row;
    return netdiag_snmp_set_bytes(cell, zero_dot_zero, sizeof(zero_dot_zero));
}

static bool port_mtu_exceeded(const struct netdiag_snmp_object *object, const void *row,
                              struct snmp_node_instance *cell)
{
    const struct netdiag_interface *port = row;

    (void)object;
    return netdiag_snmp_set_unsigned(cell, (uint32_t)port->giants);
}

/* The VLAN of frames without a tag, where the port has one. */
static bool port_pvid(const struct netdiag_snmp_object *object, const void *row,
                      struct snmp_node_instance *cell)
{
    const struct netdiag_interface *port = row;

    (void)object;
    return port->vlan > 0 && netdiag_snmp_set_unsigned(cell, port->vlan);
}

static bool port_count(const struct netdiag_snmp_object *object, const void *row,
                       struct snmp_node_instance *cell)
{
    uint32_t number = 0;
    int32_t count = 0;

    (void)object, (void)row;
    while (port_after(number, &number))
        count++;
    return netdiag_snmp_set_integer(cell, count);
}

/* ---- the bridge ---- */

/* The smallest of its addresses, as the RFC recommends. */
static bool smallest_address(struct snmp_node_instance *cell)
{
    static uint8_t smallest[NETDIAG_MAC_LENGTH];
    const struct netdiag_interface *interface;
    bool found = false;

    for (uint32_t after = 0; (interface = netdiag_snmp_look_interface(after)) != NULL;
         after = interface->if_index) {
        if (!interface->has_mac ||
            (found && memcmp(interface->mac, smallest, sizeof(smallest)) > 0))
            continue;
        memcpy(smallest, interface->mac, sizeof(smallest));
        found = true;
    }
    return found && netdiag_snmp_set_bytes(cell, smallest, sizeof(smallest));
}

/* Pollers know a bridge by it: the device's own, which stays when VLANs go. */
static bool bridge_address(const struct netdiag_snmp_object *object, const void *row,
                           struct snmp_node_instance *cell)
{
    const struct netdiag_system *system = netdiag_snmp_look_system();

    (void)object, (void)row;
    if (system && system->has_mac)
        return netdiag_snmp_set_bytes(cell, system->mac, sizeof(system->mac));
    return smallest_address(cell);
}

static bool bridge_type(const struct netdiag_snmp_object *object, const void *row,
                        struct snmp_node_instance *cell)
{
    (void)object, (void)row;
    return netdiag_snmp_set_integer(cell, TRANSPARENT_ONLY);
}

static bool vlan_version(const struct netdiag_snmp_object *object, const void *row,
                         struct snmp_node_instance *cell)
{
    (void)object, (void)row;
    return netdiag_snmp_set_integer(cell, VERSION_1);
}

static bool vlan_id_max(const struct netdiag_snmp_object *object, const void *row,
                        struct snmp_node_instance *cell)
{
    (void)object, (void)row;
    return netdiag_snmp_set_integer(cell, NETDIAG_VLAN_MAX);
}

static bool vlans_max(const struct netdiag_snmp_object *object, const void *row,
                      struct snmp_node_instance *cell)
{
    (void)object, (void)row;
    return netdiag_snmp_set_unsigned(cell, NETDIAG_LWIP_VLANS_MAX);
}

static bool gvrp_status(const struct netdiag_snmp_object *object, const void *row,
                        struct snmp_node_instance *cell)
{
    (void)object, (void)row;
    return netdiag_snmp_set_integer(cell, GVRP_DISABLED);
}

/* ---- VLANs ---- */

static const void *vlan_after(uint32_t after, uint32_t *id)
{
    const struct netdiag_vlan *row = netdiag_snmp_look_vlan(after);

    if (row)
        *id = row->id;
    return row;
}

static bool find_vlan(struct snmp_obj_id *index, bool next, const void **row)
{
    return netdiag_snmp_find_number(index, next, row, vlan_after);
}

static bool vlan_count(const struct netdiag_snmp_object *object, const void *row,
                       struct snmp_node_instance *cell)
{
    uint32_t id = 0, count = 0;

    (void)object, (void)row;
    while (vlan_after(id, &id))
        count++;
    return netdiag_snmp_set_unsigned(cell, count);
}

static bool vlan_name(const struct netdiag_snmp_object *object, const void *row,
                      struct snmp_node_instance *cell)
{
    const struct netdiag_vlan *vlan = row;

    (void)object;
    return netdiag_snmp_set_text(cell, vlan->name);
}

static bool vlan_row_status(const struct netdiag_snmp_object *object, const void *row,
                            struct snmp_node_instance *cell)
{
    const struct netdiag_vlan *vlan = row;

    (void)object;
    return netdiag_snmp_set_integer(cell, vlan->active ? ACTIVE : NOT_IN_SERVICE);
}

static bool is_on(const struct netdiag_interface *port, uint16_t vlan)
{
    switch (port->mode) {
    case NETDIAG_PORT_ACCESS:
        return port->vlan == vlan;
    case NETDIAG_PORT_TRUNK:
    case NETDIAG_PORT_TRUNK_NATIVE:
        return true;
    case NETDIAG_PORT_UNKNOWN:
        break;
    }
    return false;
}

static bool is_untagged_on(const struct netdiag_interface *port, uint16_t vlan)
{
    return is_on(port, vlan) && port->mode != NETDIAG_PORT_TRUNK && port->vlan == vlan;
}

/* No port learns its VLANs from its neighbours, so that there is none to keep from it. */
static bool is_forbidden_on(const struct netdiag_interface *port, uint16_t vlan)
{
    (void)port, (void)vlan;
    return false;
}

/*
 * A PortList: port 1 is the highest bit of the first byte. It is as long as the last port needs,
 * the same for every VLAN.
 */
static bool set_ports(struct snmp_node_instance *cell, const struct netdiag_vlan *vlan,
                      bool (*belongs)(const struct netdiag_interface *port, uint16_t vlan))
{
    static uint8_t bits[PORTS_MAX / 8];
    const struct netdiag_interface *port;
    uint32_t number = 0, length = 0;

    memset(bits, 0, sizeof(bits));
    while ((port = port_after(number, &number)) != NULL) {
        length = (number + 7) / 8;
        if (belongs(port, vlan->id))
            bits[length - 1] |= (uint8_t)(0x80 >> (number - 1) % 8);
    }
    return netdiag_snmp_set_bytes(cell, bits, length);
}

static bool vlan_egress_ports(const struct netdiag_snmp_object *object, const void *row,
                              struct snmp_node_instance *cell)
{
    (void)object;
    return set_ports(cell, row, is_on);
}

static bool vlan_forbidden_ports(const struct netdiag_snmp_object *object, const void *row,
                                 struct snmp_node_instance *cell)
{
    (void)object;
    return set_ports(cell, row, is_forbidden_on);
}

static bool vlan_untagged_ports(const struct netdiag_snmp_object *object, const void *row,
                                struct snmp_node_instance *cell)
{
    (void)object;
    return set_ports(cell, row, is_untagged_on);
}

/* ---- the objects ---- */

#define SCALAR(type, read) SNMP_ASN1_TYPE_##type, 0, netdiag_snmp_find_scalar, (read)
#define PORT(type, read)   SNMP_ASN1_TYPE_##type, 0, find_port, (read)
#define VLAN(type, read)   SNMP_ASN1_TYPE_##type, 0, find_vlan, (read)

static const struct netdiag_snmp_object bridge_objects[] = {
    /* dot1dBase, dot1dBasePortTable */
    {2, {1, 1}, SCALAR(OCTET_STRING, bridge_address)},
    {2, {1, 2}, SCALAR(INTEGER, port_count)},
    {2, {1, 3}, SCALAR(INTEGER, bridge_type)},
    {4, {1, 4, 1, 1}, PORT(INTEGER, port_number)},
    {4, {1, 4, 1, 2}, PORT(INTEGER, port_if_index)},
    {4, {1, 4, 1, 3}, PORT(OBJECT_ID, port_circuit)},
    {4, {1, 4, 1, 5}, PORT(COUNTER32, port_mtu_exceeded)},

    /* dot1qBase */
    {4, {7, 1, 1, 1}, SCALAR(INTEGER, vlan_version)},
    {4, {7, 1, 1, 2}, SCALAR(INTEGER, vlan_id_max)},
    {4, {7, 1, 1, 3}, SCALAR(UNSIGNED32, vlans_max)},
    {4, {7, 1, 1, 4}, SCALAR(UNSIGNED32, vlan_count)},
    {4, {7, 1, 1, 5}, SCALAR(INTEGER, gvrp_status)},

    /* dot1qVlanStaticTable, dot1qPortVlanTable */
    {6, {7, 1, 4, 3, 1, 1}, VLAN(OCTET_STRING, vlan_name)},
    {6, {7, 1, 4, 3, 1, 2}, VLAN(OCTET_STRING, vlan_egress_ports)},
    {6, {7, 1, 4, 3, 1, 3}, VLAN(OCTET_STRING, vlan_forbidden_ports)},
    {6, {7, 1, 4, 3, 1, 4}, VLAN(OCTET_STRING, vlan_untagged_ports)},
    {6, {7, 1, 4, 3, 1, 5}, VLAN(INTEGER, vlan_row_status)},
    {6, {7, 1, 4, 5, 1, 1}, PORT(UNSIGNED32, port_pvid)},
};

static const struct netdiag_snmp_objects bridge = NETDIAG_SNMP_OBJECTS(bridge_objects);
static const u32_t bridge_oid[] = {1, 3, 6, 1, 2, 1, 17};
const struct snmp_mib netdiag_snmp_mib_bridge = SNMP_MIB_CREATE(bridge_oid, &bridge.leaf.node);
