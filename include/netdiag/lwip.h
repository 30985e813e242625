/*
 * netdiag on lwIP: what a firmware tells it, and the platform table that it gets.
 *
 * All functions are called with lwIP's core lock held (NO_SYS=1: from the one context that runs
 * the stack), after lwip_init() or tcpip_init(). Names are copied.
 */
#ifndef NETDIAG_LWIP_H
#define NETDIAG_LWIP_H

#include <stdbool.h>
#include <stdint.h>

#include "netdiag/platform.h"

struct netif;
struct tcp_pcb;

struct netdiag_lwip_config {
    const char *host;    /* at most NETDIAG_HOST_LENGTH characters */
    const char *product; /* what the device is */

    /*
     * The core lock, for the calls that netdiag makes from the shell's threads. NULL with
     * NO_SYS=0: LOCK_TCPIP_CORE() is used. NULL with NO_SYS=1: no lock is taken, and the shell
     * must run in the stack's own context.
     */
    void (*lock)(void *ctx);
    void (*unlock)(void *ctx);

    /*
     * The time of day in milliseconds since 1970, or false where it is not known; NULL: never
     * known. Called without the core lock.
     */
    bool (*wall_clock)(void *ctx, int64_t *ms);

    /*
     * Lets so many milliseconds pass; NULL: commands that need it are not available. False: the
     * device is gone. Called without the core lock, from a shell's thread.
     */
    bool (*wait)(void *ctx, uint32_t ms);

    /*
     * Adds a line to the device's log (netdiag/platform.h); NULL: nothing is logged. Called
     * without the core lock, from a shell's thread.
     */
    void (*log)(void *ctx, enum netdiag_severity severity, const char *text);

    /*
     * A clock in nanoseconds from any beginning, by which netdiag tells how long it held the core
     * lock; NULL: it does not tell. Called with the core lock held.
     */
    uint64_t (*clock_ns)(void *ctx);

    /*
     * The name of the task that runs now, valid until it ends; NULL: not known, or nobody's. It
     * becomes the owner of a connection that this task opens, where its local port has none. With
     * it NULL such connections have no owner until netdiag_tcp_owner_set(). Called with the core
     * lock held, from whatever task calls tcp_connect().
     */
    const char *(*task_name)(void *ctx);

    /*
     * The name of the function that begins at `address`, cut to `size` bytes with its NUL; false:
     * not known. NULL: accept callbacks are shown by their addresses alone. Called without the
     * core lock, from a shell's thread.
     */
    bool (*symbol)(void *ctx, uintptr_t address, char *name, size_t size);

    /*
     * The ports of the switch around lwIP, as netdiag_platform.interfaces (netdiag/platform.h) has
     * them: their driver counts, and lwIP knows nothing of it. NULL: not known. Called without the
     * core lock, from a shell's thread.
     */
    enum netdiag_error (*interfaces)(void *ctx, struct netdiag_interface *rows, size_t capacity,
                                     size_t *total);

    void *ctx; /* handed to all of the above */

    /* PCBs that the firmware took out of lwIP's pool for good; reports leave them out. */
    uint32_t pcbs_reserved;
};

/*
 * Starts netdiag on lwIP. Call it once, before any other function here. Returns
 * NETDIAG_ERROR_INVALID for a bad host name or a lock without its unlock, and NETDIAG_ERROR_EXISTS
 * the second time.
 */
enum netdiag_error netdiag_lwip_start(const struct netdiag_lwip_config *config);

/* The table for netdiag_init(); its context is NULL. */
extern const struct netdiag_platform netdiag_lwip_platform;

/*
 * Adds a VLAN. `name` NULL or "": "Vlan" and its number. Returns NETDIAG_ERROR_INVALID for an ID
 * outside 1 to 4094 or a name that is too long, NETDIAG_ERROR_EXISTS for a VLAN or a name that is
 * there, NETDIAG_ERROR_FULL at CONFIG_NETDIAG_VLANS.
 */
enum netdiag_error netdiag_lwip_vlan_add(uint16_t id, const char *name);

/* Removes a VLAN that has no interface. NETDIAG_ERROR_NOT_FOUND, NETDIAG_ERROR_BUSY. */
enum netdiag_error netdiag_lwip_vlan_remove(uint16_t id);

/*
 * Makes `netif`, memory of the caller's, the layer 3 interface of a VLAN: adds it to lwIP over
 * `trunk`, the interface whose driver passes 802.1Q frames, with `mac`, up and without an address.
 * Returns NETDIAG_ERROR_NOT_FOUND for no such VLAN, NETDIAG_ERROR_EXISTS when it has an interface,
 * NETDIAG_ERROR_FULL when lwIP has as many interfaces as it can number (255: its netif_add() would
 * never return). The memory must stay until netdiag_lwip_vlan_interface_remove().
 */
enum netdiag_error netdiag_lwip_vlan_interface_add(uint16_t id, struct netif *netif,
                                                   struct netif *trunk,
                                                   const uint8_t mac[NETDIAG_MAC_LENGTH]);

/* Takes a VLAN's interface out of lwIP again. NETDIAG_ERROR_NOT_FOUND where there is none. */
enum netdiag_error netdiag_lwip_vlan_interface_remove(uint16_t id);

/*
 * Adds an IPv4 or IPv6 address with its prefix length to a VLAN's interface; lwIP has one IPv4
 * address an interface, and a second replaces the first. NETDIAG_ERROR_INVALID for a length that
 * the family does not have, NETDIAG_ERROR_NOT_FOUND for no such interface, NETDIAG_ERROR_FULL when
 * lwIP has no room for another IPv6 address, NETDIAG_ERROR_UNSUPPORTED for a family that lwIP is
 * built without.
 */
enum netdiag_error netdiag_lwip_vlan_address_add(uint16_t id, const struct netdiag_prefix *prefix);

/*
 * Says to whom a local TCP port belongs: its listener and every connection of it. A later name
 * replaces an earlier one. NETDIAG_ERROR_INVALID for port 0, an empty name or one longer than
 * CONFIG_NETDIAG_OWNER_LENGTH, NETDIAG_ERROR_FULL at CONFIG_NETDIAG_TCP_OWNERS.
 */
enum netdiag_error netdiag_lwip_tcp_owner_register(uint16_t port, const char *name);

/*
 * Says to whom one connection belongs, whatever its port: to be called in the accept callback, or
 * after tcp_connect(). A later name replaces an earlier one. NETDIAG_ERROR_INVALID for an empty
 * name or one longer than CONFIG_NETDIAG_OWNER_LENGTH, NETDIAG_ERROR_FULL when there are
 * CONFIG_NETDIAG_TCP_OWNER_NAMES different names already, NETDIAG_ERROR_NOT_FOUND for a PCB that
 * is no connection yet or has no place in the table, NETDIAG_ERROR_UNSUPPORTED without
 * CONFIG_NETDIAG_TCP_HOOKS.
 */
enum netdiag_error netdiag_tcp_owner_set(const struct tcp_pcb *pcb, const char *name);

#endif
