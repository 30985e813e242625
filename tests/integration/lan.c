#include "lan.h"

#include <assert.h>
#include <string.h>

#include "platform/sim/clock.h"
#include "platform/sim/frame.h"

struct lan lan;

static const uint8_t mac_10[] = {0x02, 0, 0, 1, 0, 10};
static const uint8_t mac_20[] = {0x02, 0, 0, 1, 0, 20};

static void count(struct netdiag_interface_traffic *traffic, const uint8_t *frame, size_t length)
{
    static const uint8_t everybody[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

    traffic->octets += length - LAN_TAG;
    if (memcmp(frame, everybody, sizeof(everybody)) == 0)
        traffic->broadcast++;
    else if (frame[0] % 2 == 1)
        traffic->multicast++;
    else
        traffic->unicast++;
}

static void take_frame(void *ctx, const uint8_t *frame, size_t length)
{
    (void)ctx;
    assert(length > SIM_FRAME_HEADER + SIM_FRAME_TAG && sim_frame_u16(frame + 12) == 0x8100);
    count(&lan.sent[sim_frame_u16(frame + 14) & 0xfff], frame, length);
}

static enum netdiag_error list_ports(void *ctx, uint32_t after, struct netdiag_interface *rows,
                                     size_t capacity, size_t *row_count)
{
    (void)ctx;
    *row_count = 0;
    for (size_t i = 0; i < LAN_PORTS && *row_count < capacity; i++) {
        if (lan.ports[i].if_index > after)
            rows[(*row_count)++] = lan.ports[i];
    }
    return lan.ports_error;
}

static void make_ports(void)
{
    static const struct {
        enum netdiag_port_mode mode;
        uint16_t vlan;
        const char *name, *alias;
    } ports[LAN_PORTS] = {
        {NETDIAG_PORT_TRUNK, 0, "CPU", "the switch's own stack"},
        {NETDIAG_PORT_ACCESS, 10, "eth2", ""},
        {NETDIAG_PORT_ACCESS, 20, "eth3", "a printer"},
        {NETDIAG_PORT_TRUNK_NATIVE, 1, "eth4", ""},
        {NETDIAG_PORT_ACCESS, 10, "eth5", ""},
        {NETDIAG_PORT_ACCESS, 30, "eth6", ""},
        {NETDIAG_PORT_TRUNK, 0, "eth7", ""},
        {NETDIAG_PORT_ACCESS, 10, "eth8", ""},
        {NETDIAG_PORT_ACCESS, 10, "eth9", ""},
        {NETDIAG_PORT_TRUNK_NATIVE, 20, "eth10", ""},
    };

    for (uint32_t i = 0; i < LAN_PORTS; i++) {
        struct netdiag_interface *row = &lan.ports[i];
        uint64_t many = UINT64_C(0x100000000) * (i + 1) + 1000 * i;

        row->if_index = 1001 + i;
        row->type = NETDIAG_INTERFACE_PORT;
        strcpy(row->name, ports[i].name);
        strcpy(row->alias, ports[i].alias);
        row->mode = ports[i].mode;
        row->vlan = ports[i].vlan;
        row->admin_up = i != 5;
        row->oper_up = i % 2 == 0;
        row->has_last_change = i != 3;
        row->last_change_ms = 12345678 * i;
        row->mtu = i == 4 ? 0 : (uint16_t)(1500 + i);
        row->speed_bps = i * UINT64_C(1499999999);
        row->in = (struct netdiag_interface_traffic){many, many + 1, many + 2, many + 3};
        row->out = (struct netdiag_interface_traffic){many + 4, many + 5, many + 6, many + 7};
        row->runts = many + 8;
        row->giants = 9;
        row->unknown_vlans = many + 10;
        row->stacked_tags = many + 11;
        row->out_discards = many + 12;
    }
}

void lan_make_vlan_10(void)
{
    static const struct netdiag_prefix address = {{NETDIAG_FAMILY_IPV4, {10, 0, 10, 1}}, 24};

    memset(&lan.sent[10], 0, sizeof(lan.sent[10]));
    memset(&lan.received[10], 0, sizeof(lan.received[10]));
    assert(!netdiag_lwip_vlan_interface_add(10, &lan.netif_10, &lan.trunk.netif, mac_10));
    assert(!netdiag_lwip_vlan_address_add(10, &address));
}

int lan_start(void **state)
{
    static const struct sim_stack_device functions = {.ports = list_ports};
    static const struct netdiag_prefix address = {{NETDIAG_FAMILY_IPV4, {10, 0, 20, 1}}, 24};

    (void)state;
    make_ports();
    sim_clock_start(SIM_CLOCK_VIRTUAL);
    sim_stack_set_device(&functions);
    if (sim_stack_start("sw1", "test", 16, 60000))
        return -1;
    sim_trunk_add(&lan.trunk, mac_10, take_frame, NULL);
    if (netdiag_lwip_vlan_add(30, NULL) || netdiag_lwip_vlan_add(20, NULL) ||
        netdiag_lwip_vlan_add(10, "users") ||
        netdiag_lwip_vlan_interface_add(20, &lan.netif_20, &lan.trunk.netif, mac_20) ||
        netdiag_lwip_vlan_address_add(20, &address))
        return -1;
    lan_make_vlan_10();
    return 0;
}

static void receive(const uint8_t *frame, size_t length, uint16_t vlan)
{
    bool is_taken = vlan == 10 || vlan == 20;

    if (is_taken && length > SIM_FRAME_HEADER + SIM_FRAME_TAG)
        count(&lan.received[vlan], frame, length);
    assert(sim_trunk_input(&lan.trunk, frame, length));
}

void lan_receive(uint16_t vlan, const uint8_t *destination, uint16_t type, size_t length)
{
    static const uint8_t source[] = {0x02, 0, 0, 2, 0, 1};
    uint8_t frame[SIM_FRAME_MAX] = {0};
    size_t at = 12;

    memcpy(frame, destination, 6);
    memcpy(frame + 6, source, 6);
    if (vlan > 0) {
        sim_frame_put_u16(frame + at, 0x8100);
        sim_frame_put_u16(frame + at + 2, vlan);
        at += LAN_TAG;
    }
    sim_frame_put_u16(frame + at, type);
    receive(frame, length, vlan);
}

void lan_receive_arp(uint16_t vlan, const uint8_t *destination)
{
    uint8_t frame[64] = {0,  0, 0, 0, 0, 0, 0x02, 0, 0, 2, 0,  1, 0x81, 0, 0, 0,
                         8,  6, 0, 1, 8, 0, 6,    4, 0, 1, 2,  0, 0,    2, 0, 1,
                         10, 0, 0, 2, 0, 0, 0,    0, 0, 0, 10, 0, 0,    1};

    memcpy(frame, destination, 6);
    sim_frame_put_u16(frame + 14, vlan);
    frame[34] = frame[44] = (uint8_t)vlan;
    receive(frame, sizeof(frame), vlan);
}

struct netdiag_interface lan_interface(uint32_t if_index)
{
    struct netdiag_interface row;
    size_t row_count = 0;

    memset(&row, 0xff, sizeof(row));
    assert(!netdiag_lwip_platform.interfaces(NULL, if_index - 1, &row, 1, &row_count));
    assert(row_count == 1 && row.if_index == if_index);
    return row;
}

uint32_t lan_if_index(const struct netif *netif)
{
    return netif_get_index(netif);
}
