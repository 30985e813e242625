/*
 * One connection after the other: the next is opened when the one before is gone, as a client does
 * that knows of one alone. One client makes one connection in each step of the clock at most; for a
 * larger pool there are several of them at the address.
 */
#include "half_open.h"

#include <string.h>

#include "export_service.h"
#include "lwip/tcp.h"
#include "vanish.h"
#include "world.h"

/* Who does not get in for so long gives up. */
#define PATIENCE_MS 5000

/* What one client opens in SIM_HALF_OPEN_FULL_S. */
#define CONNECTIONS_A_CLIENT 900
#define CLIENTS_MAX          (CONFIG_NETDIAG_TCP_SLOTS / CONNECTIONS_A_CLIENT + 1)

struct client {
    uint64_t next_ms;    /* when it comes again */
    struct tcp_pcb *pcb; /* NULL: it is gone */
    bool is_in;          /* it is connected */
    bool has_given_up;
    uint64_t since_ms; /* when it came */
};

static struct {
    const struct sim_options *options;
    uint32_t count;
    uint32_t vanished; /* how often, all of them */
    struct client of[CLIENTS_MAX];
} clients;

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t error)
{
    struct client *client = arg;

    (void)pcb, (void)error;
    client->is_in = true;
    return ERR_OK;
}

/* lwIP has freed the PCB. */
static void on_error(void *arg, err_t error)
{
    struct client *client = arg;

    (void)error;
    client->pcb = NULL;
}

static void come(struct client *client, uint64_t now_ms)
{
    ip_addr_t server;

    if (!sim_world_first(clients.options, &server))
        return;
    client->pcb = tcp_new_ip_type(IP_GET_TYPE(&server));
    if (!client->pcb)
        return;
    client->is_in = false;
    client->since_ms = now_ms;
    tcp_arg(client->pcb, client);
    tcp_err(client->pcb, on_error);
    if (tcp_connect(client->pcb, &server, SIM_EXPORT_PORT, on_connected) == ERR_OK)
        sim_vanish_forget(SIM_EXPORT_PORT, client->pcb->local_port);
    else
        tcp_abort(client->pcb);
}

/* Calls on_error(). The world can remember so many and no more: then nobody comes again. */
static void vanish(struct client *client)
{
    sim_vanish(client->pcb);
    clients.vanished++;
}

/* Between two connections of one client. */
static uint64_t pause_ms(void)
{
    return UINT64_C(1000) * SIM_HALF_OPEN_FULL_S * clients.count / clients.options->pcbs;
}

static void start(const struct sim_options *options)
{
    memset(&clients, 0, sizeof(clients));
    clients.options = options;
    clients.count = (options->pcbs - 1) / CONNECTIONS_A_CLIENT + 1;
    for (uint32_t i = 0; i < clients.count; i++)
        clients.of[i].next_ms = sim_clock_ms() + pause_ms() * i / clients.count;
}

static void tick_client(struct client *client, uint64_t now_ms)
{
    if (client->pcb && client->is_in) {
        vanish(client);
    } else if (client->pcb && sim_clock_passed(now_ms, client->since_ms) >= PATIENCE_MS) {
        client->has_given_up = true;
        tcp_abort(client->pcb);
    }
    if (client->pcb || client->has_given_up || now_ms < client->next_ms ||
        clients.vanished >= CONFIG_NETDIAG_SIM_VANISHED)
        return;
    client->next_ms += pause_ms();
    come(client, now_ms);
}

static void tick(uint64_t now_ms)
{
    for (uint32_t i = 0; i < clients.count; i++)
        tick_client(&clients.of[i], now_ms);
}

static void stop(void)
{
    for (uint32_t i = 0; i < clients.count; i++) {
        if (clients.of[i].pcb)
            tcp_abort(clients.of[i].pcb);
    }
    sim_vanish_return();
}

const struct sim_activity sim_half_open = {.start = start, .tick = tick, .stop = stop};
