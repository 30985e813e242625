/*
 * Each client is one connection from its first SYN to its end; a row of a table of kinds says how
 * it acts. A kind that has gone through its pause opens the next client; so the mix is steady, and
 * no two seeds give the same.
 */
#include "workload.h"

#include <string.h>

#include "export_service.h"
#include "lwip/tcp.h"
#include "random.h"
#include "vanish.h"
#include "world.h"

/* Clients of a mix at a time; when all are in use, the next one waits. */
#define CLIENTS 96

#define KINDS 12

enum manner {
    WEB,        /* asks for a page, takes it, closes when the server has */
    ECHO,       /* sends a little again and again, and takes what comes back */
    BULK,       /* sends all it has, and closes */
    HALF_CLOSE, /* asks, shuts its side, and takes what comes for as long as that lasts */
};

enum ending {
    CLOSES,
    ABORTS,        /* RST */
    VANISHES,      /* without a word */
    NEVER_ANSWERS, /* vanishes after its SYN: a half-open connection stays behind */
};

struct kind {
    enum manner manner;
    uint16_t port;
    uint32_t pause_min_ms, pause_max_ms; /* between two clients of the kind */
    uint32_t life_min_ms, life_max_ms;
    uint32_t bytes_min, bytes_max;       /* sent in the whole life, or at a time for ECHO */
    uint32_t quiet_min_ms, quiet_max_ms; /* ECHO: between two sendings; WEB: before it asks */
    uint32_t stall_min_ms, stall_max_ms; /* from its first byte on, reads nothing for so long */
    uint32_t keep_idle_ms;               /* keepalives after so long; 0: none */
    uint32_t burst;                      /* clients opened at once; 0: one */
    uint32_t most;                       /* at a time; 0: as many as come */
    uint32_t talks;                      /* ECHO: sendings before it is idle; 0: it never is */
    bool is_one_address;                 /* all of the kind, and of other such, come from one */
    enum ending ending;
};

struct client {
    struct tcp_pcb *pcb; /* NULL: unused */
    const struct kind *kind;
    uint64_t end_ms;    /* when it ends, whatever has come */
    uint64_t next_ms;   /* when it sends next; 0: not before something happens */
    uint64_t resume_ms; /* when it reads again; 0: it has not stalled yet, or will not again */
    uint32_t left;      /* bytes still to send */
    uint32_t talked;    /* how often it has sent */
    uint32_t unread;    /* bytes that came in while it stalled */
};

/* Longer than any run. */
#define WEEK_MS (7u * 24 * 3600 * 1000)

/* How long one who is idle stays so. */
#define IDLE_MIN_MS (2u * 3600 * 1000)
#define IDLE_MAX_MS (4u * 3600 * 1000)

/* Of kinds that are bounded one client for so many of the device's places: twenty for 256. */
#define PLACES_A_CLIENT 16

static const struct kind ordinary[] = {
    {WEB, 80, 1000, 5000, 20000, 20000, 0, 0, .ending = CLOSES},
    {ECHO, 7, 2000, 8000, 5000, 60000, 16, 512, 500, 5000, .ending = CLOSES},
    {BULK, 5001, 5000, 20000, 60000, 60000, 4096, 100000, .ending = CLOSES},
    {BULK, 9502, 10000, 30000, 5000, 5000, 0, 0, .ending = CLOSES}, /* nobody serves it */
    /* What looks like trouble, and is none: a session that is idle for hours, ... */
    {ECHO, 7, 2000, 8000, WEEK_MS, WEEK_MS, 16, 512, 500, 5000, .most = 1, .talks = 8,
     .ending = CLOSES},
    /* ... a legal half-close, ... */
    {HALF_CLOSE, SIM_EXPORT_PORT, 20000, 120000, WEEK_MS, WEEK_MS, 16, 64, .most = 2,
     .ending = CLOSES},
    /* ... a browser's six connections, some of which it opened in vain, ... */
    {WEB, 80, 30000, 120000, 60000, 60000, 0, 0, 0, 12000, .burst = 6, .most = 6, .ending = CLOSES},
    /* ... and twenty hosts behind one address, of which most come and go, and some stay, idle. */
    {ECHO, 7, 500, 6000, 10000, 120000, 16, 512, 500, 20000, .most = 16, .is_one_address = true,
     .ending = CLOSES},
    {ECHO, 7, 500, 2000, WEEK_MS, WEEK_MS, 16, 512, 2000, 10000, .most = 4, .talks = 8,
     .is_one_address = true, .ending = CLOSES},
};

