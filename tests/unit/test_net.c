/*
 * Neighbours and pings on the fake platform: `show arp`, `show ipv6 neighbors`, `ping`.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "stats/ping.h"
#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"

#define TIMEOUT_MS (CONFIG_NETDIAG_PING_TIMEOUT_S * 1000u)

static int setup(void **state)
{
    (void)state;
    fake_reset();
    return 0;
}

/* ---- neighbours ---- */

static void add_neighbors(void)
{
    struct netdiag_neighbor *row;

    fake_neighbor("10.0.10.2");
    row = fake_neighbor("192.168.100.200");
    row->has_age = true;
    row->age_s = 12 * 60 + 59;
    row->vlan = 4094;
    snprintf(row->interface, sizeof row->interface, "Vlan4094");
    row = fake_neighbor("10.0.10.3");
    row->has_mac = false;
    row->vlan = 0;
    row->interface[0] = '\0';
    fake_neighbor("2001:db8:10::2");
    row = fake_neighbor("2001:db8:1111:2222:3333:4444:5555:6666");
    row->has_age = row->is_router = true;
    row->age_s = UINT32_MAX;
    row->state = NETDIAG_NEIGHBOR_STALE;
    row = fake_neighbor("fe80::1");
    row->has_mac = false;
    row->state = NETDIAG_NEIGHBOR_INCOMPLETE;
    fake_neighbor("fe80::2")->state = NETDIAG_NEIGHBOR_DELAY;
    fake_neighbor("fe80::3")->state = NETDIAG_NEIGHBOR_PROBE;
    row = fake_neighbor("fe80::4");
    row->state = NETDIAG_NEIGHBOR_UNKNOWN;
    snprintf(row->interface, sizeof row->interface, "e\x1b[2Jn1");
}

static void neighbors_text_and_json(void **state)
{
    (void)state;
    add_neighbors();
    assert_line_golden("show arp", "arp.txt");
    assert_line_golden("show arp json", "arp.json");
    assert_line_golden("show ipv6 neighbors", "ipv6_neighbors.txt");
    assert_line_golden("show ipv6 neighbors json", "ipv6_neighbors.json");
}

static void neighbors_none_is_a_head_alone(void **state)
{
    (void)state;
    assert_string_equal(run_lines("show arp")->out, "Protocol  Address          Age (min)  "
                                                    "Hardware Addr   Type   Interface\n");
    assert_non_null(strstr(run_lines("show arp json")->out, "\"arp\":[],\n\"total\":0}"));
}

static void neighbors_past_a_chunk_come_once_each(void **state)
{
    const struct run *run;
    char expected[40];
    size_t lines = 0;

    (void)state;
    for (unsigned i = 0; i < 2 * CONFIG_NETDIAG_NEIGHBOR_ROWS + 1; i++) {
        char address[20];

        snprintf(address, sizeof address, "10.0.%u.%u", i / 200, i % 200 + 1);
        fake_neighbor(address);
        fake_neighbor("fe80::1"); /* of the other family, in between */
    }
    run = run_lines("show arp");
    for (const char *at = run->out; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    assert_int_equal(lines, 1 + 2 * CONFIG_NETDIAG_NEIGHBOR_ROWS + 1);
    assert_non_null(strstr(run->out, "Internet  10.0.0.1 "));
    snprintf(expected, sizeof expected, "\"total\":%d}", 2 * CONFIG_NETDIAG_NEIGHBOR_ROWS + 1);
    assert_non_null(strstr(run_lines("show arp json")->out, expected));
}

static void neighbors_absent_failing_and_broken_off(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CONFIG_NETDIAG_NEIGHBOR_ROWS + 1; i++)
        fake_neighbor("10.0.10.2");
    fake.neighbors_error = NETDIAG_ERROR_BUSY;
    assert_refused("show arp", "% show arp not available: it is in use now; try again\n", 1);
    fake.neighbors_fail_at = CONFIG_NETDIAG_NEIGHBOR_ROWS;
    assert_int_equal(run_lines("show arp")->status, 1);
    assert_non_null(strstr(run_lines("show arp")->err, "% the list ends after "));
    assert_non_null(strstr(run_lines("show arp json")->out, "\"total\":null,\"error\":{\"code\":"));
    fake.neighbors_error = NETDIAG_OK;
    fake.neighbors_stuck = true;
    assert_int_equal(run_lines("show arp")->status, 1);
    fake.neighbors_stuck = false;
    fake.neighbors_count_added = CONFIG_NETDIAG_NEIGHBOR_ROWS;
    assert_refused("show arp", "% show arp not available: reading from the device failed\n", 1);
    fake.platform.neighbors = NULL;
    assert_refused("show ipv6 neighbors",
                   "% show ipv6 neighbors not available: this platform does not offer it\n", 1);
}

