/*
 * Interfaces as text, in three tables, as Cisco's devices have them: what came in, what went out,
 * what was dropped.
 */
#include "cli/render.h"
#include "cli/text_parts.h"

#define COLUMN_FIRST 18
#define COLUMN_WIDTH 15
#define COLUMNS      5 /* of numbers, at most */

/* A table: the titles of its columns, and the numbers of a row. */
struct table {
    const char *titles[COLUMNS];
    void (*numbers)(const struct netdiag_interface *row, uint64_t numbers[COLUMNS]);
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

static const struct table tables[] = {
    {{"InOctets", "InUcastPkts", "InMcastPkts", "InBcastPkts"}, put_in},
    {{"OutOctets", "OutUcastPkts", "OutMcastPkts", "OutBcastPkts"}, put_out},
    {{"Runts", "Giants", "UnknownVlans", "StackedTags", "OutDiscards"}, put_dropped},
};

static void print_titles(struct netdiag_output *output, const struct table *table)
{
    struct netdiag_text_title titles[1 + COLUMNS] = {{0, "Port"}};
    size_t count = 1;

    for (size_t i = 0; i < COLUMNS && table->titles[i] != NULL; i++, count++)
        titles[count] =
            (struct netdiag_text_title){COLUMN_FIRST + i * COLUMN_WIDTH, table->titles[i]};
    netdiag_text_titles(output, titles, count);
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
        netdiag_text_column(&text, COLUMN_FIRST + i * COLUMN_WIDTH);
        netdiag_text_number(&text, numbers[i]);
    }
    netdiag_output_text(output, &text);
}

static void print_end(struct netdiag_output *output, const struct netdiag_interfaces *interfaces)
{
    const uint64_t numbers[] = {interfaces->total, interfaces->count};

    if (interfaces->count < interfaces->total)
        netdiag_output_numbers(output, "# ports, # shown", numbers);
    else
        netdiag_output_numbers(output, interfaces->total == 1 ? "# port" : "# ports", numbers);
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
