/*
 * `show tcp statistics rate`: how fast the counters grow, by the device's own clock.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/session.h"
#include "stats/tcp_rate.h"
#include "stats/text.h"
#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"

static int setup(void **state)
{
    (void)state;
    fake_reset();
    fake_count_all();
    return 0;
}

static void move(enum netdiag_tcp_counter counter, uint64_t by)
{
    fake.counters.value[counter] += by;
}

#define WAITS_A_SECOND (1000 / NETDIAG_WAIT_MS)
#define WAITS_A_TENTH  (WAITS_A_SECOND / 10)

/* In each tenth of a second some segments go by. */
static void traffic(void)
{
    if (fake.wait_calls % WAITS_A_TENTH != 0)
        return;
    move(NETDIAG_TCP_IN_SEGS, 1);
    move(NETDIAG_TCP_RCVD_TOTAL, 1);
    move(NETDIAG_TCP_RCVD_IN_SEQ_BYTES, UINT64_C(1000000000000));
    move(NETDIAG_TCP_CURR_ESTAB, 1);
    if (fake.wait_calls == WAITS_A_TENTH)
        move(NETDIAG_TCP_CONN_EMBRYONIC_DROPPED, 1);
}

/* ---- what it shows ---- */

static void rate_counters_that_grew_text_and_json(void **state)
{
    (void)state;
    fake.on_wait = traffic;
    assert_line_golden("show tcp statistics rate 60", "tcp_rate.txt");
    assert_int_equal(fake.wait_calls, 60 * WAITS_A_SECOND);
    fake.wait_calls = 0;
    assert_line_golden("show tcp statistics rate 60 json", "tcp_rate.json");
}

static void rate_without_seconds_is_ten(void **state)
{
    (void)state;
    assert_line_golden("show tcp statistics rate", "tcp_rate_none.txt");
    assert_int_equal(fake.wait_calls, 10 * WAITS_A_SECOND);
    assert_int_equal(fake.wait_longest, NETDIAG_WAIT_MS);
    assert_line_golden("show tcp statistics rate json", "tcp_rate_none.json");
}

static void rate_one_counter_is_in_the_singular(void **state)
{
    const struct run *run;

    (void)state;
    fake.wait_calls = 1000; /* traffic() does not count an end */
    fake.on_wait = traffic;
    fake.counters.counted[0] = UINT32_C(1) << NETDIAG_TCP_IN_SEGS;
    fake.counters.counted[1] = 0;
    run = run_lines("show tcp statistics rate 1");
    assert_non_null(strstr(run->out, "\nIn 1.000 seconds 1 counter grew, 55 [not counted]\n"));
}

static void rate_is_by_the_time_that_passed_in_truth(void **state)
{
    (void)state;
    fake.on_wait = traffic;
    fake.wait_percent = 150; /* waits too long: over sooner, after 7 tenths */
    assert_non_null(
        strstr(run_lines("sh tcp stati rate 1 json")->out, "\"seconds\":1,\"elapsedMs\":1012,"));
    assert_non_null(strstr(run_lines("sh tcp stati rate 1 json")->out,
                           "\"inSegs\":{\"count\":7,\"perSecond\":6.9}"));
    fake.wait_percent = 50; /* too short: no wait without end */
    fake.wait_calls = 0;
    assert_non_null(
        strstr(run_lines("sh tcp stati rate 2 json")->out, "\"seconds\":2,\"elapsedMs\":1000,"));
    assert_int_equal(fake.wait_calls, 2 * WAITS_A_SECOND);
}

static void take_long_to_read(void)
{
    fake.time.uptime_ms += 250;
}

static void rate_time_ends_with_the_second_reading(void **state)
{
    (void)state;
    fake.on_counters = take_long_to_read;
    assert_non_null(
        strstr(run_lines("sh tcp stati rate 1 json")->out, "\"seconds\":1,\"elapsedMs\":1250,"));
}

static void rate_of_no_time_is_none(void **state)
{
    (void)state;
    fake.on_wait = traffic;
    fake.wait_percent = 0;
    assert_line_golden("show tcp statistics rate 1", "tcp_rate_no_time.txt");
    assert_non_null(strstr(run_lines("sh tcp stati rate 1 json")->out,
                           "\"inSegs\":{\"count\":10,\"perSecond\":null}"));
}

