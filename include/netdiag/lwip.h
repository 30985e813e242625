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

/* A line for each number, with their head and end; README.md says how they look. */
#define NETDIAG_LWIP_IF_INDEX_TEXT (64 + NETDIAG_IF_INDEX_STACK_MAX * 16)

/* A VLAN's interface in the making. */
struct netdiag_lwip_vlan {
    struct netif *netif, *trunk; /* as netdiag_lwip_vlan_interface_add() has them */
    uint8_t mac[NETDIAG_MAC_LENGTH];
    size_t address_count;
    struct netdiag_prefix addresses[CONFIG_NETDIAG_VLAN_ADDRESSES];
};

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
     * The ports of the switch around lwIP, numbered from NETDIAG_IF_INDEX_PORT_FIRST, as
     * netdiag_platform.interfaces (netdiag/platform.h) has them: their driver counts, and lwIP
     * knows nothing of it. NULL: none. Called without the core lock, from a shell's thread.
     */
    enum netdiag_error (*ports)(void *ctx, uint32_t after, struct netdiag_interface *rows,
                                size_t capacity, size_t *count);

    /*
     * Keeps `size` bytes of text, at most NETDIAG_LWIP_IF_INDEX_TEXT, over restarts in place of
     * those that were kept before; a loss of power at any moment must leave the old or the new.
     * NULL: the numbers of interfaces live as long as the device runs. Called without the core
     * lock, by one task at a time; it may wait.
     */
    enum netdiag_error (*if_index_save)(void *ctx, const char *text, size_t size);

    /*
     * Makes and unmakes a VLAN in the switch around lwIP for the commands that add and remove
     * VLANs. vlan_add gives what netdiag_lwip_vlan_interface_add() needs for its interface, and
     * the addresses that are configured for it, at most CONFIG_NETDIAG_VLAN_ADDRESSES. NULL, both:
     * VLANs cannot be changed by a command. Called with the core lock held.
     */
    enum netdiag_error (*vlan_add)(void *ctx, uint16_t id, struct netdiag_lwip_vlan *vlan);
    void (*vlan_remove)(void *ctx, uint16_t id);

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
 * Takes the numbers of interfaces that if_index_save() kept: `size` bytes of text at `text`. After
 * netdiag_lwip_start(), before the trunk and the first VLAN's interface; without it every number is
 * new. NETDIAG_ERROR_INVALID: the text is damaged, `why` says where and what, and no number is
 * known. NETDIAG_ERROR_EXISTS: a number was given already, and nothing was taken.
 */
enum netdiag_error netdiag_lwip_if_index_load(const char *text, size_t size, char *why,
                                              size_t why_size);

/*
 * Keeps the numbers by if_index_save(), if they have changed since they were kept: to be called
 * once the firmware has made its VLANs, without the core lock, by one task at a time. The commands
 * that add and remove VLANs call it themselves. NETDIAG_ERROR_BUSY: one of them does now. Or what
 * if_index_save() says.
 */
enum netdiag_error netdiag_lwip_if_index_keep(void);

/*
 * To be called in the init callback that netif_add() gets for the trunk: sets its number to the
 * one that is remembered, so that no VLAN is ever given it. NETDIAG_ERROR_REMEMBERED and
 * NETDIAG_ERROR_TAKEN as in netdiag_lwip_vlan_interface_add(); one trunk has a number of this kind.
 */
enum netdiag_error netdiag_lwip_if_index_trunk(struct netif *trunk);

/*
 * Makes `netif`, memory of the caller's, the layer 3 interface of a VLAN: adds it to lwIP over
 * `trunk`, the interface whose driver passes 802.1Q frames, with `mac`, up and without an address.
 * Returns NETDIAG_ERROR_NOT_FOUND for no such VLAN, NETDIAG_ERROR_EXISTS when it has an interface,
 * NETDIAG_ERROR_FULL when lwIP has as many interfaces as it can number (255: its netif_add() would
 * never return), NETDIAG_ERROR_REMEMBERED when every number is in use or remembered,
 * NETDIAG_ERROR_TAKEN when an interface that netdiag did not add has its number now. Its number,
 * lwIP's and RFC 2863's in one, is that which the VLAN had before, else the lowest that no other
 * interface has or had. The memory must stay until netdiag_lwip_vlan_interface_remove().
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
