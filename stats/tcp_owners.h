/*
 * How many connections each owner has, by state.
 */
#ifndef NETDIAG_STATS_TCP_OWNERS_H
#define NETDIAG_STATS_TCP_OWNERS_H

#include "netdiag/tcp.h"

struct netdiag_tcp_owned {
    struct netdiag_owner owner;
    uint32_t total;
    uint32_t count[NETDIAG_TCP_STATE_LAST + 1]; /* by enum netdiag_tcp_state */
};

/* The caller's; zeroed, nothing is counted. */
struct netdiag_tcp_owners {
    struct netdiag_tcp_owned all;
    struct netdiag_tcp_owned others; /* of owners that had no place any more */
    size_t count;
    struct netdiag_tcp_owned rows[CONFIG_NETDIAG_TCP_OWNERS_SHOWN];
};

void netdiag_tcp_owners_add(struct netdiag_tcp_owners *owners,
                            const struct netdiag_tcp_connection *row);

/* Those with most connections first; of equals the one that was found first. */
void netdiag_tcp_owners_sort(struct netdiag_tcp_owners *owners);

#endif
