/*
 * The commands to type next where a state is explained, in every language.
 */
#include "cli/catalogue.h"

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

static const char *const *const after_states[NETDIAG_TCP_STATE_LAST + 1] = {
    [NETDIAG_TCP_CLOSED] = LIST("show tcp connections state closed", "show tcp owners"),
    [NETDIAG_TCP_LISTEN] = LIST("show tcp listeners detail", "show tcp owners", "netstat -nat"),
    [NETDIAG_TCP_SYN_SENT] = LIST("show tcp connections state syn-sent", "show arp",
                                  "show tcp closed", "show tcp diagnosis"),
    [NETDIAG_TCP_SYN_RECEIVED] = LIST("show tcp connections state syn-received",
                                      "show tcp listeners", "show tcp pool", "show tcp diagnosis"),
    [NETDIAG_TCP_ESTABLISHED] =
        LIST("show tcp connections state established", "show tcp owners",
             "show tcp connections state established detail", "show tcp diagnosis"),
    [NETDIAG_TCP_FIN_WAIT_1] =
        LIST("show tcp connections state fin-wait-1 detail", "show tcp pool", "show tcp diagnosis"),
    [NETDIAG_TCP_FIN_WAIT_2] =
        LIST("show tcp connections state fin-wait-2", "show tcp pool", "show tcp closed"),
    [NETDIAG_TCP_CLOSE_WAIT] = LIST("show tcp connections state close-wait", "show tcp owners",
                                    "show tcp pool", "show tcp diagnosis"),
    [NETDIAG_TCP_LAST_ACK] =
        LIST("show tcp connections state last-ack detail", "show tcp pool", "show tcp closed"),
    [NETDIAG_TCP_CLOSING] =
        LIST("show tcp connections state closing detail", "show tcp pool", "show tcp closed"),
    [NETDIAG_TCP_TIME_WAIT] = LIST("show tcp connections state time-wait", "show tcp pool",
                                   "show tcp listeners", "show tcp diagnosis"),
};

static const char *const none[] = {NULL};

const char *const *netdiag_catalogue_state_next(enum netdiag_tcp_state state)
{
    if (state < NETDIAG_TCP_STATE_FIRST || state > NETDIAG_TCP_STATE_LAST)
        return none;
    return after_states[state];
}
