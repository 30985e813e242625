/*
 * The device's doors on its own stack: telnet and SSH at every address of its VLANs.
 */
#ifndef NETDIAG_SIM_DOORS_H
#define NETDIAG_SIM_DOORS_H

#include "cli/access/remote.h"
#include "options.h"

/* What takes a connection: netdiag_remote_telnet() and netdiag_remote_ssh(). */
typedef void (*sim_doors_take)(struct netdiag_remote *remote, int fd, const char *from);

struct sim_doors {
    struct netdiag_remote *remote;
    sim_doors_take telnet, ssh; /* NULL: no such door */
};

/*
 * Opens them, once sim_start() is through; `doors` must live until sim_doors_close(). On a virtual
 * clock there are none, as nobody could come in. They are called by the stack's thread, with the
 * core lock held. False: `error` says why.
 */
bool sim_doors_open(const struct sim_options *options, const struct sim_doors *doors, char *error,
                    size_t error_size);

/* Nobody comes in any more, and none of `doors` is called. Those who are in stay. */
void sim_doors_close(void);

#endif
