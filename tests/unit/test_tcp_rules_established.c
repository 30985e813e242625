/*
 * Rules for established connections, on plain rows: each on both sides of its threshold, and what
 * cries wolf elsewhere.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/plain_device.h"

#define STALE     NETDIAG_TCP_FINDING_STALE_ESTABLISHED
#define RECONNECT NETDIAG_TCP_FINDING_RECONNECTING_CLIENT
#define ACCEPT    NETDIAG_TCP_FINDING_ACCEPT_QUEUE_FULL
#define RECEIVE   NETDIAG_TCP_FINDING_RECEIVE_STALL
#define SEND      NETDIAG_TCP_FINDING_SEND_STALL

#define WARNING  NETDIAG_TCP_SEVERITY_WARNING
#define CRITICAL NETDIAG_TCP_SEVERITY_CRITICAL

#define SECONDS   UINT64_C(1000)
#define HOURS     (UINT64_C(3600) * SECONDS)
#define SILENCE   (SECONDS * CONFIG_NETDIAG_RECONNECT_SILENCE_S)
#define KEPT_ROWS CONFIG_NETDIAG_TCP_RECONNECT_ROWS

/* ---- stale-established ---- */

static void stale_raises_at_retries(void **state)
{
    struct netdiag_tcp_connection *row;

    (void)state;
    row = plain_row(NETDIAG_TCP_ESTABLISHED, 5000);
    row->in_flight = 700;
    row->retries = CONFIG_NETDIAG_STALE_RETRIES - 1;
    assert_none(STALE);
    row->retries++;
    assert_found(STALE, WARNING, 0);
    assert_number("connections", 1);
    assert_number("connection", row->history.id);
    assert_address("remote", plain_address(0, 10, 2));
    assert_number("port", 80);
    assert_text("owner", "httpd");
    assert_number("retransmissions", CONFIG_NETDIAG_STALE_RETRIES);
    assert_number("keepalives", 0);
    assert_number("unacknowledged", 700);
    assert_number("silentMs", 5000);
    row->send_window = 0; /* the peer is there, and takes nothing */
    assert_none(STALE);
}

static void stale_raises_at_keepalives_and_names_the_longest(void **state)
{
    struct netdiag_tcp_connection *row;

    (void)state;
    plain_row(NETDIAG_TCP_ESTABLISHED, 2 * HOURS)->keepalives = CONFIG_NETDIAG_STALE_RETRIES;
    plain_row(NETDIAG_TCP_ESTABLISHED, 5 * HOURS)->keepalives = CONFIG_NETDIAG_STALE_RETRIES;
    plain_row(NETDIAG_TCP_ESTABLISHED, 3 * HOURS)->keepalives = CONFIG_NETDIAG_STALE_RETRIES - 1;
    row = plain_row(NETDIAG_TCP_CLOSE_WAIT, 5000);
    row->retries = 9;
    assert_found(STALE, WARNING, 0);
    assert_number("connections", 2);
    assert_number("connection", 2);
    assert_number("silentMs", 5 * HOURS);
    row->in_flight = 1;
    assert_found(STALE, WARNING, 0);
    assert_number("connections", 3);
    row->history.last_in_ms = NOW_MS - 6 * HOURS; /* the longest: its peer had sent a FIN */
    assert_found(STALE, WARNING, NETDIAG_TCP_STALE_AFTER_FIN);
    assert_number("connection", 4);
}

static void stale_threshold_can_be_set(void **state)
{
    (void)state;
    plain.base.thresholds.value[NETDIAG_TCP_THRESHOLD_STALE_RETRIES] = 8;
    plain_row(NETDIAG_TCP_ESTABLISHED, 5000)->retries = 7;
    assert_none(STALE);
    plain_active(STALE, true);
    plain.rows[0].retries = 6;
    assert_found(STALE, WARNING, 0);
    plain.rows[0].retries = 5;
    assert_none(STALE);
}

static void idle_for_hours_raises_nothing(void **state)
{
    (void)state;
    plain_listener(22, "ssh");
    plain_listener(179, "bgp");
    plain_row(NETDIAG_TCP_ESTABLISHED, 9 * HOURS)->local.port = 22;
    plain_row(NETDIAG_TCP_ESTABLISHED, 99 * HOURS / 100)->local.port = 179;
    assert_findings("");
}

/* ---- reconnecting-client ---- */

/* A connection that was opened so long ago and is silent for so long. */
static struct netdiag_tcp_connection *visit(uint64_t age_ms, uint64_t silent_ms)
{
    struct netdiag_tcp_connection *row = plain_row(NETDIAG_TCP_ESTABLISHED, age_ms);

    row->history.last_in_ms = NOW_MS - silent_ms;
    return row;
}

