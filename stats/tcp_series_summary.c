#include "stats/tcp_series_summary.h"

#include "stats/abbreviation.h"

/* The watch looks about once a second: the present one, and the one before it, may lack a look. */
#define LAST_LOOKED_AT 3

static uint64_t rounded(uint64_t number, uint64_t divisor)
{
    return (number + divisor / 2) / divisor;
}

uint64_t netdiag_tcp_bucket_average_tenths(const struct netdiag_tcp_bucket *bucket)
{
    return rounded(bucket->sum * 10, bucket->seconds);
}

void netdiag_tcp_series_summarize(const struct netdiag_tcp_series *series,
                                  struct netdiag_tcp_series_summary *summary)
{
    uint64_t sum = 0, seconds = 0;

    *summary = (struct netdiag_tcp_series_summary){.known = false};
    for (uint32_t i = 0; i < series->count; i++) {
        const struct netdiag_tcp_bucket *bucket = &series->buckets[i];

        if (bucket->seconds == 0)
            continue;
        sum += bucket->sum;
        seconds += bucket->seconds;
        if (summary->known && bucket->peak < summary->peak)
            continue;
        summary->known = true;
        summary->peak = bucket->peak;
        summary->peak_ago = series->count - 1 - i;
    }
    if (seconds > 0)
        summary->average_tenths = rounded(sum * 10, seconds);
}

bool netdiag_tcp_series_now(const struct netdiag_tcp_series *series, uint32_t *value)
{
    if (netdiag_tcp_span_infos[series->span].bucket_s > 1)
        return false;
    for (uint32_t back = 1; back <= LAST_LOOKED_AT && back <= series->count; back++) {
        const struct netdiag_tcp_bucket *bucket = &series->buckets[series->count - back];

        if (bucket->seconds == 0)
            continue;
        *value = bucket->peak;
        return true;
    }
    return false;
}

uint64_t netdiag_tcp_series_end_ms(const struct netdiag_tcp_series *series)
{
    uint64_t bucket_ms = UINT64_C(1000) * netdiag_tcp_span_infos[series->span].bucket_s;

    return (series->now_ms / bucket_ms + 1) * bucket_ms;
}

static enum netdiag_fit better(enum netdiag_fit one, enum netdiag_fit other)
{
    return one > other ? one : other;
}

/* Counts a name that fits; true when it is the one and no other need be looked at. */
static bool fits_whole(enum netdiag_fit fit, unsigned number, unsigned *found, unsigned *count)
{
    if (fit == NETDIAG_FIT_NONE)
        return false;
    *found = number;
    *count = fit == NETDIAG_FIT_WHOLE ? 1 : *count + 1;
    return fit == NETDIAG_FIT_WHOLE;
}

bool netdiag_tcp_metric_parse(const char *text, enum netdiag_tcp_metric *metric)
{
    unsigned found = 0, count = 0;

    for (unsigned i = 0; i < NETDIAG_TCP_METRICS; i++) {
        const struct netdiag_tcp_metric_info *info = &netdiag_tcp_metric_infos[i];
        enum netdiag_fit fit =
            better(netdiag_fit_of(info->word, text), netdiag_fit_of(info->key, text));

        if (fits_whole(fit, i, &found, &count))
            break;
    }
    *metric = (enum netdiag_tcp_metric)found;
    return count == 1;
}

bool netdiag_tcp_span_parse(const char *text, enum netdiag_tcp_span *span)
{
    unsigned found = 0, count = 0;

    for (unsigned i = 0; i < NETDIAG_TCP_SPANS; i++) {
        if (fits_whole(netdiag_fit_of(netdiag_tcp_span_infos[i].word, text), i, &found, &count))
            break;
    }
    *span = (enum netdiag_tcp_span)found;
    return count == 1;
}
