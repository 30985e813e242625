/*
 * Rules for pools, and for shares of segments that rise, on plain numbers.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/plain_device.h"

#define POOL    NETDIAG_TCP_FINDING_POOL_EXHAUSTION
#define MEMORY  NETDIAG_TCP_FINDING_MEMORY_POOL_EXHAUSTED
#define RETRANS NETDIAG_TCP_FINDING_RETRANSMISSION_RISE
#define RESETS  NETDIAG_TCP_FINDING_RESET_RISE

#define WARNING  NETDIAG_TCP_SEVERITY_WARNING
#define CRITICAL NETDIAG_TCP_SEVERITY_CRITICAL

/* ---- pool-exhaustion ---- */

static void hold(unsigned count)
{
    plain.row_count = 0;
    for (unsigned i = 0; i < count; i++)
        plain_row(NETDIAG_TCP_ESTABLISHED, 1000);
}

static void pool_raises_at_its_shares_of_what_is_not_reclaimable(void **state)
{
    (void)state;
    plain.base.pool.capacity = 100;
    hold(CONFIG_NETDIAG_CHECK_WARNING - 1);
    for (unsigned i = 0; i < 20; i++)
        plain_row(NETDIAG_TCP_TIME_WAIT, 1000)->is_reclaimable = true;
    assert_none(POOL);
    hold(CONFIG_NETDIAG_CHECK_WARNING);
    assert_found(POOL, WARNING, NETDIAG_TCP_POOL_SHARE);
    hold(CONFIG_NETDIAG_CHECK_CRITICAL - 1);
    assert_found(POOL, WARNING, NETDIAG_TCP_POOL_SHARE);
    hold(CONFIG_NETDIAG_CHECK_CRITICAL);
    assert_found(POOL, CRITICAL, NETDIAG_TCP_POOL_SHARE);
    plain.base.pool.is_known = false;
    assert_none(POOL);
}

static void pool_active_clears_below_three_quarters(void **state)
{
    (void)state;
    plain.base.pool.capacity = 100;
    plain_active(POOL, true);
    hold(60);
    assert_found(POOL, WARNING, NETDIAG_TCP_POOL_SHARE);
    hold(59);
    assert_none(POOL);
}

static void pool_that_refused_is_critical_and_names_who_holds_it(void **state)
{
    (void)state;
    hold(40);
    for (unsigned i = 0; i < 50; i++) {
        plain.rows[i % 40].local.port = 80;
        if (i < 25)
            plain_owner(&plain.rows[i].owner, "meter");
        plain_row(NETDIAG_TCP_CLOSE_WAIT, 1000)->local.port = (uint16_t)(1000 + i);
        plain_row(NETDIAG_TCP_TIME_WAIT, 1000)->is_reclaimable = true;
    }
    for (unsigned i = 0; i < 120; i++)
        plain_row(NETDIAG_TCP_TIME_WAIT, 1000)->is_reclaimable = true;
    for (size_t i = plain.row_count - 120; i < plain.row_count; i++) {
        plain.rows[i].local.port = 22; /* who can be sent away holds nothing */
        plain_owner(&plain.rows[i].owner, "ssh");
    }
    plain.watched.trend.pool_evicted = 2;
    assert_found(POOL, CRITICAL, NETDIAG_TCP_POOL_REFUSED);
    assert_number("held", 90);
    assert_number("capacity", CAPACITY);
    assert_number("heldPercent", 35);
    assert_number("reclaimable", 170);
    assert_number("refused", 0);
    assert_number("evicted", 2);
    assert_number("topPort", 80);
    assert_number("topPortConnections", 40);
    assert_text("topState", "closeWait");
    assert_text("topOwner", "httpd");
    plain.watched.trend.pool_evicted = 0;
    plain.watched.trend.pool_refused = 1;
    assert_found(POOL, CRITICAL, NETDIAG_TCP_POOL_REFUSED);
    assert_number("refused", 1);
}

static void pool_that_nobody_holds_names_nobody(void **state)
{
    (void)state;
    plain.watched.trend.pool_refused = 1;
    assert_found(POOL, CRITICAL, NETDIAG_TCP_POOL_REFUSED);
    assert_left_out("topPort");
    assert_left_out("topPortConnections");
    assert_left_out("topState");
    assert_left_out("topOwner");
}

