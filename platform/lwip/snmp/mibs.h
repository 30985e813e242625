/*
 * The MIBs of the agent: a list of trees for lwIP's framework. Their nodes read the device by
 * look.h alone, and every object is read-only.
 */
#ifndef NETDIAG_PLATFORM_LWIP_SNMP_MIBS_H
#define NETDIAG_PLATFORM_LWIP_SNMP_MIBS_H

#include <stdbool.h>

#include "lwip/apps/snmp_core.h"

extern const struct snmp_mib netdiag_snmp_mib_system;     /* SNMPv2-MIB::system, 1.3.6.1.2.1.1 */
extern const struct snmp_mib netdiag_snmp_mib_interfaces; /* IF-MIB::interfaces, 1.3.6.1.2.1.2 */
extern const struct snmp_mib netdiag_snmp_mib_tcp;        /* TCP-MIB::tcp, 1.3.6.1.2.1.6 */
extern const struct snmp_mib netdiag_snmp_mib_snmp;       /* SNMPv2-MIB::snmp, 1.3.6.1.2.1.11 */
extern const struct snmp_mib netdiag_snmp_mib_bridge;     /* BRIDGE-MIB's ports and Q-BRIDGE-MIB's
                                                             VLANs, 1.3.6.1.2.1.17 */
extern const struct snmp_mib netdiag_snmp_mib_if;         /* IF-MIB::ifMIB, 1.3.6.1.2.1.31 */

/* What the agent was configured with, for the system group; "" for none. */
const char *netdiag_snmp_contact(void);
const char *netdiag_snmp_location(void);

/*
 * tcp_tables.c: how many rows its copies hold, and when they were read by the device's uptime, for
 * show snmp; false: never. And how many connections and listeners had no place in them. Both with
 * the core lock held. netdiag_snmp_tcp_tables_forget() makes the next request read them; any
 * thread.
 */
bool netdiag_snmp_tcp_tables_state(uint32_t *rows, uint64_t *read_ms);
uint32_t netdiag_snmp_tcp_tables_left_out(void);
void netdiag_snmp_tcp_tables_forget(void);

#endif
