/*
 * The names of the ways in which a connection ends.
 */
#include "netdiag/tcp.h"

static const char *const keys[NETDIAG_TCP_ENDS] = {
    [NETDIAG_TCP_END_CLOSED] = "closed",
    [NETDIAG_TCP_END_CLOSED_UNREAD] = "closedUnread",
    [NETDIAG_TCP_END_CANCELLED] = "cancelled",
    [NETDIAG_TCP_END_ABORTED] = "aborted",
    [NETDIAG_TCP_END_CLEARED] = "cleared",
    [NETDIAG_TCP_END_RESET] = "reset",
    [NETDIAG_TCP_END_REFUSED] = "refused",
    [NETDIAG_TCP_END_UNANSWERED] = "unanswered",
    [NETDIAG_TCP_END_EVICTED] = "evicted",
    [NETDIAG_TCP_END_RETRANSMIT_TIMEOUT] = "retransmitTimeout",
    [NETDIAG_TCP_END_PERSIST_TIMEOUT] = "persistTimeout",
    [NETDIAG_TCP_END_KEEPALIVE_TIMEOUT] = "keepaliveTimeout",
    [NETDIAG_TCP_END_SYN_RECEIVED_TIMEOUT] = "synReceivedTimeout",
    [NETDIAG_TCP_END_FIN_WAIT_2_TIMEOUT] = "finWait2Timeout",
    [NETDIAG_TCP_END_LAST_ACK_TIMEOUT] = "lastAckTimeout",
};

const char *netdiag_tcp_end_key(enum netdiag_tcp_end end)
{
    return (unsigned)end < NETDIAG_TCP_ENDS ? keys[end] : "unknown";
}
