/*
 * `clear tcp statistics`: one baseline for all, by whom and when; and `nonzero`, what is left of
 * the counters then.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>

#include <libcli.h>

#include "cli/session.h"
#include "stats/tcp_baseline.h"
#include "stats/tcp_counters.h"
#include "stats/tcp_statistics.h"
#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"

static int setup(void **state)
{
    (void)state;
    fake_reset();
    return 0;
}

static void grow(uint64_t by)
{
    for (unsigned i = 0; i < NETDIAG_TCP_COUNTERS; i++)
        fake.counters.value[i] += by;
}

/* What a shell of whatever kind prints. */
static char printed[65536];

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
    size_t used = strlen(printed);

    (void)ctx;
    (void)stream;
    if (size > sizeof printed - 1 - used)
        return false;
    memcpy(printed + used, bytes, size);
    printed[used + size] = '\0';
    return true;
}

static void on_print(struct cli_def *cli, const char *line)
{
    (void)cli;
    take_bytes(NULL, NETDIAG_STREAM_OUT, line, strlen(line));
}

static const struct netdiag_door door = {.read = read_nothing,
                                         .write = take_bytes,
                                         .line_end = "\n",
                                         .name = "console",
                                         .privilege = 15};

static enum netdiag_status run_at(const struct netdiag_door *at, const char *line)
{
    struct netdiag_session *session;
    enum netdiag_status status;

    printed[0] = '\0';
    assert_int_equal(netdiag_session_open(&fake.diag, at, &session), NETDIAG_OK);
    status = netdiag_session_run(session, line, strlen(line));
    netdiag_session_close(session);
    return status;
}

static uint64_t shown(enum netdiag_tcp_counter counter)
{
    struct netdiag_tcp_baseline baseline;
    struct netdiag_tcp_statistics statistics;
    uint64_t value = 0;

    netdiag_tcp_baseline_get(&fake.diag, &baseline);
    netdiag_tcp_statistics_collect(&fake.diag, &baseline, &statistics);
    assert_true(netdiag_tcp_counter_get(&statistics.counters, counter, &value));
    return value;
}

/* ---- clear ---- */

static void clear_then_counters_begin_anew_text_and_json(void **state)
{
    struct netdiag_tcp_counters stack;

    (void)state;
    fake_count_all();
    assert_refused("clear tcp statistics", "", 0);
    fake.time.uptime_ms += 62999;
    grow(7);
    fake.pool.refused += 2;
    fake.pool.evicted[NETDIAG_TCP_LAST_ACK] += 6;
    stack = fake.counters;
    assert_line_golden("show tcp statistics", "tcp_statistics_cleared.txt");
    assert_line_golden("show tcp statistics json", "tcp_statistics_cleared.json");
    assert_memory_equal(&fake.counters, &stack, sizeof stack); /* the stack's own go on */
}

static void clear_twice_counts_from_the_last(void **state)
{
    (void)state;
    fake_count_all();
    for (int i = 0; i < 5; i++) {
        grow(1000);
        assert_int_equal(netdiag_tcp_clear(&fake.diag, "test"), NETDIAG_OK);
        grow(3);
        assert_int_equal(shown(NETDIAG_TCP_SENT_TOTAL), 3);
    }
}

