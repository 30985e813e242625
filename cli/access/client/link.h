/*
 * The client's side of the control socket: a connection, frames out, frames in.
 */
#ifndef NETDIAG_CLI_ACCESS_CLIENT_LINK_H
#define NETDIAG_CLI_ACCESS_CLIENT_LINK_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/access/control_protocol.h"

/* The caller's. Nothing waits but link_open(). */
struct link {
    int fd;
    size_t out_begin, out_size; /* to be sent */
    unsigned char out[2 * NETDIAG_CONTROL_PAYLOAD];
    size_t in_begin, in_size; /* received */
    unsigned char in[2 * NETDIAG_CONTROL_PAYLOAD];
};

/* A frame that came in; the payload is valid until the next call. */
struct link_frame {
    unsigned char type;
    size_t length;
    const unsigned char *payload;
};

/* Connects. False: errno says why not, ENAMETOOLONG for a path that no socket can have. */
bool link_open(struct link *link, const char *path);

/* Bytes of payload that can be added now; an INPUT takes no more than this. */
size_t link_room(const struct link *link);

/* Adds a frame to what is to be sent. It must fit. */
void link_add(struct link *link, enum netdiag_control_type type, const void *payload,
              size_t length);

/* Sends what the socket takes. False: errno says why no more can be sent. */
bool link_send(struct link *link);

/* Receives what there is. False: nothing more will come; errno says why, 0: the other end is gone.
 */
bool link_receive(struct link *link);

/* The next whole frame that was received. False: there is none. */
bool link_next(struct link *link, struct link_frame *frame);

#endif
