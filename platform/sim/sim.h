/*
 * The whole simulation: this process is the device, a child of it the remote world.
 */
#ifndef NETDIAG_SIM_SIM_H
#define NETDIAG_SIM_SIM_H

#include "options.h"
#include "stage.h"
#include "wire.h"

struct sim;

/*
 * Opens what the simulation has of the host, its forwards and ports, and drops the privilege that
 * ports needed. Once, before sim_start() and before files are made that others are to use. False:
 * `error` says why, and nothing is open.
 */
bool sim_open_host(const struct sim_options *options, char *error, size_t error_size);

/* Closes that again, where nothing was started. */
void sim_close_host(void);

/*
 * Forks the world and starts the device. To be called once, before any thread is made. `options`
 * must live as long as the simulation. `on_lost`, which may be NULL, is called with `ctx` in the
 * world's process when the device dies without a word, to leave the terminal whole.
 * NULL: `error` says why.
 */
struct sim *sim_start(const struct sim_options *options, void (*on_lost)(void *ctx), void *ctx,
                      char *error, size_t error_size);

/*
 * From now on `each_second` is called with `ctx` about once a second: on the real clock by a thread
 * of its own, on the virtual one within sim_run(), at the same moments in every run. Time stands
 * still meanwhile: it must not call sim_run(). Once, and sim_stop() ends it. False: there is no
 * thread left.
 */
bool sim_each_second(struct sim *sim, void (*each_second)(void *ctx), void *ctx);

/*
 * Lets `ms` milliseconds of the simulation's clock pass: waits for them on the real clock, makes
 * them pass on the virtual. False: sim_stop_fd() became readable, all of it has not passed.
 */
bool sim_run(struct sim *sim, uint64_t ms);

/*
 * Ends the scenario that runs, and begins this one of the table, as `state` says. Any thread,
 * without the lock.
 */
void sim_simulate(struct sim *sim, const struct sim_scenario *scenario,
                  struct sim_cue_state *state);

/* Whether there is a world in which something can be simulated. */
bool sim_has_world(const struct sim *sim);

/* What was simulated last; `until_ms` says whether it is over. Any thread. */
void sim_simulated(const struct sim *sim, struct sim_cue_state *state);

/* A descriptor that is readable once the world is gone, and that who wants to end all may write. */
int sim_stop_fd(const struct sim *sim);

/* What the world's end of the wire has counted. Exact while a virtual clock stands. */
struct sim_wire_counts sim_world_counts(const struct sim *sim);

/* The world's process. */
long sim_world_pid(const struct sim *sim);

/*
 * Ends both processes and frees `sim`. When the world had gone before, `error` says how, and the
 * result is false.
 */
bool sim_stop(struct sim *sim, char *error, size_t error_size);

#endif
