/*
 * Every field of a snapshot, each struct with a list of its own.
 */
#include "stats/tcp_snapshot.h"

#define SIZE(struct_, member) sizeof(((struct struct_ *)NULL)->member)

/* A field that is one value. */
#define ONE(key, type, struct_, member)                                                            \
    {                                                                                              \
        key, NETDIAG_FIELD_##type, offsetof(struct struct_, member), SIZE(struct_, member), 0, 0,  \
            NULL                                                                                   \
    }

/* A struct. */
#define PART(key, list, struct_, member)                                                           \
    {                                                                                              \
        key, NETDIAG_FIELD_STRUCT, offsetof(struct struct_, member), SIZE(struct_, member), 0, 0,  \
            list                                                                                   \
    }

#define END                                                                                        \
    {                                                                                              \
        NULL, NETDIAG_FIELD_BOOL, 0, 0, 0, 0, NULL                                                 \
    }

/* By their names in commands, so that those of another version are told apart. */
static const struct netdiag_field thresholds[] = {
#define THRESHOLD(name, key, unit, low, high, preset, text)                                        \
    {key,                                                                                          \
     NETDIAG_FIELD_U32,                                                                            \
     offsetof(struct netdiag_tcp_thresholds, value) +                                              \
         NETDIAG_TCP_THRESHOLD_##name * sizeof(uint32_t),                                          \
     sizeof(uint32_t),                                                                             \
     0,                                                                                            \
     0,                                                                                            \
     NULL},
#include "netdiag/tcp_thresholds.def"
#undef THRESHOLD
    END,
};

static const struct netdiag_field window[] = {
    ONE("ms", U64, netdiag_tcp_window, ms),
    ONE("outSegs", U64, netdiag_tcp_window, out_segs),
    ONE("retransSegs", U64, netdiag_tcp_window, retrans_segs),
    ONE("inSegs", U64, netdiag_tcp_window, in_segs),
    ONE("resets", U64, netdiag_tcp_window, resets),
    END,
};

static const struct netdiag_field trend[] = {
    ONE("isWatched", BOOL, netdiag_tcp_trend, is_watched),
    ONE("watchedMs", U64, netdiag_tcp_trend, watched_ms),
    PART("last", window, netdiag_tcp_trend, last),
    PART("before", window, netdiag_tcp_trend, before),
    PART("level", window, netdiag_tcp_trend, level),
    ONE("poolRefused", U64, netdiag_tcp_trend, pool_refused),
    ONE("poolEvicted", U64, netdiag_tcp_trend, pool_evicted),
    ONE("backlogRefused", U64, netdiag_tcp_trend, backlog_refused),
    ONE("memoryCount", U32, netdiag_tcp_trend, memory_count),
    {"memoryRefused", NETDIAG_FIELD_U64, offsetof(struct netdiag_tcp_trend, memory_refused),
     sizeof(uint64_t), CONFIG_NETDIAG_MEMORY_POOLS,
     offsetof(struct netdiag_tcp_trend, memory_count), NULL},
    END,
};

static const struct netdiag_field connection[] = {
    ONE("id", U32, netdiag_seen_connection, id),
    ONE("state", ENUM, netdiag_seen_connection, state),
    ONE("port", U16, netdiag_seen_connection, port),
    ONE("remote", ADDRESS, netdiag_seen_connection, remote),
    ONE("owner", TEXT, netdiag_seen_connection, owner.name),
    END,
};

static const struct netdiag_field plight[] = {
    ONE("count", U32, netdiag_seen_plight, count),
    ONE("longestMs", U64, netdiag_seen_plight, longest_ms),
    PART("connection", connection, netdiag_seen_plight, connection),
    ONE("bytes", U32, netdiag_seen_plight, bytes),
    ONE("retries", U8, netdiag_seen_plight, retries),
    ONE("keepalives", U8, netdiag_seen_plight, keepalives),
    ONE("hasFreeIn", BOOL, netdiag_seen_plight, has_free_in),
    ONE("freeInMs", U32, netdiag_seen_plight, free_in_ms),
    END,
};

