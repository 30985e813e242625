/*
 * Every command on the fake platform, through the pipe door: text and JSON against golden files,
 * every bound on both sides, platforms that fail, lack a function, or hold more than fits.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <libcli.h>

#include "cli/arguments.h"
#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"

static int setup(void **state)
{
    (void)state;
    fake_reset();
    return 0;
}

static void number_bounds_hold_on_both_sides(void **state)
{
    uint32_t number = 7;

    (void)state;
    assert_false(netdiag_parse_number("", 0, 10, &number));
    assert_false(netdiag_parse_number("11", 0, 10, &number));
    assert_false(netdiag_parse_number("1", 2, 10, &number));
    assert_int_equal(number, 7); /* untouched */
    assert_true(netdiag_parse_number("0", 0, 10, &number));
    assert_int_equal(number, 0);
    assert_true(netdiag_parse_number("4294967295", 0, UINT32_MAX, &number));
    assert_true(number == UINT32_MAX);
    assert_false(netdiag_parse_number("4294967296", 0, UINT32_MAX, &number));
}

/* ---- show tcp statistics ---- */

static void statistics_all_counted_text_and_json(void **state)
{
    (void)state;
    fake_count_all();
    assert_line_golden("show tcp statistics", "tcp_statistics.txt");
    assert_line_golden("show tcp statistics json", "tcp_statistics.json");
}

static void statistics_some_not_counted_says_so(void **state)
{
    (void)state;
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_RCVD_TOTAL, UINT64_MAX);
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_RCVD_NO_PORT, 0);
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_RCVD_TOO_SHORT, 7);
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_ACTIVE_OPENS, 3);
    fake.pool.has_evicted = false;
    assert_line_golden("show tcp statistics", "tcp_statistics_not_counted.txt");
    assert_line_golden("show tcp statistics json", "tcp_statistics_not_counted.json");
}

static void statistics_parts_missing_are_told_and_the_rest_is_shown(void **state)
{
    (void)state;
    fake_count_all();
    fake.states_error = NETDIAG_ERROR_BUSY;
    fake.platform.tcp_pool = NULL;
    fake.platform.system = NULL;
    fake.time_error = NETDIAG_ERROR_IO;
    assert_line_golden("show tcp statistics", "tcp_statistics_parts.txt");
    assert_line_golden("show tcp statistics json", "tcp_statistics_parts.json");
    fake_reset();
    fake.platform.tcp_counters = NULL;
    assert_line_golden("show tcp statistics", "tcp_statistics_no_counters.txt");
    assert_line_golden("show tcp statistics json", "tcp_statistics_no_counters.json");
}

static void statistics_nothing_given_fails(void **state)
{
    const struct run *run;

    (void)state;
    fake.counters_error = NETDIAG_ERROR_IO;
    fake.platform.tcp_states = NULL;
    fake.pool_error = NETDIAG_ERROR_BUSY;
    assert_refused("show tcp statistics",
                   "% show tcp statistics not available: reading from the device failed\n", 1);
    run = run_lines("show tcp statistics json");
    assert_golden("tcp_statistics_failed.json", run->out, run->out_size);
    assert_string_equal(run->err, "");
    assert_int_equal(run->status, 1);
}

static void statistics_stack_down_is_unreachable(void **state)
{
    (void)state;
    fake.counters_error = NETDIAG_ERROR_DOWN;
    fake.states_error = NETDIAG_ERROR_DOWN;
    fake.pool_error = NETDIAG_ERROR_DOWN;
    assert_refused("show tcp statistics",
                   "% show tcp statistics not available: the device's stack is not running\n", 3);
}

static void statistics_abbreviations_are_the_same_command(void **state)
{
    (void)state;
    assert_same_output("show tcp statistics", "sh tcp statistics");
    assert_same_output("show tcp statistics", "sh tcp stat");
    assert_same_output("show tcp statistics", "sh tc stati");
    assert_same_output("show tcp statistics", "SHOW TCP STAT");
    assert_same_output("show tcp statistics", "  \tsh\ttcp   stat  ");
    assert_same_output("show tcp statistics json", "SH TC STATI J");
}

