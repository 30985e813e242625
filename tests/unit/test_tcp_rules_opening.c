/*
 * Rules for connections that are being opened, on plain rows: each on both sides of its threshold.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/plain_device.h"

#define FLOOD  NETDIAG_TCP_FINDING_SYN_FLOOD
#define TARGET NETDIAG_TCP_FINDING_SYN_SENT_ONE_TARGET
#define SCAN   NETDIAG_TCP_FINDING_SYN_SENT_SCAN

#define WARNING  NETDIAG_TCP_SEVERITY_WARNING
#define CRITICAL NETDIAG_TCP_SEVERITY_CRITICAL
#define INFO     NETDIAG_TCP_SEVERITY_INFO

#define OLD_MS   (UINT64_C(1000) * CONFIG_NETDIAG_SYN_FLOOD_AGE_S)
#define BOUND    CONFIG_NETDIAG_TCP_DIAGNOSIS_ROWS
#define AT(PART) ((PART) / 200 % 200), ((PART) % 200 + 1)

/* Half-open connections to a port, each of another source from 10.1.0.1 on. */
static void half_open(unsigned count, uint16_t port, uint64_t ms)
{
    for (unsigned i = 0; i < count; i++) {
        struct netdiag_tcp_connection *row = plain_row(NETDIAG_TCP_SYN_RECEIVED, ms);

        row->local.port = port;
        row->remote.address = plain_address(1, AT(i));
        row->retries = 2;
    }
}

/* ---- syn-flood ---- */

static void syn_flood_raises_at_count_and_age(void **state)
{
    (void)state;
    plain_listener(80, "httpd");
    half_open(CONFIG_NETDIAG_SYN_FLOOD_COUNT - 1, 80, OLD_MS);
    half_open(20, 80, OLD_MS - 1);
    assert_none(FLOOD);
    plain_row(NETDIAG_TCP_SYN_RECEIVED, OLD_MS);
    assert_found(FLOOD, WARNING, NETDIAG_TCP_SYN_FLOOD_SPREAD);
}

static void syn_flood_active_clears_below_three_quarters(void **state)
{
    (void)state;
    plain_active(FLOOD, true);
    half_open(8, 80, OLD_MS);
    assert_found(FLOOD, WARNING, NETDIAG_TCP_SYN_FLOOD_SPREAD);
    plain.row_count = 7;
    assert_none(FLOOD);
    plain.row_count = 8;
    plain_active(FLOOD, false);
    assert_none(FLOOD);
}

static void syn_flood_evidence_is_what_was_sent(void **state)
{
    (void)state;
    plain_listener(22, "ssh");
    plain_listener(80, "httpd")->backlog = 100;
    plain.watched.trend.pool_refused = 3;
    plain.watched.trend.backlog_refused = 4;
    half_open(30, 80, 5000);
    half_open(10, 80, 1000);
    half_open(2, 22, OLD_MS);
    plain_row(NETDIAG_TCP_ESTABLISHED, 5000);
    assert_found(FLOOD, CRITICAL, NETDIAG_TCP_SYN_FLOOD_SPREAD);
    assert_number("port", 80);
    assert_text("owner", "httpd");
    assert_number("halfOpen", 40);
    assert_number("halfOpenTotal", 42);
    assert_number("sources", 30);
    assert_more("sources", false);
    assert_number("topSourceCount", 2);
    assert_number("poolPercent", 42 * 100 / CAPACITY);
    assert_number("backlog", 100);
    assert_number("backlogPercent", 40);
    assert_number("oldestMs", 5000);
    assert_number("synAcksRetransmitted", 80);
    assert_number("synsRefused", 7);
    assert_number("otherPorts", 1);
}

static void syn_flood_of_few_sources_names_the_first_of_them(void **state)
{
    (void)state;
    half_open(3, 80, OLD_MS);
    for (unsigned i = 0; i < 17; i++)
        plain_row(NETDIAG_TCP_SYN_RECEIVED, OLD_MS)->remote.address = plain_address(9, 9, 9);
    assert_found(FLOOD, WARNING, NETDIAG_TCP_SYN_FLOOD_FEW);
    assert_number("sources", 4);
    assert_address("topSource", plain_address(9, 9, 9));
    assert_number("topSourceCount", 17);
    assert_left_out("backlog");
    assert_left_out("backlogPercent");
}

