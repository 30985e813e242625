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
    uint16_t device_port, world_port;
};

static struct {
    struct pair pairs[CONFIG_NETDIAG_SIM_VANISHED]; /* a ring; {0, 0} is free */
    size_t next;
    uint64_t echo_due_ms;
} vanished;

static struct pair *find(uint16_t device_port, uint16_t world_port)
{
    for (size_t i = 0; i < CONFIG_NETDIAG_SIM_VANISHED; i++) {
        struct pair *pair = &vanished.pairs[i];

        if (pair->device_port == device_port && pair->world_port == world_port)
            return pair;
    }
    return NULL;
}

void sim_vanish(struct tcp_pcb *pcb)
{
    vanished.pairs[vanished.next] = (struct pair){pcb->remote_port, pcb->local_port};
    vanished.next = (vanished.next + 1) % CONFIG_NETDIAG_SIM_VANISHED;
    tcp_abandon(pcb, 0);
}

void sim_vanish_forget(uint16_t device_port, uint16_t world_port)
{
    struct pair *pair = find(device_port, world_port);

    if (pair)
        *pair = (struct pair){0, 0};
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

const struct sim_activity sim_vanish_echo_sessions = {.start = start, .tick = tick};
