/*
 * Who holds the pool that connections are taken from: by state, local or remote port, remote
 * address and owner, and when they will be free.
 *
 * A table has room for CONFIG_NETDIAG_TCP_HOLDERS of them, and must not miss a large one because
 * small ones came first. So there are two walks: the first nominates (Misra and Gries, "Finding
 * repeated elements", 1982: whoever has more than one in N + 1 of all is among the N that remain),
 * the second counts those and no other.
 */
#ifndef NETDIAG_STATS_TCP_HOLDERS_H
#define NETDIAG_STATS_TCP_HOLDERS_H

#include "netdiag/error.h"
#include "netdiag/tcp.h"

enum netdiag_tcp_held_by {
    NETDIAG_TCP_HELD_BY_PORT,
    NETDIAG_TCP_HELD_BY_REMOTE,
    NETDIAG_TCP_HELD_BY_OWNER,
    NETDIAG_TCP_HELD_BY,
};

/* Connections, and what ends them. */
struct netdiag_tcp_held {
    uint32_t total;
    uint32_t timed;             /* the stack's timer, */
    uint32_t first_ms, last_ms; /* the first of them and the last in so long at most */
    uint32_t by_peer;           /* an answer of the peer's, or its FIN */
    uint32_t by_program;        /* their program when it closes, */
    bool is_one_program;        /* and that is the same for all */
    struct netdiag_owner program;
};

/* The service of a connection: the port that does not change with each. */
struct netdiag_tcp_service {
    uint16_t port;
    bool is_remote; /* the device opened it */
};

struct netdiag_tcp_holder {
    /* Of these the one that its table is about */
    struct netdiag_tcp_service service;
    struct netdiag_address remote;
    struct netdiag_owner owner;
    uint32_t votes; /* of the first walk */
    struct netdiag_tcp_held held;
};

/* The caller's; zeroed, nothing is counted. */
struct netdiag_tcp_holders {
    struct netdiag_tcp_held all;
    struct netdiag_tcp_held states[NETDIAG_TCP_STATE_LAST + 1];
    uint32_t reclaimable; /* the stack ends them when it needs their place */
    size_t count[NETDIAG_TCP_HELD_BY];
    struct netdiag_tcp_holder rows[NETDIAG_TCP_HELD_BY][CONFIG_NETDIAG_TCP_HOLDERS];
};

/* The pool, and who holds it. */
struct netdiag_tcp_holding {
    enum netdiag_error pool_error; /* NETDIAG_OK: the next field is known */
    struct netdiag_tcp_pool pool;
    struct netdiag_tcp_holders holders;
};

/* For each connection of the first walk. */
void netdiag_tcp_holders_nominate(struct netdiag_tcp_holders *holders,
                                  const struct netdiag_tcp_connection *row);

/* For each of the second. */
void netdiag_tcp_holders_count(struct netdiag_tcp_holders *holders,
                               const struct netdiag_tcp_connection *row);

/* Those with most connections first; who has none any more goes. */
void netdiag_tcp_holders_sort(struct netdiag_tcp_holders *holders);

/* How many connections are of none of the rows. */
uint32_t netdiag_tcp_holders_others(const struct netdiag_tcp_holders *holders,
                                    enum netdiag_tcp_held_by by);

#endif
