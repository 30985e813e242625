#include "bridge_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "netdiag/config.h"

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* then the program ignores SIGPIPE, as netdiag's do */
#endif

/* A call that waited would hold the stack, so none relies on the socket's own setting alone. */
#ifndef MSG_DONTWAIT
#define MSG_DONTWAIT 0
#endif

/* So often it is tried to take what is known to be there. */
#define DROP_TRIES 64

static void set_option(int fd, int level, int option, int value)
{
    (void)setsockopt(fd, level, option, &value, sizeof(value));
}

static void set_nonblocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    if (flags >= 0)
        (void)fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

bool netdiag_lwip_socket_pair(int fds[2])
{
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0)
        return false;
    for (size_t i = 0; i < 2; i++) {
        (void)fcntl(fds[i], F_SETFD, FD_CLOEXEC);
        set_option(fds[i], SOL_SOCKET, SO_SNDBUF, CONFIG_NETDIAG_LWIP_BRIDGE_SOCKET_BYTES);
    }
    set_nonblocking(fds[0]);
    return true;
}

/* The host's TCP would wait with its ACK for an answer, and the peer's Nagle for that ACK. */
static void acknowledge_at_once(int fd)
{
#ifdef TCP_QUICKACK
    set_option(fd, IPPROTO_TCP, TCP_QUICKACK, 1);
#else
    (void)fd;
#endif
}

void netdiag_lwip_socket_adopt(int fd)
{
    set_nonblocking(fd);
    set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    acknowledge_at_once(fd);
}

/* A host that is short of memory takes it later. */
static bool is_no_failure(void)
{
#if EWOULDBLOCK != EAGAIN
    if (errno == EWOULDBLOCK)
        return true;
#endif
    return errno == EAGAIN || errno == EINTR || errno == ENOBUFS || errno == ENOMEM;
}

int netdiag_lwip_socket_peek(int fd, uint8_t *bytes, size_t size)
{
    ssize_t count = recv(fd, bytes, size, MSG_PEEK | MSG_DONTWAIT);

    if (count > 0)
        return (int)count;
    if (count == 0)
        return NETDIAG_LWIP_SOCKET_END;
    return is_no_failure() ? 0 : NETDIAG_LWIP_SOCKET_BROKEN;
}

bool netdiag_lwip_socket_drop(int fd, uint8_t *bytes, size_t size)
{
    for (int tries = 0; size > 0 && tries < DROP_TRIES; tries++) {
        ssize_t count = recv(fd, bytes, size, MSG_DONTWAIT);

        if (count > 0)
            size -= (size_t)count;
        else if (count == 0 || !is_no_failure())
            break;
    }
    acknowledge_at_once(fd); /* it holds for a while only */
    return size == 0;
}

int netdiag_lwip_socket_write(int fd, const void *bytes, size_t size)
{
    ssize_t count = send(fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);

    if (count >= 0)
        return (int)count;
    return is_no_failure() ? 0 : NETDIAG_LWIP_SOCKET_BROKEN;
}

bool netdiag_lwip_socket_is_gone(int fd)
{
    struct pollfd pollfd = {.fd = fd};

    return poll(&pollfd, 1, 0) > 0 && (pollfd.revents & (POLLHUP | POLLERR)) != 0;
}

bool netdiag_lwip_socket_end(int fd)
{
    return shutdown(fd, SHUT_WR) == 0;
}

void netdiag_lwip_socket_close(int fd, bool reset)
{
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    if (reset)
        (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(fd);
}
