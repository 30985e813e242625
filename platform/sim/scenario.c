#include "scenario.h"

#include <stdio.h>
#include <string.h>

#include "bound_task.h"
#include "busy.h"
#include "caller_task.h"
#include "export_service.h"
#include "half_open.h"
#include "http_client_task.h"
#include "port_scan.h"
#include "restart_task.h"
#include "service_tasks.h"
#include "session_task.h"
#include "syn_flood.h"
#include "vanish.h"
#include "visits.h"
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

static const struct sim_activity *const unreachable_device[] = {&sim_unreachable_task, NULL};
static const struct sim_activity *const scan_device[] = {&sim_scan_task, NULL};

static const struct sim_activity *const backdoor_world[] = {&sim_backdoor_visits, NULL};
static const struct sim_activity *const backdoor_device[] = {&sim_backdoor_task, NULL};

static const struct sim_activity *const accept_stall_world[] = {&sim_accept_stall_visits, NULL};
static const struct sim_activity *const accept_stall_device[] = {&sim_accept_stall_task, NULL};

static const struct sim_activity *const receive_stall_world[] = {&sim_receive_stall_visits, NULL};
static const struct sim_activity *const receive_stall_device[] = {&sim_receive_stall_task, NULL};

static const struct sim_activity *const send_stall_world[] = {&sim_send_stall_visits, NULL};
static const struct sim_activity *const send_stall_device[] = {&sim_send_stall_task, NULL};

static const struct sim_activity *const close_wait_world[] = {&sim_close_wait_visits, NULL};
static const struct sim_activity *const close_wait_device[] = {&sim_close_wait_task, NULL};

static const struct sim_activity *const fin_wait_world[] = {&sim_fin_wait_visits,
                                                            &sim_fin_wait_lost_visits, NULL};
static const struct sim_activity *const fin_wait_device[] = {&sim_fin_wait_task, NULL};

static const struct sim_activity *const simultaneous_close_world[] = {
    &sim_simultaneous_close_visits, NULL};
static const struct sim_activity *const simultaneous_close_device[] = {&sim_simultaneous_close_task,
                                                                       NULL};

static const struct sim_activity *const last_ack_world[] = {&sim_last_ack_visits, NULL};
static const struct sim_activity *const last_ack_device[] = {&sim_last_ack_task, NULL};

static const struct sim_activity *const time_wait_world[] = {&sim_restart_visits, NULL};
static const struct sim_activity *const time_wait_device[] = {&sim_restart_task, NULL};

static const struct sim_activity *const pool_full_world[] = {&sim_pool_full_visits, NULL};
static const struct sim_activity *const pool_full_device[] = {&sim_pool_full_task, NULL};

/* The ordinary day has connections in ESTABLISHED and TIME-WAIT, and listeners. */
static const struct sim_activity *const all_states_world[] = {&sim_half_open_visits,
                                                              &sim_close_wait_visits,
                                                              &sim_fin_wait_visits,
                                                              &sim_fin_wait_lost_visits,
                                                              &sim_last_ack_visits,
                                                              &sim_simultaneous_close_visits,
                                                              NULL};