/*
 * Echo data that is not read fills the client's window, then the echo service's buffers, then the
 * service's own window: both sides probe. Those that vanish leave the device with data that will
 * never be acknowledged, for as long as its timers last; so they are rare.
 */
static const struct kind rough[] = {
    {BULK, 5001, 8000, 20000, 60000, 60000, 100000, 400000, .ending = CLOSES},
    {WEB, 80, 8000, 20000, 0, 2000, 0, 0, .ending = ABORTS},
    {ECHO, 7, 5000, 15000, 1000, 10000, 16, 4096, 500, 3000, .ending = ABORTS},
    {BULK, 5001, 8000, 20000, 0, 3000, 100000, 400000, .ending = ABORTS},
    {ECHO, 7, 6000, 15000, 60000, 90000, 40000, 120000, 60000, 90000, 5000, 40000,
     .ending = CLOSES},
    {ECHO, 7, 20000, 40000, 8000, 30000, 40000, 120000, 60000, 90000, 5000, 40000,
     .ending = ABORTS},
    {ECHO, 7, 10000, 30000, 60000, 180000, 16, 512, 10000, 25000, .keep_idle_ms = 2000,
     .ending = CLOSES},
    {ECHO, 7, 60000, 120000, 2000, 10000, 40000, 80000, 60000, 90000, 20000, 40000,
     .ending = VANISHES},
    {BULK, 7, 20000, 40000, 0, 0, 0, 0, .ending = NEVER_ANSWERS},
};

#define ORDINARY (sizeof(ordinary) / sizeof(ordinary[0]))
#define ROUGH    (sizeof(rough) / sizeof(rough[0]))
_Static_assert(ORDINARY <= KINDS && ROUGH <= KINDS, "KINDS has room for every kind");

/* A reader of a page takes its time before it closes: the device sits in FIN-WAIT-2 so long. */
#define WEB_CLOSE_MAX_MS 1500

#define KEEP_INTERVAL_MS 1000
#define KEEP_COUNT       9

/* Kinds that go on together. */
struct mix {
    const struct sim_options *options;
    struct client clients[CLIENTS];
    const struct kind *kinds;
    uint64_t next_ms[KINDS];
    size_t kind_count; /* 0: it does not go on */
};

static struct mix ordinary_day, rough_day;

/* What clients send: lwiperf reads the first 24 bytes as its settings, all zero, "just take it". */
static const uint8_t zeros[2048];

static void forget(struct client *client)
{
    client->pcb = NULL;
}

/* It must not call back into the slot. */
static struct tcp_pcb *let_go(struct client *client)
{
    struct tcp_pcb *pcb = client->pcb;

