/*
 * In place of the renderers of the past, in a build without CONFIG_NETDIAG_HISTORY: a renderer has
 * every function, and no command calls these.
 */
#include "cli/render.h"

void netdiag_text_history_begin(struct netdiag_output *output, bool recorded)
{
    (void)output, (void)recorded;
}

void netdiag_text_history_span(struct netdiag_output *output, enum netdiag_tcp_span span)
{
    (void)output, (void)span;
}

void netdiag_text_history(struct netdiag_output *output, const struct netdiag_tcp_graph *graph)
{
    (void)output, (void)graph;
}

void netdiag_text_history_span_end(struct netdiag_output *output)
{
    (void)output;
}

void netdiag_text_history_end(struct netdiag_output *output)
{
    (void)output;
}

void netdiag_json_history_begin(struct netdiag_output *output, bool recorded)
{
    (void)output, (void)recorded;
}

void netdiag_json_history_span(struct netdiag_output *output, enum netdiag_tcp_span span)
{
    (void)output, (void)span;
}

void netdiag_json_history(struct netdiag_output *output, const struct netdiag_tcp_graph *graph)
{
    (void)output, (void)graph;
}

void netdiag_json_history_span_end(struct netdiag_output *output)
{
    (void)output;
}

void netdiag_json_history_end(struct netdiag_output *output)
{
    (void)output;
}
