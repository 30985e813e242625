/*
 * What the TCP counters are called, in JSON and in text.
 */
#ifndef NETDIAG_CLI_TCP_COUNTER_NAMES_H
#define NETDIAG_CLI_TCP_COUNTER_NAMES_H

#include "netdiag/tcp.h"

enum netdiag_tcp_counter_group {
    NETDIAG_TCP_GROUP_RFC4022,
    NETDIAG_TCP_GROUP_RCVD,
    NETDIAG_TCP_GROUP_SENT,
    NETDIAG_TCP_GROUP_CONNECTIONS,
    NETDIAG_TCP_GROUPS
};

struct netdiag_tcp_counter_name {
    enum netdiag_tcp_counter_group group;
    const char *key;  /* its JSON key */
    const char *text; /* what it counts */
};

/* `counter` must be below NETDIAG_TCP_COUNTERS. The record is constant. Any thread. */
const struct netdiag_tcp_counter_name *netdiag_tcp_counter_name(enum netdiag_tcp_counter counter);

/* The JSON key of a group, "rfc4022" for example. Constant. Any thread. */
const char *netdiag_tcp_group_key(enum netdiag_tcp_counter_group group);

#endif
