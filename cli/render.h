/*
 * A renderer: one typed function for each kind of record, all mandatory.
 *
 * Text is one table, JSON another, and which is used is decided once, in the dispatcher. A
 * renderer prints what it is given, decides nothing, and asks the device nothing.
 */
#ifndef NETDIAG_CLI_RENDER_H
#define NETDIAG_CLI_RENDER_H

#include "cli/diagnosis.h"
#include "cli/output.h"
#include "netdiag/netdiag.h"
#include "stats/interfaces.h"
#include "stats/memory_pools.h"
#include "stats/neighbors.h"
#include "stats/ping.h"
#include "stats/tcp_check.h"
#include "stats/tcp_holders.h"
#include "stats/tcp_lists.h"
#include "stats/tcp_owners.h"
#include "stats/tcp_rate.h"
#include "stats/tcp_state_report.h"
#include "stats/tcp_statistics.h"
#include "stats/tcp_walk.h"
#include "stats/vlan_verify.h"

struct netdiag_live_view;
struct netdiag_session_row;

/* What stands at the head of a command's answer. */
struct netdiag_head {
    const char *command; /* its full words, "show tcp statistics" */
    enum netdiag_error system_error;
    struct netdiag_system system;
    enum netdiag_error time_error;
    struct netdiag_time time;
    struct netdiag_tcp_cleared cleared;
};

/* Why a command gives nothing. */
struct netdiag_refusal {
    const char *command;
    enum netdiag_error error;
    const char *text; /* one clause, no full stop */
};

/* How much of a list a renderer shows, where its format leaves a choice. */
enum netdiag_detail {
    NETDIAG_DETAIL_TABLE, /* a line for each */
    NETDIAG_DETAIL_FULL,  /* all that is known of each */
};

/* Whether a renderer shows what is 0. What is not counted is always shown. */
enum netdiag_zeros {
    NETDIAG_ZEROS_SHOWN,
    NETDIAG_ZEROS_HIDDEN,
};

/* How a list of VLANs ended. */
struct netdiag_vlans_end {
    size_t count;             /* how many were shown */
    enum netdiag_error error; /* NETDIAG_OK: those are all */
};

/* How connections are laid out. JSON has one way for all. */
enum netdiag_layout {
    NETDIAG_LAYOUT_TABLE,   /* a line for each */
    NETDIAG_LAYOUT_FULL,    /* all that is known of each */
    NETDIAG_LAYOUT_BRIEF,   /* the columns of Cisco's show tcp brief */
    NETDIAG_LAYOUT_NETSTAT, /* of netstat -nat */
    NETDIAG_LAYOUT_LSOF,    /* of lsof -i */
};

/* How a walk over the connections ended. */
struct netdiag_connections_end {
    size_t total; /* how many there were */
    size_t shown;
    bool has_hold; /* the next field is known */
    uint64_t longest_hold_ns;
    enum netdiag_error error; /* NETDIAG_OK: those are all */
};

/* How a list of neighbours ended. */
struct netdiag_neighbors_end {
    size_t count;             /* how many were shown */
    enum netdiag_error error; /* NETDIAG_OK: those are all */
};

/* How many connections ended. */
struct netdiag_closed_end {
    uint64_t total;   /* since boot */
    size_t looked_at; /* the last of them */
    size_t shown;
};

/* A metric's past. */
struct netdiag_tcp_graph {
    bool recorded;            /* something is known, be it of another metric */
    size_t index;             /* how many of the command's stand before it */
    enum netdiag_error error; /* why of the series only the metric and span are known */
    struct netdiag_tcp_series series;
    bool has_now; /* the next field is known */
    uint32_t now;
    uint32_t capacity; /* how many there can be; 0: nothing bounds it, or the device does not say */
};

struct netdiag_renderer {
    /* For people: on a screen a live view is drawn anew in place, frame over frame. */
    bool draws;

    void (*begin)(struct netdiag_output *output, const struct netdiag_head *head);
    void (*end)(struct netdiag_output *output);
    void (*refuse)(struct netdiag_output *output, const struct netdiag_refusal *refusal);

