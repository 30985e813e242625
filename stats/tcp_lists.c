#include "stats/tcp_lists.h"

#include <string.h>

enum netdiag_error netdiag_tcp_listeners_collect(const struct netdiag *diag,
                                                 struct netdiag_tcp_listeners *listeners)
{
    enum netdiag_error error;

    memset(listeners, 0, sizeof *listeners);
    if (diag->platform->tcp_listeners == NULL)
        return NETDIAG_ERROR_UNSUPPORTED;
    error = diag->platform->tcp_listeners(diag->ctx, listeners->rows, CONFIG_NETDIAG_TCP_LISTENERS,
                                          &listeners->total);
    if (error != NETDIAG_OK)
        return error;
    listeners->count = listeners->total < CONFIG_NETDIAG_TCP_LISTENERS
                           ? listeners->total
                           : CONFIG_NETDIAG_TCP_LISTENERS;
    listeners->left_out = listeners->total - listeners->count;
    return NETDIAG_OK;
}

void netdiag_tcp_listeners_name(const struct netdiag *diag, struct netdiag_tcp_listeners *listeners)
{
    for (size_t i = 0; i < listeners->count; i++) {
        struct netdiag_tcp_listener *row = &listeners->rows[i];

        if (!row->has_accept || diag->platform->symbol == NULL ||
            diag->platform->symbol(diag->ctx, row->accept_address, row->accept_symbol,
                                   sizeof row->accept_symbol) != NETDIAG_OK)
            row->accept_symbol[0] = '\0';
    }
}

enum netdiag_error netdiag_tcp_endings_collect(const struct netdiag *diag,
                                               struct netdiag_tcp_endings *endings)
{
    enum netdiag_error error;

    endings->total = 0;
    endings->count = 0;
    if (diag->platform->tcp_closed == NULL)
        return NETDIAG_ERROR_UNSUPPORTED;
    error = diag->platform->tcp_closed(diag->ctx, endings->rows, CONFIG_NETDIAG_TCP_CLOSED_ROWS,
                                       &endings->count, &endings->total);
    if (error == NETDIAG_OK && endings->count > CONFIG_NETDIAG_TCP_CLOSED_ROWS)
        return NETDIAG_ERROR_IO; /* it breaks its contract */
    return error;
}

static uint64_t between(uint64_t from_ms, uint64_t to_ms)
{
    return to_ms > from_ms ? to_ms - from_ms : 0;
}

void netdiag_tcp_closed_ages_of(const struct netdiag_tcp_closed *row, bool has_now, uint64_t now_ms,
                                struct netdiag_tcp_closed_ages *ages)
{
    ages->lifetime_ms = between(row->created_ms, row->ended_ms);
    ages->has_ended = has_now;
    ages->ended_ms = has_now ? between(row->ended_ms, now_ms) : 0;
}