static void clear_holds_for_every_shell_and_names_its_line(void **state)
{
    struct cli_def *cli = cli_init();

    (void)state;
    fake_count_all();
    assert_int_equal(run_at(&door, "clear tcp statistics"), NETDIAG_STATUS_OK);
    assert_string_equal(printed, "");
    assert_non_null(
        strstr(run_lines("show tcp stati")->out, "Last cleared 00:00:00 ago by console"));
    assert_non_null(strstr(run_lines("show tcp stati")->out, "Rcvd: 0 Total, 0 no port\n"));
    assert_int_equal(run_lines("clear tcp statistics")->status, 0);
    assert_non_null(strstr(run_lines("show tcp stati j")->out, "\"by\":\"pipe\""));
    /* And a product's own shell. */
    assert_non_null(cli);
    cli_print_callback(cli, on_print);
    printed[0] = '\0';
    assert_int_equal(netdiag_register(&fake.diag, cli), NETDIAG_OK);
    assert_int_equal(cli_run_command(cli, "show tcp statistics"), CLI_OK);
    assert_non_null(strstr(printed, "Last cleared 00:00:00 ago by pipe"));
    cli_set_privilege(cli, PRIVILEGE_PRIVILEGED);
    assert_int_equal(cli_run_command(cli, "clear tcp statistics"), CLI_OK);
    assert_non_null(strstr(run_lines("show tcp stati")->out, "ago by shell\n"));
    assert_string_equal(fake.log, "5 tcp statistics cleared by console\n"
                                  "5 tcp statistics cleared by pipe\n"
                                  "5 tcp statistics cleared by shell\n");
    cli_done(cli);
}

static void clear_below_privilege_15_is_no_word(void **state)
{
    struct netdiag_door user = door;

    (void)state;
    fake_count_all();
    for (user.privilege = 0; user.privilege < 15; user.privilege += 7) {
        assert_int_equal(run_at(&user, "clear tcp statistics"), NETDIAG_STATUS_USAGE);
        assert_string_equal(printed, "clear tcp statistics\n^\n"
                                     "% Invalid input detected at '^' marker.\n");
        assert_int_equal(run_at(&user, "cl"), NETDIAG_STATUS_USAGE);
        assert_string_equal(printed, "cl\n^\n% Invalid input detected at '^' marker.\n");
    }
    assert_int_equal(shown(NETDIAG_TCP_SENT_TOTAL), fake.counters.value[NETDIAG_TCP_SENT_TOTAL]);
    assert_string_equal(fake.log, "");
}

static void clear_words_abbreviated_missing_and_wrong(void **state)
{
    (void)state;
    assert_refused("cl t s", "", 0);
    assert_refused("CLEAR TCP STAT", "", 0);
    assert_refused("c t s", "", 0);
    assert_refused("cl", "% Incomplete command.\n", 2);
    assert_refused("clear tcp", "% Incomplete command.\n", 2);
    assert_caret("clear tcp statistics json", 21);
    assert_caret("clear vlan", 6);
}

static void clear_failing_changes_nothing(void **state)
{
    (void)state;
    fake_count_all();
    assert_int_equal(netdiag_tcp_clear(&fake.diag, "first"), NETDIAG_OK);
    grow(4);
    fake.counters_error = NETDIAG_ERROR_IO;
    assert_refused("clear tcp statistics",
                   "% clear tcp statistics not available: reading from the device failed\n", 1);
    fake.counters_error = NETDIAG_ERROR_DOWN;
    assert_refused("clear tcp statistics",
                   "% clear tcp statistics not available: the device's stack is not running\n", 3);
    fake.counters_error = NETDIAG_OK;
    assert_int_equal(shown(NETDIAG_TCP_SENT_TOTAL), 4);
    assert_non_null(strstr(run_lines("show tcp stati")->out, "ago by first\n"));
    assert_string_equal(fake.log, "5 tcp statistics cleared by first\n");
    fake.platform.tcp_counters = NULL;
    assert_refused("clear tcp statistics",
                   "% clear tcp statistics not available: this platform does not offer it\n", 1);
}

static void clear_without_clock_and_log_says_what_it_knows(void **state)
{
    (void)state;
    fake_count_all();
    fake.platform.log = NULL;
    fake.platform.time = NULL;
    assert_refused("clear tcp statistics", "", 0);
    assert_non_null(
        strstr(run_lines("show tcp stati")->out, "\nLast cleared at a time unknown by pipe\n"));
    assert_line_golden("show tcp statistics json", "tcp_statistics_cleared_unknown.json");
    assert_string_equal(fake.log, "");
}

