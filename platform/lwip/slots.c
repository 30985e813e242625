/*
 * The table of connections.
 */
#include <string.h>

#include "observer.h"

#if LWIP_TCP_PCB_NUM_EXT_ARGS < 1
#error "lwipopts.h must set LWIP_TCP_PCB_NUM_EXT_ARGS to 1 or more for CONFIG_NETDIAG_TCP_HOOKS"
#endif

#define SLOTS          CONFIG_NETDIAG_TCP_SLOTS
#define GENERATION_MAX 0x7fff
#define HANDLE_SLOT_AT 1 /* bit 0 is clear: HANDLE_NO_SLOT is not set */
#define HANDLE_GEN_AT  17
#define NO_SLOT        0xffff

_Static_assert(SLOTS < NO_SLOT, "a slot's number has 16 bits");

static struct netdiag_lwip_slot slots[SLOTS];
static uint16_t first_free = NO_SLOT;
static uint16_t never_used; /* slots from here on were never taken */

struct netdiag_lwip_slot *netdiag_lwip_slot_of_handle(uintptr_t handle)
{
    struct netdiag_lwip_slot *slot = &slots[(handle >> HANDLE_SLOT_AT & 0xffff) % SLOTS];

    if (handle == 0 || handle & HANDLE_NO_SLOT || !slot->pcb ||
        slot->generation != (handle >> HANDLE_GEN_AT & GENERATION_MAX))
        return NULL;
    return slot;
}

/* The one that has been free for longest is not asked for: a generation keeps IDs apart. */
struct netdiag_lwip_slot *netdiag_lwip_slot_take(struct tcp_pcb *pcb, uintptr_t *handle)
{
    struct netdiag_lwip_slot *slot;
    uint16_t generation;

    if (first_free != NO_SLOT) {
        slot = &slots[first_free];
        first_free = slot->next_free;
    } else if (never_used < SLOTS) {
        slot = &slots[never_used++];
    } else {
        netdiag_lwip_count(NETDIAG_TCP_CONN_WITHOUT_ROW, 1);
        return NULL;
    }
    generation = slot->generation == GENERATION_MAX ? 1 : (uint16_t)(slot->generation + 1);
    memset(slot, 0, sizeof(*slot));
    slot->generation = generation;
    slot->pcb = pcb;
    *handle = (uintptr_t)generation << HANDLE_GEN_AT | (uintptr_t)(slot - slots) << HANDLE_SLOT_AT;
    return slot;
}

void netdiag_lwip_slot_release(struct netdiag_lwip_slot *slot)
{
    slot->pcb = NULL;
    slot->next_free = first_free;
    first_free = (uint16_t)(slot - slots);
}

uint32_t netdiag_lwip_slot_id(const struct netdiag_lwip_slot *slot)
{
    return (uint32_t)slot->generation << 16 | (uint32_t)(slot - slots);
}

struct netdiag_tcp_traffic netdiag_lwip_slot_traffic(const struct netdiag_lwip_slot *slot)
{
    struct netdiag_tcp_traffic traffic = {
        .in_bytes = slot->in_bytes,
        .in_segs = slot->in_segs,
        .out_bytes = slot->out_bytes,
        .out_segs = slot->out_segs,
        .retrans_timeout = slot->retrans_timeout,
        .retrans_fast = slot->retrans_fast,
    };

    return traffic;
}