/* The busiest source of all is one of another port, where nothing is old. */
static void syn_flood_top_source_is_one_of_its_port(void **state)
{
    (void)state;
    half_open(40, 22, 10);
    for (unsigned i = 0; i < 40; i++)
        plain.rows[i].remote.address = plain_address(7, 7, 7);
    half_open(12, 80, OLD_MS);
    plain.rows[51].remote.address = plain.rows[50].remote.address;
    assert_found(FLOOD, WARNING, NETDIAG_TCP_SYN_FLOOD_SPREAD);
    assert_number("port", 80);
    assert_address("topSource", plain.rows[50].remote.address);
    assert_number("topSourceCount", 2);
}

static void syn_flood_sources_are_exact_up_to_the_bound(void **state)
{
    (void)state;
    plain.base.pool.is_known = false;
    half_open(BOUND, 80, OLD_MS);
    assert_found(FLOOD, WARNING, NETDIAG_TCP_SYN_FLOOD_SPREAD);
    assert_number("sources", BOUND);
    assert_more("sources", false);
    half_open(BOUND + 1, 80, OLD_MS);
    assert_found(FLOOD, WARNING, NETDIAG_TCP_SYN_FLOOD_SPREAD);
    assert_number("halfOpen", 2 * BOUND + 1);
    assert_number("sources", BOUND);
    assert_more("sources", true);
}

static void syn_flood_is_critical_by_share_of_the_pool(void **state)
{
    const unsigned critical = CAPACITY * CONFIG_NETDIAG_SYN_FLOOD_POOL / 100;

    (void)state;
    half_open(critical - 1, 80, OLD_MS);
    assert_found(FLOOD, WARNING, NETDIAG_TCP_SYN_FLOOD_SPREAD);
    half_open(1, 80, 0);
    assert_found(FLOOD, CRITICAL, NETDIAG_TCP_SYN_FLOOD_SPREAD);
    plain.base.pool.is_known = false;
    assert_found(FLOOD, WARNING, NETDIAG_TCP_SYN_FLOOD_SPREAD);
    assert_left_out("poolPercent");
}

static void syn_flood_of_a_small_backlog_needs_fewer(void **state)
{
    (void)state;
    plain_listener(80, "httpd");
    plain_listener(23, "telnet")->backlog = 6;
    half_open(5, 80, OLD_MS);
    half_open(2, 23, OLD_MS);
    assert_none(FLOOD);
    half_open(1, 23, OLD_MS - 1);
    assert_none(FLOOD);
    half_open(1, 23, OLD_MS);
    assert_found(FLOOD, WARNING, NETDIAG_TCP_SYN_FLOOD_FEW);
    assert_number("port", 23);
    assert_number("halfOpen", 4);
    assert_number("otherPorts", 1);
    plain_listener(22, "ssh")->backlog = 6;
    half_open(1, 22, OLD_MS); /* which comes first, and is not as full */
    assert_found(FLOOD, WARNING, NETDIAG_TCP_SYN_FLOOD_FEW);
    assert_number("port", 23);
    plain.row_count--;
    plain.listeners[1].backlog = 7; /* three of it are 42 % */
    assert_none(FLOOD);
    plain.listeners[1].backlog = 4;
    plain.row_count = 7; /* and two are half of this, but only two */
    assert_none(FLOOD);
}

static void syn_flood_of_a_backlog_of_one_is_told_by_who_is_refused(void **state)
{
    (void)state;
    plain_listener(5001, "lwiperf")->backlog = 1;
    half_open(1, 5001, OLD_MS);
    plain.watched.trend.backlog_refused = CONFIG_NETDIAG_SYN_FLOOD_COUNT - 1;
    assert_none(FLOOD);
    plain.watched.trend.backlog_refused++;
    assert_found(FLOOD, CRITICAL, NETDIAG_TCP_SYN_FLOOD_FEW);
    assert_number("backlogPercent", 100);
    plain.listeners[0].backlog = 2; /* there is room */
    assert_none(FLOOD);
}

/* Thousands of SYNs a second that are answered in time: whatever the rate, nothing. */
static void syn_flood_busy_server_raises_nothing(void **state)
{
    (void)state;
    plain_listener(80, "httpd");
    half_open(60, 80, 200);
    for (unsigned i = 0; i < 100; i++)
        plain_row(NETDIAG_TCP_ESTABLISHED, 300)->remote.address = plain_address(1, AT(i));
    assert_findings("");
}

/* ---- attempts of the device's ---- */

static struct netdiag_tcp_connection *attempt(struct netdiag_address to, uint16_t port, uint64_t ms)
{
    struct netdiag_tcp_connection *row = plain_row(NETDIAG_TCP_SYN_SENT, ms);

