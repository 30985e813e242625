/*
 * A client has no memory but its PCB: it sends when it is connected, and closes when something
 * comes back.
 */
#include "busy.h"

#include "lwip/tcp.h"
#include "random.h"
#include "vanish.h"
#include "world.h"

#define ECHO_PORT 7

static struct {
    const struct sim_options *options;
    uint64_t second_ms; /* when this second began */
    uint32_t rate;
    uint32_t opened; /* in this second */
} busy;

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t error)
{
    static const char question[] = "how much is the fish?";

    (void)arg, (void)error;
    (void)tcp_write(pcb, question, sizeof(question) - 1, 0);
    (void)tcp_output(pcb);
    return ERR_OK;
}

/* What was asked comes back whole, or the server has closed. */
static err_t on_received(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    (void)arg, (void)error;
    if (data) {
        tcp_recved(pcb, data->tot_len);
        pbuf_free(data);
    }
    tcp_recv(pcb, NULL);
    if (tcp_close(pcb) == ERR_OK)
        return ERR_OK;
    tcp_abort(pcb);
    return ERR_ABRT;
}

static void open_client(void)
{
    ip_addr_t server;
    struct tcp_pcb *pcb;

    if (!sim_world_pick(busy.options, SIM_WORLD_DEVICE, &server))
        return;
    pcb = tcp_new_ip_type(IP_GET_TYPE(&server));
    if (!pcb)
        return;
    tcp_recv(pcb, on_received);
    if (tcp_connect(pcb, &server, ECHO_PORT, on_connected) == ERR_OK)
        sim_vanish_forget(ECHO_PORT, pcb->local_port);
    else
        tcp_abort(pcb);
}

static void begin_second(uint64_t now_ms)
{
    busy.second_ms = now_ms;
    busy.rate = sim_random_between(SIM_BUSY_RATE_MIN, SIM_BUSY_RATE_MAX);
    busy.opened = 0;
}

static void start(const struct sim_options *options)
{
    busy.options = options;
    begin_second(sim_clock_ms());
}

static void tick(uint64_t now_ms)
{
    uint64_t due;

    if (sim_clock_passed(now_ms, busy.second_ms) >= 1000)
        begin_second(now_ms);
    due = sim_clock_passed(now_ms, busy.second_ms) * busy.rate / 1000;
    for (; busy.opened < due; busy.opened++)
        open_client();
}

const struct sim_activity sim_busy = {.start = start, .tick = tick};
