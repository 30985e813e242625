/*
 * What one SNMP request sees of the device, read through the platform's ops: each thing once, when
 * a MIB node asks for it first. So the answers of one packet belong together, and the next packet
 * sees what is new. Tables of connections are not here: they are read less often (tcp_tables.c).
 *
 * For the one task that answers. Pointers are valid until the next call of the same function.
 */
#ifndef NETDIAG_PLATFORM_LWIP_SNMP_LOOK_H
#define NETDIAG_PLATFORM_LWIP_SNMP_LOOK_H

#include "netdiag/platform.h"

/* Whose ops are read; before anything else. The agent gives netdiag_lwip_platform, a test another.
 */
void netdiag_snmp_look_at(const struct netdiag_platform *at, void *ctx);

/* A new request: what was seen is forgotten. */
void netdiag_snmp_look_anew(void);

/* The platform that is looked at, for what is read in chunks. */
const struct netdiag_platform *netdiag_snmp_look_platform(void **ctx);

/* NULL: the platform cannot say. */
const struct netdiag_system *netdiag_snmp_look_system(void);
const struct netdiag_time *netdiag_snmp_look_time(void);
const struct netdiag_tcp_counters *netdiag_snmp_look_tcp_counters(void);
const struct netdiag_tcp_states *netdiag_snmp_look_tcp_states(void);
const struct netdiag_tcp_pool *netdiag_snmp_look_tcp_pool(void);

/* The first whose number is above `after`; NULL: there is none. */
const struct netdiag_interface *netdiag_snmp_look_interface(uint32_t after);
const struct netdiag_vlan *netdiag_snmp_look_vlan(uint32_t after);

/* The uptime at which an interface last came or went; false: the platform cannot say. */
bool netdiag_snmp_look_interfaces_changed(uint64_t *uptime_ms);

#endif
