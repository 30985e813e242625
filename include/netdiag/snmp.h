/*
 * Records of the SNMP agent.
 */
#ifndef NETDIAG_SNMP_H
#define NETDIAG_SNMP_H

#include <stdbool.h>
#include <stdint.h>

#include "netdiag/interface.h"

/* What an agent has done since it started; the names of RFC 3418's snmp group, and ours. */
struct netdiag_snmp {
    uint16_t port; /* UDP, 161 */
    uint64_t in_packets, out_packets;
    uint64_t bad_versions, bad_communities, parse_errors;
    uint64_t set_requests;    /* each was refused: the agent is read-only */
    uint64_t refused_sources; /* not from one of the prefixes that may ask */
    uint64_t dropped;         /* came while the queue was full, or memory was short */
    uint32_t sources;         /* prefixes that may ask; 0: everybody */
    uint32_t queued;          /* requests that wait now */
    bool has_cache;           /* the tables of connections were read once at least */
    uint32_t cached_rows;     /* connections and listeners in them */
    uint32_t cached_left_out; /* for which there was no place in them */
    uint64_t cache_age_ms;
};

/* An instance of IF-MIB's ifName, as the agent gives it. */
struct netdiag_snmp_name {
    uint32_t if_index;
    char name[NETDIAG_INTERFACE_NAME_LENGTH + 1];
};

#endif