static void clear_is_in_the_head_of_every_answer(void **state)
{
    const char *const lines[] = {"show version json", "show vlan ifindex json",
                                 "show tcp statistics json", "show tcp statistics rate 1 json"};

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        assert_non_null(strstr(run_lines(lines[i])->out, "\"countersSinceMs\":0,"));
    fake.time.uptime_ms = 12345;
    assert_int_equal(netdiag_tcp_clear(&fake.diag, "test"), NETDIAG_OK);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        assert_non_null(strstr(run_lines(lines[i])->out, "\"countersSinceMs\":12345,"));
}

static void clear_ago_has_its_hours(void **state)
{
    static const struct {
        uint64_t ms;
        const char *text;
    } cases[] = {
        {0, "00:00:00"},       {999, "00:00:00"},       {1000, "00:00:01"},
        {59999, "00:00:59"},   {60000, "00:01:00"},     {3599999, "00:59:59"},
        {3600000, "01:00:00"}, {359999999, "99:59:59"}, {360000000, "100:00:00"},
    };
    uint64_t start = fake.time.uptime_ms;

    (void)state;
    assert_int_equal(netdiag_tcp_clear(&fake.diag, "test"), NETDIAG_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char expected[64];

        fake.time.uptime_ms = start + cases[i].ms;
        snprintf(expected, sizeof expected, "\nLast cleared %s ago by test\n", cases[i].text);
        assert_non_null(strstr(run_lines("show tcp statistics")->out, expected));
    }
    fake.time.uptime_ms = start - 1;
    assert_non_null(strstr(run_lines("show tcp statistics")->out, "at a time unknown by test"));
}

static void clear_by_a_long_name_is_cut_at_its_bound(void **state)
{
    char name[CONFIG_NETDIAG_WHO_LENGTH + 2];
    struct netdiag_tcp_cleared cleared;

    (void)state;
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(netdiag_tcp_clear(&fake.diag, name), NETDIAG_OK);
    netdiag_tcp_cleared_get(&fake.diag, &cleared);
    assert_int_equal(strlen(cleared.by), CONFIG_NETDIAG_WHO_LENGTH);
    name[CONFIG_NETDIAG_WHO_LENGTH] = '\0';
    assert_int_equal(netdiag_tcp_clear(&fake.diag, name), NETDIAG_OK);
    netdiag_tcp_cleared_get(&fake.diag, &cleared);
    assert_string_equal(cleared.by, name);
}

static void clear_not_counted_stays_not_counted(void **state)
{
    uint64_t value;
    struct netdiag_tcp_baseline baseline;
    struct netdiag_tcp_statistics statistics;

    (void)state;
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_IN_SEGS, 5);
    assert_int_equal(netdiag_tcp_clear(&fake.diag, "test"), NETDIAG_OK);
    netdiag_tcp_baseline_get(&fake.diag, &baseline);
    netdiag_tcp_statistics_collect(&fake.diag, &baseline, &statistics);
    assert_false(netdiag_tcp_counter_get(&statistics.counters, NETDIAG_TCP_OUT_SEGS, &value));
    assert_int_equal(shown(NETDIAG_TCP_IN_SEGS), 0);
    assert_int_equal(shown(NETDIAG_TCP_CURR_ESTAB), 130); /* a gauge */
}

static void clear_counter_below_its_baseline_counts_since_the_restart(void **state)
{
    (void)state;
    fake_count_all();
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_IN_SEGS, 1000);
    assert_int_equal(netdiag_tcp_clear(&fake.diag, "test"), NETDIAG_OK);
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_IN_SEGS, 999);
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_OUT_RSTS, 400);
    assert_int_equal(shown(NETDIAG_TCP_IN_SEGS), 999);
    assert_int_equal(shown(NETDIAG_TCP_OUT_RSTS), 400); /* of the same restart */
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_IN_SEGS, 1000);
    assert_int_equal(shown(NETDIAG_TCP_IN_SEGS), 0);
}

