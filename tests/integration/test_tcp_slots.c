/*
 * The table of connections: handles that go stale, IDs that do not come back, and what a full
 * table loses: rows, and nothing else.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "lwip/memp.h"
#include "netdiag/lwip.h"
#include "peer.h"
#include "platform/lwip/observer.h"
#include "platform/sim/stack.h"
#include "sides.h"

#define SERVICE_PORT 8080
#define ECHO_PORT    8081
#define TAKEN        (CONFIG_NETDIAG_TCP_SLOTS)

static struct tcp_pcb someone;
static struct netdiag_lwip_slot *taken[TAKEN];

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg, (void)pcb;
    return error;
}

static err_t echo(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    (void)arg;
    tcp_write(pcb, data->payload, data->len, TCP_WRITE_FLAG_COPY);
    tcp_recved(pcb, data->tot_len);
    pbuf_free(data);
    return error;
}

static err_t on_accept_echo(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg;
    tcp_recv(pcb, echo);
    return error;
}

static void listen_on(uint16_t port, tcp_accept_fn accept)
{
    struct tcp_pcb *pcb = tcp_new();

    tcp_bind(pcb, IP_ADDR_ANY, port);
    tcp_accept(tcp_listen_with_backlog(pcb, 255), accept);
}

static int start(void **state)
{
    (void)state;
    peer_start(256);
    sim_stack_lock(NULL);
    listen_on(SERVICE_PORT, on_accept);
    listen_on(ECHO_PORT, on_accept_echo);
    sim_stack_unlock(NULL);
    return 0;
}

static size_t take_all(void)
{
    uintptr_t handle;
    size_t count = 0;

    while (count < TAKEN && (taken[count] = netdiag_lwip_slot_take(&someone, &handle)))
        count++;
    return count;
}

static void release(size_t count)
{
    while (count > 0)
        netdiag_lwip_slot_release(taken[--count]);
}

/* How many rows there are; the first is in `*row`. */
static size_t read_rows(struct netdiag_tcp_connection *row)
{
    struct netdiag_tcp_cursor cursor = {.done = false};
    struct netdiag_tcp_connection more;
    size_t found = 0, count;

    while (!cursor.done) {
        assert_int_equal(
            netdiag_lwip_platform.tcp_connections(NULL, &cursor, found ? &more : row, 1, &count),
            NETDIAG_OK);
        found += count;
    }
    return found;
}

/* The peer connects, sends ten bytes, and resets. How many rows there were before the RST. */
static size_t one_connection(uint16_t peer_port, struct netdiag_tcp_connection *row)
{
    size_t rows;
    struct peer_segment segment;

    peer_connect(peer_port, SERVICE_PORT, &segment);
    segment.length = 10;
    peer_send(&segment, NULL);
    segment.seq += 10;
    segment.length = 0;
    rows = read_rows(row);
    segment.flags = PEER_RST;
    peer_send(&segment, NULL);
    return rows;
}

static void connection_row_has_its_history(void **state)
{
    struct netdiag_tcp_connection row;

    (void)state;
    peer_advance(1000);
    assert_int_equal(one_connection(1000, &row), 1);
    assert_true(row.has_history && row.history.is_passive);
    assert_int_equal(row.history.created_ms, 1000);
    assert_int_equal(row.history.state_since_ms, 1000);
    assert_int_equal(row.history.traffic.in_bytes, 10);
    assert_int_equal(row.history.traffic.in_segs, 2); /* the SYN made it */
    assert_int_equal(row.history.traffic.out_segs, 1);
}

static struct netdiag_tcp_connection only_row(void)
{
    struct netdiag_tcp_connection row;

    assert_int_equal(read_rows(&row), 1);
    return row;
}

static void send_data(struct peer_segment segment, uint32_t at, size_t length, uint8_t flags)
{
    segment.seq += at;
    segment.length = length;
    segment.flags |= flags;
    peer_send(&segment, NULL);
}