/* A client that vanishes 10 s after it came, and comes again, `count` times, the newest first. */
static void reconnects(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        uint64_t age_ms = 20 * SECONDS + i * (SILENCE + 20 * SECONDS);

        (void)visit(age_ms, age_ms - 10 * SECONDS);
    }
}

static void reconnecting_raises_at_count(void **state)
{
    (void)state;
    plain_listener(80, "httpd");
    reconnects(CONFIG_NETDIAG_RECONNECT_COUNT - 1);
    assert_none(RECONNECT);
    plain.row_count = 0;
    reconnects(CONFIG_NETDIAG_RECONNECT_COUNT);
    assert_found(RECONNECT, WARNING, 0);
    assert_address("remote", plain_address(0, 10, 2));
    assert_number("port", 80);
    assert_text("owner", "httpd");
    assert_number("connections", CONFIG_NETDIAG_RECONNECT_COUNT);
    assert_number("established", CONFIG_NETDIAG_RECONNECT_COUNT);
    assert_number("closeWait", 0);
    assert_number("oldestMs",
                  20 * SECONDS + (CONFIG_NETDIAG_RECONNECT_COUNT - 1) * (SILENCE + 20 * SECONDS));
    assert_number("clients", 1);
    assert_number("poolPercent", CONFIG_NETDIAG_RECONNECT_COUNT * 100 / CAPACITY);
}

static void reconnecting_active_clears_below_three_quarters(void **state)
{
    (void)state;
    plain_active(RECONNECT, true);
    reconnects(3);
    assert_found(RECONNECT, WARNING, 0);
    plain.row_count = 2;
    assert_none(RECONNECT);
}

static void reconnecting_older_ones_have_been_silent_long_enough(void **state)
{
    (void)state;
    (void)visit(10, 10);
    (void)visit(SILENCE + 1, SILENCE - 1);
    (void)visit(3 * SILENCE, 2 * SILENCE);
    (void)visit(5 * SILENCE, 4 * SILENCE);
    assert_none(RECONNECT);
    plain.rows[1].history.last_in_ms--;
    assert_found(RECONNECT, WARNING, 0);
    (void)visit(1, 0); /* the newest need not be silent, and the one before was when it came */
    assert_found(RECONNECT, WARNING, 0);
    assert_number("connections", 4);
    plain.rows[0].history.last_in_ms += 10; /* it overlaps */
    assert_none(RECONNECT);
}

static void reconnecting_silence_is_long_enough_at_its_threshold(void **state)
{
    (void)state;
    plain.base.thresholds.value[NETDIAG_TCP_THRESHOLD_RECONNECT_COUNT] = 2;
    (void)visit(10, 10);
    (void)visit(2 * SILENCE, SILENCE);
    assert_found(RECONNECT, WARNING, 0);
    plain.rows[1].history.last_in_ms++;
    assert_none(RECONNECT);
}

/* The device that opens connections again and again is no client of its own. */
static void reconnecting_of_the_device_raises_nothing(void **state)
{
    (void)state;
    reconnects(6);
    for (unsigned i = 0; i < 6; i++)
        plain.rows[i].history.is_passive = false;
    assert_none(RECONNECT);
}

static void reconnecting_counts_both_piles(void **state)
{
    (void)state;
    (void)visit(10 * SECONDS, 5 * SECONDS);
    for (unsigned i = 1; i < 6; i++) {
        struct netdiag_tcp_connection *row = visit(i * 2 * SILENCE, i * 2 * SILENCE - 1000);

        if (i % 2 == 0) {
            row->state = NETDIAG_TCP_CLOSE_WAIT; /* since when counts, and not what is heard */
            row->history.state_since_ms = row->history.last_in_ms;
            row->history.last_in_ms = NOW_MS;
            row->history.sent_since_fin = true;
        }
    }
    assert_found(RECONNECT, WARNING, 0);
    assert_number("connections", 6);
    assert_number("established", 4);
    assert_number("closeWait", 2);
}

/* More than have a place: all that follow each other count, in whatever order they come. */
static void reconnecting_pile_is_counted_whole(void **state)
{
    (void)state;
    reconnects(120);
    assert_found(RECONNECT, WARNING, 0);
    assert_number("connections", 120);
    for (unsigned i = 0; i < 60; i++) { /* the oldest first */
        struct netdiag_tcp_connection row = plain.rows[i];

        plain.rows[i] = plain.rows[119 - i];
        plain.rows[119 - i] = row;
    }
    assert_found(RECONNECT, WARNING, 0);
    assert_number("connections", 120);
    assert_number("oldestMs", 20 * SECONDS + 119 * (SILENCE + 20 * SECONDS));
}

