/*
 * Taking a snapshot, on the fake platform: in chunks of any size, with functions missing, cut
 * lists, a walk that breaks off or is cancelled.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stats/tcp_diagnosis.h"
#include "tests/unit/fake_platform.h"

static struct netdiag_tcp_snapshot snapshot;

static int setup(void **state)
{
    (void)state;
    fake_reset();
    fake.time.uptime_ms = 1000000;
    return 0;
}

static void take(void)
{
    enum netdiag_error error = NETDIAG_ERROR_IO;

    assert_true(netdiag_tcp_snapshot_take(&fake.diag, &snapshot, NULL, NULL, &error));
    assert_int_equal(error, NETDIAG_OK);
}

/* Half-open ones of which the first is the oldest: age 5 s and less, by 10 ms. */
static void add_half_open(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        struct netdiag_tcp_connection *row = fake_connection();

        row->state = NETDIAG_TCP_SYN_RECEIVED;
        row->history.state_since_ms = fake.time.uptime_ms - 5000 + 10 * i;
        row->history.created_ms = row->history.state_since_ms;
    }
}

static void take_sees_the_same_in_any_chunks(void **state)
{
    struct netdiag_tcp_snapshot first;

    (void)state;
    fake_listener(80, "httpd");
    add_half_open(100);
    take();
    assert_int_equal(snapshot.connections, 100);
    assert_int_equal(snapshot.listeners, 1);
    assert_int_equal(snapshot.half_open.count, 100);
    assert_int_equal(snapshot.half_open.oldest_ms, 5000);
    assert_int_equal(snapshot.half_open.backlog, 5);
    assert_int_equal(snapshot.pool.capacity, fake.pool.capacity);
    memcpy(&first, &snapshot, sizeof first);
    fake.connections_chunk = 3;
    take();
    assert_memory_equal(&first, &snapshot, sizeof first);
    assert_true(fake.connections_capacity <= CONFIG_NETDIAG_TCP_WALK_ROWS);
}

static enum netdiag_error scanners(void *ctx, struct netdiag_tcp_scanner *rows, size_t capacity,
                                   size_t *count)
{
    (void)ctx;
    assert_true(capacity > 0);
    memset(rows, 0, sizeof *rows);
    rows->ports = 50;
    rows->last_ms = fake.time.uptime_ms - 1000;
    *count = 1;
    return NETDIAG_OK;
}

static struct netdiag_address reached;

static enum netdiag_error reach(void *ctx, const struct netdiag_address *to,
                                enum netdiag_reach *answer)
{
    (void)ctx;
    reached = *to;
    *answer = NETDIAG_REACH_UNRESOLVED;
    return NETDIAG_OK;
}

static void take_asks_how_far_the_target_is_and_who_scans(void **state)
{
    struct netdiag_tcp_connection *row = fake_connection();

    (void)state;
    fake.platform.tcp_scanners = scanners;
    fake.platform.reach = reach;
    row->state = NETDIAG_TCP_SYN_SENT;
    row->history.is_passive = false;
    row->history.state_since_ms = fake.time.uptime_ms - 2000;
    fake_closed(NETDIAG_TCP_END_UNANSWERED);
    fake.closed[0].is_passive = fake.closed[0].was_established = false;
    fake.closed[0].remote = row->remote;
    fake.closed[0].ended_ms = fake.time.uptime_ms - 100;
    take();
    assert_int_equal(snapshot.attempts.reach, NETDIAG_REACH_UNRESOLVED);
    assert_memory_equal(&reached, &row->remote.address, sizeof reached);
    assert_int_equal(snapshot.attempts.target_now, 1);
    assert_int_equal(snapshot.attempts.target_unanswered, 1);
    assert_int_equal(snapshot.scanners.ports, 50);
    assert_int_equal(snapshot.scanners.ago_ms, 1000);
    fake.platform.reach = NULL;
    take();
    assert_int_equal(snapshot.attempts.reach, NETDIAG_REACH_UNKNOWN);
}

static void take_names_the_function_of_the_unknown_listener(void **state)
{
    (void)state;
    fake_listener(80, "httpd");
    fake_listener(3133, "");
    fake_listener(3134, "");
    take();
    assert_int_equal(snapshot.unowned.count, 2);
    assert_int_equal(snapshot.unowned.port, 3133);
    assert_string_equal(snapshot.unowned.function, "accept_3133");
    fake.platform.symbol = NULL;
    take();
    assert_string_equal(snapshot.unowned.function, "");
}

