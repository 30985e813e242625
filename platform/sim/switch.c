/*
 * A frame's way: classify (to which VLAN it belongs), learn where its sender is, look up where its
 * receiver is, send it there with or without a tag; to all of the VLAN where that is not known.
 */
#include "switch.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"

#define TCI_PRIORITY 0xf000
#define TCI_VLAN     0x0fff

/* How many places of the MAC table an address may stand in. */
#define MAC_WAYS 8

/* A frame within the switch: taken apart, its tag, if it had one, put aside. */
struct inner_frame {
    uint16_t vlan;
    uint16_t priority;
    const uint8_t *addresses; /* destination, then source */
    const uint8_t *rest;      /* from the type on */
    size_t rest_length;
};

void sim_switch_init(struct sim_switch *sw)
{
    memset(sw, 0, sizeof(*sw));
}

static bool has_vlan(const struct sim_switch *sw, uint16_t vlan)
{
    return vlan >= NETDIAG_VLAN_MIN && vlan <= NETDIAG_VLAN_MAX &&
           (sw->vlans[vlan / 32] & UINT32_C(1) << vlan % 32);
}

void sim_switch_vlan_add(struct sim_switch *sw, uint16_t vlan)
{
    if (vlan >= NETDIAG_VLAN_MIN && vlan <= NETDIAG_VLAN_MAX)
        sw->vlans[vlan / 32] |= UINT32_C(1) << vlan % 32;
}

void sim_switch_vlan_remove(struct sim_switch *sw, uint16_t vlan)
{
    if (!has_vlan(sw, vlan))
        return;
    sw->vlans[vlan / 32] &= ~(UINT32_C(1) << vlan % 32);
    for (size_t i = 0; i < CONFIG_NETDIAG_SIM_MAC_TABLE; i++) {
        if (sw->macs[i].vlan == vlan)
            sw->macs[i].vlan = 0;
    }
}

int sim_switch_port_add(struct sim_switch *sw, enum sim_port_mode mode, uint16_t vlan,
                        sim_port_output output, void *ctx)
{
    struct sim_port port = {.mode = mode, .vlan = vlan, .output = output, .ctx = ctx};

    if (sw->port_count == CONFIG_NETDIAG_SIM_PORTS)
        return -1;
    sw->ports[sw->port_count] = port;
    return (int)sw->port_count++;
}

void sim_switch_port_name(struct sim_switch *sw, int port, const char *name, const char *alias)
{
    sw->ports[port].name = name;
    sw->ports[port].alias = alias;
}

void sim_switch_port_set_up(struct sim_switch *sw, int port, bool is_up, uint64_t now_ms)
{
    sw->ports[port].is_down = !is_up;
    sw->ports[port].last_change_ms = now_ms;
}

static bool port_carries(const struct sim_switch *sw, const struct sim_port *port, uint16_t vlan)
{
    return has_vlan(sw, vlan) && (port->mode != SIM_PORT_ACCESS || port->vlan == vlan);
}

static bool is_tag(uint16_t type)
{
    return type == SIM_ETHERTYPE_VLAN || type == SIM_ETHERTYPE_QINQ;
}

/*
 * A provider's tag, or a second one: a switch of one tag would carry the inner VLAN's frames in
 * the outer one's, or let an access port choose its VLAN.
 */
static bool has_stacked_tags(const uint8_t *frame, size_t length)
{
    uint16_t type = sim_frame_u16(frame + SIM_FRAME_HEADER - 2);

    if (type == SIM_ETHERTYPE_QINQ)
        return true;
    return type == SIM_ETHERTYPE_VLAN && length >= SIM_FRAME_HEADER + SIM_FRAME_TAG &&
           is_tag(sim_frame_u16(frame + SIM_FRAME_HEADER + SIM_FRAME_TAG - 2));
}

/* Shorter than its header, tag included. */
static bool is_runt(const uint8_t *frame, size_t length)
{
    return length < SIM_FRAME_HEADER ||
           (length < SIM_FRAME_HEADER + SIM_FRAME_TAG &&
            sim_frame_u16(frame + SIM_FRAME_HEADER - 2) == SIM_ETHERTYPE_VLAN);
}

