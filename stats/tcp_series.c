/*
 * The device's side of the past: what a look asks it for. Readers and the look meet at a gate,
 * because the rings are too large to have twice; the device is asked outside of it.
 */
#include "stats/tcp_series.h"

#include <string.h>

#include "stats/device.h"
#include "stats/gate.h"
#include "stats/tcp_rings.h"

#define WAITS 20 /* of 1 ms, for a look that has begun to write: it takes microseconds */

const struct netdiag_tcp_metric_info netdiag_tcp_metric_infos[NETDIAG_TCP_METRICS] = {
#define METRIC(name, key, word, kind, text)                                                        \
    [NETDIAG_TCP_METRIC_##name] = {key, word, NETDIAG_TCP_METRIC_##kind, text},
#include "netdiag/tcp_series.def"
};

const struct netdiag_tcp_span_info netdiag_tcp_span_infos[NETDIAG_TCP_SPANS] = {
#define SPAN(name, word, buckets, bucket_s) [NETDIAG_TCP_SPAN_##name] = {word, buckets, bucket_s},
#include "netdiag/tcp_series.def"
};

/* ---- where each metric comes from ---- */

enum origin { STATES, POOL, COUNTERS, RESETS };

struct source {
    enum origin origin;
    unsigned which; /* the state, or the counter */
};

#define SOURCE_ESTABLISHED  STATES, NETDIAG_TCP_ESTABLISHED
#define SOURCE_SYN_RECEIVED STATES, NETDIAG_TCP_SYN_RECEIVED
#define SOURCE_TIME_WAIT    STATES, NETDIAG_TCP_TIME_WAIT
#define SOURCE_CLOSE_WAIT   STATES, NETDIAG_TCP_CLOSE_WAIT
#define SOURCE_POOL         POOL, 0
#define SOURCE_SEGMENTS_IN  COUNTERS, NETDIAG_TCP_IN_SEGS
#define SOURCE_SEGMENTS_OUT COUNTERS, NETDIAG_TCP_SENT_TOTAL
#define SOURCE_RETRANSMITS  COUNTERS, NETDIAG_TCP_RETRANS_SEGS
#define SOURCE_RESETS       RESETS, 0

static const struct source sources[NETDIAG_TCP_METRICS] = {
#define METRIC(name, key, word, kind, text) [NETDIAG_TCP_METRIC_##name] = {SOURCE_##name},
#include "netdiag/tcp_series.def"
};

static bool is_wanted(enum origin origin)
{
    for (size_t i = 0; i < NETDIAG_TCP_METRICS; i++) {
        if (sources[i].origin == origin)
            return true;
    }
    return false;
}

/* ---- a look ---- */

static void read_states(const struct netdiag *diag, struct netdiag_tcp_reading *reading)
{
    struct netdiag_tcp_states states;

    if (!is_wanted(STATES) || netdiag_device_tcp_states(diag, &states) != NETDIAG_OK)
        return;
    for (size_t i = 0; i < NETDIAG_TCP_METRICS; i++) {
        if (sources[i].origin != STATES)
            continue;
        reading->has[i] = true;
        reading->value[i] = states.count[sources[i].which];
    }
}

static void read_pool(const struct netdiag *diag, struct netdiag_tcp_reading *reading)
{
    struct netdiag_tcp_pool pool;

    if (!is_wanted(POOL) || netdiag_device_tcp_pool(diag, &pool) != NETDIAG_OK)
        return;
    for (size_t i = 0; i < NETDIAG_TCP_METRICS; i++) {
        if (sources[i].origin != POOL)
            continue;
        reading->has[i] = true;
        reading->value[i] = pool.used;
    }
}

/* By how much it grew since the last look; of a first value that is not known, and 0. */
static uint64_t grow(const struct netdiag_tcp_counters *counters, enum netdiag_tcp_counter which,
                     struct netdiag_tcp_counted *counted)
{
    const struct netdiag_tcp_counted before = *counted;

    counted->is_counted = netdiag_tcp_counter_get(counters, which, &counted->value);
    return before.is_counted && counted->is_counted && counted->value > before.value
               ? counted->value - before.value
               : 0;
}

/*
 * RSTs sent, or connections that were reset where those are more: stats/tcp_past.c says why. Both
 * are counted since boot, and so is the sum of what grew more at each look.
 */
static bool read_resets(const struct netdiag_tcp_counters *counters,
                        struct netdiag_tcp_resets *resets)
{
    uint64_t sent = grow(counters, NETDIAG_TCP_OUT_RSTS, &resets->sent);
    uint64_t ended = grow(counters, NETDIAG_TCP_ESTAB_RESETS, &resets->ended);

    resets->total += sent > ended ? sent : ended;
    return resets->sent.is_counted || resets->ended.is_counted;
}

static void read_counters(const struct netdiag *diag, struct netdiag_tcp_reading *reading,
                          struct netdiag_tcp_resets *resets)
{
    struct netdiag_tcp_counters counters;
    bool has_resets;

    if (!(is_wanted(COUNTERS) || is_wanted(RESETS)) ||
        netdiag_device_tcp_counters(diag, &counters) != NETDIAG_OK)
        return;
    has_resets = read_resets(&counters, resets);
    for (size_t i = 0; i < NETDIAG_TCP_METRICS; i++) {
        if (sources[i].origin == COUNTERS)
            reading->has[i] = netdiag_tcp_counter_get(
                &counters, (enum netdiag_tcp_counter)sources[i].which, &reading->value[i]);
        if (sources[i].origin != RESETS)
            continue;
        reading->has[i] = has_resets;
        reading->value[i] = resets->total;
    }
}

/* Where a reader is at the rings, the next look has what grew since the one before this. */
static void look(struct netdiag *diag)
{
    struct netdiag_tcp_recorder *recorder = &diag->tcp_recorder;
    struct netdiag_tcp_resets resets = recorder->resets;
    struct netdiag_tcp_reading reading;
    struct netdiag_time time;

    if (netdiag_device_time(diag, &time) != NETDIAG_OK ||
        !netdiag_tcp_rings_is_due(&recorder->rings, time.uptime_ms))
        return;
    memset(&reading, 0, sizeof reading);
    read_states(diag, &reading);
    read_pool(diag, &reading);
    read_counters(diag, &reading, &resets);
    if (!netdiag_gate_close(&recorder->gate))
        return;
    recorder->resets = resets;
    netdiag_tcp_rings_add(&recorder->rings, time.uptime_ms, &reading);
    netdiag_gate_open(&recorder->gate);
}

void netdiag_tcp_series_init(struct netdiag *diag)
{
    struct netdiag_tcp_recorder *recorder = &diag->tcp_recorder;

    atomic_flag_clear(&recorder->looking);
    netdiag_gate_init(&recorder->gate);
    memset(&recorder->resets, 0, sizeof recorder->resets);
    netdiag_tcp_rings_init(&recorder->rings);
}

void netdiag_tcp_series_look(struct netdiag *diag)
{
    if (atomic_flag_test_and_set(&diag->tcp_recorder.looking))
        return;
    look(diag);
    atomic_flag_clear(&diag->tcp_recorder.looking);
}

/* ---- readers ---- */

/* On an RTOS with strict priorities a reader that spins keeps the writer from its end: it sleeps.
 */
static bool enter(struct netdiag *diag)
{
    for (unsigned waits = 0; waits <= WAITS; waits++) {
        if (netdiag_gate_enter(&diag->tcp_recorder.gate))
            return true;
        if (netdiag_device_wait(diag, 1) != NETDIAG_OK)
            return false;
    }
    return false;
}

/* The time is asked for when no look can come between. */
enum netdiag_error netdiag_tcp_series_get(struct netdiag *diag, enum netdiag_tcp_metric metric,
                                          enum netdiag_tcp_span span,
                                          struct netdiag_tcp_series *series)
{
    struct netdiag_tcp_recorder *recorder = &diag->tcp_recorder;
    struct netdiag_time time;
    enum netdiag_error error;

    if (!enter(diag))
        return NETDIAG_ERROR_BUSY;
    error = netdiag_device_time(diag, &time);
    if (error == NETDIAG_OK)
        netdiag_tcp_rings_get(&recorder->rings, metric, span, time.uptime_ms, series);
    netdiag_gate_leave(&recorder->gate);
    return error;
}

uint32_t netdiag_tcp_series_capacity(const struct netdiag *diag, enum netdiag_tcp_metric metric)
{
    struct netdiag_tcp_pool pool;

    if (sources[metric].origin != POOL || netdiag_device_tcp_pool(diag, &pool) != NETDIAG_OK)
        return 0;
    return pool.capacity;
}
