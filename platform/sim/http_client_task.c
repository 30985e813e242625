#include "http_client_task.h"

#include <string.h>

#include "lwip/altcp.h"
#include "lwip/apps/http_client.h"
#include "lwip/timeouts.h"
#include "random.h"
#include "world.h"

#define FIRST_MS     2000
#define PAUSE_MIN_MS 10000
#define PAUSE_MAX_MS 30000

static const httpc_connection_t settings;

static err_t take_page(void *arg, struct altcp_pcb *pcb, struct pbuf *page, err_t error)
{
    (void)arg, (void)error;
    if (page) {
        altcp_recved(pcb, page->tot_len);
        pbuf_free(page);
    }
    return ERR_OK;
}

/* A request that cannot start now, for want of memory, is made up for by the next one. */
static void ask(void *arg)
{
    const struct sim_options *options = arg;
    ip_addr_t server;

    if (sim_world_pick(options, SIM_WORLD_HOST, &server))
        (void)httpc_get_file(&server, HTTP_DEFAULT_PORT, "/", &settings, take_page, NULL, NULL);
    sys_timeout(sim_random_between(PAUSE_MIN_MS, PAUSE_MAX_MS), ask, arg);
}

static void start(const struct sim_options *options)
{
    sys_timeout(FIRST_MS, ask, (void *)(uintptr_t)options);
}

const struct sim_activity sim_http_client_task = {.start = start};