/* False: the frame's VLAN is none that this port carries. */
static bool classify(const struct sim_switch *sw, const struct sim_port *port, const uint8_t *frame,
                     size_t length, struct inner_frame *inner)
{
    size_t header = SIM_FRAME_HEADER - 2;

    inner->addresses = frame;
    inner->vlan = 0;
    inner->priority = 0;
    if (sim_frame_u16(frame + header) == SIM_ETHERTYPE_VLAN) {
        uint16_t tci = sim_frame_u16(frame + SIM_FRAME_HEADER);

        inner->vlan = tci & TCI_VLAN;
        inner->priority = tci & TCI_PRIORITY;
        header += SIM_FRAME_TAG;
    }
    if (inner->vlan == 0)
        inner->vlan = port->vlan;
    inner->rest = frame + header;
    inner->rest_length = length - header;
    return port_carries(sw, port, inner->vlan);
}

static size_t mac_hash(const uint8_t *mac, uint16_t vlan)
{
    uint32_t hash = UINT32_C(2166136261) ^ vlan; /* FNV-1a */

    for (size_t i = 0; i < SIM_FRAME_MAC; i++)
        hash = (hash ^ mac[i]) * UINT32_C(16777619);
    return hash % CONFIG_NETDIAG_SIM_MAC_TABLE;
}

static bool is_group(const uint8_t *mac)
{
    return mac[0] & 1;
}

/* ---- counting ---- */

/* Its counter, by the frame's destination. */
static uint64_t *packets_of(struct netdiag_interface_traffic *traffic, const uint8_t *destination)
{
    static const uint8_t everybody[SIM_FRAME_MAC] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

    if (!is_group(destination))
        return &traffic->unicast;
    return memcmp(destination, everybody, sizeof(everybody)) == 0 ? &traffic->broadcast
                                                                  : &traffic->multicast;
}

static void count(struct netdiag_interface_traffic *traffic, const uint8_t *destination,
                  size_t length)
{
    traffic->octets += length;
    ++*packets_of(traffic, destination);
}

void sim_switch_discarded(struct sim_switch *sw, int port, const uint8_t *frame, size_t length)
{
    struct sim_port_counts *counts = &sw->ports[port].counts;

    counts->out.octets -= length;
    --*packets_of(&counts->out, frame);
    counts->out_discards++;
}

static void copy(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from ? from : "");
}

static void fill_port(const struct sim_port *port, struct netdiag_interface *row)
{
    static const enum netdiag_port_mode modes[] = {
        [SIM_PORT_ACCESS] = NETDIAG_PORT_ACCESS,
        [SIM_PORT_TRUNK] = NETDIAG_PORT_TRUNK,
        [SIM_PORT_TRUNK_NATIVE] = NETDIAG_PORT_TRUNK_NATIVE,
    };

    copy(row->name, sizeof(row->name), port->name);
    copy(row->alias, sizeof(row->alias), port->alias);
    row->type = NETDIAG_INTERFACE_PORT;
    row->mode = modes[port->mode];
    row->vlan = port->mode == SIM_PORT_TRUNK ? 0 : port->vlan;
    row->admin_up = true;
    row->oper_up = !port->is_down;
    row->has_last_change = true;
    row->last_change_ms = port->last_change_ms;
    row->mtu = SIM_FRAME_MAX - SIM_FRAME_HEADER - SIM_FRAME_TAG;
    row->in = port->counts.in;
    row->out = port->counts.out;
    row->runts = port->counts.runts;
    row->giants = port->counts.giants;
    row->unknown_vlans = port->counts.wrong_vlan;
    row->stacked_tags = port->counts.stacked_tags;
    row->out_discards = port->counts.out_discards;
}

size_t sim_switch_ports(const struct sim_switch *sw, uint32_t after, struct netdiag_interface *rows,
                        size_t capacity)
{
    size_t first =
        after < NETDIAG_IF_INDEX_PORT_FIRST ? 0 : after - NETDIAG_IF_INDEX_PORT_FIRST + 1;
    size_t count = 0;

    for (size_t i = first; i < sw->port_count && count < capacity; i++) {
        struct netdiag_interface *row = &rows[count++];

        memset(row, 0, sizeof(*row));
        row->if_index = NETDIAG_IF_INDEX_PORT_FIRST + (uint32_t)i;
        fill_port(&sw->ports[i], row);
    }
    return count;
}

