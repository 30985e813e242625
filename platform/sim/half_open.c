/*
 * One connection after the other: the next is opened when the one before is gone, as a client does
 * that knows of one alone.
 */
#include "half_open.h"

#include <string.h>

#include "export_service.h"
#include "lwip/tcp.h"
#include "vanish.h"
#include "world.h"

/* Who does not get in for so long gives up. */
#define PATIENCE_MS 5000

static struct {
    const struct sim_options *options;
    uint64_t next_ms;    /* when it comes again */
    struct tcp_pcb *pcb; /* NULL: it is gone */
    bool is_in;          /* it is connected */
    bool has_given_up;
    uint64_t since_ms; /* when it came */
    uint32_t vanished; /* how often */
} client;

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg, (void)pcb, (void)error;
    client.is_in = true;
    return ERR_OK;
}

/* lwIP has freed the PCB. */
static void on_error(void *arg, err_t error)
{
    (void)arg, (void)error;
    client.pcb = NULL;
}

static void come(uint64_t now_ms)
{
    ip_addr_t server;

    if (!sim_world_first(client.options, &server))
        return;
    client.pcb = tcp_new_ip_type(IP_GET_TYPE(&server));
    if (!client.pcb)
        return;
    client.is_in = false;
    client.since_ms = now_ms;
    tcp_err(client.pcb, on_error);
    if (tcp_connect(client.pcb, &server, SIM_EXPORT_PORT, on_connected) == ERR_OK)
        sim_vanish_forget(SIM_EXPORT_PORT, client.pcb->local_port);
    else
        tcp_abort(client.pcb);
}

/* Calls on_error(). */
static void vanish(void)
{
    sim_vanish(client.pcb);
    if (++client.vanished == CONFIG_NETDIAG_SIM_VANISHED)
        client.has_given_up = true; /* the world can remember no more */
}

static void start(const struct sim_options *options)
{
    memset(&client, 0, sizeof(client));
    client.options = options;
    client.next_ms = sim_clock_ms();
}

static void tick(uint64_t now_ms)
{
    if (client.pcb && client.is_in) {
        vanish();
    } else if (client.pcb && now_ms - client.since_ms >= PATIENCE_MS) {
        client.has_given_up = true;
        tcp_abort(client.pcb);
    }
    if (client.pcb || client.has_given_up || now_ms < client.next_ms)
        return;
    client.next_ms += UINT64_C(1000) * SIM_HALF_OPEN_FULL_S / client.options->pcbs;
    come(now_ms);
}

static void stop(void)
{
    if (client.pcb)
        tcp_abort(client.pcb);
    sim_vanish_return();
}

const struct sim_activity sim_half_open = {.start = start, .tick = tick, .stop = stop};
