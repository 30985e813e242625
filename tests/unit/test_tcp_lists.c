/*
 * `show tcp brief`, `show tcp listeners` and the lines of other tools on the fake platform.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
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

/* A connection in every state, two of them over IPv6, one of them without a history. */
static void add_connections(void)
{
    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++) {
        struct netdiag_tcp_connection *row = fake_connection();

        row->state = (enum netdiag_tcp_state)i;
        row->history.id = 0xabcdef00 + i;
    }
    fake.connections[0].has_history = false;
    memset(&fake.connections[0].remote, 0, sizeof fake.connections[0].remote);
    fake_endpoint(&fake.connections[4].local, "2001:db8:10::1", 443);
    fake_endpoint(&fake.connections[5].local, "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff", 65535);
    fake_endpoint(&fake.connections[5].remote, "2001:db8:1111:2222:3333:4444:5555:6666", 65535);
    snprintf(fake.connections[6].owner.name, sizeof fake.connections[6].owner.name, "my task");
}

static void add_listeners(void)
{
    fake_listener(80, "httpd");
    fake_listener(443, "httpd")->pending = 5;
    fake_listener(31337, "");
    fake_endpoint(&fake_listener(22, "ssh")->local, "10.0.10.1", 22);
    fake_endpoint(&fake_listener(23, "my task")->local, "2001:db8:10::1", 23);
    fake_listener(9502, "meter")->has_backlog = false;
    fake_endpoint(&fake_listener(7, "echo")->local, "0.0.0.0", 7);
}

static void brief_has_ciscos_columns(void **state)
{
    (void)state;
    add_connections();
    add_listeners();
    assert_line_golden("show tcp brief", "tcp_brief.txt");
    assert_line_golden("show tcp brief all", "tcp_brief_all.txt");
    assert_line_golden("show tcp brief all json", "tcp_brief_all.json");
    assert_null(strstr(run_lines("show tcp brief json")->out, "\"listeners\""));
}

static void brief_needs_no_listeners_unless_asked_for(void **state)
{
    (void)state;
    fake_connection();
    fake.platform.tcp_listeners = NULL;
    assert_int_equal(run_lines("show tcp brief")->status, 0);
    assert_refused("show tcp brief all",
                   "% the listeners are not available: this platform does not offer it\n", 1);
    fake.platform.tcp_connections = NULL;
    assert_refused("show tcp brief",
                   "% show tcp brief not available: this platform does not offer it\n", 1);
}

static void brief_that_breaks_off_says_so(void **state)
{
    const struct run *run;

    (void)state;
    add_connections();
    fake.connections_chunk = 3;
    fake.connections_fail_at = 3;
    fake.connections_error = NETDIAG_ERROR_BUSY;
    run = run_lines("show tcp brief");
    assert_int_equal(run->status, 1);
    assert_non_null(strstr(run->err, "% the list ends after 3 connections: "));
}

static void listeners_text_and_json(void **state)
{
    (void)state;
    add_listeners();
    assert_line_golden("show tcp listeners", "tcp_listeners.txt");
    assert_line_golden("show tcp listeners json", "tcp_listeners.json");
}

static void listeners_none_and_one(void **state)
{
    (void)state;
    assert_non_null(strstr(run_lines("sh tcp lis")->out, "\n0 listeners\n"));
    fake_listener(80, "httpd");
    assert_non_null(strstr(run_lines("sh tcp lis")->out, "\n1 listener\n"));
}

