#include "forward.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "forward_udp.h"
#include "platform/lwip/bridge.h"

#define BACKLOG 64

/* Before the next accept() when descriptors have run out. */
#define BREATHING_MS 100

/* Connections of a port taken before the stack goes on. */
#define ACCEPTS_A_TURN 32

static struct {
    struct {
        int fd;
        size_t forward; /* its place in the options */
    } ports[CONFIG_NETDIAG_SIM_FORWARDS];
    size_t count;
    uint64_t pause_until_ms;
} forwards;

union address {
    struct sockaddr any;
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
};

static socklen_t make_address(const struct netdiag_endpoint *from, union address *to)
{
    memset(to, 0, sizeof(*to));
    if (from->address.family == NETDIAG_FAMILY_IPV6) {
        to->ipv6.sin6_family = AF_INET6;
        to->ipv6.sin6_port = htons(from->port);
        memcpy(&to->ipv6.sin6_addr, from->address.bytes, sizeof(to->ipv6.sin6_addr));
        return sizeof(to->ipv6);
    }
    to->ipv4.sin_family = AF_INET;
    to->ipv4.sin_port = htons(from->port);
    memcpy(&to->ipv4.sin_addr, from->address.bytes, sizeof(to->ipv4.sin_addr));
    return sizeof(to->ipv4);
}

/* A socket that listens, or that datagrams come to; -1: errno says why. */
static int open_port(const struct sim_forward *forward)
{
    union address address;
    socklen_t length = make_address(&forward->from, &address);
    const int one = 1;
    int type = forward->is_udp ? SOCK_DGRAM : SOCK_STREAM;
    int fd = socket(address.any.sa_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return -1;
    /* Of UDP it would let two switches have one port, and the first would hear nothing any more */
    if (!forward->is_udp)
        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (forward->from.address.family == NETDIAG_FAMILY_IPV6)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
    if (bind(fd, &address.any, length) == 0 &&
        (forward->is_udp ? sim_forward_udp_prepare(fd) : listen(fd, BACKLOG) == 0))
        return fd;
    close(fd);
    return -1;
}

bool sim_forward_open(const struct sim_options *options, char *error, size_t error_size)
{
    for (size_t i = 0; i < options->forward_count; i++) {
        const struct sim_forward *forward = &options->forwards[i];
        int fd = open_port(forward), why = errno;
        char text[NETDIAG_ENDPOINT_TEXT];

        if (fd >= 0) {
            forwards.ports[forwards.count].fd = fd;
            forwards.ports[forwards.count++].forward = i;
            continue;
        }
        netdiag_endpoint_text(&forward->from, text, sizeof(text));
        if (options->forward_named) {
            snprintf(error, error_size, "--forward: cannot listen on %s:%s: %s; name another",
                     sim_forward_protocol(forward), text, strerror(why));
            sim_forward_close();
            return false;
        }
        fprintf(stderr,
                "netdiag-sim: warning: cannot listen on %s, which would be port %u of the switch: "
                "%s; --forward %s:127.0.0.1:PORT-%u names another\n",
                text, forward->to.port, strerror(why), sim_forward_protocol(forward),
                forward->to.port);
    }
    return true;
}

void sim_forward_close(void)
{
    while (forwards.count > 0)
        close(forwards.ports[--forwards.count].fd);
}

size_t sim_forward_pollfds(struct pollfd *fds)
{
    if (sim_clock_ms() < forwards.pause_until_ms)
        return 0;
    for (size_t i = 0; i < forwards.count; i++)
        fds[i] = (struct pollfd){.fd = forwards.ports[i].fd, .events = POLLIN};
    return forwards.count;
}

/* Where a forward leads: the first address of the device's, if it does not say. */
static struct netdiag_endpoint target(const struct sim_options *options,
                                      const struct sim_forward *forward)
{
    struct netdiag_endpoint to = forward->to;

    for (size_t i = 0; i < options->vlan_count && to.address.family == NETDIAG_FAMILY_ANY; i++) {
        if (options->vlans[i].address_count > 0)
            to.address = options->vlans[i].addresses[0].address;
    }
    return to;
}

/* One connection from a port that has some; false: there is none, or no descriptor for it. */
static bool take_one(int port_fd, const struct netdiag_endpoint *to)
{
    int fd = accept4(port_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (fd >= 0)
        (void)netdiag_lwip_bridge_connect(fd, to); /* it closes what it cannot take */
    else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
        forwards.pause_until_ms = sim_clock_ms() + BREATHING_MS;
    return fd >= 0;
}

static void take_connections(int port_fd, const struct netdiag_endpoint *to)
{
    unsigned taken = 0;

    while (taken < ACCEPTS_A_TURN && take_one(port_fd, to))
        taken++;
}

void sim_forward_take(const struct sim_options *options, const struct pollfd *fds, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct sim_forward *forward = &options->forwards[forwards.ports[i].forward];
        struct netdiag_endpoint to = target(options, forward);

        if (fds[i].revents == 0)
            continue;
        if (forward->is_udp)
            sim_forward_udp_take(fds[i].fd, &to);
        else
            take_connections(fds[i].fd, &to);
    }
    sim_forward_udp_tick();
}