    row->history.is_passive = false;
    row->local.port = (uint16_t)(60000 + plain.row_count % 5000);
    row->remote.address = to;
    row->remote.port = port;
    plain_owner(&row->owner, "agent");
    return row;
}

static void one_target_raises_at_count_of_late_and_failed(void **state)
{
    (void)state;
    plain.reach = NETDIAG_REACH_UNRESOLVED;
    plain_closed(NETDIAG_TCP_END_UNANSWERED, 59999);
    for (unsigned i = 0; i < CONFIG_NETDIAG_SYN_SENT_COUNT - 2; i++)
        attempt(plain_address(0, 20, 9), 443, 9000);
    attempt(plain_address(0, 20, 9), 443, 900); /* its answer may be on its way */
    plain_closed(NETDIAG_TCP_END_UNANSWERED, 60000);
    plain_closed(NETDIAG_TCP_END_REFUSED, 10); /* the target is there */
    assert_none(TARGET);
    plain_closed(NETDIAG_TCP_END_CANCELLED, 10);
    assert_found(TARGET, WARNING, NETDIAG_REACH_UNRESOLVED);
    assert_address("target", plain_address(0, 20, 9));
    assert_number("port", 443);
    assert_number("attempts", CONFIG_NETDIAG_SYN_SENT_COUNT - 1);
    assert_number("failed", 2);
    assert_number("oldestMs", 9000);
    assert_text("owner", "agent");
    assert_text("reach", "unresolved");
    assert_findings("syn-sent-one-target");
}

static void one_target_active_clears_below_three_quarters(void **state)
{
    (void)state;
    plain_active(TARGET, true);
    for (unsigned i = 0; i < 4; i++)
        attempt(plain_address(0, 20, 9), 443, 9000)->retries = 1;
    assert_found(TARGET, WARNING, NETDIAG_REACH_UNKNOWN);
    plain.row_count--;
    assert_none(TARGET);
}

/* One that was not observed has no age; that its SYN was sent again is enough. */
static void one_target_without_a_history_is_late_when_repeated(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CONFIG_NETDIAG_SYN_SENT_COUNT; i++)
        attempt(plain_address(0, 20, 9), 443, 9000)->has_history = false;
    assert_none(TARGET);
    for (unsigned i = 0; i < CONFIG_NETDIAG_SYN_SENT_COUNT; i++)
        plain.rows[i].retries = 1;
    assert_found(TARGET, WARNING, NETDIAG_REACH_UNKNOWN);
}

static void one_target_of_two_ports_and_programs_names_neither(void **state)
{
    (void)state;
    plain.reach = NETDIAG_REACH_NO_ROUTE;
    for (unsigned i = 0; i < 6; i++)
        attempt(plain_address(0, 20, 9), (uint16_t)(80 + i % 2), 3000);
    plain_owner(&plain.rows[3].owner, "other");
    assert_found(TARGET, WARNING, NETDIAG_REACH_NO_ROUTE);
    assert_left_out("port");
    assert_left_out("owner");
    assert_text("reach", "noRoute");
}

static void scan_raises_at_so_many_addresses(void **state)
{
    (void)state;
    for (unsigned i = 1; i < CONFIG_NETDIAG_SCAN_TARGETS; i++)
        attempt(plain_address(0, 30, i), 23, 1000 + i);
    attempt(plain_address(0, 30, 200), 23, 999);
    attempt(plain_address(0, 30, 1), 2323, 5000);
    assert_none(SCAN);
    plain_closed(NETDIAG_TCP_END_REFUSED, 500)->remote.address = plain_address(0, 30, 99);
    assert_found(SCAN, WARNING, NETDIAG_TCP_SCAN_ADDRESSES);
    assert_number("attempts", CONFIG_NETDIAG_SCAN_TARGETS + 1);
    assert_number("failed", 1);
    assert_number("addresses", CONFIG_NETDIAG_SCAN_TARGETS);
    assert_more("addresses", false);
    assert_number("ports", 3);
    assert_left_out("target");
    assert_text("owner", "agent");
    assert_number("oldestMs", 5000);
    assert_findings("syn-sent-scan");
}