static void clear_holds_for_what_the_pool_counts(void **state)
{
    (void)state;
    assert_int_equal(netdiag_tcp_clear(&fake.diag, "test"), NETDIAG_OK);
    assert_non_null(strstr(run_lines("show tcp stati")->out,
                           "PCB pool: 256 capacity, 17 used, 42 peak, 0 refused\n0 Connections"));
    fake.pool.refused = 2; /* one less than then: the stack began again */
    assert_non_null(strstr(run_lines("show tcp stati")->out, "2 refused\n7 Connections"));
    fake.pool.refused = 10;
    fake.pool.evicted[NETDIAG_TCP_ESTABLISHED] = 1;
    assert_non_null(strstr(run_lines("show tcp stati")->out, "10 refused\n6 Connections"));
    /* Where the pool was not known then, it counts since boot. */
    fake.pool_error = NETDIAG_ERROR_BUSY;
    assert_int_equal(netdiag_tcp_clear(&fake.diag, "test"), NETDIAG_OK);
    fake.pool_error = NETDIAG_OK;
    assert_non_null(strstr(run_lines("show tcp stati")->out, "10 refused\n6 Connections"));
}

static void clear_near_the_largest_number_goes_on_across_the_wrap(void **state)
{
    (void)state;
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_IN_SEGS, UINT64_MAX);
    assert_int_equal(netdiag_tcp_clear(&fake.diag, "test"), NETDIAG_OK);
    assert_int_equal(shown(NETDIAG_TCP_IN_SEGS), 0);
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_IN_SEGS, 0);
    assert_int_equal(shown(NETDIAG_TCP_IN_SEGS), 1);
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_IN_SEGS, UINT64_MAX - 1);
    assert_true(shown(NETDIAG_TCP_IN_SEGS) == UINT64_MAX - 1);
}

/* ---- several at once ---- */

#define ROUNDS  20000
#define READERS 3

/* Every reading has one number in all its counters, and as its time. */
static atomic_uint_fast64_t readings;
static _Thread_local uint64_t last_reading;
static atomic_uint cleared, running;

static enum netdiag_error uniform_counters(void *ctx, struct netdiag_tcp_counters *counters)
{
    (void)ctx;
    last_reading = atomic_fetch_add(&readings, 1) + 1;
    for (unsigned i = 0; i < NETDIAG_TCP_COUNTERS; i++)
        netdiag_tcp_counter_set(counters, (enum netdiag_tcp_counter)i, last_reading);
    return NETDIAG_OK;
}

static enum netdiag_error uniform_time(void *ctx, struct netdiag_time *time)
{
    (void)ctx;
    time->uptime_ms = last_reading;
    return NETDIAG_OK;
}

static void *clear_often(void *name)
{
    for (int i = 0; i < ROUNDS; i++) {
        enum netdiag_error error = netdiag_tcp_clear(&fake.diag, name);

        if (error == NETDIAG_OK)
            atomic_fetch_add(&cleared, 1);
        else if (error != NETDIAG_ERROR_BUSY)
            return name;
    }
    atomic_fetch_sub(&running, 1);
    return NULL;
}

static bool is_whole(const struct netdiag_tcp_baseline *baseline)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < NETDIAG_TCP_COUNTERS; i++) {
        if (baseline->cleared.ever !=
                netdiag_tcp_counter_get(&baseline->counters, (enum netdiag_tcp_counter)i, &value) ||
            value != baseline->cleared.uptime_ms)
            return false;
    }
    return true;
}

/* Answers `broken` when a baseline was torn, or one came after a later one. */
static void *read_often(void *broken)
{
    uint64_t newest = 0;

    while (atomic_load(&running) > 0) {
        struct netdiag_tcp_baseline baseline;

        netdiag_tcp_baseline_get(&fake.diag, &baseline);
        if (!is_whole(&baseline) || baseline.cleared.uptime_ms < newest)
            return broken;
        newest = baseline.cleared.uptime_ms;
    }
    return NULL;
}