    void (*version)(struct netdiag_output *output, const struct netdiag_head *head);
    void (*clock)(struct netdiag_output *output, const struct netdiag_head *head);
    void (*tcp_statistics)(struct netdiag_output *output, enum netdiag_zeros zeros,
                           const struct netdiag_tcp_statistics *statistics);
    void (*tcp_rate)(struct netdiag_output *output, const struct netdiag_tcp_rate *rate);
    void (*tcp_live)(struct netdiag_output *output, const struct netdiag_head *head,
                     const struct netdiag_live_view *view);

    /* A list: its begin, each of its rows, its end. */
    void (*connections_begin)(struct netdiag_output *output, enum netdiag_layout layout);
    void (*connection)(struct netdiag_output *output, enum netdiag_layout layout,
                       const struct netdiag_tcp_connection *row,
                       const struct netdiag_tcp_ages *ages);
    void (*connections_end)(struct netdiag_output *output, enum netdiag_layout layout,
                            const struct netdiag_connections_end *end);

    void (*tcp_listeners)(struct netdiag_output *output, enum netdiag_layout layout,
                          const struct netdiag_tcp_listeners *listeners);
    void (*tcp_owners)(struct netdiag_output *output, const struct netdiag_tcp_owners *owners);
    void (*tcp_holding)(struct netdiag_output *output, const struct netdiag_tcp_holding *holding);
    void (*tcp_check)(struct netdiag_output *output, const struct netdiag_tcp_check *check);
    /* What each is, and what it counted; JSON has both in one. */
    void (*interfaces)(struct netdiag_output *output, const struct netdiag_interfaces *interfaces);
    void (*interface_counters)(struct netdiag_output *output,
                               const struct netdiag_interfaces *interfaces);
    void (*memory_pools)(struct netdiag_output *output, const struct netdiag_memory_pools *pools);
    void (*tcp_thresholds)(struct netdiag_output *output,
                           const struct netdiag_tcp_thresholds *thresholds);

    /* All states, or one with its explanation. */
    void (*tcp_states)(struct netdiag_output *output,
                       const struct netdiag_tcp_state_report *report);
    void (*tcp_state)(struct netdiag_output *output, enum netdiag_tcp_state state,
                      const struct netdiag_tcp_state_report *report);

    /* The past of metrics: its begin, each span, in it each metric, the ends. `recorded`:
     * something at all is. */
    void (*history_begin)(struct netdiag_output *output, bool recorded);
    void (*history_span)(struct netdiag_output *output, enum netdiag_tcp_span span);
    void (*history)(struct netdiag_output *output, const struct netdiag_tcp_graph *graph);
    void (*history_span_end)(struct netdiag_output *output);
    void (*history_end)(struct netdiag_output *output);

    /* A diagnosis: its begin, each of its findings, its end. */
    void (*diagnosis_begin)(struct netdiag_output *output,
                            const struct netdiag_tcp_diagnosis *diagnosis);
    void (*finding)(struct netdiag_output *output, const struct netdiag_tcp_finding *finding);
    void (*diagnosis_end)(struct netdiag_output *output,
                          const struct netdiag_diagnosis_looked *looked);

    /* Another. */
    void (*closed_begin)(struct netdiag_output *output);
    void (*closed)(struct netdiag_output *output, const struct netdiag_tcp_closed *row,
                   const struct netdiag_tcp_closed_ages *ages);
    void (*closed_end)(struct netdiag_output *output, const struct netdiag_closed_end *end);

    /* Another. */
    void (*vlans_begin)(struct netdiag_output *output, enum netdiag_detail detail);
    void (*vlan)(struct netdiag_output *output, enum netdiag_detail detail,
                 const struct netdiag_vlan *vlan);
    void (*vlans_end)(struct netdiag_output *output, const struct netdiag_vlans_end *end);

    /* Another, of what is said of the ifIndex of each; `error`: why it broke off. */
    void (*vlan_verify_begin)(struct netdiag_output *output);
    void (*vlan_view)(struct netdiag_output *output, const struct netdiag_vlan_view *view);
    void (*vlan_verify_end)(struct netdiag_output *output,
                            const struct netdiag_vlan_verify_summary *summary,
                            enum netdiag_error error);

