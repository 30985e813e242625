/*
 * The bridge (bridge.h).
 *
 * A link is one connection of lwIP's and one socket. lwIP's callbacks only move bytes and note what
 * happened; links end in netdiag_lwip_bridge_run(), or in lwIP's own end of the connection, so that
 * none of lwIP's loops finds its connection gone.
 *
 * From lwIP to the socket: what the socket does not take waits in lwIP's packet buffers, and the
 * peer's window stays closed by so much. From the socket to lwIP: bytes stay in the socket until
 * lwIP has taken them. So a reader that stalls, on either side, stalls the writer, and nothing is
 * lost.
 *
 * A connection is disowned when no more is to be done for it: lwIP ends it by itself, and of the
 * bridge only a time limit stays.
 */
#include "bridge.h"

#include <poll.h>
#include <string.h>

#include "bridge_socket.h"
#include "internal.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/tcp.h"

/* Bytes moved from a socket in one piece, and how often for one link before the next has a turn. */
#define PIECE_BYTES 2048
#define PIECES      8

/* More packet buffers than that of one connection become one of the heap. */
#define PBUFS_WAITING 16

/* How often lwIP asks after a connection, in its half seconds. */
#define POLL_INTERVAL   2
#define REFUSE_INTERVAL 1

struct listener {
    struct tcp_pcb *pcb; /* NULL: unused */
    netdiag_lwip_bridge_take take;
    void *ctx;
};

struct link {
    bool used;
    bool is_pair;        /* `fd` is one end of a pair that the bridge made */
    bool is_connected;   /* the handshake is done */
    bool peer_has_ended; /* its FIN has come */
    bool told_end;       /* the socket was told of it */
    bool socket_ended;   /* and the peer was told of it */
    bool is_full;      /* lwIP had no room for what the socket has; cleared when that may change */
    bool is_broken;    /* to be ended by RST */
    bool is_lingering; /* one side has ended all; since: */
    uint32_t ended_at_ms; /* sys_now() */
    uint16_t gone_s;      /* for how long what the socket's other end left behind is delivered */
    int fd;
    struct tcp_pcb *pcb; /* NULL: disowned */
    struct pbuf *inbox;  /* received, and not yet taken by the socket */
};

static struct listener listeners[CONFIG_NETDIAG_LWIP_BRIDGE_LISTENERS];
static struct link links[CONFIG_NETDIAG_LWIP_BRIDGE_CONNECTIONS];

/* ---- ending ---- */

/*
 * A peer that takes nothing would keep lwIP trying for ever. The argument of a disowned connection
 * counts the seconds.
 */
static err_t on_disowned_poll(void *arg, struct tcp_pcb *pcb)
{
    uintptr_t seconds = (uintptr_t)arg + 1;

    if (seconds >= CONFIG_NETDIAG_LWIP_BRIDGE_LINGER_S && (pcb->unsent || pcb->unacked)) {
        tcp_abort(pcb);
        return ERR_ABRT;
    }
    tcp_arg(pcb, (void *)seconds);
    return ERR_OK;
}