/* ---- ping ---- */

static void ping_all_answered_text_and_json(void **state)
{
    (void)state;
    assert_line_golden("ping 10.0.10.2", "ping.txt");
    assert_int_equal(fake.echoes_tried, 5);
    assert_int_equal(fake.echoes_open, 0);
    assert_int_equal(fake.echo_bytes, 100);
    assert_int_equal(fake.echo_to.bytes[3], 2);
    fake.echoes_tried = 0;
    assert_line_golden("ping 2001:db8:10::2 count 2 json", "ping.json");
    assert_int_equal(fake.echo_to.family, NETDIAG_FAMILY_IPV6);
    assert_int_equal(fake.echo_to.bytes[15], 2);
}

static void ping_some_answered_is_a_success(void **state)
{
    (void)state;
    snprintf(fake.echoes, sizeof fake.echoes, "!.U.!");
    assert_line_golden("ping 10.0.10.2", "ping_some.txt");
    assert_int_equal(fake.echoes_open, 0);
    fake.echoes_tried = 0;
    assert_line_golden("ping 10.0.10.2 json", "ping_some.json");
}

static void ping_none_answered_fails_after_the_timeouts(void **state)
{
    uint64_t before = fake.time.uptime_ms;
    const struct run *run;

    (void)state;
    snprintf(fake.echoes, sizeof fake.echoes, "...");
    run = run_lines("ping 10.0.10.2 count 3");
    assert_int_equal(run->status, 1);
    assert_string_equal(run->err, "");
    assert_non_null(strstr(run->out, "\n...\nSuccess rate is 0 percent (0/3)\n"));
    assert_true(fake.time.uptime_ms - before == UINT64_C(3) * TIMEOUT_MS);
    assert_int_equal(fake.wait_longest, NETDIAG_WAIT_MS);
    fake.echoes_tried = 0;
    run = run_lines("ping 10.0.10.2 count 3 json");
    assert_int_equal(run->status, 1);
    assert_non_null(
        strstr(run->out, "\"received\":0,\"minMs\":null,\"avgMs\":null,\"maxMs\":null,"));
}

static void ping_answer_at_the_timeout_counts_and_one_later_not(void **state)
{
    (void)state;
    fake.echo_rtt_ms = TIMEOUT_MS;
    assert_int_equal(run_lines("ping 10.0.10.2 count 1")->status, 0);
    fake.echoes_tried = 0;
    fake.echo_rtt_ms = TIMEOUT_MS + 1;
    assert_int_equal(run_lines("ping 10.0.10.2 count 1")->status, 1);
}

static void ping_fast_answer_is_not_waited_for_long(void **state)
{
    uint64_t before = fake.time.uptime_ms;

    (void)state;
    assert_int_equal(run_lines("ping 10.0.10.2 count 1")->status, 0);
    assert_true(fake.time.uptime_ms - before == 1);
}

static void ping_clock_that_stands_still_ends(void **state)
{
    (void)state;
    fake.wait_percent = 0;
    assert_int_equal(run_lines("ping 10.0.10.2 count 2")->status, 1);
    assert_true(fake.wait_calls <= 2 * (TIMEOUT_MS / NETDIAG_WAIT_MS + 10));
}

static void ping_count_bounds_hold_on_both_sides(void **state)
{
    char line[80], marks[80];
    const struct run *run;

    (void)state;
    fake.echo_rtt_ms = 0;
    assert_caret("ping 10.0.10.2 count 0", 21);
    snprintf(line, sizeof line, "ping 10.0.10.2 count %d", CONFIG_NETDIAG_PING_COUNT + 1);
    assert_caret(line, 21);
    assert_int_equal(fake.echoes_tried, 0);
    snprintf(line, sizeof line, "ping 10.0.10.2 count %d", CONFIG_NETDIAG_PING_COUNT);
    run = run_lines(line);
    assert_int_equal(run->status, 0);
    assert_int_equal(fake.echoes_tried, CONFIG_NETDIAG_PING_COUNT);
    memset(marks, '!', 70); /* a line of them, and the rest on the next */
    snprintf(marks + 70, sizeof marks - 70, "\n!");
    assert_true(CONFIG_NETDIAG_PING_COUNT <= 70 || strstr(run->out, marks) != NULL);
    assert_int_equal(run_lines("ping 10.0.10.2 count 1")->status, 0);
}

