/*
 * Commands that only a simulated switch has: simulate, wait, connect, show scenario.
 */
#ifndef NETDIAG_SIM_COMMANDS_SIMULATE_H
#define NETDIAG_SIM_COMMANDS_SIMULATE_H

#include "cli/command.h"
#include "sim.h"

/* The longest that a shell can be told to wait. */
#define SIM_WAIT_MAX_S 86400

/* So often a shell that waits looks whether it is to stop. */
#define SIM_WAIT_MS 50

/* Adds them to every shell. Once, before the first one; `sim` must outlive them all. */
void sim_commands_add(struct sim *sim);

/* `"given" is no thing; legal are these`. Returns the status for the handler to return. */
enum netdiag_status sim_refuse_word(struct netdiag_call *call, const char *given, const char *thing,
                                    const char *legal);

#endif
