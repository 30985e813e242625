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

/* Six columns of ten bytes. */
static void lsof_counts_columns_of_an_owner_and_not_bytes(void **state)
{
    (void)state;
    fake_listener(80, "网管é:");
    assert_string_equal(
        run_lines("lsof -i:80")->out,
        "COMMAND     PID  USER  FD  TYPE  DEVICE    SIZE/OFF  NODE  NAME\n"
        "网管é:      -    -     -   IPv6  -         0t0       TCP   *:80 (LISTEN)\n");
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

/* ---- show tcp closed ---- */

static void closed_every_end_text_and_json(void **state)
{
    static const enum netdiag_tcp_closer closers[] = {
        NETDIAG_TCP_CLOSER_DEVICE, NETDIAG_TCP_CLOSER_PEER, NETDIAG_TCP_CLOSER_BOTH};
    struct netdiag_tcp_closed *row;

    (void)state;
    for (unsigned i = 0; i < NETDIAG_TCP_ENDS; i++)
        fake_closed((enum netdiag_tcp_end)i);
    for (size_t i = 0; i < sizeof closers / sizeof closers[0]; i++)
        fake_closed(NETDIAG_TCP_END_CLOSED)->closer = closers[i];
    row = fake_closed(NETDIAG_TCP_END_REFUSED);
    row->is_passive = false;
    row->was_established = false;
    row->owner.name[0] = '\0';
    fake_endpoint(&row->local, "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff", 65535);
    fake.closed_total = UINT64_C(5000000000);
    assert_line_golden("show tcp closed", "tcp_closed.txt");
    assert_line_golden("show tcp closed json", "tcp_closed.json");
}

static void closed_none_and_one(void **state)
{
    (void)state;
    assert_non_null(strstr(run_lines("show tcp closed")->out,
                           "\n0 connections ended since boot, the last 0 looked at, 0 shown\n"));
    assert_non_null(strstr(run_lines("show tcp closed json")->out,
                           "\"closed\":[],\n\"total\":0,\"lookedAt\":0,\"shown\":0}"));
    fake_closed(NETDIAG_TCP_END_RESET);
    fake.time_error = NETDIAG_ERROR_IO;
    assert_non_null(strstr(run_lines("show tcp closed")->out, "httpd       -         00:01:00  "));
    assert_non_null(strstr(run_lines("show tcp closed json")->out, "\"endedAgoMs\":null,"));
    assert_non_null(strstr(run_lines("show tcp closed")->out,
                           "\n1 connection ended since boot, the last 1 looked at, 1 shown\n"));
}

static void assert_closed_shown(const char *filters, const char *ids)
{
    char line[200], got[200] = "";
    const char *at;

    snprintf(line, sizeof line, "show tcp closed %s json", filters);
    for (at = run_lines(line)->out; (at = strstr(at, "\"id\":\"0000000")) != NULL; at++)
        strncat(got, at + 13, 1);
    assert_string_equal(got, ids);
}

static void closed_filters(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++)
        fake_closed(NETDIAG_TCP_END_CLOSED);
    fake_endpoint(&fake.closed[1].local, "10.0.20.1", 7);
    snprintf(fake.closed[2].owner.name, sizeof fake.closed[2].owner.name, "echo");
    fake_endpoint(&fake.closed[3].remote, "2001:db8::1", 7);
    assert_closed_shown("", "1234");
    assert_closed_shown("port 7", "24");
    assert_closed_shown("local-port 7", "2");
    assert_closed_shown("remote-port 7", "4");
    assert_closed_shown("local 10.0.10.0/24", "134");
    assert_closed_shown("remote 2001:db8::/32", "4");
    assert_closed_shown("owner echo", "3");
    assert_closed_shown("port 80 owner httpd", "14");
    assert_closed_shown("port 7 remote 10.0.0.0/8", "2");
    assert_caret("show tcp closed state established", 16);
    assert_caret("show tcp closed port 0", 21);
    assert_refused("show tcp closed local 10.0.10.1/24",
                   "% the prefix 10.0.10.1/24 has host bits set; write 10.0.10.0/24\n", 1);
}

