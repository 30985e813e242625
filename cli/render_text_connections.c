/*
 * Connections as text.
 *
 * A row of the table is ten words, none empty and none cut, so that a script can take its columns
 * by blanks. Columns are as wide as the longest IPv4 endpoint; a longer IPv6 one moves what follows
 * it in its own row to the right, as in ss: columns for the longest there can be would cost every
 * row 64 blanks, and how long those will be that come is not known while the walk goes on.
 */
#include "cli/render.h"
#include "cli/text_parts.h"

/* Where each column of the table begins. */
enum column {
    COLUMN_LOCAL = 10,
    COLUMN_REMOTE = COLUMN_LOCAL + 23, /* 255.255.255.255:65535 */
    COLUMN_STATE = COLUMN_REMOTE + 23,
    COLUMN_OWNER = COLUMN_STATE + 14, /* SYN-RECEIVED */
    COLUMN_VLAN = COLUMN_OWNER + 12,
    COLUMN_AGE = COLUMN_VLAN + 6,
    COLUMN_IDLE = COLUMN_AGE + 10, /* 00:00:00 */
    COLUMN_RECV_Q = COLUMN_IDLE + 10,
    COLUMN_SEND_Q = COLUMN_RECV_Q + 8,
};

static void put_age(struct netdiag_text *text, const struct netdiag_tcp_ages *ages, uint64_t ms)
{
    if (ages->known)
        netdiag_text_span(text, ms / 1000);
    else
        netdiag_text_char(text, '-');
}

static void put_vlan(struct netdiag_text *text, uint16_t vlan)
{
    if (vlan != 0)
        netdiag_text_number(text, vlan);
    else
        netdiag_text_char(text, '-');
}

static void print_table_head(struct netdiag_output *output)
{
    static const struct netdiag_text_title titles[] = {
        {0, "Id"},
        {COLUMN_LOCAL, "Local"},
        {COLUMN_REMOTE, "Remote"},
        {COLUMN_STATE, "State"},
        {COLUMN_OWNER, "Owner"},
        {COLUMN_VLAN, "VLAN"},
        {COLUMN_AGE, "Age"},
        {COLUMN_IDLE, "Idle"},
        {COLUMN_RECV_Q, "Recv-Q"},
        {COLUMN_SEND_Q, "Send-Q"},
    };

    netdiag_text_titles(output, titles, sizeof titles / sizeof titles[0]);
}

static void print_row(struct netdiag_output *output, const struct netdiag_tcp_connection *row,
                      const struct netdiag_tcp_ages *ages)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_id(&text, row);
    netdiag_text_column(&text, COLUMN_LOCAL);
    netdiag_text_endpoint(&text, &row->local);
    netdiag_text_column(&text, COLUMN_REMOTE);
    netdiag_text_endpoint(&text, &row->remote);
    netdiag_text_column(&text, COLUMN_STATE);
    netdiag_text_string(&text, netdiag_tcp_state_name(row->state));
    netdiag_text_column(&text, COLUMN_OWNER);
    netdiag_text_owner(&text, &row->owner);
    netdiag_text_column(&text, COLUMN_VLAN);
    put_vlan(&text, row->vlan);
    netdiag_text_column(&text, COLUMN_AGE);
    put_age(&text, ages, ages->age_ms);
    netdiag_text_column(&text, COLUMN_IDLE);
    put_age(&text, ages, ages->idle_ms);
    netdiag_text_column(&text, COLUMN_RECV_Q);
    netdiag_text_number(&text, row->receive_queue);
    netdiag_text_column(&text, COLUMN_SEND_Q);
    netdiag_text_number(&text, row->send_queue);
    netdiag_output_text(output, &text);
}

static void print_ends(struct netdiag_output *output, const struct netdiag_tcp_connection *row)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "Connection ");
    netdiag_text_id(&text, row);
    netdiag_text_string(&text, ", ");
    netdiag_text_string(&text, netdiag_tcp_state_name(row->state));
    netdiag_text_string(&text, ", owner ");
    netdiag_text_owner(&text, &row->owner);
    netdiag_output_text(output, &text);
    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "  Local ");
    netdiag_text_endpoint(&text, &row->local);
    netdiag_text_string(&text, ", remote ");
    netdiag_text_endpoint(&text, &row->remote);
    netdiag_text_string(&text, ", VLAN ");
    put_vlan(&text, row->vlan);
    netdiag_output_text(output, &text);
}

static void print_history(struct netdiag_output *output, const struct netdiag_tcp_connection *row,
                          const struct netdiag_tcp_ages *ages)
{
    const struct netdiag_tcp_traffic *traffic = &row->history.traffic;
    const uint64_t numbers[] = {
        traffic->in_bytes,
        traffic->in_segs,
        traffic->out_bytes,
        traffic->out_segs,
    };
    const uint64_t again[] = {traffic->retrans_timeout, traffic->retrans_fast};
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, row->history.is_passive ? "  Opened by the peer "
                                                       : "  Opened by the device ");
    put_age(&text, ages, ages->age_ms);
    netdiag_text_string(&text, " ago, idle for ");
    put_age(&text, ages, ages->idle_ms);
    netdiag_text_string(&text, ", in this state for ");
    put_age(&text, ages, ages->state_ms);
    netdiag_output_text(output, &text);
    netdiag_output_numbers(output, "  Received # bytes in # segments, sent # bytes in # segments",
                           numbers);
    netdiag_output_numbers(output, "  Retransmitted segments: # after a timeout, # fast", again);
}

