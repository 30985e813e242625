#include "service_tasks.h"

#include "service.h"

/* An activity that opens a service, and closes it; what follows its name is the service's. */
#define SERVICE(name, ...)                                                                         \
    static struct sim_service name##_service = {__VA_ARGS__};                                      \
    static void name##_start(const struct sim_options *options)                                    \
    {                                                                                              \
        (void)options;                                                                             \
        sim_service_open(&name##_service);                                                         \
    }                                                                                              \
    static void name##_stop(void)                                                                  \
    {                                                                                              \
        sim_service_close(&name##_service);                                                        \
    }                                                                                              \
    const struct sim_activity sim_##name##_task = {.start = name##_start, .stop = name##_stop}

SERVICE(backdoor, .port = SIM_BACKDOOR_PORT);
SERVICE(accept_stall, .port = SIM_ACCEPT_STALL_PORT, .owner = "provisiond", .backlog = 8,
        .never_accepts = true);
SERVICE(receive_stall, .port = SIM_RECEIVE_STALL_PORT, .owner = "logstore", .never_reads = true);
SERVICE(send_stall, .port = SIM_SEND_STALL_PORT, .owner = "telemetry", .sends = true);
SERVICE(close_wait, .port = SIM_CLOSE_WAIT_PORT, .owner = "leaky", .never_closes = true);
SERVICE(fin_wait, .port = SIM_FIN_WAIT_PORT, .owner = "pushd",
        .closes_after_ms = SIM_FIN_WAIT_CLOSES_MS);
SERVICE(simultaneous_close, .port = SIM_SIMULTANEOUS_CLOSE_PORT, .owner = "peerd",
        .closes_after_ms = SIM_SIMULTANEOUS_CLOSE_CLOSES_MS);
SERVICE(last_ack, .port = SIM_LAST_ACK_PORT, .owner = "quoted");
SERVICE(pool_full, .port = SIM_POOL_FULL_PORT, .owner = "collectord");
