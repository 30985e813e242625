/*
 * Connections that have ended as text. A row is nine words and then, in some more, who ended the
 * connection and why.
 */
#include "cli/render.h"
#include "cli/text_parts.h"

/* Where each column begins. */
enum column {
    COLUMN_LOCAL = 10,
    COLUMN_REMOTE = COLUMN_LOCAL + 23,
    COLUMN_OWNER = COLUMN_REMOTE + 23,
    COLUMN_ENDED = COLUMN_OWNER + 12,
    COLUMN_LIFETIME = COLUMN_ENDED + 10,
    COLUMN_RECEIVED = COLUMN_LIFETIME + 10,
    COLUMN_SENT = COLUMN_RECEIVED + 10,
    COLUMN_RETRANS = COLUMN_SENT + 10,
    COLUMN_WHY = COLUMN_RETRANS + 9,
};

static const char *const clauses[NETDIAG_TCP_ENDS] = {
    [NETDIAG_TCP_END_CLOSED] = "both sides closed",
    [NETDIAG_TCP_END_CLOSED_UNREAD] = "the program closed with data unread, so RST was sent",
    [NETDIAG_TCP_END_CANCELLED] = "the program gave up before it was established",
    [NETDIAG_TCP_END_ABORTED] = "the program aborted it, so RST was sent",
    [NETDIAG_TCP_END_CLEARED] = "an operator cleared it",
    [NETDIAG_TCP_END_RESET] = "the peer sent RST",
    [NETDIAG_TCP_END_REFUSED] = "the peer refused the attempt by RST",
    [NETDIAG_TCP_END_UNANSWERED] = "nobody answered the attempt",
    [NETDIAG_TCP_END_EVICTED] = "the stack took its place for another connection",
    [NETDIAG_TCP_END_RETRANSMIT_TIMEOUT] = "the peer acknowledged no retransmit",
    [NETDIAG_TCP_END_PERSIST_TIMEOUT] = "the peer's window stayed closed, and it was silent",
    [NETDIAG_TCP_END_KEEPALIVE_TIMEOUT] = "the peer answered no keepalive probe",
    [NETDIAG_TCP_END_SYN_RECEIVED_TIMEOUT] = "the peer never finished the handshake",
    [NETDIAG_TCP_END_FIN_WAIT_2_TIMEOUT] = "the device closed, and the peer did not in time",
    [NETDIAG_TCP_END_LAST_ACK_TIMEOUT] = "the peer never acknowledged the device's FIN",
};

static const char *closer_clause(enum netdiag_tcp_closer closer)
{
    switch (closer) {
    case NETDIAG_TCP_CLOSER_NONE:
        break;
    case NETDIAG_TCP_CLOSER_DEVICE:
        return ", the device first";
    case NETDIAG_TCP_CLOSER_PEER:
        return ", the peer first";
    case NETDIAG_TCP_CLOSER_BOTH:
        return " at once";
    }
    return "";
}

void netdiag_text_closed_begin(struct netdiag_output *output)
{
    static const struct netdiag_text_title titles[] = {
        {0, "Id"},
        {COLUMN_LOCAL, "Local"},
        {COLUMN_REMOTE, "Remote"},
        {COLUMN_OWNER, "Owner"},
        {COLUMN_ENDED, "Ended"},
        {COLUMN_LIFETIME, "Lifetime"},
        {COLUMN_RECEIVED, "Rx-bytes"},
        {COLUMN_SENT, "Tx-bytes"},
        {COLUMN_RETRANS, "Retrans"},
        {COLUMN_WHY, "Why"},
    };

    netdiag_text_titles(output, titles, sizeof titles / sizeof titles[0]);
}

static void put_traffic(struct netdiag_text *text, const struct netdiag_tcp_traffic *traffic)
{
    netdiag_text_column(text, COLUMN_RECEIVED);
    netdiag_text_number(text, traffic->in_bytes);
    netdiag_text_column(text, COLUMN_SENT);
    netdiag_text_number(text, traffic->out_bytes);
    netdiag_text_column(text, COLUMN_RETRANS);
    netdiag_text_number(text, (uint64_t)traffic->retrans_timeout + traffic->retrans_fast);
}

void netdiag_text_closed(struct netdiag_output *output, const struct netdiag_tcp_closed *row,
                         const struct netdiag_tcp_closed_ages *ages)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_hex(&text, row->id, 8);
    netdiag_text_column(&text, COLUMN_LOCAL);
    netdiag_text_endpoint(&text, &row->local);
    netdiag_text_column(&text, COLUMN_REMOTE);
    netdiag_text_endpoint(&text, &row->remote);
    netdiag_text_column(&text, COLUMN_OWNER);
    netdiag_text_owner(&text, &row->owner);
    netdiag_text_column(&text, COLUMN_ENDED);
    if (ages->has_ended)
        netdiag_text_span(&text, ages->ended_ms / 1000);
    else
        netdiag_text_char(&text, '-');
    netdiag_text_column(&text, COLUMN_LIFETIME);
    netdiag_text_span(&text, ages->lifetime_ms / 1000);
    put_traffic(&text, &row->traffic);
    netdiag_text_column(&text, COLUMN_WHY);
    netdiag_text_string(&text, (unsigned)row->end < NETDIAG_TCP_ENDS ? clauses[row->end]
                                                                     : "for an unknown reason");
    if (row->end == NETDIAG_TCP_END_CLOSED)
        netdiag_text_string(&text, closer_clause(row->closer));
    netdiag_output_text(output, &text);
}

void netdiag_text_closed_end(struct netdiag_output *output, const struct netdiag_closed_end *end)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_number(&text, end->total);
    netdiag_text_string(&text, end->total == 1 ? " connection" : " connections");
    netdiag_text_string(&text, " ended since boot, the last ");
    netdiag_text_number(&text, end->looked_at);
    netdiag_text_string(&text, " looked at, ");
    netdiag_text_number(&text, end->shown);
    netdiag_text_string(&text, " shown");
    netdiag_output_text(output, &text);
}
