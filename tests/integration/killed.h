/*
 * A process that is killed at any of the system calls by which it writes a file.
 */
#ifndef NETDIAG_TESTS_KILLED_H
#define NETDIAG_TESTS_KILLED_H

#include <stdbool.h>

/*
 * Runs `write` in a process of its own, which is killed at its stop number `stops`, counted from 0:
 * the begin or the end of a system call. False: it was done before, and answered true; else the
 * test fails. Where nobody can be traced, under qemu, the test is skipped.
 */
bool killed_at(unsigned stops, bool (*write)(void *ctx), void *ctx);

#endif