static void ping_bad_words_are_told(void **state)
{
    (void)state;
    assert_refused("ping", "% Incomplete command.\n", 2);
    assert_caret("ping 10.0.10", 5);
    assert_caret("ping 10.0.10.2/24", 5);
    assert_caret("ping 10.0.10.2 7", 15);
    assert_refused("ping 224.0.0.1",
                   "% ping takes the address of one host, which this is not: 224.0.0.1\n", 1);
    assert_refused("ping 0.0.0.0",
                   "% ping takes the address of one host, which this is not: 0.0.0.0\n", 1);
    assert_refused("ping ff02::1",
                   "% ping takes the address of one host, which this is not: ff02::1\n", 1);
    assert_refused("ping ::", "% ping takes the address of one host, which this is not: ::\n", 1);
    assert_int_equal(fake.echoes_tried, 0);
    assert_int_equal(run_lines("ping 223.255.255.255 count 1")->status, 0);
}

static void ping_that_cannot_begin_says_why(void **state)
{
    const struct run *run;

    (void)state;
    memset(fake.echoes, 'U', 10);
    assert_refused("ping 10.9.9.9", "% peer unreachable: the device has no route to 10.9.9.9\n", 1);
    run = run_lines("ping 10.9.9.9 json");
    assert_golden("ping_refused.json", run->out, run->out_size);
    assert_int_equal(run->status, 1);
    fake.echo_error = NETDIAG_ERROR_FULL;
    assert_refused("ping 10.0.10.2",
                   "% no echo can be sent now to 10.0.10.2: too many pings wait for their answers; "
                   "try again\n",
                   1);
    fake.echo_error = NETDIAG_ERROR_MEMORY;
    assert_refused("ping 10.0.10.2",
                   "% no echo can be sent now to 10.0.10.2: the device is out of memory\n", 1);
    fake.echo_error = NETDIAG_ERROR_DOWN;
    assert_refused("ping 10.0.10.2", "% ping not available: the device's stack is not running\n",
                   3);
    fake.platform.echo_poll = NULL;
    assert_refused("ping 10.0.10.2", "% ping not available: this platform does not offer it\n", 1);
}

static void ping_that_breaks_off_shows_what_came(void **state)
{
    const struct run *run;

    (void)state;
    fake.wait_error = NETDIAG_ERROR_DOWN;
    run = run_lines("ping 10.0.10.2");
    assert_int_equal(run->status, 3);
    assert_non_null(strstr(run->out, "Success rate is 0 percent (0/0)\n"));
    assert_string_equal(run->err, "% ping broke off: the device's stack is not running\n");
    assert_int_equal(fake.echoes_open, 0);
    fake.wait_error = NETDIAG_OK;
    fake.echo_poll_error = NETDIAG_ERROR_BUSY;
    fake.echoes_tried = 0;
    run = run_lines("ping 10.0.10.2 json");
    assert_int_equal(run->status, 1);
    assert_non_null(strstr(run->out, "\"replies\":[],\"error\":{\"code\":\"busy\","));
    assert_int_equal(fake.echoes_open, 0);
}

static void output_has_no_words_that_fail_a_client(void **state)
{
    (void)state;
    add_neighbors();
    snprintf(fake.echoes, sizeof fake.echoes, ".!.!.....U");
    assert_no_client_fails("show arp\nshow arp json\nshow ipv6 neighbors\n"
                           "show ipv6 neighbors json\nping 10.0.10.2\nping 10.0.10.2 count 4 json\n"
                           "ping 10.9.9.9\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(neighbors_text_and_json, setup),
        cmocka_unit_test_setup(neighbors_none_is_a_head_alone, setup),
        cmocka_unit_test_setup(neighbors_past_a_chunk_come_once_each, setup),
        cmocka_unit_test_setup(neighbors_absent_failing_and_broken_off, setup),
        cmocka_unit_test_setup(ping_all_answered_text_and_json, setup),
        cmocka_unit_test_setup(ping_some_answered_is_a_success, setup),
        cmocka_unit_test_setup(ping_none_answered_fails_after_the_timeouts, setup),
        cmocka_unit_test_setup(ping_answer_at_the_timeout_counts_and_one_later_not, setup),
        cmocka_unit_test_setup(ping_fast_answer_is_not_waited_for_long, setup),
        cmocka_unit_test_setup(ping_clock_that_stands_still_ends, setup),
        cmocka_unit_test_setup(ping_count_bounds_hold_on_both_sides, setup),
        cmocka_unit_test_setup(ping_bad_words_are_told, setup),
        cmocka_unit_test_setup(ping_that_cannot_begin_says_why, setup),
        cmocka_unit_test_setup(ping_that_breaks_off_shows_what_came, setup),
        cmocka_unit_test_setup(output_has_no_words_that_fail_a_client, setup),
    };

    return cmocka_run_group_tests_name("net", tests, NULL, NULL);
}
