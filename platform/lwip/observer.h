/*
 * The observer: what is seen of TCP through lwIP's hooks. Everything here runs under the core
 * lock, inside lwIP.
 *
 *   slots.c        the table of connections
 *   listeners.c    what listeners accept and refuse
 *   observe_ip.c   what of a packet must be seen before TCP drops it
 *   observe_in.c   segments received
 *   observe_out.c  segments sent
 *   observe_end.c  how connections end
 *   states.c       how often, how many at a time and how long connections were in each state
 *   scanners.c     who sends to ports that nobody serves
 *
 * A connection is registered when its first segment is built, and dropped when lwIP frees its PCB.
 * Its ext arg holds no pointer to the slot: lwIP copies ext args from a PCB to the listener made
 * of it, and calls the destroy callback for both. It holds a handle with a generation, so that a
 * stale one is known. When the table is full the ext arg holds the PCB's own address, from when
 * the PCB can no longer become a listener: the connection has no row, but the counters still count
 * it. It counts as closed only when its PCB is freed, and its window updates count as ACKs.
 */
#ifndef NETDIAG_PLATFORM_LWIP_OBSERVER_H
#define NETDIAG_PLATFORM_LWIP_OBSERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "lwip/opt.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/tcp.h"
#include "lwip/tcp.h"

#include "internal.h"

/* A time of netdiag_lwip_uptime_ms() in 48 bits, which last for 8,900 years. */
struct netdiag_lwip_stamp {
    uint32_t low;
    uint16_t high;
} __attribute__((packed, aligned(2)));

struct netdiag_lwip_slot {
    struct tcp_pcb *pcb; /* NULL: unused */
    uint32_t highest;    /* the octet after the last one sent other than in a window probe */
    uint32_t received;   /* RCV.NXT, up to which in_bytes counts */
    uint32_t last_ack;   /* of the last segment sent: what it acknowledged, */
    uint32_t last_edge;  /* and the first octet that it did not offer room for */
    uint32_t retrans_timeout;
    uint64_t in_bytes, out_bytes, in_segs, out_segs;
    uint32_t retrans_fast;
    struct netdiag_lwip_stamp created, state_since, last_in, last_out;
    uint16_t generation; /* 15 bits, never 0 */
    uint16_t next_free;
    uint16_t local_port;    /* lwIP clears the PCB's before it is freed */
    uint8_t state;          /* lwIP's, as last seen; CLOSED: its SYN was not seen yet */
    uint8_t timer_at_input; /* the PCB's last_timer when a segment last came in */
    uint8_t is_passive : 1;
    uint8_t was_established : 1;
    uint8_t is_closed_counted : 1; /* it is in TIME-WAIT, and counted as closed */
    uint8_t fin_sent : 1;
    uint8_t fin_received : 1; /* in sequence: `received` is beyond it */
    uint8_t reset_unread : 1; /* by tcp_close() with data unread */
    uint8_t closer : 2;       /* enum netdiag_tcp_closer */
    uint8_t owner;            /* a name of owner.c; 0: its local port's owner */
    uint16_t vlan : 12;
    uint16_t sent_since_fin : 1; /* the peer's FIN came, and new data went out after it */
    uint16_t syn_retries : 3;    /* of an active open: the PCB's nrtx as it became established */
};

#define SYN_RETRIES_MAX 7u /* or more */

/*
 * Of a connection that stays ESTABLISHED nearly every segment has these flags alone, and nothing
 * that would need a second look. Each hook takes such a segment by a short way of its own, which
 * counts no other than the long one would; what that saves is seen by `make bench`.
 */
#define PLAIN_MASK (TCP_SYN | TCP_FIN | TCP_RST | TCP_ACK | TCP_URG)
#define PLAIN      TCP_ACK

/* The counters that are counted here; those that lwIP itself counts right stay unused. */
extern struct netdiag_tcp_counters netdiag_lwip_observed;

static inline void netdiag_lwip_count(enum netdiag_tcp_counter counter, uint32_t more)
{
    netdiag_lwip_observed.value[counter] += more;
}

/* The connection whose PCB is freed if a RST that came in is acted upon, or that we reset. */
extern const struct tcp_pcb *netdiag_lwip_reset_by_peer, *netdiag_lwip_reset_by_us;

/* Segments received for which there was a connection or a listener. */
extern uint64_t netdiag_lwip_taken;

