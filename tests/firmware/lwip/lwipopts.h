/*
 * lwIP as a small device has it: a thread of its own runs the stack, programs use sockets, and
 * whoever calls the stack itself takes the core lock. arch/cc.h is that of lwIP's port to unix.
 */
#ifndef NETDIAG_FIRMWARE_LWIPOPTS_H
#define NETDIAG_FIRMWARE_LWIPOPTS_H

#include "netdiag/config.h"

/* Threads */
#define NO_SYS                    0
#define LWIP_TCPIP_CORE_LOCKING   1
#define LWIP_NETCONN              1
#define LWIP_SOCKET               1
#define LWIP_SO_RCVTIMEO          1
#define LWIP_COMPAT_SOCKETS       0 /* socket() and so on are the host's, for the shell's door */
#define TCPIP_MBOX_SIZE           64
#define DEFAULT_TCP_RECVMBOX_SIZE 16
#define DEFAULT_ACCEPTMBOX_SIZE   16

/* lwIP 2.1.3 lacks it; the port to unix is that of 2.2.1 then, and asks for it */
#define SYS_ARCH_INTR 0xfffffffeUL

/* Whoever calls lwIP without the core lock is stopped: netdiag, too. */
void sys_check_core_locking(void);
#define LWIP_ASSERT_CORE_LOCKED() sys_check_core_locking()

/* What netdiag needs */
#define LWIP_STATS       1
#define LWIP_STATS_LARGE 1
#define TCP_STATS        1
#define MIB2_STATS       1
#define MEMP_STATS       1
#define SYS_STATS        0 /* the port to unix counts without a lock */
#define MEM_ALIGNMENT    8
#ifdef CONFIG_NETDIAG_TCP_HOOKS
#define LWIP_TCP_PCB_NUM_EXT_ARGS 1
#endif
#define ETHARP_SUPPORT_VLAN        1
#define LWIP_NUM_NETIF_CLIENT_DATA 1
#include "netdiag/lwip_hooks.h"

/* Memory */
#define MEM_SIZE             (1024 * 1024)
#define MEMP_NUM_TCP_PCB     64
#define MEMP_NUM_TCP_SEG     512
#define MEMP_NUM_NETCONN     64
#define MEMP_NUM_SYS_TIMEOUT (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 1) /* one is netdiag's */

/* IP. The device talks to itself over the loopback interface */
#define LWIP_IPV4 1
#ifdef CONFIG_NETDIAG_IPV6
#define LWIP_IPV6            1
#define IPV6_FRAG_COPYHEADER 1 /* pointers are wider than the header's field */
#else
#define LWIP_IPV6 0
#endif
#define LWIP_HAVE_LOOPIF    1
#define LWIP_NETIF_LOOPBACK 1

/* TCP */
#define TCP_LISTEN_BACKLOG 1
#define LWIP_TCP_KEEPALIVE 1

#endif
