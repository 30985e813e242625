#include "dial.h"

#include "netdiag/lwip.h"
#include "world.h"

/* lwIP goes on alone with what is left of it. */
static void forget(struct sim_dial *dial)
{
    tcp_arg(dial->pcb, NULL);
    tcp_recv(dial->pcb, NULL);
    tcp_err(dial->pcb, NULL);
    dial->pcb = NULL;
}

/* An attempt that was not answered leaves without a word, as one of lwIP's own. */
static err_t leave(struct sim_dial *dial)
{
    struct tcp_pcb *pcb = dial->pcb;

    forget(dial);
    if (tcp_close(pcb) == ERR_OK)
        return ERR_OK;
    tcp_abort(pcb);
    return ERR_ABRT;
}

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t error)
{
    struct sim_dial *dial = arg;

    (void)pcb, (void)error;
    dial->state = SIM_DIAL_OPEN;
    return ERR_OK;
}

static err_t on_received(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    struct sim_dial *dial = arg;

    (void)error;
    if (data) {
        tcp_recved(pcb, data->tot_len);
        pbuf_free(data);
        return ERR_OK;
    }
    dial->state = SIM_DIAL_ENDED;
    return leave(dial);
}

/* lwIP has freed the PCB. */
static void on_error(void *arg, err_t error)
{
    struct sim_dial *dial = arg;

    dial->pcb = NULL;
    if (dial->state == SIM_DIAL_OPEN)
        dial->state = SIM_DIAL_ENDED;
    else if (error == ERR_RST)
        dial->state = SIM_DIAL_REFUSED;
}

static enum netdiag_error connect_to(struct sim_dial *dial, const ip_addr_t *address, uint16_t port)
{
    err_t error = tcp_connect(dial->pcb, address, port, on_connected);

    if (error == ERR_OK) {
        (void)netdiag_tcp_owner_set(dial->pcb, SIM_DIAL_OWNER);
        return NETDIAG_OK;
    }
    (void)leave(dial);
    return error == ERR_RTE ? NETDIAG_ERROR_NOT_FOUND : NETDIAG_ERROR_MEMORY;
}

enum netdiag_error sim_dial_open(struct sim_dial *dial, const struct netdiag_address *to,
                                 uint16_t port)
{
    ip_addr_t address;

    *dial = (struct sim_dial){.state = SIM_DIAL_UNANSWERED};
    if (!LWIP_IPV6 && to->family == NETDIAG_FAMILY_IPV6)
        return NETDIAG_ERROR_INVALID;
    sim_world_address(to, &address);
    dial->pcb = tcp_new_ip_type(IP_GET_TYPE(&address));
    if (!dial->pcb)
        return NETDIAG_ERROR_FULL;
    tcp_arg(dial->pcb, dial);
    tcp_recv(dial->pcb, on_received);
    tcp_err(dial->pcb, on_error);
    return connect_to(dial, &address, port);
}

void sim_dial_close(struct sim_dial *dial)
{
    if (dial->pcb)
        (void)leave(dial);
}
