#include "service.h"

#include "clock.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/timeouts.h"
#include "netdiag/lwip.h"

/* How long a service that closes waits for its clients, and how often one tries to open. */
#define CLOSING_MS 5000
#define RETRY_MS   1000
#define LOOK_MS    100

#define POLL_MS 500 /* the unit of tcp_poll() */

/* Those that open or close. */
static struct sim_service *changing;

/* What a service sends: nobody reads it. */
static const uint8_t zeros[TCP_MSS];

/* ERR_ABRT, which callbacks must return: the PCB is gone. */
static err_t hang_up(struct tcp_pcb *pcb)
{
    tcp_arg(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_poll(pcb, NULL, 0);
    if (tcp_close(pcb) == ERR_OK)
        return ERR_OK;
    tcp_abort(pcb);
    return ERR_ABRT;
}

static void send_more(struct tcp_pcb *pcb)
{
    while (tcp_sndbuf(pcb) >= sizeof(zeros) && tcp_write(pcb, zeros, sizeof(zeros), 0) == ERR_OK) {
        /* until the buffer is full */
    }
    (void)tcp_output(pcb);
}

static err_t on_received(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    const struct sim_service *service = arg;

    (void)error;
    if (!data)
        return service->never_closes && service->state == SIM_SERVICE_OPEN ? ERR_OK : hang_up(pcb);
    if (!service->never_reads || service->state != SIM_SERVICE_OPEN)
        tcp_recved(pcb, data->tot_len);
    pbuf_free(data);
    return ERR_OK;
}

static err_t on_poll(void *arg, struct tcp_pcb *pcb)
{
    const struct sim_service *service = arg;

    if (service->state != SIM_SERVICE_OPEN)
        return ERR_OK;
    if (!service->sends)
        return hang_up(pcb);
    send_more(pcb);
    return ERR_OK;
}

/* Its name is what show tcp listeners has of a service without an owner. */
static err_t service_accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
    struct sim_service *service = arg;

    if (error != ERR_OK || !pcb)
        return ERR_VAL;
    if (service->never_accepts && service->state == SIM_SERVICE_OPEN)
        tcp_backlog_delayed(pcb);
    tcp_recv(pcb, on_received);
    if (service->closes_after_ms > 0)
        tcp_poll(pcb, on_poll, (u8_t)(service->closes_after_ms / POLL_MS));
    if (service->sends) {
        tcp_poll(pcb, on_poll, 1);
        send_more(pcb);
    }
    return ERR_OK;
}

/* The next connection of the port from `pcb` on that is not over; NULL: there is none. */
static struct tcp_pcb *find(const struct sim_service *service, struct tcp_pcb *pcb)
{
    while (pcb && pcb->local_port != service->port)
        pcb = pcb->next;
    return pcb;
}

/* Accepts and reads what waits, and closes if the client has. */
static void make_good(struct tcp_pcb *pcb)
{
    if (pcb->state != ESTABLISHED && pcb->state != CLOSE_WAIT)
        return;
    tcp_backlog_accepted(pcb);
    if (pcb->rcv_wnd < TCP_WND_MAX(pcb))
        tcp_recved(pcb, (u16_t)(TCP_WND_MAX(pcb) - pcb->rcv_wnd));
    if (pcb->state == CLOSE_WAIT)
        (void)hang_up(pcb);
}

static void look(void *arg);

/* From one of the states that last to one that does not, or back. */
static void change(struct sim_service *service, enum sim_service_state state, uint64_t due_ms)
{
    struct sim_service **link = &changing;

    while (*link && *link != service)
        link = &(*link)->next;
    if (*link)
        *link = service->next;
    service->state = state;
    service->due_ms = due_ms;
    if (state == SIM_SERVICE_CLOSED || state == SIM_SERVICE_OPEN)
        return;
    if (!changing) {
        sys_untimeout(look, NULL);
        sys_timeout(LOOK_MS, look, NULL);
    }
    service->next = changing;
    changing = service;
}

static err_t listen_to(struct sim_service *service, struct tcp_pcb *pcb)
{
    uint8_t backlog = service->backlog > 0 ? service->backlog : TCP_DEFAULT_LISTEN_BACKLOG;
    err_t error = tcp_bind(pcb, IP_ANY_TYPE, service->port);

    if (error == ERR_OK)
        service->listener = tcp_listen_with_backlog_and_err(pcb, backlog, &error);
    if (!service->listener)
        (void)tcp_close(pcb);
    return error;
}

static bool try_to_open(struct sim_service *service)
{
    struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_ANY);

    if (!pcb || listen_to(service, pcb) != ERR_OK)
        return false;
    if (service->owner)
        (void)netdiag_lwip_tcp_owner_register(service->port, service->owner);
    tcp_arg(service->listener, service);
    tcp_accept(service->listener, service_accept);
    return true;
}

void sim_service_open(struct sim_service *service)
{
    if (service->state == SIM_SERVICE_CLOSING)
        sim_service_end(service);
    if (service->state == SIM_SERVICE_OPEN)
        return;
    if (try_to_open(service))
        change(service, SIM_SERVICE_OPEN, 0);
    else
        change(service, SIM_SERVICE_OPENING, sim_clock_ms() + RETRY_MS);
}

void sim_service_end(struct sim_service *service)
{
    struct tcp_pcb *pcb, *next;

    for (pcb = find(service, tcp_active_pcbs); pcb; pcb = next) {
        next = find(service, pcb->next);
        tcp_abort(pcb);
    }
    if (service->listener)
        (void)tcp_close(service->listener);
    service->listener = NULL;
    change(service, SIM_SERVICE_CLOSED, 0);
}

static void look_at(struct sim_service *service)
{
    bool is_due = sim_clock_ms() >= service->due_ms;

    if (service->state == SIM_SERVICE_OPENING && is_due)
        sim_service_open(service);
    else if (service->state == SIM_SERVICE_CLOSING && (is_due || !find(service, tcp_active_pcbs)))
        sim_service_end(service);
}

static void look(void *arg)
{
    struct sim_service *service, *next;

    for (service = changing; service; service = next) {
        next = service->next;
        look_at(service);
    }
    sys_untimeout(look, arg);
    if (changing)
        sys_timeout(LOOK_MS, look, arg);
}

void sim_service_close(struct sim_service *service)
{
    struct tcp_pcb *pcb, *next;

    if (service->state == SIM_SERVICE_OPENING)
        change(service, SIM_SERVICE_CLOSED, 0);
    if (service->state != SIM_SERVICE_OPEN)
        return;
    change(service, SIM_SERVICE_CLOSING, sim_clock_ms() + CLOSING_MS);
    for (pcb = find(service, tcp_active_pcbs); pcb; pcb = next) {
        next = find(service, pcb->next);
        make_good(pcb);
    }
}
