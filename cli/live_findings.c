/*
 * The diagnosis in the live view: it is made of the same two walks.
 */
#include <string.h>

#include "cli/live.h"

#define INDENT        2
#define COLUMN        12 /* behind the severity */
#define LEAST_COLUMNS 40 /* on a smaller screen lines are cut */

bool netdiag_live_take(struct netdiag *diag, struct netdiag_live_view *view,
                       bool (*cancelled)(void *ctx, size_t walked), void *ctx,
                       enum netdiag_error *error)
{
    const struct netdiag_tcp_passenger passenger = {
        .first = netdiag_tcp_live_first, .second = netdiag_tcp_live_second, .into = &view->live};

    *error = netdiag_tcp_live_open(diag, &view->live);
    if (*error != NETDIAG_OK)
        return true;
    if (!netdiag_tcp_snapshot_take_along(diag, &view->snapshot, &passenger, cancelled, ctx, error))
        return false;
    if (*error != NETDIAG_OK)
        return true;
    netdiag_tcp_live_close(diag, &view->live);
    netdiag_tcp_diagnose(&view->snapshot, &view->diagnosis);
    view->has_findings = true;
    return true;
}

/* Lines up to a bound. */
struct bounded {
    const struct netdiag_text_sink *sink;
    size_t left;
};

static void put_bounded(void *ctx, const char *line)
{
    struct bounded *bounded = ctx;

    if (bounded->left == 0)
        return;
    bounded->left--;
    bounded->sink->line(bounded->sink->ctx, line);
}

static void put_finding(const struct netdiag_text_sink *sink,
                        const struct netdiag_tcp_finding *finding)
{
    const char *severity = netdiag_finding_catalogue(sink->language)->severities[finding->severity];
    char bytes[NETDIAG_SENTENCE_SIZE + 64];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_string(&text, netdiag_tcp_code_key(finding->code));
    netdiag_text_string(&text, ": ");
    netdiag_catalogue_sentence(&text, sink->language, finding);
    netdiag_sink_paragraph(sink, INDENT, severity, COLUMN, bytes);
}

/* The worst come first, whole where that leaves a line for each of the others. */
size_t netdiag_live_findings_text(const struct netdiag_text_sink *sink,
                                  const struct netdiag_live_view *view, size_t most)
{
    const struct netdiag_tcp_diagnosis *diagnosis = &view->diagnosis;
    struct bounded bounded = {.sink = sink};
    const struct netdiag_text_sink into = {
        .line = put_bounded,
        .ctx = &bounded,
        .language = sink->language,
        .columns = sink->columns < LEAST_COLUMNS ? LEAST_COLUMNS : sink->columns,
    };
    size_t shown = 0;

    for (; shown < diagnosis->count && most > 0; shown++) {
        size_t others = diagnosis->count - shown - 1;
        struct netdiag_tcp_finding finding;

        bounded.left = most > others ? most - others : 1;
        most -= bounded.left;
        if (netdiag_tcp_rule(&view->snapshot, diagnosis->found[shown].code, &finding))
            put_finding(&into, &finding);
        most += bounded.left;
    }
    return shown;
}
