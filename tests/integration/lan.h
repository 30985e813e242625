/*
 * A device with VLANs and ports, and what passes them, counted by the test: VLANs 10 and 20 have an
 * interface over one trunk, 30 has none. Ports are records alone, each of its own values.
 */
#ifndef NETDIAG_TESTS_LAN_H
#define NETDIAG_TESTS_LAN_H

#include "netdiag/lwip.h"
#include "platform/sim/stack.h"

/* Bytes of a frame that its octets have not: the tag. */
#define LAN_TAG 4

#define LAN_PORTS 10

struct lan {
    struct sim_trunk trunk;
    struct netif netif_10, netif_20;
    /* By the number of the VLAN; [0] is of frames that belong to neither. */
    struct netdiag_interface_traffic sent[31], received[31];
    struct netdiag_interface ports[LAN_PORTS];
    enum netdiag_error ports_error;
};

extern struct lan lan;

/* Once a process. */
int lan_start(void **state);

/* VLAN 10's interface, made anew. */
void lan_make_vlan_10(void);

/*
 * A frame of `length` bytes, at least 18, comes in on the trunk: with that tag (VLAN 0: without
 * one), to that address, of that EtherType, and zeros behind it.
 */
void lan_receive(uint16_t vlan, const uint8_t *destination, uint16_t type, size_t length);

/* An ARP request for the interface's address, as a broadcast or to itself. */
void lan_receive_arp(uint16_t vlan, const uint8_t *destination);

/* The record of an interface; the test fails where there is none. */
struct netdiag_interface lan_interface(uint32_t if_index);
uint32_t lan_if_index(const struct netif *netif);

#endif