static const struct sim_activity *const all_states_device[] = {&sim_bound_task,
                                                               &sim_unreachable_task,
                                                               &sim_close_wait_task,
                                                               &sim_fin_wait_task,
                                                               &sim_last_ack_task,
                                                               &sim_simultaneous_close_task,
                                                               NULL};

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
        .expects = "syn-flood",
        .ends = "lwIP drops the last half-open connections 20 s later",
        .seconds = 60,
        .world = flood_world,
    },
    {
        .name = "syn-burst",
        .help = "10000 forged SYNs to port 80 within ten seconds",
        .expects = "syn-flood pool-exhaustion reset-rise",
        .ends = "lwIP drops the last half-open connections 20 s later",
        .seconds = 20,
        .world = burst_world,
    },
    {
        .name = "half-open",
        .help = "a client that vanishes without a FIN and comes again, until no one gets in",
        .expects = "reconnecting-client pool-exhaustion reset-rise",
        .ends = "the client is back, and resets all that it left",
        .seconds = 150,
        .raised_s = 120,
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
        .expects = "retransmission-rise reset-rise stale-established receive-stall send-stall "
                   "fin-wait-stuck last-ack-stuck closing-stuck reconnecting-client",
        .raised_s = 75, /* a line that was bad from boot is told by a minute of it */
        .ends = "the line is whole again, and those hosts are back and reset what they left",
        .faults = {.loss = 1000,
                   .duplicate = 100,
                   .reorder = 200,
                   .bit_flip = 50,
                   .bad_offset = 20,
                   .too_short = 20},
        .world = lossy_world,
        .device = lossy_device,
    },
    {
        .name = "unreachable",
        .help = "a program here calls one address again and again, where no host is",
        .expects = "syn-sent-one-target",
        .ends = "the program gives up its attempts",
        .seconds = 60,
        .device = unreachable_device,
    },
    {
        .name = "scan",
        .help = "something here tries one address of a subnet after the other",
        .expects = "syn-sent-scan",
        .ends = "it gives up its attempts",
        .seconds = 60,
        .device = scan_device,
    },
    {
        .name = "backdoor",
        .help = "a listener that nobody registered, and somebody who uses it",
        .expects = "unknown-listener",
        .ends = "its client closes, and the listener goes",
        .seconds = 60,
        .world = backdoor_world,
        .device = backdoor_device,
    },
    {
        .name = "accept-stall",
        .help = "a program accepts nobody, until its backlog is full and more are refused",
        .expects = "accept-queue-full",
        .ends = "the program accepts all, and the clients close",
        .seconds = 50,
        .world = accept_stall_world,
        .device = accept_stall_device,
    },
    {
        .name = "receive-stall",
        .help = "a program reads nothing of what its clients send",
        .expects = "receive-stall",
        .ends = "the program reads all, and the clients close",
        .seconds = 90,
        .raised_s = 45,
        .world = receive_stall_world,
        .device = receive_stall_device,
    },
    {
        .name = "send-stall",
        .help = "clients read nothing of what a program sends",
        .expects = "send-stall",
        .ends = "the clients reset their connections",
        .seconds = 90,
        .raised_s = 45,
        .world = send_stall_world,
        .device = send_stall_device,
    },
    {
        .name = "close-wait",
        .help = "a program does not close when its clients have",
        .expects = "close-wait-leak",
        .ends = "the program closes, and the clients, long gone, reset",
        .seconds = 150,
        .raised_s = 80,
        .world = close_wait_world,
        .device = close_wait_device,
    },
    {
        .name = "fin-wait",
        .help = "a program closes first, its clients do not, and some are gone",
        .expects = "fin-wait-stuck",
        .ends = "the clients reset their connections, those that are back, too",
        .seconds = 90,
        .world = fin_wait_world,
        .device = fin_wait_device,
    },
    {
        .name = "simultaneous-close",
        .help = "both sides close at once, and what the device sends then is lost",
        .expects = "closing-stuck",
        .ends = "the clients are back, and reset their connections",
        .seconds = 60,
        .world = simultaneous_close_world,
        .device = simultaneous_close_device,
    },
    {
        .name = "last-ack",
        .help = "clients close, and are gone before their last ACK",
        .expects = "last-ack-stuck",
        .ends = "the clients are back, and reset their connections",
        .seconds = 60,
        .world = last_ack_world,
        .device = last_ack_device,
    },
    {
        .name = "time-wait",
        .help = "a server closes first, is restarted, and cannot bind its port for 2 minutes",
        .expects = "bind-blocked time-wait-pile",
        .ends = "TIME-WAIT ends, the server binds, and is stopped",
        .seconds = 160,
        .world = time_wait_world,
        .device = time_wait_device,
    },
    {
        .name = "pool-full",
        .help = "clients come and stay, until the pool of connections is full",
        .expects = "pool-exhaustion reset-rise",
        .ends = "the clients close",
        .seconds = 50,
        .world = pool_full_world,
        .device = pool_full_device,
    },
    {
        .name = "all-states",
        .help = "connections in each of the eleven states at once",
        .expects =
            "syn-sent-one-target close-wait-leak fin-wait-stuck last-ack-stuck closing-stuck",
        .ends = "as the scenarios of each",
        .seconds = 120,
        .raised_s = 80, /* the last of its findings */
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
