/*
 * The pools of memory of a device's stack, as a command holds them.
 */
#ifndef NETDIAG_STATS_MEMORY_POOLS_H
#define NETDIAG_STATS_MEMORY_POOLS_H

#include "netdiag/netdiag.h"

/* The caller's; plain, so that it can be on a stack. */
struct netdiag_memory_pools {
    size_t total; /* how many there are */
    size_t count; /* how many stand here */
    struct netdiag_memory_pool rows[CONFIG_NETDIAG_MEMORY_POOLS];
};

enum netdiag_error netdiag_memory_pools_collect(const struct netdiag *diag,
                                                struct netdiag_memory_pools *pools);

#endif
