/*
 * `show tcp check` on the fake platform: each verdict on both sides of its threshold, and what is
 * told beside it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"

#define CAPACITY 250

static int setup(void **state)
{
    (void)state;
    fake_reset();
    fake_count_all();
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_CONN_BACKLOG_REFUSED, 0);
    fake.pool.capacity = CAPACITY;
    fake.pool.refused = 0;
    return 0;
}

static void hold(size_t count)
{
    fake.connection_count = 0;
    while (fake.connection_count < count)
        fake_connection();
}

/* Runs the line, whose output must begin so. */
static void assert_verdict(const char *line, const char *beginning, int status)
{
    const struct run *run = run_lines(line);

    assert_int_equal(run->status, status);
    assert_string_equal(run->err, "");
    if (strncmp(run->out, beginning, strlen(beginning)) != 0)
        fail_msg("%s: got %s", beginning, run->out);
    assert_ptr_equal(strchr(run->out, '\n'), run->out + run->out_size - 1); /* one line */
}

static void verdict_holds_on_both_sides_of_each_threshold(void **state)
{
    const size_t warning = CAPACITY * CONFIG_NETDIAG_CHECK_WARNING / 100;
    const size_t critical = CAPACITY * CONFIG_NETDIAG_CHECK_CRITICAL / 100;

    (void)state;
    hold(0);
    assert_verdict("show tcp check", "TCP OK - 0 of 250 connections held (0%) | held=0;199;224;",
                   0);
    hold(warning - 1);
    assert_verdict("show tcp check", "TCP OK - ", 0);
    hold(warning);
    assert_verdict("show tcp check", "TCP WARNING - ", 1);
    hold(critical - 1);
    assert_verdict("show tcp check", "TCP WARNING - ", 1);
    hold(critical);
    assert_verdict("show tcp check", "TCP CRITICAL - ", 2);
    hold(CAPACITY);
    assert_verdict("show tcp check", "TCP CRITICAL - 250 of 250 connections held (100%) |", 2);
}

/* 3 per cent of 250 are 7.5: 7 are fewer, 8 are more. */
static void thresholds_given_are_rounded_up(void **state)
{
    (void)state;
    hold(7);
    assert_verdict("show tcp check warning 3",
                   "TCP OK - 7 of 250 connections held (2%) | held=7;7;", 0);
    hold(8);
    assert_verdict("show tcp check warning 3", "TCP WARNING - ", 1);
    assert_verdict("show tcp check warning 2 critical 3", "TCP CRITICAL - ", 2);
    assert_verdict("show tcp check critical 3", "TCP CRITICAL - ", 2);
    assert_caret("show tcp check warning 0", 23);
    assert_caret("show tcp check critical 101", 24);
}

/* What the stack takes back by itself fills no pool. */
static void connections_that_make_room_are_not_held(void **state)
{
    (void)state;
    hold(CAPACITY);
    for (size_t i = 3; i < CAPACITY; i++) {
        fake.connections[i].state = NETDIAG_TCP_TIME_WAIT;
        fake.connections[i].is_reclaimable = true;
    }
    fake.connections[0].state = NETDIAG_TCP_SYN_RECEIVED;
    fake.connections[1].state = NETDIAG_TCP_CLOSE_WAIT;
    assert_line_golden("show tcp check", "tcp_check.txt");
    assert_line_golden("show tcp check json", "tcp_check.json");
}

static void refusals_are_told_and_change_no_verdict(void **state)
{
    const struct run *run;

    (void)state;
    hold(1);
    fake.pool.refused = 7;
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_CONN_BACKLOG_REFUSED, 3);
    fake_memory_pool("PBUF_POOL")->refused = 12;
    fake_memory_pool("TCP_SEG");
    fake_memory_pool("HEAP")->refused = UINT64_C(5000000000);
    assert_line_golden("show tcp check", "tcp_check_refused.txt");
    assert_line_golden("show tcp check json", "tcp_check_refused.json");
    run = run_lines("clear tcp statistics\nshow tcp check\n");
    assert_null(strstr(run->out, "connections refused"));
    assert_null(strstr(run->out, "SYNs refused"));
    assert_non_null(strstr(run->out, "; out of memory since boot: PBUF_POOL 12"));
}

static void counters_not_counted_are_left_out(void **state)
{
    const struct run *run;

    (void)state;
    memset(&fake.counters, 0, sizeof fake.counters);
    fake.platform.memory_pools = NULL;
    run = run_lines("show tcp check");
    assert_int_equal(run->status, 0);
    assert_null(strstr(run->out, "backlog_refused"));
    run = run_lines("show tcp check json");
    assert_non_null(strstr(run->out, "\"backlogRefused\":null,\"memoryRefused\":null}"));
}

static void what_cannot_be_judged_is_unknown(void **state)
{
    const struct run *run;

    (void)state;
    hold(CAPACITY);
    fake.connections_error = NETDIAG_ERROR_BUSY;
    fake.connections_fail_at = 5;
    assert_verdict("show tcp check", "TCP UNKNOWN - the connections: it is in use now; try again\n",
                   3);
    fake.connections_error = NETDIAG_OK;
    fake.pool.capacity = 0;
    assert_verdict("show tcp check", "TCP UNKNOWN - the capacity of the pool of connections: ", 3);
    fake.platform.tcp_pool = NULL;
    assert_verdict("show tcp check",
                   "TCP UNKNOWN - the pool of connections: this platform does not offer it\n", 3);
    run = run_lines("show tcp check json");
    assert_golden("tcp_check_unknown.json", run->out, run->out_size);
    assert_int_equal(run->status, 3);
}

static void output_has_no_words_that_fail_a_client(void **state)
{
    (void)state;
    hold(CAPACITY);
    fake.pool.refused = 7;
    fake_memory_pool("HEAP")->refused = 1;
    assert_no_client_fails("show tcp check\nshow tcp check json\n");
    fake.platform.tcp_pool = NULL;
    assert_no_client_fails("show tcp check\nshow tcp check json\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(verdict_holds_on_both_sides_of_each_threshold, setup),
        cmocka_unit_test_setup(thresholds_given_are_rounded_up, setup),
        cmocka_unit_test_setup(connections_that_make_room_are_not_held, setup),
        cmocka_unit_test_setup(refusals_are_told_and_change_no_verdict, setup),
        cmocka_unit_test_setup(counters_not_counted_are_left_out, setup),
        cmocka_unit_test_setup(what_cannot_be_judged_is_unknown, setup),
        cmocka_unit_test_setup(output_has_no_words_that_fail_a_client, setup),
    };

    return cmocka_run_group_tests_name("tcp_check", tests, NULL, NULL);
}
