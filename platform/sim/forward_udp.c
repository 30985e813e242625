#include "forward_udp.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "clock.h"
#include "lwip/udp.h"
#include "world.h"

/* Datagrams of a port taken before the stack goes on. */
#define DATAGRAMS_A_TURN 32

/*
 * How long a silent peer keeps its place. Pollers send again after some seconds and then give up; a
 * peer that comes later gets another port of the world's host, and no request suffers.
 */
#define IDLE_MS 60000

#define DATAGRAM_MAX UINT16_MAX

/* The largest of the two that say to which of the host's addresses a datagram came. */
#define CONTROL_MAX CMSG_SPACE(sizeof(struct in6_pktinfo))

/* From where a datagram came to the host, and to which of its addresses: it is answered from there.
 */
struct route {
    int fd;
    socklen_t name_length;
    size_t control_length;
    struct sockaddr_storage name;
    _Alignas(struct cmsghdr) uint8_t control[CONTROL_MAX];
};

struct peer {
    struct udp_pcb *pcb; /* NULL: a free place */
    struct route route;
    uint64_t heard_ms;
};

static struct peer peers[CONFIG_NETDIAG_SIM_UDP_PEERS];

bool sim_forward_udp_prepare(int fd)
{
    const int one = 1;
    int family = 0;
    socklen_t length = sizeof(family);

    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &length) != 0)
        return false;
    if (family == AF_INET6)
        return setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &one, sizeof(one)) == 0;
    return setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &one, sizeof(one)) == 0;
}

static void end(struct peer *peer)
{
    udp_remove(peer->pcb);
    peer->pcb = NULL;
}

/* ---- from the device to the host ---- */

/* What the host's socket does not take at once is lost. */
static void answer(const struct route *route, void *bytes, size_t size)
{
    struct route copy = *route;
    struct iovec data = {.iov_base = bytes, .iov_len = size};
    struct msghdr message = {
        .msg_name = &copy.name,
        .msg_namelen = copy.name_length,
        .msg_iov = &data,
        .msg_iovlen = 1,
        .msg_control = copy.control_length > 0 ? copy.control : NULL,
        .msg_controllen = copy.control_length,
    };

    (void)sendmsg(route->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void on_received(void *arg, struct udp_pcb *pcb, struct pbuf *packet, const ip_addr_t *from,
                        u16_t port)
{
    static uint8_t bytes[DATAGRAM_MAX];
    struct peer *peer = arg;

    (void)pcb, (void)from, (void)port;
    peer->heard_ms = sim_clock_ms();
    answer(&peer->route, bytes, pbuf_copy_partial(packet, bytes, packet->tot_len, 0));
    pbuf_free(packet);
}

/* ---- from the host to the device ---- */

static bool is_same(const struct route *a, const struct route *b)
{
    return a->fd == b->fd && a->name_length == b->name_length &&
           a->control_length == b->control_length &&
           memcmp(&a->name, &b->name, a->name_length) == 0 &&
           memcmp(a->control, b->control, a->control_length) == 0;
}

/* A free place; if there is none, that of the peer that was silent longest. */
static struct peer *make_room(void)
{
    struct peer *oldest = &peers[0];

    for (size_t i = 0; i < CONFIG_NETDIAG_SIM_UDP_PEERS; i++) {
        if (!peers[i].pcb)
            return &peers[i];
        if (peers[i].heard_ms < oldest->heard_ms)
            oldest = &peers[i];
    }
    end(oldest);
    return oldest;
}

/* NULL: the world has no way there. */
static struct peer *begin(const struct route *route, const struct netdiag_endpoint *to)
{
    struct peer *peer = make_room();
    ip_addr_t address;

    sim_world_address(&to->address, &address);
    peer->pcb = udp_new_ip_type(IP_GET_TYPE(&address));
    if (!peer->pcb)
        return NULL;
    if (udp_connect(peer->pcb, &address, to->port) != ERR_OK) {
        end(peer);
        return NULL;
    }
    udp_recv(peer->pcb, on_received, peer);
    peer->route = *route;
    return peer;
}

static struct peer *find(const struct route *route)
{
    for (size_t i = 0; i < CONFIG_NETDIAG_SIM_UDP_PEERS; i++) {
        if (peers[i].pcb && is_same(&peers[i].route, route))
            return &peers[i];
    }
    return NULL;
}

static void forward(const struct route *route, const struct netdiag_endpoint *to, const void *bytes,
                    size_t size)
{
    struct peer *peer = find(route);
    struct pbuf *packet;

    if (!peer)
        peer = begin(route, to);
    if (!peer)
        return;
    peer->heard_ms = sim_clock_ms();
    packet = pbuf_alloc(PBUF_TRANSPORT, (u16_t)size, PBUF_RAM);
    if (!packet)
        return;
    (void)pbuf_take(packet, bytes, (u16_t)size);
    (void)udp_send(peer->pcb, packet);
    pbuf_free(packet);
}

/* The number of bytes of a datagram; negative: there is none. */
static ssize_t take(struct route *route, void *bytes, size_t size)
{
    struct iovec data = {.iov_base = bytes, .iov_len = size};
    struct msghdr message = {
        .msg_name = &route->name,
        .msg_namelen = sizeof(route->name),
        .msg_iov = &data,
        .msg_iovlen = 1,
        .msg_control = route->control,
        .msg_controllen = sizeof(route->control),
    };
    ssize_t taken = recvmsg(route->fd, &message, MSG_DONTWAIT);

    route->name_length = message.msg_namelen;
    route->control_length = message.msg_controllen;
    return taken;
}

void sim_forward_udp_take(int fd, const struct netdiag_endpoint *to)
{
    static uint8_t bytes[DATAGRAM_MAX];

    for (int i = 0; i < DATAGRAMS_A_TURN; i++) {
        struct route route = {.fd = fd};
        ssize_t size = take(&route, bytes, sizeof(bytes));

        if (size < 0)
            return;
        forward(&route, to, bytes, (size_t)size);
    }
}

void sim_forward_udp_tick(void)
{
    uint64_t now_ms = sim_clock_ms();

    for (size_t i = 0; i < CONFIG_NETDIAG_SIM_UDP_PEERS; i++) {
        if (peers[i].pcb && sim_clock_passed(now_ms, peers[i].heard_ms) > IDLE_MS)
            end(&peers[i]);
    }
}
