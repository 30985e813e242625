#include "churn.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "lwip/priv/tcp_priv.h"
#include "peer.h"
#include "platform/sim/random.h"
#include "platform/sim/stack.h"

#define SERVICE_PORT 8080
#define FIRST_PORT   1024
#define CONNECTIONS  64 /* the first so many on lwIP's list are picked from */

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg;
    if (error == ERR_OK)
        tcp_recv(pcb, peer_left_unread);
    return error;
}

void churn_start(unsigned pcbs)
{
    struct tcp_pcb *pcb;

    sim_random_seed(1);
    peer_start(pcbs);
    sim_stack_lock(NULL);
    pcb = tcp_new();
    tcp_bind(pcb, IP_ADDR_ANY, SERVICE_PORT);
    tcp_accept(tcp_listen_with_backlog(pcb, 255), on_accept);
    for (uint16_t i = 0; i < CHURN_BOUND; i++) {
        pcb = tcp_new();
        tcp_bind(pcb, IP_ADDR_ANY, (uint16_t)(9000 + i)); /* CLOSED, with a port */
    }
    sim_stack_unlock(NULL);
}

/* None comes again before all others were used. */
static uint16_t a_new_port(void)
{
    static uint16_t next = FIRST_PORT;
    uint16_t port = next++;

    if (next == 0)
        next = FIRST_PORT;
    return port;
}

static struct tcp_pcb *any_active(void)
{
    uint32_t skip = sim_random_between(0, CONNECTIONS);
    struct tcp_pcb *pcb = tcp_active_pcbs;

    for (; pcb && pcb->next && skip > 0; skip--)
        pcb = pcb->next;
    return pcb;
}

static void peer_opens(bool completes)
{
    struct peer_segment segment = {.peer_port = a_new_port(),
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

void churn_once(void *unused)
{
    struct tcp_pcb *pcb = any_active();

    (void)unused;
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
