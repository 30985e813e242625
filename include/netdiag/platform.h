/*
 * What a platform provides: a const table of functions and a context.
 *
 * For every function:
 *  - It is called without the core lock, from any thread, by several at once; it takes the lock
 *    that the stack needs, and has dropped it when it returns.
 *  - It copies into records that the caller owns, and keeps no pointer to them.
 *  - It returns NETDIAG_OK and has then filled every output, or an error and the outputs mean
 *    nothing. NETDIAG_ERROR_UNSUPPORTED says "this platform cannot"; NETDIAG_ERROR_DOWN "the
 *    stack does not run"; NETDIAG_ERROR_BUSY "not now".
 *  - A NULL function is the same as one that returns NETDIAG_ERROR_UNSUPPORTED: the user is told,
 *    and all else works.
 *  - It allocates nothing but the buffer of a packet that it sends, and but for wait() and log() it
 *    does not wait, except for the lock.
 */
#ifndef NETDIAG_PLATFORM_H
#define NETDIAG_PLATFORM_H

#include "netdiag/error.h"
#include "netdiag/interface.h"
#include "netdiag/memory.h"
#include "netdiag/neighbor.h"
#include "netdiag/snmp.h"
#include "netdiag/tcp.h"
#include "netdiag/vlan.h"

/* Characters of a host name: RFC 1123's label, which is also what automation clients accept. */
#define NETDIAG_HOST_LENGTH 63

struct netdiag_system {
    char host[NETDIAG_HOST_LENGTH + 1]; /* letters, digits, '-', '_' and '.' */
    char product[64];                   /* what the device is, "netdiag simulated switch" */
    char stack[64];                     /* its TCP/IP stack and version, "lwIP 2.2.1" */
    bool has_mac;                       /* an address of its own is known, whatever VLANs it has */
    uint8_t mac[NETDIAG_MAC_LENGTH];
};

struct netdiag_time {
    uint64_t uptime_ms; /* since boot; never goes back */
    bool has_wall;      /* the device knows the time of day */
    int64_t wall_ms;    /* since 1970-01-01T00:00:00Z */
};

/* The longest that a platform is asked to wait at a time. */
#define NETDIAG_WAIT_MS 50

/* How much a line of the log matters, by the numbers of RFC 5424. */
enum netdiag_severity {
    NETDIAG_SEVERITY_CRITICAL = 2, /* something is so wrong that the service suffers */
    NETDIAG_SEVERITY_WARNING = 4,  /* something is wrong */
    NETDIAG_SEVERITY_NOTICE = 5,   /* somebody changed something, or it is well again */
    NETDIAG_SEVERITY_INFORMATIONAL = 6,
};

struct netdiag_platform {
    /* Who the device is. */
    enum netdiag_error (*system)(void *ctx, struct netdiag_system *system);

    /* What time it is. */
    enum netdiag_error (*time)(void *ctx, struct netdiag_time *time);

    /*
     * Lets `ms` milliseconds of the device's time pass. The one function here that waits, for a
     * command that compares two moments; it is asked for NETDIAG_WAIT_MS at most at a time.
     * `time` says afterwards how much has passed in truth.
     */
    enum netdiag_error (*wait)(void *ctx, uint32_t ms);

    /*
     * Adds a line to the device's log: `text` is printable, in English, without a line end, and
     * valid during the call alone. When it cannot be kept it is lost, and what is logged is done
     * all the same; without this function nothing is logged, and nobody is told.
     */
    enum netdiag_error (*log)(void *ctx, enum netdiag_severity severity, const char *text);

    /*
     * The counters since boot, 64 bits wide and right across every wrap of the stack's own.
     * Sets those that are counted truly, and no other. Of the gauges none is set here: currEstab
     * follows from tcp_states.
     */
    enum netdiag_error (*tcp_counters)(void *ctx, struct netdiag_tcp_counters *counters);

    /*
     * How many connections and listeners are in each state. The stack is held for a bounded time,
     * and not between: a connection that changes its state meanwhile counts once, in one of them.
     */
    enum netdiag_error (*tcp_states)(void *ctx, struct netdiag_tcp_states *states);

    enum netdiag_error (*tcp_pool)(void *ctx, struct netdiag_tcp_pool *pool);

