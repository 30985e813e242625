/*
 * The rings of samples. Differences are taken in 32 bits, the width in which samples are kept: in
 * 70 s nothing that is counted here goes round.
 */
#include "stats/tcp_past.h"

#include <string.h>

#include "stats/device.h"

#define SAMPLE_MS 900  /* of a call a second, whose task comes a little early or late */
#define MARK_MS   4900 /* of memory pools: they are many */
#define SLACK_MS  500  /* a sample so much older is still in a window */
#define LAST_MS   10000
#define BEFORE_MS 70000
#define LEVEL_MS  60000

_Static_assert(NETDIAG_TCP_SAMPLES > (BEFORE_MS + SLACK_MS) / SAMPLE_MS, "70 s of samples");
_Static_assert(NETDIAG_MEMORY_MARKS > (LEVEL_MS + SLACK_MS) / MARK_MS, "60 s of marks");

/* ---- now ---- */

static uint64_t counter(const struct netdiag_tcp_counters *counters, enum netdiag_tcp_counter which)
{
    uint64_t value = 0;

    return netdiag_tcp_counter_get(counters, which, &value) ? value : 0;
}

/*
 * Segments of data sent again. SYN and FIN that nobody answers say nothing of the line: they have
 * findings of their own.
 */
static uint64_t data_sent_again(const struct netdiag_tcp_counters *counters)
{
    uint64_t all = counter(counters, NETDIAG_TCP_RETRANS_SEGS);
    uint64_t control = counter(counters, NETDIAG_TCP_SENT_CONTROL_RETRANS);

    return all > control ? all - control : 0;
}

/* A platform that lacks something has no growth of it; one that fails now has an unknown one. */
static bool collect_counters(const struct netdiag *diag, uint64_t value[NETDIAG_TCP_GROWTHS])
{
    struct netdiag_tcp_counters counters;
    enum netdiag_error error = netdiag_device_tcp_counters(diag, &counters);

    if (error != NETDIAG_OK)
        return error == NETDIAG_ERROR_UNSUPPORTED;
    value[NETDIAG_TCP_GROWTH_OUT_SEGS] = counter(&counters, NETDIAG_TCP_SENT_TOTAL);
    value[NETDIAG_TCP_GROWTH_RETRANS_SEGS] = data_sent_again(&counters);
    value[NETDIAG_TCP_GROWTH_IN_SEGS] = counter(&counters, NETDIAG_TCP_IN_SEGS);
    value[NETDIAG_TCP_GROWTH_OUT_RSTS] = counter(&counters, NETDIAG_TCP_OUT_RSTS);
    value[NETDIAG_TCP_GROWTH_ESTAB_RESETS] = counter(&counters, NETDIAG_TCP_ESTAB_RESETS);
    value[NETDIAG_TCP_GROWTH_BACKLOG_REFUSED] =
        counter(&counters, NETDIAG_TCP_CONN_BACKLOG_REFUSED);
    return true;
}

static bool collect_pool(const struct netdiag *diag, uint64_t value[NETDIAG_TCP_GROWTHS])
{
    struct netdiag_tcp_pool pool;
    enum netdiag_error error = netdiag_device_tcp_pool(diag, &pool);

    if (error != NETDIAG_OK)
        return error == NETDIAG_ERROR_UNSUPPORTED;
    value[NETDIAG_TCP_GROWTH_POOL_REFUSED] = pool.refused;
    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST && pool.has_evicted; i++)
        value[NETDIAG_TCP_GROWTH_POOL_EVICTED] += i != NETDIAG_TCP_TIME_WAIT ? pool.evicted[i] : 0;
    return true;
}

static void collect_memory(const struct netdiag *diag, struct netdiag_tcp_growing *growing)
{
    struct netdiag_memory_pools pools;

    if (netdiag_memory_pools_collect(diag, &pools) != NETDIAG_OK)
        return;
    growing->memory_count = (uint32_t)pools.count;
    for (size_t i = 0; i < pools.count; i++)
        growing->memory_refused[i] = pools.rows[i].refused;
}

bool netdiag_tcp_growing_collect(const struct netdiag *diag, struct netdiag_tcp_growing *growing)
{
    memset(growing, 0, sizeof *growing);
    collect_memory(diag, growing);
    return collect_counters(diag, growing->value) && collect_pool(diag, growing->value);
}

/* ---- the rings ---- */

void netdiag_tcp_past_init(struct netdiag_tcp_past *past)
{
    memset(past, 0, sizeof *past);
}

/* The sample so many before the newest. */
static const struct netdiag_tcp_sample *sample_back(const struct netdiag_tcp_past *past,
                                                    uint32_t back)
{
    return &past->samples[(past->newest + NETDIAG_TCP_SAMPLES - back) % NETDIAG_TCP_SAMPLES];
}

static const struct netdiag_memory_mark *mark_back(const struct netdiag_tcp_past *past,
                                                   uint32_t back)
{
    return &past->mark[(past->newest_mark + NETDIAG_MEMORY_MARKS - back) % NETDIAG_MEMORY_MARKS];
}

bool netdiag_tcp_past_is_due(const struct netdiag_tcp_past *past, uint64_t now_ms)
{
    return past->count == 0 || now_ms >= sample_back(past, 0)->at_ms + SAMPLE_MS;
}

