/*
 * What the rules of the diagnosis see of a device: a digest of all its connections, listeners,
 * pools and of the past, plain and bounded.
 *
 *     netdiag_tcp_snapshot_start(), and for each of two walks over all connections
 *     netdiag_tcp_snapshot_nominate() and then netdiag_tcp_snapshot_count(),
 *     netdiag_tcp_snapshot_end()
 *
 * The first walk finds whom the second is to look at closely (as stats/tcp_holders.h does).
 */
#ifndef NETDIAG_STATS_TCP_SNAPSHOT_H
#define NETDIAG_STATS_TCP_SNAPSHOT_H

#include "netdiag/netdiag.h"
#include "stats/field.h"

struct netdiag_tcp_snapshot {
    bool has_now;
    uint64_t now_ms; /* netdiag_time.uptime_ms */
    struct netdiag_tcp_thresholds thresholds;
    struct netdiag_tcp_trend trend;
    netdiag_tcp_codes active; /* raised at the last look: their rules clear lower than they raise */
};

/* Every field, for whoever writes a snapshot down and reads it again. */
extern const struct netdiag_field netdiag_tcp_snapshot_fields[];

/*
 * Takes a snapshot: two walks, the lock free between chunks. `cancelled` (NULL: never) is asked
 * between chunks with `ctx`. False: it was cancelled. Otherwise `*error` is NETDIAG_OK, or says
 * why the connections could not be read; what else the platform lacks is marked in the snapshot.
 */
bool netdiag_tcp_snapshot_take(struct netdiag *diag, struct netdiag_tcp_snapshot *snapshot,
                               bool (*cancelled)(const void *ctx), const void *ctx,
                               enum netdiag_error *error);

#endif
