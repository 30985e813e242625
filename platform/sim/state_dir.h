/*
 * The directory where a simulated switch keeps what must outlive it. One simulator has it at a
 * time: the lock on its file "lock" is the kernel's, so a killed simulator leaves none behind.
 */
#ifndef NETDIAG_SIM_STATE_DIR_H
#define NETDIAG_SIM_STATE_DIR_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct sim_state_dir {
    char path[PATH_MAX];
    bool temporary; /* made for this run, removed at its end */
    int lock_fd;
};

/*
 * Opens and locks `path`, which is made (mode 0700) where it is not there, or a new temporary one
 * where `path` is NULL. False: `error` says why; when it is in use it names the process.
 */
bool sim_state_dir_open(struct sim_state_dir *dir, const char *path, char *error,
                        size_t error_size);

/* Makes it (mode 0700), and what leads to it. False: errno says why. */
bool sim_state_dir_make(const char *path);

/* The directory of a switch of that name when none was given. False: no home to put it in. */
bool sim_state_dir_default(const char *host, char *path, size_t size);

/* Unlocks; removes what is in a temporary one, and itself. */
void sim_state_dir_close(struct sim_state_dir *dir);

#endif
