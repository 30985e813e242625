/*
 * How often, how many at a time and how long connections were in each state, on a real lwIP and by
 * raw frames: those two states too that lwIP passes at once.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "churn.h"
#include "lwip/memp.h"
#include "lwip/priv/tcp_priv.h"
#include "netdiag/lwip.h"
#include "peer.h"
#include "sides.h"
#include "platform/lwip/observer.h"
#include "platform/sim/stack.h"

#define PCBS        16
#define PORT        8081
#define STATES      (NETDIAG_TCP_STATE_LAST + 1)
#define CHURN_TURNS 20000

/* What the service does when it hears of the peer's FIN. */
static enum { LEAVES, CLOSES, ABORTS } on_fin;

static struct tcp_pcb *accepted, *opened;
static uint16_t next_port = 2000;
static struct netdiag_tcp_state_totals before;

static err_t on_received(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    (void)arg;
    if (data) {
        tcp_recved(pcb, data->tot_len);
        pbuf_free(data);
        return error;
    }
    if (on_fin == CLOSES)
        tcp_close(pcb);
    if (on_fin != ABORTS)
        return ERR_OK;
    tcp_abort(pcb);
    return ERR_ABRT;
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg;
    if (error == ERR_OK) {
        tcp_recv(pcb, on_received);
        accepted = pcb;
    }
    return error;
}

static struct netdiag_tcp_state_totals read_totals(void)
{
    struct netdiag_tcp_state_totals totals;

    assert_int_equal(netdiag_lwip_platform.tcp_state_totals(NULL, &totals), NETDIAG_OK);
    return totals;
}

static int start(void **state)
{
    struct tcp_pcb *pcb;

    (void)state;
    churn_start(PCBS);
    sim_stack_lock(NULL);
    pcb = tcp_new();
    tcp_bind(pcb, IP_ADDR_ANY, PORT);
    tcp_accept(tcp_listen_with_backlog(pcb, 255), on_accept);
    sim_stack_unlock(NULL);
    return 0;
}

static int settle(void **state)
{
    (void)state;
    sides_settle();
    on_fin = LEAVES;
    before = read_totals();
    return 0;
}

/* By how much each state's count has grown: all that is not named, by nothing. */
struct entered {
    unsigned syn_sent, syn_received, established, fin_wait_1, fin_wait_2, close_wait, last_ack,
        closing, time_wait;
};

static void assert_entered(struct entered by)
{
    const struct netdiag_tcp_state_totals now = read_totals();
    const unsigned wanted[STATES] = {
        [NETDIAG_TCP_SYN_SENT] = by.syn_sent,       [NETDIAG_TCP_SYN_RECEIVED] = by.syn_received,
        [NETDIAG_TCP_ESTABLISHED] = by.established, [NETDIAG_TCP_FIN_WAIT_1] = by.fin_wait_1,
        [NETDIAG_TCP_FIN_WAIT_2] = by.fin_wait_2,   [NETDIAG_TCP_CLOSE_WAIT] = by.close_wait,
        [NETDIAG_TCP_LAST_ACK] = by.last_ack,       [NETDIAG_TCP_CLOSING] = by.closing,
        [NETDIAG_TCP_TIME_WAIT] = by.time_wait,
    };

    for (enum netdiag_tcp_state s = NETDIAG_TCP_SYN_SENT; s <= NETDIAG_TCP_STATE_LAST; s++) {
        assert_true(now.state[s].has_entered);
        if (now.state[s].entered - before.state[s].entered != wanted[s])
            fail_msg("%s was entered %" PRIu64 " times, not %u", netdiag_tcp_state_name(s),
                     now.state[s].entered - before.state[s].entered, wanted[s]);
    }
    before = now;
}

/* No state holds more than lwIP's own lists, and none fewer. */
static void assert_nothing_drifted(void)
{
    struct netdiag_tcp_states states;
    struct netdiag_tcp_state_totals totals = read_totals();

    assert_int_equal(netdiag_lwip_platform.tcp_states(NULL, &states), NETDIAG_OK);
    for (unsigned s = SYN_SENT; s <= TIME_WAIT; s++) {
        enum netdiag_tcp_state is = netdiag_lwip_state((uint8_t)s);

        if (netdiag_lwip_seen[s].now != states.count[is])
            fail_msg("%u in %s, not %" PRIu64, netdiag_lwip_seen[s].now, netdiag_tcp_state_name(is),
                     states.count[is]);
        assert_in_range(totals.state[is].peak, states.count[is], PCBS);
        assert_true(totals.state[is].entered >= totals.state[is].peak);
    }
}

/* ---- what the two sides do ---- */

static struct peer_segment connect_peer(void)
{
    struct peer_segment segment;

    peer_connect(next_port++, PORT, &segment);
    return segment;
}

