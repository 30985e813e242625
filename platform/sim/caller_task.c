#include "caller_task.h"

#include "lwip/priv/tcp_priv.h"
#include "netdiag/lwip.h"
#include "world.h"

struct caller {
    const char *owner;     /* NULL: nobody says whose its connections are */
    const uint16_t *ports; /* one after the other */
    uint32_t port_count;
    bool one_address;
    uint32_t pause_ms;                 /* from one call to the next */
    uint32_t most;                     /* calls at a time */
    const struct sim_options *options; /* from here on the caller's own */
    uint64_t next_ms;
    uint32_t calls, open;
};

static const uint16_t server_ports[] = {443};
static const uint16_t scanned_ports[] = {22, 23, 80, 445};

static struct caller updater = {
    .owner = "updater",
    .ports = server_ports,
    .port_count = 1,
    .one_address = true,
    .pause_ms = 1000,
    .most = 6,
};
static struct caller scanner = {
    .ports = scanned_ports,
    .port_count = sizeof(scanned_ports) / sizeof(scanned_ports[0]),
    .pause_ms = 700,
    .most = 24,
};

/* Which of the addresses without a host is the one that is called again and again. */
#define GONE 96

/* lwIP has freed the PCB: nobody answered. */
static void on_error(void *arg, err_t error)
{
    struct caller *caller = arg;

    (void)error;
    caller->open--;
}

/* Somebody is there after all. */
static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t error)
{
    struct caller *caller = arg;

    (void)error;
    caller->open--;
    tcp_arg(pcb, NULL);
    tcp_err(pcb, NULL);
    tcp_abort(pcb);
    return ERR_ABRT;
}

static void call(struct caller *caller)
{
    uint32_t at = caller->one_address ? GONE : caller->calls;
    uint16_t port = caller->ports[caller->calls % caller->port_count];
    struct tcp_pcb *pcb;
    ip_addr_t address;

    if (!sim_world_vacant(caller->options, at, &address))
        return;
    pcb = tcp_new_ip_type(IP_GET_TYPE(&address));
    if (!pcb)
        return;
    tcp_arg(pcb, caller);
    tcp_err(pcb, on_error);
    if (tcp_connect(pcb, &address, port, on_connected) != ERR_OK) {
        (void)tcp_close(pcb);
        return;
    }
    caller->calls++;
    caller->open++;
    if (caller->owner)
        (void)netdiag_tcp_owner_set(pcb, caller->owner);
}

static void look(struct caller *caller, uint64_t now_ms)
{
    if (now_ms < caller->next_ms || caller->open >= caller->most)
        return;
    caller->next_ms = now_ms + caller->pause_ms;
    call(caller);
}

static void start(struct caller *caller, const struct sim_options *options)
{
    caller->options = options;
    caller->calls = 0;
    caller->next_ms = 0;
}

static void stop(struct caller *caller)
{
    struct tcp_pcb *pcb, *next;

    for (pcb = tcp_active_pcbs; pcb; pcb = next) {
        next = pcb->next;
        if (pcb->callback_arg != caller)
            continue;
        tcp_err(pcb, NULL);
        (void)tcp_close(pcb); /* which frees one that never was established */
    }
    caller->open = 0;
}

static void start_updater(const struct sim_options *options)
{
    start(&updater, options);
}

static void tick_updater(uint64_t now_ms)
{
    look(&updater, now_ms);
}

static void stop_updater(void)
{
    stop(&updater);
}

static void start_scanner(const struct sim_options *options)
{
    start(&scanner, options);
}

static void tick_scanner(uint64_t now_ms)
{
    look(&scanner, now_ms);
}

static void stop_scanner(void)
{
    stop(&scanner);
}

const struct sim_activity sim_unreachable_task = {
    .start = start_updater, .tick = tick_updater, .stop = stop_updater};
const struct sim_activity sim_scan_task = {
    .start = start_scanner, .tick = tick_scanner, .stop = stop_scanner};