/* tcp_ticks when a segment last came in: different from tcp_ticks, a timer is what sends. */
extern uint32_t netdiag_lwip_input_tick;

/* The ext arg's index. */
extern uint8_t netdiag_lwip_ext_arg;

/* Until then the ext arg is not ours: it may be another's, and nothing is written to it. */
extern bool netdiag_lwip_is_observing;

static inline uint64_t netdiag_lwip_stamp_ms(const struct netdiag_lwip_stamp *stamp)
{
    return (uint64_t)stamp->high << 32 | stamp->low;
}

static inline void netdiag_lwip_stamp_set(struct netdiag_lwip_stamp *stamp, uint64_t ms)
{
    stamp->low = (uint32_t)ms;
    stamp->high = (uint16_t)(ms >> 32);
}

/* A handle: this bit, its slot's generation in 15, and above them the slot's number in 16. */
#define HANDLE_SLOT          ((uintptr_t)1)
#define HANDLE_GENERATION_AT 1
#define HANDLE_GENERATION    0x7fffu
#define HANDLE_NUMBER_AT     16

/* A connection that got no slot: its handle is its PCB's address, and this bit. */
#define HANDLE_ESTABLISHED ((uintptr_t)2)

/* Connections that live and have no slot. */
extern uint32_t netdiag_lwip_without_slot;

/* The table; only its first slots were ever taken. Each has a generation that no handle has yet. */
extern struct netdiag_lwip_slot netdiag_lwip_slots[CONFIG_NETDIAG_TCP_SLOTS];
extern uint32_t netdiag_lwip_slots_used;

/*
 * The slot of a handle; NULL for a stale one, for 0, and for a connection that got none. Before
 * the start it is another's ext arg, which may be anything: no slot is in use then.
 */
static inline struct netdiag_lwip_slot *netdiag_lwip_slot_of_handle(uintptr_t handle)
{
    uint32_t number = (uint32_t)handle >> HANDLE_NUMBER_AT;

    if (!(handle & HANDLE_SLOT) || number >= netdiag_lwip_slots_used ||
        netdiag_lwip_slots[number].generation !=
            (handle >> HANDLE_GENERATION_AT & HANDLE_GENERATION))
        return NULL;
    return &netdiag_lwip_slots[number];
}

/* What tcp_ext_arg_get() returns; a call for each look is too much for what is looked at so often
 */
static inline uintptr_t netdiag_lwip_handle_of(const struct tcp_pcb *pcb)
{
    return (uintptr_t)pcb->ext_args[LWIP_TCP_PCB_NUM_EXT_ARGS > 1 ? netdiag_lwip_ext_arg : 0].data;
}

static inline struct netdiag_lwip_slot *netdiag_lwip_slot_of(const struct tcp_pcb *pcb)
{
    return netdiag_lwip_slot_of_handle(netdiag_lwip_handle_of(pcb));
}

/*
 * Fields of a header in network order. lwIP's own functions are a call each where a port has no
 * better ones.
 */
static inline uint32_t netdiag_lwip_word(const void *field)
{
    const uint8_t *byte = field;

    return (uint32_t)byte[0] << 24 | (uint32_t)byte[1] << 16 | (uint32_t)byte[2] << 8 | byte[3];
}

static inline uint16_t netdiag_lwip_half_word(const void *field)
{
    const uint8_t *byte = field;

    return (uint16_t)(byte[0] << 8 | byte[1]);
}

static inline uint8_t netdiag_lwip_tcp_flags(const struct tcp_hdr *hdr)
{
    return ((const uint8_t *)hdr)[13] & TCP_FLAGS;
}

static inline uint8_t netdiag_lwip_tcp_header_length(const struct tcp_hdr *hdr)
{
    return (((const uint8_t *)hdr)[12] & 0xf0) / 4; /* in words, in the upper half */
}

/* The slot whose connection an operator is ending at this moment; NULL as a rule. */
extern const struct netdiag_lwip_slot *netdiag_lwip_slot_cleared;

/* A new slot for a PCB, and its handle; NULL when the table is full. */
struct netdiag_lwip_slot *netdiag_lwip_slot_take(struct tcp_pcb *pcb, uintptr_t *handle);
void netdiag_lwip_slot_release(struct netdiag_lwip_slot *slot);

/*
 * The slot of a connection that is ESTABLISHED and was when it was last seen; else NULL. That the
 * slot is this PCB's says all that the rest of the handle would.
 */
