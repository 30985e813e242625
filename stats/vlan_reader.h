/*
 * Reads a device's VLANs, a few at a time.
 *
 * Up to 4094 VLANs never stand in memory together: the reader holds a chunk, and the platform's
 * lock is free between two chunks.
 */
#ifndef NETDIAG_STATS_VLAN_READER_H
#define NETDIAG_STATS_VLAN_READER_H

#include "netdiag/netdiag.h"

#define NETDIAG_VLAN_CHUNK 16

/* The caller's; plain, so that it can be on a stack. The fields are private. */
struct netdiag_vlan_reader {
    const struct netdiag *diag;
    uint16_t id;      /* 0: any */
    const char *name; /* NULL: any */
    uint16_t after;
    size_t next, count;
    bool ended;
    struct netdiag_vlan rows[NETDIAG_VLAN_CHUNK];
};

/*
 * Starts reading all VLANs, or those with this ID (0: any) and this name (NULL: any; compared
 * byte for byte, and kept by pointer until the reader is done with).
 */
void netdiag_vlan_reader_start(struct netdiag_vlan_reader *reader, const struct netdiag *diag,
                               uint16_t id, const char *name);

/*
 * The next VLAN in ascending order of their IDs, valid until the next call; NULL at the end, with
 * `*error` NETDIAG_OK, or when the platform fails, with its error. No lock held.
 */
const struct netdiag_vlan *netdiag_vlan_reader_next(struct netdiag_vlan_reader *reader,
                                                    enum netdiag_error *error);

#endif
