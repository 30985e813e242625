/*
 * The remote world: a process of its own with an lwIP of its own at the other end of the wire,
 * one host in each of the device's VLANs.
 */
#ifndef NETDIAG_SIM_WORLD_H
#define NETDIAG_SIM_WORLD_H

#include "lwip/ip_addr.h"
#include "options.h"
#include "wire.h"

/* The address of the world's host beside one of the device's. */
void sim_world_peer(const struct netdiag_prefix *device, struct netdiag_prefix *peer);

/* An address as lwIP has it. */
void sim_world_address(const struct netdiag_address *from, ip_addr_t *to);

/*
 * Runs the world until the device is gone: true when it said good-bye, false when it was lost.
 * Takes `wire_fd` over. In the virtual clock's lockstep the device leads.
 */
bool sim_world_run(const struct sim_options *options, int wire_fd, struct sim_wire_counts *counts);

#endif