static void disown(struct tcp_pcb *pcb)
{
    tcp_arg(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_sent(pcb, NULL);
    tcp_err(pcb, NULL);
    tcp_poll(pcb, on_disowned_poll, POLL_INTERVAL);
}

static void drop_inbox(struct link *link)
{
    if (link->inbox)
        pbuf_free(link->inbox);
    link->inbox = NULL;
}

static void release(struct link *link, bool reset)
{
    drop_inbox(link);
    netdiag_lwip_socket_close(link->fd, reset);
    link->used = false;
}

static void break_off(struct link *link)
{
    if (link->pcb) {
        disown(link->pcb);
        tcp_abort(link->pcb);
        link->pcb = NULL;
    }
    release(link, true);
}

/* Nobody is there for what comes now; what was sent before goes out. */
static void close_connection(struct link *link)
{
    struct tcp_pcb *pcb = link->pcb;

    /* lwIP would answer what nobody read by RST, and drop what is still to be sent */
    if (link->inbox)
        tcp_recved(pcb, link->inbox->tot_len);
    drop_inbox(link);
    link->pcb = NULL;
    disown(pcb);
    if (tcp_close(pcb) != ERR_OK)
        tcp_abort(pcb);
}

/* ---- from lwIP to the socket ---- */

static void deliver(struct link *link)
{
    while (link->inbox) {
        int taken = netdiag_lwip_socket_write(link->fd, link->inbox->payload, link->inbox->len);

        if (taken == 0)
            return;
        if (taken < 0 && !link->is_pair) {
            link->is_broken = true;
            return;
        }
        /* A program that has closed its end may have left an answer in it: that is read first */
        if (taken < 0)
            taken = link->inbox->tot_len;
        link->inbox = pbuf_free_header(link->inbox, (u16_t)taken);
        if (link->pcb)
            tcp_recved(link->pcb, (u16_t)taken);
    }
}

/* False: there is no room, lwIP shall keep it. */
static bool put_into_inbox(struct link *link, struct pbuf *data)
{
    if (!link->inbox) {
        link->inbox = data;
        return true;
    }
    /* Small segments fill packet buffers long before they fill a window */
    if (pbuf_clen(link->inbox) >= PBUFS_WAITING)
        link->inbox = pbuf_coalesce(link->inbox, PBUF_RAW);
    if (pbuf_clen(link->inbox) >= PBUFS_WAITING || link->inbox->tot_len > 0xffff - data->tot_len)
        return false;
    pbuf_cat(link->inbox, data);
    return true;
}

static err_t on_received(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    struct link *link = arg;

    (void)error;
    if (data) {
        if (put_into_inbox(link, data)) {
            deliver(link);
            return ERR_OK;
        }
        if (!link->socket_ended)
            return ERR_MEM;
        /* lwIP would forget to tell of a FIN that came with it, and free the connection */
        pbuf_free(data);
        link->is_broken = true;
        return ERR_OK;
    }
    link->peer_has_ended = true;
    /* Both sides have ended: from here on lwIP may free the connection without a word */
    if (link->socket_ended) {
        disown(pcb);
        link->pcb = NULL;
    }
    return ERR_OK;
}

/* ---- from the socket to lwIP ---- */

/* No smaller pieces than lwIP's own sockets would send on a connection that is nearly full. */
static bool can_send(const struct link *link)
{
    return link->pcb && link->is_connected && !link->socket_ended && !link->is_full &&
           tcp_sndbuf(link->pcb) > TCP_SNDLOWAT && tcp_sndqueuelen(link->pcb) < TCP_SNDQUEUELOWAT;
}

static void end_of_socket(struct link *link)
{
    link->socket_ended = true;
    if (netdiag_lwip_socket_is_gone(link->fd)) {
        close_connection(link);
        return;
    }
    if (tcp_shutdown(link->pcb, 0, 1) != ERR_OK) {
        link->is_broken = true;
    } else if (link->peer_has_ended) {
        disown(link->pcb);
        link->pcb = NULL;
    }
}

static int look(const struct link *link, uint8_t *bytes, size_t size)
{
    int count = netdiag_lwip_socket_peek(link->fd, bytes, size);

    /* Of a pair it is told once, before what is still to be read, that the other end was closed
     * with something unread in it */
    if (count == NETDIAG_LWIP_SOCKET_BROKEN && link->is_pair)
        count = netdiag_lwip_socket_peek(link->fd, bytes, size);
    return count;
}

/* False: no more can be moved now. */
static bool collect_piece(struct link *link)
{
    uint8_t bytes[PIECE_BYTES];
    size_t room = LWIP_MIN(sizeof(bytes), tcp_sndbuf(link->pcb));
    int count = look(link, bytes, room);
    err_t error;

    if (count == NETDIAG_LWIP_SOCKET_END)
        end_of_socket(link);
    else if (count == NETDIAG_LWIP_SOCKET_BROKEN)
        link->is_broken = true;
    if (count <= 0)
        return false;
    error = tcp_write(link->pcb, bytes, (u16_t)count, TCP_WRITE_FLAG_COPY);
    if (error != ERR_OK) {
        link->is_full = error == ERR_MEM;
        link->is_broken = error != ERR_MEM;
        return false;
    }
    if (netdiag_lwip_socket_drop(link->fd, bytes, (size_t)count))
        return true;
    link->is_broken = true; /* or those bytes would be sent twice */
    return false;
}

static void collect(struct link *link)
{
    int pieces = 0;

    while (pieces < PIECES && can_send(link) && collect_piece(link))
        pieces++;
    if (link->pcb && pieces > 0)
        (void)tcp_output(link->pcb);
}

static err_t on_sent(void *arg, struct tcp_pcb *pcb, u16_t length)
{
    struct link *link = arg;

    (void)pcb, (void)length;
    link->is_full = false;
    return ERR_OK;
}

/* ---- what else lwIP tells ---- */

/* lwIP has freed the connection. */
static void on_error(void *arg, err_t error)
{
    struct link *link = arg;

    (void)error;
    link->pcb = NULL;
    release(link, true);
}

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t error)
{
    struct link *link = arg;

    (void)pcb, (void)error;
    link->is_connected = true;
    return ERR_OK;
}

