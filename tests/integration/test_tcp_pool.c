/*
 * The pool of PCBs, made small and then exhausted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "lwip/tcp.h"
#include "netdiag/lwip.h"
#include "peer.h"
#include "platform/sim/stack.h"

#define PCBS         16
#define SERVICE_PORT 8080

/* lwIP calls it with ERR_MEM, and without a PCB, for each SYN that finds the pool empty. */
static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg, (void)pcb;
    return error;
}

static int start(void **state)
{
    struct tcp_pcb *pcb;

    (void)state;
    peer_start(PCBS);
    sim_stack_lock(NULL);
    pcb = tcp_new();
    tcp_bind(pcb, IP_ADDR_ANY, SERVICE_PORT);
    tcp_accept(tcp_listen_with_backlog(pcb, 255), on_accept);
    sim_stack_unlock(NULL);
    return 0;
}

static struct netdiag_tcp_pool read_pool(void)
{
    struct netdiag_tcp_pool pool;

    assert_int_equal(netdiag_lwip_platform.tcp_pool(NULL, &pool), NETDIAG_OK);
    return pool;
}

static void send_syns(uint16_t first_port, uint16_t count)
{
    for (uint16_t i = 0; i < count; i++) {
        const struct peer_segment syn = {.peer_port = (uint16_t)(first_port + i),
                                         .device_port = SERVICE_PORT,
                                         .flags = PEER_SYN,
                                         .window = 65535};

        peer_send(&syn, NULL);
    }
}

/* The listener's own PCB was one of the pool's before it listened: the peak has it, `used` not. */
static void pool_idle_parked_are_left_out(void **state)
{
    struct netdiag_tcp_pool pool = read_pool();

    (void)state;
    assert_int_equal(pool.capacity, PCBS);
    assert_int_equal(pool.used, 0);
    assert_int_equal(pool.peak, 1);
    assert_int_equal(pool.refused, 0);
}

static void pool_full_one_less_refuses_none(void **state)
{
    (void)state;
    send_syns(1000, PCBS);
    assert_int_equal(read_pool().used, PCBS);
    assert_int_equal(read_pool().peak, PCBS);
    assert_int_equal(read_pool().refused, 0);
}

/* lwIP counts five failures for each, one a try. */
static void pool_over_full_each_refusal_counts_once(void **state)
{
    (void)state;
    send_syns(2000, 7);
    assert_int_equal(read_pool().used, PCBS);
    assert_int_equal(read_pool().refused, 7);
}

static void pool_after_syn_timeout_is_free_again(void **state)
{
    (void)state;
    peer_advance(21000);
    assert_int_equal(read_pool().used, 0);
    assert_int_equal(read_pool().peak, PCBS);
    assert_int_equal(read_pool().refused, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pool_idle_parked_are_left_out),
        cmocka_unit_test(pool_full_one_less_refuses_none),
        cmocka_unit_test(pool_over_full_each_refusal_counts_once),
        cmocka_unit_test(pool_after_syn_timeout_is_free_again),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
