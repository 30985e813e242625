/*
 * The names of findings, and what is in one.
 */
#include "stats/tcp_finding.h"

#include <string.h>

static const struct {
    const char *key;
    enum netdiag_tcp_state state;
} codes[NETDIAG_TCP_FINDINGS] = {
#define NETDIAG_TCP_0           ((enum netdiag_tcp_state)0)
#define FINDING(name, code, of) [NETDIAG_TCP_FINDING_##name] = {code, NETDIAG_TCP_##of},
#include "netdiag/tcp_findings.def"
#undef FINDING
#undef NETDIAG_TCP_0
};

const char *netdiag_tcp_code_key(enum netdiag_tcp_code code)
{
    return (unsigned)code < NETDIAG_TCP_FINDINGS ? codes[code].key : "unknown";
}

enum netdiag_tcp_state netdiag_tcp_code_state(enum netdiag_tcp_code code)
{
    return (unsigned)code < NETDIAG_TCP_FINDINGS ? codes[code].state : (enum netdiag_tcp_state)0;
}

const char *netdiag_tcp_severity_key(enum netdiag_tcp_severity severity)
{
    switch (severity) {
    case NETDIAG_TCP_SEVERITY_INFO:
        return "info";
    case NETDIAG_TCP_SEVERITY_WARNING:
        return "warning";
    case NETDIAG_TCP_SEVERITY_CRITICAL:
        return "critical";
    }
    return "unknown";
}

const char *netdiag_tcp_verdict_key(enum netdiag_tcp_severity severity)
{
    return severity == NETDIAG_TCP_SEVERITY_INFO ? "ok" : netdiag_tcp_severity_key(severity);
}

const struct netdiag_evidence *netdiag_tcp_finding_fact(const struct netdiag_tcp_finding *finding,
                                                        const char *key)
{
    for (size_t i = 0; i < finding->count; i++) {
        if (strcmp(finding->evidence[i].key, key) == 0)
            return &finding->evidence[i];
    }
    return NULL;
}