static void scan_of_ports_names_the_target_and_is_not_told_twice(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CONFIG_NETDIAG_SCAN_TARGETS - 1; i++)
        attempt(plain_address(0, 30, 7), (uint16_t)(1 + i), 2000);
    assert_findings("syn-sent-one-target");
    attempt(plain_address(0, 30, 7), 999, 2000);
    attempt(plain_address(0, 30, 8), 1000, 2000);
    attempt(plain_address(0, 30, 7), 999, 2000);
    assert_found(SCAN, WARNING, NETDIAG_TCP_SCAN_PORTS);
    assert_number("ports", CONFIG_NETDIAG_SCAN_TARGETS);
    assert_address("target", plain_address(0, 30, 7));
    assert_findings("syn-sent-scan");
}

static void scan_of_more_than_the_bound_says_so(void **state)
{
    (void)state;
    for (unsigned i = 0; i <= BOUND; i++)
        attempt(plain_address(3, AT(i)), (uint16_t)(1 + i), 2000);
    assert_found(SCAN, WARNING, NETDIAG_TCP_SCAN_ADDRESSES);
    assert_number("attempts", BOUND + 1);
    assert_number("addresses", BOUND);
    assert_more("addresses", true);
    assert_number("ports", BOUND);
    assert_more("ports", true);
}

static void scan_of_more_ports_than_the_bound_is_of_its_target(void **state)
{
    (void)state;
    plain.base.thresholds.value[NETDIAG_TCP_THRESHOLD_SCAN_TARGETS] = BOUND + 2;
    for (unsigned i = 0; i <= BOUND; i++)
        attempt(plain_address(0, 30, 7), (uint16_t)(1 + i), 2000);
    assert_none(SCAN);
    attempt(plain_address(0, 30, 7), 999, 2000);
    assert_found(SCAN, WARNING, NETDIAG_TCP_SCAN_PORTS);
    assert_number("ports", BOUND);
    assert_more("ports", true);
    for (unsigned i = 0; i < plain.row_count / 2 - 1; i++) /* half of all ports */
        plain.rows[i].remote.address = plain_address(0, 30, 8);
    assert_none(SCAN);
}

/* A threshold that no table reaches is compared with the attempts, of which there are no fewer. */
static void scan_threshold_above_the_bound_can_be_reached(void **state)
{
    const unsigned most = BOUND + 20;

    (void)state;
    plain.base.thresholds.value[NETDIAG_TCP_THRESHOLD_SCAN_TARGETS] = most;
    for (unsigned i = 0; i < most - 1; i++)
        attempt(plain_address(3, AT(i)), 23, 2000);
    assert_none(SCAN);
    attempt(plain_address(3, AT(most)), 23, 2000);
    assert_found(SCAN, WARNING, NETDIAG_TCP_SCAN_ADDRESSES);
    assert_number("addresses", BOUND);
    assert_more("addresses", true);
}

/* A client of many servers that answer in time, and an operator's ten that he gave up at once. */
static void attempts_that_are_answered_raise_nothing(void **state)
{
    (void)state;
    for (unsigned i = 1; i <= 30; i++) {
        struct netdiag_tcp_closed *row = plain_closed(NETDIAG_TCP_END_CANCELLED, 100);

        attempt(plain_address(0, 30, i), 443, 300);
        row->remote.address = plain_address(0, 40, i);
        row->created_ms = row->ended_ms - 999;
        plain_closed(NETDIAG_TCP_END_UNANSWERED, 100)->was_established = true;
        plain_closed(NETDIAG_TCP_END_UNANSWERED, 100)->is_passive = true;
    }
    assert_findings("");
}

/* ---- unknown-listener ---- */

static void unknown_listener_is_named_beside_registered_ones(void **state)
{
    (void)state;
    plain_listener(80, "httpd");
    assert_none(NETDIAG_TCP_FINDING_UNKNOWN_LISTENER);
    strcpy(plain_listener(31337, "")->accept_symbol, "shell_accept");
    plain_listener(4444, "");
    plain_row(NETDIAG_TCP_ESTABLISHED, 1000)->local.port = 31337;
    plain_row(NETDIAG_TCP_ESTABLISHED, 1000);
    assert_found(NETDIAG_TCP_FINDING_UNKNOWN_LISTENER, WARNING, NETDIAG_TCP_UNKNOWN_SOME);
    assert_number("listeners", 2);
    assert_number("port", 31337);
    assert_text("function", "shell_accept");
    assert_number("connections", 1);
}

static void unknown_listener_where_nobody_registers_is_information(void **state)
{
    (void)state;
    plain_listener(80, "");
    plain_listener(22, "");
    assert_found(NETDIAG_TCP_FINDING_UNKNOWN_LISTENER, INFO, NETDIAG_TCP_UNKNOWN_ALL);
    assert_left_out("function");
    plain_row(NETDIAG_TCP_ESTABLISHED, 1000); /* httpd is a name that somebody registered */
    assert_found(NETDIAG_TCP_FINDING_UNKNOWN_LISTENER, WARNING, NETDIAG_TCP_UNKNOWN_SOME);
}

