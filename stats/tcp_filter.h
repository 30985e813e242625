/*
 * Which connections a command shows.
 */
#ifndef NETDIAG_STATS_TCP_FILTER_H
#define NETDIAG_STATS_TCP_FILTER_H

#include "netdiag/tcp.h"
#include "stats/tcp_lists.h"

/* The owner of what has none, in tables and filters. */
#define NETDIAG_TCP_NO_OWNER "-"

/* All that is given must hold. Zeroed, it lets every connection through. */
struct netdiag_tcp_filter {
    bool has_state;
    enum netdiag_tcp_state state;
    uint16_t port; /* at either end; 0: any */
    uint16_t local_port, remote_port;
    bool has_local, has_remote;
    struct netdiag_prefix local, remote;
    uint16_t vlan;     /* 0: any */
    const char *owner; /* byte for byte, kept by pointer; NETDIAG_TCP_NO_OWNER: none; NULL: any */
};

bool netdiag_tcp_filter_connection(const struct netdiag_tcp_filter *filter,
                                   const struct netdiag_tcp_connection *row);

/* Of what has ended; the state is not looked at. */
bool netdiag_tcp_filter_closed(const struct netdiag_tcp_filter *filter,
                               const struct netdiag_tcp_closed *row);

/* Keeps the listeners whose own port and owner fit; of `filter` nothing else is looked at. */
void netdiag_tcp_filter_listeners(const struct netdiag_tcp_filter *filter,
                                  struct netdiag_tcp_listeners *listeners);

/*
 * A state by its name, or by a beginning of it that no other has. RFC 9293's names and RFC 4022's
 * are one: capitals, '-' and '_' make no difference.
 */
bool netdiag_tcp_state_parse(const char *text, enum netdiag_tcp_state *state);

#endif