static void head_without_wall_clock_has_null_time(void **state)
{
    (void)state;
    fake.time.has_wall = false;
    assert_line_golden("show version json", "version_no_wall_clock.json");
    fake.time.has_wall = true;
    fake.time.wall_ms = INT64_MAX; /* a year that RFC 3339 cannot write */
    assert_line_golden("show version json", "version_no_wall_clock.json");
}

static void head_time_before_1970_counts_back(void **state)
{
    (void)state;
    fake.time.wall_ms = -1;
    assert_non_null(strstr(run_lines("show version json")->out, "\"1969-12-31T23:59:59.999Z\""));
    fake.time.wall_ms = 0;
    assert_non_null(strstr(run_lines("show version json")->out, "\"1970-01-01T00:00:00.000Z\""));
}

/* ---- show vlan ---- */

/* VLANs in every condition: with and without interface, number, MAC, with more addresses than a
 * record holds, with the longest name. */
static void add_odd_vlans(void)
{
    struct netdiag_vlan *vlan = fake_vlan(30);

    vlan->has_if_index = false;
    vlan->active = false;
    vlan = fake_vlan(40);
    memset(vlan->name, 'n', NETDIAG_VLAN_NAME_LENGTH);
    vlan->if_index = UINT32_MAX;
    fake_vlan_interface(vlan, 7);
    vlan->interface.oper_up = false;
    vlan->interface.address_count = 6;
    for (unsigned i = 1; i < CONFIG_NETDIAG_VLAN_ADDRESSES; i++) {
        struct netdiag_prefix *prefix = &vlan->interface.addresses[i];

        prefix->address.family = NETDIAG_FAMILY_IPV6;
        prefix->address.bytes[0] = 0xfe;
        prefix->address.bytes[1] = 0x80;
        prefix->address.bytes[15] = (uint8_t)i;
        prefix->length = 64;
    }
    vlan = fake_vlan(50);
    fake_vlan_interface(vlan, 0);
    vlan->interface.has_netif_index = false;
    vlan->interface.has_mac = false;
    vlan->interface.admin_up = false;
    vlan->interface.oper_up = false;
    vlan->interface.address_count = 0;
    vlan = fake_vlan(4094);
    snprintf(vlan->name, sizeof vlan->name, "%s", "caf\xc3\xa9 \x1b[2J\"\\\xff");
}

static void vlans_all_text_detail_and_json(void **state)
{
    (void)state;
    add_odd_vlans();
    assert_line_golden("show vlan ifindex", "vlan_ifindex.txt");
    assert_line_golden("show vlan ifindex detail", "vlan_ifindex_detail.txt");
    assert_line_golden("show vlan ifindex json", "vlan_ifindex.json");
    assert_same_output("show vlan ifindex json", "show vlan ifindex detail json");
    assert_same_output("show vlan ifindex json", "show vlan ifindex json detail");
}

static void vlan_one_text_detail_and_json(void **state)
{
    (void)state;
    assert_line_golden("show vlan ifindex 10", "vlan_ifindex_10.txt");
    assert_line_golden("show vlan ifindex 10 detail", "vlan_ifindex_10_detail.txt");
    assert_line_golden("show vlan ifindex 10 json", "vlan_ifindex_10.json");
    assert_same_output("show vlan ifindex 10 detail", "show vlan ifindex detail 10");
    assert_same_output("show vlan ifindex 10 json", "sh vl if json 10");
    assert_same_output("show vlan ifindex 10", "show vlan ifindex 0010");
}

static void vlan_by_id_and_name_text_and_json(void **state)
{
    (void)state;
    assert_line_golden("show vlan id 10 ifindex", "vlan_ifindex_10.txt");
    assert_line_golden("show vlan id 10 ifindex detail", "vlan_ifindex_10_detail.txt");
    assert_line_golden("show vlan id 10 ifindex json", "vlan_id.json");
    assert_line_golden("show vlan name Vlan10 ifindex", "vlan_ifindex_10.txt");
    assert_line_golden("show vlan name Vlan10 ifindex detail", "vlan_ifindex_10_detail.txt");
    assert_line_golden("show vlan name Vlan10 ifindex json", "vlan_name.json");
    assert_same_output("show vlan id 10 ifindex json", "sh vl id 10 ifi j");
}

