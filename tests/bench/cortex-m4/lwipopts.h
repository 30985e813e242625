/*
 * lwIP as a device with little memory builds it, to measure what netdiag adds (make size).
 */
#ifndef NETDIAG_TESTS_CORTEX_M4_LWIPOPTS_H
#define NETDIAG_TESTS_CORTEX_M4_LWIPOPTS_H

#include "netdiag/config.h"

#define NO_SYS               1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN         0
#define LWIP_SOCKET          0
#define LWIP_IPV6            1
#define MEM_ALIGNMENT        4
#define MEMP_NUM_TCP_PCB     CONFIG_NETDIAG_TCP_SLOTS
#define TCP_LISTEN_BACKLOG   1
#define LWIP_TCP_KEEPALIVE   1

#define LWIP_STATS                 1
#define LWIP_STATS_LARGE           1
#define MIB2_STATS                 1
#define MEMP_STATS                 1
#define LWIP_TCP_PCB_NUM_EXT_ARGS  1
#define ETHARP_SUPPORT_VLAN        1
#define LWIP_NUM_NETIF_CLIENT_DATA 1
#define MEMP_NUM_SYS_TIMEOUT       (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 1)
#include "netdiag/lwip_hooks.h"

#endif