static void rate_not_counted_is_told(void **state)
{
    (void)state;
    fake.on_wait = traffic;
    memset(fake.counters.counted, 0, sizeof fake.counters.counted);
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_IN_SEGS, 5);
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_RCVD_DUP_BYTES, 5);
    assert_line_golden("show tcp statistics rate 1", "tcp_rate_not_counted.txt");
    assert_line_golden("show tcp statistics rate 1 json", "tcp_rate_not_counted.json");
}

static void begin_to_count(void)
{
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_OUT_RSTS, 1000);
}

static void rate_counted_only_afterwards_is_not_counted(void **state)
{
    (void)state;
    memset(fake.counters.counted, 0, sizeof fake.counters.counted);
    fake.on_wait = begin_to_count;
    assert_non_null(strstr(run_lines("sh tcp stati rate 1 json")->out, "\"outRsts\":null}"));
}

static void restart(void)
{
    for (unsigned i = 0; i < NETDIAG_TCP_COUNTERS; i++)
        fake.counters.value[i] = 0;
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_IN_SEGS, 20);
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_OUT_RSTS, 500);
}

static void rate_counters_that_went_back_count_since_the_restart(void **state)
{
    const struct run *run;

    (void)state;
    fake.on_wait = restart;
    run = run_lines("sh tcp stati rate 1 json");
    assert_non_null(strstr(run->out, "\"inSegs\":{\"count\":20,\"perSecond\":20.0}"));
    assert_non_null(strstr(run->out, "\"outRsts\":{\"count\":500,\"perSecond\":500.0}"));
    assert_non_null(strstr(run->out, "\"outSegs\":{\"count\":0,\"perSecond\":0.0}"));
}

static void rate_goes_on_across_the_largest_number(void **state)
{
    (void)state;
    fake.on_wait = traffic;
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_IN_SEGS, UINT64_MAX - 4);
    assert_non_null(strstr(run_lines("sh tcp stati rate 1 json")->out,
                           "\"inSegs\":{\"count\":10,\"perSecond\":10.0}"));
}

static void rate_after_a_clear_is_the_same(void **state)
{
    (void)state;
    fake.on_wait = traffic;
    assert_non_null(strstr(run_lines("clear tcp statistics\nsh tcp stati rate 1 json")->out,
                           "\"inSegs\":{\"count\":10,\"perSecond\":10.0}"));
}

static void clear_within(void)
{
    static bool within;

    traffic();
    if (!within) {
        within = true;
        assert_int_equal(run_lines("clear tcp statistics")->status, 0);
        within = false;
    }
}

static void rate_cleared_in_the_middle_is_the_same(void **state)
{
    struct netdiag_tcp_rate rate;
    uint64_t count = 0;
    bool done = false;

    (void)state;
    fake.on_wait = clear_within;
    assert_int_equal(netdiag_tcp_rate_start(&fake.diag, &rate, 1), NETDIAG_OK);
    while (!done)
        assert_int_equal(netdiag_tcp_rate_wait(&fake.diag, &rate, &done), NETDIAG_OK);
    assert_int_equal(netdiag_tcp_rate_end(&fake.diag, &rate), NETDIAG_OK);
    assert_true(netdiag_tcp_counter_get(&rate.grown, NETDIAG_TCP_IN_SEGS, &count));
    assert_int_equal(count, 10);
}

/* ---- what it is asked ---- */

static void rate_seconds_bounds(void **state)
{
    static const char *const wrong[] = {"0",  "abc", "-1", "1.5",
                                        "''", "5s",  "s",  "99999999999999999999999"};
    char line[80];

    (void)state;
    assert_non_null(strstr(run_lines("show tcp statistics rate 1 json")->out, "\"seconds\":1,"));
    snprintf(line, sizeof line, "show tcp statistics rate %d", CONFIG_NETDIAG_RATE_SECONDS);
    assert_int_equal(run_lines(line)->status, 0);
    snprintf(line, sizeof line, "show tcp statistics rate %d", CONFIG_NETDIAG_RATE_SECONDS + 1);
    assert_caret(line, 25);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        snprintf(line, sizeof line, "show tcp statistics rate %s", wrong[i]);
        assert_caret(line, 25);
    }
    assert_caret("show tcp statistics rate 5 6", 27);
    assert_caret("show tcp statistics rates", 20);
    assert_caret("show tcp statistics json rate", 25);
}

