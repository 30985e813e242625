/*
 * Records of the past: metrics over spans of time, in builds with CONFIG_NETDIAG_HISTORY.
 *
 * Plain structs that the caller owns, as those of netdiag/tcp.h.
 */
#ifndef NETDIAG_SERIES_H
#define NETDIAG_SERIES_H

#include "netdiag/tcp.h"

/* The number of each metric of tcp_series.def: NETDIAG_TCP_METRIC_ESTABLISHED and so on. */
enum netdiag_tcp_metric {
#define METRIC(name, key, word, kind, text) NETDIAG_TCP_METRIC_##name,
#include "netdiag/tcp_series.def"
    NETDIAG_TCP_METRICS
};

/* The number of each span of it: NETDIAG_TCP_SPAN_60S and so on. */
enum netdiag_tcp_span {
#define SPAN(name, word, buckets, bucket_s) NETDIAG_TCP_SPAN_##name,
#include "netdiag/tcp_series.def"
    NETDIAG_TCP_SPANS
};

/* As many as the longest span has. */
#define NETDIAG_TCP_SERIES_MOST 72

/* What is known of a second, a minute or an hour. */
struct netdiag_tcp_bucket {
    uint32_t seconds; /* of it that are known; 0: none is, and the rest means nothing */
    uint32_t peak;    /* the highest of these seconds */
    uint64_t sum;     /* of their values: by `seconds` it is the average, of a rate how many came */
};

/* One metric over one span, the oldest bucket first. */
struct netdiag_tcp_series {
    enum netdiag_tcp_metric metric;
    enum netdiag_tcp_span span;
    uint64_t now_ms; /* netdiag_time.uptime_ms, in the last bucket, which is not over yet */
    uint32_t count;
    struct netdiag_tcp_bucket buckets[NETDIAG_TCP_SERIES_MOST];
};

#ifdef CONFIG_NETDIAG_HISTORY

_Static_assert(
    NETDIAG_TCP_METRICS > 0,
    "CONFIG_NETDIAG_HISTORY needs a metric: CONFIG_NETDIAG_HISTORY_ESTABLISHED or another");
_Static_assert(NETDIAG_TCP_SPANS > 0,
               "CONFIG_NETDIAG_HISTORY needs a span: CONFIG_NETDIAG_HISTORY_60S, _60MIN or _72H");

/* ---- what netdiag_watch() remembers of it: the fields are private to stats/ ---- */

/*
 * A bucket is kept in words of 16 bits, so that nothing is lost between two: a second is one number
 * of two words, and what is longer has a peak of two, a sum of two and a quarter, and the seconds.
 */
#define NETDIAG_TCP_BUCKET_WORDS(bucket_s) ((bucket_s) == 1 ? 2 : 5)

/* Where each span's buckets begin among those of a metric: NETDIAG_TCP_RING_60S and so on. */
enum netdiag_tcp_ring_place {
#define SPAN(name, word, buckets, bucket_s)                                                        \
    NETDIAG_TCP_RING_##name,                                                                       \
        NETDIAG_TCP_RING_LAST_##name =                                                             \
            NETDIAG_TCP_RING_##name + (buckets)*NETDIAG_TCP_BUCKET_WORDS(bucket_s) - 1,
#include "netdiag/tcp_series.def"
    NETDIAG_TCP_RING_WORDS
};

struct netdiag_tcp_rings {
    bool has_looked;                      /* the next means something */
    uint32_t newest_s;                    /* second of uptime of the last look; 136 years fit */
    uint32_t seen_s[NETDIAG_TCP_METRICS]; /* that of the last value of each and 1; 0: none */
    uint64_t seen[NETDIAG_TCP_METRICS];   /* that value */
    uint16_t words[NETDIAG_TCP_METRICS][NETDIAG_TCP_RING_WORDS];
};

struct netdiag_tcp_counted {
    bool is_counted;
    uint64_t value;
};

/* RSTs sent and connections reset; of the two the one that grew more counts, at each look. */
struct netdiag_tcp_resets {
    struct netdiag_tcp_counted sent, ended;
    uint64_t total;
};

#endif

#endif
