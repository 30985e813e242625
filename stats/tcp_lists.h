/*
 * Lists of TCP that a command holds whole: the listeners, and the connections that ended.
 */
#ifndef NETDIAG_STATS_TCP_LISTS_H
#define NETDIAG_STATS_TCP_LISTS_H

#include "netdiag/netdiag.h"

/* The caller's; plain, so that it can be on a stack. */
struct netdiag_tcp_listeners {
    size_t total;    /* how many there are */
    size_t count;    /* how many stand here */
    size_t left_out; /* how many there was no room for, and nobody looked at */
    struct netdiag_tcp_listener rows[CONFIG_NETDIAG_TCP_LISTENERS];
};

enum netdiag_error netdiag_tcp_listeners_collect(const struct netdiag *diag,
                                                 struct netdiag_tcp_listeners *listeners);

/* Gives their accept callbacks the names that the platform knows. No lock held. */
void netdiag_tcp_listeners_name(const struct netdiag *diag,
                                struct netdiag_tcp_listeners *listeners);

/* The last connections that ended, the newest first. */
struct netdiag_tcp_endings {
    uint64_t total; /* how many ended since boot */
    size_t count;   /* how many stand here */
    struct netdiag_tcp_closed rows[CONFIG_NETDIAG_TCP_CLOSED_ROWS];
};

enum netdiag_error netdiag_tcp_endings_collect(const struct netdiag *diag,
                                               struct netdiag_tcp_endings *endings);

/* How long a connection lived, and how long ago it ended; without a clock that is not known. */
struct netdiag_tcp_closed_ages {
    uint64_t lifetime_ms;
    bool has_ended;
    uint64_t ended_ms;
};

/* `now_ms` is netdiag_time.uptime_ms. */
void netdiag_tcp_closed_ages_of(const struct netdiag_tcp_closed *row, bool has_now, uint64_t now_ms,
                                struct netdiag_tcp_closed_ages *ages);

#endif
