/*
 * A client that is deaf still sends: what the device sends to it is lost on the way, and so the
 * device waits. It hears again before anything is late; the device then sends once more what was
 * lost, and all goes on.
 */
#include "all_states.h"

#include <string.h>

#include "export_service.h"
#include "lwip/tcp.h"
#include "lwip/timeouts.h"
#include "netdiag/lwip.h"
#include "vanish.h"
#include "world.h"

#define HTTP_PORT 80
#define ECHO_PORT 7
#define HELD_PORT 7071 /* bound by the device's program, and no more */

#define OWNER "states"

/* From one round of clients to the next; the device's program calls as often. */
#define ROUND_MS 20000

#define DEAF_MS 2000

/* What a client does, by the device's state that it is there for. */
struct role {
    uint16_t port;
    bool is_deaf_at_once; /* before the SYN-ACK: SYN-RECEIVED */
    bool is_deaf;         /* from when it is connected on, for DEAF_MS */
    bool asks;            /* for a page, after which the server closes */
    bool shuts;       /* its side: when it is connected, or after half of DEAF_MS when it asks */
    uint32_t late_ms; /* closes so long after the device did */
};

static const struct role roles[] = {
    {.port = HTTP_PORT, .is_deaf_at_once = true},                      /* SYN-RECEIVED */
    {.port = HTTP_PORT, .is_deaf = true, .asks = true},                /* FIN-WAIT-1 */
    {.port = HTTP_PORT, .asks = true, .late_ms = 6000},                /* FIN-WAIT-2 */
    {.port = HTTP_PORT, .is_deaf = true, .asks = true, .shuts = true}, /* CLOSING */
    {.port = ECHO_PORT, .is_deaf = true, .shuts = true},               /* LAST-ACK */
    {.port = SIM_EXPORT_PORT, .shuts = true},                          /* CLOSE-WAIT */
};

#define ROLES (sizeof(roles) / sizeof(roles[0]))

struct client {
    struct tcp_pcb *pcb; /* NULL: unused */
    const struct role *role;
    uint64_t shut_ms, hear_ms, close_ms; /* when it does so; 0: not */
};

static struct {
    const struct sim_options *options;
    uint64_t next_ms;
    struct client clients[ROLES];
} stage;

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t error)
{
    static const char request[] = "GET / HTTP/1.0\r\n\r\n";
    struct client *client = arg;
    const struct role *role = client->role;

    (void)error;
    if (role->is_deaf) {
        sim_vanish_deafen(pcb);
        client->hear_ms = sim_clock_ms() + DEAF_MS;
    }
    if (role->asks) {
        (void)tcp_write(pcb, request, sizeof(request) - 1, 0);
        (void)tcp_output(pcb);
    }
    if (role->shuts && role->asks)
        client->shut_ms = sim_clock_ms() + DEAF_MS / 2;
    else if (role->shuts)
        (void)tcp_shutdown(pcb, 0, 1);
    return ERR_OK;
}

static err_t on_received(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    struct client *client = arg;

    (void)error;
    if (data) {
        tcp_recved(pcb, data->tot_len);
        pbuf_free(data);
    } else {
        client->close_ms = sim_clock_ms() + client->role->late_ms;
    }
    return ERR_OK;
}

/* lwIP has freed the PCB. */
static void on_error(void *arg, err_t error)
{
    struct client *client = arg;

    (void)error;
    client->pcb = NULL;
}

/* lwIP closes on its own, and calls nobody back. */
static struct tcp_pcb *let_go(struct client *client)
{
    struct tcp_pcb *pcb = client->pcb;

