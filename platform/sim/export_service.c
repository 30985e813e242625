/*
 * There is no memory for a connection but its argument: how many rows are still to be sent.
 * Accepted connections keep the listener's priority, so none is ended for a newer one.
 */
#include "export_service.h"

#include "lwip/tcp.h"
#include "netdiag/lwip.h"
#include "random.h"

#define OWNER "export"

/* Rows, and how often one is sent in half seconds of lwIP's: 40 to 120 s in all. */
#define ROWS_MIN  20
#define ROWS_MAX  60
#define ROW_TICKS 4

static const char row[] = "10.0.0.1,192,0\n";

/* One after the other, and none that lwIP has no room for now. */
static err_t on_poll(void *arg, struct tcp_pcb *pcb)
{
    uintptr_t rows = (uintptr_t)arg;

    if (rows == 0)
        return ERR_OK; /* the client may still ask */
    if (tcp_write(pcb, row, sizeof(row) - 1, 0) != ERR_OK)
        return ERR_OK;
    (void)tcp_output(pcb);
    tcp_arg(pcb, (void *)(rows - 1));
    if (rows > 1)
        return ERR_OK;
    tcp_poll(pcb, NULL, 0);
    tcp_recv(pcb, NULL);
    if (tcp_close(pcb) == ERR_OK)
        return ERR_OK;
    tcp_abort(pcb);
    return ERR_ABRT;
}

static err_t on_received(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    (void)arg, (void)error;
    if (data) {
        tcp_recved(pcb, data->tot_len);
        pbuf_free(data);
    } else {
        tcp_arg(pcb, (void *)(uintptr_t)sim_random_between(ROWS_MIN, ROWS_MAX));
    }
    return ERR_OK;
}

static err_t export_accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg;
    if (error != ERR_OK || !pcb)
        return ERR_VAL;
    tcp_arg(pcb, NULL);
    tcp_recv(pcb, on_received);
    tcp_poll(pcb, on_poll, ROW_TICKS);
    return ERR_OK;
}

static void start(const struct sim_options *options)
{
    struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_ANY);

    (void)options;
    if (!pcb || tcp_bind(pcb, IP_ANY_TYPE, SIM_EXPORT_PORT) != ERR_OK)
        return;
    pcb = tcp_listen(pcb);
    if (!pcb)
        return;
    tcp_accept(pcb, export_accept);
    (void)netdiag_lwip_tcp_owner_register(SIM_EXPORT_PORT, OWNER);
}

const struct sim_activity sim_export_service = {.start = start};
