/*
 * To whom connections belong, when they will be free, what listeners accept and refuse, and the
 * end of one connection by its ID: on the real stack.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lwip/priv/tcp_priv.h"
#include "netdiag/lwip.h"
#include "peer.h"
#include "platform/sim/stack.h"

#define SERVICE_PORT 8080 /* has an owner, and a backlog of 2 */
#define OWNED_PORT   8081 /* its connections have owners of their own */
#define PCBS         8

static struct tcp_pcb *accepted; /* the last */
static uint16_t next_port = 2000;

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg;
    if (error != ERR_OK)
        return error;
    accepted = pcb;
    tcp_backlog_delayed(pcb);
    tcp_recv(pcb, peer_left_unread);
    return ERR_OK;
}

static err_t on_accept_owned(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg;
    if (error != ERR_OK)
        return error;
    accepted = pcb;
    assert_int_equal(netdiag_tcp_owner_set(pcb, "worker"), NETDIAG_OK);
    return ERR_OK;
}

static void listen_on(uint16_t port, uint8_t backlog, tcp_accept_fn accept)
{
    struct tcp_pcb *pcb = tcp_new();

    tcp_bind(pcb, IP_ADDR_ANY, port);
    tcp_accept(tcp_listen_with_backlog(pcb, backlog), accept);
}

static int start(void **state)
{
    (void)state;
    peer_start(PCBS);
    sim_stack_lock(NULL);
    listen_on(SERVICE_PORT, 2, on_accept);
    listen_on(OWNED_PORT, 255, on_accept_owned);
    assert_int_equal(netdiag_lwip_tcp_owner_register(SERVICE_PORT, "service"), NETDIAG_OK);
    sim_stack_unlock(NULL);
    return 0;
}

/* Ends all connections. */
static int tidy(void **state)
{
    (void)state;
    sim_stack_lock(NULL);
    while (tcp_active_pcbs)
        tcp_abort(tcp_active_pcbs);
    while (tcp_tw_pcbs)
        tcp_abort(tcp_tw_pcbs);
    sim_stack_unlock(NULL);
    return 0;
}

static size_t read_rows(struct netdiag_tcp_connection *rows, size_t capacity)
{
    struct netdiag_tcp_cursor cursor = {.done = false};
    size_t total = 0, count;

    while (!cursor.done && total < capacity) {
        assert_int_equal(netdiag_lwip_platform.tcp_connections(NULL, &cursor, rows + total,
                                                               capacity - total, &count),
                         NETDIAG_OK);
        total += count;
    }
    return total;
}

static struct netdiag_tcp_connection only_row(void)
{
    struct netdiag_tcp_connection rows[PCBS];

    assert_int_equal(read_rows(rows, PCBS), 1);
    return rows[0];
}

static struct netdiag_tcp_listener listener(uint16_t port)
{
    struct netdiag_tcp_listener rows[8];
    size_t total;

    assert_int_equal(netdiag_lwip_platform.tcp_listeners(NULL, rows, 8, &total), NETDIAG_OK);
    for (size_t i = 0; i < total; i++) {
        if (rows[i].local.port == port)
            return rows[i];
    }
    fail_msg("no listener on %u", port);
    return rows[0];
}

static void send_syn(uint16_t port)
{
    const struct peer_segment segment = {.peer_port = next_port++,
                                         .device_port = port,
                                         .seq = 1,
                                         .flags = PEER_SYN,
                                         .window = 65535};

    peer_send(&segment, NULL);
}

/* ---- owners ---- */

static void owner_set_for_a_connection_comes_before_its_ports(void **state)
{
    struct peer_segment segment;

    (void)state;
    peer_connect(next_port++, SERVICE_PORT, &segment);
    assert_string_equal(only_row().owner.name, "service");
    assert_int_equal(netdiag_tcp_owner_set(accepted, "other"), NETDIAG_OK);
    assert_string_equal(only_row().owner.name, "other");
    tidy(NULL);
    peer_connect(next_port++, OWNED_PORT, &segment);
    assert_string_equal(only_row().owner.name, "worker");
    tidy(NULL);
    /* A new connection in that place begins without it */
    peer_connect(next_port++, SERVICE_PORT, &segment);
    assert_string_equal(only_row().owner.name, "service");
}