static void vlan_unknown_is_no_such_vlan(void **state)
{
    const struct run *run;

    (void)state;
    assert_refused("show vlan ifindex 99",
                   "% no such VLAN 99; \"show vlan ifindex\" lists those there are\n", 1);
    assert_refused("show vlan id 4094 ifindex",
                   "% no such VLAN 4094; \"show vlan ifindex\" lists those there are\n", 1);
    assert_refused("show vlan name guests ifindex",
                   "% no such VLAN guests; \"show vlan ifindex\" lists those there are\n", 1);
    run = run_lines("show vlan ifindex 99 json");
    assert_golden("vlan_unknown.json", run->out, run->out_size);
    assert_string_equal(run->err, "");
    assert_int_equal(run->status, 1);
}

static void vlan_number_bounds(void **state)
{
    (void)state;
    fake_vlan(4094);
    assert_int_equal(run_lines("show vlan ifindex 1")->status, 0);
    assert_int_equal(run_lines("show vlan ifindex 4094")->status, 0);
    assert_int_equal(run_lines("show vlan id 4094 ifindex")->status, 0);
    assert_caret("show vlan ifindex 0", 18);
    assert_caret("show vlan ifindex 4095", 18);
    assert_caret("show vlan id 0 ifindex", 13);
    assert_caret("show vlan id 4095 ifindex", 13);
}

static void vlan_number_that_is_none_is_a_caret(void **state)
{
    static const char *const wrong[] = {
        "abc",
        "10x",
        "-1",
        "+10",
        "1.0",
        "0x10",
        "65546",
        "4294967306",
        "18446744073709551626",
        "99999999999999999999999999",
        "1e1",
        "\"10 \"",
        "\"\"",
        "vx",
    };
    char line[100];

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        snprintf(line, sizeof line, "show vlan ifindex %s", wrong[i]);
        assert_caret(line, 18);
        snprintf(line, sizeof line, "show vlan id %s ifindex", wrong[i]);
        assert_caret(line, 13);
    }
}

static void vlan_name_bounds(void **state)
{
    struct netdiag_vlan *vlan = fake_vlan(40);

    (void)state;
    memset(vlan->name, 'n', NETDIAG_VLAN_NAME_LENGTH);
    assert_int_equal(run_lines("show vlan name nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn ifindex")->status,
                     0);
    assert_caret("show vlan name nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn ifindex", 15);
    assert_caret("show vlan name '' ifindex", 15);
    snprintf(vlan->name, sizeof vlan->name, "%s", "two words");
    assert_int_equal(run_lines("show vlan name \"two words\" ifindex")->status, 0);
}

static void vlan_words_missing_are_incomplete(void **state)
{
    (void)state;
    assert_refused("show", "% Incomplete command.\n", 2);
    assert_refused("show vlan", "% Incomplete command.\n", 2);
    assert_refused("show vlan id", "% Incomplete command.\n", 2);
    assert_refused("show vlan id 10", "% Incomplete command.\n", 2);
    assert_refused("show vlan name Vlan10", "% Incomplete command.\n", 2);
    assert_caret("show vlan id 10 xyz", 16);
}

static void vlans_more_than_a_chunk_are_all_shown(void **state)
{
    const struct run *run;
    size_t rows = 0;

    (void)state;
    fake.vlan_count = 0;
    for (unsigned id = NETDIAG_VLAN_MIN; id <= NETDIAG_VLAN_MAX; id++)
        fake_vlan((uint16_t)id);
    run = run_lines("show vlan ifindex");
    for (const char *c = run->out; *c != '\0'; c++)
        rows += *c == '\n';
    assert_int_equal(rows, 1 + 4094);
    run = run_lines("show vlan ifindex json");
    rows = 0;
    for (const char *c = run->out; *c != '\0'; c++)
        rows += *c == '\n';
    assert_int_equal(rows, 2 + 4094);
}

static void vlans_none_is_an_answer(void **state)
{
    (void)state;
    fake.vlan_count = 0;
    assert_line_golden("show vlan ifindex", "vlan_none.txt");
    assert_line_golden("show vlan ifindex json", "vlan_none.json");
}

