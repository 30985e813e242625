/*
 * The history on the fake platform: what a look adds, what a reader gets, and who waits for whom.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <sched.h>

#include "stats/gate.h"
#include "stats/tcp_rings.h"
#include "stats/tcp_series.h"
#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"

static struct netdiag_tcp_series got;

static int setup(void **state)
{
    (void)state;
    fake_reset();
    fake_count_all();
    fake.platform.log = NULL;
    fake.time.uptime_ms = 7200000; /* a full hour */
    return 0;
}

static void look_after(uint64_t ms)
{
    fake.time.uptime_ms += ms;
    netdiag_tcp_series_look(&fake.diag);
}

static void get(enum netdiag_tcp_metric metric, enum netdiag_tcp_span span)
{
    assert_int_equal(netdiag_tcp_series_get(&fake.diag, metric, span, &got), NETDIAG_OK);
    assert_int_equal(got.metric, metric);
    assert_int_equal(got.span, span);
    assert_int_equal(got.count, netdiag_tcp_span_infos[span].buckets);
    assert_int_equal(got.now_ms, fake.time.uptime_ms);
}

/* The bucket so many before the present one. */
static struct netdiag_tcp_bucket back(uint32_t buckets)
{
    return got.buckets[got.count - 1 - buckets];
}

static void assert_bucket(uint32_t buckets, uint32_t seconds, uint32_t peak, uint64_t sum)
{
    struct netdiag_tcp_bucket bucket = back(buckets);

    assert_int_equal(bucket.seconds, seconds);
    if (seconds == 0)
        return;
    assert_int_equal(bucket.peak, peak);
    assert_int_equal(bucket.sum, sum);
}

/* A second that is known, and its value. */
static void assert_second(uint32_t seconds, uint32_t value)
{
    assert_bucket(seconds, 1, value, value);
}

static void assert_unknown(uint32_t buckets)
{
    assert_bucket(buckets, 0, 0, 0);
}

static void assert_nothing_known(void)
{
    for (uint32_t i = 0; i < got.count; i++)
        assert_unknown(i);
}

static void grow(enum netdiag_tcp_counter counter, uint64_t by)
{
    fake.counters.value[counter] += by;
}

static void retransmits(enum netdiag_tcp_span span)
{
    get(NETDIAG_TCP_METRIC_RETRANSMITS, span);
}

static void established(enum netdiag_tcp_span span)
{
    get(NETDIAG_TCP_METRIC_ESTABLISHED, span);
}

/* ---- what is known ---- */

static void past_of_a_device_that_nobody_watches_is_unknown(void **state)
{
    (void)state;
    for (unsigned metric = 0; metric < NETDIAG_TCP_METRICS; metric++) {
        for (unsigned span = 0; span < NETDIAG_TCP_SPANS; span++) {
            get((enum netdiag_tcp_metric)metric, (enum netdiag_tcp_span)span);
            assert_nothing_known();
        }
    }
}

static void first_look_knows_gauges_and_no_rates(void **state)
{
    (void)state;
    look_after(0);
    for (unsigned metric = 0; metric < NETDIAG_TCP_METRICS; metric++) {
        bool is_gauge = netdiag_tcp_metric_infos[metric].kind == NETDIAG_TCP_METRIC_GAUGE;

        for (unsigned span = 0; span < NETDIAG_TCP_SPANS; span++) {
            get((enum netdiag_tcp_metric)metric, (enum netdiag_tcp_span)span);
            assert_int_equal(back(0).seconds, is_gauge);
            assert_unknown(1);
            assert_unknown(got.count - 1);
        }
    }
}

static void assert_now(enum netdiag_tcp_metric metric, uint32_t value)
{
    get(metric, NETDIAG_TCP_SPAN_60S);
    assert_second(0, value);
}

