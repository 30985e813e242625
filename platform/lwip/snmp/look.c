#include "look.h"

#include <string.h>

/* A row of a table that is read one by one, and which one it is. */
struct place {
    bool looked, found;
    uint32_t after;
};

static const struct netdiag_platform *platform;
static void *platform_ctx;

static struct {
    struct {
        bool looked, found;
    } system, time, counters, states, pool;
    struct netdiag_system the_system;
    struct netdiag_time the_time;
    struct netdiag_tcp_counters the_counters;
    struct netdiag_tcp_states the_states;
    struct netdiag_tcp_pool the_pool;
    struct place interface, vlan;
    struct netdiag_interface the_interface;
    struct netdiag_vlan the_vlan;
} look;

void netdiag_snmp_look_at(const struct netdiag_platform *at, void *ctx)
{
    platform = at;
    platform_ctx = ctx;
    netdiag_snmp_look_anew();
}

void netdiag_snmp_look_anew(void)
{
    memset(&look, 0, sizeof(look));
}

const struct netdiag_platform *netdiag_snmp_look_platform(void **ctx)
{
    *ctx = platform_ctx;
    return platform;
}

/* One function for each thing that is one: by the op of that name, once a request. */
#define DEFINE_LOOK(type, thing, op)                                                               \
    const struct type *netdiag_snmp_look_##op(void)                                                \
    {                                                                                              \
        if (!look.thing.looked)                                                                    \
            look.thing.found =                                                                     \
                platform->op && platform->op(platform_ctx, &look.the_##thing) == NETDIAG_OK;       \
        look.thing.looked = true;                                                                  \
        return look.thing.found ? &look.the_##thing : NULL;                                        \
    }

DEFINE_LOOK(netdiag_system, system, system)
DEFINE_LOOK(netdiag_time, time, time)
DEFINE_LOOK(netdiag_tcp_counters, counters, tcp_counters)
DEFINE_LOOK(netdiag_tcp_states, states, tcp_states)
DEFINE_LOOK(netdiag_tcp_pool, pool, tcp_pool)

/* Whether that place is to be read now; it then is the one that is known. */
static bool goes_to(struct place *place, uint32_t after)
{
    if (place->looked && place->after == after)
        return false;
    place->looked = true;
    place->after = after;
    return true;
}

const struct netdiag_interface *netdiag_snmp_look_interface(uint32_t after)
{
    size_t count = 0;

    if (goes_to(&look.interface, after))
        look.interface.found = platform->interfaces &&
                               platform->interfaces(platform_ctx, after, &look.the_interface, 1,
                                                    &count) == NETDIAG_OK &&
                               count == 1;
    return look.interface.found ? &look.the_interface : NULL;
}

const struct netdiag_vlan *netdiag_snmp_look_vlan(uint32_t after)
{
    size_t count = 0;

    if (after >= NETDIAG_VLAN_MAX)
        return NULL;
    if (goes_to(&look.vlan, after))
        look.vlan.found = platform->vlans &&
                          platform->vlans(platform_ctx, (uint16_t)after, &look.the_vlan, 1,
                                          &count) == NETDIAG_OK &&
                          count == 1;
    return look.vlan.found ? &look.the_vlan : NULL;
}

bool netdiag_snmp_look_interfaces_changed(uint64_t *uptime_ms)
{
    return platform->interfaces_changed &&
           platform->interfaces_changed(platform_ctx, uptime_ms) == NETDIAG_OK;
}
