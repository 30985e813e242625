/*
 * The TCP counters. All that is known of one stands in tcp_counters.def.
 */
#include "stats/tcp_counters.h"

static const struct netdiag_tcp_counter_info infos[NETDIAG_TCP_COUNTERS] = {
#define COUNTER(name, group, kind, key, text)                                                      \
    [NETDIAG_TCP_##name] = {NETDIAG_TCP_GROUP_##group, NETDIAG_TCP_KIND_##kind, key, text},
#include "netdiag/tcp_counters.def"
#undef COUNTER
};

static const char *const group_keys[NETDIAG_TCP_GROUPS] = {
    [NETDIAG_TCP_GROUP_RFC4022] = "rfc4022",
    [NETDIAG_TCP_GROUP_RCVD] = "rcvd",
    [NETDIAG_TCP_GROUP_SENT] = "sent",
    [NETDIAG_TCP_GROUP_CONNECTIONS] = "connections",
};

const struct netdiag_tcp_counter_info *netdiag_tcp_counter_info(enum netdiag_tcp_counter counter)
{
    return &infos[counter];
}

const char *netdiag_tcp_group_key(enum netdiag_tcp_counter_group group)
{
    return group_keys[group];
}

/* All or none: of one that has grown past its baseline again it could not be told. */
static bool began_again(const struct netdiag_tcp_counters *counters,
                        const struct netdiag_tcp_counters *baseline)
{
    for (unsigned i = 0; i < NETDIAG_TCP_COUNTERS; i++) {
        uint64_t now, before;

        if (infos[i].kind == NETDIAG_TCP_KIND_COUNTER &&
            netdiag_tcp_counter_get(counters, (enum netdiag_tcp_counter)i, &now) &&
            netdiag_tcp_counter_get(baseline, (enum netdiag_tcp_counter)i, &before) &&
            now - before > INT64_MAX) /* serial numbers, as RFC 1982 compares them */
            return true;
    }
    return false;
}

void netdiag_tcp_counters_subtract(struct netdiag_tcp_counters *counters,
                                   const struct netdiag_tcp_counters *baseline)
{
    if (began_again(counters, baseline))
        return;
    for (unsigned i = 0; i < NETDIAG_TCP_COUNTERS; i++) {
        uint64_t before;

        if (infos[i].kind == NETDIAG_TCP_KIND_COUNTER &&
            netdiag_tcp_counter_get(baseline, (enum netdiag_tcp_counter)i, &before))
            counters->value[i] -= before; /* modulo 2^64: right across a wrap */
    }
}
