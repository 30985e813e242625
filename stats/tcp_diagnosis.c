/*
 * The table of rules, and what they say of a snapshot.
 */
#include "stats/tcp_diagnosis.h"

#include <string.h>

#include "stats/tcp_rules.h"

static netdiag_tcp_rule_function *const rules[NETDIAG_TCP_FINDINGS] = {
    [NETDIAG_TCP_FINDING_SYN_FLOOD] = netdiag_tcp_rule_syn_flood,
    [NETDIAG_TCP_FINDING_SYN_SENT_ONE_TARGET] = netdiag_tcp_rule_syn_sent_one_target,
    [NETDIAG_TCP_FINDING_SYN_SENT_SCAN] = netdiag_tcp_rule_syn_sent_scan,
    [NETDIAG_TCP_FINDING_UNKNOWN_LISTENER] = netdiag_tcp_rule_unknown_listener,
    [NETDIAG_TCP_FINDING_STALE_ESTABLISHED] = netdiag_tcp_rule_stale_established,
    [NETDIAG_TCP_FINDING_RECONNECTING_CLIENT] = netdiag_tcp_rule_reconnecting_client,
    [NETDIAG_TCP_FINDING_ACCEPT_QUEUE_FULL] = netdiag_tcp_rule_accept_queue_full,
    [NETDIAG_TCP_FINDING_RECEIVE_STALL] = netdiag_tcp_rule_receive_stall,
    [NETDIAG_TCP_FINDING_SEND_STALL] = netdiag_tcp_rule_send_stall,
    [NETDIAG_TCP_FINDING_CLOSE_WAIT_LEAK] = netdiag_tcp_rule_close_wait_leak,
    [NETDIAG_TCP_FINDING_FIN_WAIT_STUCK] = netdiag_tcp_rule_fin_wait_stuck,
    [NETDIAG_TCP_FINDING_LAST_ACK_STUCK] = netdiag_tcp_rule_last_ack_stuck,
    [NETDIAG_TCP_FINDING_CLOSING_STUCK] = netdiag_tcp_rule_closing_stuck,
    [NETDIAG_TCP_FINDING_TIME_WAIT_PILE] = netdiag_tcp_rule_time_wait_pile,
    [NETDIAG_TCP_FINDING_BIND_BLOCKED] = netdiag_tcp_rule_bind_blocked,
    [NETDIAG_TCP_FINDING_POOL_EXHAUSTION] = netdiag_tcp_rule_pool_exhaustion,
    [NETDIAG_TCP_FINDING_MEMORY_POOL_EXHAUSTED] = netdiag_tcp_rule_memory_pool_exhausted,
    [NETDIAG_TCP_FINDING_PORT_SCAN] = netdiag_tcp_rule_port_scan,
    [NETDIAG_TCP_FINDING_RETRANSMISSION_RISE] = netdiag_tcp_rule_retransmission_rise,
    [NETDIAG_TCP_FINDING_RESET_RISE] = netdiag_tcp_rule_reset_rise,
};

bool netdiag_tcp_rule(const struct netdiag_tcp_snapshot *snapshot, enum netdiag_tcp_code code,
                      struct netdiag_tcp_finding *finding)
{
    memset(finding, 0, sizeof *finding);
    if ((unsigned)code >= NETDIAG_TCP_FINDINGS || rules[code] == NULL)
        return false;
    finding->code = code;
    finding->severity = NETDIAG_TCP_SEVERITY_WARNING;
    finding->state = netdiag_tcp_code_state(code);
    return rules[code](snapshot, finding);
}

void netdiag_tcp_diagnose(const struct netdiag_tcp_snapshot *snapshot,
                          struct netdiag_tcp_diagnosis *diagnosis)
{
    struct netdiag_tcp_finding finding;

    memset(diagnosis, 0, sizeof *diagnosis);
    diagnosis->verdict = NETDIAG_TCP_SEVERITY_INFO;
    for (unsigned code = 0; code < NETDIAG_TCP_FINDINGS; code++) {
        size_t to = diagnosis->count;

        if (!netdiag_tcp_rule(snapshot, (enum netdiag_tcp_code)code, &finding))
            continue;
        diagnosis->count++;
        for (; to > 0 && diagnosis->found[to - 1].severity < finding.severity; to--)
            diagnosis->found[to] = diagnosis->found[to - 1];
        diagnosis->found[to].code = finding.code;
        diagnosis->found[to].severity = finding.severity;
        if (finding.severity > diagnosis->verdict)
            diagnosis->verdict = finding.severity;
    }
}