static void clear_from_two_threads_is_never_torn(void **state)
{
    static char names[2][8] = {"first", "second"};
    pthread_t clearing[2], reading[READERS];
    struct netdiag_tcp_baseline baseline;
    void *broken;

    (void)state;
    fake.platform.tcp_counters = uniform_counters;
    fake.platform.time = uniform_time;
    fake.platform.log = NULL;
    atomic_store(&readings, 0);
    atomic_store(&cleared, 0);
    atomic_store(&running, 2);
    for (int i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&reading[i], NULL, read_often, names), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&clearing[i], NULL, clear_often, names[i]), 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pthread_join(clearing[i], &broken), 0);
        assert_null(broken);
    }
    for (int i = 0; i < READERS; i++) {
        assert_int_equal(pthread_join(reading[i], &broken), 0);
        assert_null(broken);
    }
    assert_true(atomic_load(&cleared) > 0);
    netdiag_tcp_baseline_get(&fake.diag, &baseline);
    assert_true(baseline.cleared.uptime_ms == atomic_load(&readings)); /* the last one holds */
}

static enum netdiag_error error_within;

static void clear_within(void)
{
    error_within = netdiag_tcp_clear(&fake.diag, "second");
}

static void clear_during_a_clear_is_busy_and_the_first_holds(void **state)
{
    struct netdiag_tcp_cleared last;

    (void)state;
    fake.on_counters = clear_within;
    assert_int_equal(netdiag_tcp_clear(&fake.diag, "first"), NETDIAG_OK);
    assert_int_equal(error_within, NETDIAG_ERROR_BUSY);
    netdiag_tcp_cleared_get(&fake.diag, &last);
    assert_string_equal(last.by, "first");
    fake.on_counters = NULL;
    assert_int_equal(netdiag_tcp_clear(&fake.diag, "third"), NETDIAG_OK);
}

static void clear_past_a_reader_that_stays_is_busy(void **state)
{
    unsigned place = atomic_load(&fake.diag.tcp_baselines.places.current);

    (void)state;
    atomic_fetch_add(&fake.diag.tcp_baselines.places.readers[place],
                     1); /* it was interrupted there */
    assert_int_equal(netdiag_tcp_clear(&fake.diag, "first"), NETDIAG_OK);
    assert_refused("clear tcp statistics",
                   "% clear tcp statistics not available: it is in use now; try again\n", 1);
    atomic_fetch_sub(&fake.diag.tcp_baselines.places.readers[place], 1);
    assert_refused("clear tcp statistics", "", 0);
}

/* ---- nonzero ---- */

static void nonzero_all_zero_shows_the_pool_alone(void **state)
{
    (void)state;
    fake_count_all();
    for (unsigned i = 0; i < NETDIAG_TCP_COUNTERS; i++)
        fake.counters.value[i] = 0;
    memset(&fake.states, 0, sizeof fake.states);
    fake.pool = (struct netdiag_tcp_pool){.has_evicted = true, .capacity = 256};
    assert_line_golden("show tcp statistics nonzero", "tcp_statistics_nonzero_none.txt");
    assert_line_golden("show tcp statistics nonzero json", "tcp_statistics_nonzero_none.json");
}

