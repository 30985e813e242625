/*
 * `show tcp states [STATE]` on the fake platform.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"

static int setup(void **state)
{
    (void)state;
    fake_reset();
    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++) {
        struct netdiag_tcp_state_total *total = &fake.state_totals.state[i];

        total->has_entered = i > NETDIAG_TCP_LISTEN;
        total->entered = total->has_entered ? i * 1000 : 0;
        total->peak = i * 10 + 5;
        total->longest_ms = total->has_entered ? i * UINT64_C(3599000) : 0;
    }
    return 0;
}

static void states_text_and_json(void **state)
{
    (void)state;
    assert_line_golden("show tcp states", "tcp_states.txt");
    assert_line_golden("show tcp states json", "tcp_states.json");
}

static void states_one_is_explained_text_and_json(void **state)
{
    (void)state;
    assert_line_golden("show tcp states syn-received", "tcp_states_syn_received.txt");
    assert_line_golden("show tcp states syn-received json", "tcp_states_syn_received.json");
    assert_line_golden("show tcp states ESTABLISHED", "tcp_states_established.txt");
    assert_line_golden("show tcp states time-wait", "tcp_states_time_wait.txt");
}

static void states_names_are_those_of_the_filter(void **state)
{
    (void)state;
    assert_same_output("show tcp states SYN-RECEIVED", "show tcp states synReceived");
    assert_same_output("show tcp states syn-received", "show tcp states SYN_R");
    assert_same_output("show tcp states time-wait json", "show tcp states tim json");
    assert_same_output("show tcp states time-wait json", "show tcp states json timewait");
    assert_caret("show tcp states syn", 16); /* two begin so */
    assert_caret("show tcp states opened", 16);
}

static void states_longest_is_a_stay_that_lasts_still(void **state)
{
    struct netdiag_tcp_connection *row = fake_connection();

    (void)state;
    row->history.state_since_ms = fake.time.uptime_ms - 90000000;
    assert_non_null(strstr(run_lines("show tcp states json")->out,
                           "{\"state\":\"established\",\"now\":50,\"peak\":55,\"entered\":5000,"
                           "\"longestMs\":90000000}"));
    row->history.state_since_ms = fake.time.uptime_ms - 10; /* shorter than one that was */
    assert_non_null(strstr(run_lines("show tcp states json")->out,
                           "{\"state\":\"established\",\"now\":50,\"peak\":55,\"entered\":5000,"
                           "\"longestMs\":17995000}"));
    row->has_history = false;
    row->state = NETDIAG_TCP_CLOSED;
    assert_non_null(strstr(run_lines("show tcp states json")->out,
                           "{\"state\":\"closed\",\"now\":10,\"peak\":15,\"entered\":null,"
                           "\"longestMs\":null}"));
}

static void states_peak_is_never_below_now(void **state)
{
    (void)state;
    fake.states.count[NETDIAG_TCP_CLOSING] = 999;
    assert_non_null(strstr(run_lines("show tcp states json")->out,
                           "{\"state\":\"closing\",\"now\":999,\"peak\":999,"));
}

static void states_without_totals_have_what_is_now(void **state)
{
    (void)state;
    fake.platform.tcp_state_totals = NULL;
    fake_connection();
    assert_line_golden("show tcp states", "tcp_states_now.txt");
    assert_line_golden("show tcp states json", "tcp_states_now.json");
    fake.platform.tcp_connections = NULL; /* nothing of it is asked for then */
    assert_int_equal(run_lines("show tcp states")->status, 0);
}

static void states_that_cannot_be_read_are_told(void **state)
{
    (void)state;
    fake.state_totals_error = NETDIAG_ERROR_BUSY;
    assert_int_equal(run_lines("show tcp states")->status, 1);
    fake.state_totals_error = NETDIAG_OK;
    fake.connections_error = NETDIAG_ERROR_BUSY;
    assert_int_equal(run_lines("show tcp states")->status, 1);
    fake.connections_error = NETDIAG_OK;
    fake.platform.tcp_states = NULL;
    assert_refused("show tcp states listen",
                   "% show tcp states not available: this platform does not offer it\n", 1);
}

static void output_has_no_words_that_fail_a_client(void **state)
{
    (void)state;
    assert_no_client_fails("show tcp states\nshow tcp states json\nshow tcp states closed\n"
                           "show tcp states listen\nshow tcp states syn-sent\n"
                           "show tcp states syn-received\nshow tcp states established\n"
                           "show tcp states fin-wait-1\nshow tcp states fin-wait-2\n"
                           "show tcp states close-wait\nshow tcp states last-ack\n"
                           "show tcp states closing\nshow tcp states time-wait json\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(states_text_and_json, setup),
        cmocka_unit_test_setup(states_one_is_explained_text_and_json, setup),
        cmocka_unit_test_setup(states_names_are_those_of_the_filter, setup),
        cmocka_unit_test_setup(states_longest_is_a_stay_that_lasts_still, setup),
        cmocka_unit_test_setup(states_peak_is_never_below_now, setup),
        cmocka_unit_test_setup(states_without_totals_have_what_is_now, setup),
        cmocka_unit_test_setup(states_that_cannot_be_read_are_told, setup),
        cmocka_unit_test_setup(output_has_no_words_that_fail_a_client, setup),
    };

    return cmocka_run_group_tests_name("states", tests, NULL, NULL);
}
