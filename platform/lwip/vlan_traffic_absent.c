/*
 * In place of vlan_traffic.c, in a build in which nothing shows what passes an interface.
 */
#include "internal.h"

void netdiag_lwip_vlan_traffic_begin(const struct netif *netif)
{
    (void)netif;
}

void netdiag_lwip_vlan_traffic_end(const struct netif *netif)
{
    (void)netif;
}

void netdiag_lwip_vlan_traffic_in(const struct netif *netif, const struct pbuf *frame)
{
    (void)netif, (void)frame;
}

void netdiag_lwip_vlan_traffic_out(const struct netif *netif, const struct pbuf *frame, bool sent)
{
    (void)netif, (void)frame, (void)sent;
}
