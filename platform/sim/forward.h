/*
 * Forwards: ports of the host by which its programs come into the simulation.
 *
 * They are opened before the world is forked, so that one that cannot be is known at the start. The
 * world accepts connections and takes datagrams, and goes on from its host beside the device's
 * address: what such a program says goes over the wire in frames, and it is a peer of the device's
 * like any other.
 */
#ifndef NETDIAG_SIM_FORWARD_H
#define NETDIAG_SIM_FORWARD_H

#include <poll.h>

#include "options.h"

/* "tcp:127.0.0.1:2323-23", "tcp:[::1]:2222-10.0.10.1:22", "udp:127.0.0.1:1161-161". */
bool sim_forward_parse(const char *text, struct sim_forward *forward);

/* "tcp" or "udp". */
const char *sim_forward_protocol(const struct sim_forward *forward);

/* What can only be told when all options are known. False: `error` names the forward. */
bool sim_forward_check(const struct sim_options *options, char *error, size_t error_size);

/*
 * Opens the host's ports. False: `error` says why one that was named could not be. One that was
 * not named is left out, and standard error says so.
 */
bool sim_forward_open(const struct sim_options *options, char *error, size_t error_size);

/* Closes them: in the process that is not the world. */
void sim_forward_close(void);

/* The world's: what to wait for; how many there are, at most CONFIG_NETDIAG_SIM_FORWARDS. */
size_t sim_forward_pollfds(struct pollfd *fds);

/* Takes the connections and datagrams that have come, after poll(). */
void sim_forward_take(const struct sim_options *options, const struct pollfd *fds, size_t count);

#endif