/* ---- how many at a time, and how long: first, as both are since boot ---- */

static void peak_is_the_most_at_a_time(void **state)
{
    struct netdiag_tcp_state_totals totals;

    (void)state;
    for (unsigned i = 0; i < 3; i++)
        (void)peer_sends_syn(next_port++, PORT);
    sim_stack_lock(NULL);
    while (tcp_active_pcbs)
        tcp_abort(tcp_active_pcbs);
    sim_stack_unlock(NULL);
    for (unsigned i = 0; i < 2; i++) {
        (void)peer_sends_syn(next_port++, PORT);
        connect_peer();
    }
    totals = read_totals();
    assert_int_equal(totals.state[NETDIAG_TCP_SYN_RECEIVED].peak, 3);
    assert_int_equal(totals.state[NETDIAG_TCP_ESTABLISHED].peak, 2);
    assert_int_equal(totals.state[NETDIAG_TCP_FIN_WAIT_1].peak, 0);
    assert_int_equal(totals.state[NETDIAG_TCP_CLOSED].peak, CHURN_BOUND);
    assert_int_equal(totals.state[NETDIAG_TCP_LISTEN].peak, 2);
    assert_false(totals.state[NETDIAG_TCP_CLOSED].has_entered);
    assert_false(totals.state[NETDIAG_TCP_LISTEN].has_entered);
}

static uint64_t longest(enum netdiag_tcp_state state)
{
    return read_totals().state[state].longest_ms;
}

static void longest_stay_is_of_those_that_left_and_of_those_there(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    assert_int_equal(longest(NETDIAG_TCP_ESTABLISHED), 0);
    peer_advance(5000);
    assert_int_equal(longest(NETDIAG_TCP_ESTABLISHED), 5000);
    peer_advance(2000);
    peer_sends(&segment, PEER_FIN | PEER_ACK);
    peer_advance(3000);
    assert_int_equal(longest(NETDIAG_TCP_ESTABLISHED), 7000);
    assert_int_equal(longest(NETDIAG_TCP_CLOSE_WAIT), 3000);
    device_closes(accepted);
    peer_advance(1000);
    peer_acknowledges(&segment, 0);
    peer_advance(4000);
    assert_int_equal(longest(NETDIAG_TCP_ESTABLISHED), 7000);
    assert_int_equal(longest(NETDIAG_TCP_CLOSE_WAIT), 3000);
    assert_int_equal(longest(NETDIAG_TCP_LAST_ACK), 1000); /* it has ended since */
}

static void longest_stay_of_what_a_timer_ended_reaches_to_its_end(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    device_closes(accepted);
    peer_acknowledges(&segment, 0);
    peer_advance(60000);
    assert_in_range(longest(NETDIAG_TCP_FIN_WAIT_2), 20000, 21000);
    (void)peer_sends_syn(next_port++, PORT);
    peer_advance(60000);
    assert_in_range(longest(NETDIAG_TCP_SYN_RECEIVED), 20000, 21000);
}

/* ---- one state after the other ---- */

static void entered_device_closes_first(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    device_closes(accepted);
    peer_acknowledges(&segment, 0);
    peer_acknowledges(&segment, PEER_FIN);
    assert_entered((struct entered){
        .syn_received = 1, .established = 1, .fin_wait_1 = 1, .fin_wait_2 = 1, .time_wait = 1});
    peer_advance(121000);
    assert_entered((struct entered){0});
    assert_nothing_drifted();
}

static void entered_peer_closes_first(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    peer_sends(&segment, PEER_FIN | PEER_ACK);
    assert_entered((struct entered){.syn_received = 1, .established = 1, .close_wait = 1});
    device_closes(accepted);
    assert_entered((struct entered){.last_ack = 1});
    peer_acknowledges(&segment, 0);
    assert_entered((struct entered){0});
    assert_nothing_drifted();
}

static void entered_both_close_at_once(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    device_closes(accepted);
    peer_sends(&segment, PEER_FIN | PEER_ACK); /* its ACK is of before our FIN */
    assert_entered(
        (struct entered){.syn_received = 1, .established = 1, .fin_wait_1 = 1, .closing = 1});
    segment.ack++;
    peer_sends(&segment, PEER_ACK);
    assert_entered((struct entered){.time_wait = 1});
}

static void entered_device_connects(void **state)
{
    struct peer_segment segment = {.seq = 100, .window = 65535, .peer_port = 9};

    (void)state;
    opened = device_connects(on_received);
    assert_entered((struct entered){.syn_sent = 1});
    segment.device_port = peer_received()->device_port;
    peer_acknowledges(&segment, PEER_SYN);
    segment.seq++;
    assert_entered((struct entered){.established = 1});
    device_aborts(opened);
    assert_entered((struct entered){0});
    assert_nothing_drifted();
}

