/*
 * A server on the device that closes its connections first, and is then restarted without
 * SO_REUSEADDR: it cannot bind its port again before the last of them has left TIME-WAIT, and
 * tries until it can.
 */
#ifndef NETDIAG_SIM_RESTART_TASK_H
#define NETDIAG_SIM_RESTART_TASK_H

#include "scenario.h"

#define SIM_RESTART_PORT 8084

extern const struct sim_activity sim_restart_task;

#endif
