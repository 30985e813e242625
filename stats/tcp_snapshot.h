/*
 * What the rules of the diagnosis see of a device: a digest of all its connections, listeners,
 * pools and of the past, plain and bounded. Its size depends on no number of connections, nor on
 * CONFIG_NETDIAG_TCP_DIAGNOSIS_ROWS: what is counted apart while it is taken is in
 * stats/tcp_digest.h.
 *
 * What depends on how old or how often something is was compared with `thresholds` when the
 * snapshot was taken; how many are too many the rules decide.
 */
#ifndef NETDIAG_STATS_TCP_SNAPSHOT_H
#define NETDIAG_STATS_TCP_SNAPSHOT_H

#include "netdiag/netdiag.h"
#include "stats/field.h"

/* A connection, as a finding names it. Its owner is "" where none was registered. */
struct netdiag_seen_connection {
    uint32_t id; /* netdiag_tcp_history.id */
    enum netdiag_tcp_state state;
    uint16_t port; /* the device's */
    struct netdiag_address remote;
    struct netdiag_owner owner;
};

/* Connections that are in one plight, and of them the one that has been for longest. */
struct netdiag_seen_plight {
    uint32_t count;
    uint64_t longest_ms; /* all that follows means nothing when there is none */
    struct netdiag_seen_connection connection;
    uint32_t bytes; /* unacknowledged, unread or unsent, as the plight has it */
    uint8_t retries, keepalives;
    bool has_free_in;
    uint32_t free_in_ms;
};

/* Connections in SYN-RECEIVED. */
struct netdiag_seen_half_open {
    uint32_t total;
    uint32_t old; /* since syn-flood-age or longer */
    /* Of the port with most old ones, or whose backlog they fill */
    uint16_t port;
    struct netdiag_owner owner;
    uint32_t count, count_old;
    bool has_backlog;
    uint32_t backlog;
    uint32_t sources;
    bool more_sources;
    struct netdiag_address top_source;
    uint32_t top_source_count;
    uint64_t oldest_ms;
    uint32_t retransmitted; /* SYN-ACKs */
    uint32_t other_ports;   /* with old ones */
};

/* Attempts of the device's to open a connection, in SYN-SENT now or ended in the last minute. */
struct netdiag_seen_attempts {
    uint32_t now;
    uint32_t failed;
    uint32_t addresses; /* of those in vain, and so the ports */
    bool more_addresses;
    uint32_t ports;
    bool more_ports;
    uint64_t oldest_ms;
    struct netdiag_owner owner; /* of all, or "" */
    /* Of the address that was tried most in vain */
    bool has_target;
    struct netdiag_address target;
    enum netdiag_reach reach;
    uint32_t target_now;
    uint32_t target_late;       /* of them so long that an answer cannot be on its way */
    uint32_t target_unanswered; /* that ended so */
    uint32_t target_ports;
    bool more_target_ports;
    uint16_t target_port; /* of all, or 0 */
    uint64_t target_oldest_ms;
    struct netdiag_owner target_owner; /* of all, or "" */
};

/* Listeners whose owner was not registered. */
struct netdiag_seen_unowned {
    bool any_owner; /* somebody registers owners on this device */
    uint32_t count;
    uint16_t port; /* of one of them */
    char function[CONFIG_NETDIAG_SYMBOL_LENGTH + 1];
    uint32_t connections;
};

/* Connections that their program has not accepted. */
struct netdiag_seen_unaccepted {
    uint32_t total;
    uint32_t late; /* since accept-age or longer */
    /* Of the port with most late ones */
    uint16_t port;
    struct netdiag_owner owner;
    uint32_t count;
    uint64_t oldest_ms;
    bool has_backlog;
    uint32_t backlog;
};

/* Clients of which the newest connections followed each other, each after the last fell silent. */
struct netdiag_seen_reconnects {
    uint32_t clients;     /* that have reconnect-count such connections or more */
    uint32_t connections; /* of all those clients */
    /* The longest such row of connections; 0: there is none */
    uint32_t longest;
    struct netdiag_address remote;
    uint16_t port;
    struct netdiag_owner owner;
    uint32_t established, close_wait;
    uint64_t oldest_ms;
};

struct netdiag_seen_time_wait {
    uint32_t count;
    uint32_t in_10s, in_30s, in_60s; /* free by then */
    uint32_t last_ms;
    uint16_t port; /* of the service with most */
    uint32_t port_count;
};

/* Ports without a listener that passively opened connections keep from being bound. */
struct netdiag_seen_blocked {
    uint32_t ports;
    /* Of the one with most */
    uint16_t port;
    struct netdiag_owner owner;
    uint32_t count;
    uint32_t time_wait;                        /* of them in TIME-WAIT */
    bool is_timed;                             /* the stack's timer ends all of them, */
    uint32_t free_ms;                          /* in so long at most; otherwise */
    struct netdiag_seen_connection connection; /* one that it does not end */
};

