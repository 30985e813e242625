/*
 * Reads a device's neighbours, a few at a time: the platform's lock is free between two chunks.
 */
#ifndef NETDIAG_STATS_NEIGHBORS_H
#define NETDIAG_STATS_NEIGHBORS_H

#include "netdiag/netdiag.h"

/* The caller's; plain, so that it can be on a stack. The fields are private. */
struct netdiag_neighbor_reader {
    const struct netdiag *diag;
    enum netdiag_family family;
    struct netdiag_neighbor_cursor cursor;
    size_t next, count;
    struct netdiag_neighbor rows[CONFIG_NETDIAG_NEIGHBOR_ROWS];
};

/* Starts reading ARP's table (NETDIAG_FAMILY_IPV4) or IPv6's cache (NETDIAG_FAMILY_IPV6). */
void netdiag_neighbor_reader_start(struct netdiag_neighbor_reader *reader,
                                   const struct netdiag *diag, enum netdiag_family family);

/*
 * The next neighbour, valid until the next call; NULL at the end, with `*error` NETDIAG_OK, or when
 * the platform fails, with its error; NETDIAG_ERROR_IO when it breaks the contract. No lock held.
 */
const struct netdiag_neighbor *netdiag_neighbor_reader_next(struct netdiag_neighbor_reader *reader,
                                                            enum netdiag_error *error);

/* Its JSON word, "reachable" for example; "unknown" for any other value. Any thread. */
const char *netdiag_neighbor_state_key(enum netdiag_neighbor_state state);

#endif
