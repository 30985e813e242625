/*
 * The hooks of lwIP that netdiag uses, for an lwipopts.h to include:
 *
 *     #define LWIP_TCP_PCB_NUM_EXT_ARGS 1         (CONFIG_NETDIAG_TCP_HOOKS: for TCP)
 *     #define MEM_ALIGNMENT 4                     (the same; 4 or more)
 *     #define ETHARP_SUPPORT_VLAN 1               (CONFIG_NETDIAG_VLAN: for VLANs)
 *     #define LWIP_NUM_NETIF_CLIENT_DATA 1        (the same; one more than the firmware uses)
 *     #define MEMP_NUM_SYS_TIMEOUT (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 1)  (the same)
 *     #include "netdiag/lwip_hooks.h"
 *
 * They must be defined in lwipopts.h itself: in an LWIP_HOOK_FILENAME alone lwIP would not see
 * LWIP_HOOK_VLAN_SET where it decides how much room a frame's header needs, and every tagged
 * frame would fail.
 *
 * lwIP has one macro for each hook. A firmware that needs one of these for itself defines the
 * macro first; netdiag then leaves it alone, and the firmware's hook calls netdiag's function.
 */
#ifndef NETDIAG_LWIP_HOOKS_H
#define NETDIAG_LWIP_HOOKS_H

#include <stdint.h>

#include "netdiag/config.h"

struct netif;
struct pbuf;

#ifdef CONFIG_NETDIAG_TCP_HOOKS

struct tcp_hdr;
struct tcp_pcb;

/*
 * Called by lwIP under the core lock.
 *  - tcp_in: a segment came in, of a connection or for a listener; always 0, "go on".
 *  - tcp_build: a segment is made, with `length` bytes of options; returns `length`.
 *  - tcp_out: a segment is sent, its options end at `options`; returns `options`.
 *  - ip4_in, ip6_in: a packet came in; always 0, "go on".
 */
int8_t netdiag_lwip_tcp_in(struct tcp_pcb *pcb, const struct tcp_hdr *hdr, const struct pbuf *data);
uint8_t netdiag_lwip_tcp_build(const struct tcp_pcb *pcb, uint8_t length);
uint32_t *netdiag_lwip_tcp_out(const struct pbuf *segment, const struct tcp_hdr *hdr,
                               const struct tcp_pcb *pcb, uint32_t *options);
int netdiag_lwip_ip4_in(const struct pbuf *packet, const struct netif *netif);
int netdiag_lwip_ip6_in(const struct pbuf *packet, const struct netif *netif);

#ifndef LWIP_HOOK_TCP_INPACKET_PCB
#define LWIP_HOOK_TCP_INPACKET_PCB(pcb, hdr, optlen, opt1len, opt2, p)                             \
    netdiag_lwip_tcp_in((pcb), (hdr), (p))
#endif

#ifndef LWIP_HOOK_TCP_OUT_TCPOPT_LENGTH
#define LWIP_HOOK_TCP_OUT_TCPOPT_LENGTH(pcb, length) netdiag_lwip_tcp_build((pcb), (length))
#endif

#ifndef LWIP_HOOK_TCP_OUT_ADD_TCPOPTS
#define LWIP_HOOK_TCP_OUT_ADD_TCPOPTS(p, hdr, pcb, opts)                                           \
    netdiag_lwip_tcp_out((p), (hdr), (pcb), (opts))
#endif

#ifndef LWIP_HOOK_IP4_INPUT
#define LWIP_HOOK_IP4_INPUT(p, netif) netdiag_lwip_ip4_in((p), (netif))
#endif

#ifndef LWIP_HOOK_IP6_INPUT
#define LWIP_HOOK_IP6_INPUT(p, netif) netdiag_lwip_ip6_in((p), (netif))
#endif

#endif /* CONFIG_NETDIAG_TCP_HOOKS */

#ifdef CONFIG_NETDIAG_VLAN

struct eth_vlan_hdr;

/*
 * Called by lwIP under the core lock.
 *  - vlan_set: the tag control information (802.1Q) of a frame that `netif` sends, -1 for none.
 *  - vlan_check: 1 to take a tagged frame that came in on `netif`, 0 to drop it.
 *  - vlan_netif: the interface that a frame which came in on `netif` belongs to.
 */
int32_t netdiag_lwip_vlan_set(const struct netif *netif);
int netdiag_lwip_vlan_check(struct netif *netif, const struct eth_vlan_hdr *tag);
struct netif *netdiag_lwip_vlan_netif(const struct pbuf *frame, struct netif *netif);

#ifndef LWIP_HOOK_VLAN_SET
#define LWIP_HOOK_VLAN_SET(netif, p, src, dst, type) netdiag_lwip_vlan_set(netif)
#endif

#ifndef LWIP_HOOK_VLAN_CHECK
#define LWIP_HOOK_VLAN_CHECK(netif, eth, tag) netdiag_lwip_vlan_check((netif), (tag))
#endif

#ifndef LWIP_ARP_FILTER_NETIF
#define LWIP_ARP_FILTER_NETIF                    1
#define LWIP_ARP_FILTER_NETIF_FN(p, netif, type) netdiag_lwip_vlan_netif((p), (netif))
#endif

#endif /* CONFIG_NETDIAG_VLAN */

#ifdef CONFIG_NETDIAG_SNMP

/* lwIP's SNMP framework, as netdiag/lwip_snmp.h uses it: its transport, its MIBs, its bounds. */
#define LWIP_SNMP                         1
#define LWIP_SNMP_V3                      0
#define SNMP_USE_RAW                      1 /* none of lwIP's, and it must be one of the two */
#define SNMP_USE_NETCONN                  0
#define SNMP_LWIP_MIB2                    0
#define SNMP_COMMUNITY                    ""
#define SNMP_COMMUNITY_WRITE              "" /* lwIP's own default would let "private" write */
#define SNMP_MAX_COMMUNITY_STR_LEN        CONFIG_NETDIAG_SNMP_COMMUNITY_LENGTH
#define SNMP_MAX_OBJ_ID_LEN               CONFIG_NETDIAG_SNMP_OBJECT_ID
#define SNMP_MAX_OCTET_STRING_LEN         255
#define SNMP_LWIP_GETBULK_MAX_REPETITIONS CONFIG_NETDIAG_SNMP_BULK
#define LWIP_ASSERT_SNMP_LOCKED()         /* one task at a time answers, without the core lock */

#endif /* CONFIG_NETDIAG_SNMP */

#endif
