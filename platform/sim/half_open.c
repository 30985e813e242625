#include "half_open.h"

#include <string.h>

#include "export_service.h"
#include "lwip/tcp.h"
#include "vanish.h"
#include "world.h"

/* Attempts at a time; where nobody gets in they are all that there are. */
#define ATTEMPTS 32

struct attempt {
    struct tcp_pcb *pcb; /* NULL: unused */
    bool is_in;          /* it is connected */
};

static struct {
    bool has_server;
    ip_addr_t server;
    uint64_t start_ms;
    uint64_t opened;
    uint32_t places; /* of the device */
    uint32_t vanished;
    struct attempt attempts[ATTEMPTS];
} client;

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t error)
{
    static const char question[] = "export interfaces\n";
    struct attempt *attempt = arg;

    (void)error;
    (void)tcp_write(pcb, question, sizeof(question) - 1, 0);
    (void)tcp_output(pcb);
    attempt->is_in = true;
    return ERR_OK;
}

/* lwIP has freed the PCB. */
static void on_error(void *arg, err_t error)
{
    struct attempt *attempt = arg;

    (void)error;
    attempt->pcb = NULL;
}

static void open_attempt(struct attempt *attempt)
{
    struct tcp_pcb *pcb = tcp_new_ip_type(IP_GET_TYPE(&client.server));

    if (!pcb)
        return;
    attempt->pcb = pcb;
    attempt->is_in = false;
    tcp_arg(pcb, attempt);
    tcp_err(pcb, on_error);
    if (tcp_connect(pcb, &client.server, SIM_EXPORT_PORT, on_connected) == ERR_OK)
        sim_vanish_forget(SIM_EXPORT_PORT, pcb->local_port);
    else
        tcp_abort(pcb);
}

static struct attempt *free_attempt(void)
{
    for (size_t i = 0; i < ATTEMPTS; i++) {
        if (!client.attempts[i].pcb)
            return &client.attempts[i];
    }
    return NULL;
}

static void start(const struct sim_options *options)
{
    memset(&client, 0, sizeof(client));
    client.start_ms = sim_clock_ms();
    client.places = options->pcbs;
    client.has_server = sim_world_first(options, &client.server);
}

/* Gone without a word as soon as all it said was acknowledged. */
static void vanish_those_in(void)
{
    for (size_t i = 0; i < ATTEMPTS; i++) {
        struct attempt *attempt = &client.attempts[i];

        if (!attempt->pcb || !attempt->is_in || tcp_sndqueuelen(attempt->pcb) > 0)
            continue;
        client.vanished++;
        sim_vanish(attempt->pcb); /* on_error() frees the place */
    }
}

static void tick(uint64_t now_ms)
{
    uint64_t due = (now_ms - client.start_ms) * client.places / (SIM_HALF_OPEN_FULL_S * 1000);

    if (!client.has_server)
        return;
    vanish_those_in();
    for (; client.opened < due; client.opened++) {
        struct attempt *attempt = free_attempt();

        if (attempt && client.vanished < CONFIG_NETDIAG_SIM_VANISHED)
            open_attempt(attempt);
    }
}

static void stop(void)
{
    for (size_t i = 0; i < ATTEMPTS; i++) {
        if (client.attempts[i].pcb)
            tcp_abort(client.attempts[i].pcb); /* on_error() frees the place */
    }
    sim_vanish_return();
}

const struct sim_activity sim_half_open = {.start = start, .tick = tick, .stop = stop};
