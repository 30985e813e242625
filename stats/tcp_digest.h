/*
 * Makes a snapshot of plain rows. Two walks over all connections: the first nominates whom the
 * second is to look at closely, by stats/tally.h, so that a large one is not missed because small
 * ones came first.
 *
 *     netdiag_tcp_digest_start(), netdiag_tcp_digest_watched()
 *     netdiag_tcp_digest_scanner(), netdiag_tcp_digest_memory()              for each
 *     netdiag_tcp_digest_listener()    for each listener
 *     netdiag_tcp_digest_nominate(), netdiag_tcp_digest_nominate_closed()    for each row
 *     netdiag_tcp_digest_choose()
 *     netdiag_tcp_digest_count(), netdiag_tcp_digest_count_closed()          for each row again
 *     netdiag_tcp_digest_end()
 *
 * Pure: what it knows is in the two structs, which are the caller's.
 */
#ifndef NETDIAG_STATS_TCP_DIGEST_H
#define NETDIAG_STATS_TCP_DIGEST_H

#include "stats/tally.h"
#include "stats/tcp_snapshot.h"
#include "stats/tcp_walk.h"

/* For how long what has happened is "lately". */
#define NETDIAG_TCP_LATELY_MS 60000

/* An attempt that has waited for longer is not just on its way: RFC 6298 sends a SYN again then. */
#define NETDIAG_TCP_ANSWER_MS 1000

/* A port that somebody listens on. */
struct netdiag_digest_port {
    uint16_t port;
    bool has_backlog;
    uint32_t backlog;  /* of all its listeners */
    uint32_t half_old; /* connections in SYN-RECEIVED, since syn-flood-age or longer */
    struct netdiag_owner owner;
};

/* One connection of a client, in ages so that it is small. */
struct netdiag_digest_visit {
    uint32_t age_ms;
    uint32_t silent_ms : 31; /* not heard of, or in CLOSE-WAIT, for so long */
    uint32_t is_close_wait : 1;
};

/* Connections of a client, counted. */
struct netdiag_digest_visited {
    uint32_t established, close_wait;
    uint64_t oldest_ms;
};

/* The newest connections of a client, the newest first, and what was before them. */
struct netdiag_digest_visits {
    uint8_t count;
    bool is_broken; /* one that had no place overlapped with those that have */
    struct netdiag_digest_visited left_out; /* those that had no place */
    struct netdiag_digest_visit rows[CONFIG_NETDIAG_TCP_RECONNECT_ROWS];
};

/* The caller's, while a snapshot is taken. */
struct netdiag_tcp_digest {
    struct netdiag_tcp_snapshot *snapshot;
    struct netdiag_tcp_watched watched; /* its stalls, sorted */

    bool knows_listeners; /* all of them are among the next */
    uint32_t port_count;
    struct netdiag_digest_port ports[CONFIG_NETDIAG_TCP_LISTENERS]; /* by number */

    /* Of the first walk */
    struct netdiag_tops half_open;  /* by port, those that are old */
    struct netdiag_tops unaccepted; /* by port, those that are late */
    struct netdiag_tops leaks;      /* by owner or port */
    struct netdiag_tops time_wait;  /* by service */
    struct netdiag_tops blocked;    /* by port */
    struct netdiag_tops pool_ports, pool_owners;
    struct netdiag_tally targets; /* of attempts; in the second walk their ports */
    struct netdiag_tally sources; /* of half-open ones; in the second walk of those of one port */
    struct netdiag_tally clients; /* by address and local port */

    /* What was chosen */
    uint64_t leak, time_wait_service, pool_owner;
    bool has_leak, has_time_wait, has_unaccepted, has_blocked, has_pool_port, has_pool_owner;

    /* Of the second */
    bool is_mixed, target_is_mixed, target_ports_differ; /* attempts are of several owners */
    bool any_attempt, any_target_attempt;
    bool any_age;
    uint32_t held[NETDIAG_TCP_STATE_LAST + 1];
    struct netdiag_digest_visits visits[CONFIG_NETDIAG_TCP_DIAGNOSIS_ROWS]; /* by clients.rows */
};

/* `snapshot` has its clock and thresholds already, and of its pool whether it is known, and how
 * large; the rest is zero. */
void netdiag_tcp_digest_start(struct netdiag_tcp_digest *digest,
                              struct netdiag_tcp_snapshot *snapshot);

/* After `digest->watched` was filled: what it says goes into the snapshot, and its stalls are
 * sorted. Not called, nothing was watched. */
void netdiag_tcp_digest_watched(struct netdiag_tcp_digest *digest);

void netdiag_tcp_digest_listener(struct netdiag_tcp_digest *digest,
                                 const struct netdiag_tcp_listener *row);
void netdiag_tcp_digest_scanner(struct netdiag_tcp_digest *digest,
                                const struct netdiag_tcp_scanner *row);

/* Pool number `index` of the platform's. */
void netdiag_tcp_digest_memory(struct netdiag_tcp_digest *digest, size_t index,
                               const struct netdiag_memory_pool *pool);

void netdiag_tcp_digest_nominate(struct netdiag_tcp_digest *digest,
                                 const struct netdiag_tcp_connection *row);
void netdiag_tcp_digest_nominate_closed(struct netdiag_tcp_digest *digest,
                                        const struct netdiag_tcp_closed *row);
void netdiag_tcp_digest_choose(struct netdiag_tcp_digest *digest);
void netdiag_tcp_digest_count(struct netdiag_tcp_digest *digest,
                              const struct netdiag_tcp_connection *row);
void netdiag_tcp_digest_count_closed(struct netdiag_tcp_digest *digest,
                                     const struct netdiag_tcp_closed *row);
void netdiag_tcp_digest_end(struct netdiag_tcp_digest *digest);

#endif