/* ---- port-scan ---- */

static struct netdiag_tcp_scanner *scanner(unsigned host, uint32_t ports, uint64_t ago_ms)
{
    struct netdiag_tcp_scanner *row = &plain.scanners[plain.scanner_count++];

    row->source = plain_address(0, 10, host);
    row->ports = ports;
    row->segments = 2 * ports;
    row->last_ms = NOW_MS - ago_ms;
    row->first_ms = row->last_ms - 5000;
    return row;
}

static void port_scan_raises_at_so_many_ports_lately(void **state)
{
    const enum netdiag_tcp_code code = NETDIAG_TCP_FINDING_PORT_SCAN;
    const uint32_t most = CONFIG_NETDIAG_PORT_SCAN_PORTS;

    (void)state;
    scanner(3, most - 1, 0);
    scanner(4, 60, 60000);
    assert_none(code);
    scanner(5, most, 59999);
    assert_found(code, WARNING, 0);
    assert_address("source", plain_address(0, 10, 5));
    assert_number("ports", most);
    assert_number("segments", 2 * most);
    assert_number("durationMs", 5000);
    assert_number("agoMs", 59999);
    assert_number("sources", 1);
    scanner(6, 64, 100)->more_ports = true;
    assert_found(code, WARNING, 0);
    assert_address("source", plain_address(0, 10, 6));
    assert_more("ports", true);
    assert_number("sources", 2);
}

static void port_scan_active_clears_below_three_quarters(void **state)
{
    const enum netdiag_tcp_code code = NETDIAG_TCP_FINDING_PORT_SCAN;

    (void)state;
    plain_active(code, true);
    scanner(3, 8, 0);
    assert_found(code, WARNING, 0);
    plain.scanners[0].ports = 7;
    assert_none(code);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(syn_flood_raises_at_count_and_age, plain_setup),
        cmocka_unit_test_setup(syn_flood_active_clears_below_three_quarters, plain_setup),
        cmocka_unit_test_setup(syn_flood_evidence_is_what_was_sent, plain_setup),
        cmocka_unit_test_setup(syn_flood_of_few_sources_names_the_first_of_them, plain_setup),
        cmocka_unit_test_setup(syn_flood_top_source_is_one_of_its_port, plain_setup),
        cmocka_unit_test_setup(syn_flood_sources_are_exact_up_to_the_bound, plain_setup),
        cmocka_unit_test_setup(syn_flood_is_critical_by_share_of_the_pool, plain_setup),
        cmocka_unit_test_setup(syn_flood_of_a_small_backlog_needs_fewer, plain_setup),
        cmocka_unit_test_setup(syn_flood_of_a_backlog_of_one_is_told_by_who_is_refused,
                               plain_setup),
        cmocka_unit_test_setup(syn_flood_busy_server_raises_nothing, plain_setup),
        cmocka_unit_test_setup(one_target_raises_at_count_of_late_and_failed, plain_setup),
        cmocka_unit_test_setup(one_target_active_clears_below_three_quarters, plain_setup),
        cmocka_unit_test_setup(one_target_without_a_history_is_late_when_repeated, plain_setup),
        cmocka_unit_test_setup(one_target_of_two_ports_and_programs_names_neither, plain_setup),
        cmocka_unit_test_setup(scan_raises_at_so_many_addresses, plain_setup),
        cmocka_unit_test_setup(scan_of_ports_names_the_target_and_is_not_told_twice, plain_setup),
        cmocka_unit_test_setup(scan_of_more_than_the_bound_says_so, plain_setup),
        cmocka_unit_test_setup(scan_of_more_ports_than_the_bound_is_of_its_target, plain_setup),
        cmocka_unit_test_setup(scan_threshold_above_the_bound_can_be_reached, plain_setup),
        cmocka_unit_test_setup(attempts_that_are_answered_raise_nothing, plain_setup),
        cmocka_unit_test_setup(unknown_listener_is_named_beside_registered_ones, plain_setup),
        cmocka_unit_test_setup(unknown_listener_where_nobody_registers_is_information, plain_setup),
        cmocka_unit_test_setup(port_scan_raises_at_so_many_ports_lately, plain_setup),
        cmocka_unit_test_setup(port_scan_active_clears_below_three_quarters, plain_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
