/*
 * The table of stalled connections, by a model that looks at all of them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stats/tcp_stalls.h"
#include "tests/unit/fake_platform.h"

static struct netdiag_tcp_stall_table table;
static uint64_t now_ms;

static int setup(void **state)
{
    (void)state;
    fake_reset();
    netdiag_tcp_stalls_init(&table);
    now_ms = 1000;
    return 0;
}

/* Connection of that ID on which nothing waits. */
static struct netdiag_tcp_connection *connect_idle(uint32_t id)
{
    struct netdiag_tcp_connection *row = fake_connection();

    row->history.id = id;
    row->receive_queue = row->send_queue = row->in_flight = 0;
    return row;
}

static void look(void)
{
    now_ms += 5000;
    netdiag_tcp_stalls_begin(&table);
    for (size_t i = 0; i < fake.connection_count; i++)
        netdiag_tcp_stalls_add(&table, &fake.connections[i], now_ms);
    netdiag_tcp_stalls_end(&table);
}

static const struct netdiag_tcp_stall *stall(uint32_t id, bool is_send)
{
    const struct netdiag_tcp_stall *found = NULL;

    for (uint32_t i = 0; i < table.count; i++) {
        if (table.entries[i].stall.id == id && table.entries[i].stall.is_send == is_send) {
            assert_null(found); /* once */
            found = &table.entries[i].stall;
        }
    }
    return found;
}

static void receive_stall_lasts_while_nothing_is_read(void **state)
{
    struct netdiag_tcp_connection *row = connect_idle(7);

    (void)state;
    look();
    assert_null(stall(7, false));
    row->receive_queue = 100;
    look();
    assert_int_equal(stall(7, false)->since_ms, now_ms);
    row->receive_queue += 50; /* more comes, none is read */
    row->history.traffic.in_bytes += 50;
    look();
    assert_int_equal(stall(7, false)->since_ms, now_ms - 5000);
    row->receive_queue -= 1; /* one octet is read: what is left waits since now */
    look();
    assert_int_equal(stall(7, false)->since_ms, now_ms);
    row->receive_queue = 0;
    look();
    assert_int_equal(table.count, 0);
}

static void send_stall_lasts_while_the_window_is_0_and_data_waits(void **state)
{
    struct netdiag_tcp_connection *row = connect_idle(7);
    const uint64_t began_ms = now_ms + 5000;

    (void)state;
    row->send_window = 0;
    row->send_queue = 500;
    look();
    assert_int_equal(stall(7, true)->since_ms, began_ms);
    row->in_flight = 1; /* a window probe */
    look();
    assert_int_equal(stall(7, true)->since_ms, began_ms);
    row->in_flight = 0;
    row->state = NETDIAG_TCP_CLOSE_WAIT;
    look();
    assert_int_equal(stall(7, true)->since_ms, began_ms);
    row->history.traffic.out_bytes += 300; /* the window opened and closed between two looks */
    look();
    assert_int_equal(stall(7, true)->since_ms, now_ms);
    row->state = NETDIAG_TCP_FIN_WAIT_1; /* the finding of another */
    look();
    assert_null(stall(7, true));
    row->state = NETDIAG_TCP_ESTABLISHED;
    row->send_queue = 0; /* nothing to be sent: a closed window hurts nobody */
    look();
    assert_int_equal(table.count, 0);
}

static void both_stalls_of_a_connection_are_apart(void **state)
{
    struct netdiag_tcp_connection *row = connect_idle(7);

    (void)state;
    row->receive_queue = 10;
    look();
    row->send_window = 0;
    row->send_queue = 10;
    look();
    assert_int_equal(table.count, 2);
    assert_int_equal(stall(7, true)->since_ms - stall(7, false)->since_ms, 5000);
}

static void stall_goes_with_its_connection(void **state)
{
    (void)state;
    for (uint32_t id = 1; id <= 5; id++)
        connect_idle(id)->receive_queue = 10;
    look();
    fake.connections[1] = fake.connections[4]; /* 2 is gone */
    fake.connection_count = 4;
    look();
    assert_int_equal(table.count, 4);
    assert_null(stall(2, false));
    assert_int_equal(stall(5, false)->since_ms, now_ms - 5000);
}

static void connection_without_history_is_not_watched(void **state)
{
    (void)state;
    connect_idle(1)->receive_queue = 10;
    fake.connections[0].has_history = false;
    look();
    assert_int_equal(table.count, 0);
}

static void full_table_says_so_and_keeps_the_oldest(void **state)
{
    const uint32_t most = CONFIG_NETDIAG_TCP_STALLS;
    struct netdiag_tcp_connection row;

    (void)state;
    row = *connect_idle(0);
    row.receive_queue = 1;
    for (unsigned look_number = 0; look_number < 2; look_number++) {
        netdiag_tcp_stalls_begin(&table);
        for (uint32_t i = 0; i < most + look_number; i++) {
            row.history.id = 5 * i + 1;
            netdiag_tcp_stalls_add(&table, &row, 1000 + look_number);
        }
        netdiag_tcp_stalls_end(&table);
        assert_int_equal(table.count, most);
        assert_int_equal(table.is_cut, look_number == 1);
    }
    for (uint32_t i = 0; i < most; i++) {
        assert_int_equal(table.entries[i].stall.since_ms, 1000);
        if (i > 0)
            assert_true(table.entries[i - 1].stall.id < table.entries[i].stall.id);
    }
    fake.connection_count = 0;
    look();
    assert_int_equal(table.count, 0);
    assert_false(table.is_cut);
}

/* Connections come, stall, move and go at random; a plain array remembers since when. */
static void stalls_under_churn_equal_a_model(void **state)
{
    uint64_t since_ms[FAKE_CONNECTIONS] = {0};
    uint32_t random = 1;

    (void)state;
    for (uint32_t id = 0; id < 300; id++)
        connect_idle(id * 65536 + id % 7);
    for (unsigned looks = 0; looks < 200; looks++) {
        size_t expected = 0;

        for (size_t i = 0; i < fake.connection_count; i++) {
            struct netdiag_tcp_connection *row = &fake.connections[i];

            random = random * 1103515245 + 12345;
            switch (random >> 16 & 15) {
            case 0:
                row->receive_queue = 0;
                since_ms[i] = 0;
                break;
            case 1:
                row->receive_queue = 10;
                row->history.traffic.in_bytes += 20; /* something was read */
                since_ms[i] = now_ms + 5000;
                break;
            default:
                break;
            }
            expected += row->receive_queue > 0;
        }
        look();
        assert_int_equal(table.count, expected);
        for (size_t i = 0; i < fake.connection_count; i++) {
            const struct netdiag_tcp_stall *found = stall(fake.connections[i].history.id, false);

            assert_int_equal(found != NULL ? found->since_ms : 0, since_ms[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(receive_stall_lasts_while_nothing_is_read, setup),
        cmocka_unit_test_setup(send_stall_lasts_while_the_window_is_0_and_data_waits, setup),
        cmocka_unit_test_setup(both_stalls_of_a_connection_are_apart, setup),
        cmocka_unit_test_setup(stall_goes_with_its_connection, setup),
        cmocka_unit_test_setup(connection_without_history_is_not_watched, setup),
        cmocka_unit_test_setup(full_table_says_so_and_keeps_the_oldest, setup),
        cmocka_unit_test_setup(stalls_under_churn_equal_a_model, setup),
    };

    return cmocka_run_group_tests_name("tcp_stalls", tests, NULL, NULL);
}
