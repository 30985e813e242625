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

static void member_number(struct netdiag_json *json, const char *key, bool known, uint64_t number)
{
    netdiag_json_key(json, key);
    if (known)
        netdiag_json_unsigned(json, number);
    else
        netdiag_json_null(json);
}

static void member_string(struct netdiag_json *json, const char *key, bool known,
                          const char *string)
{
    netdiag_json_key(json, key);
    if (known)
        netdiag_json_string(json, string);
    else
        netdiag_json_null(json);
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
    member_number(json, "addressCount", true, count);
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
    member_number(json, "vlan", true, vlan->id);
    member_number(json, "ifIndex", vlan->has_if_index, vlan->if_index);
    member_number(json, "netifIndex", has && interface->has_netif_index, interface->netif_index);
    member_string(json, "name", true, vlan->name);
    member_string(json, "status", true, vlan->active ? "active" : "suspended");
    member_string(json, "adminStatus", has, interface->admin_up ? "up" : "down");
    member_string(json, "operStatus", has, interface->oper_up ? "up" : "down");
    member_string(json, "macAddress", has && interface->has_mac,
                  netdiag_mac_text(interface->mac, mac, sizeof mac));
    member_number(json, "mtu", has, interface->mtu);
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
