/*
 * Seconds are counted in 32 bits, values saturate below 2^32, and sums below 2^36: 19 million a
 * second for an hour, more than 10 Gbit/s of the smallest frames.
 */
#include "stats/tcp_rings.h"

#include <string.h>

#define GAP_S    5 /* so much later a look still says what was between */
#define MOST     (UINT32_MAX - 1)
#define SUM_BITS 36
#define SUM_MOST ((UINT64_C(1) << SUM_BITS) - 1)

/* The last word of a bucket: the seconds, and the high bits of the sum. */
#define SECONDS_BITS (16 - (SUM_BITS - 32))
#define SECONDS_MASK ((1u << SECONDS_BITS) - 1)

#define SPAN(name, word, buckets, bucket_s)                                                        \
    _Static_assert((bucket_s) <= SECONDS_MASK, "the seconds of " word " fit");                     \
    _Static_assert((buckets) <= NETDIAG_TCP_SERIES_MOST, "the buckets of " word " fit");
#include "netdiag/tcp_series.def"

static const uint16_t places[NETDIAG_TCP_SPANS] = {
#define SPAN(name, word, buckets, bucket_s) NETDIAG_TCP_RING_##name,
#include "netdiag/tcp_series.def"
};

/* ---- one bucket ---- */

/* Where that of this number is or was. */
static size_t place_of(enum netdiag_tcp_span span, uint32_t number)
{
    const struct netdiag_tcp_span_info *info = &netdiag_tcp_span_infos[span];

    return places[span] +
           (size_t)(number % info->buckets) * NETDIAG_TCP_BUCKET_WORDS(info->bucket_s);
}

static uint32_t get_32(const uint16_t *words)
{
    return words[0] | (uint32_t)words[1] << 16;
}

static void put_32(uint16_t *words, uint32_t value)
{
    words[0] = (uint16_t)value;
    words[1] = (uint16_t)(value >> 16);
}

/* Of a second there is its value and 1, so that zeroed words are an unknown one. */
static struct netdiag_tcp_bucket unpack(const uint16_t *words, uint32_t bucket_s)
{
    uint32_t first = get_32(words);

    if (bucket_s == 1)
        return (struct netdiag_tcp_bucket){
            .seconds = first > 0, .peak = first - (first > 0), .sum = first - (first > 0)};
    return (struct netdiag_tcp_bucket){.seconds = words[4] & SECONDS_MASK,
                                       .peak = first,
                                       .sum = get_32(words + 2) |
                                              (uint64_t)(words[4] >> SECONDS_BITS) << 32};
}

static void pack(uint16_t *words, uint32_t bucket_s, const struct netdiag_tcp_bucket *bucket)
{
    if (bucket_s == 1) {
        put_32(words, bucket->peak + 1);
        return;
    }
    put_32(words, bucket->peak);
    put_32(words + 2, (uint32_t)bucket->sum);
    words[4] = (uint16_t)(bucket->seconds | bucket->sum >> 32 << SECONDS_BITS);
}

static void add_second(struct netdiag_tcp_rings *rings, size_t metric, uint32_t second,
                       uint64_t value)
{
    uint32_t kept = value < MOST ? (uint32_t)value : MOST;

    for (unsigned span = 0; span < NETDIAG_TCP_SPANS; span++) {
        uint32_t bucket_s = netdiag_tcp_span_infos[span].bucket_s;
        uint16_t *words =
            &rings->words[metric][place_of((enum netdiag_tcp_span)span, second / bucket_s)];
        struct netdiag_tcp_bucket bucket = unpack(words, bucket_s);

        bucket.seconds++;
        bucket.peak = kept > bucket.peak ? kept : bucket.peak;
        bucket.sum = bucket.sum + kept < SUM_MOST ? bucket.sum + kept : SUM_MOST;
        pack(words, bucket_s, &bucket);
    }
}

/* ---- time ---- */

static uint32_t second_of(uint64_t now_ms)
{
    return (uint32_t)(now_ms / 1000);
}

void netdiag_tcp_rings_init(struct netdiag_tcp_rings *rings)
{
    memset(rings, 0, sizeof *rings);
}