static void rate_abbreviations_are_the_same_command(void **state)
{
    static const char *const lines[] = {"sh tcp stati rate 5 json", "sh tc stati r 5 j",
                                        "SHOW TCP STATISTICS RATE JSON 5",
                                        "sh tcp stati ra j 0005"};

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        fake.time.uptime_ms = 0;
        assert_non_null(strstr(run_lines(lines[i])->out, "\"show tcp statistics rate\""));
        assert_non_null(strstr(run_lines(lines[i])->out, "\"seconds\":5,"));
    }
}

/* ---- when it cannot ---- */

static void rate_without_wait_or_time_says_what_it_needs(void **state)
{
    const struct run *run;

    (void)state;
    fake.platform.wait = NULL;
    assert_refused("show tcp statistics rate",
                   "% show tcp statistics rate needs time to pass: this platform does not offer "
                   "it\n",
                   1);
    run = run_lines("show tcp statistics rate json");
    assert_golden("tcp_rate_unsupported.json", run->out, run->out_size);
    assert_int_equal(run->status, 1);
    fake_reset();
    fake.platform.time = NULL;
    assert_refused("show tcp statistics rate",
                   "% show tcp statistics rate needs the device's clock: this platform does not "
                   "offer it\n",
                   1);
    assert_int_equal(fake.wait_calls, 0);
    fake_reset();
    fake.platform.tcp_counters = NULL;
    assert_refused("show tcp statistics rate",
                   "% show tcp statistics rate needs the counters of TCP: this platform does not "
                   "offer it\n",
                   1);
    assert_int_equal(fake.wait_calls, 0);
}

static void fail_counters(void)
{
    fake.counters_error = NETDIAG_ERROR_BUSY;
}

static void fail_time(void)
{
    fake.time_error = NETDIAG_ERROR_IO;
}

static void rate_failing_in_the_middle_says_so(void **state)
{
    (void)state;
    fake.wait_error = NETDIAG_ERROR_DOWN;
    assert_refused("show tcp statistics rate",
                   "% show tcp statistics rate needs time to pass: the device's stack is not "
                   "running\n",
                   3);
    assert_int_equal(fake.wait_calls, 1);
    fake.wait_error = NETDIAG_OK;
    fake.on_wait = fail_counters;
    assert_refused("show tcp statistics rate",
                   "% show tcp statistics rate needs the counters of TCP: it is in use now; try "
                   "again\n",
                   1);
    setup(NULL);
    fake.on_wait = fail_time;
    assert_refused("show tcp statistics rate",
                   "% show tcp statistics rate needs the device's clock: reading from the device "
                   "failed\n",
                   1);
}

static struct netdiag_session *to_cancel;
static char written[1024];

static ssize_t read_nothing(void *ctx, char *bytes, size_t size, int timeout_ms)
{
    (void)ctx;
    (void)bytes;
    (void)size;
    (void)timeout_ms;
    return NETDIAG_READ_END;
}

static bool take_bytes(void *ctx, enum netdiag_stream stream, const char *bytes, size_t size)
{
    (void)ctx;
    (void)stream;
    strncat(written, bytes, size);
    return true;
}

static void cancel_at_the_third(void)
{
    if (fake.wait_calls == 3)
        netdiag_session_cancel(to_cancel);
}

static void rate_cancelled_in_the_middle_says_so(void **state)
{
    static const struct netdiag_door door = {
        .read = read_nothing, .write = take_bytes, .line_end = "\n", .privilege = 1};
    static const char *const lines[] = {"show tcp statistics rate", "show tcp stati rate json"};

    (void)state;
    fake.on_wait = cancel_at_the_third;
    assert_int_equal(netdiag_session_open(&fake.diag, &door, &to_cancel), NETDIAG_OK);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        fake.wait_calls = 0;
        written[0] = '\0';
        assert_int_equal(netdiag_session_run(to_cancel, lines[i], strlen(lines[i])),
                         NETDIAG_STATUS_FAILED);
        assert_string_equal(written, "% show tcp statistics rate stopped\n");
        assert_int_equal(fake.wait_calls, 3);
    }
    netdiag_session_close(to_cancel);
}

