#include "crowd.h"

#include <assert.h>

#include "lwip/tcp.h"
#include "netdiag/lwip.h"
#include "peer.h"
#include "platform/sim/stack.h"

/* So many are opened a second. */
#define RATE 500

/* The peer's part of each: what it sends next. */
static struct peer_segment segments[CROWD_MOST];
static uint32_t opened, next, next_to_go;

static err_t on_data(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    (void)arg;
    if (data) {
        tcp_recved(pcb, data->tot_len);
        pbuf_free(data);
    }
    return error;
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg;
    if (error == ERR_OK)
        tcp_recv(pcb, on_data);
    return error;
}

static void start_service(void)
{
    enum netdiag_error error;
    struct tcp_pcb *pcb;

    sim_stack_lock(NULL);
    error = netdiag_lwip_tcp_owner_register(CROWD_PORT, CROWD_OWNER);
    assert(!error);
    pcb = tcp_new();
    tcp_bind(pcb, IP_ADDR_ANY, CROWD_PORT);
    tcp_accept(tcp_listen(pcb), on_accept);
    sim_stack_unlock(NULL);
    (void)error;
}

void crowd_start(uint32_t count)
{
    assert(count <= CROWD_MOST);
    peer_start(count);
    start_service();
    for (; opened < count; opened++) {
        if (opened % RATE == 0)
            peer_advance(1000);
        peer_connect((uint16_t)(CROWD_FIRST_PORT + opened), CROWD_PORT, &segments[opened]);
    }
}

void crowd_churn(void)
{
    struct peer_segment *segment = &segments[opened - 1 - next_to_go++ % CROWD_COMING];
    uint16_t port = segment->peer_port;

    segment->flags = PEER_RST;
    peer_send(segment, NULL);
    port = (uint16_t)(port < CROWD_OTHER_PORT ? port + CROWD_OTHER_PORT : port - CROWD_OTHER_PORT);
    peer_connect(port, CROWD_PORT, segment);
}

void crowd_talk(void)
{
    struct peer_segment *segment = &segments[next++ % opened];

    segment->length = 1;
    peer_send(segment, NULL);
    segment->seq++;
    segment->length = 0;
    peer_advance(1);
}