    void (*snmp)(struct netdiag_output *output, const struct netdiag_snmp *snmp);

    /* Another, of the family: ARP's table or IPv6's cache. */
    void (*neighbors_begin)(struct netdiag_output *output, enum netdiag_family family);
    void (*neighbor)(struct netdiag_output *output, enum netdiag_family family,
                     const struct netdiag_neighbor *row);
    void (*neighbors_end)(struct netdiag_output *output, const struct netdiag_neighbors_end *end);

    /*
     * What a ping is about to do, that one more echo is done, and what came of all; `error`: why it
     * broke off.
     */
    void (*ping_begin)(struct netdiag_output *output, const struct netdiag_ping *ping);
    void (*ping_echo)(struct netdiag_output *output, const struct netdiag_ping *ping);
    void (*ping_end)(struct netdiag_output *output, const struct netdiag_ping *ping,
                     enum netdiag_error error);

    void (*users_begin)(struct netdiag_output *output);
    void (*user)(struct netdiag_output *output, const struct netdiag_session_row *row);
    void (*users_end)(struct netdiag_output *output);
};

extern const struct netdiag_renderer netdiag_render_text;
extern const struct netdiag_renderer netdiag_render_json;

/* The functions of the text table, one file for each area. */
void netdiag_text_version(struct netdiag_output *output, const struct netdiag_head *head);
void netdiag_text_tcp_statistics(struct netdiag_output *output, enum netdiag_zeros zeros,
                                 const struct netdiag_tcp_statistics *statistics);
void netdiag_text_tcp_rate(struct netdiag_output *output, const struct netdiag_tcp_rate *rate);
void netdiag_text_tcp_live(struct netdiag_output *output, const struct netdiag_head *head,
                           const struct netdiag_live_view *view);
void netdiag_text_connections_begin(struct netdiag_output *output, enum netdiag_layout layout);
void netdiag_text_connection(struct netdiag_output *output, enum netdiag_layout layout,
                             const struct netdiag_tcp_connection *row,
                             const struct netdiag_tcp_ages *ages);
void netdiag_text_connections_end(struct netdiag_output *output, enum netdiag_layout layout,
                                  const struct netdiag_connections_end *end);
void netdiag_text_tcp_listeners(struct netdiag_output *output, enum netdiag_layout layout,
                                const struct netdiag_tcp_listeners *listeners);
void netdiag_text_tcp_owners(struct netdiag_output *output,
                             const struct netdiag_tcp_owners *owners);
void netdiag_text_tcp_holding(struct netdiag_output *output,
                              const struct netdiag_tcp_holding *holding);
void netdiag_text_tcp_check(struct netdiag_output *output, const struct netdiag_tcp_check *check);
void netdiag_text_interfaces(struct netdiag_output *output,
                             const struct netdiag_interfaces *interfaces);
void netdiag_text_interface_counters(struct netdiag_output *output,
                                     const struct netdiag_interfaces *interfaces);
void netdiag_text_memory_pools(struct netdiag_output *output,
                               const struct netdiag_memory_pools *pools);
void netdiag_text_tcp_states(struct netdiag_output *output,
                             const struct netdiag_tcp_state_report *report);
void netdiag_text_tcp_state(struct netdiag_output *output, enum netdiag_tcp_state state,
                            const struct netdiag_tcp_state_report *report);
void netdiag_text_history_begin(struct netdiag_output *output, bool recorded);
void netdiag_text_history_span(struct netdiag_output *output, enum netdiag_tcp_span span);
void netdiag_text_history(struct netdiag_output *output, const struct netdiag_tcp_graph *graph);
void netdiag_text_history_span_end(struct netdiag_output *output);
void netdiag_text_history_end(struct netdiag_output *output);
void netdiag_text_diagnosis_begin(struct netdiag_output *output,
                                  const struct netdiag_tcp_diagnosis *diagnosis);
void netdiag_text_finding(struct netdiag_output *output, const struct netdiag_tcp_finding *finding);
void netdiag_text_diagnosis_end(struct netdiag_output *output,
                                const struct netdiag_diagnosis_looked *looked);