static void add_sample(struct netdiag_tcp_past *past, uint64_t now_ms,
                       const struct netdiag_tcp_growing *growing)
{
    struct netdiag_tcp_sample *sample;

    past->newest = (past->newest + 1) % NETDIAG_TCP_SAMPLES;
    past->count += past->count < NETDIAG_TCP_SAMPLES;
    sample = &past->samples[past->newest];
    sample->at_ms = now_ms;
    for (size_t i = 0; i < NETDIAG_TCP_GROWTHS; i++)
        sample->value[i] = (uint32_t)growing->value[i];
}

/* Pools are told apart by their places: one more or one less, and their past means nothing. */
static void add_mark(struct netdiag_tcp_past *past, uint64_t now_ms,
                     const struct netdiag_tcp_growing *growing)
{
    struct netdiag_memory_mark *mark;

    if (growing->memory_count != past->memory_count)
        past->marks = 0;
    past->memory_count = growing->memory_count;
    for (size_t i = 0; i < growing->memory_count; i++)
        past->memory_now[i] = (uint32_t)growing->memory_refused[i];
    if (past->marks > 0 && now_ms < mark_back(past, 0)->at_ms + MARK_MS)
        return;
    past->newest_mark = (past->newest_mark + 1) % NETDIAG_MEMORY_MARKS;
    past->marks += past->marks < NETDIAG_MEMORY_MARKS;
    mark = &past->mark[past->newest_mark];
    mark->at_ms = now_ms;
    memcpy(mark->refused, past->memory_now, sizeof mark->refused);
}

void netdiag_tcp_past_add(struct netdiag_tcp_past *past, uint64_t now_ms,
                          const struct netdiag_tcp_growing *growing)
{
    if (past->count == 0 || now_ms - sample_back(past, 0)->at_ms > BEFORE_MS + SLACK_MS) {
        netdiag_tcp_past_init(past);
        past->since_ms = now_ms;
    }
    add_sample(past, now_ms, growing);
    add_mark(past, now_ms, growing);
}

/* ---- windows ---- */

/* How many back the oldest sample is that is no older than that. The newest always is. */
static uint32_t oldest_within(const struct netdiag_tcp_past *past, uint32_t ms)
{
    uint64_t now_ms = sample_back(past, 0)->at_ms;
    uint32_t back = 0;

    while (back + 1 < past->count && now_ms - sample_back(past, back + 1)->at_ms <= ms + SLACK_MS)
        back++;
    return back;
}

static uint32_t growth(const struct netdiag_tcp_past *past, uint32_t from, uint32_t to,
                       enum netdiag_tcp_growth which)
{
    return sample_back(past, to)->value[which] - sample_back(past, from)->value[which];
}

/*
 * RSTs of either side are not counted apart: those that the device sent are, and the connections
 * that ended so. One that the device aborts is in both, so their sum would be too many.
 */
static uint64_t resets(const struct netdiag_tcp_past *past, uint32_t from, uint32_t to)
{
    uint32_t sent = growth(past, from, to, NETDIAG_TCP_GROWTH_OUT_RSTS);
    uint32_t ended = growth(past, from, to, NETDIAG_TCP_GROWTH_ESTAB_RESETS);

    return sent > ended ? sent : ended;
}

/* From the sample so many back to another. */
static void fill_window(const struct netdiag_tcp_past *past, uint32_t from, uint32_t to,
                        struct netdiag_tcp_window *window)
{
    window->ms = sample_back(past, to)->at_ms - sample_back(past, from)->at_ms;
    window->out_segs = growth(past, from, to, NETDIAG_TCP_GROWTH_OUT_SEGS);
    window->retrans_segs = growth(past, from, to, NETDIAG_TCP_GROWTH_RETRANS_SEGS);
    window->in_segs = growth(past, from, to, NETDIAG_TCP_GROWTH_IN_SEGS);
    window->resets = resets(past, from, to);
}

static void fill_memory(const struct netdiag_tcp_past *past, struct netdiag_tcp_trend *trend)
{
    uint64_t now_ms = sample_back(past, 0)->at_ms;
    uint32_t back = 0;

    while (back + 1 < past->marks &&
           now_ms - mark_back(past, back + 1)->at_ms <= LEVEL_MS + SLACK_MS)
        back++;
    trend->memory_count = past->memory_count;
    for (size_t i = 0; i < past->memory_count; i++)
        trend->memory_refused[i] = past->memory_now[i] - mark_back(past, back)->refused[i];
}

void netdiag_tcp_past_trend(const struct netdiag_tcp_past *past, struct netdiag_tcp_trend *trend)
{
    uint32_t last, before, level;

    memset(trend, 0, sizeof *trend);
    if (past->count == 0)
        return;
    last = oldest_within(past, LAST_MS);
    before = oldest_within(past, BEFORE_MS);
    level = oldest_within(past, LEVEL_MS);
    trend->is_watched = true;
    trend->watched_ms = sample_back(past, 0)->at_ms - past->since_ms;
    fill_window(past, last, 0, &trend->last);
    fill_window(past, before, last, &trend->before);
    fill_window(past, level, 0, &trend->level);
    trend->pool_refused = growth(past, level, 0, NETDIAG_TCP_GROWTH_POOL_REFUSED);
    trend->pool_evicted = growth(past, level, 0, NETDIAG_TCP_GROWTH_POOL_EVICTED);
    trend->backlog_refused = growth(past, level, 0, NETDIAG_TCP_GROWTH_BACKLOG_REFUSED);
    fill_memory(past, trend);
}
