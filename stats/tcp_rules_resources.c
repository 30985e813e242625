/*
 * Rules for what connections are taken from, and for how their segments fare.
 */
#include "stats/tcp_rules.h"

static void tell_holder(const struct netdiag_seen_pool *pool, struct netdiag_tcp_finding *finding)
{
    if (pool->top_port_connections > 0) {
        netdiag_tcp_add_number(finding, "topPort", NETDIAG_EVIDENCE_PORT, pool->top_port);
        netdiag_tcp_add_count(finding, "topPortConnections", pool->top_port_connections);
    }
    if (pool->top_state != 0)
        netdiag_tcp_add_word(finding, "topState", netdiag_tcp_state_key(pool->top_state));
    netdiag_tcp_add_text(finding, "topOwner", pool->top_owner.name);
}

bool netdiag_tcp_rule_pool_exhaustion(const struct netdiag_tcp_snapshot *snapshot,
                                      struct netdiag_tcp_finding *finding)
{
    const struct netdiag_seen_pool *pool = &snapshot->pool;
    const struct netdiag_tcp_trend *trend = &snapshot->trend;
    uint32_t warning = netdiag_tcp_snapshot_limit(snapshot, NETDIAG_TCP_FINDING_POOL_EXHAUSTION,
                                                  NETDIAG_TCP_THRESHOLD_POOL_WARNING);
    uint32_t critical = snapshot->thresholds.value[NETDIAG_TCP_THRESHOLD_POOL_CRITICAL];
    bool has_refused = trend->pool_refused > 0 || trend->pool_evicted > 0;
    bool is_critical = netdiag_tcp_is_pool_share(snapshot, pool->held, critical);

    if (!pool->is_known || pool->capacity == 0)
        return false;
    if (!has_refused && !is_critical && !netdiag_tcp_is_pool_share(snapshot, pool->held, warning))
        return false;
    if (has_refused || is_critical)
        finding->severity = NETDIAG_TCP_SEVERITY_CRITICAL;
    finding->variant = has_refused ? NETDIAG_TCP_POOL_REFUSED : NETDIAG_TCP_POOL_SHARE;
    netdiag_tcp_add_count(finding, "held", pool->held);
    netdiag_tcp_add_count(finding, "capacity", pool->capacity);
    netdiag_tcp_add_number(finding, "heldPercent", NETDIAG_EVIDENCE_PERCENT,
                           (uint64_t)pool->held * 100 / pool->capacity);
    netdiag_tcp_add_count(finding, "reclaimable", pool->reclaimable);
    netdiag_tcp_add_count(finding, "refused", trend->pool_refused);
    netdiag_tcp_add_count(finding, "evicted", trend->pool_evicted);
    tell_holder(pool, finding);
    return true;
}

bool netdiag_tcp_rule_memory_pool_exhausted(const struct netdiag_tcp_snapshot *snapshot,
                                            struct netdiag_tcp_finding *finding)
{
    const struct netdiag_seen_memory *memory = &snapshot->memory;

    if (memory->pools == 0)
        return false;
    netdiag_tcp_add_text(finding, "pool", memory->name);
    netdiag_tcp_add_count(finding, "refused", memory->refused);
    netdiag_tcp_add_count(finding, "used", memory->used);
    netdiag_tcp_add_count(finding, "capacity", memory->capacity);
    netdiag_tcp_add_count(finding, "pools", memory->pools);
    return true;
}

/* ---- rises ---- */

/* In the first minute, and the 10 s that are compared with it, nothing is known to compare with. */
#define RISE_WATCHED_MS  70000
#define LEVEL_WATCHED_MS 60000

/*
 * So few in the last 10 s are chance, whatever their share. Of resets more: a browser that leaves a
 * page, or a load balancer that looks whether a port is open, ends six connections so.
 */
#define FEWEST_RETRANSMISSIONS 5
#define FEWEST_RESETS          10

/* Of so many segments so many were bad. */
struct share {
    uint64_t count, of;
};

