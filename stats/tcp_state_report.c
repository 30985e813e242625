#include "stats/tcp_state_report.h"

#include <string.h>

#include "stats/device.h"
#include "stats/tcp_walk.h"

enum netdiag_error netdiag_tcp_state_report_collect(const struct netdiag *diag,
                                                    struct netdiag_tcp_state_report *report)
{
    enum netdiag_error error;

    memset(report, 0, sizeof *report);
    error = netdiag_device_tcp_state_totals(diag, &report->totals);
    if (error != NETDIAG_OK && error != NETDIAG_ERROR_UNSUPPORTED)
        return error;
    report->has_totals = error == NETDIAG_OK;
    error = netdiag_device_tcp_states(diag, &report->now);
    if (error != NETDIAG_OK)
        return error;
    /* Between the two readings more may have come in. */
    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++) {
        if (report->totals.state[i].peak < report->now.count[i])
            report->totals.state[i].peak = report->now.count[i];
    }
    return NETDIAG_OK;
}

void netdiag_tcp_state_report_add(struct netdiag_tcp_state_report *report, bool has_now,
                                  uint64_t now_ms, const struct netdiag_tcp_connection *row)
{
    struct netdiag_tcp_ages ages;

    if (row->state < NETDIAG_TCP_STATE_FIRST || row->state > NETDIAG_TCP_STATE_LAST)
        return;
    netdiag_tcp_ages_of(row, has_now, now_ms, &ages);
    if (ages.known && ages.state_ms > report->totals.state[row->state].longest_ms)
        report->totals.state[row->state].longest_ms = ages.state_ms;
}

bool netdiag_tcp_state_report_has_longest(const struct netdiag_tcp_state_report *report,
                                          enum netdiag_tcp_state state)
{
    const struct netdiag_tcp_state_total *total = &report->totals.state[state];

    return report->has_totals && (total->has_entered || total->longest_ms > 0);
}
