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
