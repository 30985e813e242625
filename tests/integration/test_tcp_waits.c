/*
 * What a connection's row says of its waiting: sent again, probed, not accepted, half closed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "lwip/priv/tcp_priv.h"
#include "netdiag/lwip.h"
#include "peer.h"
#include "sides.h"
#include "platform/sim/stack.h"

#define PORT       8080
#define REUSE_PORT 8081
#define FOREIGN    9

static bool accepts; /* else the program puts it off */
static struct tcp_pcb *accepted, *opened;
static uint16_t next_port = 1024;

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg;
    if (error != ERR_OK)
        return error;
    tcp_recv(pcb, peer_left_unread);
    accepted = pcb;
    if (!accepts)
        tcp_backlog_delayed(pcb);
    return ERR_OK;
}

static void listen_on(uint16_t port, bool reuse)
{
    struct tcp_pcb *pcb = tcp_new();

    if (reuse)
        ip_set_option(pcb, SOF_REUSEADDR);
    tcp_bind(pcb, IP_ADDR_ANY, port);
    tcp_accept(tcp_listen_with_backlog(pcb, 255), on_accept);
}

static int start(void **state)
{
    (void)state;
    peer_start(256);
    sim_stack_lock(NULL);
    listen_on(PORT, false);
    listen_on(REUSE_PORT, true);
    sim_stack_unlock(NULL);
    return 0;
}

static int settle(void **state)
{
    (void)state;
    sides_settle();
    accepts = true;
    return 0;
}

static struct netdiag_tcp_connection only_row(void)
{
    struct netdiag_tcp_cursor cursor = {.done = false};
    struct netdiag_tcp_connection rows[2];
    size_t count;

    assert_int_equal(netdiag_lwip_platform.tcp_connections(NULL, &cursor, rows, 2, &count),
                     NETDIAG_OK);
    assert_int_equal(count, 1);
    return rows[0];
}

static struct peer_segment connect_peer(void)
{
    struct peer_segment segment;

    peer_connect(next_port++, PORT, &segment);
    return segment;
}

/* The peer answers the SYN in `peer_received()`. */
static struct peer_segment peer_answers(void)
{
    struct peer_segment segment = {.peer_port = FOREIGN,
                                   .device_port = peer_received()->device_port,
                                   .seq = 700,
                                   .ack = peer_received()->seq + 1,
                                   .flags = PEER_SYN | PEER_ACK,
                                   .window = 65535};

    peer_send(&segment, NULL);
    segment.seq++;
    segment.flags = PEER_ACK;
    return segment;
}

static void peer_finishes(struct peer_segment *segment)
{
    segment->flags = PEER_FIN | PEER_ACK;
    peer_send(segment, NULL);
    segment->seq++;
    segment->flags = PEER_ACK;
}

/* ---- sent again ---- */

static void retries_count_what_goes_unanswered_and_fall_back(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    assert_int_equal(only_row().retries, 0);
    device_writes(accepted);
    assert_int_equal(only_row().retries, 0);
    peer_advance(4000);
    assert_int_equal(only_row().retries, 1);
    peer_advance(30000);
    assert_int_equal(only_row().retries, 3); /* 3, 6 and 12 s after each other */
    segment.ack += 4;
    peer_send(&segment, NULL);
    assert_int_equal(only_row().retries, 0);
}

static void retries_of_half_open_connections_count_syns(void **state)
{
    struct peer_segment segment = {
        .peer_port = next_port++, .device_port = PORT, .flags = PEER_SYN, .window = 65535};

    (void)state;
    peer_send(&segment, NULL);
    assert_int_equal(only_row().retries, 0);
    peer_advance(10500);
    assert_int_equal(only_row().state, NETDIAG_TCP_SYN_RECEIVED);
    assert_int_equal(only_row().retries, 2);
    segment.seq++;
    segment.ack = peer_received()->seq + 1;
    segment.flags = PEER_ACK;
    peer_send(&segment, NULL);
    assert_int_equal(only_row().retries, 0);
    device_writes(accepted);
    peer_advance(30000);
    assert_in_range(accepted->nrtx, 3, 5);
    assert_int_equal(only_row().retries, accepted->nrtx);
    settle(NULL);
    opened = device_connects(peer_left_unread);
    peer_advance(7000);
    assert_int_equal(only_row().state, NETDIAG_TCP_SYN_SENT);
    assert_int_equal(only_row().retries, 2);
}

