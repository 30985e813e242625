/*
 * Commands that only a simulated switch has: simulate, wait, show scenario.
 */
#ifndef NETDIAG_SIM_COMMANDS_SIMULATE_H
#define NETDIAG_SIM_COMMANDS_SIMULATE_H

#include "sim.h"

/* Adds them to every shell. Once, before the first one; `sim` must outlive them all. */
void sim_commands_add(struct sim *sim);

#endif
