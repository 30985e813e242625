#include "stack.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/locks.h"
#include "frame.h"
#include "log.h"
#include "lwip/init.h"
#include "lwip/memp.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/tcp.h"
#include "netdiag/lwip.h"
#include "netif/ethernet.h"
#include "symbols.h"

uint32_t sim_tcp_msl_ms;

static pthread_mutex_t core = PTHREAD_MUTEX_INITIALIZER;

static bool (*wait_function)(void *ctx, uint32_t ms);
static struct sim_stack_device device_functions;
static void *wait_ctx;
static uint64_t started_ms;

void sim_stack_set_device(const struct sim_stack_device *device)
{
    device_functions = *device;
}

void sim_stack_set_wait(bool (*wait)(void *ctx, uint32_t ms), void *ctx)
{
    wait_function = wait;
    wait_ctx = ctx;
}

void sim_stack_lock(void *ctx)
{
    (void)ctx;
    netdiag_lock_take(&core, NETDIAG_LOCK_CORE);
}

void sim_stack_unlock(void *ctx)
{
    (void)ctx;
    netdiag_lock_leave(&core, NETDIAG_LOCK_CORE);
}

/*
 * What lwIP asserts and any peer can make untrue: one that takes the byte of a window probe and
 * keeps its window shut leaves nothing to send, with the timer of probes on. The timer's code is
 * ready for that and sends nothing, so the switch goes on; a device that stops here is stopped by
 * two segments of a peer.
 */
static bool is_survived(const char *message)
{
    return strcmp(message, "tcp_slowtimr: persist ticking with empty send buffer") == 0;
}

void sim_lwip_assert(const char *message, const char *file, int line)
{
    if (is_survived(message))
        return;
    fprintf(stderr, "netdiag-sim: lwIP gave up: %s (%s:%d)\n", message, file, line);
    abort();
}

/*
 * Makes the pool smaller than it was built: takes PCBs out for good. The pool's own statistics
 * then count them as used; netdiag is told how many they are.
 */
static uint32_t park_pcbs(uint32_t pcbs)
{
    uint32_t parked = 0;

    while (parked < MEMP_NUM_TCP_PCB - pcbs && memp_malloc(MEMP_TCP_PCB))
        parked++;
    return parked;
}

enum netdiag_error sim_stack_start(const char *host, const char *product, uint32_t pcbs,
                                   uint32_t msl_ms)
{
    struct netdiag_lwip_config config = {
        .host = host,
        .product = product,
        .lock = sim_stack_lock,
        .unlock = sim_stack_unlock,
        .wall_clock = sim_clock_wall,
        .wait = wait_function,
        .log = sim_log_write,
        .clock_ns = sim_clock_host_ns,
        .symbol = sim_symbol,
        .ports = device_functions.ports,
        .if_index_save = device_functions.if_index_save,
        .vlan_add = device_functions.vlan_add,
        .vlan_remove = device_functions.vlan_remove,
        .ctx = wait_ctx,
    };
    enum netdiag_error error;

    sim_tcp_msl_ms = msl_ms;
    sim_stack_lock(NULL);
    lwip_init();
    config.pcbs_reserved = park_pcbs(pcbs);
    error = netdiag_lwip_start(&config);
    started_ms = sim_clock_ms();
    sim_stack_unlock(NULL);
    return error;
}

uint64_t sim_stack_uptime_ms(uint64_t clock_ms)
{
    return clock_ms > started_ms ? clock_ms - started_ms : 0;
}

static err_t trunk_link_output(struct netif *netif, struct pbuf *frame)
{
    struct sim_trunk *trunk = netif->state;
    uint8_t bytes[SIM_FRAME_MAX];

    if (frame->tot_len > sizeof(bytes))
        return ERR_BUF;
    pbuf_copy_partial(frame, bytes, frame->tot_len, 0);
    trunk->output(trunk->ctx, bytes, frame->tot_len);
    return ERR_OK;
}

static err_t trunk_init(struct netif *netif)
{
    struct sim_trunk *trunk = netif->state;

    trunk->error = netdiag_lwip_if_index_trunk(netif);
    if (trunk->error)
        return ERR_IF;
    netif->name[0] = 't';
    netif->name[1] = 'r';
    netif->mtu = 1500;
    netif->hwaddr_len = NETDIAG_MAC_LENGTH;
    netif->flags = NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
    netif->linkoutput = trunk_link_output;
    return ERR_OK;
}

enum netdiag_error sim_trunk_add(struct sim_trunk *trunk, const uint8_t *mac,
                                 sim_stack_output output, void *ctx)
{
    memset(trunk, 0, sizeof(*trunk));
    trunk->output = output;
    trunk->ctx = ctx;
    memcpy(trunk->netif.hwaddr, mac, NETDIAG_MAC_LENGTH);
    if (netif_add_noaddr(&trunk->netif, trunk, trunk_init, ethernet_input))
        netif_set_up(&trunk->netif);
    return trunk->error;
}

bool sim_trunk_input(struct sim_trunk *trunk, const uint8_t *frame, size_t length)
{
    struct pbuf *pbuf = pbuf_alloc(PBUF_RAW, (u16_t)length, PBUF_POOL);

    if (!pbuf)
        return false;
    pbuf_take(pbuf, frame, (u16_t)length);
    if (trunk->netif.input(pbuf, &trunk->netif) != ERR_OK)
        pbuf_free(pbuf);
    return true;
}

void sim_stack_vlan_mac(const uint8_t *mac, uint16_t id, uint8_t vlan_mac[NETDIAG_MAC_LENGTH])
{
    memcpy(vlan_mac, mac, NETDIAG_MAC_LENGTH);
    sim_frame_put_u16(vlan_mac + 4, id);
}

enum netdiag_error sim_stack_vlan_add(const struct sim_vlan *vlan, struct netif *netif,
                                      struct sim_trunk *trunk, const uint8_t *mac)
{
    uint8_t vlan_mac[NETDIAG_MAC_LENGTH];
    enum netdiag_error error = netdiag_lwip_vlan_add(vlan->id, NULL);

    if (error || vlan->address_count == 0)
        return error;
    sim_stack_vlan_mac(mac, vlan->id, vlan_mac);
    error = netdiag_lwip_vlan_interface_add(vlan->id, netif, &trunk->netif, vlan_mac);
    for (size_t i = 0; i < vlan->address_count && !error; i++)
        error = netdiag_lwip_vlan_address_add(vlan->id, &vlan->addresses[i]);
    return error;
}
