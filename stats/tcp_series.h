/*
 * The past of some metrics: a ring of buckets for each over each span.
 *
 * netdiag_watch() adds to it about once a second, from what the stack counts since boot: what
 * "clear tcp statistics" stores has no part in it. A second that nobody looked at is unknown, but
 * for a few at a time, over which what came since the last look is spread.
 */
#ifndef NETDIAG_STATS_TCP_SERIES_H
#define NETDIAG_STATS_TCP_SERIES_H

#include "netdiag/netdiag.h"

enum netdiag_tcp_metric_kind {
    NETDIAG_TCP_METRIC_GAUGE, /* how many there are */
    NETDIAG_TCP_METRIC_RATE,  /* how many came in a second */
};

struct netdiag_tcp_metric_info {
    const char *key;  /* in JSON, "synReceived" */
    const char *word; /* as it is typed, "syn-received" */
    enum netdiag_tcp_metric_kind kind;
    const char *text; /* what it is, in English */
};

struct netdiag_tcp_span_info {
    const char *word; /* as it is typed, and in JSON: "60s" */
    uint32_t buckets;
    uint32_t bucket_s;
};

/* Of each metric and each span. Any thread. */
extern const struct netdiag_tcp_metric_info netdiag_tcp_metric_infos[];
extern const struct netdiag_tcp_span_info netdiag_tcp_span_infos[];

/* For netdiag_init(): nothing is known. */
void netdiag_tcp_series_init(struct netdiag *diag);

/* For netdiag_watch(): looks at the device. One thread at a time; another's call does nothing. */
void netdiag_tcp_series_look(struct netdiag *diag);

/*
 * Copies what is known of a metric over a span up to now, whole: no second of it is half there.
 * NETDIAG_ERROR_BUSY: it is being added to and does not come to an end; what the platform's clock
 * answers. Any thread; waits for nobody but by netdiag_device_wait(), and that not for long.
 */
enum netdiag_error netdiag_tcp_series_get(struct netdiag *diag, enum netdiag_tcp_metric metric,
                                          enum netdiag_tcp_span span,
                                          struct netdiag_tcp_series *series);

/* How many of a metric there can be; 0: nothing bounds it, or the device does not say. Any thread.
 */
uint32_t netdiag_tcp_series_capacity(const struct netdiag *diag, enum netdiag_tcp_metric metric);

#endif
