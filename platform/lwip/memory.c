/*
 * lwIP's pools of memory and its heap.
 *
 * A pool's name is the word that memp_std.h has for it; lwIP itself keeps its names in debugging
 * builds only.
 */
#include <string.h>

#include "lwip/mem.h"
#include "lwip/memp.h"
#include "lwip/opt.h"
#include "lwip/stats.h"

#include "internal.h"

/* tcp_alloc() asks the pool so often, reclaiming in between, before it gives up. */
#define PCB_TRIES 5

#define HAS_HEAP_STATS (LWIP_STATS && MEM_STATS)

static struct netdiag_lwip_wide heap_refused;
static struct netdiag_lwip_wide pool_refused[MEMP_MAX];

void netdiag_lwip_memory_poll(void)
{
#if NETDIAG_LWIP_HAS_POOL_STATS
    for (size_t i = 0; i < MEMP_MAX; i++)
        netdiag_lwip_widen(&pool_refused[i], lwip_stats.memp[i]->err, (STAT_COUNTER)-1);
#endif
#if HAS_HEAP_STATS
    netdiag_lwip_widen(&heap_refused, lwip_stats.mem.err, (STAT_COUNTER)-1);
#endif
}

uint64_t netdiag_lwip_pcbs_refused(void)
{
    return pool_refused[MEMP_TCP_PCB].total / PCB_TRIES;
}

/* lwIP's own count since the start would not do: it wraps, and not by five. */
unsigned netdiag_lwip_pool_tries_failed(void)
{
#if NETDIAG_LWIP_HAS_POOL_STATS
    return (STAT_COUNTER)(lwip_stats.memp[MEMP_TCP_PCB]->err - pool_refused[MEMP_TCP_PCB].last) %
           PCB_TRIES;
#else
    return 0;
#endif
}

#if NETDIAG_LWIP_HAS_POOL_STATS

static const char *const names[MEMP_MAX] = {
#define LWIP_MEMPOOL(name, num, size, desc) #name,
#include "lwip/priv/memp_std.h"
};

static void fill_pool(size_t pool, struct netdiag_memory_pool *row)
{
    const struct stats_mem *stats = lwip_stats.memp[pool];
    uint32_t reserved = pool == MEMP_TCP_PCB ? netdiag_lwip_pcbs_reserved() : 0;

    memset(row, 0, sizeof(*row));
    netdiag_lwip_copy_text(row->name, sizeof(row->name), names[pool]);
    row->size = memp_pools[pool]->size;
    row->capacity = (uint32_t)stats->avail - reserved;
    row->used = (uint32_t)stats->used - reserved;
    row->peak = (uint32_t)stats->max - reserved;
    row->refused = pool == MEMP_TCP_PCB ? netdiag_lwip_pcbs_refused() : pool_refused[pool].total;
}

#endif

#if HAS_HEAP_STATS

static void fill_heap(struct netdiag_memory_pool *row)
{
    memset(row, 0, sizeof(*row));
    netdiag_lwip_copy_text(row->name, sizeof(row->name), "HEAP");
    row->is_heap = true;
    row->size = 1;
    row->capacity = (uint32_t)lwip_stats.mem.avail;
    row->used = (uint32_t)lwip_stats.mem.used;
    row->peak = (uint32_t)lwip_stats.mem.max;
    row->refused = heap_refused.total;
}

#endif

enum netdiag_error netdiag_lwip_memory_pools(void *ctx, struct netdiag_memory_pool *rows,
                                             size_t capacity, size_t *total)
{
    (void)ctx, (void)rows, (void)capacity;
    *total = 0;
    netdiag_lwip_lock();
    netdiag_lwip_memory_poll();
#if NETDIAG_LWIP_HAS_POOL_STATS
    for (; *total < MEMP_MAX; (*total)++) {
        if (*total < capacity)
            fill_pool(*total, &rows[*total]);
    }
#endif
#if HAS_HEAP_STATS
    if (*total < capacity)
        fill_heap(&rows[*total]);
    (*total)++;
#endif
    netdiag_lwip_unlock();
    return *total > 0 ? NETDIAG_OK : NETDIAG_ERROR_UNSUPPORTED;
}
