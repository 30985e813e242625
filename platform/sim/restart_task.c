#include "restart_task.h"

#include "lwip/timeouts.h"
#include "service.h"

#define RESTART_MS 10000

static struct sim_service service = {
    .port = SIM_RESTART_PORT, .owner = "restartd", .closes_after_ms = 500};

/* lwIP lets it bind no sooner than the last connection of the port is in none of its lists. */
static void restart(void *arg)
{
    (void)arg;
    sim_service_end(&service);
    sim_service_open(&service);
}

static void start(const struct sim_options *options)
{
    (void)options;
    sim_service_open(&service);
    sys_timeout(RESTART_MS, restart, NULL);
}

static void stop(void)
{
    sys_untimeout(restart, NULL);
    sim_service_close(&service);
}

const struct sim_activity sim_restart_task = {.start = start, .stop = stop};
