/*
 * Rules for connections that are being closed, on plain rows: each on both sides of its threshold.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/plain_device.h"

#define LEAK NETDIAG_TCP_FINDING_CLOSE_WAIT_LEAK
#define FIN  NETDIAG_TCP_FINDING_FIN_WAIT_STUCK
#define PILE NETDIAG_TCP_FINDING_TIME_WAIT_PILE
#define BIND NETDIAG_TCP_FINDING_BIND_BLOCKED

#define WARNING  NETDIAG_TCP_SEVERITY_WARNING
#define CRITICAL NETDIAG_TCP_SEVERITY_CRITICAL
#define INFO     NETDIAG_TCP_SEVERITY_INFO

#define LEAK_MS    (UINT64_C(1000) * CONFIG_NETDIAG_CLOSE_WAIT_AGE_S)
#define CLOSING_MS (UINT64_C(1000) * CONFIG_NETDIAG_CLOSING_AGE_S)

#define HARMLESS  NETDIAG_TCP_TIME_WAIT_HARMLESS
#define SUFFERING NETDIAG_TCP_TIME_WAIT_SUFFERING
#define LARGE     NETDIAG_TCP_TIME_WAIT_LARGE

static void free_in(struct netdiag_tcp_connection *row, uint32_t ms)
{
    row->has_free_in = true;
    row->free_in_ms = ms;
}

/* ---- close-wait-leak ---- */

static void close_wait_raises_at_age_and_names_the_owner_that_leaks(void **state)
{
    (void)state;
    plain_row(NETDIAG_TCP_CLOSE_WAIT, LEAK_MS - 1);
    assert_none(LEAK);
    plain_row(NETDIAG_TCP_CLOSE_WAIT, 3 * LEAK_MS);
    for (unsigned i = 0; i < 3; i++) {
        struct netdiag_tcp_connection *row = plain_row(NETDIAG_TCP_CLOSE_WAIT, LEAK_MS + i);

        row->local.port = 9502;
        plain_owner(&row->owner, "meter");
    }
    assert_found(LEAK, WARNING, 0);
    assert_number("connections", 3);
    assert_number("others", 1);
    assert_text("owner", "meter");
    assert_number("port", 9502);
    assert_number("connection", 5);
    assert_address("remote", plain_address(0, 10, 2));
    assert_number("oldestMs", LEAK_MS + 2);
    assert_number("poolPercent", 1);
}

static void close_wait_without_an_owner_is_known_by_its_port(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 5; i++) {
        struct netdiag_tcp_connection *row = plain_row(NETDIAG_TCP_CLOSE_WAIT, LEAK_MS);

        row->local.port = i < 2 ? 80 : 7777;
        plain_owner(&row->owner, "");
    }
    assert_found(LEAK, WARNING, 0);
    assert_number("connections", 3);
    assert_number("port", 7777);
    assert_left_out("owner");
}

/* The peer has closed its half, and the device sends on, or has something to send. */
static void close_wait_half_close_that_still_sends_raises_nothing(void **state)
{
    (void)state;
    plain_listener(80, "httpd");
    plain_row(NETDIAG_TCP_CLOSE_WAIT, 10 * LEAK_MS)->history.sent_since_fin = true;
    plain_row(NETDIAG_TCP_CLOSE_WAIT, 10 * LEAK_MS)->send_queue = 1;
    plain_row(NETDIAG_TCP_CLOSE_WAIT, 10 * LEAK_MS)->has_history = false;
    assert_findings("");
}

static void close_wait_is_critical_when_it_fills_the_pool(void **state)
{
    (void)state;
    plain.base.pool.capacity = 10;
    for (unsigned i = 0; i < 7; i++)
        plain_row(NETDIAG_TCP_CLOSE_WAIT, LEAK_MS);
    assert_found(LEAK, WARNING, 0);
    plain_row(NETDIAG_TCP_CLOSE_WAIT, LEAK_MS);
    assert_found(LEAK, CRITICAL, 0);
}

/* ---- fin-wait-stuck, last-ack-stuck, closing-stuck ---- */