/*
 * lwIP's own keepalives end with ESTABLISHED: a peer that goes away after our FIN and before its
 * own would keep its place for ever.
 */
static void keep_half_alive(struct link *link, struct tcp_pcb *pcb)
{
    u32_t silent_s = (tcp_ticks - pcb->tmr) / (1000 / TCP_SLOW_INTERVAL);

    if (pcb->state != FIN_WAIT_2 ||
        silent_s < CONFIG_NETDIAG_LWIP_BRIDGE_KEEP_IDLE_S +
                       (u32_t)pcb->keep_cnt_sent * CONFIG_NETDIAG_LWIP_BRIDGE_KEEP_INTERVAL_S)
        return;
    if (pcb->keep_cnt_sent >= CONFIG_NETDIAG_LWIP_BRIDGE_KEEP_COUNT)
        link->is_broken = true;
    else if (tcp_keepalive(pcb) == ERR_OK)
        pcb->keep_cnt_sent++;
}

static err_t on_poll(void *arg, struct tcp_pcb *pcb)
{
    struct link *link = arg;

    link->is_full = false;
    keep_half_alive(link, pcb);
    if (netdiag_lwip_socket_is_gone(link->fd) &&
        ++link->gone_s >= CONFIG_NETDIAG_LWIP_BRIDGE_LINGER_S)
        link->is_broken = true;
    return ERR_OK;
}

/* ---- beginning ---- */

/* NULL: all are in use. */
static struct link *find_place(void)
{
    for (size_t i = 0; i < CONFIG_NETDIAG_LWIP_BRIDGE_CONNECTIONS; i++) {
        if (!links[i].used)
            return &links[i];
    }
    return NULL;
}

static void start_link(struct link *link, int fd, bool is_pair, struct tcp_pcb *pcb)
{
    *link = (struct link){.used = true, .is_pair = is_pair, .fd = fd, .pcb = pcb};
    tcp_arg(pcb, link);
    tcp_recv(pcb, on_received);
    tcp_sent(pcb, on_sent);
    tcp_err(pcb, on_error);
    tcp_poll(pcb, on_poll, POLL_INTERVAL);
    tcp_nagle_disable(pcb);
}

/* A FIN, and not in the accept callback: a FIN that comes with the handshake would undo it. */
static err_t on_refused_poll(void *arg, struct tcp_pcb *pcb)
{
    (void)arg;
    disown(pcb);
    return tcp_close(pcb);
}

