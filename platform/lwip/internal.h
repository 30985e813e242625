/*
 * What the files of platform/lwip share. Everything here is used under lwIP's core lock.
 */
#ifndef NETDIAG_PLATFORM_LWIP_INTERNAL_H
#define NETDIAG_PLATFORM_LWIP_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "lwip/ip_addr.h"
#include "lwip/sys.h"
#include "netdiag/lwip.h"

/*
 * A counter of lwIP's, 16 or 32 bits wide, made 64 bits wide: it must be fed at least once in the
 * time that lwIP's needs to wrap. netdiag feeds all of them every CONFIG_NETDIAG_LWIP_POLL_S.
 */
struct netdiag_lwip_wide {
    uint64_t total;
    uint32_t last;
};

/* Feeds one; `mask` is the largest value that lwIP's counter can have. Returns the total. */
static inline uint64_t netdiag_lwip_widen(struct netdiag_lwip_wide *wide, uint32_t now,
                                          uint32_t mask)
{
    /* The difference is taken in the counter's own width, so one wrap between two feeds is right */
    wide->total += (now - wide->last) & mask;
    wide->last = now;
    return wide->total;
}

/* lwIP's clock in milliseconds since it started, 64 bits wide. */
extern struct netdiag_lwip_wide netdiag_lwip_clock;

static inline uint64_t netdiag_lwip_uptime_ms(void)
{
    return netdiag_lwip_widen(&netdiag_lwip_clock, sys_now(), UINT32_MAX);
}

/* The whole of a string into `size` bytes; of a longer one, what of it has room. */
void netdiag_lwip_copy_text(char *to, size_t size, const char *from);

void netdiag_lwip_lock(void);
void netdiag_lwip_unlock(void);

/* PCBs that the firmware keeps out of the pool (struct netdiag_lwip_config). */
uint32_t netdiag_lwip_pcbs_reserved(void);

/* Whether lwIP counts what its pools do. */
#define NETDIAG_LWIP_HAS_POOL_STATS (LWIP_STATS && MEMP_STATS)

/* How many connections found the pool of PCBs empty. */
uint64_t netdiag_lwip_pcbs_refused(void);

/*
 * tcp_alloc() asks the pool some times, reclaiming in between, before it gives up: how many of them
 * have failed at this moment. 0 when it is not at work, or has done without reclaiming.
 */
unsigned netdiag_lwip_pool_tries_failed(void);

/* Segments that lwIP counted, and of them those whose checksum was wrong, 64 bits wide. */
struct netdiag_lwip_received {
    uint64_t total, bad_checksum;
};

/*
 * What the observer adds to the records, and its start; in a build without it observer_absent.c
 * adds nothing.
 */
void netdiag_lwip_observer_start(void);
void netdiag_lwip_observer_add(struct netdiag_tcp_counters *counters,
                               const struct netdiag_lwip_received *received);
void netdiag_lwip_observer_add_pool(struct netdiag_tcp_pool *pool);
struct tcp_pcb;
void netdiag_lwip_observer_add_connection(const struct tcp_pcb *pcb,
                                          struct netdiag_tcp_connection *row);
/* So many PCBs are in a state, lwIP's LISTEN or CLOSED, that nobody tells of. */
void netdiag_lwip_observer_looked(uint8_t state, uint32_t count);
/* Connections of that VLAN which end from now on are ended by an operator; 0: no more. */
void netdiag_lwip_observer_clears_vlan(uint16_t vlan);
struct tcp_pcb_listen;
void netdiag_lwip_observer_add_listener(const struct tcp_pcb_listen *listener,
                                        struct netdiag_tcp_listener *row);

/*
 * Fills rows from the table of connections, at most `capacity`, and looks at no more than
 * CONFIG_NETDIAG_TCP_CHUNK_SLOTS places; `*ended`: the table has no more. Which of lwIP's lists
 * have what is not in the table is for tcp.c to know: all of them, where there is no table.
 */
size_t netdiag_lwip_observer_walk(struct netdiag_tcp_cursor *cursor,
                                  struct netdiag_tcp_connection *rows, size_t capacity,
                                  bool *ended);

/*
 * Counts the states of connections from the place `*slot` of the table on, as many as a walk looks
 * at in one call, and moves `*slot`. False, and nothing is counted: not all connections are there.
 */