static void owner_set_wrongly_is_refused(void **state)
{
    char name[CONFIG_NETDIAG_OWNER_LENGTH + 2];
    struct peer_segment segment;
    struct tcp_pcb *pcb;

    (void)state;
    peer_connect(next_port++, SERVICE_PORT, &segment);
    memset(name, 'x', sizeof(name));
    name[sizeof(name) - 1] = '\0';
    assert_int_equal(netdiag_tcp_owner_set(accepted, NULL), NETDIAG_ERROR_INVALID);
    assert_int_equal(netdiag_tcp_owner_set(accepted, ""), NETDIAG_ERROR_INVALID);
    assert_int_equal(netdiag_tcp_owner_set(accepted, name), NETDIAG_ERROR_INVALID);
    assert_int_equal(netdiag_tcp_owner_set(NULL, "a"), NETDIAG_ERROR_NOT_FOUND);
    sim_stack_lock(NULL);
    pcb = tcp_new();
    assert_int_equal(netdiag_tcp_owner_set(pcb, "a"), NETDIAG_ERROR_NOT_FOUND);
    tcp_abort(pcb);
    sim_stack_unlock(NULL);
    for (unsigned i = 0; i < 300; i++) {
        enum netdiag_error error;

        name[0] = (char)('a' + i % 26);
        name[1] = (char)('a' + i / 26);
        name[2] = '\0';
        error = netdiag_tcp_owner_set(accepted, name);
        if (error == NETDIAG_ERROR_FULL)
            return;
        assert_int_equal(error, NETDIAG_OK);
        assert_true(i < CONFIG_NETDIAG_TCP_OWNER_NAMES);
    }
    fail_msg("300 names were taken");
}

/* ---- VLANs ---- */

static void vlan_is_that_of_the_local_address(void **state)
{
    struct peer_segment segment;
    struct netdiag_tcp_connection row;
    struct tcp_pcb *pcb;

    (void)state;
    peer_connect(next_port++, SERVICE_PORT, &segment);
    assert_int_equal(only_row().vlan, PEER_VLAN);
    tidy(NULL);
    sim_stack_lock(NULL);
    pcb = tcp_new();
    assert_int_equal(tcp_bind(pcb, IP_ADDR_ANY, 9000), ERR_OK);
    sim_stack_unlock(NULL);
    row = only_row();
    assert_int_equal(row.state, NETDIAG_TCP_CLOSED);
    assert_int_equal(row.vlan, 0);
    sim_stack_lock(NULL);
    assert_int_equal(tcp_connect(pcb, peer_address(), 9, NULL), ERR_OK);
    sim_stack_unlock(NULL);
    assert_int_equal(only_row().vlan, PEER_VLAN);
}

/* ---- listeners ---- */

static void listener_counts_what_it_accepts_and_refuses(void **state)
{
    struct netdiag_tcp_listener before, after;
    struct peer_segment segment;

    (void)state;
    before = listener(SERVICE_PORT);
    assert_true(before.has_counts);
    for (unsigned i = 0; i < 5; i++)
        send_syn(SERVICE_PORT); /* two find a place in the backlog */
    after = listener(SERVICE_PORT);
    assert_int_equal(after.pending, 2);
    assert_int_equal(after.accepted - before.accepted, 2);
    assert_int_equal(after.refused - before.refused, 3);
    tidy(NULL);
    before = listener(OWNED_PORT);
    for (unsigned i = 0; i < PCBS + 2; i++)
        send_syn(OWNED_PORT); /* for two there is no PCB */
    after = listener(OWNED_PORT);
    assert_int_equal(after.accepted - before.accepted, PCBS);
    assert_int_equal(after.refused - before.refused, 2);
    tidy(NULL);
    peer_connect(next_port++, OWNED_PORT, &segment);
    segment.flags = PEER_ACK | PEER_PSH;
    segment.length = 10;
    peer_send(&segment, NULL); /* of a connection: no business of the listener's */
    assert_int_equal(listener(OWNED_PORT).accepted - after.accepted, 1);
    assert_true(after.has_accept);
    assert_int_equal(after.accept_address, (uintptr_t)on_accept_owned);
}