static void nonzero_shows_lines_and_members_that_are_not_0(void **state)
{
    (void)state;
    fake_count_all();
    for (unsigned i = 0; i < NETDIAG_TCP_COUNTERS; i++)
        fake.counters.value[i] = 0;
    /* Of the received only one in the middle, so that "Rcvd:" has nothing of its own. */
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_RCVD_DUP_BYTES, 1);
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_SENT_URGENT, UINT64_MAX);
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_CONN_WITHOUT_ROW, 2);
    memset(&fake.states, 0, sizeof fake.states);
    fake.states.count[NETDIAG_TCP_LISTEN] = 3;
    fake.states.count[NETDIAG_TCP_LAST_ACK] = 1;
    fake.pool.refused = 0;
    assert_line_golden("show tcp statistics nonzero", "tcp_statistics_nonzero.txt");
    assert_line_golden("show tcp statistics nonzero json", "tcp_statistics_nonzero.json");
    assert_same_output("show tcp statistics nonzero json", "sh tcp stat json nonz");
    assert_same_output("show tcp statistics nonzero json", "sh tc stati n j");
    assert_same_output("show tcp statistics nonzero", "sh tcp stat nonzero");
}

static void nonzero_never_hides_what_is_not_counted(void **state)
{
    (void)state;
    fake_count_all();
    for (unsigned i = 0; i < NETDIAG_TCP_COUNTERS; i++)
        fake.counters.value[i] = 0;
    fake.counters.counted[NETDIAG_TCP_SENT_DELAYED_ACKS / 32] &=
        ~(UINT32_C(1) << (NETDIAG_TCP_SENT_DELAYED_ACKS % 32));
    fake.states_error = NETDIAG_ERROR_BUSY;
    fake.pool = (struct netdiag_tcp_pool){.has_evicted = false};
    assert_line_golden("show tcp statistics nonzero", "tcp_statistics_nonzero_not_counted.txt");
    assert_line_golden("show tcp statistics nonzero json",
                       "tcp_statistics_nonzero_not_counted.json");
}

static void nonzero_with_anything_else_is_a_caret(void **state)
{
    (void)state;
    assert_caret("show tcp statistics nonzero nonzero", 28);
    assert_caret("show tcp statistics nonzero rate", 28);
    assert_caret("show tcp statistics rate nonzero", 25);
    assert_caret("show tcp statistics nonzero 5", 28);
    assert_caret("show tcp statistics nonzeros", 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(clear_then_counters_begin_anew_text_and_json, setup),
        cmocka_unit_test_setup(clear_twice_counts_from_the_last, setup),
        cmocka_unit_test_setup(clear_holds_for_every_shell_and_names_its_line, setup),
        cmocka_unit_test_setup(clear_below_privilege_15_is_no_word, setup),
        cmocka_unit_test_setup(clear_words_abbreviated_missing_and_wrong, setup),
        cmocka_unit_test_setup(clear_failing_changes_nothing, setup),
        cmocka_unit_test_setup(clear_without_clock_and_log_says_what_it_knows, setup),
        cmocka_unit_test_setup(clear_is_in_the_head_of_every_answer, setup),
        cmocka_unit_test_setup(clear_ago_has_its_hours, setup),
        cmocka_unit_test_setup(clear_by_a_long_name_is_cut_at_its_bound, setup),
        cmocka_unit_test_setup(clear_not_counted_stays_not_counted, setup),
        cmocka_unit_test_setup(clear_counter_below_its_baseline_counts_since_the_restart, setup),
        cmocka_unit_test_setup(clear_holds_for_what_the_pool_counts, setup),
        cmocka_unit_test_setup(clear_near_the_largest_number_goes_on_across_the_wrap, setup),
        cmocka_unit_test_setup(clear_from_two_threads_is_never_torn, setup),
        cmocka_unit_test_setup(clear_during_a_clear_is_busy_and_the_first_holds, setup),
        cmocka_unit_test_setup(clear_past_a_reader_that_stays_is_busy, setup),
        cmocka_unit_test_setup(nonzero_all_zero_shows_the_pool_alone, setup),
        cmocka_unit_test_setup(nonzero_shows_lines_and_members_that_are_not_0, setup),
        cmocka_unit_test_setup(nonzero_never_hides_what_is_not_counted, setup),
        cmocka_unit_test_setup(nonzero_with_anything_else_is_a_caret, setup),
    };

    return cmocka_run_group_tests_name("tcp clear", tests, NULL, NULL);
}
