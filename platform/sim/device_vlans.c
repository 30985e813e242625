#include "device_vlans.h"

#include <stdio.h>
#include <string.h>

#include "frame.h"

/* As many as the command line can give and netdiag takes. */
#define ADDRESSES                                                                                  \
    (CONFIG_NETDIAG_VLAN_ADDRESSES < SIM_VLAN_ADDRESSES ? CONFIG_NETDIAG_VLAN_ADDRESSES            \
                                                        : SIM_VLAN_ADDRESSES)

/* Memory of an interface, and the VLAN that has it. */
struct place {
    uint16_t vlan; /* 0: none */
    struct netif netif;
};

static struct {
    const struct sim_options *options;
    struct sim_switch *sw;
    struct sim_trunk *trunk;
    const uint8_t *mac;
    struct place places[CONFIG_NETDIAG_VLANS];
} vlans;

void sim_device_vlans_init(const struct sim_options *options, struct sim_switch *sw,
                           struct sim_trunk *trunk, const uint8_t *mac)
{
    vlans.options = options;
    vlans.sw = sw;
    vlans.trunk = trunk;
    vlans.mac = mac;
    for (size_t i = 0; i < options->vlan_count; i++)
        sim_switch_vlan_add(sw, options->vlans[i].id);
}

/* The place of that VLAN, or, for 0, one that nobody has. NULL: there is none. */
static struct place *find_place(uint16_t vlan)
{
    for (size_t i = 0; i < CONFIG_NETDIAG_VLANS; i++) {
        if (vlans.places[i].vlan == vlan)
            return &vlans.places[i];
    }
    return NULL;
}

static const char *explain(enum netdiag_error error)
{
    if (error == NETDIAG_ERROR_FULL)
        return "lwIP numbers 255 interfaces, and all are taken";
    if (error == NETDIAG_ERROR_REMEMBERED)
        return "all 255 numbers of interfaces are in use or remembered for VLANs that are gone; "
               "start without it, and let go of one by \"no vlan N forget\"";
    return netdiag_error_text(error);
}

bool sim_device_vlans_start(char *error, size_t error_size)
{
    enum netdiag_error result = NETDIAG_OK;

    for (size_t i = 0; i < vlans.options->vlan_count && !result; i++) {
        const struct sim_vlan *vlan = &vlans.options->vlans[i];

        vlans.places[i].vlan = vlan->id;
        result = sim_stack_vlan_add(vlan, &vlans.places[i].netif, vlans.trunk, vlans.mac);
        if (result)
            snprintf(error, error_size, "VLAN %u: %s", vlan->id, explain(result));
    }
    return result == NETDIAG_OK;
}

static void give_addresses(uint16_t id, struct netdiag_lwip_vlan *vlan)
{
    for (size_t i = 0; i < vlans.options->vlan_count; i++) {
        const struct sim_vlan *named = &vlans.options->vlans[i];

        if (named->id != id)
            continue;
        for (size_t j = 0; j < named->address_count && j < ADDRESSES; j++)
            vlan->addresses[vlan->address_count++] = named->addresses[j];
    }
}

enum netdiag_error sim_device_vlan_add(void *ctx, uint16_t id, struct netdiag_lwip_vlan *vlan)
{
    struct place *place = find_place(0);

    (void)ctx;
    if (!place)
        return NETDIAG_ERROR_FULL;
    place->vlan = id;
    memset(vlan, 0, sizeof(*vlan));
    vlan->netif = &place->netif;
    vlan->trunk = &vlans.trunk->netif;
    sim_stack_vlan_mac(vlans.mac, id, vlan->mac);
    give_addresses(id, vlan);
    sim_switch_vlan_add(vlans.sw, id);
    return NETDIAG_OK;
}

void sim_device_vlan_remove(void *ctx, uint16_t id)
{
    struct place *place = find_place(id);

    (void)ctx;
    if (place)
        place->vlan = 0;
    sim_switch_vlan_remove(vlans.sw, id);
}