static void closed_bound_absent_and_failing(void **state)
{
    char expected[100];

    (void)state;
    for (unsigned i = 0; i <= CONFIG_NETDIAG_TCP_CLOSED_ROWS; i++)
        fake_closed(NETDIAG_TCP_END_CLOSED);
    snprintf(expected, sizeof expected,
             "\n%d connections ended since boot, the last %d looked at, %d shown\n",
             CONFIG_NETDIAG_TCP_CLOSED_ROWS + 1, CONFIG_NETDIAG_TCP_CLOSED_ROWS,
             CONFIG_NETDIAG_TCP_CLOSED_ROWS);
    assert_non_null(strstr(run_lines("show tcp closed")->out, expected));
    fake.closed_count_added = 1; /* a broken contract */
    assert_int_equal(run_lines("show tcp closed")->status, 1);
    fake.closed_count_added = 0;
    fake.closed_error = NETDIAG_ERROR_BUSY;
    assert_int_equal(run_lines("show tcp closed")->status, 1);
    fake.platform.tcp_closed = NULL;
    assert_refused("show tcp closed",
                   "% show tcp closed not available: this platform does not offer it\n", 1);
}

/* ---- show tcp owners ---- */

static void own(const char *owner, enum netdiag_tcp_state state)
{
    struct netdiag_tcp_connection *row = fake_connection();

    row->state = state;
    snprintf(row->owner.name, sizeof row->owner.name, "%s", owner);
}

static void owners_text_and_json(void **state)
{
    (void)state;
    own("ssh", NETDIAG_TCP_ESTABLISHED);
    own("", NETDIAG_TCP_SYN_SENT);
    own("httpd", NETDIAG_TCP_ESTABLISHED);
    own("my task", NETDIAG_TCP_CLOSED);
    own("httpd", NETDIAG_TCP_TIME_WAIT);
    own("httpd", NETDIAG_TCP_ESTABLISHED);
    own("", NETDIAG_TCP_SYN_SENT);
    assert_line_golden("show tcp owners", "tcp_owners.txt");
    assert_line_golden("show tcp owners json", "tcp_owners.json");
}

static void owners_past_the_bound_are_others(void **state)
{
    char name[20], expected[100];

    (void)state;
    for (unsigned i = 0; i < CONFIG_NETDIAG_TCP_OWNERS_SHOWN; i++) {
        snprintf(name, sizeof name, "owner%u", i);
        own(name, NETDIAG_TCP_ESTABLISHED);
    }
    snprintf(expected, sizeof expected, "\n%d connections, %d owner",
             CONFIG_NETDIAG_TCP_OWNERS_SHOWN, CONFIG_NETDIAG_TCP_OWNERS_SHOWN);
    assert_non_null(strstr(run_lines("show tcp owners")->out, expected));
    assert_null(strstr(run_lines("show tcp owners")->out, "others"));
    assert_non_null(strstr(run_lines("show tcp owners json")->out, "\"others\":null"));
    own("one more", NETDIAG_TCP_LAST_ACK);
    own("owner0", NETDIAG_TCP_LAST_ACK);
    assert_non_null(
        strstr(run_lines("show tcp owners")->out, "\n(others)      1            1 LAST-ACK\n"));
    assert_non_null(
        strstr(run_lines("show tcp owners")->out, " and others, for which there was no room\n"));
    assert_non_null(strstr(run_lines("show tcp owners json")->out, "\"others\":{\"total\":1,"));
}

static void owners_absent_failing_and_broken_off(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 5; i++)
        own("httpd", NETDIAG_TCP_ESTABLISHED);
    fake.connections_chunk = 2;
    fake.connections_fail_at = 4;
    fake.connections_error = NETDIAG_ERROR_IO;
    assert_refused("show tcp owners",
                   "% show tcp owners not available: reading from the device failed\n", 1);
    fake.platform.tcp_connections = NULL;
    assert_refused("show tcp owners",
                   "% show tcp owners not available: this platform does not offer it\n", 1);
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
        cmocka_unit_test_setup(lsof_counts_columns_of_an_owner_and_not_bytes, setup),
        cmocka_unit_test_setup(closed_every_end_text_and_json, setup),
        cmocka_unit_test_setup(closed_none_and_one, setup),
        cmocka_unit_test_setup(closed_filters, setup),
        cmocka_unit_test_setup(closed_bound_absent_and_failing, setup),
        cmocka_unit_test_setup(owners_text_and_json, setup),
        cmocka_unit_test_setup(owners_past_the_bound_are_others, setup),
        cmocka_unit_test_setup(owners_absent_failing_and_broken_off, setup),
        cmocka_unit_test_setup(owner_completions_are_the_listeners, setup),
    };

    return cmocka_run_group_tests_name("tcp_lists", tests, NULL, NULL);
}
