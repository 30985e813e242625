#include "device.h"

#include <string.h>

#include "lwip/netif.h"
#include "lwip/sys.h"
#include "lwip/tcpip.h"
#include "netdiag/lwip.h"
#include "netif/ethernet.h"

#define VLAN 10

static err_t drop_frame(struct netif *netif, struct pbuf *frame)
{
    (void)netif, (void)frame;
    return ERR_OK;
}

static err_t init_trunk(struct netif *netif)
{
    memcpy(netif->name, "tr", 2);
    netif->mtu = 1500;
    netif->hwaddr_len = NETDIAG_MAC_LENGTH;
    netif->flags = NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
    netif->linkoutput = drop_frame;
    return ERR_OK;
}

/* The core lock is held. */
static enum netdiag_error start_netdiag(void)
{
    static const struct netdiag_lwip_config config = {.host = "fw", .product = "a firmware"};
    static const struct netdiag_prefix prefix = {{NETDIAG_FAMILY_IPV4, {10, 0, VLAN, 1}}, 24};
    static const uint8_t mac[NETDIAG_MAC_LENGTH] = {0x02, 0, 0, 1, 0, VLAN};
    static struct netif trunk, interface;
    enum netdiag_error error = netdiag_lwip_start(&config);

    if (error)
        return error;
    netif_add_noaddr(&trunk, NULL, init_trunk, ethernet_input);
    netif_set_up(&trunk);
    error = netdiag_lwip_vlan_add(VLAN, NULL);
    if (!error)
        error = netdiag_lwip_vlan_interface_add(VLAN, &interface, &trunk, mac);
    if (!error)
        error = netdiag_lwip_vlan_address_add(VLAN, &prefix);
    return error;
}

static void tell_ready(void *ready)
{
    sys_sem_signal(ready);
}

bool device_start(void)
{
    enum netdiag_error error;
    sys_sem_t ready;

    if (sys_sem_new(&ready, 0) != ERR_OK)
        return false;
    tcpip_init(tell_ready, &ready);
    sys_sem_wait(&ready);
    sys_sem_free(&ready);
    LOCK_TCPIP_CORE();
    error = start_netdiag();
    UNLOCK_TCPIP_CORE();
    return !error;
}
