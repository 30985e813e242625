/*
 * The simulator's clock, the same for the device and the world: milliseconds since the start.
 */
#ifndef NETDIAG_SIM_CLOCK_H
#define NETDIAG_SIM_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum sim_clock_kind {
    SIM_CLOCK_REAL,    /* goes with the host's monotonic clock */
    SIM_CLOCK_VIRTUAL, /* stands still until sim_clock_set() moves it */
};

/* Starts the clock at 0. Called before the world is forked, so that both go by the same zero. */
void sim_clock_start(enum sim_clock_kind kind);

uint64_t sim_clock_ms(void);

/*
 * Milliseconds from `since_ms` to `now_ms`; 0 where `since_ms` is the later one: whoever does
 * several things at one time that it was given goes by an older reading than what came between.
 */
uint64_t sim_clock_passed(uint64_t now_ms, uint64_t since_ms);

/* Moves a virtual clock; it never goes back. */
void sim_clock_set(uint64_t ms);

/*
 * The time of day for netdiag_lwip_config. A virtual clock starts at a fixed date, so that two
 * runs print the same.
 */
bool sim_clock_wall(void *ctx, int64_t *ms);

/* The host's own monotonic clock, whatever kind the simulation has: for netdiag_lwip_config. */
uint64_t sim_clock_host_ns(void *ctx);

#endif
