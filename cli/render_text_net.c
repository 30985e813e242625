/*
 * Neighbours and pings as text, in Cisco's columns and words.
 */
#include "cli/render.h"

#include <string.h>

#include "cli/text_parts.h"

#define SECONDS_A_MINUTE 60u

/* ---- neighbours ---- */

enum arp_column {
    ARP_ADDRESS = 10,
    ARP_AGE_END = 35,
    ARP_MAC = 38,
    ARP_TYPE = 54,
    ARP_INTERFACE = 61,
};

enum ipv6_column {
    IPV6_AGE_END = 45,
    IPV6_MAC = 46,
    IPV6_STATE = 62,
    IPV6_INTERFACE = 68,
};

/* Ends at a column; one blank at least stands before it. "-": it is not known. */
static void put_age(struct netdiag_text *text, const struct netdiag_neighbor *row, size_t end)
{
    char bytes[16];
    struct netdiag_text age;

    netdiag_text_start(&age, bytes, sizeof bytes);
    if (row->has_age)
        netdiag_text_number(&age, row->age_s / SECONDS_A_MINUTE);
    else
        netdiag_text_char(&age, '-');
    netdiag_text_go_to(text, end - age.length, 1);
    netdiag_text_string(text, bytes);
}

/* "0200.0a00.0a01" */
static void put_mac(struct netdiag_text *text, const struct netdiag_neighbor *row)
{
    if (!row->has_mac) {
        netdiag_text_char(text, '-');
        return;
    }
    for (unsigned i = 0; i < NETDIAG_MAC_LENGTH; i++) {
        if (i > 0 && i % 2 == 0)
            netdiag_text_char(text, '.');
        netdiag_text_hex(text, row->mac[i], 2);
    }
}

static const char *state_word(enum netdiag_neighbor_state state)
{
    switch (state) {
    case NETDIAG_NEIGHBOR_UNKNOWN:
        break;
    case NETDIAG_NEIGHBOR_INCOMPLETE:
        return "INCMP";
    case NETDIAG_NEIGHBOR_REACHABLE:
        return "REACH";
    case NETDIAG_NEIGHBOR_STALE:
        return "STALE";
    case NETDIAG_NEIGHBOR_DELAY:
        return "DELAY";
    case NETDIAG_NEIGHBOR_PROBE:
        return "PROBE";
    }
    return "-";
}

static void put_interface(struct netdiag_text *text, const struct netdiag_neighbor *row)
{
    netdiag_output_name(text, row->interface[0] != '\0' ? row->interface : "-", 0);
}

void netdiag_text_neighbors_begin(struct netdiag_output *output, enum netdiag_family family)
{
    if (family == NETDIAG_FAMILY_IPV6)
        netdiag_output_line(output, "IPv6 Address                              Age Link-layer "
                                    "Addr State Interface");
    else
        netdiag_output_line(output, "Protocol  Address          Age (min)  Hardware Addr   Type   "
                                    "Interface");
}

static void put_arp(struct netdiag_text *text, const struct netdiag_neighbor *row,
                    const char *address)
{
    netdiag_text_string(text, "Internet");
    netdiag_text_go_to(text, ARP_ADDRESS, 2);
    netdiag_text_string(text, address);
    put_age(text, row, ARP_AGE_END);
    netdiag_text_go_to(text, ARP_MAC, 2);
    put_mac(text, row);
    netdiag_text_go_to(text, ARP_TYPE, 2);
    netdiag_text_string(text, "ARPA");
    netdiag_text_go_to(text, ARP_INTERFACE, 2);
    put_interface(text, row);
}

static void put_ipv6(struct netdiag_text *text, const struct netdiag_neighbor *row,
                     const char *address)
{
    netdiag_text_string(text, address);
    put_age(text, row, IPV6_AGE_END);
    netdiag_text_go_to(text, IPV6_MAC, 1);
    put_mac(text, row);
    netdiag_text_go_to(text, IPV6_STATE, 1);
    netdiag_text_string(text, state_word(row->state));
    netdiag_text_go_to(text, IPV6_INTERFACE, 1);
    put_interface(text, row);
}

