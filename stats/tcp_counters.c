#include "stats/tcp_counters.h"

enum kind { KIND_COUNTER, KIND_GAUGE };

static const uint8_t kinds[NETDIAG_TCP_COUNTERS] = {
#define COUNTER(name, group, kind, key, text) [NETDIAG_TCP_##name] = KIND_##kind,
#include "netdiag/tcp_counters.def"
#undef COUNTER
};

bool netdiag_tcp_counter_only_grows(enum netdiag_tcp_counter counter)
{
    return kinds[counter] == KIND_COUNTER;
}

/* All or none: of one that has grown past its baseline again it could not be told. */
static bool began_again(const struct netdiag_tcp_counters *counters,
                        const struct netdiag_tcp_counters *baseline)
{
    for (unsigned i = 0; i < NETDIAG_TCP_COUNTERS; i++) {
        uint64_t now, before;

        if (kinds[i] == KIND_COUNTER &&
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

        if (kinds[i] == KIND_COUNTER &&
            netdiag_tcp_counter_get(baseline, (enum netdiag_tcp_counter)i, &before))
            counters->value[i] -= before; /* modulo 2^64: right across a wrap */
    }
}
