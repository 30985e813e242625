/*
 * Somebody floods the device's port 80 with SYNs whose sources are forged: hosts of the device's
 * own subnets that do not exist, so that nobody answers its SYN-ACKs, and nobody resets them. Each
 * comes from another source, for as long as the subnets have one that was not used.
 */
#ifndef NETDIAG_SIM_SYN_FLOOD_H
#define NETDIAG_SIM_SYN_FLOOD_H

#include "scenario.h"

/*
 * A flood that fills half of a pool of 256 and leaves the rest alone: as many as these a second,
 * and in all. The device's three subnets have more hosts than that.
 */
#define SIM_SYN_FLOOD_RATE 6
#define SIM_SYN_FLOOD_SYNS 360

/* The same with no regard: no pool has room for them. */
#define SIM_SYN_BURST_RATE 1000
#define SIM_SYN_BURST_SYNS 10000

extern const struct sim_activity sim_syn_flood;
extern const struct sim_activity sim_syn_burst;

#endif