static void each_metric_comes_from_its_own_source(void **state)
{
    (void)state;
    look_after(0);
    grow(NETDIAG_TCP_IN_SEGS, 11);
    grow(NETDIAG_TCP_SENT_TOTAL, 12);
    grow(NETDIAG_TCP_RETRANS_SEGS, 13);
    grow(NETDIAG_TCP_OUT_RSTS, 14);
    look_after(1000);
    assert_now(NETDIAG_TCP_METRIC_ESTABLISHED, 10 * NETDIAG_TCP_ESTABLISHED);
    assert_now(NETDIAG_TCP_METRIC_SYN_RECEIVED, 10 * NETDIAG_TCP_SYN_RECEIVED);
    assert_now(NETDIAG_TCP_METRIC_TIME_WAIT, 10 * NETDIAG_TCP_TIME_WAIT);
    assert_now(NETDIAG_TCP_METRIC_CLOSE_WAIT, 10 * NETDIAG_TCP_CLOSE_WAIT);
    assert_now(NETDIAG_TCP_METRIC_POOL, 17);
    assert_now(NETDIAG_TCP_METRIC_SEGMENTS_IN, 11);
    assert_now(NETDIAG_TCP_METRIC_SEGMENTS_OUT, 12);
    assert_now(NETDIAG_TCP_METRIC_RETRANSMITS, 13);
    assert_now(NETDIAG_TCP_METRIC_RESETS, 14);
}

static void resets_are_the_more_of_two_counters_at_each_look(void **state)
{
    static const struct {
        uint32_t sent, ended, resets;
    } looks[] = {{3, 1, 3}, {1, 3, 3}, {2, 2, 2}, {0, 5, 5}, {0, 0, 0}};

    (void)state;
    look_after(0);
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        grow(NETDIAG_TCP_OUT_RSTS, looks[i].sent);
        grow(NETDIAG_TCP_ESTAB_RESETS, looks[i].ended);
        look_after(1000);
        assert_now(NETDIAG_TCP_METRIC_RESETS, looks[i].resets);
    }
    fake.counters.counted[NETDIAG_TCP_OUT_RSTS / 32] &= ~(1u << NETDIAG_TCP_OUT_RSTS % 32);
    grow(NETDIAG_TCP_OUT_RSTS, 100);
    grow(NETDIAG_TCP_ESTAB_RESETS, 7);
    look_after(1000);
    assert_now(NETDIAG_TCP_METRIC_RESETS, 7);
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_OUT_RSTS, 1000000); /* since boot */
    grow(NETDIAG_TCP_ESTAB_RESETS, 8);
    look_after(1000);
    assert_now(NETDIAG_TCP_METRIC_RESETS, 8);
}

/* ---- buckets ---- */

static void flat_line_has_one_height(void **state)
{
    (void)state;
    look_after(0);
    for (unsigned i = 0; i < 180; i++) {
        grow(NETDIAG_TCP_RETRANS_SEGS, 4);
        look_after(1000);
    }
    retransmits(NETDIAG_TCP_SPAN_60S);
    for (uint32_t i = 0; i < got.count; i++)
        assert_second(i, 4);
    retransmits(NETDIAG_TCP_SPAN_60MIN);
    assert_bucket(0, 1, 4, 4);
    assert_bucket(1, 60, 4, 240);
    assert_bucket(2, 60, 4, 240);
    assert_bucket(3, 59, 4, 236); /* all but the first second, of which nothing was known */
    assert_unknown(4);
    retransmits(NETDIAG_TCP_SPAN_72H);
    assert_bucket(0, 180, 4, 720);
    assert_unknown(1);
}

static void spike_is_a_peak_and_a_small_average(void **state)
{
    (void)state;
    look_after(0);
    for (unsigned i = 0; i < 59; i++) {
        grow(NETDIAG_TCP_RETRANS_SEGS, i == 30 ? 590 : 0);
        fake.states.count[NETDIAG_TCP_ESTABLISHED] = i == 40 ? 600 : 0;
        look_after(1000);
    }
    retransmits(NETDIAG_TCP_SPAN_60MIN);
    assert_bucket(0, 59, 590, 590);
    retransmits(NETDIAG_TCP_SPAN_60S);
    assert_second(28, 590);
    assert_second(27, 0);
    assert_second(29, 0);
    established(NETDIAG_TCP_SPAN_72H);
    assert_bucket(0, 60, 600, 600 + 10 * NETDIAG_TCP_ESTABLISHED);
}

