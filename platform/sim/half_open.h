/*
 * A client of the device's export service that vanishes without a FIN and comes again, from the
 * same address, again and again, until the device has no room for anybody; then it gives up. The
 * service sends nothing of its own accord and asks for no keepalives, so it never learns that the
 * client is gone. At the end the client is back, and resets all that it left.
 */
#ifndef NETDIAG_SIM_HALF_OPEN_H
#define NETDIAG_SIM_HALF_OPEN_H

#include "scenario.h"

/* The device's pool is full after about so long. */
#define SIM_HALF_OPEN_FULL_S 45

extern const struct sim_activity sim_half_open;

#endif
