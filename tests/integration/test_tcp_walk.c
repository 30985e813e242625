/*
 * A walk over the connections while they come and go between its chunks, the pool exhausted:
 * whoever lives throughout comes exactly once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lwip/priv/tcp_priv.h"
#include "netdiag/lwip.h"
#include "peer.h"
#include "platform/sim/random.h"
#include "platform/sim/stack.h"

#define SERVICE_PORT 8080
#define PCBS         64
#define WALKS        300
#define ROWS_MAX     1024
#define CHUNK        7

/* What goes on between two chunks. */
#define EVENTS_A_CHUNK 3

static uint16_t next_port = 1024;

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg;
    if (error == ERR_OK)
        tcp_recv(pcb, peer_left_unread);
    return error;
}

static int start(void **state)
{
    struct tcp_pcb *pcb;

    (void)state;
    sim_random_seed(1);
    peer_start(PCBS);
    sim_stack_lock(NULL);
    pcb = tcp_new();
    tcp_bind(pcb, IP_ADDR_ANY, SERVICE_PORT);
    tcp_accept(tcp_listen_with_backlog(pcb, 255), on_accept);
    for (uint16_t i = 0; i < 3; i++) {
        pcb = tcp_new();
        tcp_bind(pcb, IP_ADDR_ANY, (uint16_t)(9000 + i)); /* CLOSED, with a port */
    }
    sim_stack_unlock(NULL);
    return 0;
}

/* ---- who is there, by lwIP's own lists ---- */

struct present {
    size_t count;
    struct {
        const struct tcp_pcb *pcb;
        uint16_t local, remote;
    } who[PCBS];
};

static void look(struct present *present)
{
    struct tcp_pcb *const lists[] = {tcp_bound_pcbs, tcp_active_pcbs, tcp_tw_pcbs};

    present->count = 0;
    for (size_t i = 0; i < 3; i++) {
        for (const struct tcp_pcb *pcb = lists[i]; pcb; pcb = pcb->next) {
            assert_true(present->count < PCBS);
            present->who[present->count].pcb = pcb;
            present->who[present->count].local = pcb->local_port;
            present->who[present->count++].remote = pcb->remote_port;
        }
    }
}

/* Ports are not used twice, so the same ports are the same connection. */
static bool is_present(const struct present *present, uint16_t local, uint16_t remote)
{
    for (size_t i = 0; i < present->count; i++) {
        if (present->who[i].local == local && present->who[i].remote == remote)
            return true;
    }
    return false;
}

/* ---- what happens ---- */

static struct tcp_pcb *any_active(void)
{
    uint32_t skip = sim_random_between(0, PCBS);
    struct tcp_pcb *pcb = tcp_active_pcbs;

    for (; pcb && pcb->next && skip > 0; skip--)
        pcb = pcb->next;
    return pcb;
}

static void peer_opens(bool completes)
{
    struct peer_segment segment = {.peer_port = next_port++,
                                   .device_port = SERVICE_PORT,
                                   .seq = 1000,
                                   .flags = PEER_SYN,
                                   .window = 65535};
    size_t before = peer_received_count();

    peer_send(&segment, NULL);
    if (!completes || peer_received_count() == before)
        return; /* half open, or the pool is full */
    segment.seq++;
    segment.ack = peer_received()->seq + 1;
    segment.flags = PEER_ACK;
    peer_send(&segment, NULL);
}

static void peer_ends(const struct tcp_pcb *pcb, uint8_t flags)
{
    const struct peer_segment segment = {.peer_port = pcb->remote_port,
                                         .device_port = pcb->local_port,
                                         .seq = pcb->rcv_nxt,
                                         .ack = pcb->snd_nxt,
                                         .flags = flags,
                                         .window = 65535};

    peer_send(&segment, NULL);
}

static void something_happens(void)
{
    struct tcp_pcb *pcb = any_active();

    switch (sim_random_between(0, 7)) {
    case 0:
        peer_opens(false);
        break;
    case 1:
        if (pcb)
            peer_ends(pcb, PEER_RST);
        break;
    case 2:
        if (pcb)
            peer_ends(pcb, PEER_FIN | PEER_ACK);
        break;
    case 3:
    case 4:
        sim_stack_lock(NULL);
        if (pcb && pcb->state != SYN_RCVD)
            tcp_close(pcb); /* FIN-WAIT-1, LAST-ACK; acknowledged, TIME-WAIT */
        sim_stack_unlock(NULL);
        break;
    case 5:
        sim_stack_lock(NULL);
        if (pcb)
            tcp_abort(pcb);
        sim_stack_unlock(NULL);
        break;
    default:
        peer_opens(true);
        break;
    }
}

/* ---- the walk ---- */

static size_t walk(struct netdiag_tcp_connection *rows, size_t chunk, unsigned events)
{
    struct netdiag_tcp_cursor cursor = {.done = false};
    size_t total = 0, count;

    while (!cursor.done) {
        assert_true(total + chunk <= ROWS_MAX);
        assert_int_equal(
            netdiag_lwip_platform.tcp_connections(NULL, &cursor, rows + total, chunk, &count),
            NETDIAG_OK);
        assert_true(count <= chunk);
        total += count;
        for (unsigned i = 0; i < events; i++)
            something_happens();
    }
    assert_true(cursor.has_hold && cursor.longest_hold_ns > 0);
    return total;
}

static size_t times_in(const struct netdiag_tcp_connection *rows, size_t count, uint16_t local,
                       uint16_t remote)
{
    size_t times = 0;

    for (size_t i = 0; i < count; i++)
        times += rows[i].local.port == local && rows[i].remote.port == remote;
    return times;
}

static void walk_under_churn_none_missed_none_doubled(void **state)
{
    static struct netdiag_tcp_connection rows[ROWS_MAX];
    size_t lived = 0, full = 0, seen = 0;

    (void)state;
    for (int i = 0; i < WALKS; i++) {
        struct present before, after;
        size_t count;

        look(&before);
        full += before.count >= PCBS - 2;
        count = walk(rows, CHUNK, EVENTS_A_CHUNK);
        look(&after);
        seen += count;
        for (size_t j = 0; j < count; j++)
            assert_int_equal(times_in(rows, count, rows[j].local.port, rows[j].remote.port), 1);
        for (size_t j = 0; j < before.count; j++) {
            if (!is_present(&after, before.who[j].local, before.who[j].remote))
                continue;
            lived++;
            assert_int_equal(times_in(rows, count, before.who[j].local, before.who[j].remote), 1);
        }
    }
    print_message("%d walks, %zu rows, %zu that lived throughout; the pool was full at %zu\n",
                  WALKS, seen, lived, full);
    assert_true(lived > WALKS * 10 && full > WALKS / 4);
}

static void walk_at_rest_is_what_lwip_has_in_any_chunk(void **state)
{
    static struct netdiag_tcp_connection rows[ROWS_MAX];
    struct present present;

    (void)state;
    look(&present);
    for (size_t chunk = 1; chunk <= CONFIG_NETDIAG_TCP_CHUNK_ROWS; chunk++)
        assert_int_equal(walk(rows, chunk, 0), present.count);
}

static void walk_of_more_than_a_chunk_gives_no_more(void **state)
{
    static struct netdiag_tcp_connection rows[ROWS_MAX];
    struct netdiag_tcp_cursor cursor = {.done = false};
    size_t count;

    (void)state;
    assert_int_equal(netdiag_lwip_platform.tcp_connections(NULL, &cursor, rows, ROWS_MAX, &count),
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
