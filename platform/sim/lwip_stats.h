/*
 * lwIP's own numbers of TCP, as they stand when the simulation ends, in a file: to be held against
 * netdiag's, and against what a capture says.
 */
#ifndef NETDIAG_SIM_LWIP_STATS_H
#define NETDIAG_SIM_LWIP_STATS_H

#include <stdbool.h>
#include <stddef.h>

/* Makes the file, so that a wrong name is told at once. False: `error` says why. */
bool sim_lwip_stats_open(const char *path, char *error, size_t error_size);

/* Writes and closes it, if there is one; complains on stderr when that fails. The stack stands. */
void sim_lwip_stats_close(void);

#endif
