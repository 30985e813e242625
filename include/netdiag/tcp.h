/*
 * Records of TCP: counters, states, the pool of connections, a connection, a listener.
 *
 * Plain structs that the caller owns. Nothing in them points into the stack, so they stay valid
 * and unchanged for as long as their owner keeps them.
 */
#ifndef NETDIAG_TCP_H
#define NETDIAG_TCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "netdiag/address.h"
#include "netdiag/config.h"

/* The states, with the numbers of RFC 4022's tcpConnectionState. */
enum netdiag_tcp_state {
    NETDIAG_TCP_CLOSED = 1,
    NETDIAG_TCP_LISTEN = 2,
    NETDIAG_TCP_SYN_SENT = 3,
    NETDIAG_TCP_SYN_RECEIVED = 4,
    NETDIAG_TCP_ESTABLISHED = 5,
    NETDIAG_TCP_FIN_WAIT_1 = 6,
    NETDIAG_TCP_FIN_WAIT_2 = 7,
    NETDIAG_TCP_CLOSE_WAIT = 8,
    NETDIAG_TCP_LAST_ACK = 9,
    NETDIAG_TCP_CLOSING = 10,
    NETDIAG_TCP_TIME_WAIT = 11,
};

#define NETDIAG_TCP_STATE_FIRST NETDIAG_TCP_CLOSED
#define NETDIAG_TCP_STATE_LAST  NETDIAG_TCP_TIME_WAIT

/*
 * The names of a state: RFC 9293's ("SYN-RECEIVED") and RFC 4022's as JSON has it
 * ("synReceived"). Constant strings; "unknown" for any other value. Any thread.
 */
const char *netdiag_tcp_state_name(enum netdiag_tcp_state state);
const char *netdiag_tcp_state_key(enum netdiag_tcp_state state);

/* The index of each counter of tcp_counters.def: NETDIAG_TCP_IN_SEGS and so on. */
enum netdiag_tcp_counter {
#define COUNTER(name, group, kind, key, text) NETDIAG_TCP_##name,
#include "netdiag/tcp_counters.def"
#undef COUNTER
    NETDIAG_TCP_COUNTERS
};

#define NETDIAG_TCP_COUNTER_WORDS ((NETDIAG_TCP_COUNTERS + 31) / 32)

/*
 * The counters. A value means something only where its counter is counted: what a stack does not
 * count is not 0, it is unknown. Read and written by the two functions below; zeroed, nothing is
 * counted.
 */
struct netdiag_tcp_counters {
    uint64_t value[NETDIAG_TCP_COUNTERS];
    uint32_t counted[NETDIAG_TCP_COUNTER_WORDS]; /* one bit a counter */
};

static inline void netdiag_tcp_counter_set(struct netdiag_tcp_counters *counters,
                                           enum netdiag_tcp_counter counter, uint64_t value)
{
    counters->value[counter] = value;
    counters->counted[counter / 32] |= UINT32_C(1) << (counter % 32);
}

/* Whether the counter is counted; if so `*value` is its value. */
static inline bool netdiag_tcp_counter_get(const struct netdiag_tcp_counters *counters,
                                           enum netdiag_tcp_counter counter, uint64_t *value)
{
    if (!(counters->counted[counter / 32] & (UINT32_C(1) << (counter % 32))))
        return false;
    *value = counters->value[counter];
    return true;
}

/* How many connections and listeners are in each state now, indexed by enum netdiag_tcp_state. */
struct netdiag_tcp_states {
    uint64_t count[NETDIAG_TCP_STATE_LAST + 1];
};

/*
 * What was seen of each state since boot, indexed by enum netdiag_tcp_state. Entered counts each
 * time that a connection came into the state, by the segments of RFC 9293: a connection that
 * passes two states at once (from ESTABLISHED by CLOSE-WAIT to LAST-ACK when its program closes on
 * hearing of the peer's FIN) came into both.
 */