void netdiag_text_neighbor(struct netdiag_output *output, enum netdiag_family family,
                           const struct netdiag_neighbor *row)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE], address[NETDIAG_ADDRESS_TEXT];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_address_text(&row->address, address, sizeof address);
    if (family == NETDIAG_FAMILY_IPV6)
        put_ipv6(&text, row, address);
    else
        put_arp(&text, row, address);
    netdiag_output_text(output, &text);
}

void netdiag_text_neighbors_end(struct netdiag_output *output,
                                const struct netdiag_neighbors_end *end)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    if (end->error == NETDIAG_OK)
        return;
    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "% the list ends after ");
    netdiag_text_number(&text, end->count);
    netdiag_text_string(&text, " neighbors: ");
    netdiag_text_string(&text, netdiag_error_text(end->error));
    netdiag_output_error(output, line);
}

/* ---- ping ---- */

/* Of marks, as on Cisco's devices. */
#define MARKS_A_LINE 70

void netdiag_text_ping_begin(struct netdiag_output *output, const struct netdiag_ping *ping)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE], address[NETDIAG_ADDRESS_TEXT];
    struct netdiag_text text;

    netdiag_output_line(output, "Type escape sequence to abort.");
    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "Sending ");
    netdiag_text_number(&text, ping->asked);
    netdiag_text_string(&text, ", ");
    netdiag_text_number(&text, NETDIAG_PING_BYTES);
    netdiag_text_string(&text, "-byte ICMP Echos to ");
    netdiag_text_string(&text, netdiag_address_text(&ping->to, address, sizeof address));
    netdiag_text_string(&text, ", timeout is ");
    netdiag_text_number(&text, CONFIG_NETDIAG_PING_TIMEOUT_S);
    netdiag_text_string(&text, " seconds:");
    netdiag_output_text(output, &text);
}

static char mark_of(enum netdiag_ping_result result)
{
    switch (result) {
    case NETDIAG_PING_ANSWERED:
        return '!';
    case NETDIAG_PING_SILENT:
        return '.';
    case NETDIAG_PING_UNSENT:
        return 'U';
    }
    return '?';
}

/* A person sees each mark as it comes, as on Cisco's devices. */
void netdiag_text_ping_echo(struct netdiag_output *output, const struct netdiag_ping *ping)
{
    const char mark[] = {mark_of(ping->echoes[ping->count - 1].result), '\0'};

    if (!output->grows)
        return;
    netdiag_output_piece(output, mark);
    if (ping->count % MARKS_A_LINE == 0)
        netdiag_output_line(output, "");
}

/* All of them; where they were seen as they came, the end of the last line. */
static void print_marks(struct netdiag_output *output, const struct netdiag_ping *ping)
{
    char line[MARKS_A_LINE + 1];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    if (output->grows && ping->count % MARKS_A_LINE > 0)
        netdiag_output_line(output, "");
    for (uint32_t i = 0; i < ping->count && !output->grows; i++) {
        netdiag_text_char(&text, mark_of(ping->echoes[i].result));
        if (text.length == MARKS_A_LINE || i + 1 == ping->count) {
            netdiag_output_text(output, &text);
            netdiag_text_start(&text, line, sizeof line);
        }
    }
}

static void print_success(struct netdiag_output *output, const struct netdiag_ping *ping)
{
    uint64_t numbers[] = {0, ping->received, ping->count, ping->least_ms, 0, ping->most_ms};

    if (ping->count > 0)
        numbers[0] = (uint64_t)ping->received * 100 / ping->count;
    if (ping->received == 0) {
        netdiag_output_numbers(output, "Success rate is # percent (#/#)", numbers);
        return;
    }
    numbers[4] = ping->sum_ms / ping->received;
    netdiag_output_numbers(
        output, "Success rate is # percent (#/#), round-trip min/avg/max = #/#/# ms", numbers);
}

void netdiag_text_ping_end(struct netdiag_output *output, const struct netdiag_ping *ping,
                           enum netdiag_error error)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    print_marks(output, ping);
    print_success(output, ping);
    if (error == NETDIAG_OK)
        return;
    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "% ping broke off: ");
    netdiag_text_string(&text, netdiag_error_text(error));
    netdiag_output_error(output, line);
}
