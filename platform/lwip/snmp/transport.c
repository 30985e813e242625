#include "transport.h"

#include <string.h>

#include "agent.h"
#include "lwip/ip.h"
#include "lwip/udp.h"
#include "message.h"
#include "platform/lwip/internal.h"
#include "snmp_msg.h"

struct waiting {
    struct pbuf *request;
    ip_addr_t from, to;
    u16_t port;
};

static struct {
    struct udp_pcb *pcb; /* NULL: the agent does not run */
    size_t source_count;
    struct netdiag_prefix sources[CONFIG_NETDIAG_SNMP_SOURCES];
    size_t first, count; /* of what waits */
    struct waiting queue[CONFIG_NETDIAG_SNMP_QUEUE];
} transport;

/* ---- who may ask ---- */

static bool is_in(const struct netdiag_address *address, const struct netdiag_prefix *prefix)
{
    unsigned bytes = prefix->length / 8u;
    unsigned rest = (0xff00u >> prefix->length % 8u) & 0xffu;

    return address->family == prefix->address.family &&
           memcmp(address->bytes, prefix->address.bytes, bytes) == 0 &&
           (rest == 0 || ((address->bytes[bytes] ^ prefix->address.bytes[bytes]) & rest) == 0);
}

static bool may_ask(const ip_addr_t *from)
{
    struct netdiag_address address;

    netdiag_lwip_address(from, &address);
    for (size_t i = 0; i < transport.source_count; i++) {
        if (is_in(&address, &transport.sources[i]))
            return true;
    }
    return transport.source_count == 0;
}

/* ---- requests ---- */

/*
 * One that was sent to everybody is not answered: no poller asks so, and who gives another's
 * address as his own could have it flooded.
 */
static bool is_for_us_alone(const ip_addr_t *to)
{
    return !ip_addr_ismulticast(to) && !ip_addr_isbroadcast(to, ip_current_netif());
}

static struct waiting *find_room(void)
{
    if (transport.count == CONFIG_NETDIAG_SNMP_QUEUE)
        return NULL;
    return &transport.queue[(transport.first + transport.count) % CONFIG_NETDIAG_SNMP_QUEUE];
}

static void take_request(void *arg, struct udp_pcb *pcb, struct pbuf *request,
                         const ip_addr_t *from, u16_t port)
{
    struct waiting *room = find_room();

    (void)arg, (void)pcb;
    netdiag_snmp_counts.in_packets++;
    if (!may_ask(from)) {
        netdiag_snmp_counts.refused_sources++;
        pbuf_free(request);
        return;
    }
    /* lwIP's framework copies wrongly from one that is in pieces */
    if (room && is_for_us_alone(ip_current_dest_addr()))
        request = pbuf_coalesce(request, PBUF_RAW);
    else
        room = NULL;
    if (!room || request->next) {
        netdiag_snmp_counts.dropped++;
        pbuf_free(request);
        return;
    }
    *room = (struct waiting){request, *from, *ip_current_dest_addr(), port};
    transport.count++;
    netdiag_snmp_wake();
}

bool netdiag_snmp_transport_take(struct netdiag_snmp_exchange *exchange)
{
    const struct waiting *waiting = &transport.queue[transport.first];

    if (transport.count == 0)
        return false;
    memset(exchange, 0, sizeof(*exchange));
    exchange->request = waiting->request;
    exchange->from = waiting->from;
    exchange->to = waiting->to;
    exchange->port = waiting->port;
    transport.first = (transport.first + 1) % CONFIG_NETDIAG_SNMP_QUEUE;
    transport.count--;
    return true;
}

/* ---- answers: what lwIP's framework calls, without the core lock ---- */

/* The lock is held. */
static err_t send_answer(const struct netdiag_snmp_exchange *exchange, struct pbuf *answer)
{
    struct netif *netif = ip_route(&exchange->to, &exchange->from);

    if (!transport.pcb || !netif)
        return ERR_RTE;
    return udp_sendto_if_src(transport.pcb, answer, &exchange->from, exchange->port, netif,
                             &exchange->to);
}

err_t snmp_sendto(void *handle, struct pbuf *p, const ip_addr_t *dst, u16_t port)
{
    struct netdiag_snmp_exchange *exchange = handle;
    err_t error = ERR_OK;

    (void)dst, (void)port;
    if (!exchange)
        return ERR_CONN; /* a trap: this agent sends none */
    netdiag_lwip_lock();
    pbuf_realloc(p, netdiag_snmp_message_mend(p, exchange->type));
    if (!exchange->answer)
        error = send_answer(exchange, p);
    else if (p->tot_len <= exchange->capacity)
        pbuf_copy_partial(p, exchange->answer, p->tot_len, 0);
    else
        error = ERR_BUF;
    if (error == ERR_OK)
        exchange->length = p->tot_len;
    netdiag_lwip_unlock();
    return error;
}

/* For traps, which this agent does not send; lwIP's framework has them in one with the rest. */
u8_t snmp_get_local_ip_for_dst(void *handle, const ip_addr_t *dst, ip_addr_t *result)
{
    const ip_addr_t *local = NULL;
    struct netif *netif;

    (void)handle;
    netdiag_lwip_lock();
    netif = ip_route(IP_ADDR_ANY, dst);
    if (netif)
        local = ip_netif_get_local_ip(netif, dst);
    if (local)
        *result = *local;
    netdiag_lwip_unlock();
    return local != NULL;
}

/* ---- start and end ---- */

static bool are_prefixes(const struct netdiag_prefix *prefixes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        enum netdiag_family family = prefixes[i].address.family;

        if ((family != NETDIAG_FAMILY_IPV4 && family != NETDIAG_FAMILY_IPV6) ||
            prefixes[i].length > (family == NETDIAG_FAMILY_IPV4 ? 32 : 128))
            return false;
    }
    return true;
}

enum netdiag_error netdiag_snmp_transport_start(const struct netdiag_prefix *sources, size_t count)
{
    struct udp_pcb *pcb;

    if (count > CONFIG_NETDIAG_SNMP_SOURCES || !are_prefixes(sources, count))
        return NETDIAG_ERROR_INVALID;
    pcb = udp_new_ip_type(IPADDR_TYPE_ANY);
    if (!pcb)
        return NETDIAG_ERROR_MEMORY;
    if (udp_bind(pcb, IP_ANY_TYPE, NETDIAG_LWIP_SNMP_PORT) != ERR_OK) {
        udp_remove(pcb);
        return NETDIAG_ERROR_MEMORY;
    }
    memset(&transport, 0, sizeof(transport));
    transport.pcb = pcb;
    transport.source_count = count;
    for (size_t i = 0; i < count; i++)
        transport.sources[i] = sources[i];
    udp_recv(pcb, take_request, NULL);
    return NETDIAG_OK;
}

void netdiag_snmp_transport_stop(void)
{
    struct netdiag_snmp_exchange dropped;

    if (!transport.pcb)
        return;
    udp_remove(transport.pcb);
    transport.pcb = NULL;
    while (netdiag_snmp_transport_take(&dropped))
        pbuf_free(dropped.request);
}

uint32_t netdiag_snmp_transport_sources(void)
{
    return (uint32_t)transport.source_count;
}

uint32_t netdiag_snmp_transport_queued(void)
{
    return (uint32_t)transport.count;
}
