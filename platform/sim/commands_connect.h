/*
 * The command connect: a program on the device calls somebody, as programs on switches do.
 */
#ifndef NETDIAG_SIM_COMMANDS_CONNECT_H
#define NETDIAG_SIM_COMMANDS_CONNECT_H

#include "cli/command.h"
#include "sim.h"

/* The simulation whose time passes meanwhile; before the first call. */
void sim_connect_by(struct sim *sim);

enum netdiag_status sim_connect(struct netdiag_call *call);

extern const struct netdiag_argument sim_connect_arguments[];

#endif
