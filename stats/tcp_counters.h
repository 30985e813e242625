/*
 * What is known of each TCP counter, and the difference of two readings.
 */
#ifndef NETDIAG_STATS_TCP_COUNTERS_H
#define NETDIAG_STATS_TCP_COUNTERS_H

#include "netdiag/tcp.h"

enum netdiag_tcp_counter_group {
    NETDIAG_TCP_GROUP_RFC4022,
    NETDIAG_TCP_GROUP_RCVD,
    NETDIAG_TCP_GROUP_SENT,
    NETDIAG_TCP_GROUP_CONNECTIONS,
    NETDIAG_TCP_GROUPS
};

enum netdiag_tcp_counter_kind {
    NETDIAG_TCP_KIND_COUNTER, /* only grows; "clear" subtracts a baseline */
    NETDIAG_TCP_KIND_GAUGE,   /* a level, never cleared */
};

struct netdiag_tcp_counter_info {
    enum netdiag_tcp_counter_group group;
    enum netdiag_tcp_counter_kind kind;
    const char *key;  /* its JSON key */
    const char *text; /* what it counts */
};

/* `counter` must be below NETDIAG_TCP_COUNTERS. The record is constant. Any thread. */
const struct netdiag_tcp_counter_info *netdiag_tcp_counter_info(enum netdiag_tcp_counter counter);

/* The JSON key of a group, "rfc4022" for example. Constant. Any thread. */
const char *netdiag_tcp_group_key(enum netdiag_tcp_counter_group group);

/*
 * Subtracts `baseline` from `counters`, gauges left as they are. A counter that the baseline does
 * not have was not counted then, and is left as it is too. Where any counter is below its baseline
 * the stack has begun again since, and all are left as they are: they count since then. A counter
 * that has gone round 2^64 is not below.
 */
void netdiag_tcp_counters_subtract(struct netdiag_tcp_counters *counters,
                                   const struct netdiag_tcp_counters *baseline);

#endif
