/*
 * The simulated switch itself: its layer 2, its stack, and the services that run on it.
 */
#ifndef NETDIAG_SIM_DEVICE_H
#define NETDIAG_SIM_DEVICE_H

#include "options.h"
#include "stage.h"
#include "wire.h"

/*
 * Starts the device of this process, the other end of whose wire is the world. Takes `wire_fd`
 * over. What goes on there follows `cue`. False: `error` says why.
 */
bool sim_device_start(const struct sim_options *options, int wire_fd,
                      struct sim_wire_counts *counts, const struct sim_cue *cue, char *error,
                      size_t error_size);

/* Virtual clock: a world that does not answer is not waited for once `stop_fd` is readable. */
void sim_device_stop_by(int stop_fd);

/* A cue was given: follows it at once. Any thread, with the core lock held. */
void sim_device_follow(void);

/* Says good-bye to the world. No other call may run, and none may follow. */
void sim_device_stop(void);

/*
 * Virtual clock: moves it to `now_ms` and exchanges frames with the world until both are done.
 * SIM_WIRE_OK, or the world is gone, or was waited for in vain; then no other step may follow.
 */
enum sim_wire_result sim_device_step(uint64_t now_ms);

/*
 * Real clock: waits for frames or until something is due, and deals with it. To be called again
 * and again by the one thread that runs the stack. SIM_WIRE_OK, or the world is gone.
 */
enum sim_wire_result sim_device_serve(void);

#endif
