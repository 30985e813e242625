/*
 * What the simulator may do beyond its user: needed to make a TAP, and given up after it.
 */
#ifndef NETDIAG_SIM_PRIVILEGE_H
#define NETDIAG_SIM_PRIVILEGE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Gives up every capability for good, this process's and those of programs that it would start.
 * Under sudo(8) it becomes the user who typed it. False: `error` says why, and nothing is to be
 * run then. Before any thread is made.
 */
bool sim_privilege_drop(char *error, size_t error_size);

#endif
