/*
 * The thresholds of a device.
 */
#include "stats/tcp_thresholds.h"

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