/* One that is in use overlaps with all that came after it. */
static void reconnecting_pile_ends_where_connections_overlapped(void **state)
{
    (void)state;
    reconnects(KEPT_ROWS + 3);
    (void)visit(9 * HOURS, SILENCE - 1);
    assert_found(RECONNECT, WARNING, 0);
    assert_number("connections", KEPT_ROWS);
    plain.rows[2].history.last_in_ms = NOW_MS - SILENCE; /* that of the third, after the second */
    assert_none(RECONNECT);
}

static void reconnecting_is_critical_when_it_fills_the_pool(void **state)
{
    (void)state;
    plain.base.pool.capacity = 10;
    reconnects(7);
    assert_found(RECONNECT, WARNING, 0);
    reconnects(0);
    plain.row_count = 0;
    reconnects(8);
    assert_found(RECONNECT, CRITICAL, 0);
    assert_number("poolPercent", 80);
}

static void reconnecting_clients_are_counted_each(void **state)
{
    (void)state;
    reconnects(5);
    reconnects(4);
    for (unsigned i = 5; i < 9; i++)
        plain.rows[i].remote.address = plain_address(0, 10, 77);
    reconnects(4);
    for (unsigned i = 9; i < 13; i++)
        plain.rows[i].local.port = 22;
    visit(9 * SILENCE, 8 * SILENCE)->remote.address = plain_address(0, 10, 78); /* only once */
    assert_found(RECONNECT, WARNING, 0);
    assert_number("clients", 3);
    assert_number("connections", 5);
    assert_number("poolPercent", 13 * 100 / CAPACITY);
}

static void browser_with_six_connections_raises_nothing(void **state)
{
    (void)state;
    plain_listener(80, "httpd");
    for (unsigned i = 0; i < 6; i++)
        (void)visit(10 * SILENCE + 20 * i, 10 * SILENCE - 500 - 30 * i);
    assert_findings("");
}

/* Twenty hosts behind one address, each with a connection that it uses now and then. */
static void hosts_behind_one_address_raise_nothing(void **state)
{
    (void)state;
    plain_listener(80, "httpd");
    for (unsigned i = 1; i <= 20; i++)
        (void)visit(i * 5 * 60 * SECONDS, i % 4 == 0 ? 3 * SILENCE : 7 * i * SECONDS % SILENCE);
    assert_findings("");
}

/* ---- accept-queue-full ---- */

static struct netdiag_tcp_connection *unaccepted(uint16_t port, uint64_t ms)
{
    struct netdiag_tcp_connection *row = plain_row(NETDIAG_TCP_ESTABLISHED, ms);

    row->local.port = port;
    row->is_unaccepted = true;
    return row;
}

static void accept_queue_raises_at_age(void **state)
{
    (void)state;
    plain_listener(80, "httpd")->backlog = 8;
    for (unsigned i = 0; i < 5; i++)
        unaccepted(80, SECONDS * CONFIG_NETDIAG_ACCEPT_AGE_S - 1);
    plain_row(NETDIAG_TCP_SYN_RECEIVED, 9000)->is_unaccepted = true; /* a half-open one */
    plain_row(NETDIAG_TCP_ESTABLISHED, 9000);
    assert_none(ACCEPT);
    unaccepted(80, SECONDS * CONFIG_NETDIAG_ACCEPT_AGE_S);
    unaccepted(81, 1000);
    assert_found(ACCEPT, WARNING, 0);
    assert_number("port", 80);
    assert_text("owner", "httpd");
    assert_number("unaccepted", 6);
    assert_number("others", 1);
    assert_number("backlog", 8);
    assert_number("oldestMs", SECONDS * CONFIG_NETDIAG_ACCEPT_AGE_S);
    assert_number("synsRefused", 0);
    plain.watched.trend.backlog_refused = 2;
    assert_found(ACCEPT, CRITICAL, 0);
    assert_number("synsRefused", 2);
}

/* Its program never saw it: that data is unread and that nobody closes are not other troubles. */
static void accept_queue_explains_what_else_is_wrong(void **state)
{
    struct netdiag_tcp_connection *row;

    (void)state;
    plain_listener(80, "httpd");
    row = unaccepted(80, HOURS);
    row->receive_queue = 100;
    plain_stall(row->history.id, false, HOURS);
    for (unsigned i = 0; i < 6; i++)
        unaccepted(80, HOURS + i * 2 * SILENCE)->state = NETDIAG_TCP_CLOSE_WAIT;
    assert_findings("accept-queue-full");
}

/* ---- receive-stall, send-stall ---- */

