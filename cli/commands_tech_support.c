/*
 * show tech-support tcp: everything that is known of TCP here, in one document for somebody who
 * sits elsewhere, or comes later. It has no other form than JSON.
 *
 * Each part is an object with what its own command shows as JSON; a part that the platform does
 * not give has an "error" in its place. Nothing in it is a secret: no passwords, no names of users.
 * It is written as it is read, a few rows at a time, so that its size costs no memory; "snapshot"
 * is what the rules of the diagnosis have seen, and `netdiag diagnose` reads it again.
 */
#include "cli/command.h"

#include <libcli.h>

#include "cli/arguments.h"
#include "cli/collect.h"
#include "cli/snapshot_json.h"
#include "stats/device.h"
#include "stats/tcp_baseline.h"
#include "stats/tcp_snapshot.h"
#include "stats/tcp_thresholds.h"
#include "stats/vlan_reader.h"

/* Fill the object of a part. False when the user stopped it. */
typedef bool put_part(struct netdiag_call *call);

/* In the place of what cannot be read. */
static bool put_error(struct netdiag_call *call, enum netdiag_error error)
{
    netdiag_json_problem(&call->output.json, "error", error, netdiag_error_text(error));
    return true;
}

/* A time that came to be after the answer began is 0 ago. */
static uint64_t ago(const struct netdiag_head *head, uint64_t then_ms)
{
    return head->time.uptime_ms > then_ms ? head->time.uptime_ms - then_ms : 0;
}

/* ---- counts ---- */

static bool put_thresholds(struct netdiag_call *call)
{
    struct netdiag_tcp_thresholds thresholds;

    netdiag_tcp_thresholds_get(call->diag, &thresholds);
    call->renderer->tcp_thresholds(&call->output, &thresholds);
    return true;
}

static bool put_statistics(struct netdiag_call *call)
{
    struct netdiag_tcp_baseline baseline;
    struct netdiag_tcp_statistics statistics;

    netdiag_tcp_baseline_get(call->diag, &baseline);
    netdiag_tcp_statistics_collect(call->diag, &baseline, &statistics);
    call->renderer->tcp_statistics(&call->output, NETDIAG_ZEROS_SHOWN, &statistics);
    return true;
}

static bool put_state_totals(struct netdiag_call *call)
{
    struct netdiag_tcp_state_report report;
    enum netdiag_error error;

    if (!netdiag_collect_states(call, &report, &error))
        return false;
    if (error != NETDIAG_OK)
        return put_error(call, error);
    call->renderer->tcp_states(&call->output, &report);
    return true;
}

static bool put_memory(struct netdiag_call *call)
{
    struct netdiag_memory_pools pools;
    enum netdiag_error error = netdiag_memory_pools_collect(call->diag, &pools);

    if (error != NETDIAG_OK)
        return put_error(call, error);
    call->renderer->memory_pools(&call->output, &pools);
    return true;
}

/* ---- who has what ---- */

static bool put_listeners(struct netdiag_call *call)
{
    struct netdiag_tcp_listeners listeners;
    enum netdiag_error error = netdiag_tcp_listeners_collect(call->diag, &listeners);

    if (error != NETDIAG_OK)
        return put_error(call, error);
    netdiag_tcp_listeners_name(call->diag, &listeners);
    call->renderer->tcp_listeners(&call->output, NETDIAG_LAYOUT_FULL, &listeners);
    return true;
}

static bool put_owners(struct netdiag_call *call)
{
    struct netdiag_tcp_owners owners;
    enum netdiag_error error;

    if (!netdiag_collect_owners(call, &owners, &error))
        return false;
    if (error != NETDIAG_OK)
        return put_error(call, error);
    call->renderer->tcp_owners(&call->output, &owners);
    return true;
}

static bool put_holders(struct netdiag_call *call)
{
    struct netdiag_tcp_holding holding;
    enum netdiag_error error;

    if (!netdiag_collect_holding(call, &holding, &error))
        return false;
    if (error != NETDIAG_OK)
        return put_error(call, error);
    call->renderer->tcp_holding(&call->output, &holding);
    return true;
}

/* ---- lists ---- */

static void put_chunk(struct netdiag_call *call, const struct netdiag_tcp_walk *walk,
                      struct netdiag_connections_end *ended)
{
    for (size_t i = 0; i < walk->count; i++) {
        struct netdiag_tcp_ages ages;

        if (ended->total++ >= CONFIG_NETDIAG_TECH_SUPPORT_ROWS)
            continue;
        ended->shown++;
        netdiag_tcp_ages_of(&walk->rows[i], call->head.time_error == NETDIAG_OK,
                            call->head.time.uptime_ms, &ages);
        call->renderer->connection(&call->output, NETDIAG_LAYOUT_FULL, &walk->rows[i], &ages);
    }
}