bool netdiag_lwip_observer_count(uint32_t *slot, struct netdiag_tcp_states *states, bool *ended);

/* A connection's record from its PCB. */
void netdiag_lwip_fill_connection(const struct tcp_pcb *pcb, struct netdiag_tcp_connection *row);

/* The clock of struct netdiag_lwip_config; false where there is none. */
bool netdiag_lwip_clock_ns(uint64_t *ns);

/* lwIP's state as RFC 4022 numbers it. */
enum netdiag_tcp_state netdiag_lwip_state(uint8_t state);

/* Feed every widened counter of TCP, and of memory. */
void netdiag_lwip_tcp_poll(void);
void netdiag_lwip_memory_poll(void);

/* The name registered for a local TCP port, "" for none. */
void netdiag_lwip_owner_of_port(uint16_t port, struct netdiag_owner *owner);

/*
 * The number, not 0, of a name that is one connection's owner, and the other way round. As
 * netdiag_tcp_owner_set() says; in a build without the observer there are no such names.
 */
enum netdiag_error netdiag_lwip_owner_number(const char *name, uint8_t *number);
const struct netdiag_owner *netdiag_lwip_owner_of_number(uint8_t number);

/* What netdiag_lwip_start() was given; it does not change after. */
const struct netdiag_lwip_config *netdiag_lwip_configuration(void);

/* Of struct netdiag_lwip_config; NULL: not known. */
const char *netdiag_lwip_task_name(void);

/* The VLAN whose interface has that address, or is that netif; 0 for none. */
struct netif;
#ifdef CONFIG_NETDIAG_VLAN
#define NETDIAG_LWIP_VLANS_MAX CONFIG_NETDIAG_VLANS
uint16_t netdiag_lwip_vlan_of_address(const ip_addr_t *address);
uint16_t netdiag_lwip_vlan_of_netif(const struct netif *netif);
bool netdiag_lwip_vlan_row(uint16_t id, struct netdiag_vlan *row); /* false: no such VLAN */
uint16_t netdiag_lwip_vlan_traffic_after(uint32_t after, struct netdiag_interface *row);
uint64_t netdiag_lwip_vlan_interfaces_changed_ms(void);
bool netdiag_lwip_trunk_mac(uint8_t mac[NETDIAG_MAC_LENGTH]); /* false: not known, or not yet */
#else
#define NETDIAG_LWIP_VLANS_MAX 0
static inline uint16_t netdiag_lwip_vlan_of_netif(const struct netif *netif)
{
    (void)netif;
    return 0;
}
static inline uint16_t netdiag_lwip_vlan_of_address(const ip_addr_t *address)
{
    (void)address;
    return 0;
}
static inline bool netdiag_lwip_vlan_row(uint16_t id, struct netdiag_vlan *row)
{
    (void)id, (void)row;
    return false;
}
static inline uint16_t netdiag_lwip_vlan_traffic_after(uint32_t after,
                                                       struct netdiag_interface *row)
{
    (void)after, (void)row;
    return 0;
}
static inline uint64_t netdiag_lwip_vlan_interfaces_changed_ms(void)
{
    return 0;
}
static inline bool netdiag_lwip_trunk_mac(uint8_t mac[NETDIAG_MAC_LENGTH])
{
    (void)mac;
    return false;
}
#endif

/* Whether netdiag_lwip_vlan_add() would add that VLAN now; what it has. */
enum netdiag_error netdiag_lwip_vlan_may_add(uint16_t id, const char *name);
bool netdiag_lwip_vlan_is_there(uint16_t id);
bool netdiag_lwip_vlan_has_interface(uint16_t id);

/*
 * What passes the interface of a VLAN. vlan.c tells of it when it is made, once lwIP has numbered
 * it, and when it is gone from lwIP; between the two of each frame that it takes, with its tag,
 * and of each that it hands to the trunk. netdiag_lwip_vlan_traffic_after() starts the record of
 * the first interface whose number is above `after`, and says whose it is; 0: there is none.
 */
