/*
 * lwIP as the simulator builds it, for the device and for the remote world alike.
 *
 * Pools are made for the largest simulation; --pcbs makes the pool of PCBs smaller at run time.
 */
#ifndef NETDIAG_SIM_LWIPOPTS_H
#define NETDIAG_SIM_LWIPOPTS_H

#include <stdint.h>

#include "netdiag/config.h"

/* One thread runs the stack, its clock is ours (clock.c) */
#define NO_SYS               1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN         0
#define LWIP_SOCKET          0

/* What netdiag needs */
#define LWIP_STATS                     1
#define LWIP_STATS_LARGE               1
#define MIB2_STATS                     1
#define MEMP_STATS                     1
#define ETHARP_SUPPORT_VLAN            1
#define LWIP_NUM_NETIF_CLIENT_DATA     1
#define LWIP_NETIF_EXT_STATUS_CALLBACK 1 /* when an interface went up or down is known */
#ifdef CONFIG_NETDIAG_TCP_HOOKS
#define LWIP_TCP_PCB_NUM_EXT_ARGS 1
#endif

/*
 * No peer ends the switch by what lwIP asserts (guard.c): may change the options of a segment that
 * came in, and its connection. Then what netdiag does there itself.
 */
struct tcp_hdr;
struct tcp_pcb;
void sim_guard_tcp_in(struct tcp_pcb *pcb, struct tcp_hdr *hdr, uint16_t option_bytes,
                      uint16_t first_bytes, uint8_t *second);
#ifdef CONFIG_NETDIAG_TCP_HOOKS
#define LWIP_HOOK_TCP_INPACKET_PCB(pcb, hdr, optlen, opt1len, opt2, p)                             \
    (sim_guard_tcp_in((pcb), (hdr), (optlen), (opt1len), (opt2)),                                  \
     netdiag_lwip_tcp_in((pcb), (hdr), (p)))
#else
#define LWIP_HOOK_TCP_INPACKET_PCB(pcb, hdr, optlen, opt1len, opt2, p)                             \
    (sim_guard_tcp_in((pcb), (hdr), (optlen), (opt1len), (opt2)), ERR_OK)
#endif
#include "netdiag/lwip_hooks.h"

/* Memory */
#define MEM_ALIGNMENT           8
#define MEM_SIZE                (64 * 1024 * 1024)
#define MEMP_NUM_TCP_PCB        CONFIG_NETDIAG_TCP_SLOTS
#define MEMP_NUM_TCP_SEG        65535
#define MEMP_NUM_PBUF           16384
#define MEMP_NUM_UDP_PCB        (CONFIG_NETDIAG_SIM_UDP_PEERS + 4) /* the world's; few for the device */
#define MEMP_NUM_ARP_QUEUE      1024
#define MEMP_NUM_ND6_QUEUE      1024
#define PBUF_POOL_SIZE          8192
#define PBUF_POOL_BUFSIZE       1600
#define MEMP_NUM_SYS_TIMEOUT    (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 32)
#define MEMP_NUM_TCP_PCB_LISTEN 64

/* Ethernet and ARP. A queue of one packet would lose segments that TCP has counted as sent */
#define ARP_TABLE_SIZE            127
#define ARP_QUEUEING              1
#define ARP_QUEUE_LEN             64
#define ETHARP_TABLE_MATCH_NETIF  1
#define LWIP_ND6_QUEUEING         1
#define LWIP_ND6_NUM_NEIGHBORS    127
#define LWIP_ND6_NUM_DESTINATIONS 127

/* IP */
#define LWIP_IPV4 1
#ifdef CONFIG_NETDIAG_IPV6
#define LWIP_IPV6 1
#else
#define LWIP_IPV6 0
#endif
#define LWIP_IPV6_NUM_ADDRESSES       3
#define LWIP_IPV6_SEND_ROUTER_SOLICIT 0
#define LWIP_IPV6_DUP_DETECT_ATTEMPTS 0 /* addresses work at once: two runs are equal */
#define LWIP_IPV6_MLD                 0
#define IPV6_FRAG_COPYHEADER          1 /* pointers are wider than the header's field */
#define LWIP_DHCP                     0
#define LWIP_DNS                      0
#define LWIP_RAW                      1

/* TCP. The world's own TIME-WAIT is short, or it would run out of ports (world.c) */
extern uint32_t sim_tcp_msl_ms;
#define TCP_MSL            sim_tcp_msl_ms
#define TCP_MSS            1460
#define TCP_WND            (16 * TCP_MSS)
#define TCP_SND_BUF        (16 * TCP_MSS)
#define TCP_SND_QUEUELEN   64
#define TCP_LISTEN_BACKLOG 1
#define LWIP_TCP_KEEPALIVE 1
#define SO_REUSE           1

/* lwIP's own services */
#define LWIP_HTTPD_CGI     0
#define LWIP_HTTPD_SSI     0
#define HTTPD_SERVER_AGENT "lwIP"

#endif
