#include "wire.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "frame.h"
#include "netdiag/config.h"

/* Shorter than any frame's header, so a packet of this length is a token and no frame. */
struct token {
    uint32_t now_low, now_high;
    uint32_t frames;
};
_Static_assert(sizeof(struct token) < SIM_FRAME_HEADER, "a token must not look like a frame");

#define GOOD_BYE_LENGTH 1

/* A polling end takes at most so many frames before it lets the stack process them. */
#define POLL_FRAMES 256

/* So often an end that waits for the other looks whether it is to stop. */
#define LOOK_MS 100

bool sim_wire_init(struct sim_wire *wire, int fd, struct sim_wire_counts *counts)
{
    memset(wire, 0, sizeof(*wire));
    wire->fd = fd;
    wire->stop_fd = -1;
    wire->counts = counts;
    return sim_queue_init(&wire->out, CONFIG_NETDIAG_SIM_WIRE_BYTES) &&
           sim_queue_init(&wire->in, CONFIG_NETDIAG_SIM_WIRE_BYTES);
}

/* By timeouts of the socket, which cost a round nothing. */
void sim_wire_stop_by(struct sim_wire *wire, int stop_fd)
{
    const struct timeval look = {.tv_usec = LOOK_MS * 1000};

    wire->stop_fd = stop_fd;
    (void)setsockopt(wire->fd, SOL_SOCKET, SO_RCVTIMEO, &look, sizeof(look));
    (void)setsockopt(wire->fd, SOL_SOCKET, SO_SNDTIMEO, &look, sizeof(look));
}

/* poll() takes no notice of a descriptor below 0. */
static bool is_stopped(const struct sim_wire *wire)
{
    struct pollfd fd = {.fd = wire->stop_fd, .events = POLLIN};

    return poll(&fd, 1, 0) > 0;
}

