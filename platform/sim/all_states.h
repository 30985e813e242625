/*
 * Connections that go through all the states of TCP, slowly enough to be seen: clients that hear
 * nothing for a while, that close late or early or shut one side, and a program on the device that
 * calls somebody who does not answer, and holds a port without listening.
 */
#ifndef NETDIAG_SIM_ALL_STATES_H
#define NETDIAG_SIM_ALL_STATES_H

#include "scenario.h"

extern const struct sim_activity sim_all_states_clients;
extern const struct sim_activity sim_all_states_program;

#endif
