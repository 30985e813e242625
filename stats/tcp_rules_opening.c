/*
 * Rules for connections that are being opened, from outside and by the device.
 */
#include "stats/tcp_rules.h"

/*
 * Fewer old ones are no flood, however small a backlog is: each can be a client on a bad line. But
 * where even those fill it, and others are refused again and again, they need not be more.
 */
#define FEWEST_OF_BACKLOG 3

/* ---- syn-flood: by age, share and sources. The rate of SYNs says nothing on a busy server. ----
 */

static bool fills_backlog(const struct netdiag_tcp_snapshot *snapshot)
{
    const struct netdiag_seen_half_open *half_open = &snapshot->half_open;
    uint32_t percent = netdiag_tcp_snapshot_limit(snapshot, NETDIAG_TCP_FINDING_SYN_FLOOD,
                                                  NETDIAG_TCP_THRESHOLD_SYN_FLOOD_BACKLOG);

    if (!half_open->has_backlog || half_open->count_old == 0)
        return false;
    if (half_open->count_old < FEWEST_OF_BACKLOG)
        return half_open->count_old >= half_open->backlog &&
               snapshot->trend.backlog_refused >=
                   netdiag_tcp_snapshot_limit(snapshot, NETDIAG_TCP_FINDING_SYN_FLOOD,
                                              NETDIAG_TCP_THRESHOLD_SYN_FLOOD_COUNT);
    return netdiag_tcp_is_share(half_open->count_old, half_open->backlog, percent);
}

static bool is_spread(const struct netdiag_seen_half_open *half_open)
{
    return half_open->more_sources ||
           (half_open->sources > 3 && half_open->sources * UINT64_C(2) >= half_open->count);
}

static uint64_t refused(const struct netdiag_tcp_snapshot *snapshot)
{
    return snapshot->trend.pool_refused + snapshot->trend.backlog_refused;
}

static void tell_half_open(const struct netdiag_tcp_snapshot *snapshot,
                           struct netdiag_tcp_finding *finding)
{
    const struct netdiag_seen_half_open *half_open = &snapshot->half_open;

    netdiag_tcp_add_port(finding, half_open->port);
    netdiag_tcp_add_owner(finding, &half_open->owner);
    netdiag_tcp_add_count(finding, "halfOpen", half_open->count);
    netdiag_tcp_add_count(finding, "halfOpenTotal", half_open->total);
    netdiag_tcp_add_bounded(finding, "sources", half_open->sources, half_open->more_sources);
    netdiag_tcp_add_address(finding, "topSource", &half_open->top_source);
    netdiag_tcp_add_count(finding, "topSourceCount", half_open->top_source_count);
    netdiag_tcp_add_pool_percent(finding, snapshot, half_open->total);
    if (half_open->has_backlog && half_open->backlog > 0) {
        netdiag_tcp_add_count(finding, "backlog", half_open->backlog);
        netdiag_tcp_add_number(finding, "backlogPercent", NETDIAG_EVIDENCE_PERCENT,
                               (uint64_t)half_open->count * 100 / half_open->backlog);
    }
    netdiag_tcp_add_ms(finding, "oldestMs", half_open->oldest_ms);
    netdiag_tcp_add_count(finding, "synAcksRetransmitted", half_open->retransmitted);
    netdiag_tcp_add_count(finding, "synsRefused", refused(snapshot));
    netdiag_tcp_add_count(finding, "otherPorts", half_open->other_ports);
}

bool netdiag_tcp_rule_syn_flood(const struct netdiag_tcp_snapshot *snapshot,
                                struct netdiag_tcp_finding *finding)
{
    const struct netdiag_seen_half_open *half_open = &snapshot->half_open;
    uint32_t most = netdiag_tcp_snapshot_limit(snapshot, NETDIAG_TCP_FINDING_SYN_FLOOD,
                                               NETDIAG_TCP_THRESHOLD_SYN_FLOOD_COUNT);
    uint32_t critical = snapshot->thresholds.value[NETDIAG_TCP_THRESHOLD_SYN_FLOOD_POOL];

    if (half_open->old == 0 || (half_open->old < most && !fills_backlog(snapshot)))
        return false;
    if (refused(snapshot) > 0 || netdiag_tcp_is_pool_share(snapshot, half_open->total, critical))
        finding->severity = NETDIAG_TCP_SEVERITY_CRITICAL;
    finding->variant =
        is_spread(half_open) ? NETDIAG_TCP_SYN_FLOOD_SPREAD : NETDIAG_TCP_SYN_FLOOD_FEW;
    tell_half_open(snapshot, finding);
    return true;
}

/* ---- attempts of the device's ---- */

/*
 * Whether so many targets are a scan. Where there were more than could be counted, and the
 * threshold is higher still, the attempts decide: so many of them, to more targets than are
 * counted.
 */
static bool is_scan(const struct netdiag_tcp_snapshot *snapshot, uint32_t targets, bool is_more)
{
    const struct netdiag_seen_attempts *attempts = &snapshot->attempts;
    uint32_t most = netdiag_tcp_snapshot_limit(snapshot, NETDIAG_TCP_FINDING_SYN_SENT_SCAN,
                                               NETDIAG_TCP_THRESHOLD_SCAN_TARGETS);

    return targets >= most || (is_more && (uint64_t)attempts->now + attempts->failed >= most);
}