/* lwIP goes on counting from the SYNs; a peer that was slow at first is not gone. */
static void retries_of_the_syn_are_none_of_the_data(void **state)
{
    struct peer_segment segment;

    (void)state;
    opened = device_connects(peer_left_unread);
    peer_advance(13000);
    assert_int_equal(only_row().retries, 4);
    segment = peer_answers();
    assert_int_equal(only_row().state, NETDIAG_TCP_ESTABLISHED);
    assert_int_equal(opened->nrtx, 4);
    assert_int_equal(only_row().retries, 0);
    device_writes(opened);
    assert_int_equal(only_row().retries, 0);
    for (uint64_t waited = 0; opened->nrtx == 4 && waited < 120000; waited += 500)
        peer_advance(500);
    assert_int_equal(only_row().retries, 1);
    segment.ack += 4;
    peer_send(&segment, NULL);
    device_writes(opened);
    peer_advance(25000);
    assert_int_equal(opened->nrtx, only_row().retries);
    assert_in_range(opened->nrtx, 2, 4);
}

static void keepalives_count_probes_until_one_is_answered(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    sim_stack_lock(NULL);
    ip_set_option(accepted, SOF_KEEPALIVE);
    accepted->keep_idle = 5000;
    accepted->keep_intvl = 1000;
    accepted->keep_cnt = 5;
    sim_stack_unlock(NULL);
    assert_int_equal(only_row().keepalives, 0);
    peer_advance(7800);
    assert_int_equal(only_row().keepalives, 3);
    sim_stack_lock(NULL);
    ip_reset_option(accepted, SOF_KEEPALIVE);
    sim_stack_unlock(NULL);
    assert_int_equal(only_row().keepalives, 0); /* without keepalive nothing is awaited */
    sim_stack_lock(NULL);
    ip_set_option(accepted, SOF_KEEPALIVE);
    sim_stack_unlock(NULL);
    peer_send(&segment, NULL);
    assert_int_equal(only_row().keepalives, 0);
}

/* ---- the program's part ---- */

static void unaccepted_until_the_program_takes_it(void **state)
{
    (void)state;
    accepts = false;
    connect_peer();
    assert_int_equal(only_row().state, NETDIAG_TCP_ESTABLISHED);
    assert_true(only_row().is_unaccepted);
    sim_stack_lock(NULL);
    tcp_backlog_accepted(accepted);
    sim_stack_unlock(NULL);
    assert_false(only_row().is_unaccepted);
}

static void reuse_address_is_the_listeners_and_stays(void **state)
{
    struct peer_segment segment;

    (void)state;
    connect_peer();
    assert_false(only_row().reuse_address);
    settle(NULL);
    peer_connect(next_port++, REUSE_PORT, &segment);
    assert_true(only_row().reuse_address);
    sim_stack_lock(NULL);
    tcp_close(accepted);
    sim_stack_unlock(NULL);
    segment.ack++;
    peer_finishes(&segment);
    assert_int_equal(only_row().state, NETDIAG_TCP_TIME_WAIT);
    assert_true(only_row().reuse_address);
}

static void sent_since_fin_is_new_data_alone(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    device_writes(accepted);
    peer_finishes(&segment); /* before it has our data */
    assert_int_equal(only_row().state, NETDIAG_TCP_CLOSE_WAIT);
    assert_false(only_row().history.sent_since_fin);
    peer_advance(5000);
    assert_int_equal(only_row().retries, 1);
    assert_false(only_row().history.sent_since_fin); /* it is old */
    segment.ack += 4;
    peer_send(&segment, NULL);
    device_writes(accepted);
    assert_true(only_row().history.sent_since_fin);
}

