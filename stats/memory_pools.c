#include "stats/memory_pools.h"

#include <string.h>

enum netdiag_error netdiag_memory_pools_collect(const struct netdiag *diag,
                                                struct netdiag_memory_pools *pools)
{
    enum netdiag_error error;

    memset(pools, 0, sizeof *pools);
    if (diag->platform->memory_pools == NULL)
        return NETDIAG_ERROR_UNSUPPORTED;
    error = diag->platform->memory_pools(diag->ctx, pools->rows, CONFIG_NETDIAG_MEMORY_POOLS,
                                         &pools->total);
    pools->count =
        pools->total < CONFIG_NETDIAG_MEMORY_POOLS ? pools->total : CONFIG_NETDIAG_MEMORY_POOLS;
    return error;
}