/* ---- four days against a model that keeps every second ---- */

#define MODEL_S (4 * 86400u)

static struct {
    uint32_t now;
    uint32_t gauge[MODEL_S], rate[MODEL_S]; /* of each second and 1; 0: unknown */
} model;

static struct netdiag_tcp_bucket model_bucket(const uint32_t *of, uint32_t begin, uint32_t length)
{
    struct netdiag_tcp_bucket bucket = {0, 0, 0};

    for (uint32_t s = begin; s < begin + length && s <= model.now; s++) {
        uint32_t value = of[s] - 1;

        if (of[s] == 0)
            continue;
        bucket.seconds++;
        bucket.peak = value > bucket.peak ? value : bucket.peak;
        bucket.sum += value;
    }
    return bucket;
}

static void assert_as_the_model(enum netdiag_tcp_metric metric, const uint32_t *of)
{
    for (unsigned span = 0; span < NETDIAG_TCP_SPANS; span++) {
        const struct netdiag_tcp_span_info *info = &netdiag_tcp_span_infos[span];
        uint32_t number = model.now / info->bucket_s;

        get(metric, (enum netdiag_tcp_span)span);
        for (uint32_t i = 0; i < info->buckets; i++) {
            struct netdiag_tcp_bucket want = {0, 0, 0};

            if (i <= number)
                want = model_bucket(of, (number - i) * info->bucket_s, info->bucket_s);
            assert_bucket(i, want.seconds, want.peak, want.sum);
        }
    }
}

/* The same numbers in every run. */
static uint32_t below(uint32_t bound)
{
    static uint32_t number = 8;

    number ^= number << 13;
    number ^= number >> 17;
    number ^= number << 5;
    return number % bound;
}

/* A look so many seconds after the last, at which so much came. */
static void model_look(uint32_t seconds, uint32_t gauge, uint32_t growth)
{
    uint32_t begin = seconds <= 5 ? model.now + 1 : model.now + seconds;

    model.now += seconds;
    for (uint32_t s = begin; s <= model.now; s++) {
        model.gauge[s] = gauge + 1;
        if (seconds <= 5)
            model.rate[s] = growth / seconds + (s == model.now ? growth % seconds : 0) + 1;
    }
    fake.states.count[NETDIAG_TCP_ESTABLISHED] = gauge;
    grow(NETDIAG_TCP_RETRANS_SEGS, growth);
    fake.time.uptime_ms = model.now * UINT64_C(1000) + below(1000);
    netdiag_tcp_series_look(&fake.diag);
}

/* Mostly a second, sometimes a few, now and then a minute, an hour or three. */
static uint32_t random_step(void)
{
    uint32_t of = below(10000);

    if (of < 9000)
        return 1;
    if (of < 9900)
        return 2 + below(8);
    if (of < 9999)
        return 60 + below(90);
    return 3600 + below(7200);
}

static void four_days_are_what_a_model_of_every_second_says(void **state)
{
    (void)state;
    fake.time.uptime_ms = 0;
    fake.states.count[NETDIAG_TCP_ESTABLISHED] = 5;
    model.gauge[0] = 6;
    look_after(0);
    for (unsigned i = 0; model.now < MODEL_S - 11000; i++) {
        model_look(random_step(), below(65536), below(100000));
        if (i % 997 != 0 && model.now < MODEL_S - 12000)
            continue;
        assert_as_the_model(NETDIAG_TCP_METRIC_ESTABLISHED, model.gauge);
        assert_as_the_model(NETDIAG_TCP_METRIC_RETRANSMITS, model.rate);
    }
}

/* ---- looks that come late, early, or not at all ---- */

