/*
 * A poller of the device's SNMP agent where no program of the host can be one: what it asks is put
 * into the stack as an IP packet from the world's host in the first VLAN, and so comes in at the
 * same moment in every run on the virtual clock.
 */
#ifndef NETDIAG_TESTS_POLLER_H
#define NETDIAG_TESTS_POLLER_H

#include "platform/sim/options.h"
#include "snmp_message.h"

#define POLLER_PORT 40000
#define AGENT_PORT  161

/* The interface of `options`' first VLAN, by its IPv4 address; NULL: it is not there. With the core
 * lock held. */
struct netif *poller_netif(const struct sim_options *options);

/* Takes the core lock. Ends the program where there is no way in. */
void poller_ask(const struct sim_options *options, const struct bytes *request);

#endif