static uint64_t permille(struct share share)
{
    return share.of > 0 ? share.count * 1000 / share.of : 0;
}

static bool is_permille(struct share share, uint32_t least)
{
    return share.of > 0 && share.count * 1000 >= share.of * least;
}

static struct share retransmissions(const struct netdiag_tcp_window *window)
{
    return (struct share){.count = window->retrans_segs, .of = window->out_segs};
}

static struct share resets(const struct netdiag_tcp_window *window)
{
    return (struct share){.count = window->resets, .of = window->in_segs + window->out_segs};
}

/* Against a minute without a segment there is nothing to rise from. */
static bool has_risen(const struct netdiag_tcp_snapshot *snapshot, enum netdiag_tcp_code code,
                      struct share last, struct share before)
{
    uint64_t factor = snapshot->thresholds.value[NETDIAG_TCP_THRESHOLD_RISE_FACTOR];
    uint64_t fewest =
        code == NETDIAG_TCP_FINDING_RESET_RISE ? FEWEST_RESETS : FEWEST_RETRANSMISSIONS;

    if (netdiag_tcp_snapshot_is_active(snapshot, code)) {
        factor = (factor + 1) / 2;
        fewest = 1;
    }
    return snapshot->trend.watched_ms >= RISE_WATCHED_MS && before.of > 0 && last.count >= fewest &&
           is_permille(last, netdiag_tcp_snapshot_limit(snapshot, code,
                                                        NETDIAG_TCP_THRESHOLD_RISE_FLOOR)) &&
           last.count * before.of >= factor * before.count * last.of;
}

static bool is_level(const struct netdiag_tcp_snapshot *snapshot, enum netdiag_tcp_code code,
                     struct share level)
{
    uint32_t segments =
        netdiag_tcp_snapshot_limit(snapshot, code, NETDIAG_TCP_THRESHOLD_LEVEL_SEGMENTS);
    uint32_t least = netdiag_tcp_snapshot_limit(snapshot, code, NETDIAG_TCP_THRESHOLD_LEVEL_SHARE);

    return snapshot->trend.watched_ms >= LEVEL_WATCHED_MS && level.of >= segments &&
           is_permille(level, least);
}

static bool tell_rise(const struct netdiag_tcp_snapshot *snapshot,
                      struct share (*share_of)(const struct netdiag_tcp_window *window),
                      const char *key, struct netdiag_tcp_finding *finding)
{
    const struct netdiag_tcp_trend *trend = &snapshot->trend;
    struct share last = share_of(&trend->last), before = share_of(&trend->before);
    struct share level = share_of(&trend->level);
    bool rises = trend->last.ms > 0 && trend->before.ms > 0 &&
                 has_risen(snapshot, finding->code, last, before);
    struct share shown = rises ? last : level;

    if (!trend->is_watched ||
        (!rises && (trend->level.ms == 0 || !is_level(snapshot, finding->code, level))))
        return false;
    finding->variant = rises ? NETDIAG_TCP_RISE : NETDIAG_TCP_LEVEL;
    netdiag_tcp_add_count(finding, "segments", shown.of);
    netdiag_tcp_add_count(finding, key, shown.count);
    netdiag_tcp_add_number(finding, "share", NETDIAG_EVIDENCE_PERMILLE, permille(shown));
    netdiag_tcp_add_number(finding, "before", NETDIAG_EVIDENCE_PERMILLE, permille(before));
    netdiag_tcp_add_ms(finding, "overMs", rises ? trend->last.ms : trend->level.ms);
    return true;
}

bool netdiag_tcp_rule_retransmission_rise(const struct netdiag_tcp_snapshot *snapshot,
                                          struct netdiag_tcp_finding *finding)
{
    return tell_rise(snapshot, retransmissions, "retransmitted", finding);
}

bool netdiag_tcp_rule_reset_rise(const struct netdiag_tcp_snapshot *snapshot,
                                 struct netdiag_tcp_finding *finding)
{
    return tell_rise(snapshot, resets, "resets", finding);
}
