/*
 * Asks a host whether it answers: ICMP echoes, one after the other.
 *
 * netdiag_ping_start(), netdiag_ping_step() until it is done, netdiag_ping_end() in any case. The
 * caller stands between the steps, so that a user can stop it: none waits longer than
 * NETDIAG_WAIT_MS.
 */
#ifndef NETDIAG_STATS_PING_H
#define NETDIAG_STATS_PING_H

#include "netdiag/netdiag.h"

/* Cisco's: an IP packet of a hundred bytes. */
#define NETDIAG_PING_BYTES 100

enum netdiag_ping_result {
    NETDIAG_PING_ANSWERED,
    NETDIAG_PING_SILENT, /* no answer in time */
    NETDIAG_PING_UNSENT, /* the stack could not send it: its route has gone, or its memory */
};

struct netdiag_ping_echo {
    enum netdiag_ping_result result;
    uint32_t rtt_ms; /* of one that was answered */
};

/* The caller's memory. */
struct netdiag_ping {
    struct netdiag_address to;
    uint32_t asked;    /* how many echoes are wanted */
    uint32_t count;    /* how many are done */
    uint32_t sent;     /* of them, or on its way */
    uint32_t received; /* answers, and the shortest, the longest and the sum of their times */
    uint32_t least_ms, most_ms;
    uint64_t sum_ms;
    struct netdiag_ping_echo echoes[CONFIG_NETDIAG_PING_COUNT];
    bool waits; /* for the answer to `echo`, */
    uint32_t echo;
    uint32_t waited_ms; /* for so long */
};

/*
 * Sends the first echo. `count` is how many there are to be, 1 to CONFIG_NETDIAG_PING_COUNT. After
 * an error there is nothing to end.
 */
enum netdiag_error netdiag_ping_start(const struct netdiag *diag, struct netdiag_ping *ping,
                                      const struct netdiag_address *to, uint32_t count);

/* Sends the next echo, or lets a while pass. `*done`: all are answered or given up. */
enum netdiag_error netdiag_ping_step(const struct netdiag *diag, struct netdiag_ping *ping,
                                     bool *done);

/* Waits no longer. */
void netdiag_ping_end(const struct netdiag *diag, struct netdiag_ping *ping);

/* Its JSON word, "answered" for example. Any thread. */
const char *netdiag_ping_result_key(enum netdiag_ping_result result);

#endif
