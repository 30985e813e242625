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

#endif