void netdiag_text_tcp_thresholds(struct netdiag_output *output,
                                 const struct netdiag_tcp_thresholds *thresholds);
void netdiag_text_closed_begin(struct netdiag_output *output);
void netdiag_text_closed(struct netdiag_output *output, const struct netdiag_tcp_closed *row,
                         const struct netdiag_tcp_closed_ages *ages);
void netdiag_text_closed_end(struct netdiag_output *output, const struct netdiag_closed_end *end);
void netdiag_text_vlans_begin(struct netdiag_output *output, enum netdiag_detail detail);
void netdiag_text_vlan(struct netdiag_output *output, enum netdiag_detail detail,
                       const struct netdiag_vlan *vlan);
void netdiag_text_vlans_end(struct netdiag_output *output, const struct netdiag_vlans_end *end);
void netdiag_text_vlan_verify_begin(struct netdiag_output *output);
void netdiag_text_vlan_view(struct netdiag_output *output, const struct netdiag_vlan_view *view);
void netdiag_text_vlan_verify_end(struct netdiag_output *output,
                                  const struct netdiag_vlan_verify_summary *summary,
                                  enum netdiag_error error);
void netdiag_text_snmp(struct netdiag_output *output, const struct netdiag_snmp *snmp);
void netdiag_text_neighbors_begin(struct netdiag_output *output, enum netdiag_family family);
void netdiag_text_neighbor(struct netdiag_output *output, enum netdiag_family family,
                           const struct netdiag_neighbor *row);
void netdiag_text_neighbors_end(struct netdiag_output *output,
                                const struct netdiag_neighbors_end *end);
void netdiag_text_ping_begin(struct netdiag_output *output, const struct netdiag_ping *ping);
void netdiag_text_ping_echo(struct netdiag_output *output, const struct netdiag_ping *ping);
void netdiag_text_ping_end(struct netdiag_output *output, const struct netdiag_ping *ping,
                           enum netdiag_error error);
void netdiag_text_clock(struct netdiag_output *output, const struct netdiag_head *head);
void netdiag_text_users_begin(struct netdiag_output *output);
void netdiag_text_user(struct netdiag_output *output, const struct netdiag_session_row *row);
void netdiag_text_users_end(struct netdiag_output *output);

/* A time of day in Cisco's form, "10:45:12.123 UTC Fri Nov 20 2026"; false: no calendar has it. */
bool netdiag_text_put_clock(struct netdiag_text *text, int64_t wall_ms);

/* Connections by their states, "12 ESTABLISHED, 3 TIME-WAIT"; by enum netdiag_tcp_state. */
void netdiag_text_owned_states(struct netdiag_text *text, const uint32_t count[]);

/* The layouts of other tools, for the functions above. */
void netdiag_text_peers_begin(struct netdiag_output *output, enum netdiag_layout layout);
void netdiag_text_peers_row(struct netdiag_output *output, enum netdiag_layout layout,
                            const struct netdiag_tcp_connection *row);
void netdiag_text_peers_listeners(struct netdiag_output *output, enum netdiag_layout layout,
                                  const struct netdiag_tcp_listeners *listeners);

/* The functions of the JSON table. */
void netdiag_json_version(struct netdiag_output *output, const struct netdiag_head *head);
void netdiag_json_tcp_statistics(struct netdiag_output *output, enum netdiag_zeros zeros,
                                 const struct netdiag_tcp_statistics *statistics);
void netdiag_json_tcp_rate(struct netdiag_output *output, const struct netdiag_tcp_rate *rate);
void netdiag_json_tcp_live(struct netdiag_output *output, const struct netdiag_head *head,
                           const struct netdiag_live_view *view);
void netdiag_json_connections_begin(struct netdiag_output *output, enum netdiag_layout layout);
void netdiag_json_connection(struct netdiag_output *output, enum netdiag_layout layout,
                             const struct netdiag_tcp_connection *row,
                             const struct netdiag_tcp_ages *ages);
void netdiag_json_connections_end(struct netdiag_output *output, enum netdiag_layout layout,
                                  const struct netdiag_connections_end *end);
