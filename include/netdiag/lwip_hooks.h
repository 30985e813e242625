/*
 * The hooks of lwIP that netdiag uses, for an lwipopts.h to include:
 *
 *     #define ETHARP_SUPPORT_VLAN 1
 *     #define LWIP_NUM_NETIF_CLIENT_DATA 1        (one more than the firmware uses itself)
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

#ifdef CONFIG_NETDIAG_VLAN

struct netif;
struct pbuf;
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

#endif