static void receive_stall_raises_at_age_while_it_lasts(void **state)
{
    struct netdiag_tcp_connection *row = plain_row(NETDIAG_TCP_ESTABLISHED, HOURS);

    (void)state;
    plain_listener(80, "httpd");
    row->receive_queue = 4096;
    assert_none(RECEIVE);
    plain_stall(7, false, HOURS); /* of another */
    plain_stall(1, true, HOURS);
    plain_stall(1, false, SECONDS * CONFIG_NETDIAG_RECEIVE_STALL_S - 1);
    assert_none(RECEIVE);
    plain.watched.stalls[2].since_ms--;
    assert_found(RECEIVE, WARNING, 0);
    assert_number("connections", 1);
    assert_text("owner", "httpd");
    assert_number("port", 80);
    assert_number("connection", 1);
    assert_address("remote", plain_address(0, 10, 2));
    assert_number("unread", 4096);
    assert_number("stalledMs", SECONDS * CONFIG_NETDIAG_RECEIVE_STALL_S);
    assert_findings("receive-stall");
    row->receive_queue = 0;
    assert_none(RECEIVE);
}

static void send_stall_raises_at_age_while_it_lasts(void **state)
{
    struct netdiag_tcp_connection *row = plain_row(NETDIAG_TCP_ESTABLISHED, HOURS);

    (void)state;
    plain_listener(80, "httpd");
    row->send_window = 0;
    row->send_queue = 5000;
    row->in_flight = 1;
    row->retries = 5;
    plain_stall(1, false, HOURS);
    plain_stall(1, true, SECONDS * CONFIG_NETDIAG_SEND_STALL_S - 1);
    assert_none(SEND);
    plain.watched.stalls[1].since_ms--;
    assert_found(SEND, WARNING, 0);
    assert_number("connections", 1);
    assert_number("unsent", 4999);
    assert_number("stalledMs", SECONDS * CONFIG_NETDIAG_SEND_STALL_S);
    assert_findings("send-stall");
    row->send_window = 1;
    assert_none(SEND);
}

static void stalls_are_found_among_many_and_the_longest_named(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CONFIG_NETDIAG_TCP_STALLS; i++) {
        uint32_t id = (i * 7919 + 13) % CONFIG_NETDIAG_TCP_STALLS + 1; /* not in order */

        plain_row(NETDIAG_TCP_ESTABLISHED, HOURS)->receive_queue = 1000 + i;
        plain_stall(id, false, id == 17 ? HOURS : 50 * SECONDS);
    }
    assert_found(RECEIVE, WARNING, 0);
    assert_number("connections", CONFIG_NETDIAG_TCP_STALLS);
    assert_number("connection", 17);
    assert_number("unread", 1016);
    assert_number("stalledMs", HOURS);
}

static void stalls_of_a_watch_that_has_stopped_say_nothing(void **state)
{
    (void)state;
    plain_listener(80, "httpd");
    plain_row(NETDIAG_TCP_ESTABLISHED, HOURS)->receive_queue = 1;
    plain_stall(1, false, HOURS);
    plain.watched.trend.is_watched = false;
    assert_findings("");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(stale_raises_at_retries, plain_setup),
        cmocka_unit_test_setup(stale_raises_at_keepalives_and_names_the_longest, plain_setup),
        cmocka_unit_test_setup(stale_threshold_can_be_set, plain_setup),
        cmocka_unit_test_setup(idle_for_hours_raises_nothing, plain_setup),
        cmocka_unit_test_setup(reconnecting_raises_at_count, plain_setup),
        cmocka_unit_test_setup(reconnecting_active_clears_below_three_quarters, plain_setup),
        cmocka_unit_test_setup(reconnecting_older_ones_have_been_silent_long_enough, plain_setup),
        cmocka_unit_test_setup(reconnecting_silence_is_long_enough_at_its_threshold, plain_setup),
        cmocka_unit_test_setup(reconnecting_of_the_device_raises_nothing, plain_setup),
        cmocka_unit_test_setup(reconnecting_counts_both_piles, plain_setup),
        cmocka_unit_test_setup(reconnecting_pile_is_counted_whole, plain_setup),
        cmocka_unit_test_setup(reconnecting_pile_ends_where_connections_overlapped, plain_setup),
        cmocka_unit_test_setup(reconnecting_is_critical_when_it_fills_the_pool, plain_setup),
        cmocka_unit_test_setup(reconnecting_clients_are_counted_each, plain_setup),
        cmocka_unit_test_setup(browser_with_six_connections_raises_nothing, plain_setup),
        cmocka_unit_test_setup(hosts_behind_one_address_raise_nothing, plain_setup),
        cmocka_unit_test_setup(accept_queue_raises_at_age, plain_setup),
        cmocka_unit_test_setup(accept_queue_explains_what_else_is_wrong, plain_setup),
        cmocka_unit_test_setup(receive_stall_raises_at_age_while_it_lasts, plain_setup),
        cmocka_unit_test_setup(send_stall_raises_at_age_while_it_lasts, plain_setup),
        cmocka_unit_test_setup(stalls_are_found_among_many_and_the_longest_named, plain_setup),
        cmocka_unit_test_setup(stalls_of_a_watch_that_has_stopped_say_nothing, plain_setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
