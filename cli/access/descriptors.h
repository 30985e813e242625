/*
 * What doors on file descriptors share: reading and writing that a stop ends.
 */
#ifndef NETDIAG_CLI_ACCESS_DESCRIPTORS_H
#define NETDIAG_CLI_ACCESS_DESCRIPTORS_H

#include <stdbool.h>

#include "cli/session.h"

/* The context of a door; the descriptors are the caller's. */
struct netdiag_descriptors {
    int in, out, err;
    int stop;     /* readable: the device is gone; -1: there is none */
    bool stopped; /* it was readable, or reading failed */

    /* Why reading, and writing to `out`, failed, by the numbers of errno; 0: neither did. */
    int read_error, write_error;
};

/* The functions of a struct netdiag_door; `ctx` is a struct netdiag_descriptors. */
ssize_t netdiag_descriptors_read(void *ctx, char *bytes, size_t size, int timeout_ms);
bool netdiag_descriptors_write(void *ctx, enum netdiag_stream stream, const char *bytes,
                               size_t size);

/*
 * Says on `err` what could not be read or written, if anything was. False: so it was, and the
 * caller's status must say so. A reader that is gone wanted no more, and is no failure.
 */
bool netdiag_descriptors_check(struct netdiag_descriptors *descriptors, const char *line_end);

/* Says on `err` that there is no shell, and why: one clause. Returns the exit status. */
int netdiag_descriptors_refuse(struct netdiag_descriptors *descriptors, const char *why,
                               const char *line_end);

#endif