static void connection_bytes_are_counted_once_in_whatever_order_they_come(void **state)
{
    struct netdiag_tcp_closed closed;
    struct peer_segment segment;
    uint64_t total;
    size_t count;

    (void)state;
    peer_connect(1010, SERVICE_PORT, &segment);
    send_data(segment, 100, 100, 0);
    send_data(segment, 250, 50, PEER_FIN);
    assert_int_equal(only_row().history.traffic.in_bytes, 0);
    send_data(segment, 0, 100, 0);
    send_data(segment, 50, 100, 0);
    assert_int_equal(only_row().history.traffic.in_bytes, 200);
    send_data(segment, 150, 100, 0); /* with it, the FIN */
    assert_int_equal(only_row().state, NETDIAG_TCP_LAST_ACK);
    assert_int_equal(only_row().history.traffic.in_bytes, 300);
    segment.seq += 301;
    segment.flags = PEER_RST;
    peer_send(&segment, NULL);
    assert_int_equal(netdiag_lwip_platform.tcp_closed(NULL, &closed, 1, &count, &total),
                     NETDIAG_OK);
    assert_int_equal(closed.traffic.in_bytes, 300);
}

static err_t on_received(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    (void)arg;
    if (!data) {
        tcp_abort(pcb);
        return ERR_ABRT;
    }
    tcp_recved(pcb, data->tot_len);
    pbuf_free(data);
    return error;
}

static void connection_bytes_leave_out_the_fin_that_ends_it(void **state)
{
    struct netdiag_tcp_closed closed;
    struct peer_segment segment;
    uint64_t total;
    size_t count;

    (void)state;
    peer_connect(1011, SERVICE_PORT, &segment);
    sim_stack_lock(NULL);
    tcp_recv(tcp_active_pcbs, on_received);
    sim_stack_unlock(NULL);
    send_data(segment, 0, 10, PEER_FIN);
    assert_int_equal(netdiag_lwip_platform.tcp_closed(NULL, &closed, 1, &count, &total),
                     NETDIAG_OK);
    assert_int_equal(closed.end, NETDIAG_TCP_END_ABORTED);
    assert_int_equal(closed.traffic.in_bytes, 10);
}

static void connection_ids_are_not_soon_used_again(void **state)
{
    struct netdiag_tcp_connection first, second;

    (void)state;
    one_connection(1001, &first);
    one_connection(1002, &second);
    assert_int_not_equal(first.history.id, second.history.id);
}

static void handle_of_an_ended_connection_is_stale(void **state)
{
    uintptr_t old, new;
    struct netdiag_lwip_slot *slot = netdiag_lwip_slot_take(&someone, &old);

    (void)state;
    assert_ptr_equal(netdiag_lwip_slot_of_handle(old), slot);
    netdiag_lwip_slot_release(slot);
    assert_null(netdiag_lwip_slot_of_handle(old));
    assert_ptr_equal(netdiag_lwip_slot_take(&someone, &new), slot); /* its place is taken again */
    assert_null(netdiag_lwip_slot_of_handle(old));
    assert_ptr_equal(netdiag_lwip_slot_of_handle(new), slot);
    netdiag_lwip_slot_release(slot);
    assert_null(netdiag_lwip_slot_of_handle(0));
}

static void table_full_loses_rows_and_no_count(void **state)
{
    static const struct {
        enum netdiag_tcp_counter which;
        uint64_t more;
    } wanted[] = {
        {NETDIAG_TCP_CONN_WITHOUT_ROW, 1},     {NETDIAG_TCP_CONN_ESTABLISHED, 1},
        {NETDIAG_TCP_CONN_CLOSED, 1},          {NETDIAG_TCP_CONN_DROPPED, 1},
        {NETDIAG_TCP_ESTAB_RESETS, 1},         {NETDIAG_TCP_RCVD_IN_SEQ_BYTES, 10},
        {NETDIAG_TCP_SENT_CONTROL, 1},         {NETDIAG_TCP_ATTEMPT_FAILS, 0},
        {NETDIAG_TCP_RCVD_ACK_PACKETS, 1},     {NETDIAG_TCP_RCVD_ACK_BYTES, 0},
        {NETDIAG_TCP_SENT_CONTROL_RETRANS, 0}, {NETDIAG_TCP_RETRANS_SEGS, 0},
    };
    uint64_t before[sizeof(wanted) / sizeof(wanted[0])];
    struct netdiag_tcp_connection row;
    size_t count = take_all();

    (void)state;
    assert_int_equal(count, TAKEN);
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
        before[i] = device_counter(wanted[i].which);
    assert_int_equal(one_connection(1003, &row), 0);
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
        assert_int_equal(device_counter(wanted[i].which) - before[i], wanted[i].more);
    release(count);
    assert_int_equal(one_connection(1004, &row), 1);
}

