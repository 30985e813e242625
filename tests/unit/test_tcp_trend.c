/*
 * What the watch makes of samples: windows, whatever the times at which it is called.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stats/tcp_past.h"
#include "tests/unit/fake_platform.h"

static struct netdiag_tcp_past past;
static struct netdiag_tcp_growing growing;
static struct netdiag_tcp_trend trend;

static int setup(void **state)
{
    (void)state;
    fake_reset();
    netdiag_tcp_past_init(&past);
    memset(&growing, 0, sizeof growing);
    return 0;
}

/* As the watch does it: a sample where one is due. */
static void look(uint64_t now_ms)
{
    if (netdiag_tcp_past_is_due(&past, now_ms))
        netdiag_tcp_past_add(&past, now_ms, &growing);
    netdiag_tcp_past_trend(&past, &trend);
}

/* Looks each second from `from_s` to `to_s`, and each second `by` more segments were sent. */
static void run(uint64_t from_s, uint64_t to_s, uint64_t by)
{
    for (uint64_t s = from_s; s <= to_s; s++) {
        growing.value[NETDIAG_TCP_GROWTH_OUT_SEGS] += by;
        look(s * 1000);
    }
}

static void trend_before_the_first_look_is_unknown(void **state)
{
    (void)state;
    netdiag_tcp_past_trend(&past, &trend);
    assert_false(trend.is_watched);
    look(5000);
    assert_true(trend.is_watched);
    assert_int_equal(trend.watched_ms, 0);
    assert_int_equal(trend.last.ms, 0);
    assert_int_equal(trend.before.ms, 0);
    assert_int_equal(trend.level.ms, 0);
}

static void trend_each_second_has_10_then_60_seconds(void **state)
{
    (void)state;
    run(1, 7, 5);
    assert_int_equal(trend.last.ms, 6000);
    assert_int_equal(trend.before.ms, 0);
    run(8, 200, 5);
    run(201, 210, 100); /* the last 10 s are another time */
    assert_int_equal(trend.last.ms, 10000);
    assert_int_equal(trend.last.out_segs, 1000);
    assert_int_equal(trend.before.ms, 60000);
    assert_int_equal(trend.before.out_segs, 300);
    assert_int_equal(trend.level.ms, 60000);
    assert_int_equal(trend.level.out_segs, 1000 + 250);
    assert_int_equal(trend.watched_ms, 209000);
}

static void trend_counts_no_reset_twice(void **state)
{
    (void)state;
    look(1000);
    growing.value[NETDIAG_TCP_GROWTH_OUT_RSTS] += 7;
    growing.value[NETDIAG_TCP_GROWTH_ESTAB_RESETS] += 5;
    look(2000);
    assert_int_equal(trend.last.resets, 7);
    growing.value[NETDIAG_TCP_GROWTH_ESTAB_RESETS] += 4;
    look(3000);
    assert_int_equal(trend.last.resets, 9);
}

static void trend_of_calls_too_often_is_the_same(void **state)
{
    (void)state;
    for (uint64_t ms = 0; ms <= 200000; ms += 10) {
        growing.value[NETDIAG_TCP_GROWTH_OUT_SEGS]++;
        look(ms);
    }
    assert_in_range(trend.last.ms, 9500, 10500);
    assert_int_equal(trend.last.out_segs, trend.last.ms / 10);
    assert_in_range(trend.before.ms, 59000, 60500);
    assert_int_equal(trend.before.out_segs, trend.before.ms / 10);
    assert_in_range(trend.level.ms, 59500, 60500);
}

/* A task that comes late now and then, and early after that. */
static void trend_of_irregular_calls_says_its_true_length(void **state)
{
    static const uint64_t steps[] = {1000, 1003, 2400, 910, 999, 1700, 950, 1001};
    uint64_t now_ms = 0;

    (void)state;
    for (size_t i = 0; i < 400; i++) {
        now_ms += steps[i % 8];
        growing.value[NETDIAG_TCP_GROWTH_IN_SEGS] += steps[i % 8];
        growing.value[NETDIAG_TCP_GROWTH_OUT_RSTS] += 1;
        look(now_ms);
        assert_true(trend.last.ms <= 10500 && trend.level.ms <= 60500);
        assert_true(trend.last.ms + trend.before.ms <= 70500);
        assert_int_equal(trend.last.in_segs, trend.last.ms);
        assert_int_equal(trend.before.in_segs, trend.before.ms);
        assert_int_equal(trend.level.in_segs, trend.level.ms);
    }
    assert_true(trend.last.ms >= 8000 && trend.level.ms >= 58000 && trend.before.ms >= 57000);
}

static void trend_after_a_pause_is_of_what_was_seen(void **state)
{
    (void)state;
    run(1, 100, 5);
    run(140, 143, 5); /* nobody looked for 40 s */
    assert_int_equal(trend.last.ms, 3000);
    assert_int_equal(trend.before.ms, 143000 - 3000 - 73000);
    assert_int_equal(trend.watched_ms, 142000);
    run(300, 302, 5); /* nor for longer than is kept: it begins anew */
    assert_int_equal(trend.watched_ms, 2000);
    assert_int_equal(trend.last.ms, 2000);
    assert_int_equal(trend.last.out_segs, 10);
    assert_int_equal(trend.before.ms, 0);
}

