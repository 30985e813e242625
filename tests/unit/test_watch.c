/*
 * netdiag_watch() on the fake platform: what it remembers, hands to readers and logs.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>

#include "cli/monitor.h"
#include "stats/places.h"
#include "stats/tcp_thresholds.h"
#include "stats/tcp_watch.h"
#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"

static struct netdiag_tcp_watched watched;

static int setup(void **state)
{
    (void)state;
    fake_reset();
    fake.platform.log = NULL; /* but where a test looks at it */
    return 0;
}

static void watch_for(unsigned seconds)
{
    while (seconds-- > 0) {
        fake.time.uptime_ms += 1000;
        netdiag_watch(&fake.diag);
    }
    netdiag_tcp_watched_get(&fake.diag, &watched);
}

/* ---- debounce ---- */

#define A UINT32_C(1)
#define B UINT32_C(0x80000)

static void finding_is_raised_once_and_cleared_by_two_looks(void **state)
{
    static const struct {
        netdiag_tcp_codes found, appeared, cleared, raised;
    } looks[] = {
        {0, 0, 0, 0},     {A, A, 0, A}, {A, 0, 0, A}, {0, 0, 0, A}, /* absent once */
        {A, 0, 0, A},                   /* there again: nothing was said */
        {0, 0, 0, A},     {B, B, A, B}, /* absent twice, and another appears */
        {A, A, 0, A | B}, {0, 0, B, A}, {0, 0, A, 0}, {0, 0, 0, 0},
    };
    struct netdiag_tcp_alarms alarms = {.raised = 0};

    (void)state;
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        struct netdiag_tcp_changes changes;

        netdiag_tcp_alarms_step(&alarms, looks[i].found, &changes);
        assert_int_equal(changes.appeared, looks[i].appeared);
        assert_int_equal(changes.cleared, looks[i].cleared);
        assert_int_equal(alarms.raised, looks[i].raised);
    }
}

/* ---- what readers get ---- */

static void device_that_nobody_watches_has_no_past(void **state)
{
    (void)state;
    netdiag_tcp_watched_get(&fake.diag, &watched);
    assert_false(watched.trend.is_watched);
    watch_for(3);
    assert_true(watched.trend.is_watched);
    assert_int_equal(watched.trend.watched_ms, 2000);
    assert_int_equal(watched.at_ms, fake.time.uptime_ms);
    fake.time.uptime_ms += 10000;
    netdiag_tcp_watched_get(&fake.diag, &watched);
    assert_true(watched.trend.is_watched);
    fake.time.uptime_ms += 1; /* the task has stopped */
    netdiag_tcp_watched_get(&fake.diag, &watched);
    assert_false(watched.trend.is_watched);
    watch_for(1);
    assert_true(watched.trend.is_watched);
}

static void device_without_a_clock_is_not_watched(void **state)
{
    (void)state;
    fake.platform.time = NULL;
    watch_for(3);
    assert_false(watched.trend.is_watched);
    assert_int_equal(fake.connections_calls, 0);
}

static void trend_goes_on_when_statistics_are_cleared(void **state)
{
    (void)state;
    fake_count_all();
    watch_for(5);
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_SENT_TOTAL, 1000);
    watch_for(1);
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_SENT_TOTAL, 1007);
    run_lines("clear tcp statistics");
    watch_for(2);
    assert_int_equal(watched.trend.last.out_segs, 1007 - (100 + NETDIAG_TCP_SENT_TOTAL));
}

static void sample_of_a_device_that_fails_now_is_left_out(void **state)
{
    (void)state;
    fake_count_all();
    watch_for(5);
    fake.counters_error = NETDIAG_ERROR_BUSY;
    watch_for(1);
    assert_int_equal(watched.at_ms, fake.time.uptime_ms - 1000);
    fake.counters_error = NETDIAG_OK;
    watch_for(1);
    assert_int_equal(watched.trend.last.ms, 6000);
    assert_int_equal(watched.trend.last.out_segs, 0);
}

