/*
 * Somebody tries one closed port of the device after the other, from one address.
 */
#ifndef NETDIAG_SIM_PORT_SCAN_H
#define NETDIAG_SIM_PORT_SCAN_H

#include "scenario.h"

/* The first port, how many, and how many a second. */
#define SIM_PORT_SCAN_FIRST 100
#define SIM_PORT_SCAN_PORTS 100
#define SIM_PORT_SCAN_RATE  10

extern const struct sim_activity sim_port_scan;

#endif
