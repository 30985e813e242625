/*
 * Interfaces as text: what each is, and what it counted, that in three tables, as Cisco's devices
 * have them: what came in, what went out, what was dropped. As there, numbers end where their
 * titles end.
 */
#include "cli/render.h"

#include <string.h>

#include "cli/text_parts.h"
#include "cli/utf8.h"

#define COLUMNS 5 /* of numbers, at most */

/* Of the table of what each is. */
enum column {
    COLUMN_IF_INDEX = NETDIAG_INTERFACE_NAME_LENGTH + 2,
    COLUMN_STATUS = COLUMN_IF_INDEX + 9,
    COLUMN_VLAN = COLUMN_STATUS + 12,
    COLUMN_MTU = COLUMN_VLAN + 12,
    COLUMN_MAC = COLUMN_MTU + 7,
    COLUMN_ALIAS = COLUMN_MAC + 19,
};

/* A table: the titles of its columns, where they end, and the numbers of a row. */
struct table {
    const char *titles[COLUMNS];
    size_t ends[COLUMNS];
    void (*numbers)(const struct netdiag_interface *row, uint64_t numbers[COLUMNS]);
    size_t of_ports; /* so many of the first columns are ports' alone */
};

static void put_traffic(const struct netdiag_interface_traffic *traffic, uint64_t numbers[COLUMNS])
{
    numbers[0] = traffic->octets;
    numbers[1] = traffic->unicast;
    numbers[2] = traffic->multicast;
    numbers[3] = traffic->broadcast;
}

static void put_in(const struct netdiag_interface *row, uint64_t numbers[COLUMNS])
{
    put_traffic(&row->in, numbers);
}

static void put_out(const struct netdiag_interface *row, uint64_t numbers[COLUMNS])
{
    put_traffic(&row->out, numbers);
}

static void put_dropped(const struct netdiag_interface *row, uint64_t numbers[COLUMNS])
{
    numbers[0] = row->runts;
    numbers[1] = row->giants;
    numbers[2] = row->unknown_vlans;
    numbers[3] = row->stacked_tags;
    numbers[4] = row->out_discards;
}

/* Of octets there are most; none is wider than a terminal of 80 columns. */
static const struct table tables[] = {
    {{"InOctets", "InUcastPkts", "InMcastPkts", "InBcastPkts"}, {34, 49, 64, 79}, put_in, 0},
    {{"OutOctets", "OutUcastPkts", "OutMcastPkts", "OutBcastPkts"}, {34, 49, 64, 79}, put_out, 0},
    {{"Runts", "Giants", "UnknownVlans", "StackedTags", "OutDiscards"},
     {26, 38, 52, 65, 78},
     put_dropped,
     4},
};

/* So that `word` ends in column `end`; one blank at least stands before it. */
static void put_right(struct netdiag_text *text, const char *word, size_t end)
{
    size_t used = netdiag_utf8_columns(text->bytes, text->length);
    size_t width = netdiag_utf8_columns(word, strlen(word));

    netdiag_text_blanks(text, used + width < end ? end - used - width : 1);
    netdiag_text_string(text, word);
}

static void print_titles(struct netdiag_output *output, const struct table *table)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "Interface");
    for (size_t i = 0; i < COLUMNS && table->titles[i] != NULL; i++)
        put_right(&text, table->titles[i], table->ends[i]);
    netdiag_output_text(output, &text);
}

static void print_row(struct netdiag_output *output, const struct table *table,
                      const struct netdiag_interface *row)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    uint64_t numbers[COLUMNS];
    struct netdiag_text text;

    table->numbers(row, numbers);
    netdiag_text_start(&text, line, sizeof line);
    netdiag_output_name(&text, row->name, 0);
    for (size_t i = 0; i < COLUMNS && table->titles[i] != NULL; i++) {
        char digits[sizeof "18446744073709551615"];
        struct netdiag_text number;

        netdiag_text_start(&number, digits, sizeof digits);
        if (row->type == NETDIAG_INTERFACE_VLAN && i < table->of_ports)
            netdiag_text_char(&number, '-');
        else
            netdiag_text_number(&number, numbers[i]);
        put_right(&text, digits, table->ends[i]);
    }
    netdiag_output_text(output, &text);
}

static void print_end(struct netdiag_output *output, const struct netdiag_interfaces *interfaces)
{
    const uint64_t numbers[] = {interfaces->total, interfaces->count};

    if (interfaces->count < interfaces->total)
        netdiag_output_numbers(output, "# interfaces, # shown", numbers);
    else
        netdiag_output_numbers(output, interfaces->total == 1 ? "# interface" : "# interfaces",
                               numbers);
}

void netdiag_text_interface_counters(struct netdiag_output *output,
                                     const struct netdiag_interfaces *interfaces)
{
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        print_titles(output, &tables[i]);
        for (size_t j = 0; j < interfaces->count; j++)
            print_row(output, &tables[i], &interfaces->rows[j]);
        netdiag_output_line(output, "");
    }
    print_end(output, interfaces);
}

/* ---- what each is ---- */

static const char *status(const struct netdiag_interface *row)
{
    if (!row->admin_up)
        return "admin down";
    return row->oper_up ? "up" : "down";
}

static void put_vlan(struct netdiag_text *text, const struct netdiag_interface *row)
{
    bool is_trunk = row->type == NETDIAG_INTERFACE_PORT &&
                    (row->mode == NETDIAG_PORT_TRUNK || row->mode == NETDIAG_PORT_TRUNK_NATIVE);

    if (is_trunk)
        netdiag_text_string(text, row->vlan != 0 ? "trunk," : "trunk");
    if (row->vlan != 0)
        netdiag_text_number(text, row->vlan);
    else if (!is_trunk)
        netdiag_text_char(text, '-');
}

static void print_interface(struct netdiag_output *output, const struct netdiag_interface *row)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    char mac[NETDIAG_MAC_TEXT];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_output_name(&text, row->name, 0);
    netdiag_text_column(&text, COLUMN_IF_INDEX);
    netdiag_text_number(&text, row->if_index);
    netdiag_text_column(&text, COLUMN_STATUS);
    netdiag_text_string(&text, status(row));
    netdiag_text_column(&text, COLUMN_VLAN);
    put_vlan(&text, row);
    netdiag_text_column(&text, COLUMN_MTU);
    if (row->mtu != 0)
        netdiag_text_number(&text, row->mtu);
    else
        netdiag_text_char(&text, '-');
    netdiag_text_column(&text, COLUMN_MAC);
    netdiag_text_string(&text, row->has_mac ? netdiag_mac_text(row->mac, mac, sizeof mac) : "-");
    netdiag_text_column(&text, COLUMN_ALIAS);
    netdiag_output_name(&text, row->alias[0] != '\0' ? row->alias : "-", 0);
    netdiag_output_text(output, &text);
}

void netdiag_text_interfaces(struct netdiag_output *output,
                             const struct netdiag_interfaces *interfaces)
{
    static const struct netdiag_text_title titles[] = {
        {0, "Interface"},
        {COLUMN_IF_INDEX, "Ifindex"},
        {COLUMN_STATUS, "Status"},
        {COLUMN_VLAN, "VLAN"},
        {COLUMN_MTU, "MTU"},
        {COLUMN_MAC, "MAC address"},
        {COLUMN_ALIAS, "Description"},
    };

    netdiag_text_titles(output, titles, sizeof titles / sizeof titles[0]);
    for (size_t i = 0; i < interfaces->count; i++)
        print_interface(output, &interfaces->rows[i]);
    print_end(output, interfaces);
}