static void listener_closed_and_opened_again_begins_at_0(void **state)
{
    struct tcp_pcb *pcb;

    (void)state;
    for (unsigned i = 0; i < 3 * CONFIG_NETDIAG_TCP_LISTENERS; i++) {
        struct netdiag_tcp_listener row;

        sim_stack_lock(NULL);
        pcb = tcp_new();
        tcp_bind(pcb, IP_ADDR_ANY, 9100);
        pcb = tcp_listen(pcb);
        sim_stack_unlock(NULL);
        assert_int_equal(listener(9100).accepted, 0);
        send_syn(9100);
        row = listener(9100);
        assert_true(row.has_counts);
        assert_int_equal(row.accepted, 1);
        assert_int_equal(row.refused, 0);
        sim_stack_lock(NULL);
        tcp_close(pcb);
        sim_stack_unlock(NULL);
        tidy(NULL);
    }
}

/* A PCB that failed to connect still has its handle when it becomes a listener. */
static void listener_made_of_a_failed_connection_is_counted(void **state)
{
    struct tcp_pcb *pcb;
    ip_addr_t nowhere;

    (void)state;
    IP_ADDR4(&nowhere, 192, 0, 2, 1);
    sim_stack_lock(NULL);
    pcb = tcp_new();
    assert_int_equal(tcp_bind(pcb, IP_ADDR_ANY, 9101), ERR_OK);
    assert_int_not_equal(tcp_connect(pcb, &nowhere, 9, NULL), ERR_OK);
    pcb = tcp_listen(pcb);
    sim_stack_unlock(NULL);
    send_syn(9101);
    send_syn(9101);
    assert_int_equal(listener(9101).accepted, 2);
    sim_stack_lock(NULL);
    tcp_close(pcb);
    sim_stack_unlock(NULL);
}

/* ---- when they will be free ---- */

/* The one connection is gone in the time that was said, and not more than a tick sooner. */
static void assert_free_as_said(enum netdiag_tcp_state in, bool is_reclaimable)
{
    struct netdiag_tcp_connection row = only_row();
    struct netdiag_tcp_connection rows[PCBS];

    assert_int_equal(row.state, in);
    assert_true(row.has_free_in && row.free_in_ms > 1000);
    assert_int_equal(row.is_reclaimable, is_reclaimable);
    peer_advance(row.free_in_ms - TCP_SLOW_INTERVAL);
    assert_int_equal(read_rows(rows, PCBS), 1);
    peer_advance(TCP_SLOW_INTERVAL);
    assert_int_equal(read_rows(rows, PCBS), 0);
}

static void free_in_of_syn_received(void **state)
{
    (void)state;
    send_syn(SERVICE_PORT);
    peer_advance(3250);
    assert_free_as_said(NETDIAG_TCP_SYN_RECEIVED, false);
}

static void close_accepted(void)
{
    sim_stack_lock(NULL);
    tcp_close(accepted);
    sim_stack_unlock(NULL);
}

/* Idle before the program closes: lwIP's timer of TIME-WAIT has run since then. */
static void free_in_of_fin_wait_2_and_time_wait(void **state)
{
    struct peer_segment segment;

    (void)state;
    peer_connect(next_port++, OWNED_PORT, &segment);
    assert_false(only_row().has_free_in);
    peer_advance(10000);
    close_accepted();
    assert_false(only_row().has_free_in); /* FIN-WAIT-1: until the peer answers */
    segment.ack++;
    peer_send(&segment, NULL);
    assert_free_as_said(NETDIAG_TCP_FIN_WAIT_2, false);

    peer_connect(next_port++, OWNED_PORT, &segment);
    peer_advance(30000);
    close_accepted();
    segment.ack++;
    segment.flags = PEER_FIN | PEER_ACK;
    peer_send(&segment, NULL);
    assert_true(only_row().free_in_ms < 100000);
    assert_free_as_said(NETDIAG_TCP_TIME_WAIT, true);
}

static void free_in_of_last_ack(void **state)
{
    struct peer_segment segment;

    (void)state;
    peer_connect(next_port++, SERVICE_PORT, &segment);
    segment.flags = PEER_FIN | PEER_ACK;
    peer_send(&segment, NULL);
    assert_false(only_row().has_free_in); /* CLOSE-WAIT: until its program closes */
    close_accepted();
    assert_free_as_said(NETDIAG_TCP_LAST_ACK, true);
}

/* ---- the end of one ---- */