static bool put_connections(struct netdiag_call *call)
{
    struct netdiag_connections_end ended = {.error = NETDIAG_OK};
    struct netdiag_collect_progress progress;
    struct netdiag_tcp_walk walk;

    call->renderer->connections_begin(&call->output, NETDIAG_LAYOUT_FULL);
    netdiag_collect_start(call, 1, &progress);
    netdiag_tcp_walk_start(&walk);
    do {
        if (netdiag_collect_cancelled(&progress, walk.count))
            return false;
        ended.error = netdiag_tcp_walk_next(call->diag, &walk);
        put_chunk(call, &walk, &ended);
    } while (!walk.cursor.done && ended.error == NETDIAG_OK);
    ended.has_hold = walk.cursor.has_hold;
    ended.longest_hold_ns = walk.cursor.longest_hold_ns;
    call->renderer->connections_end(&call->output, NETDIAG_LAYOUT_FULL, &ended);
    return true;
}

static bool put_closed(struct netdiag_call *call)
{
    struct netdiag_tcp_endings endings;
    enum netdiag_error error = netdiag_tcp_endings_collect(call->diag, &endings);
    struct netdiag_closed_end end = {.total = endings.total};

    if (error != NETDIAG_OK)
        return put_error(call, error);
    end.looked_at = endings.count;
    end.shown = endings.count;
    call->renderer->closed_begin(&call->output);
    for (size_t i = 0; i < endings.count; i++) {
        struct netdiag_tcp_closed_ages ages;

        netdiag_tcp_closed_ages_of(&endings.rows[i], call->head.time_error == NETDIAG_OK,
                                   call->head.time.uptime_ms, &ages);
        call->renderer->closed(&call->output, &endings.rows[i], &ages);
    }
    call->renderer->closed_end(&call->output, &end);
    return true;
}

static bool put_neighbors(struct netdiag_call *call, enum netdiag_family family)
{
    struct netdiag_neighbors_end ended = {.count = 0, .error = NETDIAG_OK};
    struct netdiag_neighbor_reader reader;
    const struct netdiag_neighbor *row;

    netdiag_neighbor_reader_start(&reader, call->diag, family);
    call->renderer->neighbors_begin(&call->output, family);
    while ((row = netdiag_neighbor_reader_next(&reader, &ended.error)) != NULL) {
        if (netdiag_output_cancelled(&call->output))
            return false;
        call->renderer->neighbor(&call->output, family, row);
        ended.count++;
    }
    call->renderer->neighbors_end(&call->output, &ended);
    return true;
}

static bool put_arp(struct netdiag_call *call)
{
    return put_neighbors(call, NETDIAG_FAMILY_IPV4);
}

static bool put_ipv6_neighbors(struct netdiag_call *call)
{
    return put_neighbors(call, NETDIAG_FAMILY_IPV6);
}

static void put_scanner(struct netdiag_call *call, const struct netdiag_tcp_scanner *row)
{
    struct netdiag_json *json = &call->output.json;
    const struct netdiag_head *head = &call->head;
    bool has_now = head->time_error == NETDIAG_OK;
    char address[NETDIAG_ADDRESS_TEXT];

    netdiag_json_newline(json);
    netdiag_json_object(json);
    netdiag_json_member_string(json, "address", true,
                               netdiag_address_text(&row->source, address, sizeof address));
    netdiag_json_member_unsigned(json, "ports", true, row->ports);
    netdiag_json_key(json, "morePorts");
    netdiag_json_bool(json, row->more_ports);
    netdiag_json_member_unsigned(json, "segments", true, row->segments);
    netdiag_json_member_unsigned(json, "firstAgoMs", has_now, ago(head, row->first_ms));
    netdiag_json_member_unsigned(json, "lastAgoMs", has_now, ago(head, row->last_ms));
    netdiag_json_object_end(json);
}

/* Those heard last; "port-scan" is about them. No command of its own lists them. */
static bool put_scanners(struct netdiag_call *call)
{
    struct netdiag_tcp_scanner rows[CONFIG_NETDIAG_TCP_HOLDERS];
    struct netdiag_json *json = &call->output.json;
    size_t count = 0;
    enum netdiag_error error =
        netdiag_device_tcp_scanners(call->diag, rows, sizeof rows / sizeof rows[0], &count);

    if (error != NETDIAG_OK)
        return put_error(call, error);
    netdiag_json_key(json, "scanners");
    netdiag_json_array(json);
    for (size_t i = 0; i < count; i++)
        put_scanner(call, &rows[i]);
    netdiag_json_array_end(json);
    return true;
}

static bool put_vlans(struct netdiag_call *call)
{
    struct netdiag_vlans_end ended = {.count = 0, .error = NETDIAG_OK};
    struct netdiag_vlan_reader reader;
    const struct netdiag_vlan *vlan;

    netdiag_vlan_reader_start(&reader, call->diag, 0, NULL);
    call->renderer->vlans_begin(&call->output, NETDIAG_DETAIL_FULL);
    while ((vlan = netdiag_vlan_reader_next(&reader, &ended.error)) != NULL) {
        if (netdiag_output_cancelled(&call->output))
            return false;
        call->renderer->vlan(&call->output, NETDIAG_DETAIL_FULL, vlan);
        ended.count++;
    }
    call->renderer->vlans_end(&call->output, &ended);
    return true;
}

