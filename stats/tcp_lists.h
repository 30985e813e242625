/*
 * Lists of TCP that a command holds whole: the listeners.
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

#endif
