/*
 * The record of a VLAN and of its layer 3 interface.
 */
#ifndef NETDIAG_VLAN_H
#define NETDIAG_VLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "netdiag/address.h"
#include "netdiag/config.h"

/* IEEE 802.1Q: 0 means "priority only" and 4095 is reserved. */
#define NETDIAG_VLAN_MIN 1
#define NETDIAG_VLAN_MAX 4094

/* Characters of a VLAN's name, as 802.1Q's dot1qVlanStaticName has it. */
#define NETDIAG_VLAN_NAME_LENGTH 32

/* The layer 3 interface of a VLAN. */
struct netdiag_vlan_interface {
    bool admin_up; /* as configured */
    bool oper_up;  /* it can pass packets now (RFC 2863) */
    bool has_netif_index;
    uint32_t netif_index; /* the stack's own number */
    bool has_mac;
    uint8_t mac[NETDIAG_MAC_LENGTH];
    uint16_t mtu;           /* bytes of an IP packet */
    uint16_t address_count; /* how many the interface has; the array may hold fewer */
    struct netdiag_prefix addresses[CONFIG_NETDIAG_VLAN_ADDRESSES];
};

struct netdiag_vlan {
    uint16_t id; /* NETDIAG_VLAN_MIN to NETDIAG_VLAN_MAX */
    char name[NETDIAG_VLAN_NAME_LENGTH + 1];
    bool active;       /* the VLAN itself, apart from its interface, is in service */
    bool has_if_index; /* a platform may number a VLAN that has no interface */
    uint32_t if_index; /* RFC 2863: > 0, the number that SNMP, NetFlow and sFlow use */
    bool has_interface;
    struct netdiag_vlan_interface interface;
};

/* The ifIndex that is kept for a VLAN, whether it is there or gone. */
struct netdiag_vlan_number {
    uint16_t id;
    uint32_t if_index;
};

#endif
