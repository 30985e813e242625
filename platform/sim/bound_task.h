/*
 * A program on the device that has bound a port, and then neither listens nor connects: its
 * connection is CLOSED.
 */
#ifndef NETDIAG_SIM_BOUND_TASK_H
#define NETDIAG_SIM_BOUND_TASK_H

#include "scenario.h"

#define SIM_BOUND_PORT 8086

extern const struct sim_activity sim_bound_task;

#endif
