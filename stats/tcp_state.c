/*
 * The names of the TCP states.
 */
#include "netdiag/tcp.h"

static const struct {
    const char *name; /* RFC 9293 */
    const char *key;  /* RFC 4022, tcpConnectionState */
} states[] = {
    [NETDIAG_TCP_CLOSED] = {"CLOSED", "closed"},
    [NETDIAG_TCP_LISTEN] = {"LISTEN", "listen"},
    [NETDIAG_TCP_SYN_SENT] = {"SYN-SENT", "synSent"},
    [NETDIAG_TCP_SYN_RECEIVED] = {"SYN-RECEIVED", "synReceived"},
    [NETDIAG_TCP_ESTABLISHED] = {"ESTABLISHED", "established"},
    [NETDIAG_TCP_FIN_WAIT_1] = {"FIN-WAIT-1", "finWait1"},
    [NETDIAG_TCP_FIN_WAIT_2] = {"FIN-WAIT-2", "finWait2"},
    [NETDIAG_TCP_CLOSE_WAIT] = {"CLOSE-WAIT", "closeWait"},
    [NETDIAG_TCP_LAST_ACK] = {"LAST-ACK", "lastAck"},
    [NETDIAG_TCP_CLOSING] = {"CLOSING", "closing"},
    [NETDIAG_TCP_TIME_WAIT] = {"TIME-WAIT", "timeWait"},
};

static bool is_state(enum netdiag_tcp_state state)
{
    return state >= NETDIAG_TCP_STATE_FIRST && state <= NETDIAG_TCP_STATE_LAST;
}

const char *netdiag_tcp_state_name(enum netdiag_tcp_state state)
{
    return is_state(state) ? states[state].name : "unknown";
}

const char *netdiag_tcp_state_key(enum netdiag_tcp_state state)
{
    return is_state(state) ? states[state].key : "unknown";
}
