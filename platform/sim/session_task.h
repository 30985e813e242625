/*
 * A program on the device that holds sessions with servers of the world, as a routing daemon or a
 * collector of logs does: it watches over idle ones with keepalives, some of its servers refuse
 * it, some never answer, and it aborts a session now and then.
 */
#ifndef NETDIAG_SIM_SESSION_TASK_H
#define NETDIAG_SIM_SESSION_TASK_H

#include "scenario.h"

extern const struct sim_activity sim_session_task;

#endif
