/*
 * Every way in which a connection of lwIP's can end: the reason that is remembered, and the
 * counters that move, and no others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lwip/memp.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"
#include "lwip/tcp.h"
#include "netdiag/lwip.h"
#include "peer.h"
#include "sides.h"
#include "platform/sim/stack.h"

#define SERVICE_PORT 8080
#define PCBS         16

/* Longer than any timer of lwIP's: 12 retransmits in FIN-WAIT-1 end after 2,301 s. */
#define FOR_EVER_MS (2400 * 1000)

static struct tcp_pcb *accepted, *opened;
static uint16_t next_port = 1024;

/* The counters that an end can move. */
static const enum netdiag_tcp_counter watched[] = {
    NETDIAG_TCP_ATTEMPT_FAILS,
    NETDIAG_TCP_ESTAB_RESETS,
    NETDIAG_TCP_CONN_CLOSED,
    NETDIAG_TCP_CONN_DROPPED,
    NETDIAG_TCP_CONN_EMBRYONIC_DROPPED,
    NETDIAG_TCP_CONN_RXMT_DROPPED,
    NETDIAG_TCP_CONN_KEEPALIVE_DROPPED,
};

#define WATCHED (sizeof(watched) / sizeof(watched[0]))

struct moved {
    uint64_t by[WATCHED];
};

