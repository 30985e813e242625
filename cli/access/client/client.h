/*
 * netdiag as a client of a switch's control socket.
 */
#ifndef NETDIAG_CLI_ACCESS_CLIENT_CLIENT_H
#define NETDIAG_CLI_ACCESS_CLIENT_CLIENT_H

#include <stddef.h>

#define STATUS_FAILED      1
#define STATUS_UNREACHABLE 3

/* Connects to `path` and gives the person at the terminal a shell. Returns the exit status. */
int client_interactive(const char *path);

/* Runs commands, or, where there are none, the lines of the standard input. The same. */
int client_run(const char *path, const char *const *commands, size_t count);

#endif
