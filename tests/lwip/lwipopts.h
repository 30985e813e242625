/*
 * lwIP's own unit tests with netdiag in the stack that they test: their lwipopts.h, and after it
 * what include/netdiag/lwip_hooks.h asks of any. Without NETDIAG_TEST_HOOKS it is theirs alone.
 */
#ifndef NETDIAG_TESTS_LWIP_LWIPOPTS_H
#define NETDIAG_TESTS_LWIP_LWIPOPTS_H

#include "unit/lwipopts.h"

/* lwIP 2.1.3's does not set it, and 64-bit pointers are wider than the header's field */
#ifndef IPV6_FRAG_COPYHEADER
#define IPV6_FRAG_COPYHEADER 1
#endif

#ifdef NETDIAG_TEST_HOOKS
#undef LWIP_NUM_NETIF_CLIENT_DATA
#define LWIP_NUM_NETIF_CLIENT_DATA (LWIP_MDNS_RESPONDER + 1)
#define LWIP_TCP_PCB_NUM_EXT_ARGS  1
#define MEM_ALIGNMENT              4
#define ETHARP_SUPPORT_VLAN        1
#undef SYS_LIGHTWEIGHT_PROT
#define SYS_LIGHTWEIGHT_PROT 1 /* for SNMP's task; here is one thread, and nothing to do */
#include "netdiag/lwip_hooks.h"
#endif

#endif