static void keep_alive(struct tcp_pcb *pcb)
{
    ip_set_option(pcb, SOF_KEEPALIVE);
    pcb->keep_idle = CONFIG_NETDIAG_LWIP_BRIDGE_KEEP_IDLE_S * 1000u;
#if LWIP_TCP_KEEPALIVE
    pcb->keep_intvl = CONFIG_NETDIAG_LWIP_BRIDGE_KEEP_INTERVAL_S * 1000u;
    pcb->keep_cnt = CONFIG_NETDIAG_LWIP_BRIDGE_KEEP_COUNT;
#endif
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
    const struct listener *listener = arg;
    struct link *link = find_place();
    struct netdiag_endpoint from;
    int fds[2];

    if (error != ERR_OK || !pcb)
        return ERR_VAL;
    if (!link || !netdiag_lwip_socket_pair(fds)) {
        tcp_poll(pcb, on_refused_poll, REFUSE_INTERVAL);
        return ERR_OK;
    }
    start_link(link, fds[0], true, pcb);
    link->is_connected = true;
    tcp_setprio(pcb, TCP_PRIO_MAX);
    keep_alive(pcb);
    netdiag_lwip_address(&pcb->remote_ip, &from.address);
    from.port = pcb->remote_port;
    listener->take(listener->ctx, fds[1], &from);
    return ERR_OK;
}

static struct listener *free_listener(void)
{
    for (size_t i = 0; i < CONFIG_NETDIAG_LWIP_BRIDGE_LISTENERS; i++) {
        if (!listeners[i].pcb)
            return &listeners[i];
    }
    return NULL;
}

/* A PCB that listens; NULL: `*error` says why. */
static struct tcp_pcb *open_port(uint16_t port, err_t *error)
{
    struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_ANY), *listening;

    *error = ERR_MEM;
    if (!pcb)
        return NULL;
    *error = tcp_bind(pcb, IP_ANY_TYPE, port);
    if (*error == ERR_OK) {
        tcp_setprio(pcb, TCP_PRIO_MAX);
        listening = tcp_listen_with_backlog_and_err(pcb, CONFIG_NETDIAG_LWIP_BRIDGE_BACKLOG, error);
        if (listening)
            return listening;
    }
    tcp_close(pcb);
    return NULL;
}

enum netdiag_error netdiag_lwip_bridge_listen(uint16_t port, const char *owner,
                                              netdiag_lwip_bridge_take take, void *ctx)
{
    struct listener *listener = free_listener();
    enum netdiag_error result;
    err_t error;

    if (!listener)
        return NETDIAG_ERROR_FULL;
    result = netdiag_lwip_tcp_owner_register(port, owner);
    if (result)
        return result;
    listener->pcb = open_port(port, &error);
    if (!listener->pcb)
        return error == ERR_USE ? NETDIAG_ERROR_EXISTS : NETDIAG_ERROR_MEMORY;
    listener->take = take;
    listener->ctx = ctx;
    tcp_arg(listener->pcb, listener);
    tcp_accept(listener->pcb, on_accept);
    return NETDIAG_OK;
}

static enum netdiag_error connect_to(int fd, const struct netdiag_endpoint *to)
{
    ip_addr_t address;
    struct link *link = find_place();
    struct tcp_pcb *pcb;

    if (!netdiag_lwip_ip_address(&to->address, &address))
        return NETDIAG_ERROR_UNSUPPORTED;
    if (!link)
        return NETDIAG_ERROR_FULL;
    pcb = tcp_new_ip_type(IP_GET_TYPE(&address));
    if (!pcb)
        return NETDIAG_ERROR_MEMORY;
    netdiag_lwip_socket_adopt(fd);
    start_link(link, fd, false, pcb);
    keep_alive(pcb);
    if (tcp_connect(pcb, &address, to->port, on_connected) == ERR_OK)
        return NETDIAG_OK;
    link->used = false;
    disown(pcb);
    tcp_abort(pcb);
    return NETDIAG_ERROR_IO;
}