/* With more listeners than it can hold it cannot tell that a port has none. */
static void take_of_cut_listeners_blocks_no_port(void **state)
{
    (void)state;
    fake_connection()->history.created_ms = 1;
    take();
    assert_int_equal(snapshot.blocked.count, 1);
    for (unsigned i = 0; i <= CONFIG_NETDIAG_TCP_LISTENERS; i++)
        fake_listener((uint16_t)(1000 + i), "many");
    take();
    assert_int_equal(snapshot.listeners, CONFIG_NETDIAG_TCP_LISTENERS);
    assert_int_equal(snapshot.blocked.count, 0);
    fake.platform.tcp_listeners = NULL;
    take();
    assert_int_equal(snapshot.listeners, 0);
    assert_int_equal(snapshot.blocked.count, 0);
}

static void take_without_functions_marks_what_it_lacks(void **state)
{
    (void)state;
    add_half_open(20);
    fake.platform.time = NULL;
    fake.platform.tcp_pool = NULL;
    fake.platform.tcp_closed = NULL;
    fake.platform.memory_pools = NULL;
    take();
    assert_false(snapshot.has_now);
    assert_false(snapshot.pool.is_known);
    assert_int_equal(snapshot.half_open.total, 20);
    assert_int_equal(snapshot.half_open.old, 0);
}

static void take_that_fails_says_why(void **state)
{
    enum netdiag_error error = NETDIAG_OK;

    (void)state;
    add_half_open(40);
    fake.connections_error = NETDIAG_ERROR_BUSY;
    fake.connections_fail_at = 20;
    fake.connections_chunk = 10;
    assert_true(netdiag_tcp_snapshot_take(&fake.diag, &snapshot, NULL, NULL, &error));
    assert_int_equal(error, NETDIAG_ERROR_BUSY);
    fake.platform.tcp_connections = NULL;
    assert_true(netdiag_tcp_snapshot_take(&fake.diag, &snapshot, NULL, NULL, &error));
    assert_int_equal(error, NETDIAG_ERROR_UNSUPPORTED);
}

struct asked {
    unsigned times;
    size_t walked;
};

static bool is_third(void *ctx, size_t walked)
{
    struct asked *asked = ctx;

    asked->walked += walked;
    return ++asked->times == 3;
}

static bool is_never(void *ctx, size_t walked)
{
    struct asked *asked = ctx;

    asked->walked += walked;
    return false;
}

static void take_that_is_cancelled_ends_between_chunks(void **state)
{
    enum netdiag_error error;
    struct asked asked = {.times = 0};

    (void)state;
    add_half_open(40);
    fake.connections_chunk = 10;
    assert_false(netdiag_tcp_snapshot_take(&fake.diag, &snapshot, is_third, &asked, &error));
    assert_int_equal(asked.times, 3);
    assert_int_equal(asked.walked, 20);
    assert_int_equal(fake.connections_calls, 2);
}

static void take_tells_of_each_connection_in_both_walks(void **state)
{
    enum netdiag_error error;
    struct asked asked = {.times = 0};

    (void)state;
    add_half_open(45);
    fake.connections_chunk = 10;
    assert_true(netdiag_tcp_snapshot_take(&fake.diag, &snapshot, is_never, &asked, &error));
    assert_int_equal(asked.walked, 90);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(take_sees_the_same_in_any_chunks, setup),
        cmocka_unit_test_setup(take_asks_how_far_the_target_is_and_who_scans, setup),
        cmocka_unit_test_setup(take_names_the_function_of_the_unknown_listener, setup),
        cmocka_unit_test_setup(take_of_cut_listeners_blocks_no_port, setup),
        cmocka_unit_test_setup(take_without_functions_marks_what_it_lacks, setup),
        cmocka_unit_test_setup(take_that_fails_says_why, setup),
        cmocka_unit_test_setup(take_that_is_cancelled_ends_between_chunks, setup),
        cmocka_unit_test_setup(take_tells_of_each_connection_in_both_walks, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