struct netdiag_tcp_state_total {
    bool has_entered; /* the next is known: not of CLOSED and LISTEN, of which lwIP says nothing,
                         nor once a connection had no place among those observed */
    uint64_t entered;
    uint64_t peak;       /* most at a time */
    uint64_t longest_ms; /* the longest stay of those that have left it, or been looked at */
};

struct netdiag_tcp_state_totals {
    struct netdiag_tcp_state_total state[NETDIAG_TCP_STATE_LAST + 1];
};

/* A source of segments to ports that nobody serves. Times are netdiag_time.uptime_ms. */
struct netdiag_tcp_scanner {
    struct netdiag_address source;
    uint32_t ports;  /* different ones within the last minute */
    bool more_ports; /* there were more, which nobody counted */
    uint64_t segments;
    uint64_t first_ms, last_ms; /* of a source that was silent for long, since it came again */
};

/*
 * The pool that the stack takes connections from (RFC 9293's TCBs; lwIP's PCBs), since boot.
 * Listeners are not in it where the stack keeps them apart, as lwIP does.
 */
struct netdiag_tcp_pool {
    uint32_t capacity;
    uint32_t used;
    uint32_t peak;
    uint64_t refused; /* connections that found the pool empty, and nothing in it to reclaim */
    bool has_evicted;
    uint64_t evicted[NETDIAG_TCP_STATE_LAST + 1]; /* ended to make room, by their state before */
};

/* Who cleared the counters last, and when. */
struct netdiag_tcp_cleared {
    bool ever;          /* false: they count since boot, and the rest means nothing */
    bool has_uptime;    /* the device knew the time */
    uint64_t uptime_ms; /* netdiag_time.uptime_ms */
    char by[CONFIG_NETDIAG_WHO_LENGTH + 1];
};

/* A reading of the counters that later ones are compared with: what "clear" stores. */
struct netdiag_tcp_baseline {
    struct netdiag_tcp_cleared cleared;
    struct netdiag_tcp_counters counters;
    bool has_pool;
    struct netdiag_tcp_pool pool;
};

/* Who a port or a connection belongs to: the name that was registered, "" when none was. */
struct netdiag_owner {
    char name[CONFIG_NETDIAG_OWNER_LENGTH + 1];
};

/* What a connection carried, each way. Bytes are of data, each octet counted once. */
struct netdiag_tcp_traffic {
    uint64_t in_bytes, in_segs, out_bytes, out_segs;
    uint32_t retrans_timeout; /* segments sent again because the retransmit timer fired */
    uint32_t retrans_fast;    /* segments sent again for another reason */
};

/* Times are netdiag_time.uptime_ms; windows and queues are bytes. */
struct netdiag_tcp_history {
    uint32_t id; /* the same for as long as the connection lives, and not soon used again */
    bool is_passive;
    bool sent_since_fin; /* data, after the peer's FIN */
    uint64_t created_ms, state_since_ms, last_in_ms, last_out_ms;
    struct netdiag_tcp_traffic traffic;
};

struct netdiag_tcp_connection {
    enum netdiag_tcp_state state;
    struct netdiag_endpoint local;
    struct netdiag_endpoint remote; /* family ANY and port 0 where there is none: CLOSED */
    struct netdiag_owner owner;
    uint16_t vlan; /* 802.1Q ID of the VLAN whose interface has the local address; 0: none */
    uint32_t rto_ms;
    uint32_t srtt_ms; /* 0: not measured yet */
    uint32_t congestion_window;
    uint32_t send_window;    /* the peer's, as last offered */
    uint32_t receive_window; /* ours, as last offered */
    uint32_t send_queue;     /* written by the program, and not acknowledged */
    uint32_t in_flight;      /* of it, sent */
    uint32_t receive_queue;  /* received, and not read by the program */
    bool is_reclaimable;     /* the stack ends it when it needs its place */
    bool has_free_in;        /* the stack's timer will end it: in free_in_ms at most */
    uint32_t free_in_ms;
    bool is_unaccepted; /* its program has not accepted it yet */
    bool reuse_address; /* SO_REUSEADDR is in force: it keeps nobody from binding its port */
    uint8_t retries;    /* the oldest segment in flight was sent again so often, in vain */
    uint8_t keepalives; /* probes in a row that nobody answered */
    bool has_history;   /* the connection was observed from its start */
    struct netdiag_tcp_history history;
};

