/*
 * Interfaces as text, in three tables, as Cisco's devices have them: what came in, what went out,
 * what was dropped. As there, numbers end where their titles end.
 */
#include "cli/render.h"

#include <string.h>

#include "cli/text_parts.h"
#include "cli/utf8.h"

#define COLUMNS 5 /* of numbers, at most */

/* A table: the titles of its columns, where they end, and the numbers of a row. */
struct table {
    const char *titles[COLUMNS];
    size_t ends[COLUMNS];
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

/* Of octets there are most; none is wider than a terminal of 80 columns. */
static const struct table tables[] = {
    {{"InOctets", "InUcastPkts", "InMcastPkts", "InBcastPkts"}, {34, 49, 64, 79}, put_in},
    {{"OutOctets", "OutUcastPkts", "OutMcastPkts", "OutBcastPkts"}, {34, 49, 64, 79}, put_out},
    {{"Runts", "Giants", "UnknownVlans", "StackedTags", "OutDiscards"},
     {26, 38, 52, 65, 78},
     put_dropped},
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
    netdiag_text_string(&text, "Port");
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
        netdiag_text_number(&number, numbers[i]);
        put_right(&text, digits, table->ends[i]);
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
