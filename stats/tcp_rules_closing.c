/*
 * Rules for connections that are being closed, and for what they keep from being opened.
 */
#include "stats/tcp_rules.h"

bool netdiag_tcp_rule_close_wait_leak(const struct netdiag_tcp_snapshot *snapshot,
                                      struct netdiag_tcp_finding *finding)
{
    const struct netdiag_seen_plight *leak = &snapshot->leak;
    uint32_t critical = snapshot->thresholds.value[NETDIAG_TCP_THRESHOLD_POOL_WARNING];

    if (leak->count == 0)
        return false;
    if (netdiag_tcp_is_pool_share(snapshot, snapshot->leaks, critical))
        finding->severity = NETDIAG_TCP_SEVERITY_CRITICAL;
    netdiag_tcp_add_count(finding, "connections", leak->count);
    netdiag_tcp_add_count(finding, "others", snapshot->leaks - leak->count);
    netdiag_tcp_add_owner(finding, &leak->connection.owner);
    netdiag_tcp_add_port(finding, leak->connection.port);
    netdiag_tcp_add_number(finding, "connection", NETDIAG_EVIDENCE_ID, leak->connection.id);
    netdiag_tcp_add_address(finding, "remote", &leak->connection.remote);
    netdiag_tcp_add_ms(finding, "oldestMs", leak->longest_ms);
    netdiag_tcp_add_pool_percent(finding, snapshot, snapshot->leaks);
    return true;
}

/* What is the same of all that wait for a segment of the peer's. */
static void tell_stuck(const struct netdiag_seen_plight *stuck, struct netdiag_tcp_finding *finding)
{
    netdiag_tcp_add_number(finding, "connection", NETDIAG_EVIDENCE_ID, stuck->connection.id);
    netdiag_tcp_add_address(finding, "remote", &stuck->connection.remote);
    netdiag_tcp_add_port(finding, stuck->connection.port);
    netdiag_tcp_add_owner(finding, &stuck->connection.owner);
    netdiag_tcp_add_ms(finding, "oldestMs", stuck->longest_ms);
    if (stuck->has_free_in)
        netdiag_tcp_add_ms(finding, "freeMs", stuck->free_in_ms);
    netdiag_tcp_add_count(finding, "retransmissions", stuck->retries);
}

bool netdiag_tcp_rule_fin_wait_stuck(const struct netdiag_tcp_snapshot *snapshot,
                                     struct netdiag_tcp_finding *finding)
{
    const struct netdiag_seen_plight *stuck = &snapshot->fin_wait;

    if (stuck->count == 0)
        return false;
    if (stuck->connection.state == NETDIAG_TCP_FIN_WAIT_1)
        finding->variant = NETDIAG_TCP_FIN_WAIT_ACK;
    else
        finding->variant =
            stuck->has_free_in ? NETDIAG_TCP_FIN_WAIT_FIN : NETDIAG_TCP_FIN_WAIT_OPEN;
    netdiag_tcp_add_count(finding, "connections", stuck->count);
    netdiag_tcp_add_count(finding, "finWait1", snapshot->fin_wait_1);
    netdiag_tcp_add_count(finding, "finWait2", snapshot->fin_wait_2);
    tell_stuck(stuck, finding);
    return true;
}

static bool tell_each_stuck(const struct netdiag_seen_plight *stuck,
                            struct netdiag_tcp_finding *finding)
{
    if (stuck->count == 0)
        return false;
    netdiag_tcp_add_count(finding, "connections", stuck->count);
    tell_stuck(stuck, finding);
    return true;
}

bool netdiag_tcp_rule_last_ack_stuck(const struct netdiag_tcp_snapshot *snapshot,
                                     struct netdiag_tcp_finding *finding)
{
    return tell_each_stuck(&snapshot->last_ack, finding);
}

bool netdiag_tcp_rule_closing_stuck(const struct netdiag_tcp_snapshot *snapshot,
                                    struct netdiag_tcp_finding *finding)
{
    return tell_each_stuck(&snapshot->closing, finding);
}

/*
 * Whether TIME-WAIT does harm. The stack takes its places back when it must, so that connections
 * are refused is laid to it only where there is a pile of it; a port that it keeps from being bound
 * is harm already when there is a quarter of a pile.
 */
