/*
 * `show tcp statistics` as text.
 *
 * The lines are Cisco's, word for word ("unsend" too): scripts and people know them. Then the
 * count in each state as F5 LineRate prints it, and the pool. A '#' in a format stands for the
 * next number.
 */
#include "cli/render.h"

#define LINE_NUMBERS 4

struct counter_line {
    const char *format;
    enum netdiag_tcp_counter counters[LINE_NUMBERS];
};

static const struct counter_line counter_lines[] = {
    {"Rcvd: # Total, # no port", {NETDIAG_TCP_RCVD_TOTAL, NETDIAG_TCP_RCVD_NO_PORT}},
    {"      # checksum error, # bad offset, # too short",
     {NETDIAG_TCP_RCVD_BAD_CHECKSUM, NETDIAG_TCP_RCVD_BAD_OFFSET, NETDIAG_TCP_RCVD_TOO_SHORT}},
    {"      # packets (# bytes) in sequence",
     {NETDIAG_TCP_RCVD_IN_SEQ_PACKETS, NETDIAG_TCP_RCVD_IN_SEQ_BYTES}},
    {"      # dup packets (# bytes)", {NETDIAG_TCP_RCVD_DUP_PACKETS, NETDIAG_TCP_RCVD_DUP_BYTES}},
    {"      # partially dup packets (# bytes)",
     {NETDIAG_TCP_RCVD_PART_DUP_PACKETS, NETDIAG_TCP_RCVD_PART_DUP_BYTES}},
    {"      # out-of-order packets (# bytes)",
     {NETDIAG_TCP_RCVD_OUT_OF_ORDER_PACKETS, NETDIAG_TCP_RCVD_OUT_OF_ORDER_BYTES}},
    {"      # packets (# bytes) with data after window",
     {NETDIAG_TCP_RCVD_AFTER_WINDOW_PACKETS, NETDIAG_TCP_RCVD_AFTER_WINDOW_BYTES}},
    {"      # packets after close", {NETDIAG_TCP_RCVD_AFTER_CLOSE_PACKETS}},
    {"      # window probe packets, # window update packets",
     {NETDIAG_TCP_RCVD_WINDOW_PROBES, NETDIAG_TCP_RCVD_WINDOW_UPDATES}},
    {"      # dup ack packets, # ack packets with unsend data",
     {NETDIAG_TCP_RCVD_DUP_ACKS, NETDIAG_TCP_RCVD_ACKS_UNSENT}},
    {"      # ack packets (# bytes)", {NETDIAG_TCP_RCVD_ACK_PACKETS, NETDIAG_TCP_RCVD_ACK_BYTES}},
    {"Sent: # Total, # urgent packets", {NETDIAG_TCP_SENT_TOTAL, NETDIAG_TCP_SENT_URGENT}},
    {"      # control packets (including # retransmitted)",
     {NETDIAG_TCP_SENT_CONTROL, NETDIAG_TCP_SENT_CONTROL_RETRANS}},
    {"      # data packets (# bytes)",
     {NETDIAG_TCP_SENT_DATA_PACKETS, NETDIAG_TCP_SENT_DATA_BYTES}},
    {"      # data packets (# bytes) retransmitted",
     {NETDIAG_TCP_SENT_RETRANS_PACKETS, NETDIAG_TCP_SENT_RETRANS_BYTES}},
    {"      # ack only packets (# delayed)",
     {NETDIAG_TCP_SENT_ACK_ONLY, NETDIAG_TCP_SENT_DELAYED_ACKS}},
    {"      # window probe packets, # window update packets",
     {NETDIAG_TCP_SENT_WINDOW_PROBES, NETDIAG_TCP_SENT_WINDOW_UPDATES}},
    {"# Connections initiated, # connections accepted, # connections established",
     {NETDIAG_TCP_CONN_INITIATED, NETDIAG_TCP_CONN_ACCEPTED, NETDIAG_TCP_CONN_ESTABLISHED}},
    {"# Connections closed (including # dropped, # embryonic dropped)",
     {NETDIAG_TCP_CONN_CLOSED, NETDIAG_TCP_CONN_DROPPED, NETDIAG_TCP_CONN_EMBRYONIC_DROPPED}},
    {"# Total rxmt timeout, # connections dropped in rxmt timeout",
     {NETDIAG_TCP_CONN_RXMT_TIMEOUTS, NETDIAG_TCP_CONN_RXMT_DROPPED}},
    {"# Keepalive timeout, # keepalive probe, # Connections dropped in keepalive",
     {NETDIAG_TCP_CONN_KEEPALIVE_TIMEOUTS, NETDIAG_TCP_CONN_KEEPALIVE_PROBES,
      NETDIAG_TCP_CONN_KEEPALIVE_DROPPED}},
    {"# SYNs dropped with the backlog full, # connections without a row",
     {NETDIAG_TCP_CONN_BACKLOG_REFUSED, NETDIAG_TCP_CONN_WITHOUT_ROW}},
};

