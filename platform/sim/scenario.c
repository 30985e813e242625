#include "scenario.h"

#include <stdio.h>
#include <string.h>

#include "all_states.h"
#include "busy.h"
#include "export_service.h"
#include "half_open.h"
#include "http_client_task.h"
#include "port_scan.h"
#include "session_task.h"
#include "syn_flood.h"
#include "vanish.h"
#include "workload.h"

static const struct sim_activity *const ordinary_world[] = {&sim_workload_ordinary, NULL};
static const struct sim_activity *const ordinary_device[] = {&sim_http_client_task,
                                                             &sim_export_service, NULL};

static const struct sim_activity *const busy_world[] = {&sim_busy, NULL};

static const struct sim_activity *const lossy_world[] = {&sim_workload_rough,
                                                         &sim_vanish_echo_sessions, NULL};
static const struct sim_activity *const lossy_device[] = {&sim_session_task, NULL};

static const struct sim_activity *const flood_world[] = {&sim_syn_flood, NULL};
static const struct sim_activity *const burst_world[] = {&sim_syn_burst, NULL};
static const struct sim_activity *const half_open_world[] = {&sim_half_open, NULL};
static const struct sim_activity *const port_scan_world[] = {&sim_port_scan, NULL};

static const struct sim_activity *const all_states_world[] = {&sim_all_states_clients, NULL};
static const struct sim_activity *const all_states_device[] = {&sim_all_states_program, NULL};

/* The first is the default. */
static const struct sim_scenario scenarios[] = {
    {
        .name = "normal",
        .help = "an ordinary day",
        .world = ordinary_world,
        .device = ordinary_device,
    },
    {
        .name = "busy",
        .help = "hundreds of short, healthy connections a second",
        .ends = "its clients close first, and leave nothing",
        .world = busy_world,
    },
    {
        .name = "syn-flood",
        .help = "360 forged SYNs to port 80, six a second, each from another source",
        .expects = "syn-flood retransmission-rise",
        .ends = "lwIP drops the last half-open connections 20 s later",
        .seconds = 60,
        .world = flood_world,
    },
    {
        .name = "syn-burst",
        .help = "10000 forged SYNs to port 80 within ten seconds",
        .expects = "syn-flood pool-exhaustion retransmission-rise",
        .ends = "lwIP drops the last half-open connections 20 s later",
        .seconds = 20,
        .world = burst_world,
    },
    {
        .name = "half-open",
        .help = "a client that vanishes without a FIN and comes again, until no one gets in",
        .expects = "reconnecting-client pool-exhaustion",
        .ends = "the client is back, and resets all that it left",
        .seconds = 150,
        .raised_s = 65,
        .world = half_open_world,
    },
    {
        .name = "port-scan",
        .help = "somebody tries 100 closed ports of the switch within ten seconds",
        .expects = "port-scan reset-rise",
        .ends = "it leaves nothing, as each attempt is refused",
        .seconds = 20,
        .world = port_scan_world,
    },
    {
        .name = "lossy",
        .help = "a bad line, and hosts that abort, stall and vanish",
        .expects = "retransmission-rise reset-rise stale-established send-stall fin-wait-stuck",
        .ends = "the line is whole again, and those hosts are back and reset what they left",
        .faults = {.loss = 300,
                   .duplicate = 100,
                   .reorder = 200,
                   .bit_flip = 50,
                   .bad_offset = 20,
                   .too_short = 20},
        .world = lossy_world,
        .device = lossy_device,
    },
    {
        .name = "all-states",
        .help = "connections that go through all states of TCP",
        .expects = "retransmission-rise",
        .ends = "its clients reset what they left, and its program on the switch closes",
        .seconds = 60,
        .world = all_states_world,
        .device = all_states_device,
    },
};

#define SCENARIOS (sizeof(scenarios) / sizeof(scenarios[0]))

const struct sim_scenario *sim_scenario_default(void)
{
    return &scenarios[0];
}

const struct sim_scenario *sim_scenario_find(const char *name)
{
    for (size_t i = 0; i < SCENARIOS; i++) {
        if (strcmp(scenarios[i].name, name) == 0)
            return &scenarios[i];
    }
    return NULL;
}

const struct sim_scenario *sim_scenario_at(size_t index)
{
    return index < SCENARIOS ? &scenarios[index] : NULL;
}

void sim_scenario_names(char *names, size_t size)
{
    size_t used = 0;

    for (size_t i = 0; i < SCENARIOS && used < size; i++) {
        const char *before = i + 1 < SCENARIOS ? ", " : " and ";

        used += (size_t)snprintf(names + used, size - used, "%s%s", i > 0 ? before : "",
                                 scenarios[i].name);
    }
}
