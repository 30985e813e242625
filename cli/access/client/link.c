#include "link.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "stats/text.h"

/* A switch that hangs accepts nobody; a monitoring system's plugin has about ten seconds. */
#define CONNECT_TIMEOUT_S 5

bool link_open(struct link *link, const char *path)
{
    static const struct timeval timeout = {.tv_sec = CONNECT_TIMEOUT_S};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int why;

    memset(link, 0, sizeof *link);
    link->fd = -1;
    if (!netdiag_text_copy(address.sun_path, sizeof address.sun_path, path)) {
        errno = ENAMETOOLONG;
        return false;
    }
    link->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (link->fd < 0)
        return false;
    (void)setsockopt(link->fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    if (connect(link->fd, (struct sockaddr *)&address, sizeof address) == 0)
        return true;
    why = errno;
    close(link->fd);
    errno = why;
    return false;
}

size_t link_room(const struct link *link)
{
    size_t left = sizeof link->out - link->out_size;

    if (left <= NETDIAG_CONTROL_HEAD + NETDIAG_CONTROL_HELLO_SIZE)
        return 0; /* kept free for a SIZE and an END */
    left -= NETDIAG_CONTROL_HEAD + NETDIAG_CONTROL_HELLO_SIZE;
    return left < NETDIAG_CONTROL_PAYLOAD ? left : NETDIAG_CONTROL_PAYLOAD;
}

void link_add(struct link *link, enum netdiag_control_type type, const void *payload, size_t length)
{
    unsigned char *end;

    memmove(link->out, link->out + link->out_begin, link->out_size);
    link->out_begin = 0;
    if (link->out_size + NETDIAG_CONTROL_HEAD + length > sizeof link->out)
        return;
    end = link->out + link->out_size;
    netdiag_control_put_head(end, type, length);
    if (length > 0)
        memcpy(end + NETDIAG_CONTROL_HEAD, payload, length);
    link->out_size += NETDIAG_CONTROL_HEAD + length;
}

bool link_send(struct link *link)
{
    ssize_t sent;

    if (link->out_size == 0)
        return true;
    sent = send(link->fd, link->out + link->out_begin, link->out_size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0)
        return errno == EAGAIN || errno == EINTR;
    link->out_begin += (size_t)sent;
    link->out_size -= (size_t)sent;
    return true;
}

bool link_receive(struct link *link)
{
    ssize_t count;

    memmove(link->in, link->in + link->in_begin, link->in_size);
    link->in_begin = 0;
    count = recv(link->fd, link->in + link->in_size, sizeof link->in - link->in_size, MSG_DONTWAIT);
    if (count < 0)
        return errno == EAGAIN || errno == EINTR;
    link->in_size += (size_t)count;
    errno = 0;
    return count > 0;
}

bool link_next(struct link *link, struct link_frame *frame)
{
    const unsigned char *head = link->in + link->in_begin;

    if (link->in_size < NETDIAG_CONTROL_HEAD)
        return false;
    frame->type = head[0];
    frame->length = netdiag_control_length(head);
    frame->payload = head + NETDIAG_CONTROL_HEAD;
    if (frame->length > NETDIAG_CONTROL_PAYLOAD ||
        link->in_size < NETDIAG_CONTROL_HEAD + frame->length)
        return false;
    link->in_begin += NETDIAG_CONTROL_HEAD + frame->length;
    link->in_size -= NETDIAG_CONTROL_HEAD + frame->length;
    return true;
}