static bool is_suffering(const struct netdiag_tcp_snapshot *snapshot, uint32_t pile_percent)
{
    uint32_t count = snapshot->time_wait.count;

    if (snapshot->blocked.time_wait > 0 &&
        netdiag_tcp_is_pool_share(snapshot, count * UINT64_C(4), pile_percent))
        return true;
    return snapshot->trend.pool_refused > 0 &&
           netdiag_tcp_is_pool_share(snapshot, count, pile_percent);
}

bool netdiag_tcp_rule_time_wait_pile(const struct netdiag_tcp_snapshot *snapshot,
                                     struct netdiag_tcp_finding *finding)
{
    const struct netdiag_seen_time_wait *time_wait = &snapshot->time_wait;
    uint32_t pile = netdiag_tcp_snapshot_limit(snapshot, NETDIAG_TCP_FINDING_TIME_WAIT_PILE,
                                               NETDIAG_TCP_THRESHOLD_TIME_WAIT_POOL);
    uint32_t warning = netdiag_tcp_snapshot_limit(snapshot, NETDIAG_TCP_FINDING_TIME_WAIT_PILE,
                                                  NETDIAG_TCP_THRESHOLD_TIME_WAIT_WARNING);
    bool suffers = is_suffering(snapshot, pile);
    bool is_large = netdiag_tcp_is_pool_share(snapshot, time_wait->count, warning);

    if (time_wait->count == 0 ||
        (!suffers && !is_large && !netdiag_tcp_is_pool_share(snapshot, time_wait->count, pile)))
        return false;
    if (!suffers && !is_large)
        finding->severity = NETDIAG_TCP_SEVERITY_INFO;
    finding->variant = suffers    ? NETDIAG_TCP_TIME_WAIT_SUFFERING
                       : is_large ? NETDIAG_TCP_TIME_WAIT_LARGE
                                  : NETDIAG_TCP_TIME_WAIT_HARMLESS;
    netdiag_tcp_add_count(finding, "connections", time_wait->count);
    netdiag_tcp_add_pool_percent(finding, snapshot, time_wait->count);
    netdiag_tcp_add_count(finding, "in10s", time_wait->in_10s);
    netdiag_tcp_add_count(finding, "in30s", time_wait->in_30s);
    netdiag_tcp_add_count(finding, "in60s", time_wait->in_60s);
    netdiag_tcp_add_ms(finding, "lastMs", time_wait->last_ms);
    netdiag_tcp_add_port(finding, time_wait->port);
    netdiag_tcp_add_count(finding, "portConnections", time_wait->port_count);
    netdiag_tcp_add_count(finding, "refused", snapshot->trend.pool_refused);
    if (snapshot->blocked.time_wait > 0)
        netdiag_tcp_add_number(finding, "blockedPort", NETDIAG_EVIDENCE_PORT,
                               snapshot->blocked.port);
    return true;
}

bool netdiag_tcp_rule_bind_blocked(const struct netdiag_tcp_snapshot *snapshot,
                                   struct netdiag_tcp_finding *finding)
{
    const struct netdiag_seen_blocked *blocked = &snapshot->blocked;

    if (blocked->count == 0)
        return false;
    finding->variant = blocked->is_timed ? NETDIAG_TCP_BIND_TIMED : NETDIAG_TCP_BIND_OPEN;
    netdiag_tcp_add_port(finding, blocked->port);
    netdiag_tcp_add_owner(finding, &blocked->owner);
    netdiag_tcp_add_count(finding, "connections", blocked->count);
    if (blocked->is_timed) {
        netdiag_tcp_add_ms(finding, "freeMs", blocked->free_ms);
    } else {
        netdiag_tcp_add_number(finding, "connection", NETDIAG_EVIDENCE_ID, blocked->connection.id);
        netdiag_tcp_add_address(finding, "remote", &blocked->connection.remote);
        netdiag_tcp_add_word(finding, "stateOf", netdiag_tcp_state_key(blocked->connection.state));
    }
    netdiag_tcp_add_count(finding, "ports", blocked->ports);
    return true;
}
