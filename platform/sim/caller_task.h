/*
 * Programs on the device that call where no host is: one again and again the same server, another
 * one address after the other.
 */
#ifndef NETDIAG_SIM_CALLER_TASK_H
#define NETDIAG_SIM_CALLER_TASK_H

#include "scenario.h"

extern const struct sim_activity sim_unreachable_task; /* its server is gone */
extern const struct sim_activity sim_scan_task;        /* it looks for what there is */

#endif