static void late_look_spreads_what_came_over_the_seconds_between(void **state)
{
    (void)state;
    look_after(0);
    look_after(1000);
    grow(NETDIAG_TCP_RETRANS_SEGS, 13);
    fake.states.count[NETDIAG_TCP_ESTABLISHED] = 7;
    look_after(5000);
    retransmits(NETDIAG_TCP_SPAN_60S);
    assert_second(0, 2 + 3);
    for (uint32_t i = 1; i < 5; i++)
        assert_second(i, 2);
    assert_second(5, 0);
    established(NETDIAG_TCP_SPAN_60S);
    assert_second(4, 7);
    assert_second(5, 10 * NETDIAG_TCP_ESTABLISHED);
    established(NETDIAG_TCP_SPAN_60MIN);
    assert_bucket(0, 7, 10 * NETDIAG_TCP_ESTABLISHED, 5 * 7 + 20 * NETDIAG_TCP_ESTABLISHED);
}

static void look_after_a_gap_leaves_it_unknown(void **state)
{
    (void)state;
    look_after(0);
    grow(NETDIAG_TCP_RETRANS_SEGS, 5);
    look_after(1000);
    grow(NETDIAG_TCP_RETRANS_SEGS, 600);
    look_after(6000);
    retransmits(NETDIAG_TCP_SPAN_60S);
    for (uint32_t i = 0; i < 6; i++)
        assert_unknown(i);
    assert_second(6, 5);
    established(NETDIAG_TCP_SPAN_60S);
    assert_second(0, 10 * NETDIAG_TCP_ESTABLISHED);
    for (uint32_t i = 1; i < 6; i++)
        assert_unknown(i);
    grow(NETDIAG_TCP_RETRANS_SEGS, 2);
    look_after(1000);
    retransmits(NETDIAG_TCP_SPAN_60MIN);
    assert_bucket(0, 2, 5, 7);
}

static void gap_longer_than_a_span_empties_it(void **state)
{
    (void)state;
    look_after(0);
    look_after(UINT64_C(73) * 3600 * 1000);
    for (unsigned span = 0; span < NETDIAG_TCP_SPANS; span++) {
        established((enum netdiag_tcp_span)span);
        assert_bucket(0, 1, 10 * NETDIAG_TCP_ESTABLISHED, 10 * NETDIAG_TCP_ESTABLISHED);
        for (uint32_t i = 1; i < got.count; i++)
            assert_unknown(i);
    }
}

static void second_look_in_a_second_adds_nothing_and_loses_nothing(void **state)
{
    (void)state;
    look_after(0);
    look_after(1000);
    grow(NETDIAG_TCP_RETRANS_SEGS, 5);
    look_after(999);
    assert_now(NETDIAG_TCP_METRIC_RETRANSMITS, 0);
    grow(NETDIAG_TCP_RETRANS_SEGS, 2);
    look_after(1);
    assert_now(NETDIAG_TCP_METRIC_RETRANSMITS, 7);
    for (unsigned i = 0; i < 40; i++) { /* a task that comes ten times a second */
        grow(NETDIAG_TCP_RETRANS_SEGS, 1);
        look_after(100);
    }
    retransmits(NETDIAG_TCP_SPAN_60S);
    for (uint32_t i = 0; i < 4; i++)
        assert_second(i, 10);
    retransmits(NETDIAG_TCP_SPAN_72H);
    assert_bucket(0, 6, 10, 47);
}

static void reader_after_the_last_look_sees_unknown_seconds(void **state)
{
    (void)state;
    look_after(0);
    fake.time.uptime_ms += 3999;
    established(NETDIAG_TCP_SPAN_60S);
    for (uint32_t i = 0; i < 3; i++)
        assert_unknown(i);
    assert_second(3, 10 * NETDIAG_TCP_ESTABLISHED);
    established(NETDIAG_TCP_SPAN_60MIN);
    assert_int_equal(back(0).seconds, 1);
    fake.time.uptime_ms += UINT64_C(59) * 60 * 1000;
    established(NETDIAG_TCP_SPAN_60MIN);
    assert_int_equal(back(59).seconds, 1);
    fake.time.uptime_ms += UINT64_C(60) * 1000;
    established(NETDIAG_TCP_SPAN_60MIN);
    assert_nothing_known();
    established(NETDIAG_TCP_SPAN_72H);
    assert_int_equal(back(1).seconds, 1);
    fake.time.uptime_ms += UINT64_C(1) << 40;
    established(NETDIAG_TCP_SPAN_72H);
    assert_nothing_known();
}