static bool is_scan_of_ports(const struct netdiag_tcp_snapshot *snapshot)
{
    const struct netdiag_seen_attempts *attempts = &snapshot->attempts;

    /* That there were more is the target's doing where most of those counted are its own. */
    bool is_more =
        attempts->more_target_ports && attempts->target_ports * UINT64_C(2) > attempts->ports;

    return is_scan(snapshot, attempts->target_ports, is_more);
}

/* Many ports of one target are a scan of it, and not a service that does not answer. */
bool netdiag_tcp_rule_syn_sent_one_target(const struct netdiag_tcp_snapshot *snapshot,
                                          struct netdiag_tcp_finding *finding)
{
    const struct netdiag_seen_attempts *attempts = &snapshot->attempts;
    uint32_t most = netdiag_tcp_snapshot_limit(snapshot, NETDIAG_TCP_FINDING_SYN_SENT_ONE_TARGET,
                                               NETDIAG_TCP_THRESHOLD_SYN_SENT_COUNT);

    if (!attempts->has_target || attempts->target_late + attempts->target_unanswered < most ||
        is_scan_of_ports(snapshot))
        return false;
    if (attempts->reach <= NETDIAG_REACH_RESOLVED) /* a snapshot can have come from anywhere */
        finding->variant = (unsigned)attempts->reach;
    netdiag_tcp_add_address(finding, "target", &attempts->target);
    if (attempts->target_port > 0)
        netdiag_tcp_add_port(finding, attempts->target_port);
    netdiag_tcp_add_count(finding, "attempts", attempts->target_now);
    netdiag_tcp_add_count(finding, "failed", attempts->target_unanswered);
    netdiag_tcp_add_ms(finding, "oldestMs", attempts->target_oldest_ms);
    netdiag_tcp_add_owner(finding, &attempts->target_owner);
    netdiag_tcp_add_word(finding, "reach", netdiag_reach_key(attempts->reach));
    return true;
}

bool netdiag_tcp_rule_syn_sent_scan(const struct netdiag_tcp_snapshot *snapshot,
                                    struct netdiag_tcp_finding *finding)
{
    const struct netdiag_seen_attempts *attempts = &snapshot->attempts;
    bool is_of_addresses = is_scan(snapshot, attempts->addresses, attempts->more_addresses);

    if (!is_of_addresses && !is_scan_of_ports(snapshot))
        return false;
    finding->variant = is_of_addresses ? NETDIAG_TCP_SCAN_ADDRESSES : NETDIAG_TCP_SCAN_PORTS;
    netdiag_tcp_add_count(finding, "attempts", attempts->now);
    netdiag_tcp_add_count(finding, "failed", attempts->failed);
    netdiag_tcp_add_bounded(finding, "addresses", attempts->addresses, attempts->more_addresses);
    if (is_of_addresses) {
        netdiag_tcp_add_bounded(finding, "ports", attempts->ports, attempts->more_ports);
    } else {
        netdiag_tcp_add_bounded(finding, "ports", attempts->target_ports,
                                attempts->more_target_ports);
        netdiag_tcp_add_address(finding, "target", &attempts->target);
    }
    netdiag_tcp_add_owner(finding, &attempts->owner);
    netdiag_tcp_add_ms(finding, "oldestMs", attempts->oldest_ms);
    return true;
}

/* ---- who listens, and who asks for what nobody serves ---- */

/* Where nobody ever registered an owner, that a port has none says nothing about it. */
bool netdiag_tcp_rule_unknown_listener(const struct netdiag_tcp_snapshot *snapshot,
                                       struct netdiag_tcp_finding *finding)
{
    const struct netdiag_seen_unowned *unowned = &snapshot->unowned;

    if (unowned->count == 0)
        return false;
    finding->variant = unowned->any_owner ? NETDIAG_TCP_UNKNOWN_SOME : NETDIAG_TCP_UNKNOWN_ALL;
    if (!unowned->any_owner)
        finding->severity = NETDIAG_TCP_SEVERITY_INFO;
    netdiag_tcp_add_count(finding, "listeners", unowned->count);
    netdiag_tcp_add_port(finding, unowned->port);
    netdiag_tcp_add_text(finding, "function", unowned->function);
    netdiag_tcp_add_count(finding, "connections", unowned->connections);
    return true;
}

bool netdiag_tcp_rule_port_scan(const struct netdiag_tcp_snapshot *snapshot,
                                struct netdiag_tcp_finding *finding)
{
    const struct netdiag_seen_scanners *scanners = &snapshot->scanners;

    if (scanners->sources == 0)
        return false;
    netdiag_tcp_add_address(finding, "source", &scanners->source);
    netdiag_tcp_add_bounded(finding, "ports", scanners->ports, scanners->more_ports);
    netdiag_tcp_add_count(finding, "segments", scanners->segments);
    netdiag_tcp_add_ms(finding, "durationMs", scanners->duration_ms);
    netdiag_tcp_add_ms(finding, "agoMs", scanners->ago_ms);
    netdiag_tcp_add_count(finding, "sources", scanners->sources);
    return true;
}