static void stalls_begin_at_the_look_that_finds_them(void **state)
{
    struct netdiag_tcp_connection *row;
    const struct netdiag_tcp_stall *stall;
    uint64_t began_ms;

    (void)state;
    row = fake_connection();
    row->receive_queue = 0;
    watch_for(1); /* the first look walks, and then each CONFIG_NETDIAG_WATCH_S */
    assert_int_equal(watched.stall_count, 0);
    row->receive_queue = 5;
    watch_for(CONFIG_NETDIAG_WATCH_S - 1);
    assert_int_equal(watched.stall_count, 0);
    watch_for(1);
    began_ms = fake.time.uptime_ms;
    watch_for(4 * CONFIG_NETDIAG_WATCH_S);
    stall = netdiag_tcp_stall_find(&watched, row->history.id, false);
    assert_non_null(stall);
    assert_int_equal(stall->since_ms, began_ms);
    assert_null(netdiag_tcp_stall_find(&watched, row->history.id, true));
    assert_null(netdiag_tcp_stall_find(&watched, row->history.id + 1, false));
    fake.connections_error = NETDIAG_ERROR_BUSY; /* a walk that breaks off ends no stall */
    watch_for(CONFIG_NETDIAG_WATCH_S);
    assert_non_null(netdiag_tcp_stall_find(&watched, row->history.id, false));
    fake.connections_error = NETDIAG_OK;
    fake.connection_count = 0;
    watch_for(CONFIG_NETDIAG_WATCH_S);
    assert_int_equal(watched.stall_count, 0);
}

static void every_stall_is_found_among_many(void **state)
{
    const uint32_t most =
        FAKE_CONNECTIONS < CONFIG_NETDIAG_TCP_STALLS ? FAKE_CONNECTIONS : CONFIG_NETDIAG_TCP_STALLS;

    (void)state;
    for (uint32_t i = 0; i < most; i++) /* in no order */
        fake_connection()->history.id = i * UINT32_C(2654435761);
    watch_for(1);
    assert_int_equal(watched.stall_count, most);
    for (uint32_t i = 0; i < most; i++) {
        const struct netdiag_tcp_stall *stall =
            netdiag_tcp_stall_find(&watched, i * UINT32_C(2654435761), false);

        assert_non_null(stall);
        assert_int_equal(stall->id, i * UINT32_C(2654435761));
    }
}

/* ---- several threads ---- */

static void slow_reader_keeps_its_record_and_the_watch_goes_on(void **state)
{
    struct netdiag_places *places = &fake.diag.tcp_watch.places;
    unsigned place;

    (void)state;
    watch_for(1);
    place = netdiag_places_enter(places);
    watch_for(3);
    assert_int_equal(fake.diag.tcp_watch.watched[place].at_ms, fake.time.uptime_ms - 3000);
    assert_int_equal(watched.at_ms, fake.time.uptime_ms - 2000); /* no place for later ones */
    netdiag_places_leave(places, place);
    watch_for(1);
    assert_int_equal(watched.at_ms, fake.time.uptime_ms);
}

#define ROUNDS 3000

static void *publish(void *argument)
{
    struct netdiag_tcp_watch *watch = &fake.diag.tcp_watch;

    (void)argument;
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        watch->alarms.raised = (netdiag_tcp_codes)round;
        watch->stalls.count = CONFIG_NETDIAG_TCP_STALLS;
        for (uint32_t i = 0; i < CONFIG_NETDIAG_TCP_STALLS; i++)
            watch->stalls.entries[i].stall.since_ms = round;
        netdiag_tcp_watch_publish(&fake.diag, round);
    }
    return NULL;
}

static void *read_whole(void *torn)
{
    struct netdiag_tcp_watched copy = {.at_ms = 0};

    while (copy.at_ms < ROUNDS / 2) {
        netdiag_tcp_watched_get(&fake.diag, &copy);
        for (uint32_t i = 0; i < copy.stall_count; i++) {
            if (copy.stalls[i].since_ms != copy.at_ms || copy.active != copy.at_ms)
                *(bool *)torn = true;
        }
    }
    return NULL;
}

static void readers_get_whole_records_and_wait_for_nobody(void **state)
{
    bool torn[2] = {false, false};
    pthread_t writer, readers[2];

    (void)state;
    fake.time.uptime_ms = 0;
    assert_int_equal(pthread_create(&readers[0], NULL, read_whole, &torn[0]), 0);
    assert_int_equal(pthread_create(&readers[1], NULL, read_whole, &torn[1]), 0);
    do {
        assert_int_equal(pthread_create(&writer, NULL, publish, NULL), 0);
        pthread_join(writer, NULL);
        netdiag_tcp_watched_get(&fake.diag, &watched);
    } while (watched.at_ms < ROUNDS / 2); /* the last one may have found a reader */
    pthread_join(readers[0], NULL);
    pthread_join(readers[1], NULL);
    assert_false(torn[0] || torn[1]);
}

static void watch_again(void)
{
    fake.on_connections = NULL;
    fake.time.uptime_ms += 60000;
    netdiag_watch(&fake.diag);
}

