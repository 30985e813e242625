/*
 * A TCP service of a program on the device, one that need not be a good one: it may leave its
 * clients unaccepted, what they send unread, its connections open when they have closed.
 *
 * It keeps nothing of its connections: lwIP's lists have them, by the service's port. When it is
 * closed its program does what it owed: it accepts, reads, and closes after its clients. What is
 * not gone then is reset, and the listener goes last: a port with connections and no listener is
 * one that no program can bind.
 */
#ifndef NETDIAG_SIM_SERVICE_H
#define NETDIAG_SIM_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "lwip/tcp.h"

enum sim_service_state {
    SIM_SERVICE_CLOSED,
    SIM_SERVICE_OPENING, /* lwIP would not; it tries again every second */
    SIM_SERVICE_OPEN,
    SIM_SERVICE_CLOSING,
};

struct sim_service {
    uint16_t port;     /* no other program's, and no ephemeral one */
    const char *owner; /* NULL: nobody says whose it is */
    uint8_t backlog;   /* 0: lwIP's own */
    bool never_accepts, never_reads, never_closes;
    bool sends;               /* a buffer full now and then, for as long as its clients take it */
    uint32_t closes_after_ms; /* after a client came, unless it sends; 0: when the client has */

    /* The service's own */
    enum sim_service_state state;
    struct tcp_pcb *listener;
    uint64_t due_ms; /* when it tries to open again, or resets what has not closed */
    struct sim_service *next;
};

/*
 * Opens it, with the core lock held, as for the others; one that closes is ended first. Without
 * SO_REUSEADDR: while connections of its port are left, it cannot. `service` must stay.
 */
void sim_service_open(struct sim_service *service);

/* Its program comes to its senses, and soon ends. */
void sim_service_close(struct sim_service *service);

/*
 * Its program ends on the spot: the listener goes, and every connection is reset that has not been
 * closed by both sides. TIME-WAIT stays.
 */
void sim_service_end(struct sim_service *service);

#endif
