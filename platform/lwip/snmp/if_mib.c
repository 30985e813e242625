/*
 * IF-MIB (RFC 2863): the interfaces of VLANs and the ports of the switch, as the platform's op has
 * them, by ifIndex. Objects that the RFC deprecates are left out, and so are the tables of stacked
 * interfaces and of further MAC addresses.
 *
 * What a port dropped of what came in, by the RFC's definitions: a frame that is too short or too
 * long has an error (ifInErrors); one of a VLAN that the switch or the port does not have is sound
 * and not wanted (ifInDiscards); one with a second tag, or a provider's, is of a protocol that the
 * switch does not speak (ifInUnknownProtos). Whether lwIP knew what came in at a VLAN's interface
 * is for a hook of the firmware's to say, and so not known.
 *
 * What did not go out is counted once, as discarded. Packets and octets are those that passed:
 * ifOutUcastPkts and its like leave out what was discarded.
 */
#include <stdio.h>
#include <string.h>

#include "columns.h"
#include "look.h"
#include "mibs.h"

/* IANAifType */
#define TYPE_ETHERNET 6
#define TYPE_L3_VLAN  136

/* ifAdminStatus, ifOperStatus */
#define UP   1
#define DOWN 2

/* ifLinkUpDownTrapEnable */
#define DISABLED 2

/* What counter_of() serves many columns with: where in the record the number is. */
#define AT(member) (uint8_t)(offsetof(struct netdiag_interface, member) / AT_UNIT)
#define AT_UNIT    4

_Static_assert(sizeof(struct netdiag_interface) / AT_UNIT <= UINT8_MAX, "one byte says where");

static const void *interface_after(uint32_t after, uint32_t *if_index)
{
    const struct netdiag_interface *row = netdiag_snmp_look_interface(after);

    if (row)
        *if_index = row->if_index;
    return row;
}

static bool find_interface(struct snmp_obj_id *index, bool next, const void **row)
{
    return netdiag_snmp_find_number(index, next, row, interface_after);
}

/* ---- what an interface is ---- */

static bool if_index(const struct netdiag_snmp_object *object, const void *row,
                     struct snmp_node_instance *cell)
{
    const struct netdiag_interface *interface = row;

    (void)object;
    return netdiag_snmp_set_integer(cell, (int32_t)interface->if_index);
}

/* "Vlan10"; a port has its name and what is at it. */
static bool if_descr(const struct netdiag_snmp_object *object, const void *row,
                     struct snmp_node_instance *cell)
{
    static char text[NETDIAG_INTERFACE_NAME_LENGTH + NETDIAG_INTERFACE_ALIAS_LENGTH + 3];
    const struct netdiag_interface *interface = row;
    bool has_more = interface->type == NETDIAG_INTERFACE_PORT && interface->alias[0] != '\0';

    (void)object;
    snprintf(text, sizeof(text), "%s%s%s", interface->name, has_more ? ", " : "",
             has_more ? interface->alias : "");
    return netdiag_snmp_set_text(cell, text);
}

static bool if_name(const struct netdiag_snmp_object *object, const void *row,
                    struct snmp_node_instance *cell)
{
    const struct netdiag_interface *interface = row;

    (void)object;
    return netdiag_snmp_set_text(cell, interface->name);
}

static bool if_alias(const struct netdiag_snmp_object *object, const void *row,
                     struct snmp_node_instance *cell)
{
    const struct netdiag_interface *interface = row;

    (void)object;
    return netdiag_snmp_set_text(cell, interface->alias);
}

static bool if_type(const struct netdiag_snmp_object *object, const void *row,
                    struct snmp_node_instance *cell)
{
    const struct netdiag_interface *interface = row;
    bool is_vlan = interface->type == NETDIAG_INTERFACE_VLAN;

    (void)object;
    return netdiag_snmp_set_integer(cell, is_vlan ? TYPE_L3_VLAN : TYPE_ETHERNET);
}

static bool if_mtu(const struct netdiag_snmp_object *object, const void *row,
                   struct snmp_node_instance *cell)
{
    const struct netdiag_interface *interface = row;

    (void)object;
    return interface->mtu > 0 && netdiag_snmp_set_integer(cell, interface->mtu);
}

static bool if_speed(const struct netdiag_snmp_object *object, const void *row,
                     struct snmp_node_instance *cell)
{
    const struct netdiag_interface *interface = row;
    uint64_t speed_bps = interface->speed_bps;

    (void)object;
    return netdiag_snmp_set_unsigned(cell, (uint32_t)LWIP_MIN(speed_bps, UINT32_MAX));
}

/* Millions of bits, to the nearest. */
static bool if_high_speed(const struct netdiag_snmp_object *object, const void *row,
                          struct snmp_node_instance *cell)
{
    const struct netdiag_interface *interface = row;
    uint64_t mega = interface->speed_bps / 1000000 + (interface->speed_bps % 1000000 >= 500000);