/* The pool of connections. */
struct netdiag_seen_pool {
    bool is_known;
    uint32_t capacity;
    uint32_t held; /* and the stack cannot take them back */
    uint32_t reclaimable;
    /* Who holds most of it: port 0, state 0 and owner "" when nobody does */
    uint16_t top_port;
    uint32_t top_port_connections;
    enum netdiag_tcp_state top_state;
    struct netdiag_owner top_owner;
};

/* Other pools of memory that refused lately. */
struct netdiag_seen_memory {
    uint32_t pools;
    /* The one that did most often */
    char name[NETDIAG_MEMORY_NAME_LENGTH + 1];
    uint64_t refused;
    uint32_t used, capacity;
};

/* Sources of segments to closed ports, of port-scan-ports of them or more and lately. */
struct netdiag_seen_scanners {
    uint32_t sources;
    /* The one with most ports */
    struct netdiag_address source;
    uint32_t ports;
    bool more_ports;
    uint64_t segments;
    uint64_t duration_ms, ago_ms;
};

struct netdiag_tcp_snapshot {
    bool has_now;
    uint64_t now_ms; /* netdiag_time.uptime_ms */
    struct netdiag_tcp_thresholds thresholds;
    struct netdiag_tcp_trend trend;
    netdiag_tcp_codes active; /* raised at the last look: their rules clear lower than they raise */
    uint32_t connections;     /* all that there are, */
    uint32_t listeners;       /* and these; both are what was looked at */
    bool lacks_ages;          /* nobody knows how long any of them is in its state */
    bool lacks_listeners;     /* they could not be read */
    struct netdiag_seen_half_open half_open;
    struct netdiag_seen_attempts attempts;
    struct netdiag_seen_unowned unowned;
    struct netdiag_seen_plight stale;
    struct netdiag_seen_reconnects reconnects;
    struct netdiag_seen_unaccepted unaccepted;
    struct netdiag_seen_plight receive_stall;
    struct netdiag_seen_plight send_stall;
    uint32_t leaks;                  /* in CLOSE-WAIT, forgotten by their programs */
    struct netdiag_seen_plight leak; /* of the owner with most, or of a port that has none */
    uint32_t fin_wait_1, fin_wait_2; /* that are stuck, as the next three */
    struct netdiag_seen_plight fin_wait;
    struct netdiag_seen_plight last_ack;
    struct netdiag_seen_plight closing;
    struct netdiag_seen_time_wait time_wait;
    struct netdiag_seen_blocked blocked;
    struct netdiag_seen_pool pool;
    struct netdiag_seen_memory memory;
    struct netdiag_seen_scanners scanners;
};

/* Every field, for whoever writes a snapshot down and reads it again. */
extern const struct netdiag_field netdiag_tcp_snapshot_fields[];

/*
 * Takes a snapshot: two walks, the lock free between chunks. `cancelled` (NULL: never) is asked
 * as by netdiag_tcp_walk_all() in each. False: it was cancelled. Otherwise `*error` is NETDIAG_OK,
 * or says why the connections could not be read; what else the platform lacks is marked in the
 * snapshot.
 */
bool netdiag_tcp_snapshot_take(struct netdiag *diag, struct netdiag_tcp_snapshot *snapshot,
                               bool (*cancelled)(void *ctx, size_t walked), void *ctx,
                               enum netdiag_error *error);

/* Who else needs the rows of both walks, so that there are not four. No lock held. */
struct netdiag_tcp_passenger {
    void (*first)(void *into, const struct netdiag_tcp_connection *row);
    void (*second)(void *into, const struct netdiag_tcp_connection *row);
    void *into;
};

bool netdiag_tcp_snapshot_take_along(struct netdiag *diag, struct netdiag_tcp_snapshot *snapshot,
                                     const struct netdiag_tcp_passenger *passenger,
                                     bool (*cancelled)(void *ctx, size_t walked), void *ctx,
                                     enum netdiag_error *error);

/* Whether the finding was raised at the last look. */
bool netdiag_tcp_snapshot_is_active(const struct netdiag_tcp_snapshot *snapshot,
                                    enum netdiag_tcp_code code);

/*
 * A threshold as the rule of that finding takes it: three quarters of it, rounded up, while the
 * finding is active, so that one on the edge does not come and go.
 */
uint32_t netdiag_tcp_snapshot_limit(const struct netdiag_tcp_snapshot *snapshot,
                                    enum netdiag_tcp_code code,
                                    enum netdiag_tcp_threshold threshold);

#endif
