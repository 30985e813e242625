/*
 * Hosts of the world that are gone without a word, connection by connection: no FIN, no RST, and
 * what still comes in for one of them is lost.
 */
#ifndef NETDIAG_SIM_VANISH_H
#define NETDIAG_SIM_VANISH_H

#include "lwip/tcp.h"
#include "scenario.h"

/*
 * Takes the world's end of a connection away; its error callback is called with ERR_ABRT. At most
 * CONFIG_NETDIAG_SIM_VANISHED are remembered; for the one before those the world has a RST again.
 */
void sim_vanish(struct tcp_pcb *pcb);

/*
 * What comes in for a connection is lost from now on, until sim_vanish_forget(); what its end here
 * sends still goes out.
 */
void sim_vanish_deafen(const struct tcp_pcb *pcb);

/*
 * All who vanished are back, and know nothing of their connections: they reset them, and whatever
 * comes in for them.
 */
void sim_vanish_return(void);

/* A new connection between two ports: whatever had vanished there is forgotten. */
void sim_vanish_forget(uint16_t device_port, uint16_t world_port);

/* Whether a frame that came in is for someone who vanished, or for the port of no one. */
bool sim_vanish_swallows(const uint8_t *frame, size_t length);

/* Now and then a session with the world's echo service vanishes in this way. */
extern const struct sim_activity sim_vanish_echo_sessions;

#endif
