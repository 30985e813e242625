/*
 * netdiag-sim on the virtual clock, with pollers of its SNMP agent, for the soak (long_soak.py):
 *
 *     soaked_switch SEED DIRECTORY
 *
 * has its control socket, its log and its file of interface numbers in DIRECTORY. On a virtual
 * clock nobody of the host can send a datagram, so what a poller would ask is put into the stack
 * here, as IP packets from the world's host, at the same moments in every run. Each line of the
 * standard input is answered by one: the world's process, and how many bytes of the heap are in use
 * here. It ends with the input.
 */
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/access/control.h"
#include "lwip/inet_chksum.h"
#include "lwip/ip4.h"
#include "lwip/prot/ip.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/udp.h"
#include "netdiag/lwip.h"
#include "netdiag/netdiag.h"
#include "platform/sim/commands_simulate.h"
#include "platform/sim/if_index_file.h"
#include "platform/sim/log.h"
#include "platform/sim/sim.h"
#include "platform/sim/stack.h"
#include "tests/integration/snmp_message.h"

#define COMMUNITY   "soak"
#define POLL_EACH_S 7
#define POLLER_PORT 40000
#define SNMP_PORT   161
#define TTL         64

#define IF_TABLE         "1.3.6.1.2.1.2.2"
#define TCP_CONNECTIONS  "1.3.6.1.2.1.6.19"
#define TCP_LISTENERS    "1.3.6.1.2.1.6.20"
#define VLAN_STATIC      "1.3.6.1.2.1.17.7.1.4.3"
#define IF_X_TABLE       "1.3.6.1.2.1.31.1.1"
#define SYS_UP_TIME      "1.3.6.1.2.1.1.3.0"
#define TCP_CURRENT      "1.3.6.1.2.1.6.9.0"
#define SYS_CONTACT      "1.3.6.1.2.1.1.4.0"
#define REPETITIONS_FEW  10
#define REPETITIONS_MANY 50

struct poll {
    uint8_t type;
    const char *community;
    const char *names[3]; /* NULL ends them */
    int32_t repetitions;
};

/* What is polled, one after the other; each that asks for a table is of another one. */
static const struct poll polls[] = {
    {GET, COMMUNITY, {SYS_UP_TIME, TCP_CURRENT, NULL}, 0},
    {GET_BULK, COMMUNITY, {IF_TABLE, IF_X_TABLE, NULL}, REPETITIONS_FEW},
    {GET_BULK, COMMUNITY, {TCP_CONNECTIONS, NULL}, REPETITIONS_MANY},
    {GET_NEXT, COMMUNITY, {TCP_LISTENERS, VLAN_STATIC, NULL}, 0},
    {GET, "guessed", {SYS_UP_TIME, NULL}, 0},
    {SET, COMMUNITY, {SYS_CONTACT, NULL}, 0},
    {GET_BULK, COMMUNITY, {VLAN_STATIC, TCP_LISTENERS, NULL}, REPETITIONS_FEW},
    {RESPONSE, COMMUNITY, {SYS_UP_TIME, NULL}, 0},
};

static const struct sim_options *switch_options;

/* The first VLAN's interface, which the soak leaves alone; NULL: it is not there. */
static struct netif *first_interface(ip4_addr_t *address)
{
    memcpy(&address->addr, switch_options->vlans[0].addresses[0].address.bytes,
           sizeof(address->addr));
    for (struct netif *netif = netif_list; netif; netif = netif->next) {
        if (ip4_addr_cmp(netif_ip4_addr(netif), address))
            return netif;
    }
    return NULL;
}

/* A datagram without UDP's checksum, which IPv4 allows. */
static void put_headers(uint8_t *packet, const ip4_addr_t *from, const ip4_addr_t *to, size_t size)
{
    struct ip_hdr ip = {0};
    struct udp_hdr udp = {.src = PP_HTONS(POLLER_PORT), .dest = PP_HTONS(SNMP_PORT)};

    IPH_VHL_SET(&ip, 4, IP_HLEN / 4);
    IPH_LEN_SET(&ip, lwip_htons((u16_t)(IP_HLEN + UDP_HLEN + size)));
    IPH_TTL_SET(&ip, TTL);
    IPH_PROTO_SET(&ip, IP_PROTO_UDP);
    ip4_addr_copy(ip.src, *from);
    ip4_addr_copy(ip.dest, *to);
    IPH_CHKSUM_SET(&ip, inet_chksum(&ip, IP_HLEN));
    udp.len = lwip_htons((u16_t)(UDP_HLEN + size));
    memcpy(packet, &ip, IP_HLEN);
    memcpy(packet + IP_HLEN, &udp, UDP_HLEN);
}

