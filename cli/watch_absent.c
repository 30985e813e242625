/*
 * In place of the watch, in a build without CONFIG_NETDIAG_DIAGNOSIS: a firmware that calls it
 * needs no #ifdef.
 */
#include "netdiag/netdiag.h"

void netdiag_watch(struct netdiag *diag)
{
    (void)diag;
}
