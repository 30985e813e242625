/*
 * Sources of segments to ports that nobody serves.
 *
 * No hook sees a segment without a PCB. But lwIP answers each with RST, unless it is one itself,
 * and that RST passes the hook of what is sent: so what is seen here costs other segments nothing.
 * A scan by segments with RST is not seen.
 */
#include <string.h>

#include "lwip/ip.h"

#include "observer.h"

#define SOURCES CONFIG_NETDIAG_TCP_SCANNERS
#define PORTS   CONFIG_NETDIAG_TCP_SCAN_PORTS

/* After so long a silence a source begins anew: what it sent then was another matter. */
#define SILENCE_MS (60 * 1000)

static struct source {
    struct netdiag_address address;
    bool more_ports;
    uint16_t port_count;
    uint16_t ports[PORTS];
    uint64_t segments, first_ms, last_ms;
} sources[SOURCES];

static size_t used;

/* The places of those that are used, the one heard last first. */
static uint8_t order[SOURCES];

_Static_assert(SOURCES <= UINT8_MAX + 1, "a place's number fits into `order`");

/* As lwIP looks for a listener. */
static bool is_served(uint16_t port)
{
    const ip_addr_t *to = ip_current_dest_addr();

    for (const struct tcp_pcb_listen *pcb = tcp_listen_pcbs.listen_pcbs; pcb; pcb = pcb->next) {
        if (pcb->local_port != port)
            continue;
        if (IP_IS_ANY_TYPE_VAL(pcb->local_ip))
            return true;
        if (IP_ADDR_PCB_VERSION_MATCH_EXACT(pcb, to) &&
            (ip_addr_isany(&pcb->local_ip) || ip_addr_cmp(&pcb->local_ip, to)))
            return true;
    }
    return false;
}

static bool is_same(const struct netdiag_address *a, const struct netdiag_address *b)
{
    return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

/* Moves what stands at `at` of the order to its front. */
static struct source *to_front(size_t at)
{
    uint8_t place = order[at];

    memmove(order + 1, order, at * sizeof(order[0]));
    order[0] = place;
    return &sources[place];
}

static void begin(struct source *source, const struct netdiag_address *address, uint64_t now_ms)
{
    memset(source, 0, sizeof(*source));
    source->address = *address;
    source->first_ms = now_ms;
}

/* Where there is none, and no room, the one that was silent longest goes. */
static struct source *source_of(const struct netdiag_address *address, uint64_t now_ms)
{
    struct source *source;

    for (size_t at = 0; at < used; at++) {
        if (!is_same(&sources[order[at]].address, address))
            continue;
        source = to_front(at);
        if (now_ms - source->last_ms > SILENCE_MS)
            begin(source, address, now_ms);
        return source;
    }
    if (used < SOURCES) {
        order[used] = (uint8_t)used;
        used++;
    }
    source = to_front(used - 1);
    begin(source, address, now_ms);
    return source;
}

static void note_port(struct source *source, uint16_t port)
{
    for (size_t i = 0; i < source->port_count; i++) {
        if (source->ports[i] == port)
            return;
    }
    if (source->port_count < PORTS)
        source->ports[source->port_count++] = port;
    else
        source->more_ports = true;
}

void netdiag_lwip_port_refused(uint16_t port)
{
    struct netdiag_address address;
    struct source *source;
    uint64_t now_ms;

    /* lwIP 2.2 names no PCB either where a listener gets what is no SYN */
    if (!netdiag_lwip_is_observing || !ip_current_input_netif() || is_served(port))
        return;
    now_ms = netdiag_lwip_uptime_ms();
    netdiag_lwip_address(ip_current_src_addr(), &address);
    source = source_of(&address, now_ms);
    note_port(source, port);
    source->segments++;
    source->last_ms = now_ms;
}

enum netdiag_error netdiag_lwip_tcp_scanners(void *ctx, struct netdiag_tcp_scanner *rows,
                                             size_t capacity, size_t *count)
{
    (void)ctx;
    netdiag_lwip_lock();
    for (*count = 0; *count < capacity && *count < used; ++*count) {
        const struct source *source = &sources[order[*count]];

        rows[*count] = (struct netdiag_tcp_scanner){
            .source = source->address,
            .ports = source->port_count,
            .more_ports = source->more_ports,
            .segments = source->segments,
            .first_ms = source->first_ms,
            .last_ms = source->last_ms,
        };
    }
    netdiag_lwip_unlock();
    return NETDIAG_OK;
}
