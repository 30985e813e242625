/*
 * What the bridge does with the host's sockets. A file of its own: the host's headers of TCP and
 * lwIP's have names in common.
 */
#ifndef NETDIAG_PLATFORM_LWIP_BRIDGE_SOCKET_H
#define NETDIAG_PLATFORM_LWIP_BRIDGE_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Instead of a number of bytes. */
enum {
    NETDIAG_LWIP_SOCKET_END = -1,    /* reading: the other end sends nothing more */
    NETDIAG_LWIP_SOCKET_BROKEN = -2, /* the other end is gone */
};

/* Two connected sockets, the first for the bridge. False: there are no descriptors left. */
bool netdiag_lwip_socket_pair(int fds[2]);

/* A socket that somebody gave the bridge: it shall not block, and a TCP socket not hold back. */
void netdiag_lwip_socket_adopt(int fd);

/*
 * Bytes that have come, at most `size`, which is not 0, and which stay there: how many, 0 for none
 * now.
 */
int netdiag_lwip_socket_peek(int fd, uint8_t *bytes, size_t size);

/* Takes away `size` bytes that were seen. */
bool netdiag_lwip_socket_drop(int fd, uint8_t *bytes, size_t size);

/* How many bytes the socket took, 0 for none now. */
int netdiag_lwip_socket_write(int fd, const void *bytes, size_t size);

/* Whether the other end neither sends nor reads any more. */
bool netdiag_lwip_socket_is_gone(int fd);

/* The other end reads the end. False: it does not, and is gone as a rule. */
bool netdiag_lwip_socket_end(int fd);

/* `reset`: a TCP socket's other end learns that it was no good end. */
void netdiag_lwip_socket_close(int fd, bool reset);

#endif
