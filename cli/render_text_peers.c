/*
 * Connections in the columns of other tools, which people and scripts know: Cisco's show tcp brief,
 * netstat -nat, lsof -i. What those show and this device does not have is "-".
 */
#include "cli/render.h"
#include "cli/text_parts.h"

/* A state in each tool's words; lsof has netstat's kernel names. */
static const struct {
    const char *cisco, *netstat, *lsof;
} states[NETDIAG_TCP_STATE_LAST + 1] = {
    [NETDIAG_TCP_CLOSED] = {"CLOSED", "CLOSE", "CLOSED"},
    [NETDIAG_TCP_LISTEN] = {"LISTEN", "LISTEN", "LISTEN"},
    [NETDIAG_TCP_SYN_SENT] = {"SYNSENT", "SYN_SENT", "SYN_SENT"},
    [NETDIAG_TCP_SYN_RECEIVED] = {"SYNRCVD", "SYN_RECV", "SYN_RECV"},
    [NETDIAG_TCP_ESTABLISHED] = {"ESTAB", "ESTABLISHED", "ESTABLISHED"},
    [NETDIAG_TCP_FIN_WAIT_1] = {"FINWAIT1", "FIN_WAIT1", "FIN_WAIT1"},
    [NETDIAG_TCP_FIN_WAIT_2] = {"FINWAIT2", "FIN_WAIT2", "FIN_WAIT2"},
    [NETDIAG_TCP_CLOSE_WAIT] = {"CLOSEWAIT", "CLOSE_WAIT", "CLOSE_WAIT"},
    [NETDIAG_TCP_LAST_ACK] = {"LASTACK", "LAST_ACK", "LAST_ACK"},
    [NETDIAG_TCP_CLOSING] = {"CLOSING", "CLOSING", "CLOSING"},
    [NETDIAG_TCP_TIME_WAIT] = {"TIMEWAIT", "TIME_WAIT", "TIME_WAIT"},
};

static const char *const unknown_state = "UNKNOWN";

static bool is_state(enum netdiag_tcp_state state)
{
    return state >= NETDIAG_TCP_STATE_FIRST && state <= NETDIAG_TCP_STATE_LAST;
}

static void put_address(struct netdiag_text *text, const struct netdiag_address *address)
{
    char bytes[NETDIAG_ADDRESS_TEXT];

    netdiag_text_string(text, netdiag_address_text(address, bytes, sizeof bytes));
}

/* A port, or "*" for none. */
static void put_port(struct netdiag_text *text, uint16_t port)
{
    if (port != 0)
        netdiag_text_number(text, port);
    else
        netdiag_text_char(text, '*');
}

static bool is_unspecified(const struct netdiag_address *address)
{
    for (size_t i = 0; i < sizeof address->bytes; i++) {
        if (address->bytes[i] != 0)
            return false;
    }
    return true;
}

/* ---- show tcp brief ---- */

enum brief_column { BRIEF_LOCAL = 10, BRIEF_FOREIGN = 34, BRIEF_STATE = 57 };

static void put_cisco(struct netdiag_text *text, const struct netdiag_endpoint *endpoint)
{
    if (is_unspecified(&endpoint->address))
        netdiag_text_char(text, '*');
    else
        put_address(text, &endpoint->address);
    netdiag_text_char(text, '.');
    put_port(text, endpoint->port);
}

static void print_brief(struct netdiag_output *output, const struct netdiag_tcp_connection *row)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_id(&text, row);
    for (size_t i = 0; i < text.length; i++) {
        if (line[i] >= 'a' && line[i] <= 'f')
            line[i] = (char)(line[i] - 'a' + 'A'); /* as Cisco writes a TCB */
    }
    netdiag_text_column(&text, BRIEF_LOCAL);
    put_cisco(&text, &row->local);
    netdiag_text_column(&text, BRIEF_FOREIGN);
    put_cisco(&text, &row->remote);
    netdiag_text_column(&text, BRIEF_STATE);
    netdiag_text_string(&text, is_state(row->state) ? states[row->state].cisco : unknown_state);
    netdiag_output_text(output, &text);
}

/* ---- netstat -nat ---- */

static bool is_ipv6(const struct netdiag_tcp_connection *row)
{
    return row->local.address.family != NETDIAG_FAMILY_IPV4; /* both, to netstat, is tcp6 */
}

/* An address that is not specified is written out, as netstat does. */
static void put_netstat(struct netdiag_text *text, const struct netdiag_endpoint *endpoint,
                        bool ipv6)
{
    if (is_unspecified(&endpoint->address))
        netdiag_text_string(text, ipv6 ? "::" : "0.0.0.0");
    else
        put_address(text, &endpoint->address);
    netdiag_text_char(text, ':');
    put_port(text, endpoint->port);
}

/* To the right in six columns, and a blank. */
static void put_queue(struct netdiag_text *text, uint32_t bytes)
{
    char digits[12];
    struct netdiag_text number;

    netdiag_text_start(&number, digits, sizeof digits);
    netdiag_text_number(&number, bytes);
    for (size_t i = number.length; i < 6; i++)
        netdiag_text_char(text, ' ');
    netdiag_text_string(text, digits);
    netdiag_text_char(text, ' ');
}