    tcp_arg(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_sent(pcb, NULL);
    tcp_err(pcb, NULL);
    forget(client);
    return pcb;
}

/* lwIP frees the PCB, now or after its closing states. */
static void end_client(struct client *client)
{
    struct tcp_pcb *pcb = let_go(client);

    if (client->kind->ending == VANISHES || client->kind->ending == NEVER_ANSWERS)
        sim_vanish(pcb);
    else if (client->kind->ending == ABORTS || tcp_close(pcb) != ERR_OK)
        tcp_abort(pcb);
}

/*
 * How much goes into lwIP's buffer now. A client that stalls sends segment by segment, each when
 * the one before it is acknowledged: lwIP takes a smaller window from a retransmission for an old
 * one, sends beyond it, and can then lose the order of what it has to send.
 */
static uint32_t next_chunk(const struct client *client)
{
    uint32_t chunk = tcp_sndbuf(client->pcb);

    if (client->kind->stall_max_ms > 0)
        chunk = tcp_sndqueuelen(client->pcb) > 0 ? 0 : tcp_mss(client->pcb);
    if (chunk > sizeof(zeros))
        chunk = sizeof(zeros);
    return chunk < client->left ? chunk : client->left;
}

static void send_more(struct client *client)
{
    uint32_t chunk;

    while ((chunk = next_chunk(client)) > 0 &&
           tcp_write(client->pcb, zeros, (u16_t)chunk, 0) == ERR_OK)
        client->left -= chunk;
    (void)tcp_output(client->pcb);
}

static uint64_t soon(uint32_t low_ms, uint32_t high_ms)
{
    return sim_clock_ms() + sim_random_between(low_ms, high_ms);
}

static void send_echo(struct client *client)
{
    const struct kind *kind = client->kind;

    client->left = sim_random_between(kind->bytes_min, kind->bytes_max);
    client->next_ms = soon(kind->quiet_min_ms, kind->quiet_max_ms);
    if (kind->talks > 0 && ++client->talked >= kind->talks)
        client->next_ms = soon(IDLE_MIN_MS, IDLE_MAX_MS);
    send_more(client);
}

static void ask_for_page(struct client *client)
{
    static const char request[] = "GET / HTTP/1.0\r\nHost: switch\r\n\r\n";

    client->next_ms = 0;
    (void)tcp_write(client->pcb, request, sizeof(request) - 1, 0);
    (void)tcp_output(client->pcb);
}

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t error)
{
    struct client *client = arg;
    const struct kind *kind = client->kind;

    (void)error;
    if (kind->manner == WEB && kind->quiet_max_ms > 0)
        client->next_ms = soon(kind->quiet_min_ms, kind->quiet_max_ms);
    else if (kind->manner == WEB)
        ask_for_page(client);
    else if (kind->manner == ECHO)
        send_echo(client);
    else
        send_more(client);
    if (kind->manner == HALF_CLOSE)
        (void)tcp_shutdown(pcb, 0, 1);
    return ERR_OK;
}

static bool is_stalled(struct client *client)
{
    const struct kind *kind = client->kind;

    if (kind->stall_max_ms > 0 && client->resume_ms == 0)
        client->resume_ms = soon(kind->stall_min_ms, kind->stall_max_ms);
    return sim_clock_ms() < client->resume_ms;
}

/* What came in while it stalled is read now: the window opens. */
static void resume(struct client *client)
{
    while (client->unread > 0) {
        uint16_t chunk = client->unread < UINT16_MAX ? (uint16_t)client->unread : UINT16_MAX;

        client->unread -= chunk;
        tcp_recved(client->pcb, chunk);
    }
}

static err_t on_received(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    struct client *client = arg;

    (void)error;
    if (data) {
        if (is_stalled(client))
            client->unread += data->tot_len;
        else
            tcp_recved(pcb, data->tot_len);
        pbuf_free(data);
    } else if (client->kind->manner == WEB && client->kind->ending == CLOSES) {
        client->next_ms = 0; /* it is too late to ask */
        client->end_ms = soon(0, WEB_CLOSE_MAX_MS);
    } else {
        client->end_ms = 0;
    }
    return ERR_OK;
}

static err_t on_sent(void *arg, struct tcp_pcb *pcb, u16_t length)
{
    struct client *client = arg;

    (void)length;
    send_more(client);
    if (client->kind->manner == BULK && client->left == 0 && tcp_sndqueuelen(pcb) == 0)
        client->end_ms = 0;
    return ERR_OK;
}

/* lwIP has freed the PCB: refused, reset, or given up. */
static void on_error(void *arg, err_t error)
{
    (void)error;
    forget(arg);
}

static struct client *free_client(struct mix *mix)
{
    for (size_t i = 0; i < CLIENTS; i++) {
        if (!mix->clients[i].pcb)
            return &mix->clients[i];
    }
    return NULL;
}

static void set_up(struct client *client, const struct kind *kind)
{
    client->kind = kind;
    client->end_ms = soon(kind->life_min_ms, kind->life_max_ms);
    client->next_ms = 0;
    client->resume_ms = 0;
    client->unread = 0;
    client->talked = 0;
    client->left = sim_random_between(kind->bytes_min, kind->bytes_max);
    tcp_arg(client->pcb, client);
    tcp_recv(client->pcb, on_received);
    tcp_sent(client->pcb, on_sent);
    tcp_err(client->pcb, on_error);
    if (kind->keep_idle_ms > 0) {
        ip_set_option(client->pcb, SOF_KEEPALIVE);
        client->pcb->keep_idle = kind->keep_idle_ms;
        client->pcb->keep_intvl = KEEP_INTERVAL_MS;
        client->pcb->keep_cnt = KEEP_COUNT;
    }
}

