#include "stats/tcp_walk.h"

#include <string.h>

#include "stats/device.h"

void netdiag_tcp_walk_start(struct netdiag_tcp_walk *walk)
{
    memset(&walk->cursor, 0, sizeof walk->cursor);
    walk->count = 0;
}

enum netdiag_error netdiag_tcp_walk_next(const struct netdiag *diag, struct netdiag_tcp_walk *walk)
{
    enum netdiag_error error = netdiag_device_tcp_connections(
        diag, &walk->cursor, walk->rows, CONFIG_NETDIAG_TCP_WALK_ROWS, &walk->count);

    if (error != NETDIAG_OK)
        walk->count = 0;
    return error;
}

bool netdiag_tcp_walk_all(const struct netdiag *diag,
                          void (*add)(void *into, const struct netdiag_tcp_connection *row),
                          void *into, bool (*cancelled)(void *ctx, size_t walked), void *ctx,
                          enum netdiag_error *error)
{
    struct netdiag_tcp_walk walk;

    netdiag_tcp_walk_start(&walk);
    do {
        if (cancelled != NULL && cancelled(ctx, walk.count))
            return false;
        *error = netdiag_tcp_walk_next(diag, &walk);
        for (size_t i = 0; i < walk.count; i++)
            add(into, &walk.rows[i]);
    } while (!walk.cursor.done && *error == NETDIAG_OK);
    return cancelled == NULL || !cancelled(ctx, walk.count);
}

static uint64_t since(uint64_t then_ms, uint64_t now_ms)
{
    return now_ms > then_ms ? now_ms - then_ms : 0;
}

void netdiag_tcp_ages_of(const struct netdiag_tcp_connection *row, bool has_now, uint64_t now_ms,
                         struct netdiag_tcp_ages *ages)
{
    const struct netdiag_tcp_history *history = &row->history;

    memset(ages, 0, sizeof *ages);
    if (!row->has_history || !has_now)
        return;
    ages->known = true;
    ages->age_ms = since(history->created_ms, now_ms);
    ages->idle_ms = since(history->last_in_ms > history->last_out_ms ? history->last_in_ms
                                                                     : history->last_out_ms,
                          now_ms);
    ages->state_ms = since(history->state_since_ms, now_ms);
}
