/*
 * Random numbers from a seed: the same seed gives the same run. One sequence a process.
 */
#ifndef NETDIAG_SIM_RANDOM_H
#define NETDIAG_SIM_RANDOM_H

#include <stdint.h>

void sim_random_seed(uint64_t seed);

uint64_t sim_random(void);

/* Evenly from `low` to `high`, both included; `low` <= `high`. */
uint32_t sim_random_between(uint32_t low, uint32_t high);

#endif
