/*
 * netdiag-sim on the virtual clock, with an agent that can be asked by SNMP at the same moments in
 * every run, for test_machines.py:
 *
 *     polled_switch OPTION...
 *
 * takes netdiag-sim's options. Each line of the standard input is answered by one, in hexadecimal:
 *
 *     snmp BYTES    the whole IP packet of the agent's answer; nothing where there is none
 *     any other     what this command prints in a shell
 *
 * It ends with the input.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwip/netif.h"
#include "lwip/pbuf.h"
#include "lwip/prot/ip.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/udp.h"
#include "netdiag/lwip.h"
#include "netdiag/netdiag.h"
#include "platform/sim/commands_simulate.h"
#include "platform/sim/sim.h"
#include "platform/sim/stack.h"
#include "tests/integration/poller.h"
#include "tests/integration/shell.h"

#define PRINTED_MAX (1 << 20)
#define LINE_BYTES  (2 * MESSAGE_MAX + 16)

static struct sim_options options;
static struct netif_output {
    netif_output_fn send;
    struct bytes taken; /* the answer of which nobody has heard yet */
} output;

static void print_hex(const void *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        printf("%02x", ((const uint8_t *)bytes)[i]);
    putchar('\n');
    fflush(stdout);
}

static bool is_answer(const struct pbuf *packet)
{
    struct ip_hdr ip;
    struct udp_hdr udp;

    return pbuf_copy_partial(packet, &ip, IP_HLEN, 0) == IP_HLEN &&
           IPH_PROTO(&ip) == IP_PROTO_UDP &&
           pbuf_copy_partial(packet, &udp, UDP_HLEN, IP_HLEN) == UDP_HLEN &&
           udp.src == PP_HTONS(AGENT_PORT) && udp.dest == PP_HTONS(POLLER_PORT);
}

/* As the stack hands it over to be put into a frame, which then is sent. */
static err_t take_answer(struct netif *netif, struct pbuf *packet, const ip4_addr_t *to)
{
    if (is_answer(packet))
        output.taken.length =
            pbuf_copy_partial(packet, output.taken.at, sizeof(output.taken.at), 0);
    return output.send(netif, packet, to);
}

static void listen_at_netif(void)
{
    struct netif *netif;

    sim_stack_lock(NULL);
    netif = poller_netif(&options);
    output.send = netif->output;
    netif->output = take_answer;
    sim_stack_unlock(NULL);
}

static uint8_t byte_of(const char *hex)
{
    const char digits[] = {hex[0], hex[1], '\0'};

    return (uint8_t)strtoul(digits, NULL, 16);
}

/* The steps of the simulation answer: one is enough. */
static bool ask(struct sim *sim, const char *hex)
{
    static struct bytes request;

    request.length = 0;
    for (; request.length < sizeof(request.at) && isxdigit((unsigned char)*hex); hex += 2)
        request.at[request.length++] = byte_of(hex);
    output.taken.length = 0;
    poller_ask(&options, &request);
    if (!sim_run(sim, 1))
        return false;
    print_hex(output.taken.at, output.taken.length);
    return true;
}

static void run_command(struct netdiag *diag, const char *line)
{
    static char printed[PRINTED_MAX];

    (void)shell_run(diag, line, printed, sizeof(printed));
    print_hex(printed, strlen(printed));
}

static bool answer_lines(struct sim *sim, struct netdiag *diag)
{
    static char line[LINE_BYTES];

    while (fgets(line, sizeof(line), stdin)) {
        if (strncmp(line, "snmp ", 5) != 0)
            run_command(diag, line);
        else if (!ask(sim, line + 5))
            return false;
    }
    return true;
}

static void watch(void *diag)
{
    netdiag_watch(diag);
}

static int complain(const char *error)
{
    fprintf(stderr, "polled_switch: %s\n", error);
    return 3;
}

int main(int argc, char **argv)
{
    static struct netdiag diag;
    char error[512];
    struct sim *sim;
    bool is_well;

    sim_options_default(&options);
    if (sim_options_parse(&options, argc, argv, error, sizeof(error)) != SIM_OPTIONS_RUN)
        return complain(error);
    sim = sim_start(&options, NULL, NULL, error, sizeof(error));
    if (!sim)
        return complain(error);
    netdiag_init(&diag, &netdiag_lwip_platform, NULL);
    sim_commands_add(sim);
    (void)sim_each_second(sim, watch, &diag);
    listen_at_netif();
    is_well = sim_run(sim, options.run_ms) && answer_lines(sim, &diag);
    if (!sim_stop(sim, error, sizeof(error)))
        return complain(error);
    return is_well ? 0 : complain("the world is gone");
}
