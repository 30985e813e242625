/*
 * The numbers of interfaces over a restart: the file "ifindex" of the state directory, mode 0600.
 * It is written anew beside itself and renamed, so that a simulator killed at any moment leaves the
 * old or the new.
 */
#ifndef NETDIAG_SIM_IF_INDEX_FILE_H
#define NETDIAG_SIM_IF_INDEX_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "netdiag/error.h"

/*
 * Says where the file is; before any thread is made. Without it, for a directory that does not
 * outlive the simulator, nothing is read and nothing kept. `state_directory` must live on.
 */
void sim_if_index_file_open(const char *state_directory);

/*
 * Gives netdiag the numbers of the file, if there is one; the core lock is held, as
 * netdiag_lwip_if_index_load() says. False: `error` says what is wrong and what to do.
 */
bool sim_if_index_file_load(char *error, size_t error_size);

/* For netdiag_lwip_config. NETDIAG_ERROR_IO: sim_if_index_file_failure() says why, and the log. */
enum netdiag_error sim_if_index_file_save(void *ctx, const char *text, size_t size);

/* Why the last save failed, for whoever called it. */
const char *sim_if_index_file_failure(void);

#endif