static void print_netstat(struct netdiag_output *output, const struct netdiag_tcp_connection *row)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;
    bool ipv6 = is_ipv6(row);

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, ipv6 ? "tcp6  " : "tcp   ");
    put_queue(&text, row->receive_queue);
    put_queue(&text, row->send_queue);
    put_netstat(&text, &row->local, ipv6);
    netdiag_text_go_to(&text, 44, 1);
    put_netstat(&text, &row->remote, ipv6);
    netdiag_text_go_to(&text, 68, 1);
    netdiag_text_string(&text, is_state(row->state) ? states[row->state].netstat : unknown_state);
    netdiag_output_text(output, &text);
}

/* ---- lsof -i ---- */

enum lsof_column {
    LSOF_PID = 12,
    LSOF_USER = 17,
    LSOF_FD = 23,
    LSOF_TYPE = 27,
    LSOF_DEVICE = 33,
    LSOF_SIZE = 43,
    LSOF_NODE = 53,
    LSOF_NAME = 59,
};

static void put_lsof(struct netdiag_text *text, const struct netdiag_endpoint *endpoint)
{
    if (is_unspecified(&endpoint->address)) {
        netdiag_text_string(text, "*:");
        put_port(text, endpoint->port);
    } else {
        netdiag_text_endpoint(text, endpoint);
    }
}

static void print_lsof(struct netdiag_output *output, const struct netdiag_tcp_connection *row)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_owner(&text, &row->owner);
    netdiag_text_go_to(&text, LSOF_PID, 1);
    netdiag_text_char(&text, '-');
    netdiag_text_go_to(&text, LSOF_USER, 1);
    netdiag_text_char(&text, '-');
    netdiag_text_go_to(&text, LSOF_FD, 1);
    netdiag_text_char(&text, '-');
    netdiag_text_go_to(&text, LSOF_TYPE, 1);
    netdiag_text_string(&text, is_ipv6(row) ? "IPv6" : "IPv4");
    netdiag_text_go_to(&text, LSOF_DEVICE, 1);
    netdiag_text_id(&text, row);
    netdiag_text_go_to(&text, LSOF_SIZE, 1);
    netdiag_text_string(&text, "0t0");
    netdiag_text_go_to(&text, LSOF_NODE, 1);
    netdiag_text_string(&text, "TCP");
    netdiag_text_go_to(&text, LSOF_NAME, 1);
    put_lsof(&text, &row->local);
    if (row->remote.port != 0) {
        netdiag_text_string(&text, "->");
        put_lsof(&text, &row->remote);
    }
    netdiag_text_string(&text, " (");
    netdiag_text_string(&text, is_state(row->state) ? states[row->state].lsof : unknown_state);
    netdiag_text_char(&text, ')');
    netdiag_output_text(output, &text);
}

/* ---- all of them ---- */

static const struct {
    const char *heads[2]; /* NULL: no line */
    void (*row)(struct netdiag_output *output, const struct netdiag_tcp_connection *row);
} layouts[] = {
    [NETDIAG_LAYOUT_BRIEF] = {{"TCB       Local Address           Foreign Address        (state)",
                               NULL},
                              print_brief},
    [NETDIAG_LAYOUT_NETSTAT] = {{"Active Internet connections (servers and established)",
                                 "Proto Recv-Q Send-Q Local Address           Foreign Address      "
                                 "   State"},
                                print_netstat},
    [NETDIAG_LAYOUT_LSOF] = {{"COMMAND     PID  USER  FD  TYPE  DEVICE    SIZE/OFF  NODE  NAME",
                              NULL},
                             print_lsof},
};

void netdiag_text_peers_begin(struct netdiag_output *output, enum netdiag_layout layout)
{
    for (size_t i = 0; i < 2 && layouts[layout].heads[i] != NULL; i++)
        netdiag_output_line(output, layouts[layout].heads[i]);
}

void netdiag_text_peers_row(struct netdiag_output *output, enum netdiag_layout layout,
                            const struct netdiag_tcp_connection *row)
{
    layouts[layout].row(output, row);
}

static void say_left_out(struct netdiag_output *output, size_t count)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "% listeners that were not looked at: ");
    netdiag_text_number(&text, count);
    netdiag_output_error(output, line);
}

/* A listener is a row like any other there. */
void netdiag_text_peers_listeners(struct netdiag_output *output, enum netdiag_layout layout,
                                  const struct netdiag_tcp_listeners *listeners)
{
    for (size_t i = 0; i < listeners->count; i++) {
        const struct netdiag_tcp_connection row = {.state = NETDIAG_TCP_LISTEN,
                                                   .local = listeners->rows[i].local,
                                                   .owner = listeners->rows[i].owner,
                                                   .receive_queue = listeners->rows[i].pending};

        layouts[layout].row(output, &row);
    }
    if (listeners->left_out > 0)
        say_left_out(output, listeners->left_out);
}