static const struct netdiag_field half_open[] = {
    ONE("total", U32, netdiag_seen_half_open, total),
    ONE("old", U32, netdiag_seen_half_open, old),
    ONE("port", U16, netdiag_seen_half_open, port),
    ONE("owner", TEXT, netdiag_seen_half_open, owner.name),
    ONE("count", U32, netdiag_seen_half_open, count),
    ONE("countOld", U32, netdiag_seen_half_open, count_old),
    ONE("hasBacklog", BOOL, netdiag_seen_half_open, has_backlog),
    ONE("backlog", U32, netdiag_seen_half_open, backlog),
    ONE("sources", U32, netdiag_seen_half_open, sources),
    ONE("moreSources", BOOL, netdiag_seen_half_open, more_sources),
    ONE("topSource", ADDRESS, netdiag_seen_half_open, top_source),
    ONE("topSourceCount", U32, netdiag_seen_half_open, top_source_count),
    ONE("oldestMs", U64, netdiag_seen_half_open, oldest_ms),
    ONE("retransmitted", U32, netdiag_seen_half_open, retransmitted),
    ONE("otherPorts", U32, netdiag_seen_half_open, other_ports),
    END,
};

static const struct netdiag_field attempts[] = {
    ONE("now", U32, netdiag_seen_attempts, now),
    ONE("failed", U32, netdiag_seen_attempts, failed),
    ONE("addresses", U32, netdiag_seen_attempts, addresses),
    ONE("moreAddresses", BOOL, netdiag_seen_attempts, more_addresses),
    ONE("ports", U32, netdiag_seen_attempts, ports),
    ONE("morePorts", BOOL, netdiag_seen_attempts, more_ports),
    ONE("oldestMs", U64, netdiag_seen_attempts, oldest_ms),
    ONE("owner", TEXT, netdiag_seen_attempts, owner.name),
    ONE("hasTarget", BOOL, netdiag_seen_attempts, has_target),
    ONE("target", ADDRESS, netdiag_seen_attempts, target),
    ONE("reach", ENUM, netdiag_seen_attempts, reach),
    ONE("targetNow", U32, netdiag_seen_attempts, target_now),
    ONE("targetLate", U32, netdiag_seen_attempts, target_late),
    ONE("targetUnanswered", U32, netdiag_seen_attempts, target_unanswered),
    ONE("targetPorts", U32, netdiag_seen_attempts, target_ports),
    ONE("moreTargetPorts", BOOL, netdiag_seen_attempts, more_target_ports),
    ONE("targetPort", U16, netdiag_seen_attempts, target_port),
    ONE("targetOldestMs", U64, netdiag_seen_attempts, target_oldest_ms),
    ONE("targetOwner", TEXT, netdiag_seen_attempts, target_owner.name),
    END,
};

static const struct netdiag_field unowned[] = {
    ONE("anyOwner", BOOL, netdiag_seen_unowned, any_owner),
    ONE("count", U32, netdiag_seen_unowned, count),
    ONE("port", U16, netdiag_seen_unowned, port),
    ONE("function", TEXT, netdiag_seen_unowned, function),
    ONE("connections", U32, netdiag_seen_unowned, connections),
    END,
};

static const struct netdiag_field unaccepted[] = {
    ONE("total", U32, netdiag_seen_unaccepted, total),
    ONE("late", U32, netdiag_seen_unaccepted, late),
    ONE("port", U16, netdiag_seen_unaccepted, port),
    ONE("owner", TEXT, netdiag_seen_unaccepted, owner.name),
    ONE("count", U32, netdiag_seen_unaccepted, count),
    ONE("oldestMs", U64, netdiag_seen_unaccepted, oldest_ms),
    ONE("hasBacklog", BOOL, netdiag_seen_unaccepted, has_backlog),
    ONE("backlog", U32, netdiag_seen_unaccepted, backlog),
    END,
};

static const struct netdiag_field reconnects[] = {
    ONE("clients", U32, netdiag_seen_reconnects, clients),
    ONE("connections", U32, netdiag_seen_reconnects, connections),
    ONE("longest", U32, netdiag_seen_reconnects, longest),
    ONE("remote", ADDRESS, netdiag_seen_reconnects, remote),
    ONE("port", U16, netdiag_seen_reconnects, port),
    ONE("owner", TEXT, netdiag_seen_reconnects, owner.name),
    ONE("established", U32, netdiag_seen_reconnects, established),
    ONE("closeWait", U32, netdiag_seen_reconnects, close_wait),
    ONE("oldestMs", U64, netdiag_seen_reconnects, oldest_ms),
    END,
};

static const struct netdiag_field time_wait[] = {
    ONE("count", U32, netdiag_seen_time_wait, count),
    ONE("in10s", U32, netdiag_seen_time_wait, in_10s),
    ONE("in30s", U32, netdiag_seen_time_wait, in_30s),
    ONE("in60s", U32, netdiag_seen_time_wait, in_60s),
    ONE("lastMs", U32, netdiag_seen_time_wait, last_ms),
    ONE("port", U16, netdiag_seen_time_wait, port),
    ONE("portCount", U32, netdiag_seen_time_wait, port_count),
    END,
};

