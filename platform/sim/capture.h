/*
 * A capture file in libpcap's format: every frame at the device's wire port, whole, with its tag.
 * What comes in is written after the faults, what goes out before them: what the device saw and
 * did. The order in the file is the order in which the device dealt with them; the times are those
 * of the simulator's clock.
 *
 * One a process; used by whoever holds the core lock.
 */
#ifndef NETDIAG_SIM_CAPTURE_H
#define NETDIAG_SIM_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Creates the file, or empties it. `path` must stay until sim_capture_close(). False: `error`
 * names the file and the reason.
 */
bool sim_capture_open(const char *path, char *error, size_t error_size);

/*
 * Adds a frame; does nothing when no file is open. The first failure to write is told on stderr
 * and ends the capture, and nothing else.
 */
void sim_capture_frame(const uint8_t *frame, size_t length);

/* Brings what was added so far into the file, for whoever reads along. */
void sim_capture_flush(void);

bool sim_capture_is_open(void);

/* How many frames were added, those after a failure left out. */
uint64_t sim_capture_frames(void);

void sim_capture_close(void);

#endif