static void fin_wait_1_raises_at_age_and_waits_for_the_ack(void **state)
{
    struct netdiag_tcp_connection *row;

    (void)state;
    plain_row(NETDIAG_TCP_FIN_WAIT_1, CLOSING_MS - 1);
    assert_none(FIN);
    row = plain_row(NETDIAG_TCP_FIN_WAIT_1, CLOSING_MS);
    row->retries = 3;
    assert_found(FIN, WARNING, NETDIAG_TCP_FIN_WAIT_ACK);
    assert_number("connections", 1);
    assert_number("finWait1", 1);
    assert_number("finWait2", 0);
    assert_number("connection", 2);
    assert_address("remote", plain_address(0, 10, 2));
    assert_number("port", 80);
    assert_text("owner", "httpd");
    assert_number("oldestMs", CLOSING_MS);
    assert_left_out("freeMs");
    assert_number("retransmissions", 3);
}

/* What the program wrote before it closed goes out ahead of the FIN, to a peer that takes its time.
 */
static void closing_to_a_slow_reader_raises_nothing_until_it_stops(void **state)
{
    const enum netdiag_tcp_state states[] = {NETDIAG_TCP_FIN_WAIT_1, NETDIAG_TCP_LAST_ACK,
                                             NETDIAG_TCP_CLOSING};
    const enum netdiag_tcp_code codes[] = {FIN, NETDIAG_TCP_FINDING_LAST_ACK_STUCK,
                                           NETDIAG_TCP_FINDING_CLOSING_STUCK};

    (void)state;
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        struct netdiag_tcp_connection *row;

        plain_reset();
        row = plain_row(states[i], 6 * CLOSING_MS);
        row->history.last_in_ms = NOW_MS - CLOSING_MS + 1;
        row->send_queue = 2;
        row->send_window = 1;
        assert_none(codes[i]);
        row->send_window = 0;
        (void)assert_found(codes[i], WARNING, 0);
        row->send_window = 1;
        row->send_queue = 1; /* the FIN alone */
        (void)assert_found(codes[i], WARNING, 0);
        row->send_queue = 2;
        row->retries = 1;
        (void)assert_found(codes[i], WARNING, 0);
        row->retries = 0;
        row->history.last_in_ms--;
        (void)assert_found(codes[i], WARNING, 0);
    }
}

static void fin_wait_2_waits_for_the_fin_or_for_ever(void **state)
{
    (void)state;
    free_in(plain_row(NETDIAG_TCP_FIN_WAIT_2, CLOSING_MS), 9500);
    assert_found(FIN, WARNING, NETDIAG_TCP_FIN_WAIT_FIN);
    assert_number("freeMs", 9500);
    plain_row(NETDIAG_TCP_FIN_WAIT_2, CLOSING_MS + 1);
    plain_row(NETDIAG_TCP_FIN_WAIT_1, CLOSING_MS);
    assert_found(FIN, WARNING, NETDIAG_TCP_FIN_WAIT_OPEN);
    assert_number("connections", 3);
    assert_number("finWait1", 1);
    assert_number("finWait2", 2);
    assert_left_out("freeMs");
}

static void fin_wait_2_peer_that_still_sends_raises_nothing(void **state)
{
    struct netdiag_tcp_connection *row = plain_row(NETDIAG_TCP_FIN_WAIT_2, 100 * CLOSING_MS);

    (void)state;
    row->history.last_in_ms = NOW_MS - CLOSING_MS + 1;
    assert_none(FIN);
    row->history.last_in_ms--;
    assert_found(FIN, WARNING, NETDIAG_TCP_FIN_WAIT_OPEN);
}