static const struct netdiag_field blocked[] = {
    ONE("ports", U32, netdiag_seen_blocked, ports),
    ONE("port", U16, netdiag_seen_blocked, port),
    ONE("owner", TEXT, netdiag_seen_blocked, owner.name),
    ONE("count", U32, netdiag_seen_blocked, count),
    ONE("timeWait", U32, netdiag_seen_blocked, time_wait),
    ONE("isTimed", BOOL, netdiag_seen_blocked, is_timed),
    ONE("freeMs", U32, netdiag_seen_blocked, free_ms),
    PART("connection", connection, netdiag_seen_blocked, connection),
    END,
};

static const struct netdiag_field pool[] = {
    ONE("isKnown", BOOL, netdiag_seen_pool, is_known),
    ONE("capacity", U32, netdiag_seen_pool, capacity),
    ONE("held", U32, netdiag_seen_pool, held),
    ONE("reclaimable", U32, netdiag_seen_pool, reclaimable),
    ONE("topPort", U16, netdiag_seen_pool, top_port),
    ONE("topPortConnections", U32, netdiag_seen_pool, top_port_connections),
    ONE("topState", ENUM, netdiag_seen_pool, top_state),
    ONE("topOwner", TEXT, netdiag_seen_pool, top_owner.name),
    END,
};

static const struct netdiag_field memory[] = {
    ONE("pools", U32, netdiag_seen_memory, pools),
    ONE("name", TEXT, netdiag_seen_memory, name),
    ONE("refused", U64, netdiag_seen_memory, refused),
    ONE("used", U32, netdiag_seen_memory, used),
    ONE("capacity", U32, netdiag_seen_memory, capacity),
    END,
};

static const struct netdiag_field scanners[] = {
    ONE("sources", U32, netdiag_seen_scanners, sources),
    ONE("source", ADDRESS, netdiag_seen_scanners, source),
    ONE("ports", U32, netdiag_seen_scanners, ports),
    ONE("morePorts", BOOL, netdiag_seen_scanners, more_ports),
    ONE("segments", U64, netdiag_seen_scanners, segments),
    ONE("durationMs", U64, netdiag_seen_scanners, duration_ms),
    ONE("agoMs", U64, netdiag_seen_scanners, ago_ms),
    END,
};

const struct netdiag_field netdiag_tcp_snapshot_fields[] = {
    ONE("hasNow", BOOL, netdiag_tcp_snapshot, has_now),
    ONE("nowMs", U64, netdiag_tcp_snapshot, now_ms),
    PART("thresholds", thresholds, netdiag_tcp_snapshot, thresholds),
    PART("trend", trend, netdiag_tcp_snapshot, trend),
    ONE("active", U32, netdiag_tcp_snapshot, active),
    ONE("connections", U32, netdiag_tcp_snapshot, connections),
    ONE("lacksAges", BOOL, netdiag_tcp_snapshot, lacks_ages),
    ONE("lacksListeners", BOOL, netdiag_tcp_snapshot, lacks_listeners),
    ONE("listeners", U32, netdiag_tcp_snapshot, listeners),
    PART("halfOpen", half_open, netdiag_tcp_snapshot, half_open),
    PART("attempts", attempts, netdiag_tcp_snapshot, attempts),
    PART("unowned", unowned, netdiag_tcp_snapshot, unowned),
    PART("stale", plight, netdiag_tcp_snapshot, stale),
    PART("reconnects", reconnects, netdiag_tcp_snapshot, reconnects),
    PART("unaccepted", unaccepted, netdiag_tcp_snapshot, unaccepted),
    PART("receiveStall", plight, netdiag_tcp_snapshot, receive_stall),
    PART("sendStall", plight, netdiag_tcp_snapshot, send_stall),
    ONE("leaks", U32, netdiag_tcp_snapshot, leaks),
    PART("leak", plight, netdiag_tcp_snapshot, leak),
    ONE("finWait1", U32, netdiag_tcp_snapshot, fin_wait_1),
    ONE("finWait2", U32, netdiag_tcp_snapshot, fin_wait_2),
    PART("finWait", plight, netdiag_tcp_snapshot, fin_wait),
    PART("lastAck", plight, netdiag_tcp_snapshot, last_ack),
    PART("closing", plight, netdiag_tcp_snapshot, closing),
    PART("timeWait", time_wait, netdiag_tcp_snapshot, time_wait),
    PART("blocked", blocked, netdiag_tcp_snapshot, blocked),
    PART("pool", pool, netdiag_tcp_snapshot, pool),
    PART("memory", memory, netdiag_tcp_snapshot, memory),
    PART("scanners", scanners, netdiag_tcp_snapshot, scanners),
    END,
};