/* ---- memory-pool-exhausted ---- */

static void memory_pool_raises_when_it_refused(void **state)
{
    const char *const names[] = {"TCP_PCB", "TCP_SEG", "PBUF_POOL", "HEAP"};

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        struct netdiag_memory_pool *pool = &plain.memory[plain.memory_count++];

        snprintf(pool->name, sizeof pool->name, "%s", names[i]);
        pool->used = 10 + i;
        pool->capacity = 20 + i;
        pool->refused = 1000; /* since boot, and long ago */
    }
    plain.watched.trend.memory_count = 4;
    plain.watched.trend.memory_refused[0] = 9;
    assert_none(MEMORY);
    plain.watched.trend.memory_refused[1] = 3;
    plain.watched.trend.memory_refused[3] = 1;
    assert_found(MEMORY, WARNING, 0);
    assert_text("pool", "TCP_SEG");
    assert_number("refused", 3);
    assert_number("used", 11);
    assert_number("capacity", 21);
    assert_number("pools", 2);
    plain.watched.trend.memory_refused[1] = 0;
    assert_found(MEMORY, WARNING, 0);
    assert_text("pool", "HEAP");
    assert_number("pools", 1);
}

/* ---- retransmission-rise, reset-rise ---- */

static void windows(uint64_t last, uint64_t of, uint64_t before, uint64_t before_of)
{
    struct netdiag_tcp_trend *trend = &plain.watched.trend;

    trend->last.ms = 10000;
    trend->last.out_segs = of;
    trend->last.in_segs = 3 * of;
    trend->last.retrans_segs = last;
    trend->last.resets = 4 * last;
    trend->before.ms = 60000;
    trend->before.out_segs = before_of;
    trend->before.in_segs = 3 * before_of;
    trend->before.retrans_segs = before;
    trend->before.resets = 4 * before;
}

static void level(uint64_t count, uint64_t of)
{
    struct netdiag_tcp_trend *trend = &plain.watched.trend;

    trend->level.ms = 60000;
    trend->level.out_segs = of;
    trend->level.in_segs = 3 * of;
    trend->level.retrans_segs = count;
    trend->level.resets = 4 * count;
}

/* What holds of both is asked of both: their shares are the same. */
static void assert_no_rise(void)
{
    assert_none(RETRANS);
    assert_none(RESETS);
}

static void assert_rise(unsigned variant)
{
    assert_found(RESETS, WARNING, variant);
    assert_found(RETRANS, WARNING, variant);
}

static void rise_raises_at_factor_and_floor(void **state)
{
    const uint32_t factor = CONFIG_NETDIAG_RISE_FACTOR;

    (void)state;
    windows(factor * 5 - 1, 1000, 30, 6000); /* 5 permille before */
    assert_no_rise();
    windows(factor * 5, 1000, 30, 6000);
    assert_rise(NETDIAG_TCP_RISE);
    assert_number("segments", 1000);
    assert_number("retransmitted", factor * 5);
    assert_number("share", factor * 5);
    assert_number("before", 5);
    assert_number("overMs", 10000);
    assert_found(RESETS, WARNING, NETDIAG_TCP_RISE);
    assert_number("segments", 4000);
    assert_number("resets", factor * 20);
    assert_number("share", factor * 5);
    windows(CONFIG_NETDIAG_RISE_FLOOR - 1, 1000, 0, 6000);
    assert_no_rise();
    windows(CONFIG_NETDIAG_RISE_FLOOR, 1000, 0, 6000);
    assert_rise(NETDIAG_TCP_RISE);
}

static void rise_of_few_is_chance(void **state)
{
    (void)state;
    windows(4, 10, 0, 6000);
    assert_none(RETRANS);
    windows(5, 10, 0, 6000);
    assert_found(RETRANS, WARNING, NETDIAG_TCP_RISE);
    windows(5, 10, 0, 0); /* nothing was sent before */
    assert_no_rise();
}

