/*
 * Somebody floods the device's port 80 with SYNs whose sources are forged: hosts of the device's
 * own subnets that do not exist, so that nobody answers its SYN-ACKs, and nobody resets them.
 */
#ifndef NETDIAG_SIM_SYN_FLOOD_H
#define NETDIAG_SIM_SYN_FLOOD_H

#include "scenario.h"

/* How many SYNs a second, and how many in all. */
#define SIM_SYN_FLOOD_RATE 1000
#define SIM_SYN_FLOOD_SYNS 10000

extern const struct sim_activity sim_syn_flood;

#endif
