/*
 * A visitor's place is one of as many as there are PCBs, so that there is always one for the next.
 */
#include "visitors.h"

#include "lwip/priv/tcp_priv.h"
#include "vanish.h"
#include "world.h"

struct visitor {
    struct tcp_pcb *pcb; /* NULL: unused */
    struct sim_crowd *crowd;
    bool is_connected, is_deaf;
    uint64_t came_ms;
    uint32_t left; /* bytes still to send */
};

static struct {
    struct visitor places[CONFIG_NETDIAG_TCP_SLOTS];
    size_t used; /* none beyond was ever taken */
} visitors;

/* What they send. */
static const uint8_t zeros[1024];

static void forget(struct visitor *visitor)
{
    visitor->crowd->here--;
    visitor->pcb = NULL;
}

/* lwIP has freed the PCB: refused, reset, or given up. */
static void on_error(void *arg, err_t error)
{
    (void)error;
    forget(arg);
}

/* lwIP must not call back into the place. */
static struct tcp_pcb *let_go(struct visitor *visitor)
{
    struct tcp_pcb *pcb = visitor->pcb;

    tcp_arg(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_sent(pcb, NULL);
    tcp_err(pcb, NULL);
    forget(visitor);
    return pcb;
}

/* ERR_ABRT, which callbacks must return: the PCB is gone. */
static err_t leave(struct visitor *visitor, enum sim_leaving leaving)
{
    struct tcp_pcb *pcb = let_go(visitor);

    switch (leaving) {
    case SIM_LEAVES_BY_CLOSING:
        if (tcp_close(pcb) == ERR_OK)
            return ERR_OK;
        tcp_abort(pcb);
        break;
    case SIM_LEAVES_BY_RESET:
        tcp_abort(pcb);
        break;
    case SIM_LEAVES_WITH_LAST_FIN:
        (void)tcp_shutdown(pcb, 0, 1);
        sim_vanish(pcb);
        break;
    case SIM_LEAVES_SILENTLY:
        sim_vanish(pcb);
        break;
    }
    return ERR_ABRT;
}

static void send_more(struct visitor *visitor)
{
    while (visitor->left > 0) {
        uint32_t chunk = tcp_sndbuf(visitor->pcb);

        chunk = chunk < visitor->left ? chunk : visitor->left;
        chunk = chunk < sizeof(zeros) ? chunk : sizeof(zeros);
        if (chunk == 0 || tcp_write(visitor->pcb, zeros, (u16_t)chunk, 0) != ERR_OK)
            break;
        visitor->left -= chunk;
    }
    (void)tcp_output(visitor->pcb);
}

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t error)
{
    struct visitor *visitor = arg;

    (void)pcb, (void)error;
    visitor->is_connected = true;
    visitor->came_ms = sim_clock_ms();
    send_more(visitor);
    return ERR_OK;
}

static err_t on_sent(void *arg, struct tcp_pcb *pcb, u16_t length)
{
    (void)pcb, (void)length;
    send_more(arg);
    return ERR_OK;
}

static err_t on_received(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    struct visitor *visitor = arg;

    (void)error;
    if (!data)
        return visitor->crowd->stays ? ERR_OK : leave(visitor, SIM_LEAVES_BY_CLOSING);
    if (!visitor->crowd->never_reads)
        tcp_recved(pcb, data->tot_len);
    pbuf_free(data);
    return ERR_OK;
}

static struct visitor *free_place(void)
{
    for (size_t i = 0; i < visitors.used; i++) {
        if (!visitors.places[i].pcb)
            return &visitors.places[i];
    }
    return visitors.used < CONFIG_NETDIAG_TCP_SLOTS ? &visitors.places[visitors.used++] : NULL;
}

/* How often an address is looked for that fits. */
#define PICKS 32