    sim_vanish_forget(pcb->remote_port, pcb->local_port);
    tcp_arg(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_err(pcb, NULL);
    client->pcb = NULL;
    return pcb;
}

static void open_client(struct client *client, const struct role *role)
{
    struct tcp_pcb *pcb;
    ip_addr_t device;

    if (!sim_world_first(stage.options, &device))
        return;
    pcb = tcp_new_ip_type(IP_GET_TYPE(&device));
    if (!pcb)
        return;
    *client = (struct client){.pcb = pcb, .role = role};
    tcp_arg(pcb, client);
    tcp_recv(pcb, on_received);
    tcp_err(pcb, on_error);
    if (tcp_connect(pcb, &device, role->port, on_connected) != ERR_OK)
        tcp_abort(pcb);
    else if (role->is_deaf_at_once)
        sim_vanish(pcb); /* on_error() frees the place */
    else
        sim_vanish_forget(role->port, pcb->local_port);
}

static bool is_due(uint64_t *at_ms, uint64_t now_ms)
{
    if (*at_ms == 0 || now_ms < *at_ms)
        return false;
    *at_ms = 0;
    return true;
}

static void go_on(struct client *client, uint64_t now_ms)
{
    struct tcp_pcb *pcb = client->pcb;

    if (is_due(&client->shut_ms, now_ms))
        (void)tcp_shutdown(pcb, 0, 1);
    if (is_due(&client->hear_ms, now_ms))
        sim_vanish_forget(pcb->remote_port, pcb->local_port);
    if (!is_due(&client->close_ms, now_ms))
        return;
    pcb = let_go(client);
    if (tcp_close(pcb) != ERR_OK)
        tcp_abort(pcb);
}

static void start_clients(const struct sim_options *options)
{
    memset(&stage, 0, sizeof(stage));
    stage.options = options;
    stage.next_ms = sim_clock_ms();
}

static void tick_clients(uint64_t now_ms)
{
    for (size_t i = 0; i < ROLES; i++) {
        if (stage.clients[i].pcb)
            go_on(&stage.clients[i], now_ms);
    }
    if (now_ms < stage.next_ms)
        return;
    stage.next_ms = now_ms + ROUND_MS;
    for (size_t i = 0; i < ROLES; i++) {
        if (!stage.clients[i].pcb) /* else it still takes what the export service has */
            open_client(&stage.clients[i], &roles[i]);
    }
}

static void stop_clients(void)
{
    for (size_t i = 0; i < ROLES; i++) {
        if (stage.clients[i].pcb)
            tcp_abort(let_go(&stage.clients[i]));
    }
    sim_vanish_return();
}

const struct sim_activity sim_all_states_clients = {
    .start = start_clients, .tick = tick_clients, .stop = stop_clients};

/* The device's program. */
static struct {
    const struct sim_options *options;
    struct tcp_pcb *calling, *holding; /* NULL: not now */
} program;

static void on_call_failed(void *arg, err_t error)
{
    (void)arg, (void)error;
    program.calling = NULL;
}

/* To a host that is there, and a port that nobody answers for: SYN-SENT until lwIP gives up. */
static void call(void *arg)
{
    ip_addr_t host;

    sys_timeout(ROUND_MS, call, arg);
    if (program.calling || !sim_world_pick(program.options, SIM_WORLD_HOST, &host))
        return;
    program.calling = tcp_new_ip_type(IP_GET_TYPE(&host));
    if (!program.calling)
        return;
    tcp_err(program.calling, on_call_failed);
    if (tcp_connect(program.calling, &host, SIM_WORLD_SILENT_PORT, NULL) != ERR_OK)
        tcp_abort(program.calling);
    else
        (void)netdiag_tcp_owner_set(program.calling, OWNER);
}

static void start_program(const struct sim_options *options)
{
    program.options = options;
    program.calling = NULL;
    program.holding = tcp_new_ip_type(IPADDR_TYPE_ANY);
    if (program.holding && tcp_bind(program.holding, IP_ANY_TYPE, HELD_PORT) != ERR_OK) {
        tcp_abort(program.holding);
        program.holding = NULL;
    }
    call(NULL);
}

static void stop_program(void)
{
    sys_untimeout(call, NULL);
    if (program.calling)
        tcp_abort(program.calling); /* on_call_failed() forgets it */
    if (program.holding)
        (void)tcp_close(program.holding);
}

const struct sim_activity sim_all_states_program = {.start = start_program, .stop = stop_program};
