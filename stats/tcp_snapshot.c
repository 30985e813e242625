/*
 * Takes a snapshot of a device. What only one step needs lies on the stack during that step alone.
 */
#include "stats/tcp_snapshot.h"

#include <string.h>

#include "stats/device.h"
#include "stats/memory_pools.h"
#include "stats/tcp_digest.h"
#include "stats/tcp_lists.h"
#include "stats/tcp_thresholds.h"
#include "stats/tcp_walk.h"
#include "stats/tcp_watch.h"

static void take_pool(const struct netdiag *diag, struct netdiag_tcp_snapshot *snapshot)
{
    struct netdiag_tcp_pool pool;

    if (netdiag_device_tcp_pool(diag, &pool) != NETDIAG_OK)
        return;
    snapshot->pool.is_known = true;
    snapshot->pool.capacity = pool.capacity;
}

static void take_time(const struct netdiag *diag, struct netdiag_tcp_snapshot *snapshot)
{
    struct netdiag_time time;

    snapshot->has_now = netdiag_device_time(diag, &time) == NETDIAG_OK;
    snapshot->now_ms = snapshot->has_now ? time.uptime_ms : 0;
}

/* Only the one that a finding names is asked for the name of its function. */
static __attribute__((noinline)) void take_listeners(const struct netdiag *diag,
                                                     struct netdiag_tcp_snapshot *snapshot,
                                                     struct netdiag_tcp_digest *digest)
{
    struct netdiag_tcp_listeners listeners;
    bool has_named = false;

    snapshot->lacks_listeners = netdiag_tcp_listeners_collect(diag, &listeners) != NETDIAG_OK;
    if (snapshot->lacks_listeners)
        return;
    digest->knows_listeners = listeners.left_out == 0;
    for (size_t i = 0; i < listeners.count; i++) {
        struct netdiag_tcp_listener *row = &listeners.rows[i];

        if (row->owner.name[0] == '\0' && !has_named &&
            (!row->has_accept || diag->platform->symbol == NULL ||
             diag->platform->symbol(diag->ctx, row->accept_address, row->accept_symbol,
                                    sizeof row->accept_symbol) != NETDIAG_OK))
            row->accept_symbol[0] = '\0';
        has_named = has_named || row->owner.name[0] == '\0';
        netdiag_tcp_digest_listener(digest, row);
    }
}

static __attribute__((noinline)) void take_scanners(const struct netdiag *diag,
                                                    struct netdiag_tcp_digest *digest)
{
    struct netdiag_tcp_scanner rows[CONFIG_NETDIAG_TCP_HOLDERS];
    size_t count;

    if (netdiag_device_tcp_scanners(diag, rows, CONFIG_NETDIAG_TCP_HOLDERS, &count) != NETDIAG_OK)
        return;
    for (size_t i = 0; i < count; i++)
        netdiag_tcp_digest_scanner(digest, &rows[i]);
}

static __attribute__((noinline)) void take_memory(const struct netdiag *diag,
                                                  struct netdiag_tcp_digest *digest)
{
    struct netdiag_memory_pools pools;

    if (netdiag_memory_pools_collect(diag, &pools) != NETDIAG_OK)
        return;
    for (size_t i = 0; i < pools.count; i++)
        netdiag_tcp_digest_memory(digest, i, &pools.rows[i]);
}

static __attribute__((noinline)) void
take_closed(const struct netdiag *diag, struct netdiag_tcp_digest *digest,
            void (*take)(struct netdiag_tcp_digest *digest, const struct netdiag_tcp_closed *row))
{
    struct netdiag_tcp_endings endings;

    if (netdiag_tcp_endings_collect(diag, &endings) != NETDIAG_OK)
        return;
    for (size_t i = 0; i < endings.count; i++)
        take(digest, &endings.rows[i]);
}

/* A digest, and who is taken along. */
struct taking {
    struct netdiag_tcp_digest *digest;
    const struct netdiag_tcp_passenger *passenger;
};

static void nominate(void *into, const struct netdiag_tcp_connection *row)
{
    const struct taking *taking = into;

    netdiag_tcp_digest_nominate(taking->digest, row);
    if (taking->passenger != NULL)
        taking->passenger->first(taking->passenger->into, row);
}

static void count(void *into, const struct netdiag_tcp_connection *row)
{
    const struct taking *taking = into;

    netdiag_tcp_digest_count(taking->digest, row);
    if (taking->passenger != NULL)
        taking->passenger->second(taking->passenger->into, row);
}

/* What the clock, the watch and short lists say. The time comes first: see is_blocking(). */
static void take_past(struct netdiag *diag, struct netdiag_tcp_snapshot *snapshot,
                      struct netdiag_tcp_digest *digest)
{
    memset(snapshot, 0, sizeof *snapshot);
    take_time(diag, snapshot);
    netdiag_tcp_thresholds_get(diag, &snapshot->thresholds);
    take_pool(diag, snapshot);
    netdiag_tcp_digest_start(digest, snapshot);
    netdiag_tcp_watched_get(diag, &digest->watched);
    netdiag_tcp_digest_watched(digest);
    take_listeners(diag, snapshot, digest);
    take_scanners(diag, digest);
    take_memory(diag, digest);
}

bool netdiag_tcp_snapshot_take_along(struct netdiag *diag, struct netdiag_tcp_snapshot *snapshot,
                                     const struct netdiag_tcp_passenger *passenger,
                                     bool (*cancelled)(void *ctx, size_t walked), void *ctx,
                                     enum netdiag_error *error)
{
    struct netdiag_tcp_digest digest;
    struct taking taking = {.digest = &digest, .passenger = passenger};
    struct netdiag_seen_attempts *attempts = &snapshot->attempts;

    take_past(diag, snapshot, &digest);
    if (!netdiag_tcp_walk_all(diag, nominate, &taking, cancelled, ctx, error))
        return false;
    if (*error != NETDIAG_OK)
        return true;
    take_closed(diag, &digest, netdiag_tcp_digest_nominate_closed);
    netdiag_tcp_digest_choose(&digest);
    if (attempts->has_target &&
        netdiag_device_reach(diag, &attempts->target, &attempts->reach) != NETDIAG_OK)
        attempts->reach = NETDIAG_REACH_UNKNOWN;
    if (!netdiag_tcp_walk_all(diag, count, &taking, cancelled, ctx, error))
        return false;
    take_closed(diag, &digest, netdiag_tcp_digest_count_closed);
    netdiag_tcp_digest_end(&digest);
    return true;
}

bool netdiag_tcp_snapshot_take(struct netdiag *diag, struct netdiag_tcp_snapshot *snapshot,
                               bool (*cancelled)(void *ctx, size_t walked), void *ctx,
                               enum netdiag_error *error)
{
    return netdiag_tcp_snapshot_take_along(diag, snapshot, NULL, cancelled, ctx, error);
}
