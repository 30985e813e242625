/*
 * The text renderer: its table, errors, and `show version`.
 */
#include "cli/render.h"

#define SECONDS_A_MINUTE 60u
#define SECONDS_AN_HOUR  (60u * SECONDS_A_MINUTE)
#define SECONDS_A_DAY    (24u * SECONDS_AN_HOUR)
#define SECONDS_A_WEEK   (7u * SECONDS_A_DAY)

static void begin(struct netdiag_output *output, const struct netdiag_head *head)
{
    (void)output;
    (void)head; /* a reader of text sees what was asked, and on which host */
}

static void end(struct netdiag_output *output)
{
    (void)output;
}

static void refuse(struct netdiag_output *output, const struct netdiag_refusal *refusal)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "% ");
    netdiag_output_name(&text, refusal->text, 0);
    netdiag_output_error(output, line);
}

/* Cisco's form, "1 day, 2 hours, 3 minutes": clients parse it. */
static void put_duration(struct netdiag_text *text, uint64_t seconds)
{
    static const struct {
        uint32_t seconds;
        const char *name;
    } units[] = {
        {SECONDS_A_WEEK, "week"},
        {SECONDS_A_DAY, "day"},
        {SECONDS_AN_HOUR, "hour"},
        {SECONDS_A_MINUTE, "minute"},
    };
    bool started = false;

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        uint64_t count = seconds / units[i].seconds;

        seconds %= units[i].seconds;
        if (count == 0 && (started || units[i].seconds != SECONDS_A_MINUTE))
            continue;
        if (started)
            netdiag_text_string(text, ", ");
        netdiag_text_number(text, count);
        netdiag_text_char(text, ' ');
        netdiag_text_string(text, units[i].name);
        if (count != 1)
            netdiag_text_char(text, 's');
        started = true;
    }
}

static void put_uptime(struct netdiag_text *text, const struct netdiag_head *head)
{
    if (head->system_error == NETDIAG_OK)
        netdiag_output_name(text, head->system.host, 0);
    else
        netdiag_text_string(text, "the device");
    netdiag_text_string(text, " uptime is ");
    if (head->time_error == NETDIAG_OK) {
        put_duration(text, head->time.uptime_ms / 1000);
        return;
    }
    netdiag_text_string(text, "not available: ");
    netdiag_text_string(text, netdiag_error_text(head->time_error));
}

void netdiag_text_version(struct netdiag_output *output, const struct netdiag_head *head)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_output_line(output, "netdiag Version " NETDIAG_VERSION);
    netdiag_text_start(&text, line, sizeof line);
    if (head->system_error == NETDIAG_OK) {
        netdiag_output_name(&text, head->system.product, 0);
        netdiag_text_string(&text, ", TCP/IP stack ");
        netdiag_output_name(&text, head->system.stack, 0);
    } else {
        netdiag_text_string(&text, "product and TCP/IP stack not available: ");
        netdiag_text_string(&text, netdiag_error_text(head->system_error));
    }
    netdiag_output_text(output, &text);
    netdiag_text_start(&text, line, sizeof line);
    put_uptime(&text, head);
    netdiag_output_text(output, &text);
}

const struct netdiag_renderer netdiag_render_text = {
    .draws = true,
    .begin = begin,
    .end = end,
    .refuse = refuse,
    .version = netdiag_text_version,
    .clock = netdiag_text_clock,
    .tcp_statistics = netdiag_text_tcp_statistics,
    .tcp_rate = netdiag_text_tcp_rate,
    .tcp_live = netdiag_text_tcp_live,
    .connections_begin = netdiag_text_connections_begin,
    .connection = netdiag_text_connection,
    .connections_end = netdiag_text_connections_end,
    .tcp_listeners = netdiag_text_tcp_listeners,
    .tcp_owners = netdiag_text_tcp_owners,
    .tcp_holding = netdiag_text_tcp_holding,
    .tcp_check = netdiag_text_tcp_check,
    .interfaces = netdiag_text_interfaces,
    .interface_counters = netdiag_text_interface_counters,
    .memory_pools = netdiag_text_memory_pools,
    .tcp_states = netdiag_text_tcp_states,
    .tcp_state = netdiag_text_tcp_state,
    .history_begin = netdiag_text_history_begin,
    .history_span = netdiag_text_history_span,
    .history = netdiag_text_history,
    .history_span_end = netdiag_text_history_span_end,
    .history_end = netdiag_text_history_end,
    .diagnosis_begin = netdiag_text_diagnosis_begin,
    .finding = netdiag_text_finding,
    .diagnosis_end = netdiag_text_diagnosis_end,
    .tcp_thresholds = netdiag_text_tcp_thresholds,
    .closed_begin = netdiag_text_closed_begin,
    .closed = netdiag_text_closed,
    .closed_end = netdiag_text_closed_end,
    .vlans_begin = netdiag_text_vlans_begin,
    .vlan = netdiag_text_vlan,
    .vlans_end = netdiag_text_vlans_end,
    .vlan_verify_begin = netdiag_text_vlan_verify_begin,
    .vlan_view = netdiag_text_vlan_view,
    .vlan_verify_end = netdiag_text_vlan_verify_end,
    .snmp = netdiag_text_snmp,
    .neighbors_begin = netdiag_text_neighbors_begin,
    .neighbor = netdiag_text_neighbor,
    .neighbors_end = netdiag_text_neighbors_end,
    .ping_begin = netdiag_text_ping_begin,
    .ping_echo = netdiag_text_ping_echo,
    .ping_end = netdiag_text_ping_end,
    .users_begin = netdiag_text_users_begin,
    .user = netdiag_text_user,
    .users_end = netdiag_text_users_end,
};
