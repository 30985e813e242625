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

void netdiag_tcp_thresholds_init(struct netdiag *diag)
{
    for (unsigned i = 0; i < NETDIAG_TCP_THRESHOLDS; i++)
        atomic_init(&diag->tcp_thresholds[i], netdiag_threshold_infos[i].preset);
}

void netdiag_tcp_thresholds_get(const struct netdiag *diag,
                                struct netdiag_tcp_thresholds *thresholds)
{
    for (unsigned i = 0; i < NETDIAG_TCP_THRESHOLDS; i++)
        thresholds->value[i] = atomic_load(&diag->tcp_thresholds[i]);
}

enum netdiag_error netdiag_tcp_threshold_set(struct netdiag *diag,
                                             enum netdiag_tcp_threshold threshold, uint32_t value)
{
    const struct netdiag_threshold_info *info = &netdiag_threshold_infos[threshold];

    if (value < info->low || value > info->high)
        return NETDIAG_ERROR_INVALID;
    atomic_store(&diag->tcp_thresholds[threshold], value);
    return NETDIAG_OK;
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
