/*
 * Ports of the switch at which the host's kernel is the neighbour: a TAP device for each.
 *
 * The kernel sees an Ethernet interface of that name, and whatever uses it is a station on the
 * port: the host's own stack, a bridge, a container. An access port's frames have no tag, so the
 * host needs no 802.1Q; a trunk's have one each.
 *
 * The TAPs are opened before the world is forked and before privilege is dropped. One that is
 * deleted meanwhile is taken again when somebody with privilege has made it anew. From
 * sim_ports_attach() on the functions are for the thread that has the core lock.
 */
#ifndef NETDIAG_SIM_PORTS_H
#define NETDIAG_SIM_PORTS_H

#include <poll.h>

#include "options.h"
#include "switch.h"

/* "tap:NAME,access=10" and "tap:NAME,trunk". False: `error` says what is wrong. */
bool sim_ports_parse(const char *text, struct sim_tap_port *port, char *error, size_t error_size);

/* What can only be told when all options are known. */
bool sim_ports_check(const struct sim_options *options, char *error, size_t error_size);

/*
 * Opens the TAPs of the options, which must live on. False: `error` says what can be done, and
 * those that were opened are still to be closed.
 */
bool sim_ports_open(const struct sim_options *options, char *error, size_t error_size);

/* Closes them: at the end, and in the process that is not the device. */
void sim_ports_close(void);

/* Adds them to the switch, which must live until sim_ports_close(). */
void sim_ports_attach(const struct sim_options *options, struct sim_switch *sw);

/* What to wait for; how many there are, at most SIM_TAP_PORTS; below 0 are those that are gone. */
size_t sim_ports_pollfds(struct pollfd *fds);

/* Gives the switch what has come in, a bounded number of frames of each port. */
void sim_ports_take(uint64_t now_ms);

#endif