struct state_line {
    const char *format;
    enum netdiag_tcp_state states[LINE_NUMBERS];
};

static const struct state_line state_lines[] = {
    {"# listen, # established, # syn sent, # syn received",
     {NETDIAG_TCP_LISTEN, NETDIAG_TCP_ESTABLISHED, NETDIAG_TCP_SYN_SENT, NETDIAG_TCP_SYN_RECEIVED}},
    {"# last ack, # fin wait 1, # fin wait 2",
     {NETDIAG_TCP_LAST_ACK, NETDIAG_TCP_FIN_WAIT_1, NETDIAG_TCP_FIN_WAIT_2}},
    {"# close wait, # closing, # time wait, # closed",
     {NETDIAG_TCP_CLOSE_WAIT, NETDIAG_TCP_CLOSING, NETDIAG_TCP_TIME_WAIT, NETDIAG_TCP_CLOSED}},
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* A part that the platform did not give: which, and why. */
static void print_missing(struct netdiag_output *output, const char *part, enum netdiag_error error)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, part);
    netdiag_text_string(&text, " not available: ");
    netdiag_text_string(&text, netdiag_error_text(error));
    netdiag_output_text(output, &text);
}

static void print_counter_line(struct netdiag_output *output, const struct counter_line *what,
                               const struct netdiag_tcp_counters *counters)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;
    bool all = true;
    size_t next = 0;

    netdiag_text_start(&text, line, sizeof line);
    for (const char *c = what->format; *c != '\0'; c++) {
        uint64_t value;

        if (*c != '#') {
            netdiag_text_char(&text, *c);
        } else if (netdiag_tcp_counter_get(counters, what->counters[next++], &value)) {
            netdiag_text_number(&text, value);
        } else {
            netdiag_text_char(&text, '-');
            all = false;
        }
    }
    if (!all)
        netdiag_text_string(&text, " [not counted]");
    netdiag_output_text(output, &text);
}

/* Whether a line has a number that is not 0, or one that is not counted. */
static bool counters_matter(const struct counter_line *what,
                            const struct netdiag_tcp_counters *counters)
{
    size_t next = 0;

    for (const char *c = what->format; *c != '\0'; c++) {
        uint64_t value;

        if (*c == '#' &&
            (!netdiag_tcp_counter_get(counters, what->counters[next++], &value) || value != 0))
            return true;
    }
    return false;
}

/* "Rcvd:" and "Sent:" stay above a line of theirs that is shown: without them it means nothing. */
static bool line_matters(size_t line, const struct netdiag_tcp_counters *counters)
{
    if (counters_matter(&counter_lines[line], counters))
        return true;
    if (counter_lines[line].format[0] == ' ')
        return false;
    for (line++; line < COUNT(counter_lines) && counter_lines[line].format[0] == ' '; line++) {
        if (counters_matter(&counter_lines[line], counters))
            return true;
    }
    return false;
}

static void print_counters(struct netdiag_output *output, enum netdiag_zeros zeros,
                           const struct netdiag_tcp_counters *counters)
{
    for (size_t i = 0; i < COUNT(counter_lines); i++) {
        if (zeros == NETDIAG_ZEROS_SHOWN || line_matters(i, counters))
            print_counter_line(output, &counter_lines[i], counters);
    }
}

