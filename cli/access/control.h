/*
 * The control socket: shells for programs and people of this machine, out of band.
 *
 * A thread serves each client, so that one that reads nothing holds up nobody else, and the
 * device's own network has no part in it. netdiag's client, cli/access/client/, is the other end.
 */
#ifndef NETDIAG_CLI_ACCESS_CONTROL_H
#define NETDIAG_CLI_ACCESS_CONTROL_H

#include <stdbool.h>
#include <stddef.h>

#include "netdiag/netdiag.h"

struct netdiag_control;

/*
 * Opens the socket at `path`, for its owner alone (mode 0600), or, with a group's name, for that
 * group too (0660; the directory it is in then lets the group pass). A socket that stands there is
 * replaced: the caller knows that its process is gone. To be called by one thread, once.
 * NULL: `error` says why.
 */
struct netdiag_control *netdiag_control_start(struct netdiag *diag, const char *path,
                                              const char *group, char *error, size_t error_size);

/* Ends every client's shell, waits for that, and removes the socket. NULL: nothing to do. */
void netdiag_control_stop(struct netdiag_control *control);

#endif
