/*
 * The device's SNMP agent, with a task of its own, and a poller on the device itself, which asks it
 * by a socket over the loopback interface.
 */
#ifndef NETDIAG_FIRMWARE_AGENT_H
#define NETDIAG_FIRMWARE_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* After device_start(). True, too, in a build without SNMP. */
bool agent_start(void);

/* Sends a request. The length of the answer; 0: none came within a second. */
size_t agent_ask(const uint8_t *request, size_t size, uint8_t *answer, size_t capacity);

#endif
