/*
 * What was seen of each state: how many connections came into it, the most at a time, and the
 * longest stay.
 *
 * lwIP tells of no change of state, and passes two at once when a program closes on hearing of the
 * peer's FIN, for example. A change is seen at the next segment of the connection, when it ends, or
 * when someone looks; those that lwIP passes in between follow from RFC 9293: there is one way only
 * from each of its states to the next that can be seen. A connection that is older than netdiag's
 * start comes into the state that it is found in.
 */
#include <string.h>

#include "observer.h"

struct netdiag_lwip_seen netdiag_lwip_seen[TIME_WAIT + 1];

static void note_stay(const struct netdiag_lwip_slot *slot, uint64_t until_ms)
{
    uint64_t since_ms = netdiag_lwip_stamp_ms(&slot->state_since);
    struct netdiag_lwip_seen *seen = &netdiag_lwip_seen[slot->state];

    if (until_ms > since_ms && until_ms - since_ms > seen->longest_ms)
        seen->longest_ms = until_ms - since_ms;
}

/* A slot in CLOSED has a connection that is not begun: its SYN waits to be sent. */
static void leave(const struct netdiag_lwip_slot *slot, uint64_t at_ms)
{
    if (slot->state == CLOSED)
        return;
    note_stay(slot, at_ms);
    netdiag_lwip_seen[slot->state].now--;
}

static void step(struct netdiag_lwip_slot *slot, uint8_t state, uint64_t at_ms)
{
    struct netdiag_lwip_seen *seen = &netdiag_lwip_seen[state];

    leave(slot, at_ms);
    seen->entered++;
    if (++seen->now > seen->peak)
        seen->peak = seen->now;
    slot->state = state;
    netdiag_lwip_stamp_set(&slot->state_since, at_ms);
}

/*
 * The first state on the way. From FIN-WAIT-1 one segment leads to TIME-WAIT only when it has both
 * the ACK of our FIN and the peer's FIN, and RFC 9293 takes the ACK first (3.10.7.4).
 */
static uint8_t next_on_the_way(uint8_t from, uint8_t to)
{
    if ((from == SYN_SENT || from == SYN_RCVD) && to > FIN_WAIT_1)
        return ESTABLISHED;
    if (from == ESTABLISHED && to == LAST_ACK)
        return CLOSE_WAIT;
    if (from == ESTABLISHED && to != CLOSE_WAIT)
        return FIN_WAIT_1;
    if (from == FIN_WAIT_1 && to == TIME_WAIT)
        return FIN_WAIT_2;
    return to;
}

void netdiag_lwip_slot_enter(struct netdiag_lwip_slot *slot, uint8_t state, uint64_t at_ms)
{
    while (slot->state != state)
        step(slot, next_on_the_way(slot->state, state), at_ms);
}

/* The state in which a connection ended that lwIP has taken to CLOSED already. */
static uint8_t last_state(const struct netdiag_lwip_slot *slot)
{
    const struct tcp_pcb *pcb = slot->pcb;
    /* A program that closes on hearing of a reset closes nothing */
    bool has_closed = pcb->flags & TF_FIN && pcb != netdiag_lwip_reset_by_peer;

    switch (slot->state) {
    case CLOSED:
        return SYN_SENT;
    case ESTABLISHED:
        if (slot->fin_received)
            return has_closed ? LAST_ACK : CLOSE_WAIT;
        return has_closed ? FIN_WAIT_1 : ESTABLISHED;
    case CLOSE_WAIT:
        return has_closed ? LAST_ACK : CLOSE_WAIT;
    case FIN_WAIT_1:
        if (slot->fin_received)
            return slot->fin_sent && pcb->lastack == pcb->snd_nxt ? TIME_WAIT : CLOSING;
        return FIN_WAIT_1;
    case FIN_WAIT_2:
        return slot->fin_received ? TIME_WAIT : FIN_WAIT_2;
    default:
        return slot->state;
    }
}

void netdiag_lwip_slot_settle(struct netdiag_lwip_slot *slot)
{
    uint8_t state = slot->pcb->state != CLOSED ? (uint8_t)slot->pcb->state : last_state(slot);

    netdiag_lwip_slot_enter(slot, state, netdiag_lwip_slot_moved_ms(slot));
}

void netdiag_lwip_slot_leave(const struct netdiag_lwip_slot *slot)
{
    leave(slot, netdiag_lwip_uptime_ms());
}

void netdiag_lwip_observer_looked(uint8_t state, uint32_t count)
{
    if (count > netdiag_lwip_seen[state].peak)
        netdiag_lwip_seen[state].peak = count;
}

/* As many as a walk looks at in one call. */
static void look(uint32_t *slot)
{
    uint64_t now_ms = netdiag_lwip_uptime_ms();

    for (unsigned looked = 0;
         looked < CONFIG_NETDIAG_TCP_CHUNK_SLOTS && *slot < netdiag_lwip_slots_used; looked++) {
        struct netdiag_lwip_slot *known = &netdiag_lwip_slots[(*slot)++];

        if (!known->pcb || known->pcb->state == CLOSED)
            continue;
        netdiag_lwip_slot_look(known);
        note_stay(known, now_ms);
    }
}

static void fill(struct netdiag_tcp_state_totals *totals)
{
    bool has_all = netdiag_lwip_observed.value[NETDIAG_TCP_CONN_WITHOUT_ROW] == 0;

    memset(totals, 0, sizeof(*totals));
    for (unsigned state = CLOSED; state <= TIME_WAIT; state++) {
        const struct netdiag_lwip_seen *seen = &netdiag_lwip_seen[state];

        totals->state[netdiag_lwip_state((uint8_t)state)] = (struct netdiag_tcp_state_total){
            .has_entered = has_all && state > LISTEN,
            .entered = seen->entered,
            .peak = seen->peak,
            .longest_ms = seen->longest_ms,
        };
    }
}

enum netdiag_error netdiag_lwip_tcp_state_totals(void *ctx, struct netdiag_tcp_state_totals *totals)
{
    uint32_t slot = 0;

    (void)ctx;
    netdiag_lwip_lock();
    netdiag_lwip_tcp_poll();
    while (slot < netdiag_lwip_slots_used) {
        look(&slot);
        netdiag_lwip_unlock();
        netdiag_lwip_lock();
    }
    fill(totals);
    netdiag_lwip_unlock();
    return NETDIAG_OK;
}
