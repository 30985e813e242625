/*
 * Sources of segments to ports that nobody serves.
 *
 * No hook sees a segment without a PCB. But lwIP answers each with RST, unless it is one itself,
 * and that RST passes the hook of what is sent: so what is seen here costs other segments nothing.
 * A scan by segments with RST is not seen.
 *
 * Nor is what acknowledges something and comes to an ephemeral port: a server's late FIN or data,
 * for a connection that a program here opened and that lwIP has dropped since, or that was opened
 * before the device started again. A client of one server would make a scanner of it in time.
 */
#include <string.h>

#include "lwip/ip.h"

#include "observer.h"

#define SOURCES CONFIG_NETDIAG_TCP_SCANNERS
#define PORTS   CONFIG_NETDIAG_TCP_SCAN_PORTS

/*
 * So long a port counts, and after so long a silence a source begins anew: what it sent then was
 * another matter. Else who calls one closed port now and then would be a scanner for ever after
 * one scan, and in the end without any.
 */
#define WINDOW_S  60
#define WINDOW_MS (WINDOW_S * 1000)

/* From here on lwIP chooses the ports of connections that programs open; its own default. */
#ifdef TCP_LOCAL_PORT_RANGE_START
#define EPHEMERAL_PORT TCP_LOCAL_PORT_RANGE_START
#else
#define EPHEMERAL_PORT 0xc000
#endif

static struct source {
    struct netdiag_address address;
    uint16_t port_count;
    struct {
        uint16_t number, heard_s; /* seconds, as far as they fit */
    } ports[PORTS];               /* the one heard last last */
    uint64_t more_until_ms;       /* until then one counts that had to go for another */
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
        if (now_ms - source->last_ms > WINDOW_MS)
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

static uint16_t seconds_of(uint64_t ms)
{
    return (uint16_t)(ms / 1000);
}

/* How many ports are too old to count; those are the first. */
static size_t count_old(const struct source *source, uint64_t now_ms)
{
    size_t old = 0;

    while (old < source->port_count &&
           (uint16_t)(seconds_of(now_ms) - source->ports[old].heard_s) > WINDOW_S)
        old++;
    return old;
}

static void drop_ports(struct source *source, size_t at, size_t count)
{
    source->port_count = (uint16_t)(source->port_count - count);
    memmove(source->ports + at, source->ports + at + count,
            (source->port_count - at) * sizeof(source->ports[0]));
}

/* Makes room: the port that was heard first goes, but still counts as one of more. */
static void forget_first_port(struct source *source, uint64_t now_ms)
{
    uint16_t age_s = (uint16_t)(seconds_of(now_ms) - source->ports[0].heard_s);

    source->more_until_ms = now_ms + UINT64_C(1000) * (WINDOW_S - age_s);
    drop_ports(source, 0, 1);
}

static void note_port(struct source *source, uint16_t port, uint64_t now_ms)
{
    size_t at = 0;

    drop_ports(source, 0, count_old(source, now_ms));
    while (at < source->port_count && source->ports[at].number != port)
        at++;
    if (at < source->port_count)
        drop_ports(source, at, 1);
    else if (source->port_count == PORTS)
        forget_first_port(source, now_ms);
    /* One that keeps to its port is not what it was when it tried others */
    if (source->port_count == 0 && now_ms - source->first_ms > WINDOW_MS) {
        source->segments = 0;
        source->first_ms = now_ms;
    }
    source->ports[source->port_count].number = port;
    source->ports[source->port_count].heard_s = seconds_of(now_ms);
    source->port_count++;
}

void netdiag_lwip_port_refused(uint16_t port, uint32_t acknowledged)
{
    struct netdiag_address address;
    struct source *source;
    uint64_t now_ms;

    /* lwIP 2.2 names no PCB either where a listener gets what is no SYN */
    if (!netdiag_lwip_is_observing || !ip_current_input_netif() || is_served(port) ||
        (port >= EPHEMERAL_PORT && acknowledged > 0))
        return;
    now_ms = netdiag_lwip_uptime_ms();
    netdiag_lwip_address(ip_current_src_addr(), &address);
    source = source_of(&address, now_ms);
    note_port(source, port, now_ms);
    source->segments++;
    source->last_ms = now_ms;
}

/* Of one that is silent what counted when it was last heard. */
static void fill_row(const struct source *source, uint64_t now_ms, struct netdiag_tcp_scanner *row)
{
    uint64_t at_ms = now_ms - source->last_ms > WINDOW_MS ? source->last_ms : now_ms;

    *row = (struct netdiag_tcp_scanner){
        .source = source->address,
        .ports = (uint32_t)(source->port_count - count_old(source, at_ms)),
        .more_ports = at_ms < source->more_until_ms,
        .segments = source->segments,
        .first_ms = source->first_ms,
        .last_ms = source->last_ms,
    };
}

enum netdiag_error netdiag_lwip_tcp_scanners(void *ctx, struct netdiag_tcp_scanner *rows,
                                             size_t capacity, size_t *count)
{
    uint64_t now_ms;

    (void)ctx;
    netdiag_lwip_lock();
    now_ms = netdiag_lwip_uptime_ms();
    for (*count = 0; *count < capacity && *count < used; ++*count)
        fill_row(&sources[order[*count]], now_ms, &rows[*count]);
    netdiag_lwip_unlock();
    return NETDIAG_OK;
}