static bool pick(const struct sim_crowd *crowd, ip_addr_t *address)
{
    for (int i = 0; i < PICKS; i++) {
        if (sim_world_pick(crowd->options, SIM_WORLD_DEVICE, address) &&
            (!crowd->over_ipv4 || IP_IS_V4(address)))
            return true;
    }
    return false;
}

/* False: not now. */
static bool come(struct sim_crowd *crowd)
{
    struct visitor *visitor = free_place();
    struct tcp_pcb *pcb;
    ip_addr_t device;

    if (!visitor || !pick(crowd, &device))
        return false;
    pcb = tcp_new_ip_type(IP_GET_TYPE(&device));
    if (!pcb)
        return false;
    *visitor = (struct visitor){.pcb = pcb, .crowd = crowd, .left = crowd->bytes};
    crowd->here++;
    tcp_arg(pcb, visitor);
    tcp_recv(pcb, on_received);
    tcp_sent(pcb, on_sent);
    tcp_err(pcb, on_error);
    if (tcp_connect(pcb, &device, crowd->port, on_connected) != ERR_OK) {
        (void)leave(visitor, SIM_LEAVES_BY_CLOSING);
        return false;
    }
    sim_vanish_forget(crowd->port, pcb->local_port);
    if (crowd->half_open)
        (void)leave(visitor, SIM_LEAVES_SILENTLY);
    return true;
}

/* lwIP has 16,384 local ports, and takes long to find that none is free. */
#define MOST 15000

static uint32_t most_of(const struct sim_crowd *crowd)
{
    uint32_t most = crowd->most > 0 ? crowd->most : crowd->options->pcbs;

    return most < MOST ? most : MOST;
}

/* Those whose time has come and who find no room come when there is some. */
static void let_in(struct sim_crowd *crowd, uint64_t now_ms)
{
    uint64_t due = sim_clock_passed(now_ms, crowd->start_ms) * most_of(crowd) / crowd->fill_ms;

    while (crowd->due < due && crowd->here < most_of(crowd) &&
           (crowd->in_all == 0 || crowd->came < crowd->in_all)) {
        crowd->due++;
        crowd->came += come(crowd);
    }
    if (crowd->due < due)
        crowd->due = (uint32_t)due;
}

static void look_at(struct visitor *visitor, uint64_t now_ms)
{
    const struct sim_crowd *crowd = visitor->crowd;
    uint64_t here_ms = sim_clock_passed(now_ms, visitor->came_ms);

    if (!visitor->is_connected)
        return;
    if (crowd->deaf_after_ms > 0 && here_ms >= crowd->deaf_after_ms && !visitor->is_deaf) {
        visitor->is_deaf = true;
        sim_vanish_deafen(visitor->pcb);
    }
    if (crowd->leaves_after_ms > 0 && here_ms >= crowd->leaves_after_ms)
        (void)leave(visitor, crowd->leaving);
}

void sim_crowd_start(struct sim_crowd *crowd, const struct sim_options *options)
{
    crowd->options = options;
    crowd->start_ms = sim_clock_ms();
    crowd->due = 0;
    crowd->came = 0;
}

void sim_crowd_tick(struct sim_crowd *crowd, uint64_t now_ms)
{
    for (size_t i = 0; i < visitors.used; i++) {
        if (visitors.places[i].pcb && visitors.places[i].crowd == crowd)
            look_at(&visitors.places[i], now_ms);
    }
    let_in(crowd, now_ms);
}

/* Who stays where the device has closed, or leaves data unread, has nothing orderly to say. */
void sim_crowd_stop(struct sim_crowd *crowd)
{
    enum sim_leaving leaving =
        crowd->stays || crowd->never_reads ? SIM_LEAVES_BY_RESET : SIM_LEAVES_BY_CLOSING;

    for (size_t i = 0; i < visitors.used; i++) {
        if (visitors.places[i].pcb && visitors.places[i].crowd == crowd)
            (void)leave(&visitors.places[i], leaving);
    }
    sim_vanish_return();
}