bool netdiag_tcp_rings_is_due(const struct netdiag_tcp_rings *rings, uint64_t now_ms)
{
    return !rings->has_looked || rings->newest_s != second_of(now_ms);
}

/* Empties the places of the buckets that begin after the newest second, up to that one. */
static void advance_span(struct netdiag_tcp_rings *rings, enum netdiag_tcp_span span,
                         uint32_t second)
{
    const struct netdiag_tcp_span_info *info = &netdiag_tcp_span_infos[span];
    size_t size = NETDIAG_TCP_BUCKET_WORDS(info->bucket_s) * sizeof rings->words[0][0];
    uint32_t number = second / info->bucket_s;
    uint32_t fresh = number - rings->newest_s / info->bucket_s;

    for (uint32_t back = 0; back < fresh && back < info->buckets; back++) {
        for (size_t metric = 0; metric < NETDIAG_TCP_METRICS; metric++)
            memset(&rings->words[metric][place_of(span, number - back)], 0, size);
    }
}

static void advance(struct netdiag_tcp_rings *rings, uint32_t second)
{
    if (rings->has_looked && second < rings->newest_s)
        netdiag_tcp_rings_init(rings);
    for (unsigned span = 0; rings->has_looked && span < NETDIAG_TCP_SPANS; span++)
        advance_span(rings, (enum netdiag_tcp_span)span, second);
    rings->has_looked = true;
    rings->newest_s = second;
}

/* ---- a look ---- */

static void add_rate(struct netdiag_tcp_rings *rings, size_t metric, uint32_t seconds,
                     uint64_t value)
{
    uint64_t before = rings->seen[metric];
    uint64_t growth = value > before ? value - before : 0;

    for (uint32_t back = seconds - 1; back > 0; back--)
        add_second(rings, metric, rings->newest_s - back, growth / seconds);
    add_second(rings, metric, rings->newest_s, growth / seconds + growth % seconds);
}

static void add_gauge(struct netdiag_tcp_rings *rings, size_t metric, uint32_t seconds,
                      uint64_t value)
{
    for (uint32_t back = 0; back < seconds; back++)
        add_second(rings, metric, rings->newest_s - back, value);
}

static void add_value(struct netdiag_tcp_rings *rings, size_t metric, uint64_t value)
{
    uint32_t seconds = rings->newest_s + 1 - rings->seen_s[metric];
    bool is_near = rings->seen_s[metric] > 0 && seconds <= GAP_S;

    if (netdiag_tcp_metric_infos[metric].kind == NETDIAG_TCP_METRIC_GAUGE)
        add_gauge(rings, metric, is_near ? seconds : 1, value);
    else if (is_near)
        add_rate(rings, metric, seconds, value);
    rings->seen_s[metric] = rings->newest_s + 1;
    rings->seen[metric] = value;
}

void netdiag_tcp_rings_add(struct netdiag_tcp_rings *rings, uint64_t now_ms,
                           const struct netdiag_tcp_reading *reading)
{
    advance(rings, second_of(now_ms));
    for (size_t metric = 0; metric < NETDIAG_TCP_METRICS; metric++) {
        if (reading->has[metric])
            add_value(rings, metric, reading->value[metric]);
    }
}

/* ---- readers ---- */

void netdiag_tcp_rings_get(const struct netdiag_tcp_rings *rings, enum netdiag_tcp_metric metric,
                           enum netdiag_tcp_span span, uint64_t now_ms,
                           struct netdiag_tcp_series *series)
{
    const struct netdiag_tcp_span_info *info = &netdiag_tcp_span_infos[span];
    uint32_t now = second_of(now_ms) / info->bucket_s;
    uint32_t newest = rings->newest_s / info->bucket_s;

    memset(series, 0, sizeof *series);
    series->metric = metric;
    series->span = span;
    series->now_ms = now_ms;
    series->count = info->buckets;
    if (!rings->has_looked || second_of(now_ms) < rings->newest_s)
        return; /* what there is is of another life of the device */
    for (uint32_t back = now - newest; back <= now && back < info->buckets; back++)
        series->buckets[info->buckets - 1 - back] =
            unpack(&rings->words[metric][place_of(span, now - back)], info->bucket_s);
}
