/*
 * A scenario: what the line does to frames, what the world's hosts do, and what programs on the
 * device do beside its services. One table has them all (scenario.c). The first, "normal", is the
 * ordinary day that goes on all the time; each other one is what comes on top of it.
 *
 * It begins soon after the simulator or by the command `simulate`, lasts for its seconds, and then
 * ends: its programs and hosts close, answer or reset what they left (stage.h).
 */
#ifndef NETDIAG_SIM_SCENARIO_H
#define NETDIAG_SIM_SCENARIO_H

#include "faults.h"
#include "options.h"

/* Something that goes on in one of the two processes while its stack runs. */
struct sim_activity {
    /* Once, with the stack up and the core lock held; `options` stay as long as the stack. */
    void (*start)(const struct sim_options *options);

    /*
     * Does what is due at `now_ms`, with the core lock held; called often, so a call when nothing
     * is due costs little. NULL where lwIP's own timers do for it.
     */
    void (*tick)(uint64_t now_ms);

    /*
     * Once, with the core lock held: the scenario is over. What it opened is closed, answered or
     * reset now or soon after; it may be started again. NULL: it goes on for as long as the stack.
     */
    void (*stop)(void);
};

struct sim_scenario {
    const char *name;
    const char *help;    /* what goes on, in a few words */
    const char *expects; /* codes with blanks between: what it is for, then what follows from it */
    const char *ends;    /* what becomes of what it left; NULL: it leaves nothing */
    uint32_t seconds;    /* how long it lasts; 0: until another one begins */
    uint32_t raised_s;   /* within how many seconds it is found where that is over 40; else 0 */
    struct sim_fault_rates faults;            /* in each direction */
    const struct sim_activity *const *world;  /* what its hosts do; NULL ends the list */
    const struct sim_activity *const *device; /* what its programs do; NULL ends the list */
};

/* The scenario that runs when none was named. */
const struct sim_scenario *sim_scenario_default(void);

/* NULL: there is none of that name. */
const struct sim_scenario *sim_scenario_find(const char *name);

/* The scenario of this number from 0; NULL after the last. */
const struct sim_scenario *sim_scenario_at(size_t index);

/* Bytes that fit the names of all of them. */
#define SIM_SCENARIO_NAMES 512

/* "normal, lossy and syn-flood", cut to `size` bytes with its NUL. */
void sim_scenario_names(char *names, size_t size);

#endif
