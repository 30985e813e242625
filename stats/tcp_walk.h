/*
 * A walk over a device's connections, a few at a time: the stack is free between two chunks, and
 * what a command does with the rows it does then.
 */
#ifndef NETDIAG_STATS_TCP_WALK_H
#define NETDIAG_STATS_TCP_WALK_H

#include "netdiag/netdiag.h"

/* The caller's; plain, so that it can be on a stack. */
struct netdiag_tcp_walk {
    struct netdiag_tcp_cursor cursor;
    size_t count; /* rows of this chunk: it may be none, and more to come */
    struct netdiag_tcp_connection rows[CONFIG_NETDIAG_TCP_WALK_ROWS];
};

void netdiag_tcp_walk_start(struct netdiag_tcp_walk *walk);

/* The next chunk; after it `walk->cursor.done` says whether it was the last. No lock held. */
enum netdiag_error netdiag_tcp_walk_next(const struct netdiag *diag, struct netdiag_tcp_walk *walk);

/*
 * A whole walk: hands every connection to `add`, with `into`. `cancelled` (NULL: never) is asked
 * before each chunk with `ctx`, and told how many connections came since it was asked last, and
 * once more after the last. False: it was cancelled; otherwise `*error` says whether those were
 * all. No lock held while `add` runs.
 */
bool netdiag_tcp_walk_all(const struct netdiag *diag,
                          void (*add)(void *into, const struct netdiag_tcp_connection *row),
                          void *into, bool (*cancelled)(void *ctx, size_t walked), void *ctx,
                          enum netdiag_error *error);

/* How long ago things were; without a clock or a history nothing is known. */
struct netdiag_tcp_ages {
    bool known;
    uint64_t age_ms;   /* since it began */
    uint64_t idle_ms;  /* since the last segment, either way */
    uint64_t state_ms; /* since it came to its state */
};

/* `now_ms` is netdiag_time.uptime_ms; what came to be after it is 0 old. */
void netdiag_tcp_ages_of(const struct netdiag_tcp_connection *row, bool has_now, uint64_t now_ms,
                         struct netdiag_tcp_ages *ages);

#endif
