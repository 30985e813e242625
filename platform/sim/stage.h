/*
 * What goes on in a process of the simulation: an ordinary day, and one scenario at a time on top
 * of it.
 *
 * The two processes follow one cue, a number in the memory that both see: it says which scenario
 * begins, and when. Each looks at it when its timers run, and so, in lockstep, always at the same
 * step; each knows from the table of scenarios when it is over.
 */
#ifndef NETDIAG_SIM_STAGE_H
#define NETDIAG_SIM_STAGE_H

#include <stdatomic.h>

#include "scenario.h"

/* When a scenario begins that the command line named: the stack and its neighbours are up. */
#define SIM_STAGE_FIRST_MS 5000

/* Zeroed, none was given. */
struct sim_cue {
    _Atomic uint64_t value;
};

struct sim_cue_state {
    const struct sim_scenario *scenario; /* NULL: none was given yet */
    uint64_t from_ms;                    /* when it begins, on the simulator's clock */
    uint64_t until_ms;                   /* when it ends; UINT64_MAX: when another begins */
};

/* `scenario`, one of the table, begins at `at_ms`, and ends the one before. One caller at a time.
 */
void sim_cue_give(struct sim_cue *cue, const struct sim_scenario *scenario, uint64_t at_ms);

/* The one given last. Any thread of either process. */
void sim_cue_read(const struct sim_cue *cue, struct sim_cue_state *state);

enum sim_stage_side { SIM_STAGE_DEVICE, SIM_STAGE_WORLD };

/*
 * Starts the ordinary day on this process's side. Once, with the stack up and the core lock held,
 * as for the other. `options` and `cue` stay as long as the stack.
 */
void sim_stage_open(const struct sim_options *options, enum sim_stage_side side,
                    const struct sim_cue *cue);

/*
 * Ends and begins what is due, and lets everything that goes on do its own. Returns the scenario
 * that runs on top of the ordinary day; NULL: none.
 */
const struct sim_scenario *sim_stage_tick(uint64_t now_ms);

#endif
