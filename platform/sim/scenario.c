#include "scenario.h"

#include <stdio.h>
#include <string.h>

#include "export_service.h"
#include "http_client_task.h"
#include "session_task.h"
#include "syn_flood.h"
#include "vanish.h"
#include "workload.h"

static const struct sim_activity *const ordinary_world[] = {&sim_workload_ordinary, NULL};
static const struct sim_activity *const ordinary_device[] = {&sim_http_client_task,
                                                             &sim_export_service, NULL};

static const struct sim_activity *const lossy_world[] = {&sim_workload_rough,
                                                         &sim_vanish_echo_sessions, NULL};
static const struct sim_activity *const lossy_device[] = {&sim_session_task, NULL};

static const struct sim_activity *const flood_world[] = {&sim_syn_flood, NULL};

/* The first is the default. */
static const struct sim_scenario scenarios[] = {
    {
        .name = "normal",
        .help = "an ordinary day",
        .world = ordinary_world,
        .device = ordinary_device,
    },
    {
        .name = "lossy",
        .help = "a bad line, and hosts that abort, stall and vanish",
        .expects = "retransmission-rise",
        .ends = "the line is whole again, and all those hosts are back and reset what they left",
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
        .name = "syn-flood",
        .help = "10000 forged SYNs within ten seconds",
        .expects = "syn-flood",
        .ends = "the stack drops half-open connections after 20 s",
        .seconds = 30,
        .world = flood_world,
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
