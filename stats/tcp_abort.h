/*
 * An operator ends a connection.
 */
#ifndef NETDIAG_STATS_TCP_ABORT_H
#define NETDIAG_STATS_TCP_ABORT_H

#include "netdiag/netdiag.h"

/*
 * Ends the connection with this ID, and logs who did so: `by`, printable. NETDIAG_ERROR_NOT_FOUND
 * when no connection has the ID. No lock held.
 */
enum netdiag_error netdiag_tcp_abort(const struct netdiag *diag, uint32_t id, const char *by);

#endif
