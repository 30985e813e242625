#include "world.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "forward.h"
#include "frame.h"
#include "lwip/apps/httpd.h"
#include "lwip/timeouts.h"
#include "platform/lwip/bridge.h"
#include "random.h"
#include "scenario.h"
#include "stack.h"
#include "tcpecho_raw.h"
#include "vanish.h"

/* The hosts' own TIME-WAIT holds a local port each; a short one keeps thousands of ports free. */
#define TCP_MSL_MS 1000

#define WAIT_MS 10

/* A seed for the world that is not the device's own. */
#define SEED_OF_WORLD UINT64_C(0x776f726c64)

static struct {
    struct sim_trunk trunk;
    struct netif interfaces[CONFIG_NETDIAG_VLANS];
    struct sim_wire wire;
} world;

static const uint8_t mac[SIM_FRAME_MAC] = {0x02, 0x00, 0x00, 0x02, 0x00, 0x00};

/* The byte of an address that tells hosts of a subnet apart. */
static uint8_t *last_byte(struct netdiag_prefix *prefix)
{
    return &prefix->address.bytes[prefix->address.family == NETDIAG_FAMILY_IPV4 ? 3 : 15];
}

/* The device's host number, and the next one; if that would leave the subnet, the one before. */
void sim_world_peer(const struct netdiag_prefix *device, struct netdiag_prefix *peer)
{
    unsigned hosts =
        device->length > 24 && device->length <= 32 ? 1u << (32 - device->length) : 256;
    uint8_t *last;

    *peer = *device;
    last = last_byte(peer);
    if (*last % hosts + 2 < hosts)
        (*last)++;
    else
        (*last)--;
}

void sim_world_address(const struct netdiag_address *from, ip_addr_t *to)
{
    memset(to, 0, sizeof(*to));
#if LWIP_IPV6
    if (from->family == NETDIAG_FAMILY_IPV6) {
        IP_SET_TYPE(to, IPADDR_TYPE_V6);
        memcpy(ip_2_ip6(to)->addr, from->bytes, sizeof(ip_2_ip6(to)->addr));
        return;
    }
#endif
    IP_SET_TYPE(to, IPADDR_TYPE_V4);
    memcpy(&ip_2_ip4(to)->addr, from->bytes, sizeof(ip_2_ip4(to)->addr));
}

bool sim_world_pick(const struct sim_options *options, enum sim_world_side side, ip_addr_t *address)
{
    uint32_t at = sim_random_between(0, (uint32_t)options->vlan_count - 1);
    const struct sim_vlan *vlan = &options->vlans[at];
    struct netdiag_prefix prefix;

    if (vlan->address_count == 0)
        return false;
    prefix = vlan->addresses[sim_random_between(0, (uint32_t)vlan->address_count - 1)];
    if (side == SIM_WORLD_HOST)
        sim_world_peer(&prefix, &prefix);
    sim_world_address(&prefix.address, address);
    return true;
}

bool sim_world_first(const struct sim_options *options, ip_addr_t *address)
{
    for (size_t i = 0; i < options->vlan_count; i++) {
        if (options->vlans[i].address_count == 0)
            continue;
        sim_world_address(&options->vlans[i].addresses[0].address, address);
        return true;
    }
    return false;
}

/* Addresses that differ from the device's in their last byte; small subnets have none to spare. */
static bool pick_vacant(const struct netdiag_prefix *device, uint32_t n, ip_addr_t *address)
{
    unsigned bits = device->address.family == NETDIAG_FAMILY_IPV4 ? 32 : 128;
    unsigned hosts = device->length + 8u > bits ? 1u << (bits - device->length) : 256;
    struct netdiag_prefix peer, vacant = *device;
    uint8_t *last = last_byte(&vacant);
    uint8_t own = *last;

    if (hosts < 8)
        return false;
    sim_world_peer(device, &peer);
    n %= hosts - 4; /* less the subnet's own, its broadcast, the device and its peer */
    for (unsigned host = 1;; host++) {
        *last = (uint8_t)((own & ~(hosts - 1)) | host);
        if (*last != own && *last != *last_byte(&peer) && n-- == 0)
            break;
    }
    sim_world_address(&vacant.address, address);
    return true;
}

