/*
 * The owners of connections as text: a row for each, with how many it has in each state.
 */
#include "cli/render.h"
#include "cli/text_parts.h"

enum column { COLUMN_TOTAL = 14, COLUMN_STATES = COLUMN_TOTAL + 13 };

void netdiag_text_owned_states(struct netdiag_text *text, const uint32_t count[])
{
    bool started = false;

    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++) {
        if (count[i] == 0)
            continue;
        netdiag_text_string(text, started ? ", " : "");
        netdiag_text_number(text, count[i]);
        netdiag_text_char(text, ' ');
        netdiag_text_string(text, netdiag_tcp_state_name((enum netdiag_tcp_state)i));
        started = true;
    }
}

static void print_row(struct netdiag_output *output, const char *name,
                      const struct netdiag_tcp_owned *owned)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    if (name != NULL)
        netdiag_text_string(&text, name);
    else
        netdiag_text_owner(&text, &owned->owner);
    netdiag_text_column(&text, COLUMN_TOTAL);
    netdiag_text_number(&text, owned->total);
    netdiag_text_column(&text, COLUMN_STATES);
    netdiag_text_owned_states(&text, owned->count);
    netdiag_output_text(output, &text);
}

static void print_end(struct netdiag_output *output, const struct netdiag_tcp_owners *owners)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_number(&text, owners->all.total);
    netdiag_text_string(&text, owners->all.total == 1 ? " connection, " : " connections, ");
    netdiag_text_number(&text, owners->count);
    netdiag_text_string(&text, owners->count == 1 ? " owner" : " owners");
    if (owners->others.total > 0)
        netdiag_text_string(&text, " and others, for which there was no room");
    netdiag_output_text(output, &text);
}

void netdiag_text_tcp_owners(struct netdiag_output *output, const struct netdiag_tcp_owners *owners)
{
    netdiag_output_line(output, "Owner         Connections  States");
    for (size_t i = 0; i < owners->count; i++)
        print_row(output, NULL, &owners->rows[i]);
    if (owners->others.total > 0)
        print_row(output, "(others)", &owners->others);
    print_end(output, owners);
}
