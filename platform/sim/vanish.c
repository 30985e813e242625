#include "vanish.h"

#include "lwip/priv/tcp_priv.h"
#include "random.h"
#include "world.h"

#define ECHO_PORT 7

#define ECHO_PAUSE_MIN_MS 40000
#define ECHO_PAUSE_MAX_MS 90000

#define TCP_SOURCE_AT      0
#define TCP_DESTINATION_AT 2
#define TCP_PORTS          4

/* Ports alone tell connections apart: no two of the world's have the same pair by chance. */
struct pair {
    uint16_t device_port, world_port; /* both 0: free */
};

/* What is needed to reset a connection. */
struct end {
    bool is_known;
    ip_addr_t device, world;
    uint32_t sequence, acknowledged; /* of what the end that is gone would have sent next */
};

static struct {
    /* A ring; the pairs by themselves, as they are searched for every frame */
    struct pair pairs[CONFIG_NETDIAG_SIM_VANISHED];
    struct end ends[CONFIG_NETDIAG_SIM_VANISHED];
    size_t used; /* places that were ever taken */
    size_t next;
    uint64_t echo_due_ms;
} vanished;

static struct pair *find(uint16_t device_port, uint16_t world_port)
{
    for (size_t i = 0; i < vanished.used; i++) {
        struct pair *pair = &vanished.pairs[i];

        if (pair->device_port == device_port && pair->world_port == world_port)
            return pair;
    }
    return NULL;
}

/* Its place, or that of the oldest where all are taken. */
static struct end *remember(const struct tcp_pcb *pcb)
{
    const struct pair *pair = find(pcb->remote_port, pcb->local_port);
    struct end *end = &vanished.ends[vanished.next];

    if (pair)
        return &vanished.ends[pair - vanished.pairs];

    vanished.pairs[vanished.next] = (struct pair){pcb->remote_port, pcb->local_port};
    vanished.next = (vanished.next + 1) % CONFIG_NETDIAG_SIM_VANISHED;
    if (vanished.used < CONFIG_NETDIAG_SIM_VANISHED)
        vanished.used++;
    end->is_known = false;
    return end;
}

void sim_vanish(struct tcp_pcb *pcb)
{
    struct end *end = remember(pcb);

    end->is_known = pcb->state != SYN_SENT;
    ip_addr_copy(end->device, pcb->remote_ip);
    ip_addr_copy(end->world, pcb->local_ip);
    end->sequence = pcb->snd_nxt;
    end->acknowledged = pcb->rcv_nxt;
    tcp_abandon(pcb, 0);
}

void sim_vanish_deafen(const struct tcp_pcb *pcb)
{
    (void)remember(pcb);
}

void sim_vanish_forget(uint16_t device_port, uint16_t world_port)
{
    struct pair *pair = find(device_port, world_port);

    if (pair)
        *pair = (struct pair){0, 0};
}

/*
 * With the number that the vanished end would have sent next. Where the device has not got all
 * that was sent before, it answers with the number it waits for, and the world's stack, which has
 * no such connection, resets it by that.
 */
void sim_vanish_return(void)
{
    for (size_t i = 0; i < vanished.used; i++) {
        const struct end *end = &vanished.ends[i];
        struct pair pair = vanished.pairs[i];

        vanished.pairs[i] = (struct pair){0, 0};
        if (pair.device_port > 0 && end->is_known)
            tcp_rst(NULL, end->sequence, end->acknowledged, &end->world, &end->device,
                    pair.world_port, pair.device_port);
    }
    vanished.used = vanished.next = 0;
}

bool sim_vanish_swallows(const uint8_t *frame, size_t length)
{
    struct sim_frame_tcp tcp;
    uint16_t world_port;

    if (!sim_frame_find_tcp(frame, length, &tcp) || tcp.length < TCP_PORTS)
        return false;
    world_port = sim_frame_u16(frame + tcp.at + TCP_DESTINATION_AT);
    return world_port == SIM_WORLD_SILENT_PORT ||
           find(sim_frame_u16(frame + tcp.at + TCP_SOURCE_AT), world_port);
}

static uint64_t later(void)
{
    return sim_clock_ms() + sim_random_between(ECHO_PAUSE_MIN_MS, ECHO_PAUSE_MAX_MS);
}

static void start(const struct sim_options *options)
{
    (void)options;
    vanished.echo_due_ms = later();
}

static void stop(void)
{
    sim_vanish_return();
}

static void tick(uint64_t now_ms)
{
    struct tcp_pcb *pcb = tcp_active_pcbs;

    if (now_ms < vanished.echo_due_ms)
        return;
    while (pcb && (pcb->local_port != ECHO_PORT || pcb->state != ESTABLISHED))
        pcb = pcb->next;
    if (!pcb)
        return;
    vanished.echo_due_ms = later();
    sim_vanish(pcb);
}

const struct sim_activity sim_vanish_echo_sessions = {.start = start, .tick = tick, .stop = stop};