static void entered_attempt_refused_or_given_up(void **state)
{
    struct peer_segment segment = {.window = 65535, .peer_port = 9};

    (void)state;
    opened = device_connects(on_received);
    segment.device_port = peer_received()->device_port;
    peer_acknowledges(&segment, PEER_RST);
    opened = device_connects(on_received);
    device_closes(opened);
    opened = device_connects(on_received);
    peer_advance(20000); /* nobody answers */
    assert_entered((struct entered){.syn_sent = 3});
    assert_nothing_drifted();
}

static void connect_that_failed_was_never_in_syn_sent(void **state)
{
    static void *segments[MEMP_NUM_TCP_SEG + 1];
    size_t count = 0;

    (void)state;
    sim_stack_lock(NULL);
    opened = tcp_new();
    while ((segments[count] = memp_malloc(MEMP_TCP_SEG)))
        count++;
    assert_int_equal(tcp_connect(opened, peer_address(), 9, NULL), ERR_MEM);
    while (count > 0)
        memp_free(MEMP_TCP_SEG, segments[--count]);
    sim_stack_unlock(NULL);
    assert_entered((struct entered){0});
    peer_advance(1000);
    sim_stack_lock(NULL);
    assert_int_equal(tcp_connect(opened, peer_address(), 9, NULL), ERR_OK); /* again */
    sim_stack_unlock(NULL);
    assert_int_equal(longest(NETDIAG_TCP_CLOSED), 0);
    assert_entered((struct entered){.syn_sent = 1});
    device_aborts(opened);
    assert_entered((struct entered){0});
    assert_nothing_drifted();
}

/* ---- two states at once ---- */

static void entered_program_that_closes_on_fin_passes_close_wait(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    on_fin = CLOSES;
    peer_sends(&segment, PEER_FIN | PEER_ACK);
    assert_int_equal(accepted->state, LAST_ACK);
    assert_entered(
        (struct entered){.syn_received = 1, .established = 1, .close_wait = 1, .last_ack = 1});
}

static void entered_ack_with_fin_passes_established(void **state)
{
    struct peer_segment segment = peer_sends_syn(next_port++, PORT);

    (void)state;
    segment.seq++;
    peer_acknowledges(&segment, PEER_FIN);
    assert_int_equal(accepted->state, CLOSE_WAIT);
    assert_entered((struct entered){.syn_received = 1, .established = 1, .close_wait = 1});

    on_fin = CLOSES;
    segment = peer_sends_syn(next_port++, PORT);
    segment.seq++;
    peer_acknowledges(&segment, PEER_FIN);
    assert_int_equal(accepted->state, LAST_ACK);
    assert_entered(
        (struct entered){.syn_received = 1, .established = 1, .close_wait = 1, .last_ack = 1});
    assert_nothing_drifted();
}

static void entered_fin_with_the_ack_of_ours_passes_fin_wait_2(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    device_closes(accepted);
    peer_acknowledges(&segment, PEER_FIN);
    assert_int_equal(accepted->state, TIME_WAIT);
    assert_entered((struct entered){
        .syn_received = 1, .established = 1, .fin_wait_1 = 1, .fin_wait_2 = 1, .time_wait = 1});
}

static void entered_program_that_aborts_on_fin_was_in_close_wait(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    on_fin = ABORTS;
    peer_sends(&segment, PEER_FIN | PEER_ACK);
    assert_entered((struct entered){.syn_received = 1, .established = 1, .close_wait = 1});
    assert_nothing_drifted();
}

/* The FIN waits behind data for which the peer has no room: no segment shows the new state. */
static struct peer_segment close_with_the_window_closed(void)
{
    struct peer_segment segment = connect_peer();

    device_writes(accepted);
    segment.window = 0;
    peer_acknowledges(&segment, 0);
    device_writes(accepted);
    return segment;
}

static void entered_closed_but_no_fin_sent_was_in_fin_wait_1(void **state)
{
    (void)state;
    close_with_the_window_closed();
    device_closes(accepted);
    device_aborts(accepted);
    assert_entered((struct entered){.syn_received = 1, .established = 1, .fin_wait_1 = 1});

    close_with_the_window_closed();
    device_closes(accepted);
    assert_entered((struct entered){.syn_received = 1, .established = 1, .fin_wait_1 = 1});
    assert_nothing_drifted();
}

static void entered_closed_after_fin_but_none_sent_was_in_last_ack(void **state)
{
    struct peer_segment segment = close_with_the_window_closed();

    (void)state;
    peer_sends(&segment, PEER_FIN | PEER_ACK);
    device_closes(accepted);
    device_aborts(accepted);
    assert_entered(
        (struct entered){.syn_received = 1, .established = 1, .close_wait = 1, .last_ack = 1});
    assert_nothing_drifted();
}