static void trend_of_counters_past_32_bits_goes_on(void **state)
{
    (void)state;
    growing.value[NETDIAG_TCP_GROWTH_OUT_SEGS] = UINT64_C(0x5fffffff0);
    growing.value[NETDIAG_TCP_GROWTH_POOL_REFUSED] = UINT64_C(0x2ffffffff);
    run(1, 5, 100);
    growing.value[NETDIAG_TCP_GROWTH_POOL_REFUSED] += 3;
    run(6, 6, 100);
    assert_int_equal(trend.last.out_segs, 500);
    assert_int_equal(trend.pool_refused, 3);
}

static void refusals_are_of_the_last_minute(void **state)
{
    (void)state;
    run(1, 100, 1);
    growing.value[NETDIAG_TCP_GROWTH_POOL_EVICTED] = 4;
    growing.value[NETDIAG_TCP_GROWTH_BACKLOG_REFUSED] = 5;
    run(101, 160, 1);
    assert_int_equal(trend.pool_evicted, 4);
    assert_int_equal(trend.backlog_refused, 5);
    run(161, 161, 1);
    assert_int_equal(trend.pool_evicted, 0);
    assert_int_equal(trend.backlog_refused, 0);
}

static void memory_refusals_are_of_a_minute_by_their_pools(void **state)
{
    (void)state;
    growing.memory_count = 3;
    growing.memory_refused[0] = 77; /* before anybody looked */
    run(1, 100, 1);
    assert_int_equal(trend.memory_count, 3);
    assert_int_equal(trend.memory_refused[0], 0);
    growing.memory_refused[2] = UINT64_C(0x100000002);
    run(101, 101, 1);
    assert_int_equal(trend.memory_refused[2], 2);
    run(102, 155, 1);
    assert_int_equal(trend.memory_refused[2], 2);
    run(156, 166, 1);
    assert_int_equal(trend.memory_refused[2], 0);
    growing.memory_count = 4; /* another list: what was means nothing */
    growing.memory_refused[2] = 9;
    run(167, 167, 1);
    assert_int_equal(trend.memory_count, 4);
    assert_int_equal(trend.memory_refused[2], 0);
}

/* ---- what is counted ---- */

static void growing_is_of_the_device_since_boot(void **state)
{
    (void)state;
    fake_count_all();
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_SENT_TOTAL, 10);
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_RETRANS_SEGS, 15);
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_SENT_CONTROL_RETRANS, 4);
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_IN_SEGS, 12);
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_OUT_RSTS, 13);
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_ESTAB_RESETS, 14);
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_CONN_BACKLOG_REFUSED, 15);
    fake.pool.evicted[NETDIAG_TCP_LAST_ACK] = 1;
    fake_memory_pool("TCP_SEG")->refused = 16;
    assert_true(netdiag_tcp_growing_collect(&fake.diag, &growing));
    assert_int_equal(growing.value[NETDIAG_TCP_GROWTH_OUT_SEGS], 10);
    assert_int_equal(growing.value[NETDIAG_TCP_GROWTH_RETRANS_SEGS], 11);
    assert_int_equal(growing.value[NETDIAG_TCP_GROWTH_IN_SEGS], 12);
    assert_int_equal(growing.value[NETDIAG_TCP_GROWTH_OUT_RSTS], 13);
    assert_int_equal(growing.value[NETDIAG_TCP_GROWTH_ESTAB_RESETS], 14);
    assert_int_equal(growing.value[NETDIAG_TCP_GROWTH_BACKLOG_REFUSED], 15);
    assert_int_equal(growing.value[NETDIAG_TCP_GROWTH_POOL_REFUSED], fake.pool.refused);
    assert_int_equal(growing.value[NETDIAG_TCP_GROWTH_POOL_EVICTED], 2 + 1); /* not TIME-WAIT */
    assert_int_equal(growing.memory_count, 1);
    assert_int_equal(growing.memory_refused[0], 16);
}

static void growing_of_a_device_that_fails_now_is_none(void **state)
{
    (void)state;
    fake.counters_error = NETDIAG_ERROR_BUSY;
    assert_false(netdiag_tcp_growing_collect(&fake.diag, &growing));
    fake.platform.tcp_counters = NULL; /* it never can: all else is known */
    fake.platform.memory_pools = NULL;
    assert_true(netdiag_tcp_growing_collect(&fake.diag, &growing));
    assert_int_equal(growing.value[NETDIAG_TCP_GROWTH_POOL_REFUSED], fake.pool.refused);
    assert_int_equal(growing.memory_count, 0);
    fake.pool_error = NETDIAG_ERROR_IO;
    assert_false(netdiag_tcp_growing_collect(&fake.diag, &growing));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(trend_before_the_first_look_is_unknown, setup),
        cmocka_unit_test_setup(trend_each_second_has_10_then_60_seconds, setup),
        cmocka_unit_test_setup(trend_counts_no_reset_twice, setup),
        cmocka_unit_test_setup(trend_of_calls_too_often_is_the_same, setup),
        cmocka_unit_test_setup(trend_of_irregular_calls_says_its_true_length, setup),
        cmocka_unit_test_setup(trend_after_a_pause_is_of_what_was_seen, setup),
        cmocka_unit_test_setup(trend_of_counters_past_32_bits_goes_on, setup),
        cmocka_unit_test_setup(refusals_are_of_the_last_minute, setup),
        cmocka_unit_test_setup(memory_refusals_are_of_a_minute_by_their_pools, setup),
        cmocka_unit_test_setup(growing_is_of_the_device_since_boot, setup),
        cmocka_unit_test_setup(growing_of_a_device_that_fails_now_is_none, setup),
    };

    return cmocka_run_group_tests_name("tcp_trend", tests, NULL, NULL);
}
