/*
 * Neighbours and pings as JSON. What is not known is null.
 */
#include "cli/render.h"

/* ---- neighbours ---- */

void netdiag_json_neighbors_begin(struct netdiag_output *output, enum netdiag_family family)
{
    netdiag_json_key(&output->json, family == NETDIAG_FAMILY_IPV6 ? "neighbors" : "arp");
    netdiag_json_array(&output->json);
}

void netdiag_json_neighbor(struct netdiag_output *output, enum netdiag_family family,
                           const struct netdiag_neighbor *row)
{
    struct netdiag_json *json = &output->json;
    char address[NETDIAG_ADDRESS_TEXT], mac[NETDIAG_MAC_TEXT];

    netdiag_json_newline(json);
    netdiag_json_object(json);
    netdiag_json_member_string(json, "address", true,
                               netdiag_address_text(&row->address, address, sizeof address));
    netdiag_json_member_string(json, "macAddress", row->has_mac,
                               netdiag_mac_text(row->mac, mac, sizeof mac));
    netdiag_json_member_unsigned(json, "ageS", row->has_age, row->age_s);
    netdiag_json_member_string(json, "interface", row->interface[0] != '\0', row->interface);
    netdiag_json_member_unsigned(json, "vlan", row->vlan > 0, row->vlan);
    if (family == NETDIAG_FAMILY_IPV6) {
        netdiag_json_member_string(json, "state", row->state != NETDIAG_NEIGHBOR_UNKNOWN,
                                   netdiag_neighbor_state_key(row->state));
        netdiag_json_key(json, "router");
        netdiag_json_bool(json, row->is_router);
    }
    netdiag_json_object_end(json);
}

void netdiag_json_neighbors_end(struct netdiag_output *output,
                                const struct netdiag_neighbors_end *end)
{
    struct netdiag_json *json = &output->json;

    netdiag_json_array_end(json);
    netdiag_json_newline(json);
    netdiag_json_member_unsigned(json, "total", end->error == NETDIAG_OK, end->count);
    if (end->error != NETDIAG_OK)
        netdiag_json_problem(json, "error", end->error, netdiag_error_text(end->error));
}

/* ---- ping ---- */

void netdiag_json_ping_begin(struct netdiag_output *output, const struct netdiag_ping *ping)
{
    struct netdiag_json *json = &output->json;
    char address[NETDIAG_ADDRESS_TEXT];

    netdiag_json_member_string(json, "address", true,
                               netdiag_address_text(&ping->to, address, sizeof address));
    netdiag_json_member_unsigned(json, "bytes", true, NETDIAG_PING_BYTES);
    netdiag_json_member_unsigned(json, "timeoutMs", true, CONFIG_NETDIAG_PING_TIMEOUT_S * 1000u);
}

/* Its reply stands behind the sums of all. */
void netdiag_json_ping_echo(struct netdiag_output *output, const struct netdiag_ping *ping)
{
    (void)output, (void)ping;
}

void netdiag_json_ping_end(struct netdiag_output *output, const struct netdiag_ping *ping,
                           enum netdiag_error error)
{
    struct netdiag_json *json = &output->json;
    bool any = ping->received > 0;

    netdiag_json_member_unsigned(json, "sent", true, ping->sent);
    netdiag_json_member_unsigned(json, "received", true, ping->received);
    netdiag_json_member_unsigned(json, "minMs", any, ping->least_ms);
    netdiag_json_member_unsigned(json, "avgMs", any, any ? ping->sum_ms / ping->received : 0);
    netdiag_json_member_unsigned(json, "maxMs", any, ping->most_ms);
    netdiag_json_newline(json);
    netdiag_json_key(json, "replies");
    netdiag_json_array(json);
    for (uint32_t i = 0; i < ping->count; i++) {
        const struct netdiag_ping_echo *echo = &ping->echoes[i];

        netdiag_json_object(json);
        netdiag_json_member_unsigned(json, "sequence", true, i + 1);
        netdiag_json_member_string(json, "result", true, netdiag_ping_result_key(echo->result));
        netdiag_json_member_unsigned(json, "rttMs", echo->result == NETDIAG_PING_ANSWERED,
                                     echo->rtt_ms);
        netdiag_json_object_end(json);
    }
    netdiag_json_array_end(json);
    if (error != NETDIAG_OK)
        netdiag_json_problem(json, "error", error, netdiag_error_text(error));
}