    (void)object;
    return netdiag_snmp_set_unsigned(cell, (uint32_t)LWIP_MIN(mega, UINT32_MAX));
}

/* Where there is none it is empty. */
static bool if_phys_address(const struct netdiag_snmp_object *object, const void *row,
                            struct snmp_node_instance *cell)
{
    const struct netdiag_interface *interface = row;

    (void)object;
    return netdiag_snmp_set_bytes(cell, interface->mac,
                                  interface->has_mac ? sizeof(interface->mac) : 0);
}

/* A port of a switch takes every frame, whomever it is for. */
static bool if_promiscuous_mode(const struct netdiag_snmp_object *object, const void *row,
                                struct snmp_node_instance *cell)
{
    const struct netdiag_interface *interface = row;

    (void)object;
    return netdiag_snmp_set_truth(cell, interface->type == NETDIAG_INTERFACE_PORT);
}

/* A VLAN's interface has none; whether a port has one nobody says. */
static bool if_connector_present(const struct netdiag_snmp_object *object, const void *row,
                                 struct snmp_node_instance *cell)
{
    const struct netdiag_interface *interface = row;

    (void)object;
    return interface->type == NETDIAG_INTERFACE_VLAN && netdiag_snmp_set_truth(cell, false);
}

/* ---- how it is ---- */

static bool if_admin_status(const struct netdiag_snmp_object *object, const void *row,
                            struct snmp_node_instance *cell)
{
    const struct netdiag_interface *interface = row;

    (void)object;
    return netdiag_snmp_set_integer(cell, interface->admin_up ? UP : DOWN);
}

static bool if_oper_status(const struct netdiag_snmp_object *object, const void *row,
                           struct snmp_node_instance *cell)
{
    const struct netdiag_interface *interface = row;

    (void)object;
    return netdiag_snmp_set_integer(cell, interface->oper_up ? UP : DOWN);
}

static bool if_last_change(const struct netdiag_snmp_object *object, const void *row,
                           struct snmp_node_instance *cell)
{
    const struct netdiag_interface *interface = row;

    (void)object;
    return interface->has_last_change && netdiag_snmp_set_ticks(cell, interface->last_change_ms);
}

static bool if_counter_discontinuity_time(const struct netdiag_snmp_object *object, const void *row,
                                          struct snmp_node_instance *cell)
{
    const struct netdiag_interface *interface = row;

    (void)object;
    return netdiag_snmp_set_ticks(cell, interface->created_ms);
}

/* There are no traps. */
static bool if_link_up_down_trap_enable(const struct netdiag_snmp_object *object, const void *row,
                                        struct snmp_node_instance *cell)
{
    (void)object, (void)row;
    return netdiag_snmp_set_integer(cell, DISABLED);
}

/* ---- what passed ---- */

static uint64_t counter_of(const struct netdiag_snmp_object *object, const void *row)
{
    uint64_t number;

    memcpy(&number, (const uint8_t *)row + (size_t)object->what * AT_UNIT, sizeof(number));
    return number;
}

static bool counter64(const struct netdiag_snmp_object *object, const void *row,
                      struct snmp_node_instance *cell)
{
    return netdiag_snmp_set_counter64(cell, counter_of(object, row));
}

/* Its low half: it wraps where the whole one goes on. */
static bool counter32(const struct netdiag_snmp_object *object, const void *row,
                      struct snmp_node_instance *cell)
{
    return netdiag_snmp_set_unsigned(cell, (uint32_t)counter_of(object, row));
}

static bool if_in_errors(const struct netdiag_snmp_object *object, const void *row,
                         struct snmp_node_instance *cell)
{
    const struct netdiag_interface *interface = row;

    (void)object;
    return netdiag_snmp_set_unsigned(cell, (uint32_t)(interface->runts + interface->giants));
}

static bool if_in_unknown_protos(const struct netdiag_snmp_object *object, const void *row,
                                 struct snmp_node_instance *cell)
{
    const struct netdiag_interface *interface = row;

    (void)object;
    return interface->type == NETDIAG_INTERFACE_PORT &&
           netdiag_snmp_set_unsigned(cell, (uint32_t)interface->stacked_tags);
}

/* Whatever kept a frame from going out, it is among the discarded. */
static bool if_out_errors(const struct netdiag_snmp_object *object, const void *row,
                          struct snmp_node_instance *cell)
{
    (void)object, (void)row;
    return netdiag_snmp_set_unsigned(cell, 0);
}

/* ---- of all interfaces ---- */

static bool if_number(const struct netdiag_snmp_object *object, const void *row,
                      struct snmp_node_instance *cell)
{
    uint32_t number = 0;
    int32_t count = 0;

    (void)object, (void)row;
    while (interface_after(number, &number))
        count++;
    return netdiag_snmp_set_integer(cell, count);
}

/* None stands on another here: what changes their stack is that they come and go. */
static bool if_table_last_change(const struct netdiag_snmp_object *object, const void *row,
                                 struct snmp_node_instance *cell)
{
    uint64_t uptime_ms;

