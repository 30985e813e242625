/*
 * A live view of TCP: a frame now and then, with what grew since the one before.
 *
 * What a remote host carried is the growth of its connections, and so the last frame's bytes of
 * each are remembered: of those that carry most, as many as there is room for. A connection that
 * began since the last frame counts with all its bytes, also where there is no room for it; one
 * that is older and was not remembered counts from the next frame on, and is among `not_followed`
 * when it was active.
 *
 * Two walks make a frame: the first finds who is large, by votes as stats/tcp_holders.h says it,
 * which have the weight of the bytes here; the second counts those and no other.
 *
 *     netdiag_tcp_live_begin()
 *     netdiag_tcp_live_nominate_closed()    for each connection that ended since the last frame
 *     netdiag_tcp_live_nominate()           for each connection
 *     netdiag_tcp_live_count()              for each connection again
 *     netdiag_tcp_live_count_closed()       for those that ended, again
 *     netdiag_tcp_live_end()
 *
 * Those are pure; the functions at the end call them with what the device has.
 */
#ifndef NETDIAG_STATS_TCP_LIVE_H
#define NETDIAG_STATS_TCP_LIVE_H

#include "stats/tcp_owners.h"
#include "stats/tcp_rate.h"

/* A connection that is followed. */
struct netdiag_live_connection {
    uint32_t id;
    uint32_t worth;                 /* who is worth least makes room */
    uint16_t next;                  /* in its chain: its place and 1, or 0 */
    uint8_t missed;                 /* frames in a row in which nobody saw it */
    bool is_new;                    /* it began since the last frame */
    uint64_t in_bytes, out_bytes;   /* so far */
    uint64_t in_growth, out_growth; /* of it since the last frame */
};

/* Found by the ID: each chain begins in `heads`. The fields are private. */
struct netdiag_live_table {
    uint16_t count;
    bool has_least; /* the next is known */
    uint16_t least; /* the place of the one that is worth least */
    uint16_t heads[CONFIG_NETDIAG_LIVE_CONNECTIONS];
    struct netdiag_live_connection rows[CONFIG_NETDIAG_LIVE_CONNECTIONS];
};

struct netdiag_live_host {
    struct netdiag_address address;
    uint64_t votes;
    uint64_t in_bytes, out_bytes; /* since the last frame, to the device and from it */
    uint32_t connections;
    uint32_t count[NETDIAG_TCP_STATE_LAST + 1]; /* of them, by enum netdiag_tcp_state */
};

enum netdiag_live_by {
    NETDIAG_LIVE_BY_BYTES,
    NETDIAG_LIVE_BY_CONNECTIONS,
    NETDIAG_LIVE_BY,
};

/* Those with most first. */
struct netdiag_live_hosts {
    size_t count;
    struct netdiag_live_host rows[CONFIG_NETDIAG_TCP_HOLDERS];
};

/* The caller's; plain, so that it can be on a stack. */
struct netdiag_tcp_live {
    bool has_before; /* there was a frame before this: what grows is known */
    struct netdiag_tcp_rate rate;
    uint64_t elapsed_ms; /* in which its counters grew; 0: there was no time before this */
    enum netdiag_error states_error, pool_error; /* NETDIAG_OK: the next two are known */
    struct netdiag_tcp_states states;
    struct netdiag_tcp_pool pool;
    struct netdiag_tcp_owners owners;
    struct netdiag_live_hosts hosts[NETDIAG_LIVE_BY];
    uint64_t bytes_ms;        /* over so long bytes grew */
    uint32_t followed;        /* connections whose growth is known at the next frame */
    uint32_t not_followed;    /* active ones whose bytes are not counted */
    uint32_t without_bytes;   /* of which nobody knows what they carried */
    uint64_t ended_uncounted; /* ended since the last frame, and their last bytes are not counted */

    /* Private */
    uint64_t since_ms, now_ms; /* netdiag_time.uptime_ms of the frame before, and of this */
    bool has_ended;
    uint64_t ended_before, ended; /* how many had ended since boot, then and now */
    struct netdiag_live_table table;
};

/* ---- pure ---- */

/* Zeroed, nothing is known; `rate` is not touched by these. */
void netdiag_tcp_live_begin(struct netdiag_tcp_live *live, uint64_t now_ms, uint32_t interval_ms);
void netdiag_tcp_live_nominate_closed(struct netdiag_tcp_live *live,
                                      const struct netdiag_tcp_closed *row);
void netdiag_tcp_live_nominate(struct netdiag_tcp_live *live,
                               const struct netdiag_tcp_connection *row);
void netdiag_tcp_live_count(struct netdiag_tcp_live *live,
                            const struct netdiag_tcp_connection *row);
void netdiag_tcp_live_count_closed(struct netdiag_tcp_live *live,
                                   const struct netdiag_tcp_closed *row);
void netdiag_tcp_live_end(struct netdiag_tcp_live *live);

/* The state in which most connections of the host are; 0: it has none. */
enum netdiag_tcp_state netdiag_live_host_mainly(const struct netdiag_live_host *host);

/*
 * What a frame says of the counters, by their growth in its interval. Segments and resets are those
 * of tcp_series.def, so that a user sees the same in both.
 */
enum netdiag_live_rate {
    NETDIAG_LIVE_RATE_IN_SEGS,
    NETDIAG_LIVE_RATE_SENT_SEGS,
    NETDIAG_LIVE_RATE_IN_BYTES,  /* of data, in sequence or not */
    NETDIAG_LIVE_RATE_OUT_BYTES, /* of data, for the first time */
    NETDIAG_LIVE_RATE_RETRANS_SEGS,
    NETDIAG_LIVE_RATE_RESETS, /* of both kinds the one that grew more in the whole interval */
    NETDIAG_LIVE_RATE_ACTIVE_OPENS,
    NETDIAG_LIVE_RATE_PASSIVE_OPENS,
    NETDIAG_LIVE_RATE_CLOSED,
    NETDIAG_LIVE_RATE_ATTEMPT_FAILS,
    NETDIAG_LIVE_RATES
};

/* In tenths a second. False: it is not counted, or there was no frame before. */
bool netdiag_tcp_live_rate(const struct netdiag_tcp_live *live, enum netdiag_live_rate rate,
                           uint64_t *tenths);

/* ---- from the device; no lock held ---- */

/*
 * The first reading of the counters, and of a frame that has nothing before it what does not need a
 * walk. After an error `live->rate.part` names what failed.
 */
enum netdiag_error netdiag_tcp_live_start(const struct netdiag *diag, struct netdiag_tcp_live *live,
                                          uint32_t seconds);

/*
 * The same for a frame after that, when the time is over (netdiag_tcp_rate_wait()); then the time
 * up to the next one begins.
 */
enum netdiag_error netdiag_tcp_live_next(const struct netdiag *diag, struct netdiag_tcp_live *live);

/*
 * Around two walks over all connections, for which the other two are, with `live` as `into`. The
 * walks may be another's (netdiag_tcp_snapshot_take_along()); a walk that breaks off spoils the
 * record.
 */
enum netdiag_error netdiag_tcp_live_open(const struct netdiag *diag, struct netdiag_tcp_live *live);
void netdiag_tcp_live_first(void *live, const struct netdiag_tcp_connection *row);
void netdiag_tcp_live_second(void *live, const struct netdiag_tcp_connection *row);
void netdiag_tcp_live_close(const struct netdiag *diag, struct netdiag_tcp_live *live);

#endif
