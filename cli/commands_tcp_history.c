/*
 * How it was: show tcp history.
 */
#include "cli/command.h"

#include <string.h>

#include <libcli.h>

#include "cli/arguments.h"
#include "stats/tcp_series_summary.h"

#define SPAN   "span"
#define METRIC "metric"

/* Of those that Kconfig left in the first is the finest. */
#define FINEST ((enum netdiag_tcp_span)0)

/* Which spans and metrics are shown: from the first to before the end. */
struct choice {
    unsigned span, spans_end;
    unsigned metric, metrics_end;
};

/* All metrics over the finest span, or one over all spans; a word for a span is the one shown. */
static void choose(struct choice *choice, const char *span_word, const char *metric_word)
{
    enum netdiag_tcp_metric metric;
    enum netdiag_tcp_span span;

    *choice = (struct choice){.spans_end = FINEST + 1, .metrics_end = NETDIAG_TCP_METRICS};
    if (metric_word != NULL && netdiag_tcp_metric_parse(metric_word, &metric)) {
        choice->spans_end = NETDIAG_TCP_SPANS;
        choice->metric = metric;
        choice->metrics_end = metric + 1;
    }
    if (span_word != NULL && netdiag_tcp_span_parse(span_word, &span)) {
        choice->span = span;
        choice->spans_end = span + 1;
    }
}

/* Whether anything at all is known: netdiag_watch() is called. */
static enum netdiag_error find_recorded(struct netdiag *diag, bool *recorded)
{
    const unsigned count = NETDIAG_TCP_SPANS * NETDIAG_TCP_METRICS;
    struct netdiag_tcp_series_summary summary = {.known = false};

    for (unsigned i = 0; !summary.known && i < count; i++) {
        struct netdiag_tcp_series series;
        enum netdiag_error error =
            netdiag_tcp_series_get(diag, (enum netdiag_tcp_metric)(i / NETDIAG_TCP_SPANS),
                                   (enum netdiag_tcp_span)(i % NETDIAG_TCP_SPANS), &series);

        if (error != NETDIAG_OK)
            return error;
        netdiag_tcp_series_summarize(&series, &summary);
    }
    *recorded = summary.known;
    return NETDIAG_OK;
}

/* What is now, whatever the span, is in the finest one, where that is of seconds. */
static void collect(struct netdiag *diag, unsigned span, unsigned metric,
                    struct netdiag_tcp_graph *graph)
{
    const enum netdiag_tcp_metric wanted = (enum netdiag_tcp_metric)metric;

    graph->error = netdiag_tcp_series_get(diag, wanted, FINEST, &graph->series);
    graph->has_now =
        graph->error == NETDIAG_OK && netdiag_tcp_series_now(&graph->series, &graph->now);
    if (graph->error == NETDIAG_OK && span != FINEST)
        graph->error =
            netdiag_tcp_series_get(diag, wanted, (enum netdiag_tcp_span)span, &graph->series);
    if (graph->error == NETDIAG_OK)
        return;
    graph->series.metric = wanted;
    graph->series.span = (enum netdiag_tcp_span)span;
    graph->series.count = 0;
}

/* False when the user stopped it. */
static bool show_chosen(struct netdiag_call *call, const struct choice *choice, bool recorded)
{
    struct netdiag_tcp_graph graph = {.recorded = recorded};

    for (unsigned span = choice->span; span < choice->spans_end; span++) {
        call->renderer->history_span(&call->output, (enum netdiag_tcp_span)span);
        for (unsigned metric = choice->metric; metric < choice->metrics_end; metric++) {
            if (netdiag_output_cancelled(&call->output))
                return false;
            collect(call->diag, span, metric, &graph);
            graph.capacity =
                netdiag_tcp_series_capacity(call->diag, (enum netdiag_tcp_metric)metric);
            call->renderer->history(&call->output, &graph);
            graph.index++;
        }
        call->renderer->history_span_end(&call->output);
    }
    return true;
}

static enum netdiag_status show_history(struct netdiag_call *call)
{
    enum netdiag_error error;
    struct choice choice;
    bool recorded = false;

    choose(&choice, netdiag_call_argument(call, SPAN), netdiag_call_argument(call, METRIC));
    error = find_recorded(call->diag, &recorded);
    if (error != NETDIAG_OK)
        return netdiag_call_fail(call, error);
    netdiag_call_begin(call);
    call->renderer->history_begin(&call->output, recorded);
    if (!show_chosen(call, &choice, recorded))
        return netdiag_call_stopped(call);
    call->renderer->history_end(&call->output);
    netdiag_call_end(call);
    return NETDIAG_STATUS_OK;
}

static const struct netdiag_argument of_history[] = {
    {.name = SPAN,
     .kind = NETDIAG_ARGUMENT_OPTIONAL,
     .help = "How far back; without it the shortest, and of one metric each of them",
     .validate = netdiag_validate_tcp_span,
     .complete = netdiag_complete_tcp_span},
    {.name = METRIC,
     .kind = NETDIAG_ARGUMENT_OPTIONAL,
     .help = "This one alone; without it all of them",
     .validate = netdiag_validate_tcp_metric,
     .complete = netdiag_complete_tcp_metric},
    NETDIAG_ARGUMENT_JSON,
    {.name = NULL},
};

const struct netdiag_command netdiag_commands_tcp_history[] = {
    {.path = "show tcp history",
     .help = "Graphs of the last minute, hour and three days",
     .privilege = PRIVILEGE_UNPRIVILEGED,
     .mode = MODE_ANY,
     .arguments = of_history,
     .run = show_history},
    {.path = NULL},
};
