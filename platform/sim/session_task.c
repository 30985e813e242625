#include "session_task.h"

#include "lwip/tcp.h"
#include "lwip/timeouts.h"
#include "netdiag/lwip.h"
#include "random.h"
#include "world.h"

#define ECHO_PORT   7
#define CLOSED_PORT 9503

#define OWNER "agent" /* what the device calls these */

#define SESSIONS 16 /* at a time; one more waits for its turn */

#define PAUSE_MIN_MS 3000
#define PAUSE_MAX_MS 12000
#define LIFE_MIN_MS  10000
#define LIFE_MAX_MS  90000

#define KEEP_IDLE_MS     3000
#define KEEP_INTERVAL_MS 1000
#define KEEP_COUNT       4

/* Half of the sessions read nothing for so long, and so offer a whole window at once later. */
#define STALL_MIN_MS 2000
#define STALL_MAX_MS 8000

#define LOOK_MS 500

struct session {
    struct tcp_pcb *pcb; /* NULL: unused */
    uint64_t end_ms;
    uint64_t read_ms; /* when it begins to read */
    uint16_t unread;
};

static struct {
    const struct sim_options *options;
    struct session sessions[SESSIONS];
    uint64_t next_ms;
} task;

/* What the server sends back: more than the quarter of a window that lwIP tells the peer of. */
static const char greeting[8192];

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg, (void)error;
    (void)tcp_write(pcb, greeting, sizeof(greeting), 0);
    (void)tcp_output(pcb);
    return ERR_OK;
}

static err_t on_received(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    struct session *session = arg;

    (void)error;
    if (data) {
        if (sim_clock_ms() < session->read_ms)
            session->unread = (uint16_t)(session->unread + data->tot_len);
        else
            tcp_recved(pcb, data->tot_len);
        pbuf_free(data);
    } else {
        session->end_ms = 0;
    }
    return ERR_OK;
}

/* Reads what waits, by lwIP's own clock as its services do. */
static err_t on_poll(void *arg, struct tcp_pcb *pcb)
{
    struct session *session = arg;
    uint16_t unread = session->unread;

    if (unread > 0 && sim_clock_ms() >= session->read_ms) {
        session->unread = 0;
        tcp_recved(pcb, unread);
    }
    return ERR_OK;
}

/* lwIP has freed the PCB. */
static void on_error(void *arg, err_t error)
{
    struct session *session = arg;

    (void)error;
    session->pcb = NULL;
}

static void end(struct session *session)
{
    struct tcp_pcb *pcb = session->pcb;

    session->pcb = NULL;
    tcp_arg(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_poll(pcb, NULL, 0);
    tcp_err(pcb, NULL);
    /* An attempt ends with a RST, so that the wire tells of it */
    if (pcb->state == SYN_SENT || sim_random_between(0, 3) == 0 || tcp_close(pcb) != ERR_OK)
        tcp_abort(pcb);
}

static uint16_t pick_port(void)
{
    switch (sim_random_between(0, 7)) {
    case 0:
        return CLOSED_PORT;
    case 1:
        return SIM_WORLD_SILENT_PORT;
    default:
        return ECHO_PORT;
    }
}

static void open_session(struct session *session)
{
    ip_addr_t server;

    if (!sim_world_pick(task.options, SIM_WORLD_HOST, &server))
        return;
    session->pcb = tcp_new_ip_type(IP_GET_TYPE(&server));
    if (!session->pcb)
        return;
    session->unread = 0;
    session->read_ms = 0;
    if (sim_random_between(0, 1) == 0)
        session->read_ms = sim_clock_ms() + sim_random_between(STALL_MIN_MS, STALL_MAX_MS);
    session->end_ms = sim_clock_ms() + sim_random_between(LIFE_MIN_MS, LIFE_MAX_MS);
    ip_set_option(session->pcb, SOF_KEEPALIVE);
    session->pcb->keep_idle = KEEP_IDLE_MS;
    session->pcb->keep_intvl = KEEP_INTERVAL_MS;
    session->pcb->keep_cnt = KEEP_COUNT;
    tcp_arg(session->pcb, session);
    tcp_recv(session->pcb, on_received);
    tcp_poll(session->pcb, on_poll, 1);
    tcp_err(session->pcb, on_error);
    if (tcp_connect(session->pcb, &server, pick_port(), on_connected) != ERR_OK)
        end(session);
    else
        (void)netdiag_tcp_owner_set(session->pcb, OWNER);
}

static void look(void *arg)
{
    uint64_t now_ms = sim_clock_ms();

    for (size_t i = 0; i < SESSIONS; i++) {
        struct session *session = &task.sessions[i];

        /* A peer that does not answer is left to the keepalives */
        if (session->pcb && now_ms >= session->end_ms && session->pcb->keep_cnt_sent == 0) {
            end(session);
        } else if (!session->pcb && now_ms >= task.next_ms) {
            task.next_ms = now_ms + sim_random_between(PAUSE_MIN_MS, PAUSE_MAX_MS);
            open_session(session);
        }
    }
    sys_timeout(LOOK_MS, look, arg);
}

static void stop(void)
{
    sys_untimeout(look, NULL);
    for (size_t i = 0; i < SESSIONS; i++) {
        if (task.sessions[i].pcb)
            end(&task.sessions[i]);
    }
}

static void start(const struct sim_options *options)
{
    task.options = options;
    task.next_ms = sim_clock_ms() + PAUSE_MIN_MS;
    sys_timeout(LOOK_MS, look, NULL);
}

const struct sim_activity sim_session_task = {.start = start, .stop = stop};