/* ---- interfaces and SNMP ---- */

static bool put_interfaces(struct netdiag_call *call)
{
    struct netdiag_interfaces interfaces;
    enum netdiag_error error = netdiag_interfaces_collect(call->diag, &interfaces);

    if (error != NETDIAG_OK)
        return put_error(call, error);
    call->renderer->interfaces(&call->output, &interfaces);
    return true;
}

static bool put_snmp(struct netdiag_call *call)
{
    struct netdiag_snmp snmp;
    enum netdiag_error error = netdiag_device_snmp(call->diag, &snmp);

    if (error != NETDIAG_OK) {
        netdiag_json_problem(&call->output.json, "error", error, netdiag_snmp_error_text(error));
        return true;
    }
    call->renderer->snmp(&call->output, &snmp);
    return true;
}

static bool is_cancelled(void *output)
{
    return netdiag_output_cancelled(output);
}

static bool put_vlan_verify(struct netdiag_call *call)
{
    struct netdiag_vlan_verify verify;
    const struct netdiag_vlan_view *view;
    enum netdiag_error error;

    netdiag_vlan_verify_start(&verify, call->diag, is_cancelled, &call->output);
    call->renderer->vlan_verify_begin(&call->output);
    while ((view = netdiag_vlan_verify_next(&verify, &error)) != NULL) {
        if (is_cancelled(&call->output))
            return false;
        call->renderer->vlan_view(&call->output, view);
    }
    call->renderer->vlan_verify_end(&call->output, &verify.summary, error);
    return true;
}

/* ---- the document ---- */

static const struct {
    const char *key;
    put_part *put;
} parts[] = {
    {"thresholds", put_thresholds},
    {"statistics", put_statistics},
    {"stateTotals", put_state_totals},
    {"listeners", put_listeners},
    {"owners", put_owners},
    {"holders", put_holders},
    {"connections", put_connections},
    {"closed", put_closed},
    {"memory", put_memory},
    {"scanners", put_scanners},
    {"arp", put_arp},
    {"ipv6Neighbors", put_ipv6_neighbors},
    {"vlans", put_vlans},
    {"vlanVerify", put_vlan_verify},
    {"interfaces", put_interfaces},
    {"snmp", put_snmp},
};

/* False when the user stopped it. */
static bool put_parts(struct netdiag_call *call)
{
    struct netdiag_json *json = &call->output.json;

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (netdiag_output_cancelled(&call->output))
            return false;
        netdiag_json_newline(json);
        netdiag_json_key(json, parts[i].key);
        netdiag_json_object(json);
        if (!parts[i].put(call))
            return false;
        netdiag_json_object_end(json);
        netdiag_output_progress_end(&call->output);
    }
    return true;
}

/* The snapshot and, from it and nothing else, the diagnosis. The same. */
static bool put_diagnosis(struct netdiag_call *call, enum netdiag_error *error)
{
    struct netdiag_json *json = &call->output.json;
    struct netdiag_collect_progress progress;
    struct netdiag_tcp_snapshot snapshot;

    netdiag_collect_start(call, 2, &progress);
    if (!netdiag_tcp_snapshot_take(call->diag, &snapshot, netdiag_collect_cancelled, &progress,
                                   error))
        return false;
    netdiag_json_newline(json);
    netdiag_json_key(json, "snapshot");
    netdiag_json_object(json);
    if (*error == NETDIAG_OK)
        netdiag_json_fields(json, netdiag_tcp_snapshot_fields, &snapshot);
    else
        put_error(call, *error);
    netdiag_json_object_end(json);
    netdiag_json_newline(json);
    netdiag_json_key(json, "diagnosis");
    netdiag_json_object(json);
    if (*error == NETDIAG_OK)
        netdiag_diagnosis_json(json, &snapshot);
    else
        put_error(call, *error);
    netdiag_json_object_end(json);
    return true;
}

static enum netdiag_status show_tech_support(struct netdiag_call *call)
{
    enum netdiag_error error = NETDIAG_OK;

    call->renderer = netdiag_command_json();
    netdiag_call_begin(call);
    call->renderer->version(&call->output, &call->head);
    if (!put_parts(call) || !put_diagnosis(call, &error))
        return netdiag_call_stopped(call);
    netdiag_call_end(call);
    if (error == NETDIAG_ERROR_DOWN)
        return NETDIAG_STATUS_UNREACHABLE;
    return error == NETDIAG_OK ? NETDIAG_STATUS_OK : NETDIAG_STATUS_FAILED;
}

static const struct netdiag_argument json_only[] = {
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

const struct netdiag_command netdiag_commands_tech_support[] = {
    {.path = "show tech-support",
     .help = "Everything at once, for those who help from elsewhere",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY},
    {.path = "show tech-support tcp",
     .help = "All of TCP as one JSON document, which netdiag diagnose reads",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = json_only,
     .run = show_tech_support},
    {.path = NULL},
};
