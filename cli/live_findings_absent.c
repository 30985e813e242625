/*
 * The live view in a build without CONFIG_NETDIAG_DIAGNOSIS: two walks, and no findings.
 */
#include "cli/live.h"
#include "stats/tcp_walk.h"

bool netdiag_live_take(struct netdiag *diag, struct netdiag_live_view *view,
                       bool (*cancelled)(void *ctx, size_t walked), void *ctx,
                       enum netdiag_error *error)
{
    struct netdiag_tcp_live *live = &view->live;

    view->has_findings = false;
    *error = netdiag_tcp_live_open(diag, live);
    if (*error != NETDIAG_OK)
        return true;
    if (!netdiag_tcp_walk_all(diag, netdiag_tcp_live_first, live, cancelled, ctx, error))
        return false;
    if (*error == NETDIAG_OK &&
        !netdiag_tcp_walk_all(diag, netdiag_tcp_live_second, live, cancelled, ctx, error))
        return false;
    if (*error == NETDIAG_OK)
        netdiag_tcp_live_close(diag, live);
    return true;
}

size_t netdiag_live_findings_text(const struct netdiag_text_sink *sink,
                                  const struct netdiag_live_view *view, size_t most)
{
    (void)sink, (void)view, (void)most;
    return 0;
}

void netdiag_live_findings_json(struct netdiag_output *output, const struct netdiag_live_view *view)
{
    (void)output, (void)view;
}