static void send_request(const struct bytes *request)
{
    ip4_addr_t to, from;
    struct netif *netif = first_interface(&to);
    struct pbuf *packet =
        pbuf_alloc(PBUF_LINK, (u16_t)(IP_HLEN + UDP_HLEN + request->length), PBUF_RAM);

    if (!netif || !packet) {
        fprintf(stderr, "soaked_switch: no way for a request\n");
        abort();
    }
    from.addr = lwip_htonl(lwip_ntohl(to.addr) + 1);
    put_headers(packet->payload, &from, &to, request->length);
    memcpy((uint8_t *)packet->payload + IP_HLEN + UDP_HLEN, request->at, request->length);
    (void)ip4_input(packet, netif);
}

static void poll_agent(const struct poll *poll, int32_t id)
{
    static struct bytes request;
    struct binding bindings[3] = {{.name = NULL}};
    size_t count = 0;

    for (; count < 3 && poll->names[count]; count++)
        bindings[count].name = poll->names[count];
    make_request(&request,
                 &(const struct request){.version = V2C,
                                         .community = poll->community,
                                         .type = poll->type,
                                         .id = id,
                                         .index = poll->type == GET_BULK ? poll->repetitions : 0,
                                         .count = count,
                                         .bindings = bindings});
    sim_stack_lock(NULL);
    send_request(&request);
    sim_stack_unlock(NULL);
}

static void each_second(void *diag)
{
    static int32_t second, asked;

    netdiag_watch(diag);
    if (++second % POLL_EACH_S == 0) {
        poll_agent(&polls[(size_t)asked % (sizeof(polls) / sizeof(polls[0]))], asked);
        asked++;
    }
}

static void answer_lines(const struct sim *sim)
{
    char line[16];

    while (fgets(line, sizeof(line), stdin)) {
        printf("%ld %zu\n", sim_world_pid(sim), mallinfo2().uordblks);
        fflush(stdout);
    }
}

static struct sim *start(const struct sim_options *options, struct netdiag *diag, char *error,
                         size_t error_size)
{
    struct sim *sim = sim_start(options, NULL, NULL, error, error_size);

    if (!sim)
        return NULL;
    netdiag_init(diag, &netdiag_lwip_platform, NULL);
    sim_commands_add(sim);
    (void)sim_each_second(sim, each_second, diag);
    return sim;
}

int main(int argc, char **argv)
{
    static struct sim_options options;
    static struct netdiag diag;
    struct netdiag_control *control = NULL;
    char path[PATH_MAX], error[512];
    struct sim *sim;

    if (argc != 3) {
        fprintf(stderr, "usage: soaked_switch SEED DIRECTORY\n");
        return 2;
    }
    sim_options_default(&options);
    options.clock = SIM_CLOCK_VIRTUAL;
    options.seed = strtoull(argv[1], NULL, 10);
    strcpy(options.snmp_community, COMMUNITY);
    switch_options = &options;
    sim_log_open(argv[2], NULL);
    sim_if_index_file_open(argv[2]);
    sim = start(&options, &diag, error, sizeof(error));
    snprintf(path, sizeof(path), "%s/control", argv[2]);
    if (sim)
        control = netdiag_control_start(&diag, path, NULL, error, sizeof(error));
    if (!control) {
        fprintf(stderr, "soaked_switch: %s\n", error);
        return 3;
    }
    answer_lines(sim);
    netdiag_control_stop(control);
    if (!sim_stop(sim, error, sizeof(error))) {
        fprintf(stderr, "soaked_switch: %s\n", error);
        return 1;
    }
    return 0;
}