/* The peer sends, and takes none of its echo: each probe is behind an acknowledgement. */
static void probe_behind_an_acknowledgement_is_no_retransmission(void **state)
{
    uint64_t probes = device_counter(NETDIAG_TCP_SENT_WINDOW_PROBES);
    uint64_t again = device_counter(NETDIAG_TCP_RETRANS_SEGS);
    struct peer_segment segment;

    (void)state;
    peer_connect(1005, ECHO_PORT, &segment);
    segment.length = 100;
    peer_send(&segment, NULL);
    segment.seq += 100;
    segment.ack += 100;
    segment.window = 0;
    for (int i = 0; i < 4; i++) {
        peer_send(&segment, NULL);
        segment.seq += 100;
        peer_advance(10 * 1000);
    }
    assert_true(device_counter(NETDIAG_TCP_SENT_WINDOW_PROBES) - probes > 2);
    assert_int_equal(device_counter(NETDIAG_TCP_RETRANS_SEGS), again);
    segment.length = 0;
    segment.flags = PEER_RST;
    peer_send(&segment, NULL);
}

/* Data, its echo, a pure acknowledgement, a window that opens, the same data again, and RST. */
static void converse(uint16_t peer_port, struct netdiag_tcp_counters *counters)
{
    struct peer_segment segment;

    peer_connect(peer_port, ECHO_PORT, &segment);
    for (int i = 0; i < 4; i++) {
        segment.length = 100;
        peer_send(&segment, NULL);
        segment.seq += 100;
        segment.length = 0;
        peer_advance(1000); /* what Nagle or a delayed ACK holds back goes out */
        segment.ack = peer_received()->seq + (uint32_t)peer_received()->length;
        segment.window--;
        peer_send(&segment, NULL);
    }
    peer_send(&segment, NULL);
    segment.window++;
    peer_send(&segment, NULL);
    segment.seq -= 100;
    segment.length = 100;
    peer_send(&segment, NULL);
    segment.seq += 100;
    segment.length = 0;
    segment.flags = PEER_RST;
    peer_send(&segment, NULL);
    assert_int_equal(netdiag_lwip_platform.tcp_counters(NULL, counters), NETDIAG_OK);
}

/* A connection without a slot never goes the short way of a plain segment. */
/* The fast way reads the table: who is not in it must not be lost. */
static void table_full_loses_no_state(void **state)
{
    struct netdiag_tcp_states states;
    struct peer_segment segment;
    size_t count = take_all();

    (void)state;
    peer_connect(1009, SERVICE_PORT, &segment);
    release(count);
    assert_int_equal(netdiag_lwip_platform.tcp_states(NULL, &states), NETDIAG_OK);
    assert_int_equal(states.count[NETDIAG_TCP_ESTABLISHED], 1);
    assert_int_equal(states.count[NETDIAG_TCP_LISTEN], 2);
    segment.flags = PEER_RST;
    peer_send(&segment, NULL);
    assert_int_equal(netdiag_lwip_without_slot, 0);
    assert_int_equal(netdiag_lwip_platform.tcp_states(NULL, &states), NETDIAG_OK);
    assert_int_equal(states.count[NETDIAG_TCP_ESTABLISHED], 0);
}

static void plain_segments_count_by_the_short_way_as_by_the_long(void **state)
{
    struct netdiag_tcp_counters before, between, after;
    size_t count;

    (void)state;
    assert_int_equal(netdiag_lwip_platform.tcp_counters(NULL, &before), NETDIAG_OK);
    converse(1005, &between);
    count = take_all();
    converse(1006, &after);
    release(count);
    for (unsigned i = 0; i < NETDIAG_TCP_COUNTERS; i++) {
        uint64_t first = between.value[i] - before.value[i];

        if (i != NETDIAG_TCP_CONN_WITHOUT_ROW && first != after.value[i] - between.value[i])
            fail_msg("counter %u: %" PRIu64 " with a slot, %" PRIu64 " without", i, first,
                     after.value[i] - between.value[i]);
    }
}