/* To one address clients come from one, that of the world's host beside it. */
static bool pick_server(const struct mix *mix, const struct kind *kind, ip_addr_t *server)
{
    if (kind->is_one_address)
        return sim_world_first(mix->options, server);
    return sim_world_pick(mix->options, SIM_WORLD_DEVICE, server);
}

static void open_client(struct mix *mix, const struct kind *kind)
{
    struct client *client = free_client(mix);
    ip_addr_t server;

    if (!client || !pick_server(mix, kind, &server))
        return;
    client->pcb = tcp_new_ip_type(IP_GET_TYPE(&server));
    if (!client->pcb)
        return;
    set_up(client, kind);
    if (tcp_connect(client->pcb, &server, kind->port, on_connected) != ERR_OK) {
        end_client(client);
        return;
    }
    sim_vanish_forget(kind->port, client->pcb->local_port);
    if (kind->ending == NEVER_ANSWERS)
        end_client(client);
}

static uint32_t count_clients(const struct mix *mix, const struct kind *kind)
{
    uint32_t count = 0;

    for (size_t i = 0; i < CLIENTS; i++)
        count += mix->clients[i].pcb && mix->clients[i].kind == kind;
    return count;
}

/* As many as come at once; of a small device's clients there are fewer. */
static void open_clients(struct mix *mix, const struct kind *kind)
{
    uint32_t wanted = kind->burst > 0 ? kind->burst : 1;
    uint32_t room = mix->options->pcbs / PLACES_A_CLIENT;

    if (kind->most > 0) {
        uint32_t most = kind->most < room ? kind->most : room;
        uint32_t there = count_clients(mix, kind);

        if (wanted > most - (there < most ? there : most))
            wanted = most - (there < most ? there : most);
    }
    for (uint32_t i = 0; i < wanted; i++)
        open_client(mix, kind);
}

static void start(struct mix *mix, const struct sim_options *options, const struct kind *kinds,
                  size_t count)
{
    mix->options = options;
    mix->kinds = kinds;
    mix->kind_count = count;
    for (size_t i = 0; i < count; i++)
        mix->next_ms[i] = soon(0, kinds[i].pause_max_ms);
}

static void go_on(struct client *client)
{
    if (client->kind->manner == WEB)
        ask_for_page(client);
    else
        send_echo(client);
}

static void tick(struct mix *mix, uint64_t now_ms)
{
    for (size_t i = 0; i < CLIENTS; i++) {
        struct client *client = &mix->clients[i];

        if (!client->pcb)
            continue;
        if (now_ms >= client->resume_ms)
            resume(client);
        if (now_ms >= client->end_ms)
            end_client(client);
        else if (client->next_ms > 0 && now_ms >= client->next_ms)
            go_on(client);
    }
    for (size_t i = 0; i < mix->kind_count; i++) {
        const struct kind *kind = &mix->kinds[i];

        if (now_ms < mix->next_ms[i])
            continue;
        mix->next_ms[i] = soon(kind->pause_min_ms, kind->pause_max_ms);
        open_clients(mix, kind);
    }
}

static void start_ordinary(const struct sim_options *options)
{
    start(&ordinary_day, options, ordinary, ORDINARY);
}

static void tick_ordinary(uint64_t now_ms)
{
    tick(&ordinary_day, now_ms);
}

static void start_rough(const struct sim_options *options)
{
    start(&rough_day, options, rough, ROUGH);
}

static void tick_rough(uint64_t now_ms)
{
    tick(&rough_day, now_ms);
}

/* Those who are there reset their connections; those who vanished are back, and do so too. */
static void stop_rough(void)
{
    for (size_t i = 0; i < CLIENTS; i++) {
        if (rough_day.clients[i].pcb)
            tcp_abort(let_go(&rough_day.clients[i]));
    }
    rough_day.kind_count = 0;
    sim_vanish_return();
}

const struct sim_activity sim_workload_ordinary = {.start = start_ordinary, .tick = tick_ordinary};
const struct sim_activity sim_workload_rough = {
    .start = start_rough, .tick = tick_rough, .stop = stop_rough};