static void print_flow(struct netdiag_output *output, const struct netdiag_tcp_connection *row)
{
    const uint64_t times[] = {row->rto_ms, row->srtt_ms};
    const uint64_t windows[] = {row->congestion_window, row->send_window, row->receive_window};
    const uint64_t queues[] = {row->receive_queue, row->send_queue, row->in_flight};

    netdiag_output_numbers(output,
                           row->srtt_ms > 0 ? "  Retransmit timeout # ms, smoothed round trip # ms"
                                            : "  Retransmit timeout # ms, round trip not measured",
                           times);
    netdiag_output_numbers(output, "  Windows in bytes: congestion #, the peer's #, the device's #",
                           windows);
    netdiag_output_numbers(
        output,
        "  Queues in bytes: # not read by the program, # not acknowledged, # of them "
        "sent",
        queues);
}

/* What goes on for too long, if anything does. */
static void print_waits(struct netdiag_output *output, const struct netdiag_tcp_connection *row)
{
    const uint64_t retries[] = {row->retries}, keepalives[] = {row->keepalives};

    if (row->retries > 0)
        netdiag_output_numbers(output, "  Retransmissions in a row without an answer: #", retries);
    if (row->keepalives > 0)
        netdiag_output_numbers(output, "  Keepalive probes in a row without an answer: #",
                               keepalives);
    if (row->is_unaccepted)
        netdiag_output_line(output, "  Not accepted by its program yet");
    if (row->has_history && row->history.sent_since_fin)
        netdiag_output_line(output, "  The device sent data after the peer's FIN");
}

/* When it will be gone without anybody's doing. */
static void print_free(struct netdiag_output *output, const struct netdiag_tcp_connection *row)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "  The stack ends it ");
    if (row->has_free_in) {
        netdiag_text_string(&text, "in ");
        netdiag_text_span(&text, ((uint64_t)row->free_in_ms + 999) / 1000);
        netdiag_text_string(&text, " at most");
    }
    if (row->is_reclaimable)
        netdiag_text_string(&text, row->has_free_in ? ", sooner when it needs the place"
                                                    : "when it needs the place");
    netdiag_output_text(output, &text);
}

static void print_block(struct netdiag_output *output, const struct netdiag_tcp_connection *row,
                        const struct netdiag_tcp_ages *ages)
{
    print_ends(output, row);
    if (row->has_history)
        print_history(output, row, ages);
    else
        netdiag_output_line(output, "  No history");
    if (row->state != NETDIAG_TCP_CLOSED)
        print_flow(output, row);
    print_waits(output, row);
    if (row->has_free_in || row->is_reclaimable)
        print_free(output, row);
}

void netdiag_text_connections_begin(struct netdiag_output *output, enum netdiag_layout layout)
{
    switch (layout) {
    case NETDIAG_LAYOUT_TABLE:
        print_table_head(output);
        return;
    case NETDIAG_LAYOUT_FULL:
        return;
    case NETDIAG_LAYOUT_BRIEF:
    case NETDIAG_LAYOUT_NETSTAT:
    case NETDIAG_LAYOUT_LSOF:
        netdiag_text_peers_begin(output, layout);
        return;
    }
}

void netdiag_text_connection(struct netdiag_output *output, enum netdiag_layout layout,
                             const struct netdiag_tcp_connection *row,
                             const struct netdiag_tcp_ages *ages)
{
    switch (layout) {
    case NETDIAG_LAYOUT_TABLE:
        print_row(output, row, ages);
        return;
    case NETDIAG_LAYOUT_FULL:
        print_block(output, row, ages);
        return;
    case NETDIAG_LAYOUT_BRIEF:
    case NETDIAG_LAYOUT_NETSTAT:
    case NETDIAG_LAYOUT_LSOF:
        netdiag_text_peers_row(output, layout, row);
        return;
    }
}

static void say_broken_off(struct netdiag_output *output, const struct netdiag_connections_end *end)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "% the list ends after ");
    netdiag_text_number(&text, end->total);
    netdiag_text_string(&text, end->total == 1 ? " connection" : " connections");
    netdiag_text_string(&text, ": ");
    netdiag_text_string(&text, netdiag_error_text(end->error));
    netdiag_output_error(output, line);
}

void netdiag_text_connections_end(struct netdiag_output *output, enum netdiag_layout layout,
                                  const struct netdiag_connections_end *end)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    if (end->error != NETDIAG_OK) {
        say_broken_off(output, end);
        return;
    }
    if (layout != NETDIAG_LAYOUT_TABLE && layout != NETDIAG_LAYOUT_FULL)
        return; /* those they are after have no such line */
    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_number(&text, end->total);
    netdiag_text_string(&text, end->total == 1 ? " connection, " : " connections, ");
    netdiag_text_number(&text, end->shown);
    netdiag_text_string(&text, " shown");
    if (end->has_hold) {
        netdiag_text_string(&text, "; the stack was held for ");
        netdiag_text_fixed(&text, (end->longest_hold_ns + 99) / 100, 1); /* rounded up */
        netdiag_text_string(&text, " us at most");
    }
    netdiag_output_text(output, &text);
}