/* A connect that fails for want of memory: the PCB stays CLOSED. */
static struct tcp_pcb *fail_to_connect(void)
{
    static void *segments[MEMP_NUM_TCP_SEG + 1];
    struct tcp_pcb *pcb = tcp_new();
    size_t count = 0;

    while ((segments[count] = memp_malloc(MEMP_TCP_SEG)))
        count++;
    assert_int_equal(tcp_connect(pcb, peer_address(), 9, NULL), ERR_MEM);
    while (count > 0)
        memp_free(MEMP_TCP_SEG, segments[--count]);
    assert_int_equal(pcb->state, CLOSED);
    return pcb;
}

static void listener_of_a_failed_connect_ends_no_other_connection(void **state)
{
    size_t count = take_all();
    struct tcp_pcb *listener;
    struct peer_segment segment;
    uint64_t closed, resets;

    (void)state;
    sim_stack_lock(NULL);
    listener = tcp_listen(fail_to_connect());
    sim_stack_unlock(NULL);
    assert_non_null(listener);
    peer_connect(1005, SERVICE_PORT, &segment); /* in the memory that became free */
    closed = device_counter(NETDIAG_TCP_CONN_CLOSED);
    resets = device_counter(NETDIAG_TCP_ESTAB_RESETS);
    sim_stack_lock(NULL);
    tcp_close(listener);
    sim_stack_unlock(NULL);
    assert_int_equal(device_counter(NETDIAG_TCP_CONN_CLOSED), closed);
    segment.flags = PEER_RST;
    peer_send(&segment, NULL);
    assert_int_equal(device_counter(NETDIAG_TCP_CONN_CLOSED), closed + 1);
    assert_int_equal(device_counter(NETDIAG_TCP_ESTAB_RESETS), resets + 1);
    release(count);
}

static void connect_with_the_table_full_is_counted(void **state)
{
    size_t count = take_all();
    uint64_t without = device_counter(NETDIAG_TCP_CONN_WITHOUT_ROW);
    uint64_t closed = device_counter(NETDIAG_TCP_CONN_CLOSED);
    uint64_t fails = device_counter(NETDIAG_TCP_ATTEMPT_FAILS);
    struct tcp_pcb *pcb;

    (void)state;
    sim_stack_lock(NULL);
    pcb = tcp_new();
    assert_int_equal(tcp_connect(pcb, peer_address(), 9, NULL), ERR_OK);
    sim_stack_unlock(NULL);
    assert_int_equal(device_counter(NETDIAG_TCP_CONN_WITHOUT_ROW), without + 1);
    sim_stack_lock(NULL);
    tcp_abort(pcb);
    sim_stack_unlock(NULL);
    assert_int_equal(device_counter(NETDIAG_TCP_CONN_CLOSED), closed + 1);
    assert_int_equal(device_counter(NETDIAG_TCP_ATTEMPT_FAILS), fails + 1);
    release(count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connection_row_has_its_history),
        cmocka_unit_test(connection_bytes_are_counted_once_in_whatever_order_they_come),
        cmocka_unit_test(connection_bytes_leave_out_the_fin_that_ends_it),
        cmocka_unit_test(connection_ids_are_not_soon_used_again),
        cmocka_unit_test(handle_of_an_ended_connection_is_stale),
        cmocka_unit_test(table_full_loses_rows_and_no_count),
        cmocka_unit_test(listener_of_a_failed_connect_ends_no_other_connection),
        cmocka_unit_test(connect_with_the_table_full_is_counted),
        cmocka_unit_test(table_full_loses_no_state),
        cmocka_unit_test(probe_behind_an_acknowledgement_is_no_retransmission),
        cmocka_unit_test(plain_segments_count_by_the_short_way_as_by_the_long),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