/* ---- arithmetic ---- */

static void assert_tenths(uint64_t count, uint64_t ms, uint64_t expected)
{
    uint64_t tenths = 0;

    assert_true(netdiag_tcp_rate_tenths(count, ms, &tenths));
    assert_true(tenths == expected);
}

static void tenths_are_rounded_and_never_overflow(void **state)
{
    uint64_t tenths;

    (void)state;
    assert_tenths(0, 1, 0);
    assert_tenths(1, 1000, 10);
    assert_tenths(1, 3000, 3);
    assert_tenths(2, 3000, 7);
    assert_tenths(1, 20000, 1);     /* 0.05: the half goes up */
    assert_tenths(1, 20001, 0);     /* below it, down */
    assert_tenths(199, 20000, 100); /* 9.95 */
    assert_tenths(UINT64_MAX / 1000, 1000, UINT64_MAX / 1000 * 10);
    assert_tenths(UINT64_MAX, 3600000, UINT64_C(51240955760304310));
    assert_tenths(UINT64_MAX / 10000, 1, UINT64_MAX / 10000 * 10000);
    assert_false(netdiag_tcp_rate_tenths(UINT64_MAX / 10000 + 1, 1, &tenths));
    assert_false(netdiag_tcp_rate_tenths(UINT64_MAX, 1000, &tenths));
    assert_false(netdiag_tcp_rate_tenths(1, 0, &tenths));
    assert_false(netdiag_tcp_rate_tenths(0, 0, &tenths));
    assert_tenths(1, UINT64_MAX / 20000, 0);
    assert_false(netdiag_tcp_rate_tenths(1, UINT64_MAX / 20000 + 1, &tenths));
}

static void text_fixed_has_its_decimals(void **state)
{
    char bytes[32];
    struct netdiag_text text;

    (void)state;
    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_fixed(&text, 5, 1);
    netdiag_text_char(&text, ' ');
    netdiag_text_fixed(&text, 10003, 3);
    netdiag_text_char(&text, ' ');
    netdiag_text_fixed(&text, 60, 3);
    assert_string_equal(bytes, "0.5 10.003 0.060");
    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_fixed(&text, UINT64_MAX, 1);
    assert_string_equal(bytes, "1844674407370955161.5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(rate_counters_that_grew_text_and_json, setup),
        cmocka_unit_test_setup(rate_without_seconds_is_ten, setup),
        cmocka_unit_test_setup(rate_one_counter_is_in_the_singular, setup),
        cmocka_unit_test_setup(rate_is_by_the_time_that_passed_in_truth, setup),
        cmocka_unit_test_setup(rate_time_ends_with_the_second_reading, setup),
        cmocka_unit_test_setup(rate_of_no_time_is_none, setup),
        cmocka_unit_test_setup(rate_not_counted_is_told, setup),
        cmocka_unit_test_setup(rate_counted_only_afterwards_is_not_counted, setup),
        cmocka_unit_test_setup(rate_counters_that_went_back_count_since_the_restart, setup),
        cmocka_unit_test_setup(rate_goes_on_across_the_largest_number, setup),
        cmocka_unit_test_setup(rate_after_a_clear_is_the_same, setup),
        cmocka_unit_test_setup(rate_cleared_in_the_middle_is_the_same, setup),
        cmocka_unit_test_setup(rate_seconds_bounds, setup),
        cmocka_unit_test_setup(rate_abbreviations_are_the_same_command, setup),
        cmocka_unit_test_setup(rate_without_wait_or_time_says_what_it_needs, setup),
        cmocka_unit_test_setup(rate_failing_in_the_middle_says_so, setup),
        cmocka_unit_test_setup(rate_cancelled_in_the_middle_says_so, setup),
        cmocka_unit_test(tenths_are_rounded_and_never_overflow),
        cmocka_unit_test(text_fixed_has_its_decimals),
    };

    return cmocka_run_group_tests_name("tcp rate", tests, NULL, NULL);
}