static void vlans_list_that_breaks_off_says_so(void **state)
{
    const struct run *run;

    (void)state;
    for (unsigned id = 100; id < 140; id++)
        fake_vlan((uint16_t)id);
    fake.vlans_error = NETDIAG_ERROR_BUSY;
    fake.vlans_fail_after = 1;
    run = run_lines("show vlan ifindex");
    assert_string_equal(run->err, "% the list ends after 16 VLANs: it is in use now; try again\n");
    assert_int_equal(run->status, 1);
    run = run_lines("show vlan ifindex json");
    assert_golden("vlan_broken_off.json", run->out, run->out_size);
    assert_int_equal(run->status, 1);
}

static void vlans_failing_or_absent_fails(void **state)
{
    const struct run *run;

    (void)state;
    fake.vlans_error = NETDIAG_ERROR_MEMORY;
    assert_refused("show vlan ifindex",
                   "% show vlan ifindex not available: the device is out of memory\n", 1);
    assert_refused("show vlan ifindex 10",
                   "% show vlan ifindex not available: the device is out of memory\n", 1);
    fake.vlans_error = NETDIAG_ERROR_DOWN;
    assert_refused("show vlan ifindex",
                   "% show vlan ifindex not available: the device's stack is not running\n", 3);
    fake.platform.vlans = NULL;
    assert_refused("show vlan name x ifindex",
                   "% show vlan name ifindex not available: this platform does not offer it\n", 1);
    run = run_lines("show vlan ifindex json");
    assert_golden("vlan_unsupported.json", run->out, run->out_size);
    assert_int_equal(run->status, 1);
}

/* ---- show version ---- */

static void version_text_and_json(void **state)
{
    (void)state;
    assert_line_golden("show version", "version.txt");
    assert_line_golden("show version json", "version.json");
}

static void version_without_system_and_time_says_why(void **state)
{
    (void)state;
    fake.platform.system = NULL;
    fake.platform.time = NULL;
    assert_line_golden("show version", "version_parts.txt");
    assert_line_golden("show version json", "version_parts.json");
}

