/*
 * The device that takes netdiag in: an lwIP with a thread of its own, VLAN 10 over a trunk that
 * leads nowhere, and a service with sockets.
 */
#ifndef NETDIAG_FIRMWARE_DEVICE_H
#define NETDIAG_FIRMWARE_DEVICE_H

#include <stdbool.h>

/* Connections that the device holds to its own service. */
#define DEVICE_CLIENTS 3

/* Starts the stack, and netdiag on it. Once; false: it could not. */
bool device_start(void);

/*
 * Starts a service on port 502, which returns what it receives, and connects to it over the
 * loopback interface; then all these connections are established. After device_start().
 */
bool device_start_service(void);

#endif