static void sent_since_fin_not_by_a_fin_out_of_order_nor_by_a_close(void **state)
{
    struct peer_segment segment = connect_peer(), early = segment;

    (void)state;
    early.seq += 10;
    peer_finishes(&early);
    device_writes(accepted);
    assert_int_equal(only_row().state, NETDIAG_TCP_ESTABLISHED);
    segment.length = 10;
    peer_send(&segment, NULL); /* with it, the FIN */
    assert_int_equal(only_row().state, NETDIAG_TCP_CLOSE_WAIT);
    assert_false(only_row().history.sent_since_fin);
    settle(NULL);
    segment = connect_peer();
    peer_finishes(&segment);
    sim_stack_lock(NULL);
    tcp_close(accepted);
    sim_stack_unlock(NULL);
    assert_int_equal(only_row().state, NETDIAG_TCP_LAST_ACK);
    assert_false(only_row().history.sent_since_fin);
}

static void sent_since_fin_not_by_data_with_our_own_first(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    sim_stack_lock(NULL);
    tcp_write(accepted, "bye", 3, 0);
    tcp_close(accepted); /* one segment has both */
    sim_stack_unlock(NULL);
    assert_int_equal(only_row().state, NETDIAG_TCP_FIN_WAIT_1);
    assert_false(only_row().history.sent_since_fin);
    peer_finishes(&segment);
    assert_int_equal(only_row().state, NETDIAG_TCP_CLOSING);
    assert_false(only_row().history.sent_since_fin);
}

static err_t answer_and_close(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    (void)arg;
    if (!data) {
        tcp_write(pcb, "bye", 3, 0);
        tcp_close(pcb);
    }
    return error;
}

static void sent_since_fin_by_what_answers_the_fin_itself(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    sim_stack_lock(NULL);
    tcp_recv(accepted, answer_and_close);
    sim_stack_unlock(NULL);
    peer_finishes(&segment);
    assert_int_equal(only_row().state, NETDIAG_TCP_LAST_ACK);
    assert_true(only_row().history.sent_since_fin);
}

/*
 * The byte of a window probe is taken, and the window stays shut: lwIP's queue is empty then, which
 * its timer thinks cannot be.
 */
static void probe_taken_with_the_window_shut_ends_nothing(void **state)
{
    uint64_t probes = device_counter(NETDIAG_TCP_SENT_WINDOW_PROBES);
    struct peer_segment segment = connect_peer();

    (void)state;
    segment.length = 1;
    peer_send(&segment, NULL);
    segment.seq += 1;
    segment.window = 0; /* which lwIP takes of a later segment */
    peer_send(&segment, NULL);
    segment.seq += 1;
    segment.length = 0;
    sim_stack_lock(NULL);
    tcp_write(accepted, "x", 1, TCP_WRITE_FLAG_COPY);
    tcp_output(accepted);
    sim_stack_unlock(NULL);
    peer_advance(4000);
    assert_int_equal(device_counter(NETDIAG_TCP_SENT_WINDOW_PROBES) - probes, 1);
    segment.ack += 1;
    peer_send(&segment, NULL);
    peer_advance(60000);
    assert_int_equal(only_row().state, NETDIAG_TCP_ESTABLISHED);
    assert_int_equal(only_row().in_flight, 0);
    segment.window = 65535;
    peer_send(&segment, NULL);
    device_writes(accepted);
    assert_int_equal(peer_received()->length, 4);
}

#define WAIT_TEST(name) cmocka_unit_test_setup(name, settle)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WAIT_TEST(retries_count_what_goes_unanswered_and_fall_back),
        WAIT_TEST(retries_of_half_open_connections_count_syns),
        WAIT_TEST(retries_of_the_syn_are_none_of_the_data),
        WAIT_TEST(keepalives_count_probes_until_one_is_answered),
        WAIT_TEST(probe_taken_with_the_window_shut_ends_nothing),
        WAIT_TEST(unaccepted_until_the_program_takes_it),
        WAIT_TEST(reuse_address_is_the_listeners_and_stays),
        WAIT_TEST(sent_since_fin_is_new_data_alone),
        WAIT_TEST(sent_since_fin_not_by_a_fin_out_of_order_nor_by_a_close),
        WAIT_TEST(sent_since_fin_not_by_data_with_our_own_first),
        WAIT_TEST(sent_since_fin_by_what_answers_the_fin_itself),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
