/*
 * Forwards of UDP: programs of the host's as peers of the device's, each with a UDP port of its own
 * on the world's host.
 *
 * A peer lives as long as it asks: UDP has no end that one could see. It goes when it has been
 * silent for a time, or earlier, when it is the one silent longest and another needs its place.
 * What nobody answers, what a full queue loses, and what the device refuses by ICMP is no answer to
 * the host, as on any network.
 */
#ifndef NETDIAG_SIM_FORWARD_UDP_H
#define NETDIAG_SIM_FORWARD_UDP_H

#include <stdbool.h>

#include "netdiag/address.h"

/* Makes the host's socket, which is bound already, ready for this. False: errno says why. */
bool sim_forward_udp_prepare(int fd);

/* Sends datagrams that have come to the host's socket on to `to`, a bounded number of them. */
void sim_forward_udp_take(int fd, const struct netdiag_endpoint *to);

/* Ends the peers that were silent for too long. */
void sim_forward_udp_tick(void);

#endif
