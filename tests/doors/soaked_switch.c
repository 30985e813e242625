/*
 * netdiag-sim on the virtual clock, with pollers of its SNMP agent, for the soak (long_soak.py):
 *
 *     soaked_switch SEED DIRECTORY
 *
 * has its control socket, its log and its file of interface numbers in DIRECTORY. What a poller
 * asks comes in at the same moments in every run. Each line of the standard input is answered by
 * one: the world's process, and how many bytes of the heap are in use here. It ends with the input.
 */
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/access/control.h"
#include "netdiag/lwip.h"
#include "netdiag/netdiag.h"
#include "platform/sim/commands_simulate.h"
#include "platform/sim/if_index_file.h"
#include "platform/sim/log.h"
#include "platform/sim/sim.h"
#include "tests/integration/poller.h"
#include "tests/integration/snmp_message.h"

#define COMMUNITY   "soak"
#define POLL_EACH_S 7

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
    poller_ask(switch_options, &request);
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
