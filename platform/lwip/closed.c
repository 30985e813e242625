#include "closed.h"

#include <string.h>

static struct netdiag_tcp_closed ring[CONFIG_NETDIAG_TCP_CLOSED];
static uint64_t ended; /* in all; the newest stands at (ended - 1) % the ring's size */

void netdiag_lwip_closed_add(const struct netdiag_lwip_slot *slot, enum netdiag_tcp_end end)
{
    struct netdiag_tcp_closed *row = &ring[ended++ % CONFIG_NETDIAG_TCP_CLOSED];
    const struct tcp_pcb *pcb = slot->pcb;

    memset(row, 0, sizeof(*row));
    row->id = netdiag_lwip_slot_id(slot);
    row->end = end;
    row->closer = (enum netdiag_tcp_closer)slot->closer;
    row->is_passive = slot->is_passive;
    row->was_established = slot->was_established;
    netdiag_lwip_address(&pcb->local_ip, &row->local.address);
    row->local.port = slot->local_port;
    netdiag_lwip_address(&pcb->remote_ip, &row->remote.address);
    row->remote.port = pcb->remote_port;
    if (slot->owner != 0)
        row->owner = *netdiag_lwip_owner_of_number(slot->owner);
    else
        netdiag_lwip_owner_of_port(slot->local_port, &row->owner);
    row->vlan = slot->vlan;
    row->created_ms = netdiag_lwip_stamp_ms(&slot->created);
    row->ended_ms = netdiag_lwip_uptime_ms();
    row->traffic = netdiag_lwip_slot_traffic(slot);
}

enum netdiag_error netdiag_lwip_tcp_closed(void *ctx, struct netdiag_tcp_closed *rows,
                                           size_t capacity, size_t *count, uint64_t *total)
{
    size_t kept;

    (void)ctx;
    netdiag_lwip_lock();
    kept = ended < CONFIG_NETDIAG_TCP_CLOSED ? (size_t)ended : CONFIG_NETDIAG_TCP_CLOSED;
    *count = kept < capacity ? kept : capacity;
    for (size_t i = 0; i < *count; i++)
        rows[i] = ring[(ended - 1 - i) % CONFIG_NETDIAG_TCP_CLOSED];
    *total = ended;
    netdiag_lwip_unlock();
    return NETDIAG_OK;
}
