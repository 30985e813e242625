/*
 * One process's lwIP: its start, the core lock, and the trunk interface under its VLANs. The
 * device has one, the remote world another.
 */
#ifndef NETDIAG_SIM_STACK_H
#define NETDIAG_SIM_STACK_H

#include "lwip/netif.h"
#include "netdiag/lwip.h"
#include "options.h"

/* Sends a frame that the stack made. */
typedef void (*sim_stack_output)(void *ctx, const uint8_t *frame, size_t length);

struct sim_trunk {
    struct netif netif;
    sim_stack_output output;
    void *ctx;
    enum netdiag_error error; /* why it could not be added */
};

/* The core lock: held by whoever runs lwIP or reads its data. `ctx` is not used. */
void sim_stack_lock(void *ctx);
void sim_stack_unlock(void *ctx);

/* How commands let time pass; before sim_stack_start(). Without it they cannot. */
void sim_stack_set_wait(bool (*wait)(void *ctx, uint32_t ms), void *ctx);

/*
 * What the device has and the world has not, as struct netdiag_lwip_config says; their context is
 * none. Before sim_stack_start(), which copies it.
 */
struct sim_stack_device {
    enum netdiag_error (*ports)(void *ctx, uint32_t after, struct netdiag_interface *rows,
                                size_t capacity, size_t *count);
    enum netdiag_error (*if_index_save)(void *ctx, const char *text, size_t size);
    enum netdiag_error (*vlan_add)(void *ctx, uint16_t id, struct netdiag_lwip_vlan *vlan);
    void (*vlan_remove)(void *ctx, uint16_t id);
};
void sim_stack_set_device(const struct sim_stack_device *device);

/*
 * Starts lwIP with room for `pcbs` connections, and netdiag on it as `host`. `msl_ms` is how long
 * a segment may live: TIME-WAIT lasts twice that. Once a process, without the lock.
 */
enum netdiag_error sim_stack_start(const char *host, const char *product, uint32_t pcbs,
                                   uint32_t msl_ms);

/*
 * Adds the trunk, up, with `mac`; the lock is held, as in all below. It fails where its number is
 * taken, as netdiag_lwip_if_index_trunk() says.
 */
enum netdiag_error sim_trunk_add(struct sim_trunk *trunk, const uint8_t *mac,
                                 sim_stack_output output, void *ctx);
/* What the device's uptime was at that time of the simulation's clock; 0 before its start. */
uint64_t sim_stack_uptime_ms(uint64_t clock_ms);

/* A frame came in. False: lwIP has no memory for it; its pool says so, too. */
bool sim_trunk_input(struct sim_trunk *trunk, const uint8_t *frame, size_t length);

/*
 * Adds a VLAN, and over `trunk` its interface with the addresses given; `netif` is memory for it
 * that stays. `mac` is the address of VLAN 0, to which the VLAN's number is added.
 */
enum netdiag_error sim_stack_vlan_add(const struct sim_vlan *vlan, struct netif *netif,
                                      struct sim_trunk *trunk, const uint8_t *mac);

/* The address of a VLAN's interface, from that of VLAN 0. */
void sim_stack_vlan_mac(const uint8_t *mac, uint16_t id, uint8_t vlan_mac[NETDIAG_MAC_LENGTH]);

#endif
