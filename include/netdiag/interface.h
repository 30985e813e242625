/*
 * Records of interfaces: what passed a port of the switch, and what it dropped.
 */
#ifndef NETDIAG_INTERFACE_H
#define NETDIAG_INTERFACE_H

#include <stdint.h>

#define NETDIAG_INTERFACE_NAME_LENGTH  15
#define NETDIAG_INTERFACE_ALIAS_LENGTH 63

/* Frames of one direction, as RFC 2863 sorts them by their destination; octets without FCS. */
struct netdiag_interface_traffic {
    uint64_t octets, unicast, multicast, broadcast;
};

/* A port. All since boot; frames that were dropped are not among the traffic. */
struct netdiag_interface {
    uint32_t if_index; /* RFC 2863's, greater than 0 */
    char name[NETDIAG_INTERFACE_NAME_LENGTH + 1];
    char alias[NETDIAG_INTERFACE_ALIAS_LENGTH + 1]; /* what is at it; "": not known */
    struct netdiag_interface_traffic in, out;
    uint64_t runts, giants; /* shorter than a header, longer than a frame may be */
    uint64_t unknown_vlans; /* of a VLAN that the switch or the port does not have */
    uint64_t stacked_tags;  /* a tag within a tag, or a provider's (802.1ad) */
    uint64_t out_discards;  /* were to go out, and could not */
};

#endif