/* A line whose numbers are all known. */
static void print_numbers(struct netdiag_output *output, enum netdiag_zeros zeros,
                          const char *format, const uint64_t numbers[])
{
    const uint64_t *number = numbers;
    bool matters = zeros == NETDIAG_ZEROS_SHOWN;

    for (const char *c = format; *c != '\0'; c++)
        if (*c == '#')
            matters = *number++ != 0 || matters;
    if (matters)
        netdiag_output_numbers(output, format, numbers);
}

static void print_states(struct netdiag_output *output, enum netdiag_zeros zeros,
                         const struct netdiag_tcp_states *states)
{
    uint64_t numbers[LINE_NUMBERS] = {netdiag_tcp_states_open(states)};

    print_numbers(output, zeros, "# Total open connections", numbers);
    for (size_t i = 0; i < COUNT(state_lines); i++) {
        for (size_t n = 0; n < LINE_NUMBERS; n++)
            numbers[n] = states->count[state_lines[i].states[n]];
        print_numbers(output, zeros, state_lines[i].format, numbers);
    }
}

/* The stack looks for a victim in these states first, then for one of lower priority. */
static void print_evicted(struct netdiag_output *output, enum netdiag_zeros zeros,
                          const uint64_t evicted[])
{
    uint64_t numbers[] = {0, evicted[NETDIAG_TCP_TIME_WAIT], evicted[NETDIAG_TCP_LAST_ACK],
                          evicted[NETDIAG_TCP_CLOSING], 0};

    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++)
        numbers[0] += evicted[i];
    numbers[4] = numbers[0] - numbers[1] - numbers[2] - numbers[3];
    print_numbers(output, zeros,
                  "# Connections evicted to make room (# time wait, # last ack, # closing, # of "
                  "lower priority)",
                  numbers);
}

static void print_pool(struct netdiag_output *output, enum netdiag_zeros zeros,
                       const struct netdiag_tcp_pool *pool)
{
    const uint64_t numbers[] = {pool->capacity, pool->used, pool->peak, pool->refused};

    print_numbers(output, zeros, "PCB pool: # capacity, # used, # peak, # refused", numbers);
    if (pool->has_evicted)
        print_evicted(output, zeros, pool->evicted);
    else
        netdiag_output_line(output, "- Connections evicted to make room [not counted]");
}

static void put_ago(struct netdiag_text *text, const struct netdiag_tcp_statistics *statistics)
{
    uint64_t seconds = statistics->cleared_ago_ms / 1000;

    if (!statistics->has_cleared_ago) {
        netdiag_text_string(text, "at a time unknown");
        return;
    }
    netdiag_text_padded(text, seconds / 3600, 2);
    netdiag_text_char(text, ':');
    netdiag_text_padded(text, seconds / 60 % 60, 2);
    netdiag_text_char(text, ':');
    netdiag_text_padded(text, seconds % 60, 2);
    netdiag_text_string(text, " ago");
}

static void print_cleared(struct netdiag_output *output,
                          const struct netdiag_tcp_statistics *statistics)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "Last cleared ");
    if (statistics->cleared.ever) {
        put_ago(&text, statistics);
        netdiag_text_string(&text, " by ");
        netdiag_output_name(&text, statistics->cleared.by, 0);
    } else {
        netdiag_text_string(&text, "never");
    }
    netdiag_output_text(output, &text);
}

void netdiag_text_tcp_statistics(struct netdiag_output *output, enum netdiag_zeros zeros,
                                 const struct netdiag_tcp_statistics *statistics)
{
    if (statistics->counters_error == NETDIAG_OK)
        print_counters(output, zeros, &statistics->counters);
    else
        print_missing(output, "TCP counters", statistics->counters_error);
    if (statistics->states_error == NETDIAG_OK)
        print_states(output, zeros, &statistics->states);
    else
        print_missing(output, "Connections in each state", statistics->states_error);
    if (statistics->pool_error == NETDIAG_OK)
        print_pool(output, zeros, &statistics->pool);
    else
        print_missing(output, "PCB pool", statistics->pool_error);
    print_cleared(output, statistics);
}
