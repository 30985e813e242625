/*
 * In place of the thresholds and the watch, in a build without CONFIG_NETDIAG_DIAGNOSIS: thresholds
 * are what Kconfig says, and nothing is watched.
 */
#include "stats/tcp_thresholds.h"
#include "stats/tcp_watch.h"

void netdiag_tcp_thresholds_init(struct netdiag *diag)
{
    (void)diag;
}

void netdiag_tcp_thresholds_get(const struct netdiag *diag,
                                struct netdiag_tcp_thresholds *thresholds)
{
    static const struct netdiag_tcp_thresholds presets = {{
#define THRESHOLD(name, key, unit, low, high, value, text) [NETDIAG_TCP_THRESHOLD_##name] = (value),
#include "netdiag/tcp_thresholds.def"
#undef THRESHOLD
    }};

    (void)diag;
    *thresholds = presets;
}

void netdiag_tcp_watch_init(struct netdiag *diag)
{
    (void)diag;
}
