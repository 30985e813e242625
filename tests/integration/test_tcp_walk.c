/*
 * A walk over the connections while they come and go between its chunks, the pool exhausted:
 * whoever lives throughout comes exactly once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "churn.h"
#include "netdiag/lwip.h"
#include "platform/sim/stack.h"
#include "walk.h"

#define PCBS  64
#define WALKS 300
#define CHUNK 7

/* What goes on between two chunks. */
#define EVENTS_A_CHUNK 3

static int start(void **state)
{
    (void)state;
    churn_start(PCBS);
    return 0;
}

static void things_happen(void)
{
    for (int i = 0; i < EVENTS_A_CHUNK; i++)
        churn_once(NULL);
}

static void nothing_happens(void)
{
}

static void walk_under_churn_none_missed_none_doubled(void **state)
{
    static const struct walk_stack stack = {sim_stack_lock, sim_stack_unlock, things_happen};
    struct walk_tally tally = {.walks = 0};

    (void)state;
    for (int i = 0; i < WALKS; i++)
        walk_judged(&stack, CHUNK, &tally);
    walk_assert(&tally, WALKS);
    assert_int_equal(tally.untimed, 0);
}

static void walk_at_rest_is_what_lwip_has_in_any_chunk(void **state)
{
    static const struct walk_stack stack = {sim_stack_lock, sim_stack_unlock, nothing_happens};

    (void)state;
    for (size_t chunk = 1; chunk <= CONFIG_NETDIAG_TCP_CHUNK_ROWS; chunk++) {
        struct walk_tally tally = {.walks = 0};

        walk_judged(&stack, chunk, &tally);
        assert_true(tally.rows > CHURN_BOUND);
        assert_int_equal(tally.rows, tally.lived);
        assert_int_equal(tally.missed + tally.doubled + tally.changed + tally.refused, 0);
    }
}

static void walk_of_more_than_a_chunk_gives_no_more(void **state)
{
    static struct netdiag_tcp_connection rows[CONFIG_NETDIAG_TCP_CHUNK_ROWS + 1];
    const size_t capacity = sizeof(rows) / sizeof(rows[0]);
    struct netdiag_tcp_cursor cursor = {.done = false};
    size_t count;

    (void)state;
    assert_int_equal(netdiag_lwip_platform.tcp_connections(NULL, &cursor, rows, capacity, &count),
                     NETDIAG_OK);
    assert_true(count <= CONFIG_NETDIAG_TCP_CHUNK_ROWS);
    assert_int_equal(netdiag_lwip_platform.tcp_connections(NULL, &cursor, rows, 0, &count),
                     NETDIAG_ERROR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walk_under_churn_none_missed_none_doubled),
        cmocka_unit_test(walk_at_rest_is_what_lwip_has_in_any_chunk),
        cmocka_unit_test(walk_of_more_than_a_chunk_gives_no_more),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