struct pbuf;
void netdiag_lwip_vlan_traffic_begin(const struct netif *netif);
void netdiag_lwip_vlan_traffic_end(const struct netif *netif);
void netdiag_lwip_vlan_traffic_in(const struct netif *netif, const struct pbuf *frame);
void netdiag_lwip_vlan_traffic_out(const struct netif *netif, const struct pbuf *frame, bool sent);

/* The switch's ports, as struct netdiag_lwip_config has them; NETDIAG_ERROR_UNSUPPORTED: none. */
enum netdiag_error netdiag_lwip_ports(uint32_t after, struct netdiag_interface *rows,
                                      size_t capacity, size_t *count);

void netdiag_lwip_address(const ip_addr_t *from, struct netdiag_address *to);

/* The other way round; false: the family is none that lwIP is built with. */
bool netdiag_lwip_ip_address(const struct netdiag_address *from, ip_addr_t *to);

/* The ops, each as platform.h says. */
enum netdiag_error netdiag_lwip_tcp_counters(void *ctx, struct netdiag_tcp_counters *counters);
enum netdiag_error netdiag_lwip_tcp_states(void *ctx, struct netdiag_tcp_states *states);
enum netdiag_error netdiag_lwip_tcp_pool(void *ctx, struct netdiag_tcp_pool *pool);
enum netdiag_error netdiag_lwip_tcp_connections(void *ctx, struct netdiag_tcp_cursor *cursor,
                                                struct netdiag_tcp_connection *rows,
                                                size_t capacity, size_t *count);
enum netdiag_error netdiag_lwip_tcp_listeners(void *ctx, struct netdiag_tcp_listener *rows,
                                              size_t capacity, size_t *total);
enum netdiag_error netdiag_lwip_tcp_closed(void *ctx, struct netdiag_tcp_closed *rows,
                                           size_t capacity, size_t *count, uint64_t *total);
enum netdiag_error netdiag_lwip_tcp_state_totals(void *ctx,
                                                 struct netdiag_tcp_state_totals *totals);
enum netdiag_error netdiag_lwip_tcp_scanners(void *ctx, struct netdiag_tcp_scanner *rows,
                                             size_t capacity, size_t *count);
enum netdiag_error netdiag_lwip_reach(void *ctx, const struct netdiag_address *to,
                                      enum netdiag_reach *reach);
enum netdiag_error netdiag_lwip_tcp_abort(void *ctx, uint32_t id);
enum netdiag_error netdiag_lwip_memory_pools(void *ctx, struct netdiag_memory_pool *rows,
                                             size_t capacity, size_t *total);
enum netdiag_error netdiag_lwip_vlans(void *ctx, uint16_t after, struct netdiag_vlan *rows,
                                      size_t capacity, size_t *count);
enum netdiag_error netdiag_lwip_vlan_make(void *ctx, uint16_t id, const char *name);
enum netdiag_error netdiag_lwip_vlan_unmake(void *ctx, uint16_t id, bool forget);
enum netdiag_error netdiag_lwip_vlan_numbers(void *ctx, uint16_t after,
                                             struct netdiag_vlan_number *rows, size_t capacity,
                                             size_t *count);
enum netdiag_error netdiag_lwip_interfaces(void *ctx, uint32_t after,
                                           struct netdiag_interface *rows, size_t capacity,
                                           size_t *count);
enum netdiag_error netdiag_lwip_interfaces_changed(void *ctx, uint64_t *uptime_ms);
enum netdiag_error netdiag_lwip_snmp(void *ctx, struct netdiag_snmp *snmp);
enum netdiag_error netdiag_lwip_snmp_names(void *ctx, uint32_t after,
                                           struct netdiag_snmp_name *rows, size_t capacity,
                                           size_t *count);
enum netdiag_error netdiag_lwip_neighbors(void *ctx, enum netdiag_family family,
                                          struct netdiag_neighbor_cursor *cursor,
                                          struct netdiag_neighbor *rows, size_t capacity,
                                          size_t *count);
enum netdiag_error netdiag_lwip_echo_send(void *ctx, const struct netdiag_address *to,
                                          uint16_t bytes, uint32_t *echo);
enum netdiag_error netdiag_lwip_echo_poll(void *ctx, uint32_t echo, bool *answered,
                                          uint32_t *rtt_ms);
enum netdiag_error netdiag_lwip_echo_end(void *ctx, uint32_t echo);

#endif
