/*
 * The thresholds of the diagnosis: their names, and those that a device has now.
 */
#ifndef NETDIAG_STATS_TCP_THRESHOLDS_H
#define NETDIAG_STATS_TCP_THRESHOLDS_H

#include "netdiag/netdiag.h"

enum netdiag_threshold_unit {
    NETDIAG_UNIT_COUNT,
    NETDIAG_UNIT_PERCENT,
    NETDIAG_UNIT_PERMILLE,
    NETDIAG_UNIT_SECONDS,
    NETDIAG_UNIT_TIMES,
};

struct netdiag_threshold_info {
    const char *key;
    enum netdiag_threshold_unit unit;
    uint32_t low, high, preset;
    const char *text;
};

/* Of each threshold, by its number. */
extern const struct netdiag_threshold_info netdiag_threshold_infos[NETDIAG_TCP_THRESHOLDS];

/* Whether there is one of that name; if so `*threshold` is its number. */
bool netdiag_threshold_find(const char *key, enum netdiag_tcp_threshold *threshold);

/* Its JSON word, "percent"; "unknown" for any other value. Any thread. */
const char *netdiag_threshold_unit_key(enum netdiag_threshold_unit unit);

/* For netdiag_init(): every one at its default. */
void netdiag_tcp_thresholds_init(struct netdiag *diag);

/* Those that hold now. Any thread; never waits. */
void netdiag_tcp_thresholds_get(const struct netdiag *diag,
                                struct netdiag_tcp_thresholds *thresholds);

/* NETDIAG_ERROR_INVALID: outside what is legal; it stays as it was. Any thread. */
enum netdiag_error netdiag_tcp_threshold_set(struct netdiag *diag,
                                             enum netdiag_tcp_threshold threshold, uint32_t value);

#endif