static void time_before_boot_is_unknown(void **state)
{
    (void)state;
    fake.time.uptime_ms = 2500;
    look_after(0);
    established(NETDIAG_TCP_SPAN_60S);
    assert_second(0, 10 * NETDIAG_TCP_ESTABLISHED);
    for (uint32_t i = 1; i < got.count; i++)
        assert_unknown(i);
    look_after(1000);
    established(NETDIAG_TCP_SPAN_60MIN);
    assert_int_equal(back(0).seconds, 2);
    assert_unknown(1);
}

static void uptime_that_goes_back_begins_anew(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 100; i++)
        look_after(1000);
    fake.time.uptime_ms -= 10000;
    for (unsigned span = 0; span < NETDIAG_TCP_SPANS; span++) {
        established((enum netdiag_tcp_span)span); /* of the life before: not this one's */
        assert_nothing_known();
    }
    grow(NETDIAG_TCP_RETRANS_SEGS, 50);
    look_after(0);
    established(NETDIAG_TCP_SPAN_60S);
    assert_second(0, 10 * NETDIAG_TCP_ESTABLISHED);
    assert_unknown(1);
    established(NETDIAG_TCP_SPAN_72H);
    assert_int_equal(back(0).seconds, 1);
    retransmits(NETDIAG_TCP_SPAN_60S);
    assert_nothing_known();
}

/* ---- devices that do not answer, and numbers that do not fit ---- */

static void what_a_platform_does_not_offer_is_unknown(void **state)
{
    (void)state;
    fake.platform.tcp_states = NULL;
    fake.pool_error = NETDIAG_ERROR_UNSUPPORTED;
    memset(fake.counters.counted, 0, sizeof fake.counters.counted);
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_IN_SEGS, 100);
    look_after(0);
    look_after(1000);
    for (unsigned metric = 0; metric < NETDIAG_TCP_METRICS; metric++) {
        get((enum netdiag_tcp_metric)metric, NETDIAG_TCP_SPAN_60MIN);
        if (metric == NETDIAG_TCP_METRIC_SEGMENTS_IN)
            assert_bucket(0, 1, 0, 0);
        else
            assert_nothing_known();
    }
}

static void device_that_fails_for_a_moment_loses_nothing(void **state)
{
    (void)state;
    look_after(0);
    fake.counters_error = NETDIAG_ERROR_BUSY;
    grow(NETDIAG_TCP_RETRANS_SEGS, 5);
    look_after(1000);
    retransmits(NETDIAG_TCP_SPAN_60S);
    assert_unknown(0);
    established(NETDIAG_TCP_SPAN_60S);
    assert_second(0, 10 * NETDIAG_TCP_ESTABLISHED);
    fake.counters_error = NETDIAG_OK;
    grow(NETDIAG_TCP_RETRANS_SEGS, 1);
    look_after(1000);
    retransmits(NETDIAG_TCP_SPAN_60S);
    assert_second(0, 3);
    assert_second(1, 3);
}

static void device_without_a_clock_has_no_past(void **state)
{
    (void)state;
    fake.platform.time = NULL;
    look_after(0);
    assert_int_equal(
        netdiag_tcp_series_get(&fake.diag, NETDIAG_TCP_METRIC_POOL, NETDIAG_TCP_SPAN_60S, &got),
        NETDIAG_ERROR_UNSUPPORTED);
    assert_true(netdiag_gate_close(&fake.diag.tcp_recorder.gate)); /* nobody was left in it */
}

