/*
 * Every state of RFC 9293 in a real lwIP, and the shell's name for it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lwip/tcp.h"
#include "netdiag/lwip.h"
#include "peer.h"
#include "platform/sim/stack.h"
#include "shell.h"

#define SERVICE_PORT 8080
#define BOUND_PORT   8081
#define ROWS         64

/* CLOSING and LAST-ACK have numbers that lwIP and RFC 4022 swap: their counts differ here. */
static const uint32_t wanted[NETDIAG_TCP_STATE_LAST + 1] = {
    [NETDIAG_TCP_CLOSED] = 1,       [NETDIAG_TCP_LISTEN] = 1,      [NETDIAG_TCP_SYN_SENT] = 1,
    [NETDIAG_TCP_SYN_RECEIVED] = 4, [NETDIAG_TCP_ESTABLISHED] = 5, [NETDIAG_TCP_FIN_WAIT_1] = 6,
    [NETDIAG_TCP_FIN_WAIT_2] = 7,   [NETDIAG_TCP_CLOSE_WAIT] = 8,  [NETDIAG_TCP_LAST_ACK] = 3,
    [NETDIAG_TCP_CLOSING] = 2,      [NETDIAG_TCP_TIME_WAIT] = 9,
};

static struct netdiag diag;
static struct tcp_pcb *accepted; /* the last connection that the service got */
static uint16_t next_port = 1024;

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg;
    if (error == ERR_OK) {
        tcp_recv(pcb, peer_left_unread);
        accepted = pcb;
    }
    return error;
}

static void listen_on(uint16_t port)
{
    struct tcp_pcb *pcb;

    sim_stack_lock(NULL);
    pcb = tcp_new_ip_type(IPADDR_TYPE_ANY);
    assert_int_equal(tcp_bind(pcb, IP_ANY_TYPE, port), ERR_OK);
    tcp_accept(tcp_listen(pcb), on_accept);
    assert_int_equal(netdiag_lwip_tcp_owner_register(port, "service"), NETDIAG_OK);
    sim_stack_unlock(NULL);
}

static void device_closes(void)
{
    sim_stack_lock(NULL);
    assert_int_equal(tcp_close(accepted), ERR_OK);
    (void)tcp_output(accepted);
    sim_stack_unlock(NULL);
}

static void peer_closes(struct peer_segment *segment)
{
    segment->flags = PEER_FIN | PEER_ACK;
    peer_send(segment, NULL);
    segment->seq++;
    segment->flags = PEER_ACK;
}

/* Leaves one connection of the service in `state`, any but CLOSED, LISTEN and SYN-SENT. */
static void enter(enum netdiag_tcp_state state)
{
    struct peer_segment segment = {
        .peer_port = next_port++, .device_port = SERVICE_PORT, .flags = PEER_SYN, .window = 65535};

    if (state == NETDIAG_TCP_SYN_RECEIVED) {
        peer_send(&segment, NULL);
        return;
    }
    peer_connect(segment.peer_port, SERVICE_PORT, &segment);
    if (state == NETDIAG_TCP_CLOSE_WAIT || state == NETDIAG_TCP_LAST_ACK)
        peer_closes(&segment);
    if (state != NETDIAG_TCP_ESTABLISHED && state != NETDIAG_TCP_CLOSE_WAIT)
        device_closes();
    if (state == NETDIAG_TCP_FIN_WAIT_2 || state == NETDIAG_TCP_TIME_WAIT) {
        segment.ack++;
        peer_send(&segment, NULL);
    }
    if (state == NETDIAG_TCP_CLOSING || state == NETDIAG_TCP_TIME_WAIT)
        peer_closes(&segment);
}

static void enter_closed_and_syn_sent(void)
{
    struct tcp_pcb *pcb;

    sim_stack_lock(NULL);
    pcb = tcp_new();
    assert_int_equal(tcp_bind(pcb, IP_ADDR_ANY, BOUND_PORT), ERR_OK);
    pcb = tcp_new();
    assert_int_equal(tcp_connect(pcb, peer_address(), 9, NULL), ERR_OK);
    sim_stack_unlock(NULL);
}

static int start(void **state)
{
    (void)state;
    peer_start(256);
    netdiag_init(&diag, &netdiag_lwip_platform, NULL);
    listen_on(SERVICE_PORT);
    enter_closed_and_syn_sent();
    for (enum netdiag_tcp_state s = NETDIAG_TCP_SYN_RECEIVED; s <= NETDIAG_TCP_STATE_LAST; s++) {
        for (uint32_t i = 0; i < wanted[s]; i++)
            enter(s);
    }
    return 0;
}

