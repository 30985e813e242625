/*
 * The rings of buckets behind stats/tcp_series.h. Pure: the caller says what time it is and what
 * there is, and keeps others away.
 *
 * A bucket's number is its time by its length, and its place that number by the ring's length: so
 * buckets begin at full minutes and hours of uptime, and a place is emptied when time comes to it.
 */
#ifndef NETDIAG_STATS_TCP_RINGS_H
#define NETDIAG_STATS_TCP_RINGS_H

#include "stats/tcp_series.h"

/* What a look found: a gauge as it is, of a rate what was counted since boot. */
struct netdiag_tcp_reading {
    bool has[NETDIAG_TCP_METRICS]; /* false: the device does not count it, or does not answer now */
    uint64_t value[NETDIAG_TCP_METRICS];
};

/* Nothing is known. */
void netdiag_tcp_rings_init(struct netdiag_tcp_rings *rings);

/* Whether it is time for a look: in each second there is one, and what is called again waits. */
bool netdiag_tcp_rings_is_due(const struct netdiag_tcp_rings *rings, uint64_t now_ms);

/*
 * Adds a look that is due. What grew since the last value goes to the seconds since then, in equal
 * parts, the rest of the division to the present one; a gauge was in them what it is now. With more
 * than 5 s between, those seconds stay unknown and what grew in them is lost: nobody can say in
 * which it came. A first value has no growth yet, and a counter that is less than it was has none.
 * Uptime that is less than it was is another life of the device: nothing is known of it before.
 */
void netdiag_tcp_rings_add(struct netdiag_tcp_rings *rings, uint64_t now_ms,
                           const struct netdiag_tcp_reading *reading);

/* A span of a metric up to now; what is after the last look, or before boot, is unknown. */
void netdiag_tcp_rings_get(const struct netdiag_tcp_rings *rings, enum netdiag_tcp_metric metric,
                           enum netdiag_tcp_span span, uint64_t now_ms,
                           struct netdiag_tcp_series *series);

#endif
