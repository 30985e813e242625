#include "port_scan.h"

#include "lwip/tcp.h"
#include "world.h"

static struct {
    const struct sim_options *options;
    uint64_t start_ms;
    uint16_t tried;
} scan;

/* What comes back is not looked at: lwIP frees the PCB when it is refused. */
static void try_port(uint16_t port)
{
    struct tcp_pcb *pcb;
    ip_addr_t device;

    if (!sim_world_first(scan.options, &device))
        return;
    pcb = tcp_new_ip_type(IP_GET_TYPE(&device));
    if (pcb && tcp_connect(pcb, &device, port, NULL) != ERR_OK)
        tcp_abort(pcb);
}

static void start(const struct sim_options *options)
{
    scan.options = options;
    scan.start_ms = sim_clock_ms();
    scan.tried = 0;
}

static void tick(uint64_t now_ms)
{
    uint64_t due = sim_clock_passed(now_ms, scan.start_ms) * SIM_PORT_SCAN_RATE / 1000;

    if (due > SIM_PORT_SCAN_PORTS)
        due = SIM_PORT_SCAN_PORTS;
    for (; scan.tried < due; scan.tried++)
        try_port((uint16_t)(SIM_PORT_SCAN_FIRST + scan.tried));
}

const struct sim_activity sim_port_scan = {.start = start, .tick = tick};
