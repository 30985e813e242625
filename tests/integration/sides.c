#include "sides.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lwip/priv/tcp_priv.h"
#include "netdiag/lwip.h"
#include "platform/sim/stack.h"

#define DISCARD_PORT 9

void device_closes(struct tcp_pcb *pcb)
{
    sim_stack_lock(NULL);
    assert_int_equal(tcp_close(pcb), ERR_OK);
    sim_stack_unlock(NULL);
}

void device_aborts(struct tcp_pcb *pcb)
{
    sim_stack_lock(NULL);
    tcp_abort(pcb);
    sim_stack_unlock(NULL);
}

void device_writes(struct tcp_pcb *pcb)
{
    sim_stack_lock(NULL);
    assert_int_equal(tcp_write(pcb, "data", 4, 0), ERR_OK);
    tcp_output(pcb);
    sim_stack_unlock(NULL);
}

struct tcp_pcb *device_connects(tcp_recv_fn on_received)
{
    struct tcp_pcb *pcb;

    sim_stack_lock(NULL);
    pcb = tcp_new();
    tcp_recv(pcb, on_received);
    assert_int_equal(tcp_connect(pcb, peer_address(), DISCARD_PORT, NULL), ERR_OK);
    sim_stack_unlock(NULL);
    peer_advance(50); /* ARP */
    return pcb;
}

void peer_sends(struct peer_segment *segment, uint8_t flags)
{
    segment->flags = flags;
    peer_send(segment, NULL);
    segment->seq += (flags & PEER_FIN) != 0;
}

void peer_acknowledges(struct peer_segment *segment, uint8_t flags)
{
    const struct peer_segment *last = peer_received();

    segment->ack =
        last->seq + (uint32_t)last->length + ((last->flags & (PEER_FIN | PEER_SYN)) != 0);
    peer_sends(segment, flags | PEER_ACK);
}

struct peer_segment peer_sends_syn(uint16_t peer_port, uint16_t device_port)
{
    const struct peer_segment syn = {.peer_port = peer_port,
                                     .device_port = device_port,
                                     .seq = 5000,
                                     .flags = PEER_SYN,
                                     .window = 65535};

    peer_send(&syn, NULL);
    return syn;
}

uint64_t device_counter(enum netdiag_tcp_counter counter)
{
    struct netdiag_tcp_counters counters;
    uint64_t value = 0;

    assert_int_equal(netdiag_lwip_platform.tcp_counters(NULL, &counters), NETDIAG_OK);
    assert_true(netdiag_tcp_counter_get(&counters, counter, &value));
    return value;
}

void sides_settle(void)
{
    sim_stack_lock(NULL);
    while (tcp_active_pcbs)
        tcp_abort(tcp_active_pcbs);
    sim_stack_unlock(NULL);
    peer_advance(121000);
}
