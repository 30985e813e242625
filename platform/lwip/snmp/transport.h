/*
 * The agent's UDP port: who may ask, requests that wait, and the way of the answers.
 *
 * Requests come in the stack's context. An answer is sent from the address that was asked, or a
 * poller would not take it for one.
 */
#ifndef NETDIAG_PLATFORM_LWIP_SNMP_TRANSPORT_H
#define NETDIAG_PLATFORM_LWIP_SNMP_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwip/ip_addr.h"
#include "lwip/pbuf.h"
#include "netdiag/lwip_snmp.h"

/* A request, and where its answer goes; the handle that lwIP's framework gives back to us. */
struct netdiag_snmp_exchange {
    struct pbuf *request; /* in one piece */
    u8_t type;            /* of its PDU, once it was checked */
    ip_addr_t from, to;
    u16_t port;
    uint8_t *answer; /* not NULL: the answer is not sent, it is put here */
    size_t capacity;
    size_t length; /* of the answer; 0: there was none */
};

/* All with the core lock held. */
enum netdiag_error netdiag_snmp_transport_start(const struct netdiag_prefix *sources, size_t count);
void netdiag_snmp_transport_stop(void);
uint32_t netdiag_snmp_transport_sources(void);
uint32_t netdiag_snmp_transport_queued(void);

/* The request that has waited longest; false: none does. Its pbuf is the caller's then. */
bool netdiag_snmp_transport_take(struct netdiag_snmp_exchange *exchange);

#endif
