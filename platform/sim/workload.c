/*
 * Each client is one connection from its first SYN to its end, a row of `kinds` says how it acts.
 * A kind that has gone through its pause opens the next client; so the mix is steady, and no two
 * seeds give the same.
 */
#include "workload.h"

#include <string.h>

#include "lwip/tcp.h"
#include "random.h"
#include "world.h"

/* Clients at a time; when all are in use, the next one waits. */
#define CLIENTS 64

enum kind_name { WEB, ECHO, BULK, STRAY, KINDS };

struct client {
    struct tcp_pcb *pcb; /* NULL: unused */
    enum kind_name kind;
    uint64_t end_ms;  /* when it closes, whatever has come */
    uint64_t next_ms; /* when it sends next; 0: not before something happens */
    uint32_t left;    /* bytes still to send */
};

struct kind {
    uint16_t port;
    uint32_t pause_min_ms, pause_max_ms; /* between two clients of the kind */
    uint32_t life_min_ms, life_max_ms;
    uint32_t bytes_min, bytes_max; /* sent in the whole life, or at a time for ECHO */
};

static const struct kind kinds[KINDS] = {
    [WEB] = {80, 1000, 5000, 20000, 20000, 0, 0},
    [ECHO] = {7, 2000, 8000, 5000, 60000, 16, 512},
    [BULK] = {5001, 5000, 20000, 60000, 60000, 4096, 100000},
    [STRAY] = {9502, 10000, 30000, 5000, 5000, 0, 0},
};

/* A reader of a page takes its time before it closes: the device sits in FIN-WAIT-2 so long. */
#define WEB_CLOSE_MAX_MS 1500

#define ECHO_PAUSE_MIN_MS 500
#define ECHO_PAUSE_MAX_MS 5000

static struct {
    const struct sim_options *options;
    struct client clients[CLIENTS];
    uint64_t next_ms[KINDS];
} workload;

/* What clients send: lwiperf reads the first 24 bytes as its settings, all zero, "just take it". */
static const uint8_t zeros[2048];

static void forget(struct client *client)
{
    client->pcb = NULL;
}

/* lwIP frees the PCB, now or after its closing states; it must not call back into the slot. */
static void close_client(struct client *client)
{
    struct tcp_pcb *pcb = client->pcb;

    tcp_arg(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_sent(pcb, NULL);
    tcp_err(pcb, NULL);
    if (tcp_close(pcb) != ERR_OK)
        tcp_abort(pcb);
    forget(client);
}

static void send_more(struct client *client)
{
    while (client->left > 0) {
        uint32_t chunk = client->left < sizeof(zeros) ? client->left : (uint32_t)sizeof(zeros);

        if (chunk > tcp_sndbuf(client->pcb))
            chunk = tcp_sndbuf(client->pcb);
        if (chunk == 0 || tcp_write(client->pcb, zeros, (u16_t)chunk, 0) != ERR_OK)
            break;
        client->left -= chunk;
    }
    (void)tcp_output(client->pcb);
}

static uint64_t soon(uint32_t low_ms, uint32_t high_ms)
{
    return sim_clock_ms() + sim_random_between(low_ms, high_ms);
}

static void send_echo(struct client *client)
{
    client->left = sim_random_between(kinds[ECHO].bytes_min, kinds[ECHO].bytes_max);
    client->next_ms = soon(ECHO_PAUSE_MIN_MS, ECHO_PAUSE_MAX_MS);
    send_more(client);
}

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t error)
{
    static const char request[] = "GET / HTTP/1.0\r\nHost: switch\r\n\r\n";
    struct client *client = arg;

    (void)error;
    if (client->kind == WEB) {
        (void)tcp_write(pcb, request, sizeof(request) - 1, 0);
        (void)tcp_output(pcb);
    } else if (client->kind == ECHO) {
        send_echo(client);
    } else {
        send_more(client);
    }
    return ERR_OK;
}

static err_t on_received(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    struct client *client = arg;

    (void)error;
    if (data) {
        tcp_recved(pcb, data->tot_len);
        pbuf_free(data);
    } else if (client->kind == WEB) {
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
    if (client->kind == BULK && client->left == 0 && tcp_sndqueuelen(pcb) == 0)
        client->end_ms = 0;
    return ERR_OK;
}

/* lwIP has freed the PCB: refused, reset, or given up. */
static void on_error(void *arg, err_t error)
{
    (void)error;
    forget(arg);
}

static struct client *free_client(void)
{
    for (size_t i = 0; i < CLIENTS; i++) {
        if (!workload.clients[i].pcb)
            return &workload.clients[i];
    }
    return NULL;
}

/* One of the device's addresses, any VLAN, any family. False: the VLAN that came up has none. */
static bool pick_server(ip_addr_t *server)
{
    const struct sim_options *options = workload.options;
    uint32_t at = sim_random_between(0, (uint32_t)options->vlan_count - 1);
    const struct sim_vlan *vlan = &options->vlans[at];

    if (vlan->address_count == 0)
        return false;
    at = sim_random_between(0, (uint32_t)vlan->address_count - 1);
    sim_world_address(&vlan->addresses[at].address, server);
    return true;
}

static void open_client(enum kind_name name)
{
    const struct kind *kind = &kinds[name];
    struct client *client = free_client();
    ip_addr_t server;

    if (!client || !pick_server(&server))
        return;
    client->pcb = tcp_new_ip_type(IP_GET_TYPE(&server));
    if (!client->pcb)
        return;
    client->kind = name;
    client->end_ms = soon(kind->life_min_ms, kind->life_max_ms);
    client->next_ms = 0;
    client->left = sim_random_between(kind->bytes_min, kind->bytes_max);
    tcp_arg(client->pcb, client);
    tcp_recv(client->pcb, on_received);
    tcp_sent(client->pcb, on_sent);
    tcp_err(client->pcb, on_error);
    if (tcp_connect(client->pcb, &server, kind->port, on_connected) != ERR_OK)
        close_client(client);
}

void sim_workload_start(const struct sim_options *options)
{
    workload.options = options;
    for (int i = 0; i < KINDS; i++)
        workload.next_ms[i] = soon(0, kinds[i].pause_max_ms);
}

void sim_workload_tick(uint64_t now_ms)
{
    for (size_t i = 0; i < CLIENTS; i++) {
        struct client *client = &workload.clients[i];

        if (client->pcb && now_ms >= client->end_ms)
            close_client(client);
        else if (client->pcb && client->next_ms > 0 && now_ms >= client->next_ms)
            send_echo(client);
    }
    for (int i = 0; i < KINDS; i++) {
        if (now_ms < workload.next_ms[i])
            continue;
        workload.next_ms[i] = soon(kinds[i].pause_min_ms, kinds[i].pause_max_ms);
        open_client((enum kind_name)i);
    }
}