bool sim_world_vacant(const struct sim_options *options, uint32_t n, ip_addr_t *address)
{
    for (size_t i = 0; i < options->vlan_count; i++) {
        const struct sim_vlan *vlan = &options->vlans[i];

        for (size_t j = 0; j < vlan->address_count; j++) {
            if (pick_vacant(&vlan->addresses[j], n, address))
                return true;
        }
    }
    return false;
}

static void stack_sends(void *ctx, const uint8_t *frame, size_t length)
{
    (void)ctx;
    sim_wire_send(&world.wire, frame, length);
}

static bool start(const struct sim_options *options, int wire_fd, struct sim_wire_counts *counts,
                  const struct sim_cue *cue)
{
    enum netdiag_error error;

    if (!sim_wire_init(&world.wire, wire_fd, counts))
        return false;
    sim_random_seed(options->seed ^ SEED_OF_WORLD);
    error = sim_stack_start("world", "the remote world", CONFIG_NETDIAG_TCP_SLOTS, TCP_MSL_MS);
    if (!error)
        error = sim_trunk_add(&world.trunk, mac, stack_sends, NULL);
    for (size_t i = 0; i < options->vlan_count && !error && !options->no_world; i++) {
        struct sim_vlan vlan = options->vlans[i];

        for (size_t j = 0; j < vlan.address_count; j++)
            sim_world_peer(&options->vlans[i].addresses[j], &vlan.addresses[j]);
        error = sim_stack_vlan_add(&vlan, &world.interfaces[i], &world.trunk, mac);
    }
    if (error) {
        fprintf(stderr, "netdiag-sim: the remote world: %s\n", netdiag_error_text(error));
        return false;
    }
    if (options->no_world)
        return true; /* the process is there, and nobody lives in it */
    httpd_init();
    tcpecho_raw_init();
    sim_stage_open(options, SIM_STAGE_WORLD, cue);
    return true;
}

static void take_frames(void)
{
    uint8_t frame[SIM_FRAME_MAX];
    size_t length;

    while ((length = sim_wire_take(&world.wire, frame, sizeof(frame))) > 0) {
        if (!sim_vanish_swallows(frame, length))
            sim_trunk_input(&world.trunk, frame, length);
    }
}

static void run_timers(void)
{
    sys_check_timeouts();
    sim_stage_tick(sim_clock_ms());
}

static enum sim_wire_result answer_round(void)
{
    uint64_t now_ms;
    uint32_t frames;
    enum sim_wire_result result = sim_wire_receive_round(&world.wire, &now_ms, &frames);

    if (result != SIM_WIRE_OK)
        return result;
    if (now_ms > sim_clock_ms()) {
        sim_clock_set(now_ms);
        run_timers();
    }
    take_frames();
    return sim_wire_send_round(&world.wire, now_ms, &frames);
}

static enum sim_wire_result serve(const struct sim_options *options)
{
    struct pollfd fds[1 + CONFIG_NETDIAG_SIM_FORWARDS + NETDIAG_LWIP_BRIDGE_POLLFDS];
    size_t ports = sim_forward_pollfds(fds + 1);
    size_t count = 1 + ports;
    enum sim_wire_result result;

    count += netdiag_lwip_bridge_pollfds(fds + count, NETDIAG_LWIP_BRIDGE_POLLFDS);
    fds[0] = (struct pollfd){.fd = world.wire.fd, .events = POLLIN};
    if (sim_wire_is_pending(&world.wire))
        fds[0].events |= POLLOUT;
    if (poll(fds, count, sim_wire_has_received(&world.wire) ? 0 : WAIT_MS) < 0)
        ports = 0;
    result = sim_wire_poll(&world.wire);
    if (result != SIM_WIRE_OK)
        return result;
    take_frames();
    run_timers();
    sim_forward_take(options, fds + 1, ports);
    netdiag_lwip_bridge_run();
    return sim_wire_poll(&world.wire);
}

bool sim_world_run(const struct sim_options *options, int wire_fd, struct sim_wire_counts *counts,
                   const struct sim_cue *cue)
{
    enum sim_wire_result result = SIM_WIRE_OK;

    if (!start(options, wire_fd, counts, cue))
        return true;
    while (result == SIM_WIRE_OK)
        result = options->clock == SIM_CLOCK_VIRTUAL ? answer_round() : serve(options);
    sim_wire_close(&world.wire, false);
    return result == SIM_WIRE_CLOSED;
}