static void close_on_error(void *arg, err_t error)
{
    (void)error;
    tcp_close(arg);
}

static void reset_enters_nothing(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    tcp_arg(accepted, accepted);
    tcp_err(accepted, close_on_error);
    peer_sends(&segment, PEER_RST);
    assert_entered((struct entered){.syn_received = 1, .established = 1});
    assert_nothing_drifted();
}

/* Data after the program has closed: lwIP resets, whatever else the segment had. */
static void entered_fin_and_data_after_close_passes_to_time_wait(void **state)
{
    struct peer_segment segment = connect_peer();

    (void)state;
    device_closes(accepted);
    segment.length = 10;
    peer_acknowledges(&segment, PEER_FIN);
    assert_entered((struct entered){
        .syn_received = 1, .established = 1, .fin_wait_1 = 1, .fin_wait_2 = 1, .time_wait = 1});
    assert_nothing_drifted();
}

/* ---- ended by others, and many ---- */

static void evicted_connections_leave_their_state(void **state)
{
    struct peer_segment segment;

    (void)state;
    for (unsigned i = 0; i < PCBS - CHURN_BOUND; i++) {
        segment = connect_peer();
        device_closes(accepted);
        peer_acknowledges(&segment, PEER_FIN);
    }
    for (unsigned i = 0; i < 4; i++)
        connect_peer(); /* each in the place of one in TIME-WAIT */
    assert_int_equal(netdiag_lwip_seen[TIME_WAIT].now, PCBS - CHURN_BOUND - 4);
    assert_int_equal(netdiag_lwip_seen[ESTABLISHED].now, 4);
    assert_nothing_drifted();
}

static void churn_drifts_nowhere(void **state)
{
    const enum netdiag_tcp_counter opens[] = {NETDIAG_TCP_PASSIVE_OPENS,
                                              NETDIAG_TCP_CONN_ESTABLISHED};
    const enum netdiag_tcp_state states[] = {NETDIAG_TCP_SYN_RECEIVED, NETDIAG_TCP_ESTABLISHED};
    uint64_t was[2];
    struct netdiag_tcp_state_totals after;

    (void)state;
    for (size_t i = 0; i < 2; i++)
        was[i] = device_counter(opens[i]);
    for (unsigned turn = 0; turn < CHURN_TURNS; turn++) {
        churn_once(NULL);
        if (turn % 64 == 0)
            peer_advance(1000);
        if (turn % 500 == 0)
            assert_nothing_drifted();
    }
    after = read_totals();
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(after.state[states[i]].entered - before.state[states[i]].entered,
                         device_counter(opens[i]) - was[i]);
    for (enum netdiag_tcp_state s = NETDIAG_TCP_FIN_WAIT_1; s <= NETDIAG_TCP_STATE_LAST; s++) {
        if (s != NETDIAG_TCP_CLOSING) /* the churn's peer has always seen our FIN */
            assert_true(after.state[s].entered > before.state[s].entered + 20);
    }
    settle(NULL);
    for (unsigned s = SYN_SENT; s <= TIME_WAIT; s++)
        assert_int_equal(netdiag_lwip_seen[s].now, 0);
}

#define TOTALS_TEST(name) cmocka_unit_test_setup(name, settle)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TOTALS_TEST(peak_is_the_most_at_a_time),
        TOTALS_TEST(longest_stay_is_of_those_that_left_and_of_those_there),
        TOTALS_TEST(longest_stay_of_what_a_timer_ended_reaches_to_its_end),
        TOTALS_TEST(entered_device_closes_first),
        TOTALS_TEST(entered_peer_closes_first),
        TOTALS_TEST(entered_both_close_at_once),
        TOTALS_TEST(entered_device_connects),
        TOTALS_TEST(entered_attempt_refused_or_given_up),
        TOTALS_TEST(connect_that_failed_was_never_in_syn_sent),
        TOTALS_TEST(entered_program_that_closes_on_fin_passes_close_wait),
        TOTALS_TEST(entered_ack_with_fin_passes_established),
        TOTALS_TEST(entered_fin_with_the_ack_of_ours_passes_fin_wait_2),
        TOTALS_TEST(entered_program_that_aborts_on_fin_was_in_close_wait),
        TOTALS_TEST(entered_closed_but_no_fin_sent_was_in_fin_wait_1),
        TOTALS_TEST(entered_closed_after_fin_but_none_sent_was_in_last_ack),
        TOTALS_TEST(reset_enters_nothing),
        TOTALS_TEST(entered_fin_and_data_after_close_passes_to_time_wait),
        TOTALS_TEST(evicted_connections_leave_their_state),
        TOTALS_TEST(churn_drifts_nowhere),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