static void values_and_sums_saturate_and_never_wrap(void **state)
{
    const uint32_t most = UINT32_MAX - 1;

    (void)state;
    fake.states.count[NETDIAG_TCP_ESTABLISHED] = UINT64_MAX;
    look_after(0);
    grow(NETDIAG_TCP_RETRANS_SEGS, UINT64_C(1) << 40);
    for (unsigned i = 0; i < 40; i++)
        look_after(1000);
    retransmits(NETDIAG_TCP_SPAN_60S);
    assert_second(39, most);
    assert_second(38, 0);
    established(NETDIAG_TCP_SPAN_60S);
    assert_second(0, most);
    established(NETDIAG_TCP_SPAN_60MIN);
    assert_bucket(0, 41, most, (UINT64_C(1) << 36) - 1);
    fake.states.count[NETDIAG_TCP_ESTABLISHED] = 0;
    look_after(1000);
    established(NETDIAG_TCP_SPAN_72H);
    assert_bucket(0, 42, most, (UINT64_C(1) << 36) - 1);
}

static void hour_at_ten_gigabits_of_small_frames_is_exact(void **state)
{
    const uint32_t rate = 14880952;

    (void)state;
    look_after(0);
    for (unsigned i = 0; i < 7199; i++) {
        grow(NETDIAG_TCP_IN_SEGS, rate);
        look_after(1000);
    }
    get(NETDIAG_TCP_METRIC_SEGMENTS_IN, NETDIAG_TCP_SPAN_72H);
    assert_bucket(0, 3600, rate, UINT64_C(3600) * rate);
}

static void counter_that_is_less_than_it_was_has_not_grown(void **state)
{
    (void)state;
    look_after(0);
    fake.counters.value[NETDIAG_TCP_RETRANS_SEGS] = 3;
    look_after(1000);
    assert_now(NETDIAG_TCP_METRIC_RETRANSMITS, 0);
    grow(NETDIAG_TCP_RETRANS_SEGS, 4);
    look_after(1000);
    assert_now(NETDIAG_TCP_METRIC_RETRANSMITS, 4);
}

static void clear_tcp_statistics_changes_nothing(void **state)
{
    (void)state;
    look_after(0);
    grow(NETDIAG_TCP_RETRANS_SEGS, 5);
    look_after(1000);
    grow(NETDIAG_TCP_RETRANS_SEGS, 6);
    assert_int_equal(run_lines("clear tcp statistics")->status, 0);
    grow(NETDIAG_TCP_RETRANS_SEGS, 7);
    look_after(1000);
    retransmits(NETDIAG_TCP_SPAN_60S);
    assert_second(0, 13);
    assert_second(1, 5);
}

static void watch_feeds_the_history(void **state)
{
    (void)state;
    netdiag_watch(&fake.diag);
    assert_now(NETDIAG_TCP_METRIC_POOL, 17);
}

/* ---- several threads ---- */

static void reader_keeps_its_record_and_the_next_look_has_both_seconds(void **state)
{
    struct netdiag_gate *gate = &fake.diag.tcp_recorder.gate;

    (void)state;
    look_after(0);
    assert_true(netdiag_gate_enter(gate));
    grow(NETDIAG_TCP_RETRANS_SEGS, 6);
    grow(NETDIAG_TCP_OUT_RSTS, 6);
    look_after(1000);
    retransmits(NETDIAG_TCP_SPAN_60S); /* readers do not keep each other out */
    assert_unknown(0);
    netdiag_gate_leave(gate);
    grow(NETDIAG_TCP_RETRANS_SEGS, 4);
    grow(NETDIAG_TCP_OUT_RSTS, 4);
    look_after(1000);
    retransmits(NETDIAG_TCP_SPAN_60S);
    assert_second(0, 5);
    assert_second(1, 5);
    get(NETDIAG_TCP_METRIC_RESETS, NETDIAG_TCP_SPAN_60S);
    assert_second(0, 5);
    assert_second(1, 5);
}

