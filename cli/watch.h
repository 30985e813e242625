/*
 * What netdiag_watch() does beside recording the past.
 */
#ifndef NETDIAG_CLI_WATCH_H
#define NETDIAG_CLI_WATCH_H

#include "netdiag/netdiag.h"

/* Looks for findings, and logs what is new. Does nothing without CONFIG_NETDIAG_DIAGNOSIS. */
void netdiag_watch_findings(struct netdiag *diag);

#endif