static void version_uptime_has_ciscos_form(void **state)
{
    static const struct {
        uint64_t seconds;
        const char *text;
    } cases[] = {
        {0, "sw1 uptime is 0 minutes\n"},
        {59, "sw1 uptime is 0 minutes\n"},
        {60, "sw1 uptime is 1 minute\n"},
        {3599, "sw1 uptime is 59 minutes\n"},
        {3600, "sw1 uptime is 1 hour\n"},
        {7260, "sw1 uptime is 2 hours, 1 minute\n"},
        {694861, "sw1 uptime is 1 week, 1 day, 1 hour, 1 minute\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fake.time.uptime_ms = cases[i].seconds * 1000;
        assert_non_null(strstr(run_lines("show version")->out, cases[i].text));
    }
}

/* ---- lines ---- */

static void line_of_output_cut_ends_in_dots(void **state)
{
    /* Two bytes of the last character would stay. */
    char bytes[12] = "";
    struct netdiag_output output = {.cli = cli_init()};
    struct netdiag_text text;

    (void)state;
    assert_non_null(output.cli);
    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_string(&text, "123456\xe2\x82\xac"
                               "90");
    netdiag_output_text(&output, &text);
    assert_string_equal(bytes, "123456\xe2\x82\xac"
                               "90");
    netdiag_text_char(&text, '!');
    netdiag_output_text(&output, &text);
    assert_string_equal(bytes, "123456...");
    cli_done(output.cli);
}

/* ---- wrong words ---- */

static void line_words_wrong_are_carets(void **state)
{
    (void)state;
    assert_caret("foo", 0);
    assert_caret("show foo", 5);
    assert_caret("show tcp statistics foo", 20);
    assert_caret("show tcp statistics json json", 25);
    assert_caret("show vlan ifindex 10 20", 21);
    assert_caret("exit now", 5);
    assert_caret("\xc3\xa9\xc3\xa9 x", 0);
    assert_caret("show '\xc3\xa9' x", 5);
    assert_caret("show vlan name \xc3\xa9 foo", 17);
}

static void line_words_ambiguous_are_named(void **state)
{
    (void)state;
    assert_refused("sh v", "% Ambiguous command:  \"sh v\"\n", 2);
    assert_refused("sh v ifindex", "% Ambiguous command:  \"sh v\"\n", 2);
    assert_refused("show vlan i", "% Ambiguous command:  \"show vlan i\"\n", 2);
}

static void line_filter_unknown_is_a_caret(void **state)
{
    (void)state;
    assert_caret("show tcp statistics | nonsense x", 22);
    assert_refused("show tcp statistics |", "% Incomplete command.\n", 2);
    assert_caret("| x", 0);
}

static void line_that_ends_in_a_question_is_answered_and_runs_nothing(void **state)
{
    (void)state;
    assert_string_equal(run_lines("show vlan ?")->out,
                        "  ifindex              The ifIndex of each VLAN\n"
                        "  id                   One VLAN, by its number\n"
                        "  name                 One VLAN, by its name\n");
    assert_string_equal(run_lines("show version ?")->out,
                        "  json                 The same as JSON, for programs\n"
                        "  |                    Filter what is shown\n"
                        "  <cr>\n");
    assert_int_equal(run_lines("exit ?\nfoo")->status, 2);
    assert_non_null(strstr(run_lines("?")->out, "  show "));
    assert_refused("show nonsense ?", "% Unrecognized command\n", 2);
    assert_refused("show vlan ifindex?",
                   "show vlan ifindex?\n          ^\n% Invalid input detected at '^' marker.\n", 2);
}

static void output_has_no_words_that_fail_a_client(void **state)
{
    (void)state;
    fake_count_all();
    add_odd_vlans();
    fake.platform.tcp_pool = NULL;
    assert_no_client_fails("show tcp statistics\nshow vlan ifindex\nshow vlan ifindex detail\n"
                           "show vlan ifindex 99\nshow vlan ifindex 99 json\nshow version\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(number_bounds_hold_on_both_sides),
        cmocka_unit_test_setup(statistics_all_counted_text_and_json, setup),
        cmocka_unit_test_setup(statistics_some_not_counted_says_so, setup),
        cmocka_unit_test_setup(statistics_parts_missing_are_told_and_the_rest_is_shown, setup),
        cmocka_unit_test_setup(statistics_nothing_given_fails, setup),
        cmocka_unit_test_setup(statistics_stack_down_is_unreachable, setup),
        cmocka_unit_test_setup(statistics_abbreviations_are_the_same_command, setup),
        cmocka_unit_test_setup(head_without_wall_clock_has_null_time, setup),
        cmocka_unit_test_setup(head_time_before_1970_counts_back, setup),
        cmocka_unit_test_setup(vlans_all_text_detail_and_json, setup),
        cmocka_unit_test_setup(vlan_one_text_detail_and_json, setup),
        cmocka_unit_test_setup(vlan_by_id_and_name_text_and_json, setup),
        cmocka_unit_test_setup(vlan_unknown_is_no_such_vlan, setup),
        cmocka_unit_test_setup(vlan_number_bounds, setup),
        cmocka_unit_test_setup(vlan_number_that_is_none_is_a_caret, setup),
        cmocka_unit_test_setup(vlan_name_bounds, setup),
        cmocka_unit_test_setup(vlan_words_missing_are_incomplete, setup),
        cmocka_unit_test_setup(vlans_more_than_a_chunk_are_all_shown, setup),
        cmocka_unit_test_setup(vlans_none_is_an_answer, setup),
        cmocka_unit_test_setup(vlans_list_that_breaks_off_says_so, setup),
        cmocka_unit_test_setup(vlans_failing_or_absent_fails, setup),
        cmocka_unit_test_setup(version_text_and_json, setup),
        cmocka_unit_test_setup(version_without_system_and_time_says_why, setup),
        cmocka_unit_test_setup(version_uptime_has_ciscos_form, setup),
        cmocka_unit_test(line_of_output_cut_ends_in_dots),
        cmocka_unit_test_setup(line_words_wrong_are_carets, setup),
        cmocka_unit_test_setup(line_words_ambiguous_are_named, setup),
        cmocka_unit_test_setup(line_filter_unknown_is_a_caret, setup),
        cmocka_unit_test_setup(line_that_ends_in_a_question_is_answered_and_runs_nothing, setup),
        cmocka_unit_test_setup(output_has_no_words_that_fail_a_client, setup),
    };

    return cmocka_run_group_tests_name("commands", tests, NULL, NULL);
}
