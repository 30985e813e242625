/*
 * What the observer has seen, as the records have it.
 */
#include "observer.h"

void netdiag_lwip_observer_add(struct netdiag_tcp_counters *counters,
                               const struct netdiag_lwip_received *received)
{
    struct netdiag_lwip_malformed malformed = netdiag_lwip_malformed();
    uint64_t errors = received->bad_checksum + malformed.too_short + malformed.bad_offset;

    for (unsigned i = 0; i < NETDIAG_TCP_COUNTERS; i++) {
        enum netdiag_tcp_counter counter = (enum netdiag_tcp_counter)i;
        uint64_t own;

        /* lwIP's own stay where it counts right; currEstab follows from the states */
        if (i != NETDIAG_TCP_CURR_ESTAB && !netdiag_tcp_counter_get(counters, counter, &own))
            netdiag_tcp_counter_set(counters, counter, netdiag_lwip_observed.value[i]);
    }
    netdiag_tcp_counter_set(counters, NETDIAG_TCP_IN_ERRS, errors);
    netdiag_tcp_counter_set(counters, NETDIAG_TCP_RCVD_TOO_SHORT, malformed.too_short);
    netdiag_tcp_counter_set(counters, NETDIAG_TCP_RCVD_BAD_OFFSET, malformed.bad_offset);
    netdiag_tcp_counter_set(counters, NETDIAG_TCP_RCVD_NO_PORT,
                            received->total - netdiag_lwip_taken - errors - malformed.to_group);
}

void netdiag_lwip_observer_add_pool(struct netdiag_tcp_pool *pool)
{
    pool->has_evicted = true;
    for (unsigned i = 0; i <= TIME_WAIT; i++)
        pool->evicted[netdiag_lwip_state((uint8_t)i)] = netdiag_lwip_evicted[i];
}

/*
 * lwIP goes on counting from an active open's SYNs until the first data is acknowledged: as long
 * as all that was ever sent is in flight.
 */
static uint8_t retries_of_data(const struct netdiag_tcp_connection *row,
                               const struct netdiag_lwip_slot *slot)
{
    if (row->in_flight != slot->out_bytes + slot->fin_sent || row->retries < slot->syn_retries)
        return row->retries;
    return (uint8_t)(row->retries - slot->syn_retries);
}

void netdiag_lwip_observer_add_connection(const struct tcp_pcb *pcb,
                                          struct netdiag_tcp_connection *row)
{
    struct netdiag_lwip_slot *slot = netdiag_lwip_slot_of(pcb);
    struct netdiag_tcp_history *history = &row->history;

    if (!slot)
        return;
    netdiag_lwip_slot_look(slot);
    netdiag_lwip_slot_receive(slot);
    row->vlan = slot->vlan;
    if (slot->owner != 0)
        row->owner = *netdiag_lwip_owner_of_number(slot->owner);
    row->has_history = true;
    history->id = netdiag_lwip_slot_id(slot);
    history->is_passive = slot->is_passive;
    history->sent_since_fin = slot->sent_since_fin;
    row->retries = retries_of_data(row, slot);
    history->created_ms = netdiag_lwip_stamp_ms(&slot->created);
    history->state_since_ms = netdiag_lwip_stamp_ms(&slot->state_since);
    history->last_in_ms = netdiag_lwip_stamp_ms(&slot->last_in);
    history->last_out_ms = netdiag_lwip_stamp_ms(&slot->last_out);
    history->traffic = netdiag_lwip_slot_traffic(slot);
}

/* One whose connect failed is back in CLOSED, and on lwIP's list of the bound if on any. */
static bool is_connection(const struct tcp_pcb *pcb)
{
    return pcb && pcb->state != CLOSED;
}

size_t netdiag_lwip_observer_walk(struct netdiag_tcp_cursor *cursor,
                                  struct netdiag_tcp_connection *rows, size_t capacity, bool *ended)
{
    size_t count = 0;

    for (unsigned looked = 0; looked < CONFIG_NETDIAG_TCP_CHUNK_SLOTS && count < capacity &&
                              cursor->slot < netdiag_lwip_slots_used;
         looked++) {
        const struct tcp_pcb *pcb = netdiag_lwip_slots[cursor->slot++].pcb;

        if (is_connection(pcb))
            netdiag_lwip_fill_connection(pcb, &rows[count++]);
    }
    *ended = cursor->slot >= netdiag_lwip_slots_used;
    return count;
}

bool netdiag_lwip_observer_count(uint32_t *slot, struct netdiag_tcp_states *states, bool *ended)
{
    if (netdiag_lwip_without_slot > 0)
        return false;
    for (unsigned looked = 0;
         looked < CONFIG_NETDIAG_TCP_CHUNK_SLOTS && *slot < netdiag_lwip_slots_used; looked++) {
        const struct tcp_pcb *pcb = netdiag_lwip_slots[(*slot)++].pcb;

        if (is_connection(pcb))
            states->count[netdiag_lwip_state((uint8_t)pcb->state)]++;
    }
    *ended = *slot >= netdiag_lwip_slots_used;
    return true;
}
