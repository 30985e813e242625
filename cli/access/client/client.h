/*
 * netdiag as a client of a switch's control socket.
 */
#ifndef NETDIAG_CLI_ACCESS_CLIENT_CLIENT_H
#define NETDIAG_CLI_ACCESS_CLIENT_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/catalogue.h"

#define STATUS_FAILED      1
#define STATUS_UNREACHABLE 3

/* Connects to `path` and gives the person at the terminal a shell. Returns the exit status. */
int client_interactive(const char *path);

/* What one command printed, in place of the standard streams; cut, and ended by NUL. */
struct client_capture {
    unsigned timeout_ms; /* how long the switch may take; 0: any time */
    char out[1024];
    size_t out_size;
    char error[512];
    size_t error_size;
};

/* Runs a command and keeps what it prints. The same; STATUS_UNREACHABLE past the timeout. */
int client_run_captured(const char *path, const char *command, struct client_capture *capture);

/*
 * Prints one line on the state of the switch's TCP, as monitoring plugins do, and returns their
 * status, 0 to 3. The thresholds are per cent of the pool, as given; NULL: the switch's own.
 */
int client_check(const char *path, const char *warning, const char *critical);

/*
 * Diagnoses what `show tech-support tcp` of a device, any device, has printed into a file ("-": the
 * standard input), and prints it as `show tcp diagnosis` does, in that language, or as JSON, which
 * is always English. Returns 0, or STATUS_FAILED when the file is none.
 */
int client_diagnose(const char *path, enum netdiag_language language, bool as_json);

/* Runs commands, or, where there are none, the lines of the standard input. The same. */
int client_run(const char *path, const char *const *commands, size_t count);

#endif
