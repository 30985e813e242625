/*
 * The JSON renderer: its table, the head of every answer, errors, and `show version`.
 */
#include "cli/render.h"

#include "cli/calendar.h"
#include "cli/text_parts.h"

static void emit(void *ctx, const char *line)
{
    netdiag_output_line(ctx, line);
}

static void member_time(struct netdiag_json *json, const struct netdiag_head *head)
{
    char bytes[32];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_json_key(json, "time");
    if (head->time_error == NETDIAG_OK && head->time.has_wall &&
        netdiag_text_date_time(&text, head->time.wall_ms))
        netdiag_json_string(json, bytes);
    else
        netdiag_json_null(json);
    netdiag_json_key(json, "uptimeMs");
    if (head->time_error == NETDIAG_OK)
        netdiag_json_unsigned(json, head->time.uptime_ms);
    else
        netdiag_json_null(json);
}

/* A string of the system's record, null when the platform did not give the record. */
static void member_system(struct netdiag_json *json, const char *key,
                          const struct netdiag_head *head, const char *string)
{
    netdiag_json_key(json, key);
    if (head->system_error == NETDIAG_OK)
        netdiag_json_string(json, string);
    else
        netdiag_json_null(json);
}

static void open_answer(struct netdiag_output *output, const char *command)
{
    struct netdiag_json *json = &output->json;

    netdiag_json_start(json, emit, output);
    netdiag_json_object(json);
    netdiag_json_key(json, "schema");
    netdiag_json_unsigned(json, NETDIAG_JSON_SCHEMA);
    netdiag_json_key(json, "command");
    netdiag_json_string(json, command);
}

static void member_since(struct netdiag_json *json, const struct netdiag_tcp_cleared *cleared)
{
    netdiag_json_key(json, "countersSinceMs");
    if (!cleared->ever)
        netdiag_json_unsigned(json, 0);
    else if (cleared->has_uptime)
        netdiag_json_unsigned(json, cleared->uptime_ms);
    else
        netdiag_json_null(json);
}

static void begin(struct netdiag_output *output, const struct netdiag_head *head)
{
    struct netdiag_json *json = &output->json;

    open_answer(output, head->command);
    member_system(json, "host", head, head->system.host);
    member_time(json, head);
    member_since(json, &head->cleared);
    netdiag_json_newline(json);
}

static void end(struct netdiag_output *output)
{
    netdiag_json_object_end(&output->json);
    netdiag_json_end(&output->json);
}

void netdiag_json_problem(struct netdiag_json *json, const char *key, enum netdiag_error error,
                          const char *text)
{
    netdiag_json_key(json, key);
    netdiag_json_object(json);
    netdiag_json_key(json, "code");
    netdiag_json_string(json, netdiag_error_code(error));
    netdiag_json_key(json, "text");
    netdiag_json_string(json, text);
    netdiag_json_object_end(json);
}

static void refuse(struct netdiag_output *output, const struct netdiag_refusal *refusal)
{
    open_answer(output, refusal->command);
    netdiag_json_problem(&output->json, "error", refusal->error, refusal->text);
    end(output);
}

void netdiag_json_version(struct netdiag_output *output, const struct netdiag_head *head)
{
    struct netdiag_json *json = &output->json;

    netdiag_json_key(json, "version");
    netdiag_json_string(json, NETDIAG_VERSION);
    member_system(json, "product", head, head->system.product);
    member_system(json, "stack", head, head->system.stack);
}

const struct netdiag_renderer netdiag_render_json = {
    .draws = false, /* each frame is a document, and a program reads them one after the other */
    .begin = begin,
    .end = end,
    .refuse = refuse,
    .version = netdiag_json_version,
    .clock = netdiag_json_clock,
    .tcp_statistics = netdiag_json_tcp_statistics,
    .tcp_rate = netdiag_json_tcp_rate,
    .tcp_live = netdiag_json_tcp_live,
    .connections_begin = netdiag_json_connections_begin,
    .connection = netdiag_json_connection,
    .connections_end = netdiag_json_connections_end,
    .tcp_listeners = netdiag_json_tcp_listeners,
    .tcp_owners = netdiag_json_tcp_owners,
    .tcp_holding = netdiag_json_tcp_holding,
    .tcp_check = netdiag_json_tcp_check,
    .interfaces = netdiag_json_interfaces,
    .interface_counters = netdiag_json_interfaces,
    .memory_pools = netdiag_json_memory_pools,
    .tcp_states = netdiag_json_tcp_states,
    .tcp_state = netdiag_json_tcp_state,
    .history_begin = netdiag_json_history_begin,
    .history_span = netdiag_json_history_span,
    .history = netdiag_json_history,
    .history_span_end = netdiag_json_history_span_end,
    .history_end = netdiag_json_history_end,
    .diagnosis_begin = netdiag_json_diagnosis_begin,
    .finding = netdiag_json_finding,
    .diagnosis_end = netdiag_json_diagnosis_end,
    .tcp_thresholds = netdiag_json_tcp_thresholds,
    .closed_begin = netdiag_json_closed_begin,
    .closed = netdiag_json_closed,
    .closed_end = netdiag_json_closed_end,
    .vlans_begin = netdiag_json_vlans_begin,
    .vlan = netdiag_json_vlan,
    .vlans_end = netdiag_json_vlans_end,
    .vlan_verify_begin = netdiag_json_vlan_verify_begin,
    .vlan_view = netdiag_json_vlan_view,
    .vlan_verify_end = netdiag_json_vlan_verify_end,
    .snmp = netdiag_json_snmp,
    .neighbors_begin = netdiag_json_neighbors_begin,
    .neighbor = netdiag_json_neighbor,
    .neighbors_end = netdiag_json_neighbors_end,
    .ping_begin = netdiag_json_ping_begin,
    .ping_echo = netdiag_json_ping_echo,
    .ping_end = netdiag_json_ping_end,
    .users_begin = netdiag_json_users_begin,
    .user = netdiag_json_user,
    .users_end = netdiag_json_users_end,
};
