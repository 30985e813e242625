/*
 * SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014):
 * any seed is a good one, and that is all a simulation asks. It is no source of secrets.
 */
#include "random.h"

#include "lwip/arch.h"

static uint64_t common;

uint64_t sim_random_next(uint64_t *state)
{
    uint64_t mixed = *state += UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ (mixed >> 31);
}

void sim_random_seed(uint64_t seed)
{
    common = seed;
}

uint64_t sim_random(void)
{
    return sim_random_next(&common);
}

uint32_t sim_random_between(uint32_t low, uint32_t high)
{
    return low + (uint32_t)(sim_random() % ((uint64_t)high - low + 1));
}

unsigned sim_random_lwip(void)
{
    return (unsigned)sim_random();
}
