/*
 * The watch's public face, in every build: a firmware that calls it needs no #ifdef. What is left
 * out of a build does nothing here.
 */
#include "cli/watch.h"
#include "stats/tcp_series.h"

/* The history first: its seconds should be as even as the caller's. */
void netdiag_watch(struct netdiag *diag)
{
    netdiag_tcp_series_look(diag);
    netdiag_watch_findings(diag);
}