static void last_ack_and_closing_raise_at_age(void **state)
{
    const enum netdiag_tcp_code codes[] = {NETDIAG_TCP_FINDING_LAST_ACK_STUCK,
                                           NETDIAG_TCP_FINDING_CLOSING_STUCK};

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct netdiag_tcp_connection *row =
            plain_row(netdiag_tcp_code_state(codes[i]), CLOSING_MS - 1);

        assert_none(codes[i]);
        row->history.state_since_ms--;
        row->retries = (uint8_t)(4 + i);
        assert_found(codes[i], WARNING, 0);
        assert_number("connections", 1);
        assert_number("connection", row->history.id);
        assert_number("oldestMs", CLOSING_MS);
        assert_left_out("freeMs");
        assert_number("retransmissions", 4 + i);
        free_in(row, 1500);
        assert_found(codes[i], WARNING, 0);
        assert_number("freeMs", 1500);
    }
}

/* ---- time-wait-pile ---- */

/* So many connections that they are that share. */
static unsigned percent_of_pool(unsigned percent)
{
    return (CAPACITY * percent + 99) / 100;
}

static void time_waits(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        struct netdiag_tcp_connection *row = plain_row(NETDIAG_TCP_TIME_WAIT, 1000);

        free_in(row, 500 + 1000 * (i % 120));
        row->is_reclaimable = true;
    }
}

static void time_wait_is_information_at_its_share(void **state)
{
    const unsigned pile = percent_of_pool(CONFIG_NETDIAG_TIME_WAIT_POOL);

    (void)state;
    plain_listener(80, "httpd");
    plain_listener(22, "ssh");
    time_waits(pile - 1);
    assert_none(PILE);
    time_waits(1);
    plain.rows[5].local.port = 22;
    assert_found(PILE, INFO, HARMLESS);
    assert_number("connections", pile);
    assert_number("poolPercent", CONFIG_NETDIAG_TIME_WAIT_POOL);
    assert_number("in10s", 11);
    assert_number("in30s", 31);
    assert_number("in60s", 61);
    assert_number("lastMs", 500 + 1000 * (pile - 2));
    assert_number("port", 80);
    assert_number("portConnections", pile - 1);
    assert_number("refused", 0);
}

static void time_wait_is_a_warning_when_it_is_half_or_something_suffers(void **state)
{
    (void)state;
    plain_listener(80, "httpd");
    time_waits(CAPACITY * CONFIG_NETDIAG_TIME_WAIT_WARNING / 100);
    assert_found(PILE, WARNING, LARGE);
    assert_left_out("blockedPort");
    plain.row_count--;
    assert_found(PILE, INFO, HARMLESS);
    plain.watched.trend.pool_refused = 1;
    assert_found(PILE, WARNING, SUFFERING);
    assert_number("refused", 1);
    plain.watched.trend.pool_refused = 0;
    plain.base.thresholds.value[NETDIAG_TCP_THRESHOLD_TIME_WAIT_POOL] = 100;
    assert_none(PILE);
    plain.base.thresholds.value[NETDIAG_TCP_THRESHOLD_TIME_WAIT_WARNING] = 49; /* below the other */
    assert_found(PILE, WARNING, LARGE);
    plain.base.thresholds.value[NETDIAG_TCP_THRESHOLD_TIME_WAIT_POOL] =
        CONFIG_NETDIAG_TIME_WAIT_POOL;
    plain.watched.trend.pool_refused = 1;
    plain.row_count = percent_of_pool(CONFIG_NETDIAG_TIME_WAIT_POOL / 4);
    assert_none(PILE);
    plain.listener_count = 0;
    assert_found(PILE, WARNING, SUFFERING);
    assert_number("blockedPort", 80);
    plain.row_count--;
    assert_none(PILE);
}

static void time_wait_active_clears_below_three_quarters(void **state)
{
    (void)state;
    plain_listener(80, "httpd");
    plain_active(PILE, true);
    time_waits(percent_of_pool(CONFIG_NETDIAG_TIME_WAIT_POOL * 3 / 4));
    assert_found(PILE, INFO, HARMLESS);
    plain.row_count--;
    assert_none(PILE);
}

static void time_wait_of_an_ordinary_day_raises_nothing(void **state)
{
    (void)state;
    plain_listener(80, "httpd");
    time_waits(30);
    assert_findings("");
}

