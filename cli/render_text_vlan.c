/*
 * VLANs as text: a table whose first two columns are Cisco's, or a block for each VLAN.
 */
#include "cli/render.h"

#include "cli/text_parts.h"

/* Columns of the table; each has two blanks after it. */
#define WIDTH_VLAN     4  /* 4094 */
#define WIDTH_IF_INDEX 10 /* 4294967295 */
#define WIDTH_NAME     NETDIAG_VLAN_NAME_LENGTH

static void put_if_index(struct netdiag_text *text, const struct netdiag_vlan *vlan)
{
    if (vlan->has_if_index)
        netdiag_text_number(text, vlan->if_index);
    else
        netdiag_text_char(text, '-');
}

static const char *status(const struct netdiag_vlan *vlan)
{
    return vlan->active ? "active" : "suspended";
}

void netdiag_text_vlans_begin(struct netdiag_output *output, enum netdiag_detail detail)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    if (detail == NETDIAG_DETAIL_FULL)
        return;
    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "VLAN  ");
    netdiag_text_string(&text, "Ifindex");
    netdiag_text_go_to(&text, WIDTH_VLAN + WIDTH_IF_INDEX + 4, 0);
    netdiag_text_string(&text, "Name");
    netdiag_text_go_to(&text, WIDTH_VLAN + WIDTH_IF_INDEX + WIDTH_NAME + 6, 0);
    netdiag_text_string(&text, "Status");
    netdiag_output_text(output, &text);
}

static void print_row(struct netdiag_output *output, const struct netdiag_vlan *vlan)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_number(&text, vlan->id);
    netdiag_text_go_to(&text, WIDTH_VLAN + 2, 0);
    put_if_index(&text, vlan);
    netdiag_text_go_to(&text, WIDTH_VLAN + WIDTH_IF_INDEX + 4, 0);
    netdiag_output_name(&text, vlan->name, WIDTH_NAME);
    netdiag_text_string(&text, "  ");
    netdiag_text_string(&text, status(vlan));
    netdiag_output_text(output, &text);
}

static void print_block_head(struct netdiag_output *output, const struct netdiag_vlan *vlan)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "VLAN ");
    netdiag_text_number(&text, vlan->id);
    netdiag_text_string(&text, ", name ");
    netdiag_output_name(&text, vlan->name, 0);
    netdiag_text_string(&text, ", ");
    netdiag_text_string(&text, status(vlan));
    netdiag_output_text(output, &text);
    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "  Ifindex ");
    put_if_index(&text, vlan);
    netdiag_text_string(&text, ", netif index ");
    if (vlan->has_interface && vlan->interface.has_netif_index)
        netdiag_text_number(&text, vlan->interface.netif_index);
    else
        netdiag_text_char(&text, '-');
    netdiag_output_text(output, &text);
}

static void print_hardware(struct netdiag_output *output,
                           const struct netdiag_vlan_interface *interface)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    char mac[NETDIAG_MAC_TEXT];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "  Admin state ");
    netdiag_text_string(&text, interface->admin_up ? "up" : "down");
    netdiag_text_string(&text, ", operational state ");
    netdiag_text_string(&text, interface->oper_up ? "up" : "down");
    netdiag_output_text(output, &text);
    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "  MAC address ");
    netdiag_text_string(
        &text, interface->has_mac ? netdiag_mac_text(interface->mac, mac, sizeof mac) : "-");
    netdiag_text_string(&text, ", MTU ");
    netdiag_text_number(&text, interface->mtu);
    netdiag_text_string(&text, " bytes");
    netdiag_output_text(output, &text);
}

static void print_addresses(struct netdiag_output *output,
                            const struct netdiag_vlan_interface *interface)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    char prefix[NETDIAG_PREFIX_TEXT];
    struct netdiag_text text;
    unsigned shown = interface->address_count;

    if (shown == 0)
        netdiag_output_line(output, "  No address");
    if (shown > CONFIG_NETDIAG_VLAN_ADDRESSES)
        shown = CONFIG_NETDIAG_VLAN_ADDRESSES;
    for (unsigned i = 0; i < shown; i++) {
        netdiag_text_start(&text, line, sizeof line);
        netdiag_text_string(&text, "  Address ");
        netdiag_text_string(&text,
                            netdiag_prefix_text(&interface->addresses[i], prefix, sizeof prefix));
        netdiag_output_text(output, &text);
    }
    if (shown == interface->address_count)
        return;
    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "  Addresses: ");
    netdiag_text_number(&text, shown);
    netdiag_text_string(&text, " of ");
    netdiag_text_number(&text, interface->address_count);
    netdiag_text_string(&text, " shown");
    netdiag_output_text(output, &text);
}

static void print_block(struct netdiag_output *output, const struct netdiag_vlan *vlan)
{
    print_block_head(output, vlan);
    if (!vlan->has_interface) {
        netdiag_output_line(output, "  No layer 3 interface");
        return;
    }
    print_hardware(output, &vlan->interface);
    print_addresses(output, &vlan->interface);
}

void netdiag_text_vlan(struct netdiag_output *output, enum netdiag_detail detail,
                       const struct netdiag_vlan *vlan)
{
    if (detail == NETDIAG_DETAIL_FULL)
        print_block(output, vlan);
    else
        print_row(output, vlan);
}

void netdiag_text_vlans_end(struct netdiag_output *output, const struct netdiag_vlans_end *end)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    if (end->error == NETDIAG_OK && end->count > 0)
        return;
    netdiag_text_start(&text, line, sizeof line);
    if (end->error == NETDIAG_OK) {
        netdiag_text_string(&text, "The device has no VLAN.");
        netdiag_output_text(output, &text);
        return;
    }
    netdiag_text_string(&text, "% the list ends after ");
    netdiag_text_number(&text, end->count);
    netdiag_text_string(&text, " VLANs: ");
    netdiag_text_string(&text, netdiag_error_text(end->error));
    netdiag_output_error(output, line);
}
