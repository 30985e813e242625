/*
 * What a series says in a few numbers, and the names of metrics and spans as a user types them.
 *
 * All of it is computed from the arguments alone. Any thread.
 */
#ifndef NETDIAG_STATS_TCP_SERIES_SUMMARY_H
#define NETDIAG_STATS_TCP_SERIES_SUMMARY_H

#include "stats/tcp_series.h"

struct netdiag_tcp_series_summary {
    bool known; /* a bucket at least is; otherwise the rest means nothing */
    uint64_t average_tenths;
    uint32_t peak;
    uint32_t peak_ago; /* which bucket has it, counted back from the last one; the latest */
};

/* Of a bucket of which something is known: its average, rounded, in tenths. */
uint64_t netdiag_tcp_bucket_average_tenths(const struct netdiag_tcp_bucket *bucket);

void netdiag_tcp_series_summarize(const struct netdiag_tcp_series *series,
                                  struct netdiag_tcp_series_summary *summary);

/*
 * What is now, of a series of seconds: the value of the last one that is known. False: the last few
 * are unknown, or a bucket is longer, and its average is not what is now.
 */
bool netdiag_tcp_series_now(const struct netdiag_tcp_series *series, uint32_t *value);

/* The uptime at which the last bucket will be over; each one before it ended a bucket earlier. */
uint64_t netdiag_tcp_series_end_ms(const struct netdiag_tcp_series *series);

/* By what is typed or by the name in JSON, or a beginning of one that no other has. */
bool netdiag_tcp_metric_parse(const char *text, enum netdiag_tcp_metric *metric);
bool netdiag_tcp_span_parse(const char *text, enum netdiag_tcp_span *span);

#endif
