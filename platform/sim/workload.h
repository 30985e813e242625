/*
 * What the world's hosts do, from a seed: pages fetched, echo sessions held, files sent, now and
 * then a connection to a port that nobody serves.
 */
#ifndef NETDIAG_SIM_WORKLOAD_H
#define NETDIAG_SIM_WORKLOAD_H

#include "scenario.h"

/* An ordinary day. */
extern const struct sim_activity sim_workload_ordinary;

/*
 * Hosts that misbehave: they abort, stop reading for a while, hold idle sessions with keepalives,
 * and vanish.
 */
extern const struct sim_activity sim_workload_rough;

#endif