static void open_gate(void)
{
    if (fake.wait_calls == 3)
        netdiag_gate_open(&fake.diag.tcp_recorder.gate);
}

static void reader_sleeps_until_the_writer_has_ended(void **state)
{
    (void)state;
    look_after(0);
    assert_true(netdiag_gate_close(&fake.diag.tcp_recorder.gate));
    fake.on_wait = open_gate;
    established(NETDIAG_TCP_SPAN_60S);
    assert_second(0, 10 * NETDIAG_TCP_ESTABLISHED);
    assert_int_equal(fake.wait_calls, 3);
    assert_int_equal(fake.wait_longest, 1);
}

static void reader_of_a_writer_that_does_not_end_is_told_so(void **state)
{
    (void)state;
    look_after(0);
    assert_true(netdiag_gate_close(&fake.diag.tcp_recorder.gate));
    assert_int_equal(
        netdiag_tcp_series_get(&fake.diag, NETDIAG_TCP_METRIC_POOL, NETDIAG_TCP_SPAN_60S, &got),
        NETDIAG_ERROR_BUSY);
    assert_in_range(fake.wait_calls, 1, 50);
    fake.platform.wait = NULL; /* nor does it go round where nothing can wait */
    assert_int_equal(
        netdiag_tcp_series_get(&fake.diag, NETDIAG_TCP_METRIC_POOL, NETDIAG_TCP_SPAN_60S, &got),
        NETDIAG_ERROR_BUSY);
    netdiag_gate_open(&fake.diag.tcp_recorder.gate);
    assert_now(NETDIAG_TCP_METRIC_POOL, 17);
}

static void look_again(void)
{
    fake.on_counters = NULL;
    grow(NETDIAG_TCP_RETRANS_SEGS, 9);
    look_after(1000);
}

static void second_look_at_once_does_nothing(void **state)
{
    (void)state;
    look_after(0);
    fake.on_counters = look_again;
    look_after(1000);
    fake.time.uptime_ms -= 1000;
    assert_now(NETDIAG_TCP_METRIC_RETRANSMITS, 9); /* of one look, at the time it began */
}

#define ROUNDS 3000

static pthread_mutex_t clock_lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t clock_ms;

static enum netdiag_error locked_time(void *ctx, struct netdiag_time *time)
{
    (void)ctx;
    pthread_mutex_lock(&clock_lock);
    time->uptime_ms = clock_ms;
    pthread_mutex_unlock(&clock_lock);
    return NETDIAG_OK;
}

static enum netdiag_error yielding_wait(void *ctx, uint32_t ms)
{
    (void)ctx;
    (void)ms;
    sched_yield();
    return NETDIAG_OK;
}

/* In the second N there are N connections: a record that is not whole would mix them. */
static enum netdiag_error states_by_clock(void *ctx, struct netdiag_tcp_states *states)
{
    struct netdiag_time time;

    (void)locked_time(ctx, &time);
    states->count[NETDIAG_TCP_ESTABLISHED] = time.uptime_ms / 1000;
    return NETDIAG_OK;
}

static void *look_often(void *argument)
{
    (void)argument;
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        pthread_mutex_lock(&clock_lock);
        clock_ms += 1000;
        pthread_mutex_unlock(&clock_lock);
        netdiag_tcp_series_look(&fake.diag);
        sched_yield();
    }
    return NULL;
}

/* Where a reader kept a look out, the next value stands for up to five seconds. */
static bool is_whole(const struct netdiag_tcp_series *series)
{
    for (uint32_t i = 0; i < series->count; i++) {
        uint64_t second = series->now_ms / 1000 - (series->count - 1 - i);
        const struct netdiag_tcp_bucket *bucket = &series->buckets[i];

        if (bucket->seconds > 0 && (bucket->peak < second || bucket->peak > second + 4 ||
                                    bucket->sum != bucket->peak || bucket->seconds > 1))
            return false;
    }
    return true;
}

