/*
 * What each threshold is called, and what is legal.
 */
#include "stats/tcp_thresholds.h"

#include <string.h>

const struct netdiag_threshold_info netdiag_threshold_infos[NETDIAG_TCP_THRESHOLDS] = {
#define THRESHOLD(name, key, unit, low, high, value, text)                                         \
    [NETDIAG_TCP_THRESHOLD_##name] = {key, NETDIAG_UNIT_##unit, low, high, value, text},
#include "netdiag/tcp_thresholds.def"
#undef THRESHOLD
};

bool netdiag_threshold_find(const char *key, enum netdiag_tcp_threshold *threshold)
{
    for (unsigned i = 0; i < NETDIAG_TCP_THRESHOLDS; i++) {
        if (strcmp(netdiag_threshold_infos[i].key, key) != 0)
            continue;
        *threshold = (enum netdiag_tcp_threshold)i;
        return true;
    }
    return false;
}

const char *netdiag_threshold_unit_key(enum netdiag_threshold_unit unit)
{
    switch (unit) {
    case NETDIAG_UNIT_COUNT:
        return "count";
    case NETDIAG_UNIT_PERCENT:
        return "percent";
    case NETDIAG_UNIT_PERMILLE:
        return "permille";
    case NETDIAG_UNIT_SECONDS:
        return "seconds";
    case NETDIAG_UNIT_TIMES:
        return "times";
    }
    return "unknown";
}