static void time_wait_of_attempts_is_known_by_the_service(void **state)
{
    (void)state;
    time_waits(110);
    for (unsigned i = 0; i < 110; i++) {
        plain.rows[i].history.is_passive = false;
        plain.rows[i].local.port = (uint16_t)(50000 + i);
        plain.rows[i].remote.port = 443;
    }
    assert_found(PILE, INFO, HARMLESS);
    assert_number("port", 443);
    assert_number("portConnections", 110);
}

/* ---- bind-blocked ---- */

static void bind_blocked_says_when_or_by_what(void **state)
{
    (void)state;
    plain_listener(80, "httpd");
    time_waits(3);
    assert_none(BIND);
    plain.listeners[0].local.port = 81;
    assert_found(BIND, WARNING, NETDIAG_TCP_BIND_TIMED);
    assert_number("port", 80);
    assert_text("owner", "httpd");
    assert_number("connections", 3);
    assert_number("freeMs", 2500);
    plain.rows[2].free_in_ms = 1; /* the longest is not the last */
    assert_found(BIND, WARNING, NETDIAG_TCP_BIND_TIMED);
    assert_number("freeMs", 1500);
    assert_left_out("connection");
    assert_number("ports", 1);
    plain_row(NETDIAG_TCP_CLOSE_WAIT, 1000)->local.port = 22;
    plain_row(NETDIAG_TCP_ESTABLISHED, 1000);
    assert_found(BIND, WARNING, NETDIAG_TCP_BIND_OPEN);
    assert_number("connections", 4);
    assert_left_out("freeMs");
    assert_number("connection", 5);
    assert_address("remote", plain_address(0, 10, 2));
    assert_text("stateOf", "established");
    assert_number("ports", 2);
}

static void bind_that_is_free_raises_nothing(void **state)
{
    (void)state;
    plain_row(NETDIAG_TCP_TIME_WAIT, 1000)->reuse_address = true;
    plain_row(NETDIAG_TCP_TIME_WAIT, 1000)->local.port = 49152;
    plain_row(NETDIAG_TCP_ESTABLISHED, 1000)->history.is_passive = false;
    plain_row(NETDIAG_TCP_ESTABLISHED, 1000)->has_history = false;
    plain_row(NETDIAG_TCP_ESTABLISHED, 1000)->history.created_ms = NOW_MS + 1;
    assert_findings("");
    plain.rows[1].local.port = 49151;
    assert_findings("bind-blocked");
    plain.knows_listeners = false; /* there are more than could be looked at */
    assert_findings("");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(close_wait_raises_at_age_and_names_the_owner_that_leaks,
                               plain_setup),
        cmocka_unit_test_setup(close_wait_without_an_owner_is_known_by_its_port, plain_setup),
        cmocka_unit_test_setup(close_wait_half_close_that_still_sends_raises_nothing, plain_setup),
        cmocka_unit_test_setup(close_wait_is_critical_when_it_fills_the_pool, plain_setup),
        cmocka_unit_test_setup(fin_wait_1_raises_at_age_and_waits_for_the_ack, plain_setup),
        cmocka_unit_test_setup(closing_to_a_slow_reader_raises_nothing_until_it_stops, plain_setup),
        cmocka_unit_test_setup(fin_wait_2_waits_for_the_fin_or_for_ever, plain_setup),
        cmocka_unit_test_setup(fin_wait_2_peer_that_still_sends_raises_nothing, plain_setup),
        cmocka_unit_test_setup(last_ack_and_closing_raise_at_age, plain_setup),
        cmocka_unit_test_setup(time_wait_is_information_at_its_share, plain_setup),
        cmocka_unit_test_setup(time_wait_is_a_warning_when_it_is_half_or_something_suffers,
                               plain_setup),
        cmocka_unit_test_setup(time_wait_active_clears_below_three_quarters, plain_setup),
        cmocka_unit_test_setup(time_wait_of_an_ordinary_day_raises_nothing, plain_setup),
        cmocka_unit_test_setup(time_wait_of_attempts_is_known_by_the_service, plain_setup),
        cmocka_unit_test_setup(bind_blocked_says_when_or_by_what, plain_setup),
        cmocka_unit_test_setup(bind_that_is_free_raises_nothing, plain_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
