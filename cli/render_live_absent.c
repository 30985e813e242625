/*
 * In place of the renderers of the live view, in a build without CONFIG_NETDIAG_LIVE: a renderer
 * has every function, and no command calls these.
 */
#include "cli/render.h"

void netdiag_text_tcp_live(struct netdiag_output *output, const struct netdiag_head *head,
                           const struct netdiag_live_view *view)
{
    (void)output, (void)head, (void)view;
}

void netdiag_json_tcp_live(struct netdiag_output *output, const struct netdiag_head *head,
                           const struct netdiag_live_view *view)
{
    (void)output, (void)head, (void)view;
}