static void listeners_past_the_bound_are_told(void **state)
{
    char expected[100];

    (void)state;
    for (uint16_t i = 0; i < CONFIG_NETDIAG_TCP_LISTENERS; i++)
        fake_listener((uint16_t)(1000 + i), "many");
    snprintf(expected, sizeof expected, "\n%d listeners\n", CONFIG_NETDIAG_TCP_LISTENERS);
    assert_non_null(strstr(run_lines("show tcp listeners")->out, expected));
    assert_string_equal(run_lines("netstat -nat")->err, "");
    fake_listener(999, "one");
    snprintf(expected, sizeof expected, "\n%d listeners, %d shown\n",
             CONFIG_NETDIAG_TCP_LISTENERS + 1, CONFIG_NETDIAG_TCP_LISTENERS);
    assert_non_null(strstr(run_lines("show tcp listeners")->out, expected));
    snprintf(expected, sizeof expected, "\"listenersTotal\":%d,\"listenersShown\":%d}",
             CONFIG_NETDIAG_TCP_LISTENERS + 1, CONFIG_NETDIAG_TCP_LISTENERS);
    assert_non_null(strstr(run_lines("show tcp listeners json")->out, expected));
    assert_string_equal(run_lines("lsof -i:1000")->err, "% listeners that were not looked at: 1\n");
}

static void listeners_absent_or_failing_is_told(void **state)
{
    (void)state;
    fake.listeners_error = NETDIAG_ERROR_BUSY;
    assert_int_equal(run_lines("show tcp listeners")->status, 1);
    fake.platform.tcp_listeners = NULL;
    assert_refused("show tcp listeners",
                   "% show tcp listeners not available: this platform does not offer it\n", 1);
    assert_non_null(
        strstr(run_lines("show tcp listeners json")->out, "\"error\":{\"code\":\"unsupported\","));
}

static void netstat_has_its_columns(void **state)
{
    (void)state;
    add_connections();
    add_listeners();
    assert_line_golden("netstat -nat", "netstat.txt");
    assert_same_output("netstat -nat", "netstat -tan");
    assert_caret("netstat -n", 8);
    assert_caret("netstat -nnt", 8);
    assert_caret("netstat xnat", 8);
    assert_refused("netstat", "% Incomplete command.\n", 2);
}

static void lsof_has_its_columns(void **state)
{
    (void)state;
    add_connections();
    add_listeners();
    assert_line_golden("lsof -i:80", "lsof_80.txt");
    assert_line_golden("lsof -i:443", "lsof_443.txt");
    assert_line_golden("lsof -i:65535", "lsof_65535.txt");
    assert_line_golden("lsof -i:1", "lsof_none.txt");
    assert_caret("lsof -i:0", 5);
    assert_caret("lsof -i:65536", 5);
    assert_caret("lsof -i", 5);
    assert_caret("lsof -i:80x", 5);
}

static void owner_completions_are_the_listeners(void **state)
{
    struct cli_comphelp completions;

    (void)state;
    add_listeners();
    run_lines("show version"); /* so that the device is known */
    memset(&completions, 0, sizeof completions);
    netdiag_complete_tcp_owner(NULL, "owner", NULL, &completions);
    assert_int_equal(completions.num_entries, 5); /* httpd once, and none without a name */
    cli_free_comphelp(&completions);
    memset(&completions, 0, sizeof completions);
    netdiag_complete_tcp_owner(NULL, "owner", "ht", &completions);
    assert_int_equal(completions.num_entries, 1);
    assert_string_equal(completions.entries[0], "httpd");
    cli_free_comphelp(&completions);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(brief_has_ciscos_columns, setup),
        cmocka_unit_test_setup(brief_needs_no_listeners_unless_asked_for, setup),
        cmocka_unit_test_setup(brief_that_breaks_off_says_so, setup),
        cmocka_unit_test_setup(listeners_text_and_json, setup),
        cmocka_unit_test_setup(listeners_none_and_one, setup),
        cmocka_unit_test_setup(listeners_past_the_bound_are_told, setup),
        cmocka_unit_test_setup(listeners_absent_or_failing_is_told, setup),
        cmocka_unit_test_setup(netstat_has_its_columns, setup),
        cmocka_unit_test_setup(lsof_has_its_columns, setup),
        cmocka_unit_test_setup(owner_completions_are_the_listeners, setup),
    };

    return cmocka_run_group_tests_name("tcp_lists", tests, NULL, NULL);
}