enum netdiag_error netdiag_lwip_bridge_connect(int fd, const struct netdiag_endpoint *to)
{
    enum netdiag_error error = connect_to(fd, to);

    if (error)
        netdiag_lwip_socket_close(fd, false);
    return error;
}

/* ---- running ---- */

/* What a link waits for; false: for nothing that its socket does. */
static bool fill_pollfd(const struct link *link, struct pollfd *pollfd)
{
    pollfd->fd = link->fd;
    pollfd->events = 0;
    pollfd->revents = 0;
    if (can_send(link))
        pollfd->events |= POLLIN;
    if (link->inbox)
        pollfd->events |= POLLOUT;
    /* Once its end was seen, that it is gone altogether ends the link; before, it must be read */
    return pollfd->events != 0 || link->socket_ended;
}

size_t netdiag_lwip_bridge_pollfds(struct pollfd *fds, size_t capacity)
{
    size_t count = 0;

    for (size_t i = 0; i < CONFIG_NETDIAG_LWIP_BRIDGE_CONNECTIONS && count < capacity; i++)
        count += links[i].used && fill_pollfd(&links[i], &fds[count]);
    return count;
}

static void move(struct link *link, short ready)
{
    if (ready & (POLLOUT | POLLERR | POLLHUP))
        deliver(link);
    if (ready & (POLLIN | POLLERR | POLLHUP))
        collect(link);
    if (link->socket_ended && link->pcb && (ready & (POLLERR | POLLHUP))) {
        if (link->is_pair)
            close_connection(link);
        else
            link->is_broken = true;
    }
}

/*
 * Whether the socket's other end has had its time: the connection is gone, and what it left in the
 * inbox is not read.
 */
static bool is_overdue(struct link *link)
{
    if (link->pcb || !link->inbox)
        return false;
    if (!link->is_lingering)
        link->ended_at_ms = sys_now();
    link->is_lingering = true;
    return sys_now() - link->ended_at_ms > CONFIG_NETDIAG_LWIP_BRIDGE_LINGER_S * 1000u;
}

/* Ends what has ended. */
static void settle(struct link *link)
{
    if (link->is_broken || is_overdue(link)) {
        break_off(link);
        return;
    }
    if (link->inbox)
        return;
    if (!link->pcb) {
        release(link, false);
    } else if (link->peer_has_ended && !link->told_end) {
        link->told_end = true;
        if (!netdiag_lwip_socket_end(link->fd))
            break_off(link);
    }
}

void netdiag_lwip_bridge_run(void)
{
    struct pollfd fds[NETDIAG_LWIP_BRIDGE_POLLFDS];
    struct link *polled[NETDIAG_LWIP_BRIDGE_POLLFDS];
    size_t count = 0;

    for (size_t i = 0; i < CONFIG_NETDIAG_LWIP_BRIDGE_CONNECTIONS; i++) {
        if (links[i].used && fill_pollfd(&links[i], &fds[count]))
            polled[count++] = &links[i];
    }
    if (count > 0 && poll(fds, count, 0) > 0) {
        for (size_t i = 0; i < count; i++)
            move(polled[i], fds[i].revents);
    }
    for (size_t i = 0; i < CONFIG_NETDIAG_LWIP_BRIDGE_CONNECTIONS; i++) {
        if (links[i].used)
            settle(&links[i]);
    }
}

void netdiag_lwip_bridge_unlisten(void)
{
    for (size_t i = 0; i < CONFIG_NETDIAG_LWIP_BRIDGE_LISTENERS; i++) {
        if (listeners[i].pcb)
            tcp_close(listeners[i].pcb);
        listeners[i].pcb = NULL;
    }
}

void netdiag_lwip_bridge_stop(void)
{
    netdiag_lwip_bridge_unlisten();
    for (size_t i = 0; i < CONFIG_NETDIAG_LWIP_BRIDGE_CONNECTIONS; i++) {
        if (links[i].used)
            break_off(&links[i]);
    }
}
