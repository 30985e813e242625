/*
 * Rules for established connections.
 */
#include "stats/tcp_rules.h"

/* The connection that stands for all: its ID, and its two ends. */
static void tell_remote(struct netdiag_tcp_finding *finding,
                        const struct netdiag_seen_connection *connection)
{
    netdiag_tcp_add_number(finding, "connection", NETDIAG_EVIDENCE_ID, connection->id);
    netdiag_tcp_add_address(finding, "remote", &connection->remote);
}

/* That nothing is sent or received is no sign: SSH and BGP are idle for hours. */
bool netdiag_tcp_rule_stale_established(const struct netdiag_tcp_snapshot *snapshot,
                                        struct netdiag_tcp_finding *finding)
{
    const struct netdiag_seen_plight *stale = &snapshot->stale;

    if (stale->count == 0)
        return false;
    if (stale->connection.state == NETDIAG_TCP_CLOSE_WAIT)
        finding->variant = NETDIAG_TCP_STALE_AFTER_FIN;
    netdiag_tcp_add_count(finding, "connections", stale->count);
    tell_remote(finding, &stale->connection);
    netdiag_tcp_add_port(finding, stale->connection.port);
    netdiag_tcp_add_owner(finding, &stale->connection.owner);
    netdiag_tcp_add_count(finding, "retransmissions", stale->retries);
    netdiag_tcp_add_count(finding, "keepalives", stale->keepalives);
    netdiag_tcp_add_count(finding, "unacknowledged", stale->bytes);
    netdiag_tcp_add_ms(finding, "silentMs", stale->longest_ms);
    return true;
}

bool netdiag_tcp_rule_reconnecting_client(const struct netdiag_tcp_snapshot *snapshot,
                                          struct netdiag_tcp_finding *finding)
{
    const struct netdiag_seen_reconnects *reconnects = &snapshot->reconnects;
    uint32_t critical = snapshot->thresholds.value[NETDIAG_TCP_THRESHOLD_POOL_WARNING];

    if (reconnects->longest == 0 ||
        reconnects->longest < netdiag_tcp_snapshot_limit(snapshot,
                                                         NETDIAG_TCP_FINDING_RECONNECTING_CLIENT,
                                                         NETDIAG_TCP_THRESHOLD_RECONNECT_COUNT))
        return false;
    if (netdiag_tcp_is_pool_share(snapshot, reconnects->connections, critical))
        finding->severity = NETDIAG_TCP_SEVERITY_CRITICAL;
    netdiag_tcp_add_address(finding, "remote", &reconnects->remote);
    netdiag_tcp_add_port(finding, reconnects->port);
    netdiag_tcp_add_owner(finding, &reconnects->owner);
    netdiag_tcp_add_count(finding, "connections", reconnects->longest);
    netdiag_tcp_add_count(finding, "established", reconnects->established);
    netdiag_tcp_add_count(finding, "closeWait", reconnects->close_wait);
    netdiag_tcp_add_ms(finding, "oldestMs", reconnects->oldest_ms);
    netdiag_tcp_add_count(finding, "clients", reconnects->clients);
    netdiag_tcp_add_pool_percent(finding, snapshot, reconnects->connections);
    return true;
}

bool netdiag_tcp_rule_accept_queue_full(const struct netdiag_tcp_snapshot *snapshot,
                                        struct netdiag_tcp_finding *finding)
{
    const struct netdiag_seen_unaccepted *unaccepted = &snapshot->unaccepted;

    if (unaccepted->late == 0)
        return false;
    if (snapshot->trend.backlog_refused > 0)
        finding->severity = NETDIAG_TCP_SEVERITY_CRITICAL;
    netdiag_tcp_add_port(finding, unaccepted->port);
    netdiag_tcp_add_owner(finding, &unaccepted->owner);
    netdiag_tcp_add_count(finding, "unaccepted", unaccepted->count);
    netdiag_tcp_add_count(finding, "others", unaccepted->total - unaccepted->count);
    if (unaccepted->has_backlog)
        netdiag_tcp_add_count(finding, "backlog", unaccepted->backlog);
    netdiag_tcp_add_ms(finding, "oldestMs", unaccepted->oldest_ms);
    netdiag_tcp_add_count(finding, "synsRefused", snapshot->trend.backlog_refused);
    return true;
}

static bool tell_stall(const struct netdiag_seen_plight *stall, const char *bytes_key,
                       struct netdiag_tcp_finding *finding)
{
    if (stall->count == 0)
        return false;
    netdiag_tcp_add_count(finding, "connections", stall->count);
    netdiag_tcp_add_owner(finding, &stall->connection.owner);
    netdiag_tcp_add_port(finding, stall->connection.port);
    tell_remote(finding, &stall->connection);
    netdiag_tcp_add_count(finding, bytes_key, stall->bytes);
    netdiag_tcp_add_ms(finding, "stalledMs", stall->longest_ms);
    return true;
}

bool netdiag_tcp_rule_receive_stall(const struct netdiag_tcp_snapshot *snapshot,
                                    struct netdiag_tcp_finding *finding)
{
    return tell_stall(&snapshot->receive_stall, "unread", finding);
}

bool netdiag_tcp_rule_send_stall(const struct netdiag_tcp_snapshot *snapshot,
                                 struct netdiag_tcp_finding *finding)
{
    return tell_stall(&snapshot->send_stall, "unsent", finding);
}