/*
 * How far a walk over the connections has come. Zeroed, it stands at the beginning; the fields are
 * the platform's but for the three that say so.
 */
struct netdiag_tcp_cursor {
    bool done; /* for the caller: there are no more */
    uint32_t slot, listed;
    bool has_hold;            /* for the caller: the next field is known */
    uint64_t longest_hold_ns; /* for the caller: the longest time that the stack was held */
};

/* Why a connection ended. */
enum netdiag_tcp_end {
    NETDIAG_TCP_END_CLOSED,        /* both sides closed */
    NETDIAG_TCP_END_CLOSED_UNREAD, /* its program closed with data unread: RST */
    NETDIAG_TCP_END_CANCELLED,     /* its program gave up before it was established */
    NETDIAG_TCP_END_ABORTED,       /* its program aborted it: RST */
    NETDIAG_TCP_END_CLEARED,       /* an operator ended it */
    NETDIAG_TCP_END_RESET,         /* the peer sent RST */
    NETDIAG_TCP_END_REFUSED,       /* the peer answered the attempt with RST */
    NETDIAG_TCP_END_UNANSWERED,    /* nobody answered the attempt */
    NETDIAG_TCP_END_EVICTED,       /* the stack took its place for another connection */
    NETDIAG_TCP_END_RETRANSMIT_TIMEOUT,
    NETDIAG_TCP_END_PERSIST_TIMEOUT, /* the peer's window stayed closed, and it was silent */
    NETDIAG_TCP_END_KEEPALIVE_TIMEOUT,
    NETDIAG_TCP_END_SYN_RECEIVED_TIMEOUT,
    NETDIAG_TCP_END_FIN_WAIT_2_TIMEOUT,
    NETDIAG_TCP_END_LAST_ACK_TIMEOUT,
    NETDIAG_TCP_ENDS
};

/* Its JSON word, "retransmitTimeout" for example; "unknown" for any other value. Any thread. */
const char *netdiag_tcp_end_key(enum netdiag_tcp_end end);

/* Who sent the first FIN. */
enum netdiag_tcp_closer {
    NETDIAG_TCP_CLOSER_NONE,
    NETDIAG_TCP_CLOSER_DEVICE,
    NETDIAG_TCP_CLOSER_PEER,
    NETDIAG_TCP_CLOSER_BOTH, /* at once */
};

/* A connection that has ended. Times are netdiag_time.uptime_ms. */
struct netdiag_tcp_closed {
    uint32_t id;
    enum netdiag_tcp_end end;
    enum netdiag_tcp_closer closer;
    bool is_passive;
    bool was_established;
    struct netdiag_endpoint local, remote;
    struct netdiag_owner owner;
    uint16_t vlan; /* as of the connection */
    uint64_t created_ms, ended_ms;
    struct netdiag_tcp_traffic traffic;
};

struct netdiag_tcp_listener {
    struct netdiag_endpoint local;
    struct netdiag_owner owner;
    bool has_backlog;
    uint16_t backlog;  /* how many connections may wait to be accepted */
    uint16_t pending;  /* how many wait, those in SYN-RECEIVED included */
    bool has_counts;   /* the next two are known */
    uint64_t accepted; /* SYNs that began a connection */
    uint64_t refused;  /* SYNs for which there was no place, in the backlog or in the pool */
    bool has_accept;
    uint64_t accept_address; /* of the function that the stack calls for a new connection */
    char accept_symbol[CONFIG_NETDIAG_SYMBOL_LENGTH + 1]; /* its name, cut; "": not known */
};

#endif