/* ---- learning ---- */

/*
 * The entry of an address; where it has none, the place for it: a free or forgotten one, else the
 * one that was silent longest.
 */
static struct sim_mac_entry *mac_entry(struct sim_switch *sw, const uint8_t *mac, uint16_t vlan,
                                       uint64_t now_ms, bool *known)
{
    size_t first = mac_hash(mac, vlan);
    struct sim_mac_entry *place = NULL;

    for (size_t i = 0; i < MAC_WAYS; i++) {
        struct sim_mac_entry *entry = &sw->macs[(first + i) % CONFIG_NETDIAG_SIM_MAC_TABLE];
        bool is_free =
            entry->vlan == 0 || sim_clock_passed(now_ms, entry->seen_ms) > SIM_SWITCH_AGEING_MS;

        if (!is_free && entry->vlan == vlan && memcmp(entry->mac, mac, SIM_FRAME_MAC) == 0) {
            *known = true;
            return entry;
        }
        if (is_free)
            entry->vlan = 0;
        if (!place || (place->vlan != 0 && (is_free || entry->seen_ms < place->seen_ms)))
            place = entry;
    }
    *known = false;
    return place;
}

static void learn(struct sim_switch *sw, const struct inner_frame *frame, size_t port,
                  uint64_t now_ms)
{
    const uint8_t *source = frame->addresses + SIM_FRAME_MAC;
    bool known;
    struct sim_mac_entry *entry;

    if (is_group(source))
        return;
    entry = mac_entry(sw, source, frame->vlan, now_ms, &known);
    memcpy(entry->mac, source, SIM_FRAME_MAC);
    entry->vlan = frame->vlan;
    entry->port = (uint8_t)port;
    entry->seen_ms = now_ms;
}

static bool has_tag(const struct sim_port *port, uint16_t vlan)
{
    return port->mode == SIM_PORT_TRUNK ||
           (port->mode == SIM_PORT_TRUNK_NATIVE && vlan != port->vlan);
}

static void send_out(struct sim_port *port, const struct inner_frame *frame)
{
    uint8_t bytes[SIM_FRAME_MAX];
    size_t at = 2 * (size_t)SIM_FRAME_MAC;

    memcpy(bytes, frame->addresses, at);
    if (has_tag(port, frame->vlan)) {
        sim_frame_put_u16(bytes + at, SIM_ETHERTYPE_VLAN);
        sim_frame_put_u16(bytes + at + 2, frame->priority | frame->vlan);
        at += SIM_FRAME_TAG;
    }
    memcpy(bytes + at, frame->rest, frame->rest_length);
    count(&port->counts.out, bytes, at + frame->rest_length);
    port->output(port->ctx, bytes, at + frame->rest_length);
}

static void forward(struct sim_switch *sw, const struct inner_frame *frame, size_t from,
                    uint64_t now_ms)
{
    const uint8_t *destination = frame->addresses;
    bool known = false;
    size_t to = 0;

    /* The port is copied: the CPU's answer may come in, and move the table, before we are done */
    if (!is_group(destination))
        to = mac_entry(sw, destination, frame->vlan, now_ms, &known)->port;
    for (size_t i = 0; i < sw->port_count; i++) {
        if (i != from && (!known || i == to) && port_carries(sw, &sw->ports[i], frame->vlan))
            send_out(&sw->ports[i], frame);
    }
}

void sim_switch_input(struct sim_switch *sw, int port, const uint8_t *frame, size_t length,
                      uint64_t now_ms)
{
    struct sim_port *from = &sw->ports[port];
    struct inner_frame inner;

    if (is_runt(frame, length)) {
        from->counts.runts++;
    } else if (has_stacked_tags(frame, length)) {
        from->counts.stacked_tags++;
    } else if (!classify(sw, from, frame, length, &inner)) {
        from->counts.wrong_vlan++;
    } else if (inner.rest_length > SIM_FRAME_MAX - 2 * SIM_FRAME_MAC - SIM_FRAME_TAG) {
        from->counts.giants++;
    } else {
        count(&from->counts.in, frame, length);
        learn(sw, &inner, (size_t)port, now_ms);
        forward(sw, &inner, (size_t)port, now_ms);
    }
}
