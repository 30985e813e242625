/*
 * VLANs as JSON: an array, a line for each VLAN. What belongs to a layer 3 interface is null
 * where there is none.
 */
#include "cli/render.h"

void netdiag_json_vlans_begin(struct netdiag_output *output, enum netdiag_detail detail)
{
    (void)detail; /* JSON always has all */
    netdiag_json_key(&output->json, "vlans");
    netdiag_json_array(&output->json);
}

static void member_addresses(struct netdiag_json *json, const struct netdiag_vlan *vlan)
{
    const struct netdiag_vlan_interface *interface = &vlan->interface;
    unsigned count = vlan->has_interface ? interface->address_count : 0;
    unsigned shown = count;

    if (shown > CONFIG_NETDIAG_VLAN_ADDRESSES)
        shown = CONFIG_NETDIAG_VLAN_ADDRESSES;
    netdiag_json_key(json, "addresses");
    netdiag_json_array(json);
    for (unsigned i = 0; i < shown; i++) {
        char prefix[NETDIAG_PREFIX_TEXT];

        netdiag_json_string(json,
                            netdiag_prefix_text(&interface->addresses[i], prefix, sizeof prefix));
    }
    netdiag_json_array_end(json);
    netdiag_json_member_unsigned(json, "addressCount", true, count);
}

void netdiag_json_vlan(struct netdiag_output *output, enum netdiag_detail detail,
                       const struct netdiag_vlan *vlan)
{
    const struct netdiag_vlan_interface *interface = &vlan->interface;
    struct netdiag_json *json = &output->json;
    bool has = vlan->has_interface;
    char mac[NETDIAG_MAC_TEXT];

    (void)detail;
    netdiag_json_newline(json);
    netdiag_json_object(json);
    netdiag_json_member_unsigned(json, "vlan", true, vlan->id);
    netdiag_json_member_unsigned(json, "ifIndex", vlan->has_if_index, vlan->if_index);
    netdiag_json_member_unsigned(json, "netifIndex", has && interface->has_netif_index,
                                 interface->netif_index);
    netdiag_json_member_string(json, "name", true, vlan->name);
    netdiag_json_member_string(json, "status", true, vlan->active ? "active" : "suspended");
    netdiag_json_member_string(json, "adminStatus", has, interface->admin_up ? "up" : "down");
    netdiag_json_member_string(json, "operStatus", has, interface->oper_up ? "up" : "down");
    netdiag_json_member_string(json, "macAddress", has && interface->has_mac,
                               netdiag_mac_text(interface->mac, mac, sizeof mac));
    netdiag_json_member_unsigned(json, "mtu", has, interface->mtu);
    member_addresses(json, vlan);
    netdiag_json_object_end(json);
}

void netdiag_json_vlans_end(struct netdiag_output *output, const struct netdiag_vlans_end *end)
{
    struct netdiag_json *json = &output->json;

    netdiag_json_array_end(json);
    if (end->error != NETDIAG_OK) {
        netdiag_json_newline(json);
        netdiag_json_problem(json, "error", end->error, netdiag_error_text(end->error));
    }
}
