/*
 * The rules of the diagnosis. Each is a pure function of a snapshot: it answers whether there is
 * something to tell, and then fills the finding, whose code and state are set already. The table of
 * them is in stats/tcp_diagnosis.c.
 */
#ifndef NETDIAG_STATS_TCP_RULES_H
#define NETDIAG_STATS_TCP_RULES_H

#include "stats/tcp_finding.h"
#include "stats/tcp_snapshot.h"

typedef bool netdiag_tcp_rule_function(const struct netdiag_tcp_snapshot *snapshot,
                                       struct netdiag_tcp_finding *finding);

/* Connections that are being opened: stats/tcp_rules_opening.c */
netdiag_tcp_rule_function netdiag_tcp_rule_syn_flood;
netdiag_tcp_rule_function netdiag_tcp_rule_syn_sent_one_target;
netdiag_tcp_rule_function netdiag_tcp_rule_syn_sent_scan;
netdiag_tcp_rule_function netdiag_tcp_rule_unknown_listener;
netdiag_tcp_rule_function netdiag_tcp_rule_port_scan;

/* That are established: stats/tcp_rules_established.c */
netdiag_tcp_rule_function netdiag_tcp_rule_stale_established;
netdiag_tcp_rule_function netdiag_tcp_rule_reconnecting_client;
netdiag_tcp_rule_function netdiag_tcp_rule_accept_queue_full;
netdiag_tcp_rule_function netdiag_tcp_rule_receive_stall;
netdiag_tcp_rule_function netdiag_tcp_rule_send_stall;

/* That are being closed: stats/tcp_rules_closing.c */
netdiag_tcp_rule_function netdiag_tcp_rule_close_wait_leak;
netdiag_tcp_rule_function netdiag_tcp_rule_fin_wait_stuck;
netdiag_tcp_rule_function netdiag_tcp_rule_last_ack_stuck;
netdiag_tcp_rule_function netdiag_tcp_rule_closing_stuck;
netdiag_tcp_rule_function netdiag_tcp_rule_time_wait_pile;
netdiag_tcp_rule_function netdiag_tcp_rule_bind_blocked;

/* What they are taken from, and how segments fare: stats/tcp_rules_resources.c */
netdiag_tcp_rule_function netdiag_tcp_rule_pool_exhaustion;
netdiag_tcp_rule_function netdiag_tcp_rule_memory_pool_exhausted;
netdiag_tcp_rule_function netdiag_tcp_rule_retransmission_rise;
netdiag_tcp_rule_function netdiag_tcp_rule_reset_rise;

/*
 * What rules share. A fact is added by its key, which is a constant string; what `add_text` adds
 * is the snapshot's, and is left out when it is "".
 */
void netdiag_tcp_add_number(struct netdiag_tcp_finding *finding, const char *key,
                            enum netdiag_evidence_kind kind, uint64_t number);
void netdiag_tcp_add_bounded(struct netdiag_tcp_finding *finding, const char *key, uint64_t number,
                             bool is_more);
void netdiag_tcp_add_address(struct netdiag_tcp_finding *finding, const char *key,
                             const struct netdiag_address *address);
void netdiag_tcp_add_text(struct netdiag_tcp_finding *finding, const char *key, const char *text);
void netdiag_tcp_add_word(struct netdiag_tcp_finding *finding, const char *key, const char *word);

/* So many per cent of the pool; left out when nobody knows how large it is. */
void netdiag_tcp_add_pool_percent(struct netdiag_tcp_finding *finding,
                                  const struct netdiag_tcp_snapshot *snapshot, uint64_t count);

static inline void netdiag_tcp_add_count(struct netdiag_tcp_finding *finding, const char *key,
                                         uint64_t count)
{
    netdiag_tcp_add_number(finding, key, NETDIAG_EVIDENCE_COUNT, count);
}

static inline void netdiag_tcp_add_ms(struct netdiag_tcp_finding *finding, const char *key,
                                      uint64_t ms)
{
    netdiag_tcp_add_number(finding, key, NETDIAG_EVIDENCE_MS, ms);
}

static inline void netdiag_tcp_add_port(struct netdiag_tcp_finding *finding, uint16_t port)
{
    netdiag_tcp_add_number(finding, "port", NETDIAG_EVIDENCE_PORT, port);
}

static inline void netdiag_tcp_add_owner(struct netdiag_tcp_finding *finding,
                                         const struct netdiag_owner *owner)
{
    netdiag_tcp_add_text(finding, "owner", owner->name);
}

/* Whether `count` is `percent` per cent of `whole` or more; of nothing, nothing is. */
bool netdiag_tcp_is_share(uint64_t count, uint64_t whole, uint32_t percent);

/* Whether so many connections are so many per cent of the pool; not when nobody knows its size. */
bool netdiag_tcp_is_pool_share(const struct netdiag_tcp_snapshot *snapshot, uint64_t count,
                               uint32_t percent);

#endif
