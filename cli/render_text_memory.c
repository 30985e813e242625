/*
 * Pools of memory as text: a row of six words for each.
 */
#include "cli/render.h"
#include "cli/text_parts.h"

enum column {
    COLUMN_SIZE = 24,
    COLUMN_CAPACITY = COLUMN_SIZE + 8,
    COLUMN_USED = COLUMN_CAPACITY + 12,
    COLUMN_PEAK = COLUMN_USED + 12,
    COLUMN_REFUSED = COLUMN_PEAK + 12,
};

static void print_pool(struct netdiag_output *output, const struct netdiag_memory_pool *pool)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_output_name(&text, pool->name, 0);
    netdiag_text_column(&text, COLUMN_SIZE);
    if (pool->is_heap)
        netdiag_text_string(&text, "bytes");
    else
        netdiag_text_number(&text, pool->size);
    netdiag_text_column(&text, COLUMN_CAPACITY);
    netdiag_text_number(&text, pool->capacity);
    netdiag_text_column(&text, COLUMN_USED);
    netdiag_text_number(&text, pool->used);
    netdiag_text_column(&text, COLUMN_PEAK);
    netdiag_text_number(&text, pool->peak);
    netdiag_text_column(&text, COLUMN_REFUSED);
    netdiag_text_number(&text, pool->refused);
    netdiag_output_text(output, &text);
}

/* How many there are, and which of them were ever asked in vain. */
static void print_end(struct netdiag_output *output, const struct netdiag_memory_pools *pools)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;
    bool has_refused = false;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_number(&text, pools->total);
    netdiag_text_string(&text, pools->total == 1 ? " pool" : " pools");
    if (pools->count < pools->total) {
        netdiag_text_string(&text, ", ");
        netdiag_text_number(&text, pools->count);
        netdiag_text_string(&text, " shown");
    }
    for (size_t i = 0; i < pools->count; i++) {
        if (pools->rows[i].refused == 0)
            continue;
        netdiag_text_string(&text, has_refused ? ", " : "; ran out: ");
        netdiag_output_name(&text, pools->rows[i].name, 0);
        has_refused = true;
    }
    netdiag_output_text(output, &text);
}

void netdiag_text_memory_pools(struct netdiag_output *output,
                               const struct netdiag_memory_pools *pools)
{
    static const struct netdiag_text_title titles[] = {
        {0, "Pool"},           {COLUMN_SIZE, "Size"}, {COLUMN_CAPACITY, "Capacity"},
        {COLUMN_USED, "Used"}, {COLUMN_PEAK, "Peak"}, {COLUMN_REFUSED, "Refused"},
    };

    netdiag_text_titles(output, titles, sizeof titles / sizeof titles[0]);
    for (size_t i = 0; i < pools->count; i++)
        print_pool(output, &pools->rows[i]);
    print_end(output, pools);
}
