#include "stats/tcp_owners.h"

#include <string.h>

static void count(struct netdiag_tcp_owned *owned, enum netdiag_tcp_state state)
{
    owned->total++;
    if (state >= NETDIAG_TCP_STATE_FIRST && state <= NETDIAG_TCP_STATE_LAST)
        owned->count[state]++;
}

static struct netdiag_tcp_owned *find(struct netdiag_tcp_owners *owners,
                                      const struct netdiag_owner *owner)
{
    struct netdiag_tcp_owned *fresh;

    for (size_t i = 0; i < owners->count; i++) {
        if (strcmp(owners->rows[i].owner.name, owner->name) == 0)
            return &owners->rows[i];
    }
    if (owners->count == CONFIG_NETDIAG_TCP_OWNERS_SHOWN)
        return &owners->others;
    fresh = &owners->rows[owners->count++];
    memset(fresh, 0, sizeof *fresh);
    fresh->owner = *owner;
    return fresh;
}

void netdiag_tcp_owners_add(struct netdiag_tcp_owners *owners,
                            const struct netdiag_tcp_connection *row)
{
    count(&owners->all, row->state);
    count(find(owners, &row->owner), row->state);
}

void netdiag_tcp_owners_sort(struct netdiag_tcp_owners *owners)
{
    for (size_t i = 1; i < owners->count; i++) {
        struct netdiag_tcp_owned moved = owners->rows[i];
        size_t to = i;

        for (; to > 0 && owners->rows[to - 1].total < moved.total; to--)
            owners->rows[to] = owners->rows[to - 1];
        owners->rows[to] = moved;
    }
}
