/*
 * Hundreds of short, healthy connections a second to the device's echo service. The clients close
 * first, so that TIME-WAIT is with them.
 */
#ifndef NETDIAG_SIM_BUSY_H
#define NETDIAG_SIM_BUSY_H

#include "scenario.h"

/* Connections a second: a number between the two, another one each second. */
#define SIM_BUSY_RATE_MIN 200
#define SIM_BUSY_RATE_MAX 400

extern const struct sim_activity sim_busy;

#endif
