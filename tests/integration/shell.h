/*
 * Commands typed into a shell of the device under test, through the pipe door.
 */
#ifndef NETDIAG_TESTS_SHELL_H
#define NETDIAG_TESTS_SHELL_H

#include <stddef.h>

#include "netdiag/netdiag.h"

/* Runs `lines`; what they print is in `output`, cut at `size`. The exit status. */
int shell_run(struct netdiag *diag, const char *lines, char *output, size_t size);

#endif
