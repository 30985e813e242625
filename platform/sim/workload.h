/*
 * What the world's hosts do on an ordinary day, from a seed: pages fetched, echo sessions held,
 * files sent, now and then a connection to a port that nobody serves.
 */
#ifndef NETDIAG_SIM_WORKLOAD_H
#define NETDIAG_SIM_WORKLOAD_H

#include "options.h"

/* In the world's process. `options` must live as long as it. */
void sim_workload_start(const struct sim_options *options);

/* What is due at `now_ms` is done. To be called often; a call when nothing is due costs little. */
void sim_workload_tick(uint64_t now_ms);

#endif