void netdiag_json_tcp_listeners(struct netdiag_output *output, enum netdiag_layout layout,
                                const struct netdiag_tcp_listeners *listeners);
void netdiag_json_tcp_owners(struct netdiag_output *output,
                             const struct netdiag_tcp_owners *owners);
void netdiag_json_tcp_holding(struct netdiag_output *output,
                              const struct netdiag_tcp_holding *holding);
void netdiag_json_tcp_check(struct netdiag_output *output, const struct netdiag_tcp_check *check);
void netdiag_json_interfaces(struct netdiag_output *output,
                             const struct netdiag_interfaces *interfaces);
void netdiag_json_memory_pools(struct netdiag_output *output,
                               const struct netdiag_memory_pools *pools);
void netdiag_json_tcp_states(struct netdiag_output *output,
                             const struct netdiag_tcp_state_report *report);
void netdiag_json_tcp_state(struct netdiag_output *output, enum netdiag_tcp_state state,
                            const struct netdiag_tcp_state_report *report);
void netdiag_json_history_begin(struct netdiag_output *output, bool recorded);
void netdiag_json_history_span(struct netdiag_output *output, enum netdiag_tcp_span span);
void netdiag_json_history(struct netdiag_output *output, const struct netdiag_tcp_graph *graph);
void netdiag_json_history_span_end(struct netdiag_output *output);
void netdiag_json_history_end(struct netdiag_output *output);
void netdiag_json_diagnosis_begin(struct netdiag_output *output,
                                  const struct netdiag_tcp_diagnosis *diagnosis);
void netdiag_json_finding(struct netdiag_output *output, const struct netdiag_tcp_finding *finding);
void netdiag_json_diagnosis_end(struct netdiag_output *output,
                                const struct netdiag_diagnosis_looked *looked);
void netdiag_json_tcp_thresholds(struct netdiag_output *output,
                                 const struct netdiag_tcp_thresholds *thresholds);
void netdiag_json_closed_begin(struct netdiag_output *output);
void netdiag_json_closed(struct netdiag_output *output, const struct netdiag_tcp_closed *row,
                         const struct netdiag_tcp_closed_ages *ages);
void netdiag_json_closed_end(struct netdiag_output *output, const struct netdiag_closed_end *end);
void netdiag_json_vlans_begin(struct netdiag_output *output, enum netdiag_detail detail);
void netdiag_json_vlan(struct netdiag_output *output, enum netdiag_detail detail,
                       const struct netdiag_vlan *vlan);
void netdiag_json_vlans_end(struct netdiag_output *output, const struct netdiag_vlans_end *end);
void netdiag_json_vlan_verify_begin(struct netdiag_output *output);
void netdiag_json_vlan_view(struct netdiag_output *output, const struct netdiag_vlan_view *view);
void netdiag_json_vlan_verify_end(struct netdiag_output *output,
                                  const struct netdiag_vlan_verify_summary *summary,
                                  enum netdiag_error error);
void netdiag_json_snmp(struct netdiag_output *output, const struct netdiag_snmp *snmp);
void netdiag_json_neighbors_begin(struct netdiag_output *output, enum netdiag_family family);
void netdiag_json_neighbor(struct netdiag_output *output, enum netdiag_family family,
                           const struct netdiag_neighbor *row);
void netdiag_json_neighbors_end(struct netdiag_output *output,
                                const struct netdiag_neighbors_end *end);
void netdiag_json_ping_begin(struct netdiag_output *output, const struct netdiag_ping *ping);
void netdiag_json_ping_echo(struct netdiag_output *output, const struct netdiag_ping *ping);
void netdiag_json_ping_end(struct netdiag_output *output, const struct netdiag_ping *ping,
                           enum netdiag_error error);
void netdiag_json_clock(struct netdiag_output *output, const struct netdiag_head *head);
void netdiag_json_users_begin(struct netdiag_output *output);
void netdiag_json_user(struct netdiag_output *output, const struct netdiag_session_row *row);
void netdiag_json_users_end(struct netdiag_output *output);

/* A member {"code":…,"text":…} of that key. */
void netdiag_json_problem(struct netdiag_json *json, const char *key, enum netdiag_error error,
                          const char *text);

#endif
