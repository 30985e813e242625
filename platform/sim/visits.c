#include "visits.h"

#include "restart_task.h"
#include "service_tasks.h"
#include "visitors.h"

/* An activity in which a crowd comes, and leaves; what follows its name is the crowd's. */
#define CROWD(name, ...)                                                                           \
    static struct sim_crowd name##_crowd = {__VA_ARGS__};                                          \
    static void name##_start(const struct sim_options *options)                                    \
    {                                                                                              \
        sim_crowd_start(&name##_crowd, options);                                                   \
    }                                                                                              \
    static void name##_tick(uint64_t now_ms)                                                       \
    {                                                                                              \
        sim_crowd_tick(&name##_crowd, now_ms);                                                     \
    }                                                                                              \
    static void name##_stop(void)                                                                  \
    {                                                                                              \
        sim_crowd_stop(&name##_crowd);                                                             \
    }                                                                                              \
    const struct sim_activity sim_##name##_visits = {                                              \
        .start = name##_start, .tick = name##_tick, .stop = name##_stop}

CROWD(backdoor, .port = SIM_BACKDOOR_PORT, .most = 1, .fill_ms = 6000, .bytes = 64,
      .leaves_after_ms = 3000);
CROWD(accept_stall, .port = SIM_ACCEPT_STALL_PORT, .most = 14, .fill_ms = 7000);
CROWD(receive_stall, .port = SIM_RECEIVE_STALL_PORT, .most = 3, .in_all = 3, .fill_ms = 2000,
      .bytes = 40000);
CROWD(send_stall, .port = SIM_SEND_STALL_PORT, .most = 3, .in_all = 3, .fill_ms = 2000,
      .never_reads = true);

/* The last comes before the first leaves: nobody comes again. */
CROWD(close_wait, .port = SIM_CLOSE_WAIT_PORT, .most = 16, .in_all = 16, .fill_ms = 4000,
      .bytes = 200, .leaves_after_ms = 6000);

/*
 * Below, what the device sends in vain it sends again: few come, one by one, so that this is not
 * what stands out.
 */

/* lwIP ends a FIN-WAIT-2 after 20 s: of ten at a time some are always older than half of that. */
CROWD(fin_wait, .port = SIM_FIN_WAIT_PORT, .most = 15, .fill_ms = 30000, .bytes = 200,
      .stays = true, .leaves_after_ms = 30000, .leaving = SIM_LEAVES_BY_RESET);
CROWD(fin_wait_lost, .port = SIM_FIN_WAIT_PORT, .most = 2, .in_all = 2, .fill_ms = 20000,
      .leaves_after_ms = SIM_FIN_WAIT_CLOSES_MS / 2, .leaving = SIM_LEAVES_SILENTLY);

/*
 * The device's FIN and all that it sends after it are lost; the visitor's own FIN follows, and does
 * not acknowledge it. Wide enough apart for a slow machine.
 */
CROWD(simultaneous_close, .port = SIM_SIMULTANEOUS_CLOSE_PORT, .most = 2, .in_all = 2,
      .fill_ms = 6000, .bytes = 200, .deaf_after_ms = SIM_SIMULTANEOUS_CLOSE_CLOSES_MS - 2000,
      .leaves_after_ms = SIM_SIMULTANEOUS_CLOSE_CLOSES_MS + 2000,
      .leaving = SIM_LEAVES_WITH_LAST_FIN);
CROWD(last_ack, .port = SIM_LAST_ACK_PORT, .most = 2, .in_all = 2, .fill_ms = 6000, .bytes = 200,
      .leaves_after_ms = 2000, .leaving = SIM_LEAVES_WITH_LAST_FIN);

/* A listener on any address is kept from binding by connections over IPv4 alone. */
CROWD(restart, .port = SIM_RESTART_PORT, .over_ipv4 = true, .most = 12, .in_all = 12,
      .fill_ms = 6000, .bytes = 200);
CROWD(pool_full, .port = SIM_POOL_FULL_PORT, .fill_ms = 10000);
CROWD(half_open, .port = SIM_CLOSE_WAIT_PORT, .most = 1, .fill_ms = 6000, .half_open = true);
