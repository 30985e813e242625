/*
 * Listeners as text: a row of six words for each, or all that is known of each.
 */
#include "cli/render.h"
#include "cli/text_parts.h"

enum column {
    COLUMN_OWNER = 23,
    COLUMN_PENDING = COLUMN_OWNER + 14,
    COLUMN_BACKLOG = COLUMN_PENDING + 9,
    COLUMN_ACCEPTED = COLUMN_BACKLOG + 9,
    COLUMN_REFUSED = COLUMN_ACCEPTED + 12,
};

/* A name that stands out where there is none: who opened that port? */
static void put_owner(struct netdiag_text *text, const struct netdiag_owner *owner)
{
    if (owner->name[0] != '\0')
        netdiag_text_owner(text, owner);
    else
        netdiag_text_string(text, "*unknown*");
}

static void put_known(struct netdiag_text *text, size_t column, bool known, uint64_t number)
{
    netdiag_text_column(text, column);
    if (known)
        netdiag_text_number(text, number);
    else
        netdiag_text_char(text, '-');
}

static void print_row(struct netdiag_output *output, const struct netdiag_tcp_listener *row)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_endpoint(&text, &row->local);
    netdiag_text_column(&text, COLUMN_OWNER);
    put_owner(&text, &row->owner);
    put_known(&text, COLUMN_PENDING, row->has_backlog, row->pending);
    put_known(&text, COLUMN_BACKLOG, row->has_backlog, row->backlog);
    put_known(&text, COLUMN_ACCEPTED, row->has_counts, row->accepted);
    put_known(&text, COLUMN_REFUSED, row->has_counts, row->refused);
    netdiag_output_text(output, &text);
}

static void print_accept(struct netdiag_output *output, const struct netdiag_tcp_listener *row)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "  Accept callback 0x");
    if (row->accept_address >> 32 != 0)
        netdiag_text_hex(&text, (uint32_t)(row->accept_address >> 32), 1);
    netdiag_text_hex(&text, (uint32_t)row->accept_address, 8);
    netdiag_text_string(&text, ", ");
    if (row->accept_symbol[0] != '\0')
        netdiag_output_name(&text, row->accept_symbol, 0);
    else
        netdiag_text_string(&text, "its name is not known");
    netdiag_output_text(output, &text);
}

static void print_block(struct netdiag_output *output, const struct netdiag_tcp_listener *row)
{
    const uint64_t backlog[] = {row->pending, row->backlog};
    const uint64_t counts[] = {row->accepted, row->refused};
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "Listener ");
    netdiag_text_endpoint(&text, &row->local);
    netdiag_text_string(&text, ", owner ");
    put_owner(&text, &row->owner);
    netdiag_output_text(output, &text);
    if (row->has_backlog)
        netdiag_output_numbers(output, "  Backlog: # pending of # that may wait", backlog);
    else
        netdiag_output_line(output, "  Backlog: the stack has none");
    if (row->has_counts)
        netdiag_output_numbers(output, "  SYNs: # accepted, # refused for want of a place", counts);
    else
        netdiag_output_line(output, "  SYNs: not counted");
    if (row->has_accept)
        print_accept(output, row);
    else
        netdiag_output_line(output, "  Accept callback: none");
}

/* How many there are, how many of them nobody registered, and whether some are not shown. */
static void print_end(struct netdiag_output *output, const struct netdiag_tcp_listeners *listeners)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;
    size_t unknown = 0;

    for (size_t i = 0; i < listeners->count; i++)
        unknown += listeners->rows[i].owner.name[0] == '\0';
    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_number(&text, listeners->total);
    netdiag_text_string(&text, listeners->total == 1 ? " listener" : " listeners");
    if (listeners->count < listeners->total) {
        netdiag_text_string(&text, ", ");
        netdiag_text_number(&text, listeners->count);
        netdiag_text_string(&text, " shown");
    }
    if (unknown > 0) {
        netdiag_text_string(&text, "; owner unknown: ");
        netdiag_text_number(&text, unknown);
    }
    netdiag_output_text(output, &text);
}

static void print_head(struct netdiag_output *output)
{
    static const struct netdiag_text_title titles[] = {
        {0, "Local"},
        {COLUMN_OWNER, "Owner"},
        {COLUMN_PENDING, "Pending"},
        {COLUMN_BACKLOG, "Backlog"},
        {COLUMN_ACCEPTED, "Accepted"},
        {COLUMN_REFUSED, "Refused"},
    };

    netdiag_text_titles(output, titles, sizeof titles / sizeof titles[0]);
}

void netdiag_text_tcp_listeners(struct netdiag_output *output, enum netdiag_layout layout,
                                const struct netdiag_tcp_listeners *listeners)
{
    if (layout != NETDIAG_LAYOUT_TABLE && layout != NETDIAG_LAYOUT_FULL) {
        netdiag_text_peers_listeners(output, layout, listeners);
        return;
    }
    if (layout == NETDIAG_LAYOUT_TABLE)
        print_head(output);
    for (size_t i = 0; i < listeners->count; i++) {
        if (layout == NETDIAG_LAYOUT_TABLE)
            print_row(output, &listeners->rows[i]);
        else
            print_block(output, &listeners->rows[i]);
    }
    print_end(output, listeners);
}
