/*
 * Interfaces as JSON, with RFC 2863's names where it has one: all that IF-MIB says of them. What is
 * not known, or not counted there, is null.
 */
#include "cli/render.h"

static const char *type_name(enum netdiag_interface_type type)
{
    switch (type) {
    case NETDIAG_INTERFACE_PORT:
        break;
    case NETDIAG_INTERFACE_VLAN:
        return "l3ipvlan";
    }
    return "ethernetCsmacd";
}

/* NULL: not known. */
static const char *mode_name(enum netdiag_port_mode mode)
{
    switch (mode) {
    case NETDIAG_PORT_UNKNOWN:
        break;
    case NETDIAG_PORT_ACCESS:
        return "access";
    case NETDIAG_PORT_TRUNK:
        return "trunk";
    case NETDIAG_PORT_TRUNK_NATIVE:
        return "trunkNative";
    }
    return NULL;
}

static void put_what(struct netdiag_json *json, const struct netdiag_interface *row)
{
    const char *mode = row->type == NETDIAG_INTERFACE_PORT ? mode_name(row->mode) : NULL;
    char mac[NETDIAG_MAC_TEXT];

    netdiag_json_member_unsigned(json, "ifIndex", true, row->if_index);
    netdiag_json_member_string(json, "name", true, row->name);
    netdiag_json_member_string(json, "alias", row->alias[0] != '\0', row->alias);
    netdiag_json_member_string(json, "type", true, type_name(row->type));
    netdiag_json_member_unsigned(json, "vlan", row->vlan != 0, row->vlan);
    netdiag_json_member_string(json, "portMode", mode != NULL, mode);
    netdiag_json_member_string(json, "adminStatus", true, row->admin_up ? "up" : "down");
    netdiag_json_member_string(json, "operStatus", true, row->oper_up ? "up" : "down");
    netdiag_json_member_unsigned(json, "lastChangeMs", row->has_last_change, row->last_change_ms);
    netdiag_json_member_unsigned(json, "createdMs", true, row->created_ms);
    netdiag_json_member_string(json, "physAddress", row->has_mac,
                               netdiag_mac_text(row->mac, mac, sizeof mac));
    netdiag_json_member_unsigned(json, "mtu", row->mtu != 0, row->mtu);
    netdiag_json_member_unsigned(json, "speed", row->speed_bps != 0, row->speed_bps);
}

static void put_traffic(struct netdiag_json *json, const char *const keys[4],
                        const struct netdiag_interface_traffic *traffic)
{
    netdiag_json_member_unsigned(json, keys[0], true, traffic->octets);
    netdiag_json_member_unsigned(json, keys[1], true, traffic->unicast);
    netdiag_json_member_unsigned(json, keys[2], true, traffic->multicast);
    netdiag_json_member_unsigned(json, keys[3], true, traffic->broadcast);
}

static void put_dropped(struct netdiag_json *json, const struct netdiag_interface *row)
{
    bool is_port = row->type == NETDIAG_INTERFACE_PORT;

    netdiag_json_member_unsigned(json, "runts", is_port, row->runts);
    netdiag_json_member_unsigned(json, "giants", is_port, row->giants);
    netdiag_json_member_unsigned(json, "unknownVlans", is_port, row->unknown_vlans);
    netdiag_json_member_unsigned(json, "stackedTags", is_port, row->stacked_tags);
    netdiag_json_member_unsigned(json, "outDiscards", true, row->out_discards);
}

void netdiag_json_interfaces(struct netdiag_output *output,
                             const struct netdiag_interfaces *interfaces)
{
    static const char *const in[] = {"inOctets", "inUcastPkts", "inMulticastPkts",
                                     "inBroadcastPkts"};
    static const char *const out[] = {"outOctets", "outUcastPkts", "outMulticastPkts",
                                      "outBroadcastPkts"};
    struct netdiag_json *json = &output->json;

    netdiag_json_key(json, "interfaces");
    netdiag_json_array(json);
    for (size_t i = 0; i < interfaces->count; i++) {
        const struct netdiag_interface *row = &interfaces->rows[i];

        netdiag_json_newline(json);
        netdiag_json_object(json);
        put_what(json, row);
        put_traffic(json, in, &row->in);
        put_traffic(json, out, &row->out);
        put_dropped(json, row);
        netdiag_json_object_end(json);
    }
    netdiag_json_array_end(json);
    netdiag_json_newline(json);
    netdiag_json_member_unsigned(json, "total", true, interfaces->total);
    netdiag_json_member_unsigned(json, "shown", true, interfaces->count);
}
