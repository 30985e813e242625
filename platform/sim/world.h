/*
 * The remote world: a process of its own with an lwIP of its own at the other end of the wire,
 * one host in each of the device's VLANs.
 */
#ifndef NETDIAG_SIM_WORLD_H
#define NETDIAG_SIM_WORLD_H

#include "lwip/ip_addr.h"
#include "options.h"
#include "stage.h"
#include "wire.h"

/* The address of the world's host beside one of the device's. */
void sim_world_peer(const struct netdiag_prefix *device, struct netdiag_prefix *peer);

/* An address as lwIP has it. */
void sim_world_address(const struct netdiag_address *from, ip_addr_t *to);

/*
 * One of the device's addresses, or of the world's hosts beside them, in any VLAN and of any
 * family, by the process's random numbers. False: the VLAN that came up has no address.
 */
enum sim_world_side { SIM_WORLD_DEVICE, SIM_WORLD_HOST };

bool sim_world_pick(const struct sim_options *options, enum sim_world_side side,
                    ip_addr_t *address);

/* The first of the device's addresses: always the same. False: no VLAN has one. */
bool sim_world_first(const struct sim_options *options, ip_addr_t *address);

/*
 * The address number `n`, from 0 and around again, of those beside the device where no host is: of
 * its first subnet that has some. False: no subnet has.
 */
bool sim_world_vacant(const struct sim_options *options, uint32_t n, ip_addr_t *address);

/* A TCP port that the world's hosts neither serve nor refuse: segments to it are lost. */
#define SIM_WORLD_SILENT_PORT 9

/*
 * Runs the world until the device is gone: true when it said good-bye, false when it was lost.
 * Takes `wire_fd` over. What goes on there follows `cue`. In the virtual clock's lockstep the
 * device leads.
 */
bool sim_world_run(const struct sim_options *options, int wire_fd, struct sim_wire_counts *counts,
                   const struct sim_cue *cue);

#endif