    /*
     * The next connections of a walk, listeners not among them: up to `capacity` of them, `*count`
     * were filled, and `cursor->done` says that there are no more. The stack is held for a bounded
     * time in each call, whatever there is, and not between them. A connection that lives
     * throughout the walk comes exactly once, one that begins or ends meanwhile at most once.
     */
    enum netdiag_error (*tcp_connections)(void *ctx, struct netdiag_tcp_cursor *cursor,
                                          struct netdiag_tcp_connection *rows, size_t capacity,
                                          size_t *count);

    /*
     * Up to `capacity` listeners, all at one moment. `*total` is how many there are; rows are
     * filled to the smaller of the two.
     */
    enum netdiag_error (*tcp_listeners)(void *ctx, struct netdiag_tcp_listener *rows,
                                        size_t capacity, size_t *total);

    /*
     * The last connections that ended, the newest first, up to `capacity` of those that the
     * platform remembers; `*count` is how many were filled, `*total` how many ended since boot.
     */
    enum netdiag_error (*tcp_closed)(void *ctx, struct netdiag_tcp_closed *rows, size_t capacity,
                                     size_t *count, uint64_t *total);

    /*
     * What was seen of each state since boot, LISTEN and CLOSED as far as the platform looked, and
     * how long nobody knows of them. The longest stay reaches to now where it lasts. The stack is
     * held for a bounded time, and not between, as in tcp_states.
     */
    enum netdiag_error (*tcp_state_totals)(void *ctx, struct netdiag_tcp_state_totals *totals);

    /*
     * Sources of segments to ports that nobody serves, the one heard last first, up to `capacity`
     * of those that the platform remembers; `*count` is how many were filled. A source that was
     * silent for more than a minute began anew when it came again.
     */
    enum netdiag_error (*tcp_scanners)(void *ctx, struct netdiag_tcp_scanner *rows, size_t capacity,
                                       size_t *count);

    /* How far a packet to `to` would get now. */
    enum netdiag_error (*reach)(void *ctx, const struct netdiag_address *to,
                                enum netdiag_reach *reach);

    /*
     * Ends the connection with this ID (netdiag_tcp_history.id) at once, with RST to its peer
     * where that has one coming. NETDIAG_ERROR_NOT_FOUND: there is none any more; another that has
     * taken its place in the stack meanwhile has another ID, and is left alone.
     */
    enum netdiag_error (*tcp_abort)(void *ctx, uint32_t id);

    /*
     * The name of the function at `address`, an accept callback's as a rule, cut to `size` bytes
     * with its NUL. NETDIAG_ERROR_NOT_FOUND: no function begins there, or it has no name.
     */
    enum netdiag_error (*symbol)(void *ctx, uint64_t address, char *name, size_t size);

    /*
     * Up to `capacity` of the stack's pools of memory, its heap among them, always in the same
     * order. `*total` is how many there are; rows are filled to the smaller of the two.
     */
    enum netdiag_error (*memory_pools)(void *ctx, struct netdiag_memory_pool *rows, size_t capacity,
                                       size_t *total);

    /*
     * The VLANs whose ID is above `after` (0: from the first), up to `capacity` of them, in
     * ascending order of their IDs. `*count` is how many were filled; fewer than `capacity`, and
     * there are no more. A VLAN that is added or removed between two calls may be in or out; any
     * other is in exactly once.
     */
    enum netdiag_error (*vlans)(void *ctx, uint16_t after, struct netdiag_vlan *rows,
                                size_t capacity, size_t *count);

    /*
     * Makes a VLAN with its layer 3 interface; `name` NULL or "": "Vlan" and its number. A VLAN
     * that was there before gets the ifIndex that it had. The device's log is the caller's. When
     * it fails nothing has changed: NETDIAG_ERROR_INVALID: no such ID, or a name that is too long
     * or has control characters (UTF-8 is legal); NETDIAG_ERROR_EXISTS: the VLAN or a VLAN of that
     * name is there; NETDIAG_ERROR_FULL: as many VLANs as the platform holds;
     * NETDIAG_ERROR_REMEMBERED: every ifIndex is in use or remembered for a VLAN that is gone;
     * NETDIAG_ERROR_IO: the ifIndex cannot be kept over a restart; NETDIAG_ERROR_BUSY: another
     * shell adds or removes one now; NETDIAG_ERROR_TAKEN: an interface of the firmware's, which is
     * no VLAN's, has the ifIndex that is remembered. It may wait for the memory that holds the
     * numbers.
     */
    enum netdiag_error (*vlan_add)(void *ctx, uint16_t id, const char *name);

