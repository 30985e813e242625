/*
 * Random numbers from a seed: the same seed gives the same run. One sequence a process, and others
 * of their own for whoever must not disturb it.
 */
#ifndef NETDIAG_SIM_RANDOM_H
#define NETDIAG_SIM_RANDOM_H

#include <stdint.h>

/* The next number of the sequence whose state this is; it begins as the seed. */
uint64_t sim_random_next(uint64_t *state);

void sim_random_seed(uint64_t seed);

uint64_t sim_random(void);

/* Evenly from `low` to `high`, both included; `low` <= `high`. */
uint32_t sim_random_between(uint32_t low, uint32_t high);

#endif
