/*
 * The rows of TCP-MIB's tables; mibs.h has what others need of them.
 */
#ifndef NETDIAG_PLATFORM_LWIP_SNMP_TCP_TABLES_H
#define NETDIAG_PLATFORM_LWIP_SNMP_TCP_TABLES_H

#include "objects.h"

/* find() of objects.h for tcpConnectionTable and tcpListenerTable. */
bool netdiag_snmp_find_tcp_connection(struct snmp_obj_id *index, bool next, const void **row);
bool netdiag_snmp_find_tcp_listener(struct snmp_obj_id *index, bool next, const void **row);

/* tcpConnectionState of a row that netdiag_snmp_find_tcp_connection() gave. */
u32_t netdiag_snmp_tcp_state_of(const void *row);

#endif