    /*
     * Removes a VLAN and its interface; connections of its addresses end. Its ifIndex stays
     * remembered, unless `forget`: then it may become another's, and `id` may be a VLAN that is
     * gone already. NETDIAG_ERROR_NOT_FOUND: there is none (with `forget`: and none is
     * remembered); NETDIAG_ERROR_IO, NETDIAG_ERROR_BUSY as above, and nothing has changed.
     */
    enum netdiag_error (*vlan_remove)(void *ctx, uint16_t id, bool forget);

    /*
     * The numbers that are remembered for VLANs, present or gone, whose ID is above `after`, in
     * ascending order of their IDs, as vlans() gives them.
     */
    enum netdiag_error (*vlan_numbers)(void *ctx, uint16_t after, struct netdiag_vlan_number *rows,
                                       size_t capacity, size_t *count);

    /*
     * The interfaces whose ifIndex is above `after` (0: from the first), up to `capacity` of them,
     * VLANs' and ports, in ascending order of it. `*count` is how many were filled; fewer than
     * `capacity`, and there are no more. One that comes or goes between two calls may be in or out;
     * any other is in exactly once.
     */
    enum netdiag_error (*interfaces)(void *ctx, uint32_t after, struct netdiag_interface *rows,
                                     size_t capacity, size_t *count);

    /*
     * The uptime at which an interface was last added to these or removed; 0: none since the
     * device started.
     */
    enum netdiag_error (*interfaces_changed)(void *ctx, uint64_t *uptime_ms);

    /*
     * What the SNMP agent does. NETDIAG_ERROR_DOWN: the device has one, and no community is
     * configured, so that it answers nobody.
     */
    enum netdiag_error (*snmp)(void *ctx, struct netdiag_snmp *snmp);

    /*
     * What the SNMP agent itself says to somebody who walks IF-MIB's ifName: the instances above
     * `after`, as interfaces() gives them. NETDIAG_ERROR_BUSY: it answers somebody else now.
     * NETDIAG_ERROR_DOWN as above.
     */
    enum netdiag_error (*snmp_names)(void *ctx, uint32_t after, struct netdiag_snmp_name *rows,
                                     size_t capacity, size_t *count);

    /*
     * The next neighbours of a walk, of ARP's table (NETDIAG_FAMILY_IPV4) or of IPv6's cache
     * (NETDIAG_FAMILY_IPV6): up to `capacity` of them, `*count` were filled, and `cursor->done`
     * says that there are no more. The stack is held for a time that `capacity` bounds, whatever
     * there is. A neighbour that stays throughout the walk comes exactly once. Interfaces without
     * neighbours, and the device's own addresses, are not listed.
     */
    enum netdiag_error (*neighbors)(void *ctx, enum netdiag_family family,
                                    struct netdiag_neighbor_cursor *cursor,
                                    struct netdiag_neighbor *rows, size_t capacity, size_t *count);

    /*
     * Sends an ICMP echo request to a host, as an IP packet of `bytes` bytes. `*echo` is its number
     * until echo_end(), which must follow. NETDIAG_ERROR_NOT_FOUND: no route leads there;
     * NETDIAG_ERROR_INVALID: not one host's address, or fewer bytes than its headers have;
     * NETDIAG_ERROR_FULL: as many as the platform holds wait for their answers already.
     */
    enum netdiag_error (*echo_send)(void *ctx, const struct netdiag_address *to, uint16_t bytes,
                                    uint32_t *echo);

    /*
     * Whether that request was answered; if so `*rtt_ms` says how long after it was sent.
     * NETDIAG_ERROR_NOT_FOUND: there is no request of that number.
     */
    enum netdiag_error (*echo_poll)(void *ctx, uint32_t echo, bool *answered, uint32_t *rtt_ms);

    /* Nobody waits for that request any more; an answer that comes later is dropped. */
    enum netdiag_error (*echo_end)(void *ctx, uint32_t echo);
};

#endif