static ssize_t send_packet(const struct sim_wire *wire, const void *bytes, size_t length, int flags)
{
    ssize_t sent;

    do {
        sent = send(wire->fd, bytes, length, flags | MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent;
}

void sim_wire_close(struct sim_wire *wire, bool polite)
{
    static const uint8_t good_bye[GOOD_BYE_LENGTH];

    if (polite && wire->fd >= 0)
        (void)send_packet(wire, good_bye, sizeof(good_bye), MSG_DONTWAIT);
    if (wire->fd >= 0)
        close(wire->fd);
    wire->fd = -1;
    sim_queue_free(&wire->out);
    sim_queue_free(&wire->in);
}

void sim_wire_send(struct sim_wire *wire, const uint8_t *frame, size_t length)
{
    if (!sim_queue_push(&wire->out, frame, length))
        wire->counts->discarded++;
}

size_t sim_wire_take(struct sim_wire *wire, uint8_t *frame, size_t size)
{
    size_t length = sim_queue_peek(&wire->in, frame, size);

    sim_queue_drop(&wire->in);
    return length < size ? length : size;
}

bool sim_wire_is_pending(const struct sim_wire *wire)
{
    return wire->out.used > 0;
}

bool sim_wire_has_received(const struct sim_wire *wire)
{
    return wire->in.used > 0;
}

/* Sends the oldest queued frame. False: the socket takes none now, or never again. */
static bool send_oldest(struct sim_wire *wire, int flags)
{
    uint8_t frame[SIM_FRAME_MAX];
    size_t length = sim_queue_peek(&wire->out, frame, sizeof(frame));

    if (send_packet(wire, frame, length, flags) < 0)
        return false;
    wire->counts->frames_out++;
    wire->counts->tcp_out += sim_frame_is_tcp(frame, length);
    sim_queue_drop(&wire->out);
    return true;
}

/* One packet into `packet`, of SIM_FRAME_MAX bytes; its length, -1: none now, -2: gone. */
enum { NOTHING = -1, GONE = -2 };

static ssize_t receive_packet(const struct sim_wire *wire, uint8_t *packet, int flags)
{
    ssize_t length;

    /* The kernel tells once, before what is still to be read, that the other end left unread data
     */
    do {
        length = recv(wire->fd, packet, SIM_FRAME_MAX, flags);
    } while (length < 0 && (errno == EINTR || errno == ECONNRESET));
    if (length > 0)
        return length;
    return length < 0 && errno == EAGAIN ? NOTHING : GONE;
}

static void queue_received(struct sim_wire *wire, const uint8_t *frame, size_t length)
{
    if (!sim_queue_push(&wire->in, frame, length)) {
        wire->counts->discarded++;
        return;
    }
    wire->counts->frames_in++;
    wire->counts->tcp_in += sim_frame_is_tcp(frame, length);
}

static enum sim_wire_result receive_now(struct sim_wire *wire)
{
    uint8_t packet[SIM_FRAME_MAX];

    for (int i = 0; i < POLL_FRAMES; i++) {
        ssize_t length = receive_packet(wire, packet, MSG_DONTWAIT);

        if (length == NOTHING)
            break;
        if (length == GONE)
            return SIM_WIRE_LOST;
        if (length == GOOD_BYE_LENGTH)
            return SIM_WIRE_CLOSED;
        if (length >= SIM_FRAME_HEADER)
            queue_received(wire, packet, (size_t)length);
    }
    return SIM_WIRE_OK;
}

enum sim_wire_result sim_wire_poll(struct sim_wire *wire)
{
    while (sim_wire_is_pending(wire) && send_oldest(wire, MSG_DONTWAIT))
        ;
    /* That the other end is gone, and whether it said good-bye, is read and not sent */
    return receive_now(wire);
}

/* After a send that failed: SIM_WIRE_OK when it only took too long, and is to be tried again. */
static enum sim_wire_result why_not_sent(const struct sim_wire *wire)
{
    if (errno != EAGAIN)
        return SIM_WIRE_LOST;
    return is_stopped(wire) ? SIM_WIRE_STOPPED : SIM_WIRE_OK;
}

static enum sim_wire_result send_token(const struct sim_wire *wire, const struct token *token)
{
    enum sim_wire_result result = SIM_WIRE_OK;
    bool sent = false;

    while (!sent && result == SIM_WIRE_OK) {
        sent = send_packet(wire, token, sizeof(*token), 0) >= 0;
        if (!sent)
            result = why_not_sent(wire);
    }
    return result;
}

enum sim_wire_result sim_wire_send_round(struct sim_wire *wire, uint64_t now_ms, uint32_t *frames)
{
    struct token token = {.now_low = (uint32_t)now_ms, .now_high = (uint32_t)(now_ms >> 32)};

    *frames = 0;
    while (sim_wire_is_pending(wire)) {
        enum sim_wire_result result = SIM_WIRE_OK;

        if (send_oldest(wire, 0))
            (*frames)++;
        else
            result = why_not_sent(wire);
        if (result != SIM_WIRE_OK)
            return result;
    }
    token.frames = *frames;
    return send_token(wire, &token);
}

enum sim_wire_result sim_wire_receive_round(struct sim_wire *wire, uint64_t *now_ms,
                                            uint32_t *frames)
{
    uint8_t packet[SIM_FRAME_MAX];

    for (;;) {
        ssize_t length = receive_packet(wire, packet, 0);
        struct token token;

        if (length == NOTHING && is_stopped(wire))
            return SIM_WIRE_STOPPED;
        if (length == NOTHING)
            continue;
        if (length == GONE)
            return SIM_WIRE_LOST;
        if (length == GOOD_BYE_LENGTH)
            return SIM_WIRE_CLOSED;
        if (length == sizeof(token)) {
            memcpy(&token, packet, sizeof(token));
            *now_ms = (uint64_t)token.now_high << 32 | token.now_low;
            *frames = token.frames;
            return SIM_WIRE_OK;
        }
        if (length >= SIM_FRAME_HEADER)
            queue_received(wire, packet, (size_t)length);
    }
}
