#include "poller.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwip/inet_chksum.h"
#include "lwip/ip4.h"
#include "lwip/prot/ip.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/udp.h"
#include "platform/sim/stack.h"

#define TTL 64

struct netif *poller_netif(const struct sim_options *options)
{
    ip4_addr_t address;

    memcpy(&address.addr, options->vlans[0].addresses[0].address.bytes, sizeof(address.addr));
    for (struct netif *netif = netif_list; netif; netif = netif->next) {
        if (ip4_addr_cmp(netif_ip4_addr(netif), &address))
            return netif;
    }
    return NULL;
}

/* A datagram without UDP's checksum, which IPv4 allows. */
static void put_headers(uint8_t *packet, const ip4_addr_t *from, const ip4_addr_t *to, size_t size)
{
    struct ip_hdr ip = {0};
    struct udp_hdr udp = {.src = PP_HTONS(POLLER_PORT), .dest = PP_HTONS(AGENT_PORT)};

    IPH_VHL_SET(&ip, 4, IP_HLEN / 4);
    IPH_LEN_SET(&ip, lwip_htons((u16_t)(IP_HLEN + UDP_HLEN + size)));
    IPH_TTL_SET(&ip, TTL);
    IPH_PROTO_SET(&ip, IP_PROTO_UDP);
    ip4_addr_copy(ip.src, *from);
    ip4_addr_copy(ip.dest, *to);
    IPH_CHKSUM_SET(&ip, inet_chksum(&ip, IP_HLEN));
    udp.len = lwip_htons((u16_t)(UDP_HLEN + size));
    memcpy(packet, &ip, IP_HLEN);
    memcpy(packet + IP_HLEN, &udp, UDP_HLEN);
}

/* The lock is held. */
static void send_request(struct netif *netif, const struct bytes *request)
{
    struct pbuf *packet =
        pbuf_alloc(PBUF_LINK, (u16_t)(IP_HLEN + UDP_HLEN + request->length), PBUF_RAM);
    ip4_addr_t from;

    if (!netif || !packet) {
        fprintf(stderr, "poller: no way for a request\n");
        abort();
    }
    from.addr = lwip_htonl(lwip_ntohl(netif_ip4_addr(netif)->addr) + 1);
    put_headers(packet->payload, &from, netif_ip4_addr(netif), request->length);
    memcpy((uint8_t *)packet->payload + IP_HLEN + UDP_HLEN, request->at, request->length);
    (void)ip4_input(packet, netif);
}

void poller_ask(const struct sim_options *options, const struct bytes *request)
{
    sim_stack_lock(NULL);
    send_request(poller_netif(options), request);
    sim_stack_unlock(NULL);
}
