#include "cli/tcp_counter_names.h"

static const struct netdiag_tcp_counter_name names[NETDIAG_TCP_COUNTERS] = {
#define COUNTER(name, group, kind, key, text)                                                      \
    [NETDIAG_TCP_##name] = {NETDIAG_TCP_GROUP_##group, key, text},
#include "netdiag/tcp_counters.def"
#undef COUNTER
};

static const char *const group_keys[NETDIAG_TCP_GROUPS] = {
    [NETDIAG_TCP_GROUP_RFC4022] = "rfc4022",
    [NETDIAG_TCP_GROUP_RCVD] = "rcvd",
    [NETDIAG_TCP_GROUP_SENT] = "sent",
    [NETDIAG_TCP_GROUP_CONNECTIONS] = "connections",
};

const struct netdiag_tcp_counter_name *netdiag_tcp_counter_name(enum netdiag_tcp_counter counter)
{
    return &names[counter];
}

const char *netdiag_tcp_group_key(enum netdiag_tcp_counter_group group)
{
    return group_keys[group];
}