static void *read_often(void *torn)
{
    struct netdiag_tcp_series series = {.now_ms = 0};

    while (series.now_ms < UINT64_C(1000) * (ROUNDS + 100)) {
        enum netdiag_error error = netdiag_tcp_series_get(
            &fake.diag, NETDIAG_TCP_METRIC_ESTABLISHED, NETDIAG_TCP_SPAN_60S, &series);

        if (error == NETDIAG_OK ? !is_whole(&series) : error != NETDIAG_ERROR_BUSY)
            *(bool *)torn = true;
    }
    return NULL;
}

static void readers_get_whole_records_while_looks_come(void **state)
{
    bool torn[2] = {false, false};
    pthread_t writer, readers[2];

    (void)state;
    fake.platform.time = locked_time;
    fake.platform.wait = yielding_wait;
    fake.platform.tcp_states = states_by_clock;
    clock_ms = 100000;
    assert_int_equal(pthread_create(&writer, NULL, look_often, NULL), 0);
    assert_int_equal(pthread_create(&readers[0], NULL, read_often, &torn[0]), 0);
    assert_int_equal(pthread_create(&readers[1], NULL, read_often, &torn[1]), 0);
    pthread_join(writer, NULL);
    pthread_join(readers[0], NULL);
    pthread_join(readers[1], NULL);
    assert_false(torn[0] || torn[1]);
    assert_true(fake.diag.tcp_recorder.rings.has_looked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(past_of_a_device_that_nobody_watches_is_unknown, setup),
        cmocka_unit_test_setup(first_look_knows_gauges_and_no_rates, setup),
        cmocka_unit_test_setup(each_metric_comes_from_its_own_source, setup),
        cmocka_unit_test_setup(resets_are_the_more_of_two_counters_at_each_look, setup),
        cmocka_unit_test_setup(flat_line_has_one_height, setup),
        cmocka_unit_test_setup(spike_is_a_peak_and_a_small_average, setup),
        cmocka_unit_test_setup(four_days_are_what_a_model_of_every_second_says, setup),
        cmocka_unit_test_setup(late_look_spreads_what_came_over_the_seconds_between, setup),
        cmocka_unit_test_setup(look_after_a_gap_leaves_it_unknown, setup),
        cmocka_unit_test_setup(gap_longer_than_a_span_empties_it, setup),
        cmocka_unit_test_setup(second_look_in_a_second_adds_nothing_and_loses_nothing, setup),
        cmocka_unit_test_setup(reader_after_the_last_look_sees_unknown_seconds, setup),
        cmocka_unit_test_setup(time_before_boot_is_unknown, setup),
        cmocka_unit_test_setup(uptime_that_goes_back_begins_anew, setup),
        cmocka_unit_test_setup(what_a_platform_does_not_offer_is_unknown, setup),
        cmocka_unit_test_setup(device_that_fails_for_a_moment_loses_nothing, setup),
        cmocka_unit_test_setup(device_without_a_clock_has_no_past, setup),
        cmocka_unit_test_setup(values_and_sums_saturate_and_never_wrap, setup),
        cmocka_unit_test_setup(hour_at_ten_gigabits_of_small_frames_is_exact, setup),
        cmocka_unit_test_setup(counter_that_is_less_than_it_was_has_not_grown, setup),
        cmocka_unit_test_setup(clear_tcp_statistics_changes_nothing, setup),
        cmocka_unit_test_setup(watch_feeds_the_history, setup),
        cmocka_unit_test_setup(reader_keeps_its_record_and_the_next_look_has_both_seconds, setup),
        cmocka_unit_test_setup(reader_sleeps_until_the_writer_has_ended, setup),
        cmocka_unit_test_setup(reader_of_a_writer_that_does_not_end_is_told_so, setup),
        cmocka_unit_test_setup(second_look_at_once_does_nothing, setup),
        cmocka_unit_test_setup(readers_get_whole_records_while_looks_come, setup),
    };

    return cmocka_run_group_tests_name("tcp_series", tests, NULL, NULL);
}
