/*
 * The baseline of the TCP counters: what "clear tcp statistics" stores, one for all users of the
 * command line. The stack's own counters, and so SNMP's, stay as they are.
 */
#ifndef NETDIAG_STATS_TCP_BASELINE_H
#define NETDIAG_STATS_TCP_BASELINE_H

#include "netdiag/netdiag.h"

/* For netdiag_init(): nothing was cleared. */
void netdiag_tcp_baselines_init(struct netdiag_tcp_baselines *baselines);

/*
 * Copies the baseline that holds, whole, into the caller's memory. Read the counters after it:
 * then none is below its baseline. Any thread; never waits.
 */
void netdiag_tcp_baseline_get(struct netdiag *diag, struct netdiag_tcp_baseline *baseline);

/* Who cleared, and when, alone. */
void netdiag_tcp_cleared_get(struct netdiag *diag, struct netdiag_tcp_cleared *cleared);

/*
 * Makes the counters as they are now the baseline, and logs it. `by` is printable; more than
 * CONFIG_NETDIAG_WHO_LENGTH characters of it are cut. Any thread; never waits. NETDIAG_ERROR_BUSY:
 * another thread clears at this moment, or a reader from before the last clear has not ended yet.
 * Otherwise what the platform's tcp_counters answers; then the baseline is as it was.
 */
enum netdiag_error netdiag_tcp_clear(struct netdiag *diag, const char *by);

#endif
