#include "bound_task.h"

#include "lwip/tcp.h"
#include "netdiag/lwip.h"

#define OWNER "setupd"

static struct tcp_pcb *bound; /* NULL: there is none */

static void start(const struct sim_options *options)
{
    struct tcp_pcb *pcb = tcp_new();

    (void)options;
    if (!pcb)
        return;
    if (tcp_bind(pcb, IP4_ADDR_ANY, SIM_BOUND_PORT) != ERR_OK) {
        (void)tcp_close(pcb);
        return;
    }
    (void)netdiag_lwip_tcp_owner_register(SIM_BOUND_PORT, OWNER);
    bound = pcb;
}

static void stop(void)
{
    if (bound)
        (void)tcp_close(bound);
    bound = NULL;
}

const struct sim_activity sim_bound_task = {.start = start, .stop = stop};
