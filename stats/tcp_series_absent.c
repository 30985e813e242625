/*
 * In place of the history, in a build without CONFIG_NETDIAG_HISTORY: nothing is kept. There are no
 * metrics and no spans then, and so no infos of them.
 */
#include "stats/tcp_series.h"

void netdiag_tcp_series_init(struct netdiag *diag)
{
    (void)diag;
}

void netdiag_tcp_series_look(struct netdiag *diag)
{
    (void)diag;
}

enum netdiag_error netdiag_tcp_series_get(struct netdiag *diag, enum netdiag_tcp_metric metric,
                                          enum netdiag_tcp_span span,
                                          struct netdiag_tcp_series *series)
{
    (void)diag;
    (void)metric;
    (void)span;
    (void)series;
    return NETDIAG_ERROR_UNSUPPORTED;
}