/* What one end moves: attempt fails, reset, closed, dropped, embryonic, retransmit, keepalive. */
#define MOVES(...)                                                                                 \
    (struct moved)                                                                                 \
    {                                                                                              \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
#define GRACEFUL       MOVES(0, 0, 1, 0, 0, 0, 0)
#define ATTEMPT_FAILED MOVES(1, 0, 1, 0, 1, 0, 0)
#define WAS_RESET      MOVES(0, 1, 1, 1, 0, 0, 0)
#define DROPPED_LATE   MOVES(0, 0, 1, 1, 0, 0, 0) /* after its program had closed */

static struct moved before;

static struct moved read_counters(void)
{
    struct netdiag_tcp_counters counters;
    struct moved now = {{0}};

    assert_int_equal(netdiag_lwip_platform.tcp_counters(NULL, &counters), NETDIAG_OK);
    for (size_t i = 0; i < WATCHED; i++)
        assert_true(netdiag_tcp_counter_get(&counters, watched[i], &now.by[i]));
    return now;
}

static struct netdiag_tcp_closed last_closed(void)
{
    struct netdiag_tcp_closed row;
    uint64_t total;
    size_t count;

    assert_int_equal(netdiag_lwip_platform.tcp_closed(NULL, &row, 1, &count, &total), NETDIAG_OK);
    assert_int_equal(count, 1);
    return row;
}

static void assert_ended(enum netdiag_tcp_end end, struct moved wanted)
{
    struct moved now = read_counters();

    assert_string_equal(netdiag_tcp_end_key(last_closed().end), netdiag_tcp_end_key(end));
    for (size_t i = 0; i < WATCHED; i++) {
        if (now.by[i] - before.by[i] != wanted.by[i])
            fail_msg("counter %zu moved by %llu, not by %llu", i,
                     (unsigned long long)(now.by[i] - before.by[i]),
                     (unsigned long long)wanted.by[i]);
    }
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg;
    if (error == ERR_OK) {
        tcp_recv(pcb, peer_left_unread);
        accepted = pcb;
    }
    return error;
}

static int start(void **state)
{
    struct tcp_pcb *pcb;

    (void)state;
    peer_start(PCBS);
    sim_stack_lock(NULL);
    pcb = tcp_new_ip_type(IPADDR_TYPE_ANY);
    tcp_setprio(pcb, TCP_PRIO_NORMAL);
    tcp_bind(pcb, IP_ANY_TYPE, SERVICE_PORT);
    tcp_accept(tcp_listen_with_backlog(pcb, 255), on_accept);
    sim_stack_unlock(NULL);
    return 0;
}

/* Each test begins with nothing open. */
static int settle(void **state)
{
    struct netdiag_tcp_pool pool;

    (void)state;
    sides_settle();
    netdiag_lwip_platform.tcp_pool(NULL, &pool);
    before = read_counters();
    return pool.used == 0 ? 0 : -1;
}

/* ---- what the two sides do ---- */

static struct peer_segment connect_peer(void)
{
    struct peer_segment segment;

    peer_connect(next_port++, SERVICE_PORT, &segment);
    return segment;
}

/* ---- closed by both ---- */

static void end_device_first_is_closed(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    device_closes(accepted);
    peer_acknowledges(&segment, PEER_FIN);
    assert_int_equal(read_counters().by[2] - before.by[2], 1); /* in TIME-WAIT, it counts already */
    peer_advance(121000);
    assert_ended(NETDIAG_TCP_END_CLOSED, GRACEFUL);
    assert_int_equal(last_closed().closer, NETDIAG_TCP_CLOSER_DEVICE);
}

static void end_peer_first_is_closed(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    peer_sends(&segment, PEER_FIN | PEER_ACK);
    device_closes(accepted);
    peer_acknowledges(&segment, 0);
    assert_ended(NETDIAG_TCP_END_CLOSED, GRACEFUL);
    assert_int_equal(last_closed().closer, NETDIAG_TCP_CLOSER_PEER);
}

static void end_both_at_once_is_closed(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    device_closes(accepted);
    peer_sends(&segment, PEER_FIN | PEER_ACK); /* its ACK is of before our FIN */
    segment.ack++;
    peer_sends(&segment, PEER_ACK);
    assert_int_equal(read_counters().by[2] - before.by[2], 1);
    peer_advance(121000);
    assert_ended(NETDIAG_TCP_END_CLOSED, GRACEFUL);
    assert_int_equal(last_closed().closer, NETDIAG_TCP_CLOSER_BOTH);
}

/* ---- ended by RST ---- */

static void closed_counts_in_time_wait_after_retransmits_too(void **state)
{
    static const char data[2000];
    struct peer_segment segment = connect_peer();

    (void)state;
    sim_stack_lock(NULL);
    assert_int_equal(tcp_write(accepted, data, sizeof(data), 0), ERR_OK);
    assert_int_equal(tcp_output(accepted), ERR_OK);
    sim_stack_unlock(NULL);
    device_closes(accepted);
    peer_sends(&segment, PEER_FIN | PEER_ACK);
    peer_advance(4000); /* the first segment is sent again, the others wait to be */
    assert_int_equal(accepted->state, CLOSING);
    assert_non_null(accepted->unsent);
    segment.ack += sizeof(data) + 1;
    peer_sends(&segment, PEER_ACK);
    assert_int_equal(accepted->state, TIME_WAIT);
    assert_int_equal(read_counters().by[2] - before.by[2], 1);
}

static void end_reset_in_established_is_reset(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    peer_sends(&segment, PEER_RST);
    assert_ended(NETDIAG_TCP_END_RESET, WAS_RESET);
}

/* Some programs close a connection when they are told that it was reset. */
static void close_on_error(void *arg, err_t error)
{
    (void)error;
    tcp_close(arg);
}

static void end_reset_and_closed_on_hearing_of_it_is_reset(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    tcp_arg(accepted, accepted);
    tcp_err(accepted, close_on_error);
    peer_sends(&segment, PEER_RST);
    assert_ended(NETDIAG_TCP_END_RESET, WAS_RESET);
}

static void end_reset_in_close_wait_is_reset(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    peer_sends(&segment, PEER_FIN | PEER_ACK);
    peer_sends(&segment, PEER_RST);
    assert_ended(NETDIAG_TCP_END_RESET, WAS_RESET);
}

static void end_reset_after_close_is_dropped_and_no_estab_reset(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    device_closes(accepted); /* FIN-WAIT-1 */
    peer_sends(&segment, PEER_RST);
    assert_ended(NETDIAG_TCP_END_RESET, DROPPED_LATE);

    before = read_counters();
    segment = connect_peer();
    device_closes(accepted);
    peer_acknowledges(&segment, 0); /* FIN-WAIT-2 */
    peer_sends(&segment, PEER_RST);
    assert_ended(NETDIAG_TCP_END_RESET, DROPPED_LATE);

    before = read_counters();
    segment = connect_peer();
    peer_sends(&segment, PEER_FIN | PEER_ACK);
    device_closes(accepted); /* LAST-ACK */
    peer_sends(&segment, PEER_RST);
    assert_ended(NETDIAG_TCP_END_RESET, DROPPED_LATE);
}

static void end_reset_in_syn_received_is_refused(void **state)
{
    struct peer_segment segment = peer_sends_syn(next_port++, SERVICE_PORT);

    (void)state;
    segment.seq++;
    peer_sends(&segment, PEER_RST);
    assert_ended(NETDIAG_TCP_END_REFUSED, ATTEMPT_FAILED);
    assert_true(last_closed().is_passive);
}

static void end_reset_in_syn_sent_is_refused(void **state)
{
    struct peer_segment segment = {.window = 65535};

    (void)state;
    opened = device_connects(peer_left_unread);
    segment.peer_port = 9;
    segment.device_port = peer_received()->device_port;
    peer_acknowledges(&segment, PEER_RST);
    assert_ended(NETDIAG_TCP_END_REFUSED, ATTEMPT_FAILED);
    assert_false(last_closed().is_passive);
    assert_int_equal(last_closed().remote.port, 9);
}

static void reset_outside_the_window_ends_nothing(void **state)
{
    struct peer_segment segment = connect_peer();
    struct moved now;

    (void)state;
    segment.seq += 100;
    peer_sends(&segment, PEER_RST);
    now = read_counters();
    assert_memory_equal(&now, &before, sizeof(before));
    segment.seq -= 100;
    peer_sends(&segment, PEER_RST);
    assert_ended(NETDIAG_TCP_END_RESET, WAS_RESET);
}

/* ---- ended by the program ---- */

static void end_abort_is_aborted(void **state)
{
    (void)state;
    connect_peer();
    device_aborts(accepted);
    assert_ended(NETDIAG_TCP_END_ABORTED, WAS_RESET);
}

static void end_abort_in_syn_sent_is_aborted(void **state)
{
    (void)state;
    opened = device_connects(peer_left_unread);
    device_aborts(opened);
    assert_ended(NETDIAG_TCP_END_ABORTED, ATTEMPT_FAILED);
}

static void end_close_in_syn_sent_is_cancelled(void **state)
{
    (void)state;
    opened = device_connects(peer_left_unread);
    device_closes(opened);
    assert_ended(NETDIAG_TCP_END_CANCELLED, ATTEMPT_FAILED);
}

/* lwIP gives the PCB that was freed last to who asks next; no segment comes in between. */
static void end_close_after_another_was_refused_is_cancelled(void **state)
{
    struct tcp_pcb *refused;

    end_reset_in_syn_sent_is_refused(state);
    refused = opened;
    before = read_counters();
    opened = device_connects(peer_left_unread);
    assert_ptr_equal(opened, refused);
    device_closes(opened);
    assert_ended(NETDIAG_TCP_END_CANCELLED, ATTEMPT_FAILED);
}

static err_t on_received_close(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    (void)arg;
    if (data) {
        pbuf_free(data);
        tcp_close(pcb);
    }
    return error;
}

static void end_close_with_data_unread_in_a_callback_says_so(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    sim_stack_lock(NULL);
    tcp_recv(accepted, on_received_close);
    sim_stack_unlock(NULL);
    segment.length = 10;
    peer_sends(&segment, PEER_ACK | PEER_PSH);
    assert_ended(NETDIAG_TCP_END_CLOSED_UNREAD, WAS_RESET);
}

static void end_close_with_data_unread_says_so(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    segment.length = 10;
    peer_sends(&segment, PEER_ACK | PEER_PSH);
    device_closes(accepted);
    assert_ended(NETDIAG_TCP_END_CLOSED_UNREAD, WAS_RESET);
}

/* ---- ended by a timer ---- */

static void end_unanswered_syn_is_unanswered(void **state)
{
    (void)state;
    opened = device_connects(peer_left_unread);
    peer_advance(FOR_EVER_MS);
    assert_ended(NETDIAG_TCP_END_UNANSWERED, MOVES(1, 0, 1, 0, 1, 1, 0));
    assert_true(last_closed().ended_ms - last_closed().created_ms < 20000);
}

static void end_syn_received_times_out(void **state)
{
    (void)state;
    (void)peer_sends_syn(next_port++, SERVICE_PORT);
    peer_advance(21000);
    assert_ended(NETDIAG_TCP_END_SYN_RECEIVED_TIMEOUT, ATTEMPT_FAILED);
}

static void end_data_to_a_dead_peer_times_out(void **state)
{
    (void)state;
    connect_peer();
    device_writes(accepted);
    peer_advance(FOR_EVER_MS);
    assert_ended(NETDIAG_TCP_END_RETRANSMIT_TIMEOUT, MOVES(0, 1, 1, 1, 0, 1, 0));
    assert_int_equal(last_closed().traffic.retrans_timeout, TCP_MAXRTX);
}

static void end_fin_to_a_dead_peer_times_out(void **state)
{
    (void)state;
    connect_peer();
    device_closes(accepted);
    peer_advance(FOR_EVER_MS);
    assert_ended(NETDIAG_TCP_END_RETRANSMIT_TIMEOUT, MOVES(0, 0, 1, 1, 0, 1, 0));
}

static void end_fin_wait_2_times_out(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    device_closes(accepted);
    peer_acknowledges(&segment, 0);
    peer_advance(21000);
    assert_ended(NETDIAG_TCP_END_FIN_WAIT_2_TIMEOUT, DROPPED_LATE);
}

static void end_last_ack_times_out(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    peer_sends(&segment, PEER_FIN | PEER_ACK);
    device_closes(accepted);
    peer_advance(125000);
    assert_ended(NETDIAG_TCP_END_LAST_ACK_TIMEOUT, DROPPED_LATE);
}

static void end_keepalive_unanswered_times_out(void **state)
{
    struct netdiag_tcp_counters counters;
    uint64_t probes, timeouts;

    (void)state;
    connect_peer();
    sim_stack_lock(NULL);
    ip_set_option(accepted, SOF_KEEPALIVE);
    accepted->keep_idle = 5000;
    accepted->keep_intvl = 1000;
    accepted->keep_cnt = 3;
    sim_stack_unlock(NULL);
    peer_advance(FOR_EVER_MS);
    assert_ended(NETDIAG_TCP_END_KEEPALIVE_TIMEOUT, MOVES(0, 1, 1, 1, 0, 0, 1));
    netdiag_lwip_platform.tcp_counters(NULL, &counters);
    assert_true(netdiag_tcp_counter_get(&counters, NETDIAG_TCP_CONN_KEEPALIVE_PROBES, &probes));
    assert_true(netdiag_tcp_counter_get(&counters, NETDIAG_TCP_CONN_KEEPALIVE_TIMEOUTS, &timeouts));
    assert_int_equal(probes, 3);
    assert_int_equal(timeouts, 4);
}

static void end_window_closed_and_silent_times_out(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    device_writes(accepted);
    segment.window = 0;
    peer_acknowledges(&segment, 0);
    device_writes(accepted);
    peer_advance(FOR_EVER_MS);
    assert_ended(NETDIAG_TCP_END_PERSIST_TIMEOUT, WAS_RESET);
}

/* ---- ended to make room ---- */

static uint64_t evicted(enum netdiag_tcp_state state)
{
    struct netdiag_tcp_pool pool;

    assert_int_equal(netdiag_lwip_platform.tcp_pool(NULL, &pool), NETDIAG_OK);
    assert_true(pool.has_evicted);
    return pool.evicted[state];
}

static void fill_pool(unsigned free)
{
    for (unsigned i = 0; i < PCBS - free; i++)
        connect_peer();
}

static void end_time_wait_evicted_is_evicted(void **state)
{
    uint64_t was = evicted(NETDIAG_TCP_TIME_WAIT);
    struct peer_segment segment = connect_peer();

    (void)state;
    device_closes(accepted);
    peer_acknowledges(&segment, PEER_FIN);
    fill_pool(1);
    (void)peer_sends_syn(next_port++, SERVICE_PORT);
    assert_int_equal(evicted(NETDIAG_TCP_TIME_WAIT), was + 1);
    assert_ended(NETDIAG_TCP_END_EVICTED, GRACEFUL); /* it had closed before */
}

static void end_last_ack_evicted_is_evicted(void **state)
{
    uint64_t was = evicted(NETDIAG_TCP_LAST_ACK);
    struct peer_segment segment = connect_peer();

    (void)state;
    peer_sends(&segment, PEER_FIN | PEER_ACK);
    device_closes(accepted);
    fill_pool(1);
    (void)peer_sends_syn(next_port++, SERVICE_PORT);
    assert_int_equal(evicted(NETDIAG_TCP_LAST_ACK), was + 1);
    assert_ended(NETDIAG_TCP_END_EVICTED, DROPPED_LATE);
}

static void end_closing_evicted_is_evicted(void **state)
{
    uint64_t was = evicted(NETDIAG_TCP_CLOSING);
    struct peer_segment segment = connect_peer();

    (void)state;
    device_closes(accepted);
    peer_sends(&segment, PEER_FIN | PEER_ACK);
    fill_pool(1);
    (void)peer_sends_syn(next_port++, SERVICE_PORT);
    assert_int_equal(evicted(NETDIAG_TCP_CLOSING), was + 1);
    assert_ended(NETDIAG_TCP_END_EVICTED, DROPPED_LATE);
}

static void end_lower_priority_evicted_is_evicted(void **state)
{
    uint64_t was = evicted(NETDIAG_TCP_ESTABLISHED);
    struct tcp_pcb *low;

    (void)state;
    connect_peer();
    low = accepted;
    fill_pool(1);
    sim_stack_lock(NULL);
    tcp_setprio(low, TCP_PRIO_MIN);
    sim_stack_unlock(NULL);
    (void)peer_sends_syn(next_port++, SERVICE_PORT);
    assert_int_equal(evicted(NETDIAG_TCP_ESTABLISHED), was + 1);
    assert_ended(NETDIAG_TCP_END_EVICTED, WAS_RESET);
}

static void abort_with_the_pool_full_is_no_eviction(void **state)
{
    (void)state;
    fill_pool(0);
    (void)peer_sends_syn(next_port++, SERVICE_PORT); /* refused: all have the listener's priority */
    device_aborts(accepted);
    assert_ended(NETDIAG_TCP_END_ABORTED, WAS_RESET);
}

static void abort_after_the_pool_count_wrapped_is_no_eviction(void **state)
{
    struct netdiag_tcp_pool pool;
    uint64_t refused;

    (void)state;
    sim_stack_lock(NULL);
    lwip_stats.memp[MEMP_TCP_PCB]->err = UINT32_MAX; /* a multiple of the tries, as it must be */
    sim_stack_unlock(NULL);
    assert_int_equal(netdiag_lwip_platform.tcp_pool(NULL, &pool), NETDIAG_OK);
    refused = pool.refused;
    fill_pool(0);
    (void)peer_sends_syn(next_port++, SERVICE_PORT);
    device_aborts(accepted);
    assert_ended(NETDIAG_TCP_END_ABORTED, WAS_RESET);
    assert_int_equal(netdiag_lwip_platform.tcp_pool(NULL, &pool), NETDIAG_OK);
    assert_int_equal(pool.refused, refused + 1);
}

/* ---- not an end ---- */

static void syn_with_the_backlog_full_is_counted(void **state)
{
    struct netdiag_tcp_counters counters;
    struct tcp_pcb *pcb;
    uint64_t refused;

    (void)state;
    sim_stack_lock(NULL);
    pcb = tcp_new();
    tcp_bind(pcb, IP_ADDR_ANY, SERVICE_PORT + 1);
    pcb = tcp_listen_with_backlog(pcb, 2);
    tcp_accept(pcb, on_accept);
    sim_stack_unlock(NULL);
    for (uint16_t i = 0; i < 5; i++) {
        const struct peer_segment syn = {.peer_port = next_port++,
                                         .device_port = SERVICE_PORT + 1,
                                         .flags = PEER_SYN,
                                         .window = 65535};

        peer_send(&syn, NULL);
    }
    netdiag_lwip_platform.tcp_counters(NULL, &counters);
    assert_true(netdiag_tcp_counter_get(&counters, NETDIAG_TCP_CONN_BACKLOG_REFUSED, &refused));
    assert_int_equal(refused, 3);
    sim_stack_lock(NULL);
    tcp_close(pcb);
    sim_stack_unlock(NULL);
}

#define END_TEST(name) cmocka_unit_test_setup(name, settle)

int main(void)
{
    const struct CMUnitTest tests[] = {
        END_TEST(end_device_first_is_closed),
        END_TEST(end_peer_first_is_closed),
        END_TEST(end_both_at_once_is_closed),
        END_TEST(closed_counts_in_time_wait_after_retransmits_too),
        END_TEST(end_reset_in_established_is_reset),
        END_TEST(end_reset_and_closed_on_hearing_of_it_is_reset),
        END_TEST(end_reset_in_close_wait_is_reset),
        END_TEST(end_reset_after_close_is_dropped_and_no_estab_reset),
        END_TEST(end_reset_in_syn_received_is_refused),
        END_TEST(end_reset_in_syn_sent_is_refused),
        END_TEST(reset_outside_the_window_ends_nothing),
        END_TEST(end_abort_is_aborted),
        END_TEST(end_abort_in_syn_sent_is_aborted),
        END_TEST(end_close_in_syn_sent_is_cancelled),
        END_TEST(end_close_after_another_was_refused_is_cancelled),
        END_TEST(end_close_with_data_unread_says_so),
        END_TEST(end_close_with_data_unread_in_a_callback_says_so),
        END_TEST(end_unanswered_syn_is_unanswered),
        END_TEST(end_syn_received_times_out),
        END_TEST(end_data_to_a_dead_peer_times_out),
        END_TEST(end_fin_to_a_dead_peer_times_out),
        END_TEST(end_fin_wait_2_times_out),
        END_TEST(end_last_ack_times_out),
        END_TEST(end_keepalive_unanswered_times_out),
        END_TEST(end_window_closed_and_silent_times_out),
        END_TEST(end_time_wait_evicted_is_evicted),
        END_TEST(end_last_ack_evicted_is_evicted),
        END_TEST(end_closing_evicted_is_evicted),
        END_TEST(end_lower_priority_evicted_is_evicted),
        END_TEST(abort_with_the_pool_full_is_no_eviction),
        END_TEST(abort_after_the_pool_count_wrapped_is_no_eviction),
        END_TEST(syn_with_the_backlog_full_is_counted),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