/* A page is left while it loads: each of a browser's six connections ends with RST. */
static void rise_of_a_browsers_resets_is_none(void **state)
{
    (void)state;
    windows(0, 40, 0, 100);
    plain.watched.trend.last.resets = 9;
    assert_none(RESETS);
    plain.watched.trend.last.resets = 10;
    assert_found(RESETS, WARNING, NETDIAG_TCP_RISE);
    plain_active(RESETS, true);
    plain.watched.trend.last.resets = 2; /* of 160: it has risen, and still is high */
    assert_found(RESETS, WARNING, NETDIAG_TCP_RISE);
}

static void rise_active_clears_at_half_the_factor(void **state)
{
    (void)state;
    plain_active(RETRANS, true);
    windows(25, 1000, 30, 6000);
    assert_found(RETRANS, WARNING, NETDIAG_TCP_RISE);
    windows(24, 1000, 30, 6000);
    assert_none(RETRANS);
    windows(8, 1000, 0, 6000); /* and at three quarters of the floor, 7.5, rounded up */
    assert_found(RETRANS, WARNING, NETDIAG_TCP_RISE);
    windows(7, 1000, 0, 6000);
    assert_none(RETRANS);
}

static void rise_is_quiet_in_the_first_minute(void **state)
{
    (void)state;
    windows(500, 1000, 0, 6000);
    plain.watched.trend.watched_ms = 69999;
    assert_no_rise();
    plain.watched.trend.watched_ms = 70000;
    assert_rise(NETDIAG_TCP_RISE);
    plain.watched.trend.is_watched = false;
    assert_no_rise();
}

static void level_raises_at_share_of_enough_segments(void **state)
{
    const uint32_t share = CONFIG_NETDIAG_LEVEL_SHARE;

    (void)state;
    windows(50, 1000, 300, 6000); /* as bad before */
    level(2 * share - 1, 2000);
    assert_no_rise();
    level(2 * share, 2000);
    assert_rise(NETDIAG_TCP_LEVEL);
    assert_number("segments", 2000);
    assert_number("retransmitted", 2 * share);
    assert_number("share", share);
    assert_number("before", 50);
    assert_number("overMs", 60000);
    level(100, CONFIG_NETDIAG_LEVEL_SEGMENTS - 1);
    assert_none(RETRANS);
    level(100, CONFIG_NETDIAG_LEVEL_SEGMENTS);
    assert_found(RETRANS, WARNING, NETDIAG_TCP_LEVEL);
    plain.watched.trend.watched_ms = 59999;
    assert_no_rise();
}

static void level_active_clears_below_three_quarters(void **state)
{
    (void)state;
    plain_active(RETRANS, true);
    level(38, 1000);
    assert_found(RETRANS, WARNING, NETDIAG_TCP_LEVEL);
    level(37, 1000);
    assert_none(RETRANS);
    level(50, 150);
    assert_found(RETRANS, WARNING, NETDIAG_TCP_LEVEL);
    level(50, 149);
    assert_none(RETRANS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(pool_raises_at_its_shares_of_what_is_not_reclaimable, plain_setup),
        cmocka_unit_test_setup(pool_active_clears_below_three_quarters, plain_setup),
        cmocka_unit_test_setup(pool_that_refused_is_critical_and_names_who_holds_it, plain_setup),
        cmocka_unit_test_setup(pool_that_nobody_holds_names_nobody, plain_setup),
        cmocka_unit_test_setup(memory_pool_raises_when_it_refused, plain_setup),
        cmocka_unit_test_setup(rise_raises_at_factor_and_floor, plain_setup),
        cmocka_unit_test_setup(rise_of_few_is_chance, plain_setup),
        cmocka_unit_test_setup(rise_of_a_browsers_resets_is_none, plain_setup),
        cmocka_unit_test_setup(rise_active_clears_at_half_the_factor, plain_setup),
        cmocka_unit_test_setup(rise_is_quiet_in_the_first_minute, plain_setup),
        cmocka_unit_test_setup(level_raises_at_share_of_enough_segments, plain_setup),
        cmocka_unit_test_setup(level_active_clears_below_three_quarters, plain_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
