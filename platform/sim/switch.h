/*
 * The switch's layer 2: access and trunk ports, VLANs, learning of MAC addresses.
 *
 * An access port carries one VLAN, untagged. A trunk carries every VLAN, tagged; what comes in on
 * it untagged belongs to its native VLAN, which goes out without a tag where the port is so. One of
 * the ports is the CPU's, a trunk to the device's own stack. For one thread.
 */
#ifndef NETDIAG_SIM_SWITCH_H
#define NETDIAG_SIM_SWITCH_H

#include <stdbool.h>

#include "frame.h"
#include "netdiag/config.h"
#include "netdiag/interface.h"
#include "netdiag/vlan.h"

enum sim_port_mode {
    SIM_PORT_ACCESS,
    SIM_PORT_TRUNK,
    SIM_PORT_TRUNK_NATIVE, /* whose native VLAN has no tag on the way out either */
};

struct sim_port_counts {
    struct netdiag_interface_traffic in, out; /* what was dropped not among it */
    /* Dropped of those that came in */
    uint64_t runts, giants; /* shorter than a header, longer than a frame may be */
    uint64_t wrong_vlan;    /* a VLAN that the switch or the port does not have */
    uint64_t stacked_tags;  /* a tag within a tag, or one of 802.1ad */
    uint64_t out_discards;  /* that nobody took at the other end */
};

/* Sends a frame out of a port. */
typedef void (*sim_port_output)(void *ctx, const uint8_t *frame, size_t length);

struct sim_port {
    const char *name, *alias;
    enum sim_port_mode mode;
    uint16_t vlan; /* an access port's, a trunk's native one */
    bool is_down;
    uint64_t last_change_ms; /* when it went down or came up; 0: it was up from the start */
    sim_port_output output;
    void *ctx;
    struct sim_port_counts counts;
};

struct sim_mac_entry {
    uint8_t mac[SIM_FRAME_MAC];
    uint16_t vlan; /* 0: unused */
    uint8_t port;
    uint64_t seen_ms;
};

struct sim_switch {
    uint32_t vlans[(NETDIAG_VLAN_MAX + 32) / 32]; /* one bit a VLAN ID */
    struct sim_port ports[CONFIG_NETDIAG_SIM_PORTS];
    size_t port_count;
    struct sim_mac_entry macs[CONFIG_NETDIAG_SIM_MAC_TABLE];
};

/* An address that was not heard for so long is forgotten (802.1Q's recommended default). */
#define SIM_SWITCH_AGEING_MS 300000

/* Without ports and VLANs. */
void sim_switch_init(struct sim_switch *sw);

/*
 * The IDs are those of 802.1Q, 1 to 4094; others are ignored. Without its VLAN an access port
 * carries nothing; where the VLAN's stations were is forgotten.
 */
void sim_switch_vlan_add(struct sim_switch *sw, uint16_t vlan);
void sim_switch_vlan_remove(struct sim_switch *sw, uint16_t vlan);

/* The port's number from 0, -1 when CONFIG_NETDIAG_SIM_PORTS are there. */
int sim_switch_port_add(struct sim_switch *sw, enum sim_port_mode mode, uint16_t vlan,
                        sim_port_output output, void *ctx);

/* Whether there is somebody at it who could take a frame, from `now_ms` on. */
void sim_switch_port_set_up(struct sim_switch *sw, int port, bool is_up, uint64_t now_ms);

/* What it is called, and what is at it; neither is copied. */
void sim_switch_port_name(struct sim_switch *sw, int port, const char *name, const char *alias);

/*
 * Up to `capacity` of its ports whose ifIndex is above `after`, as netdiag_platform.interfaces has
 * them, but for the clock of last_change_ms: it is that of whoever calls sim_switch_port_set_up().
 * Returns how many were filled.
 */
size_t sim_switch_ports(const struct sim_switch *sw, uint32_t after, struct netdiag_interface *rows,
                        size_t capacity);

/* This frame, which was just sent out of a port, could not be handed on: it is discarded. */
void sim_switch_discarded(struct sim_switch *sw, int port, const uint8_t *frame, size_t length);

/* A frame came in on a port, at `now_ms`: learn, and send it where it belongs. */
void sim_switch_input(struct sim_switch *sw, int port, const uint8_t *frame, size_t length,
                      uint64_t now_ms);

#endif
