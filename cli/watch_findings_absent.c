/*
 * In place of the watch for findings, in a build without CONFIG_NETDIAG_DIAGNOSIS.
 */
#include "cli/watch.h"

void netdiag_watch_findings(struct netdiag *diag)
{
    (void)diag;
}
