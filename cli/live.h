/*
 * What a renderer gets of the live view, and the findings in it.
 */
#ifndef NETDIAG_CLI_LIVE_H
#define NETDIAG_CLI_LIVE_H

#include "cli/diagnosis.h"
#include "stats/tcp_live.h"

struct netdiag_output;

/* The caller's, as it was taken last: it can be drawn again. */
struct netdiag_live_view {
    unsigned columns, rows; /* of a screen; 0 rows: there is none, and nothing is left out */
    uint64_t index;         /* how many of the command's frames went before it */
    struct netdiag_tcp_live live;
    bool has_findings; /* the next two are known */
    struct netdiag_tcp_snapshot snapshot;
    struct netdiag_tcp_diagnosis diagnosis;
};

/*
 * The walks of a frame, which the diagnosis shares. `cancelled` is asked between chunks with `ctx`.
 * False: it was cancelled; otherwise `*error` says whether the view is whole. Without
 * CONFIG_NETDIAG_DIAGNOSIS it has no findings.
 */
bool netdiag_live_take(struct netdiag *diag, struct netdiag_live_view *view,
                       bool (*cancelled)(void *ctx, size_t walked), void *ctx,
                       enum netdiag_error *error);

/*
 * The findings in at most `most` lines: the severity, the code and the sentence of each. Returns
 * how many of them have a line.
 */
size_t netdiag_live_findings_text(const struct netdiag_text_sink *sink,
                                  const struct netdiag_live_view *view, size_t most);

/* As show tcp diagnosis has them. In builds with CONFIG_NETDIAG_JSON. */
void netdiag_live_findings_json(struct netdiag_output *output,
                                const struct netdiag_live_view *view);

#endif
