/*
 * Work for the device's stack, to be counted in instructions by callgrind
 * (tests/bench/segments.py):
 *
 *     segments WORK TURNS
 *
 * One connection, from the raw-frame peer of the integration tests, on the virtual clock, which
 * stands: lwIP's timers do not run. Prints how many segments the device received and sent.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwip/stats.h"
#include "lwip/tcp.h"
#include "platform/sim/stack.h"
#include "tests/integration/peer.h"

#define PORT        5001
#define PEER_PORT   40000
#define PCBS        64
#define SMALL_BYTES 16

static const uint8_t zeros[TCP_MSS];

/* What the device's program does with a connection: one of these is its receive callback. */
static err_t discard(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    (void)arg;
    if (data) {
        tcp_recved(pcb, data->tot_len);
        pbuf_free(data);
    }
    return error;
}

static err_t echo(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    if (data) {
        tcp_write(pcb, data->payload, data->len, TCP_WRITE_FLAG_COPY);
        tcp_output(pcb);
    }
    return discard(arg, pcb, data, error);
}

/* Sends as fast as it is acknowledged. */
static err_t send_more(void *arg, struct tcp_pcb *pcb, uint16_t acknowledged)
{
    (void)arg, (void)acknowledged;
    while (tcp_write(pcb, zeros, sizeof(zeros), TCP_WRITE_FLAG_COPY) == ERR_OK) {
        /* until its buffer is full */
    }
    return ERR_OK;
}

static err_t receive_request(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    tcp_sent(pcb, send_more);
    send_more(arg, pcb, 0);
    return discard(arg, pcb, data, error);
}

/* The peer's part. `segment` is what it sends next. */
static void send_data(struct peer_segment *segment, size_t length)
{
    segment->flags = PEER_ACK | PEER_PSH;
    segment->length = length;
    peer_send(segment, NULL);
    segment->seq += (uint32_t)length;
    segment->length = 0;
}

/* To a device that receives, as large as it takes them: it acknowledges every second one. */
static void upload(struct peer_segment *segment, unsigned long turns)
{
    while (turns-- > 0)
        send_data(segment, PEER_DATA_MAX);
}

/* Acknowledges every second segment of a device that sends. */
static void download(struct peer_segment *segment, unsigned long turns)
{
    send_data(segment, 1);
    segment->flags = PEER_ACK;
    while (turns-- > 0) {
        const struct peer_segment *last = peer_received();

        if (last->seq + (uint32_t)last->length - segment->ack > 2 * TCP_MSS)
            segment->ack += 2 * TCP_MSS;
        else
            segment->ack = last->seq + (uint32_t)last->length;
        peer_send(segment, NULL);
    }
}

/* A few bytes each way, each acknowledging the other's. */
static void talk(struct peer_segment *segment, unsigned long turns)
{
    while (turns-- > 0) {
        send_data(segment, SMALL_BYTES);
        segment->ack += SMALL_BYTES;
    }
}

static const struct work {
    const char *name;
    tcp_recv_fn program;
    void (*peer)(struct peer_segment *segment, unsigned long turns);
} works[] = {
    {"upload", discard, upload},
    {"download", receive_request, download},
    {"talk", echo, talk},
};

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
    const struct work *work = arg;

    pcb->mss = TCP_MSS; /* the peer's SYN has no options, which would mean 536 */
    tcp_nagle_disable(pcb);
    tcp_recv(pcb, work->program);
    return error;
}

static void listen_for(const struct work *work)
{
    struct tcp_pcb *pcb;

    sim_stack_lock(NULL);
    pcb = tcp_new();
    tcp_bind(pcb, IP_ADDR_ANY, PORT);
    pcb = tcp_listen(pcb);
    tcp_arg(pcb, (void *)(uintptr_t)work);
    tcp_accept(pcb, on_accept);
    sim_stack_unlock(NULL);
}

static const struct work *find_work(const char *name)
{
    for (size_t i = 0; i < sizeof(works) / sizeof(works[0]); i++) {
        if (strcmp(works[i].name, name) == 0)
            return &works[i];
    }
    fprintf(stderr, "segments: \"%s\" is no work\n", name);
    exit(2);
}

int main(int argc, char **argv)
{
    struct peer_segment segment;
    const struct work *work;

    if (argc != 3) {
        fprintf(stderr, "usage: segments WORK TURNS\n");
        return 2;
    }
    work = find_work(argv[1]);
    peer_start(PCBS);
    listen_for(work);
    peer_connect(PEER_PORT, PORT, &segment);
    work->peer(&segment, strtoul(argv[2], NULL, 10));
    printf("%lu\n", (unsigned long)lwip_stats.tcp.recv + (unsigned long)lwip_stats.tcp.xmit);
    return 0;
}
