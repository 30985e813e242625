/*
 * Bytes between TCP connections of lwIP's raw API and stream sockets of the host's.
 *
 * A program that works on sockets can so be reached through the device's own stack, and a program
 * of the host's can reach through a stack that runs in a process. What one side sends the other
 * gets, no faster than it takes it; what one side ends, the other sees end: each direction for
 * itself (FIN and shutdown()), or both at once (RST and close()).
 *
 * One thread runs lwIP and calls netdiag_lwip_bridge_run() after lwIP's own work, and again when
 * one of netdiag_lwip_bridge_pollfds() is ready. All functions are called with lwIP's core lock
 * held; none of them waits. Memory is bounded: for each connection what lwIP's windows and buffers
 * hold, in at most a few packet buffers more.
 */
#ifndef NETDIAG_PLATFORM_LWIP_BRIDGE_H
#define NETDIAG_PLATFORM_LWIP_BRIDGE_H

#include <stddef.h>
#include <stdint.h>

#include "netdiag/address.h"
#include "netdiag/config.h"
#include "netdiag/error.h"

struct pollfd;

/* A connection has come from `from`. `fd` is the callee's, and blocks. Must not wait. */
typedef void (*netdiag_lwip_bridge_take)(void *ctx, int fd, const struct netdiag_endpoint *from);

/*
 * Listens on `port` of all addresses, both families, and hands each connection to `take`. They
 * have lwIP's highest priority, so that no other service's SYNs take them away, keepalives, and
 * `owner` as their owner. NETDIAG_ERROR_EXISTS for a port that is in use, NETDIAG_ERROR_FULL at
 * CONFIG_NETDIAG_LWIP_BRIDGE_LISTENERS, NETDIAG_ERROR_MEMORY, and what
 * netdiag_lwip_tcp_owner_register() answers.
 */
enum netdiag_error netdiag_lwip_bridge_listen(uint16_t port, const char *owner,
                                              netdiag_lwip_bridge_take take, void *ctx);

/* Ends all listening: `take` is not called any more. Connections stay. */
void netdiag_lwip_bridge_unlisten(void);

/*
 * Connects to `to`, and joins that connection to `fd`, a connected stream socket. Takes `fd` over,
 * whatever it answers: NETDIAG_ERROR_FULL at CONFIG_NETDIAG_LWIP_BRIDGE_CONNECTIONS,
 * NETDIAG_ERROR_MEMORY when lwIP has no connection left, NETDIAG_ERROR_IO when it has no way there.
 * That nobody answers is found later, and ends `fd` by a reset.
 */
enum netdiag_error netdiag_lwip_bridge_connect(int fd, const struct netdiag_endpoint *to);

/* The most descriptors that netdiag_lwip_bridge_pollfds() can give. */
#define NETDIAG_LWIP_BRIDGE_POLLFDS CONFIG_NETDIAG_LWIP_BRIDGE_CONNECTIONS

/* What to wait for now, at most `capacity`; how many there are. */
size_t netdiag_lwip_bridge_pollfds(struct pollfd *fds, size_t capacity);

/* Moves what can be moved. */
void netdiag_lwip_bridge_run(void);

/* Ends all listening and, by RST, all connections. */
void netdiag_lwip_bridge_stop(void);

#endif
