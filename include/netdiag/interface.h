/*
 * Records of interfaces, as RFC 2863 (IF-MIB) knows them: the layer 3 interfaces of VLANs, and the
 * ports of the switch.
 */
#ifndef NETDIAG_INTERFACE_H
#define NETDIAG_INTERFACE_H

#include <stdbool.h>
#include <stdint.h>

#include "netdiag/address.h"

#define NETDIAG_INTERFACE_NAME_LENGTH  15
#define NETDIAG_INTERFACE_ALIAS_LENGTH 63

/* Numbers of lwIP's interfaces, VLANs' among them, end here; those of ports begin here. */
#define NETDIAG_IF_INDEX_STACK_MAX  255
#define NETDIAG_IF_INDEX_PORT_FIRST 1001

enum netdiag_interface_type {
    NETDIAG_INTERFACE_PORT, /* IANA's ethernetCsmacd(6) */
    NETDIAG_INTERFACE_VLAN, /* IANA's l3ipvlan(136) */
};

/* Which VLANs a port carries, and how. */
enum netdiag_port_mode {
    NETDIAG_PORT_UNKNOWN,
    NETDIAG_PORT_ACCESS,       /* `vlan` alone, without a tag */
    NETDIAG_PORT_TRUNK,        /* every VLAN, with a tag */
    NETDIAG_PORT_TRUNK_NATIVE, /* every VLAN, all but `vlan` with a tag */
};

/* Frames of one direction, as RFC 2863 sorts them by their destination; octets without FCS. */
struct netdiag_interface_traffic {
    uint64_t octets, unicast, multicast, broadcast;
};

/* All counters since boot, or since the interface was made; what was dropped is not traffic. */
struct netdiag_interface {
    uint32_t if_index; /* greater than 0 */
    enum netdiag_interface_type type;
    char name[NETDIAG_INTERFACE_NAME_LENGTH + 1];   /* ifName: "Vlan10" */
    char alias[NETDIAG_INTERFACE_ALIAS_LENGTH + 1]; /* what is at it; "": not known */
    uint16_t vlan;               /* a VLAN interface's own; a port's as its mode says, else 0 */
    enum netdiag_port_mode mode; /* a port's */
    bool admin_up, oper_up;
    bool has_last_change;
    uint64_t last_change_ms; /* uptime at which oper_up became what it is; 0: before the start */
    bool has_mac;
    uint8_t mac[NETDIAG_MAC_LENGTH];
    uint16_t mtu;        /* bytes of an IP packet; 0: not known */
    uint64_t speed_bps;  /* bits a second; 0: not known */
    uint64_t created_ms; /* uptime at which its counters began; 0: with the device */
    struct netdiag_interface_traffic in, out;
    uint64_t runts, giants; /* shorter than a header, longer than a frame may be */
    uint64_t unknown_vlans; /* of a VLAN that the switch or the port does not have */
    uint64_t stacked_tags;  /* a tag within a tag, or a provider's (802.1ad) */
    uint64_t out_discards;  /* were to go out, and could not */
};

#endif
