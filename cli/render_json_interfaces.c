/*
 * Interfaces as JSON, with RFC 2863's names where it has one.
 */
#include "cli/render.h"

static void put_traffic(struct netdiag_json *json, const char *const keys[4],
                        const struct netdiag_interface_traffic *traffic)
{
    netdiag_json_member_unsigned(json, keys[0], true, traffic->octets);
    netdiag_json_member_unsigned(json, keys[1], true, traffic->unicast);
    netdiag_json_member_unsigned(json, keys[2], true, traffic->multicast);
    netdiag_json_member_unsigned(json, keys[3], true, traffic->broadcast);
}

void netdiag_json_interface_counters(struct netdiag_output *output,
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
        netdiag_json_member_unsigned(json, "ifIndex", true, row->if_index);
        netdiag_json_member_string(json, "name", true, row->name);
        netdiag_json_member_string(json, "alias", row->alias[0] != '\0', row->alias);
        put_traffic(json, in, &row->in);
        put_traffic(json, out, &row->out);
        netdiag_json_member_unsigned(json, "runts", true, row->runts);
        netdiag_json_member_unsigned(json, "giants", true, row->giants);
        netdiag_json_member_unsigned(json, "unknownVlans", true, row->unknown_vlans);
        netdiag_json_member_unsigned(json, "stackedTags", true, row->stacked_tags);
        netdiag_json_member_unsigned(json, "outDiscards", true, row->out_discards);
        netdiag_json_object_end(json);
    }
    netdiag_json_array_end(json);
    netdiag_json_newline(json);
    netdiag_json_member_unsigned(json, "total", true, interfaces->total);
    netdiag_json_member_unsigned(json, "shown", true, interfaces->count);
}