static void abort_by_id_ends_that_one_and_the_peer_hears_rst(void **state)
{
    struct netdiag_tcp_connection rows[PCBS];
    struct netdiag_tcp_closed closed;
    struct peer_segment segment;
    uint64_t total;
    size_t count;
    uint32_t id;

    (void)state;
    for (unsigned i = 0; i < 3; i++)
        peer_connect(next_port++, OWNED_PORT, &segment);
    assert_int_equal(read_rows(rows, PCBS), 3);
    id = rows[1].history.id;
    assert_int_equal(netdiag_lwip_platform.tcp_abort(NULL, id), NETDIAG_OK);
    assert_int_equal(peer_received()->flags & PEER_RST, PEER_RST);
    assert_int_equal(peer_received()->peer_port, rows[1].remote.port);
    assert_int_equal(netdiag_lwip_platform.tcp_closed(NULL, &closed, 1, &count, &total),
                     NETDIAG_OK);
    assert_int_equal(closed.id, id);
    assert_int_equal(closed.end, NETDIAG_TCP_END_CLEARED);
    assert_string_equal(closed.owner.name, "worker");
    assert_int_equal(closed.vlan, PEER_VLAN);
    assert_int_equal(read_rows(rows, PCBS), 2);
    for (size_t i = 0; i < 2; i++)
        assert_int_not_equal(rows[i].history.id, id);
    assert_int_equal(netdiag_lwip_platform.tcp_abort(NULL, id), NETDIAG_ERROR_NOT_FOUND);
}

/* Whoever comes into the place of one that ended, its old ID ends nobody. */
static void abort_by_the_id_of_one_that_ended_ends_nobody(void **state)
{
    uint32_t old[PCBS * 4];
    size_t count = 0;

    (void)state;
    while (count < PCBS * 4) {
        struct peer_segment segment;
        struct netdiag_tcp_connection row;

        peer_connect(next_port++, OWNED_PORT, &segment);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(netdiag_lwip_platform.tcp_abort(NULL, old[i]),
                             NETDIAG_ERROR_NOT_FOUND);
        row = only_row();
        for (uint32_t bit = 0; bit < 32; bit++)
            assert_int_equal(
                netdiag_lwip_platform.tcp_abort(NULL, row.history.id ^ UINT32_C(1) << bit),
                NETDIAG_ERROR_NOT_FOUND);
        old[count++] = row.history.id;
        assert_int_equal(netdiag_lwip_platform.tcp_abort(NULL, row.history.id), NETDIAG_OK);
    }
}

static void abort_in_time_wait_frees_the_place(void **state)
{
    struct netdiag_tcp_connection rows[PCBS];
    struct peer_segment segment;

    (void)state;
    peer_connect(next_port++, OWNED_PORT, &segment);
    close_accepted();
    segment.ack++;
    segment.flags = PEER_FIN | PEER_ACK;
    peer_send(&segment, NULL);
    assert_int_equal(only_row().state, NETDIAG_TCP_TIME_WAIT);
    assert_int_equal(netdiag_lwip_platform.tcp_abort(NULL, only_row().history.id), NETDIAG_OK);
    assert_int_equal(read_rows(rows, PCBS), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(owner_set_for_a_connection_comes_before_its_ports, tidy),
        cmocka_unit_test_teardown(vlan_is_that_of_the_local_address, tidy),
        cmocka_unit_test_teardown(listener_counts_what_it_accepts_and_refuses, tidy),
        cmocka_unit_test_teardown(listener_closed_and_opened_again_begins_at_0, tidy),
        cmocka_unit_test_teardown(listener_made_of_a_failed_connection_is_counted, tidy),
        cmocka_unit_test_teardown(free_in_of_syn_received, tidy),
        cmocka_unit_test_teardown(free_in_of_fin_wait_2_and_time_wait, tidy),
        cmocka_unit_test_teardown(free_in_of_last_ack, tidy),
        cmocka_unit_test_teardown(abort_by_id_ends_that_one_and_the_peer_hears_rst, tidy),
        cmocka_unit_test_teardown(abort_by_the_id_of_one_that_ended_ends_nobody, tidy),
        cmocka_unit_test_teardown(abort_in_time_wait_frees_the_place, tidy),
        cmocka_unit_test_teardown(owner_set_wrongly_is_refused, tidy),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
