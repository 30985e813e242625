/*
 * The record of a neighbour: a station on a link, by its IP address and its MAC address.
 */
#ifndef NETDIAG_NEIGHBOR_H
#define NETDIAG_NEIGHBOR_H

#include <stdbool.h>
#include <stdint.h>

#include "netdiag/address.h"

/* RFC 4861, 7.3.2. ARP has no such states. */
enum netdiag_neighbor_state {
    NETDIAG_NEIGHBOR_UNKNOWN = 0,
    NETDIAG_NEIGHBOR_INCOMPLETE, /* asked for, and no answer yet */
    NETDIAG_NEIGHBOR_REACHABLE,
    NETDIAG_NEIGHBOR_STALE,
    NETDIAG_NEIGHBOR_DELAY,
    NETDIAG_NEIGHBOR_PROBE,
};

/* How far a packet to an address gets. */
enum netdiag_reach {
    NETDIAG_REACH_UNKNOWN = 0,
    NETDIAG_REACH_NO_ROUTE,   /* no interface leads there, and no gateway */
    NETDIAG_REACH_UNRESOLVED, /* the host, or the gateway to it, does not answer ARP or ND */
    NETDIAG_REACH_RESOLVED,   /* its MAC address, or the gateway's, is known */
};

/* Its JSON word, "noRoute" for example; "unknown" for any other value. Any thread. */
const char *netdiag_reach_key(enum netdiag_reach reach);

/* Characters of an interface's name. */
#define NETDIAG_INTERFACE_LENGTH 15

struct netdiag_neighbor {
    struct netdiag_address address;
    bool has_mac;
    uint8_t mac[NETDIAG_MAC_LENGTH];
    bool has_age;
    uint32_t age_s; /* since it was last heard of */
    enum netdiag_neighbor_state state;
    bool is_router;
    uint16_t vlan;                                /* whose interface leads to it; 0: none */
    char interface[NETDIAG_INTERFACE_LENGTH + 1]; /* its name, "Vlan10"; "": not known */
};

/* How far a walk over the neighbours has come. Zeroed, it stands at the beginning. */
struct netdiag_neighbor_cursor {
    bool done; /* for the caller: there are no more */
    uint32_t place;
};

#endif