static inline struct netdiag_lwip_slot *netdiag_lwip_slot_established(const struct tcp_pcb *pcb)
{
    uint32_t number = (uint32_t)netdiag_lwip_handle_of(pcb) >> HANDLE_NUMBER_AT;
    struct netdiag_lwip_slot *slot;

    if (pcb->state != ESTABLISHED || number >= netdiag_lwip_slots_used)
        return NULL;
    slot = &netdiag_lwip_slots[number];
    return slot->pcb == pcb && slot->state == ESTABLISHED ? slot : NULL;
}

/* The connection's ID: 8 hex digits, not soon used again. */
uint32_t netdiag_lwip_slot_id(const struct netdiag_lwip_slot *slot);

struct netdiag_tcp_traffic netdiag_lwip_slot_traffic(const struct netdiag_lwip_slot *slot);

/* The state is what lwIP says now; since `since_ms` if it is new. */
void netdiag_lwip_slot_follow(struct netdiag_lwip_slot *slot, enum tcp_state state,
                              uint64_t since_ms);

/*
 * When a change of state was that nobody saw: no sooner than the last segment, at which it would
 * have been seen but for those changes that the segment itself made.
 */
static inline uint64_t netdiag_lwip_slot_moved_ms(const struct netdiag_lwip_slot *slot)
{
    uint64_t in_ms = netdiag_lwip_stamp_ms(&slot->last_in);
    uint64_t out_ms = netdiag_lwip_stamp_ms(&slot->last_out);

    return in_ms > out_ms ? in_ms : out_ms;
}

/* Follows the PCB, which is not CLOSED. */
static inline void netdiag_lwip_slot_look(struct netdiag_lwip_slot *slot)
{
    netdiag_lwip_slot_follow(slot, slot->pcb->state, netdiag_lwip_slot_moved_ms(slot));
}

/* What was seen of each state, by lwIP's numbers, of those connections that have a slot. */
struct netdiag_lwip_seen {
    uint64_t entered, longest_ms;
    uint32_t now, peak;
};
extern struct netdiag_lwip_seen netdiag_lwip_seen[TIME_WAIT + 1];

/* The connection comes into a state, through those on the way; it is not CLOSED. */
void netdiag_lwip_slot_enter(struct netdiag_lwip_slot *slot, uint8_t state, uint64_t at_ms);

/* It is ending: the state that it was in last is what is inferred from the PCB. */
void netdiag_lwip_slot_settle(struct netdiag_lwip_slot *slot);

/* It has ended. */
void netdiag_lwip_slot_leave(const struct netdiag_lwip_slot *slot);

/*
 * A segment of no connection was answered with RST from this local port. Called while lwIP deals
 * with the segment, so that its addresses are those of the packet. `acknowledged` is the number
 * that the segment acknowledged, which the RST has for its own; 0: it acknowledged nothing.
 */
void netdiag_lwip_port_refused(uint16_t port, uint32_t acknowledged);

/* Adds to in_bytes what lwIP has taken in: data out of order not before the gap is closed. */
void netdiag_lwip_slot_receive(struct netdiag_lwip_slot *slot);

/* A segment is made or sent of a connection that has no handle: registers it. */
void netdiag_lwip_begin(const struct tcp_pcb *known);

/* A connection is about to enter ESTABLISHED. `slot` may be NULL. */
void netdiag_lwip_enter_established(struct tcp_pcb *pcb, struct netdiag_lwip_slot *slot);

/*
 * Segments that TCP dropped before it looked for their connection, up to the last packet: lwIP
 * counts the first two as one, and the third with others.
 */
struct netdiag_lwip_malformed {
    uint64_t too_short, bad_offset, to_group;
};
struct netdiag_lwip_malformed netdiag_lwip_malformed(void);

/* Connections that were ended to make room for others, by lwIP's state before. */
extern uint64_t netdiag_lwip_evicted[TIME_WAIT + 1];

/* lwIP's destroy callback, of connections and of listeners. */
void netdiag_lwip_destroyed(u8_t id, void *data);
extern const struct tcp_ext_arg_callbacks netdiag_lwip_callbacks;

/* A SYN has come, and lwIP is about to look for a place for it; until then it is refused. */
void netdiag_lwip_listener_asked(const struct tcp_pcb_listen *listener);

/* It has found one. */
void netdiag_lwip_listener_accepted(void);

/* A listener, or what became one, is freed. */
void netdiag_lwip_listener_ended(uintptr_t handle);

#endif