static void states_each_entered_counts_are_right(void **state)
{
    struct netdiag_tcp_states states;

    (void)state;
    assert_int_equal(netdiag_lwip_platform.tcp_states(NULL, &states), NETDIAG_OK);
    for (int s = NETDIAG_TCP_STATE_FIRST; s <= NETDIAG_TCP_STATE_LAST; s++)
        assert_int_equal(states.count[s], wanted[s]);
}

static void states_each_entered_text_names_them(void **state)
{
    char output[8192];

    (void)state;
    assert_int_equal(shell_run(&diag, "sh tcp statistics\n", output, sizeof(output)), 0);
    assert_non_null(strstr(output, "1 listen, 5 established, 1 syn sent, 4 syn received"));
    assert_non_null(strstr(output, "3 last ack, 6 fin wait 1, 7 fin wait 2"));
    assert_non_null(strstr(output, "8 close wait, 2 closing, 9 time wait, 1 closed"));
}

static void states_each_entered_json_names_them(void **state)
{
    char output[8192], member[64];

    (void)state;
    assert_int_equal(shell_run(&diag, "sh tcp statistics json\n", output, sizeof(output)), 0);
    for (enum netdiag_tcp_state s = NETDIAG_TCP_STATE_FIRST; s <= NETDIAG_TCP_STATE_LAST; s++) {
        snprintf(member, sizeof(member), "\"%s\":%u", netdiag_tcp_state_key(s),
                 (unsigned)wanted[s]);
        assert_non_null(strstr(output, member));
    }
    /* RFC 4022: those in ESTABLISHED or CLOSE-WAIT */
    assert_non_null(strstr(output, "\"currEstab\":13"));
}

static size_t read_all(struct netdiag_tcp_connection *rows)
{
    struct netdiag_tcp_cursor cursor = {.done = false};
    size_t total = 0, count;

    while (!cursor.done) {
        assert_int_equal(netdiag_lwip_platform.tcp_connections(NULL, &cursor, rows + total,
                                                               ROWS - total, &count),
                         NETDIAG_OK);
        total += count;
    }
    return total;
}

static void connections_each_entered_rows_match(void **state)
{
    static struct netdiag_tcp_connection rows[ROWS];
    uint32_t seen[NETDIAG_TCP_STATE_LAST + 1] = {0};
    char local[NETDIAG_ENDPOINT_TEXT], remote[NETDIAG_ENDPOINT_TEXT];
    size_t total;

    (void)state;
    total = read_all(rows);
    assert_int_equal(total, 46);
    for (size_t i = 0; i < total; i++) {
        seen[rows[i].state]++;
        netdiag_endpoint_text(&rows[i].local, local, sizeof(local));
        netdiag_endpoint_text(&rows[i].remote, remote, sizeof(remote));
        if (rows[i].state == NETDIAG_TCP_CLOSED) {
            assert_string_equal(remote, "*:0");
        } else if (rows[i].state == NETDIAG_TCP_SYN_SENT) {
            assert_string_equal(remote, "10.0.10.2:9");
        } else {
            assert_string_equal(local, "10.0.10.1:8080");
            assert_string_equal(rows[i].owner.name, "service");
        }
    }
    for (int s = NETDIAG_TCP_SYN_SENT; s <= NETDIAG_TCP_STATE_LAST; s++)
        assert_int_equal(seen[s], wanted[s]);
}

static void listeners_one_dual_stack_row_names_owner(void **state)
{
    struct netdiag_tcp_listener row;
    size_t total;

    (void)state;
    assert_int_equal(netdiag_lwip_platform.tcp_listeners(NULL, &row, 1, &total), NETDIAG_OK);
    assert_int_equal(total, 1);
    assert_int_equal(row.local.address.family, NETDIAG_FAMILY_ANY);
    assert_int_equal(row.local.port, SERVICE_PORT);
    assert_string_equal(row.owner.name, "service");
    assert_true(row.has_backlog);
    assert_int_equal(row.pending, wanted[NETDIAG_TCP_SYN_RECEIVED]);
}

static void states_after_2msl_time_wait_is_gone(void **state)
{
    struct netdiag_tcp_states states;

    (void)state;
    peer_advance(121000);
    assert_int_equal(netdiag_lwip_platform.tcp_states(NULL, &states), NETDIAG_OK);
    assert_int_equal(states.count[NETDIAG_TCP_TIME_WAIT], 0);
    assert_int_equal(states.count[NETDIAG_TCP_ESTABLISHED], wanted[NETDIAG_TCP_ESTABLISHED]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_each_entered_counts_are_right),
        cmocka_unit_test(states_each_entered_text_names_them),
        cmocka_unit_test(states_each_entered_json_names_them),
        cmocka_unit_test(connections_each_entered_rows_match),
        cmocka_unit_test(listeners_one_dual_stack_row_names_owner),
        cmocka_unit_test(states_after_2msl_time_wait_is_gone),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