static void second_call_at_once_returns_at_once(void **state)
{
    size_t calls;

    (void)state;
    fake_connection();
    watch_for(1);
    calls = fake.connections_calls;
    fake.on_connections = watch_again;
    watch_for(CONFIG_NETDIAG_WATCH_S);
    assert_int_equal(fake.connections_calls, 2 * calls); /* of one look, not of two */
}

/* ---- what is logged ---- */

static const char *const finding = "%TCP-4-POOL_EXHAUSTION: ";
static const char *const cleared = "%TCP-5-POOL_EXHAUSTION: cleared";

static enum netdiag_error log_finding(void *ctx, enum netdiag_severity severity, const char *text)
{
    size_t size = strlen(fake.log);

    (void)ctx;
    if (strstr(text, "POOL_EXHAUSTION") != NULL)
        snprintf(fake.log + size, sizeof fake.log - size, "%d %s\n", (int)severity, text);
    return NETDIAG_OK;
}

static unsigned count(const char *text)
{
    unsigned times = 0;

    for (const char *at = fake.log; (at = strstr(at, text)) != NULL; at++)
        times++;
    return times;
}

/* Nine of ten places are held, and that is a warning. */
static void fill_pool(void)
{
    fake.platform.log = log_finding;
    fake.pool.capacity = 10;
    fake.pool.used = 9;
    assert_int_equal(
        netdiag_tcp_threshold_set(&fake.diag, NETDIAG_TCP_THRESHOLD_POOL_CRITICAL, 100),
        NETDIAG_OK);
    while (fake.connection_count < 9)
        fake_connection()->is_reclaimable = false;
}

static void finding_is_logged_when_it_appears_and_when_it_clears(void **state)
{
    const netdiag_tcp_codes code = UINT32_C(1) << NETDIAG_TCP_FINDING_POOL_EXHAUSTION;
    uint64_t at = netdiag_monitor_next(), missed;
    char line[CONFIG_NETDIAG_OUTPUT_LINE];

    (void)state;
    watch_for(2);
    fill_pool();
    watch_for(4 * CONFIG_NETDIAG_WATCH_S);
    assert_int_equal(count(finding), 1);
    assert_int_equal(strncmp(fake.log, "4 %TCP-4", 8), 0);
    assert_int_equal(watched.active & code, code);
    fake.connection_count = fake.pool.used = 0;
    watch_for(CONFIG_NETDIAG_WATCH_S);
    assert_int_equal(count(cleared), 0);
    watch_for(4 * CONFIG_NETDIAG_WATCH_S);
    assert_int_equal(count(finding), 1);
    assert_int_equal(count(cleared), 1);
    assert_non_null(strstr(fake.log, "\n5 %TCP-5"));
    assert_int_equal(watched.active & code, 0);
    do /* those with terminal monitor get the same */
        assert_true(netdiag_monitor_take(&at, line, sizeof line, &missed));
    while (strncmp(line, finding, strlen(finding)) != 0);
}

static void finding_that_flaps_is_logged_once(void **state)
{
    (void)state;
    fill_pool();
    for (unsigned i = 0; i < 20; i++) {
        fake.connection_count = fake.pool.used = i % 2 == 0 ? 9 : 0;
        watch_for(CONFIG_NETDIAG_WATCH_S);
    }
    assert_int_equal(count(finding), 1);
    assert_int_equal(count(cleared), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(finding_is_raised_once_and_cleared_by_two_looks, setup),
        cmocka_unit_test_setup(device_that_nobody_watches_has_no_past, setup),
        cmocka_unit_test_setup(device_without_a_clock_is_not_watched, setup),
        cmocka_unit_test_setup(trend_goes_on_when_statistics_are_cleared, setup),
        cmocka_unit_test_setup(sample_of_a_device_that_fails_now_is_left_out, setup),
        cmocka_unit_test_setup(stalls_begin_at_the_look_that_finds_them, setup),
        cmocka_unit_test_setup(every_stall_is_found_among_many, setup),
        cmocka_unit_test_setup(slow_reader_keeps_its_record_and_the_watch_goes_on, setup),
        cmocka_unit_test_setup(readers_get_whole_records_and_wait_for_nobody, setup),
        cmocka_unit_test_setup(second_call_at_once_returns_at_once, setup),
        cmocka_unit_test_setup(finding_is_logged_when_it_appears_and_when_it_clears, setup),
        cmocka_unit_test_setup(finding_that_flaps_is_logged_once, setup),
    };

    return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
