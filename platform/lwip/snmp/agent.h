/*
 * The agent between its transport, lwIP's framework and netdiag's ops.
 *
 * The framework has no lock of its own, and neither has what a request sees (look.h): whoever works
 * there has claimed it first. There is one that answers, and a shell that asks for names.
 */
#ifndef NETDIAG_PLATFORM_LWIP_SNMP_AGENT_H
#define NETDIAG_PLATFORM_LWIP_SNMP_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "netdiag/error.h"
#include "netdiag/snmp.h"
#include "transport.h"

/* What was counted outside lwIP's framework, since the agent started. */
struct netdiag_snmp_counts {
    uint64_t in_packets; /* all that came */
    uint64_t refused_sources, dropped;
    uint64_t bad_versions, bad_communities, parse_errors;
    uint64_t silent_drops; /* RFC 3418's: no answer to it would fit */
};

/* Under the core lock. */
extern struct netdiag_snmp_counts netdiag_snmp_counts;

/*
 * Answers a request as one that came over the network is answered, with the answer in `answer`.
 * Returns its length; 0: there is none, or somebody else is being answered. Between
 * netdiag_lwip_snmp_start() and netdiag_lwip_snmp_stop(), without the core lock. For tests.
 */
size_t netdiag_snmp_answer(const uint8_t *request, size_t size, uint8_t *answer, size_t capacity);

/* A request waits in the transport: the task that answers is woken. The core lock is held. */
void netdiag_snmp_wake(void);

/* Tells lwIP which MIBs there are; the core lock is held. */
void netdiag_snmp_mibs_set(void);

#endif
