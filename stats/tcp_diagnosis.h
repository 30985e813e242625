/*
 * The diagnosis: a snapshot of the device, and the rules that judge it.
 *
 * A snapshot is what the rules need and no more, bounded whatever the number of connections. Each
 * rule is a pure function of it, so that the same snapshot gives the same findings anywhere.
 */
#ifndef NETDIAG_STATS_TCP_DIAGNOSIS_H
#define NETDIAG_STATS_TCP_DIAGNOSIS_H

#include "netdiag/netdiag.h"
#include "stats/tcp_finding.h"
#include "stats/tcp_snapshot.h"

/* The findings of a snapshot, the worst first; of equal ones in the order of the rules. */
struct netdiag_tcp_diagnosis {
    enum netdiag_tcp_severity verdict;
    size_t count;
    struct {
        enum netdiag_tcp_code code;
        enum netdiag_tcp_severity severity;
    } found[NETDIAG_TCP_FINDINGS];
};

/* Applies every rule. Pure. */
void netdiag_tcp_diagnose(const struct netdiag_tcp_snapshot *snapshot,
                          struct netdiag_tcp_diagnosis *diagnosis);

/*
 * Applies one rule; false: it finds nothing. `finding` is the caller's, and points into the
 * snapshot. Pure.
 */
bool netdiag_tcp_rule(const struct netdiag_tcp_snapshot *snapshot, enum netdiag_tcp_code code,
                      struct netdiag_tcp_finding *finding);

#endif