    (void)object, (void)row;
    return netdiag_snmp_look_interfaces_changed(&uptime_ms) &&
           netdiag_snmp_set_ticks(cell, uptime_ms);
}

/* ---- the objects ---- */

#define SCALAR(type, read) SNMP_ASN1_TYPE_##type, 0, netdiag_snmp_find_scalar, (read)
#define COLUMN(type, read) SNMP_ASN1_TYPE_##type, 0, find_interface, (read)
#define C32(member)        SNMP_ASN1_TYPE_COUNTER32, AT(member), find_interface, counter32
#define C64(member)        SNMP_ASN1_TYPE_COUNTER64, AT(member), find_interface, counter64

static const struct netdiag_snmp_object interfaces_objects[] = {
    {1, {1}, SCALAR(INTEGER, if_number)},
    {3, {2, 1, 1}, COLUMN(INTEGER, if_index)},
    {3, {2, 1, 2}, COLUMN(OCTET_STRING, if_descr)},
    {3, {2, 1, 3}, COLUMN(INTEGER, if_type)},
    {3, {2, 1, 4}, COLUMN(INTEGER, if_mtu)},
    {3, {2, 1, 5}, COLUMN(GAUGE32, if_speed)},
    {3, {2, 1, 6}, COLUMN(OCTET_STRING, if_phys_address)},
    {3, {2, 1, 7}, COLUMN(INTEGER, if_admin_status)},
    {3, {2, 1, 8}, COLUMN(INTEGER, if_oper_status)},
    {3, {2, 1, 9}, COLUMN(TIMETICKS, if_last_change)},
    {3, {2, 1, 10}, C32(in.octets)},
    {3, {2, 1, 11}, C32(in.unicast)},
    {3, {2, 1, 13}, C32(unknown_vlans)}, /* ifInDiscards */
    {3, {2, 1, 14}, COLUMN(COUNTER32, if_in_errors)},
    {3, {2, 1, 15}, COLUMN(COUNTER32, if_in_unknown_protos)},
    {3, {2, 1, 16}, C32(out.octets)},
    {3, {2, 1, 17}, C32(out.unicast)},
    {3, {2, 1, 19}, C32(out_discards)},
    {3, {2, 1, 20}, COLUMN(COUNTER32, if_out_errors)},
};

static const struct netdiag_snmp_object if_mib_objects[] = {
    {4, {1, 1, 1, 1}, COLUMN(OCTET_STRING, if_name)},
    {4, {1, 1, 1, 2}, C32(in.multicast)},
    {4, {1, 1, 1, 3}, C32(in.broadcast)},
    {4, {1, 1, 1, 4}, C32(out.multicast)},
    {4, {1, 1, 1, 5}, C32(out.broadcast)},
    {4, {1, 1, 1, 6}, C64(in.octets)},
    {4, {1, 1, 1, 7}, C64(in.unicast)},
    {4, {1, 1, 1, 8}, C64(in.multicast)},
    {4, {1, 1, 1, 9}, C64(in.broadcast)},
    {4, {1, 1, 1, 10}, C64(out.octets)},
    {4, {1, 1, 1, 11}, C64(out.unicast)},
    {4, {1, 1, 1, 12}, C64(out.multicast)},
    {4, {1, 1, 1, 13}, C64(out.broadcast)},
    {4, {1, 1, 1, 14}, COLUMN(INTEGER, if_link_up_down_trap_enable)},
    {4, {1, 1, 1, 15}, COLUMN(GAUGE32, if_high_speed)},
    {4, {1, 1, 1, 16}, COLUMN(INTEGER, if_promiscuous_mode)},
    {4, {1, 1, 1, 17}, COLUMN(INTEGER, if_connector_present)},
    {4, {1, 1, 1, 18}, COLUMN(OCTET_STRING, if_alias)},
    {4, {1, 1, 1, 19}, COLUMN(TIMETICKS, if_counter_discontinuity_time)},
    {2, {1, 5}, SCALAR(TIMETICKS, if_table_last_change)},
    {2, {1, 6}, SCALAR(TIMETICKS, if_table_last_change)}, /* ifStackLastChange */
};

static const struct netdiag_snmp_objects interfaces = NETDIAG_SNMP_OBJECTS(interfaces_objects);
static const u32_t interfaces_oid[] = {1, 3, 6, 1, 2, 1, 2};
const struct snmp_mib netdiag_snmp_mib_interfaces =
    SNMP_MIB_CREATE(interfaces_oid, &interfaces.leaf.node);

static const struct netdiag_snmp_objects if_mib = NETDIAG_SNMP_OBJECTS(if_mib_objects);
static const u32_t if_mib_oid[] = {1, 3, 6, 1, 2, 1, 31};
const struct snmp_mib netdiag_snmp_mib_if = SNMP_MIB_CREATE(if_mib_oid, &if_mib.leaf.node);
