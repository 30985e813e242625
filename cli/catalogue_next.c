/*
 * The commands to type next after a finding, in every language: templates, each filled with a
 * finding's facts and left out where it lacks one. Each must parse and answer; the cure, where one
 * exists, is last.
 */
#include "cli/catalogue.h"

#include <string.h>

#include "netdiag/neighbor.h"
#include "netdiag/series.h"

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

/* By enum netdiag_tcp_variant; NULL: there is no such variant. */
static const char *const *const after_findings[NETDIAG_TCP_FINDINGS][NETDIAG_VARIANTS] = {
    [NETDIAG_TCP_FINDING_SYN_FLOOD] =
        {
            LIST("show tcp connections state syn-received local-port {port}",
                 "show tcp listeners detail", "show tcp pool", "show tcp history syn-received",
                 "show tcp states syn-received"),
            LIST("show tcp connections state syn-received local-port {port} remote {topSource}",
                 "ping {topSource}", "show tcp listeners detail", "show tcp pool",
                 "show tcp history syn-received", "show tcp states syn-received"),
        },
    [NETDIAG_TCP_FINDING_SYN_SENT_ONE_TARGET] =
        {
            [NETDIAG_REACH_UNKNOWN] =
                LIST("ping {target}", "show tcp connections state syn-sent remote {target}",
                     "show tcp closed remote {target}"),
            [NETDIAG_REACH_NO_ROUTE] =
                LIST("show vlan ifindex detail",
                     "show tcp connections state syn-sent remote {target}", "ping {target}"),
            [NETDIAG_REACH_UNRESOLVED] =
                LIST("show arp", "show ipv6 neighbors", "ping {target}",
                     "show tcp connections state syn-sent remote {target}"),
            [NETDIAG_REACH_RESOLVED] =
                LIST("ping {target}", "show tcp connections state syn-sent remote {target}",
                     "show tcp closed remote {target}"),
        },
    [NETDIAG_TCP_FINDING_SYN_SENT_SCAN] =
        {
            LIST("show tcp connections state syn-sent", "show tcp owners", "show tcp closed",
                 "show arp"),
            LIST("show tcp connections state syn-sent remote {target}", "show tcp owners",
                 "show tcp closed remote {target}", "ping {target}"),
        },
    [NETDIAG_TCP_FINDING_UNKNOWN_LISTENER] =
        {
            LIST("show tcp listeners detail", "lsof -i:{port}",
                 "show tcp closed local-port {port}"),
            LIST("show tcp listeners detail", "lsof -i:{port}"),
        },
    [NETDIAG_TCP_FINDING_STALE_ESTABLISHED] =
        {
            LIST("ping {remote}", "show tcp connections remote {remote}",
                 "show tcp connections state established port {port} detail",
                 "clear tcp connection {connection}"),
            LIST("ping {remote}", "show tcp connections remote {remote}",
                 "show tcp connections state close-wait port {port} detail",
                 "clear tcp connection {connection}"),
        },
    [NETDIAG_TCP_FINDING_RECONNECTING_CLIENT] = {LIST(
        "show tcp connections remote {remote} local-port {port}", "ping {remote}",
        "show tcp closed remote {remote}", "show tcp pool")},
    [NETDIAG_TCP_FINDING_ACCEPT_QUEUE_FULL] = {LIST(
        "show tcp listeners detail", "show tcp connections state established local-port {port}",
        "show tcp owners", "show tcp pool")},
    [NETDIAG_TCP_FINDING_RECEIVE_STALL] = {LIST("show tcp connections port {port} detail",
                                                "show tcp owners", "show memory pools",
                                                "clear tcp connection {connection}")},
    [NETDIAG_TCP_FINDING_SEND_STALL] = {LIST("show tcp connections remote {remote} detail",
                                             "ping {remote}", "show memory pools",
                                             "clear tcp connection {connection}")},
    [NETDIAG_TCP_FINDING_CLOSE_WAIT_LEAK] = {LIST(
        "show tcp connections state close-wait port {port}", "show tcp history close-wait",
        "show tcp owners", "show tcp pool", "clear tcp connection {connection}")},
    [NETDIAG_TCP_FINDING_FIN_WAIT_STUCK] =
        {
            [NETDIAG_TCP_FIN_WAIT_ACK] =
                LIST("ping {remote}", "show tcp connections state fin-wait-1 port {port} detail",
                     "show tcp closed remote {remote}", "clear tcp connection {connection}"),
            [NETDIAG_TCP_FIN_WAIT_FIN] =
                LIST("ping {remote}", "show tcp connections state fin-wait-2 port {port}",
                     "show tcp closed remote {remote}", "clear tcp connection {connection}"),
            [NETDIAG_TCP_FIN_WAIT_OPEN] =
                LIST("ping {remote}", "show tcp connections state fin-wait-2 port {port} detail",
                     "clear tcp connection {connection}"),
        },
    [NETDIAG_TCP_FINDING_LAST_ACK_STUCK] = {LIST(
        "ping {remote}", "show tcp connections state last-ack port {port} detail",
        "show tcp closed remote {remote}", "clear tcp connection {connection}")},
    [NETDIAG_TCP_FINDING_CLOSING_STUCK] = {LIST(
        "ping {remote}", "show tcp connections state closing port {port} detail",
        "show tcp closed remote {remote}", "clear tcp connection {connection}")},
    [NETDIAG_TCP_FINDING_TIME_WAIT_PILE] =
        {
            LIST("show tcp connections state time-wait port {port}", "show tcp pool",
                 "show tcp states time-wait"),
            LIST("show tcp connections state time-wait port {port}", "show tcp pool",
                 "show tcp listeners", "show tcp states time-wait"),
            LIST("show tcp connections state time-wait port {port}", "show tcp pool",
                 "show tcp states time-wait"),
        },
    [NETDIAG_TCP_FINDING_BIND_BLOCKED] =
        {
            [NETDIAG_TCP_BIND_TIMED] = LIST("show tcp connections local-port {port}",
                                            "lsof -i:{port}", "show tcp states time-wait"),
            [NETDIAG_TCP_BIND_OPEN] = LIST("show tcp connections local-port {port}",
                                           "lsof -i:{port}", "clear tcp connection {connection}"),
        },
    [NETDIAG_TCP_FINDING_POOL_EXHAUSTION] =
        {
            LIST("show tcp pool", "show tcp history pool", "show tcp connections port {topPort}",
                 "show tcp owners", "show tcp check"),
            LIST("show tcp pool", "show tcp history pool", "show tcp connections port {topPort}",
                 "show tcp owners", "show tcp closed"),
        },
    [NETDIAG_TCP_FINDING_MEMORY_POOL_EXHAUSTED] = {LIST("show memory pools", "show tcp owners",
                                                        "show tcp connections detail")},
    [NETDIAG_TCP_FINDING_PORT_SCAN] = {LIST("show arp", "show tcp connections remote {source}",
                                            "show tcp closed remote {source}",
                                            "show tcp listeners")},
    [NETDIAG_TCP_FINDING_RETRANSMISSION_RISE] =
        {
            LIST("show tcp history retransmits", "show tcp statistics rate 5",
                 "show tcp connections detail", "show vlan ifindex detail"),
            LIST("show tcp history retransmits", "show tcp statistics rate 5",
                 "show tcp connections detail", "show vlan ifindex detail"),
        },
    [NETDIAG_TCP_FINDING_RESET_RISE] =
        {
            LIST("show tcp closed", "show tcp history resets", "show tcp statistics rate 5",
                 "show tcp listeners"),
            LIST("show tcp closed", "show tcp history resets", "show tcp statistics rate 5",
                 "show tcp listeners"),
        },
};

static const char *const none[] = {NULL};

const char *const *netdiag_catalogue_next(enum netdiag_tcp_code code, unsigned variant)
{
    if ((unsigned)code >= NETDIAG_TCP_FINDINGS)
        return none;
    if (variant >= NETDIAG_VARIANTS || after_findings[code][variant] == NULL)
        variant = 0;
    return after_findings[code][variant];
}

/* A history of other metrics does not know the word. Without any, the command says why. */
static bool is_left_out(const char *command)
{
    static const char history[] = "show tcp history ";
    static const char *const metrics[] = {
#define METRIC(name, key, word, kind, text) word,
#include "netdiag/tcp_series.def"
        NULL};
    const char *const *metric = metrics;

    if (metrics[0] == NULL || strncmp(command, history, sizeof history - 1) != 0)
        return false;
    while (*metric != NULL && strcmp(*metric, command + sizeof history - 1) != 0)
        metric++;
    return *metric == NULL;
}

bool netdiag_catalogue_next_put(struct netdiag_text *text, enum netdiag_language language,
                                const char *pattern, const struct netdiag_tcp_finding *finding)
{
    return !is_left_out(pattern) && netdiag_catalogue_put(text, language, pattern, finding);
}
