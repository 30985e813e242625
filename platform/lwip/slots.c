/*
 * The table of connections.
 */
#include <string.h>

#include "observer.h"

#if LWIP_TCP_PCB_NUM_EXT_ARGS < 1
#error "lwipopts.h must set LWIP_TCP_PCB_NUM_EXT_ARGS to 1 or more for CONFIG_NETDIAG_TCP_HOOKS"
#endif

/* A handle keeps two bits below a PCB's address. */
#if MEM_ALIGNMENT < 4
#error "lwipopts.h must set MEM_ALIGNMENT to 4 or more for CONFIG_NETDIAG_TCP_HOOKS"
#endif

#define SLOTS   CONFIG_NETDIAG_TCP_SLOTS
#define NO_SLOT 0xffff

_Static_assert(SLOTS <= NO_SLOT, "a slot's number is below NO_SLOT");

struct netdiag_lwip_slot netdiag_lwip_slots[SLOTS];
uint32_t netdiag_lwip_slots_used;

/* The free ones in the order in which they became free: an ID comes back as late as can be. */
static uint16_t first_free = NO_SLOT, last_free;

static uint16_t number_of(const struct netdiag_lwip_slot *slot)
{
    return (uint16_t)(slot - netdiag_lwip_slots);
}

/* Handles of before are stale then; the first one is 1, and 0 is none's. */
static uint16_t next_generation(const struct netdiag_lwip_slot *slot)
{
    return slot->generation == HANDLE_GENERATION ? 1 : (uint16_t)(slot->generation + 1);
}

struct netdiag_lwip_slot *netdiag_lwip_slot_take(struct tcp_pcb *pcb, uintptr_t *handle)
{
    struct netdiag_lwip_slot *slot;
    uint16_t generation;

    if (first_free != NO_SLOT) {
        slot = &netdiag_lwip_slots[first_free];
        first_free = slot->next_free;
        generation = slot->generation;
    } else if (netdiag_lwip_slots_used < SLOTS) {
        slot = &netdiag_lwip_slots[netdiag_lwip_slots_used++];
        generation = next_generation(slot);
    } else {
        return NULL;
    }
    memset(slot, 0, sizeof(*slot));
    slot->generation = generation;
    slot->pcb = pcb;
    *handle = (uintptr_t)generation << HANDLE_GENERATION_AT |
              (uintptr_t)number_of(slot) << HANDLE_NUMBER_AT | HANDLE_SLOT;
    return slot;
}

void netdiag_lwip_slot_release(struct netdiag_lwip_slot *slot)
{
    slot->pcb = NULL;
    slot->generation = next_generation(slot);
    slot->next_free = NO_SLOT;
    if (first_free == NO_SLOT)
        first_free = number_of(slot);
    else
        netdiag_lwip_slots[last_free].next_free = number_of(slot);
    last_free = number_of(slot);
}

uint32_t netdiag_lwip_slot_id(const struct netdiag_lwip_slot *slot)
{
    return (uint32_t)slot->generation << 16 | number_of(slot);
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

/* ---- what is done to one connection from outside lwIP ---- */

const struct netdiag_lwip_slot *netdiag_lwip_slot_cleared;

enum netdiag_error netdiag_tcp_owner_set(const struct tcp_pcb *pcb, const char *name)
{
    struct netdiag_lwip_slot *slot = pcb ? netdiag_lwip_slot_of(pcb) : NULL;
    enum netdiag_error error;
    uint8_t number;

    if (!slot)
        return NETDIAG_ERROR_NOT_FOUND;
    error = netdiag_lwip_owner_number(name, &number);
    if (error == NETDIAG_OK)
        slot->owner = number;
    return error;
}

/* The connection with that ID and no other: an ID has its slot's generation in it. */
static struct netdiag_lwip_slot *slot_of_id(uint32_t id)
{
    uint32_t number = id & 0xffff;
    struct netdiag_lwip_slot *slot;

    if (number >= netdiag_lwip_slots_used)
        return NULL;
    slot = &netdiag_lwip_slots[number];
    return slot->generation == id >> 16 && slot->pcb && slot->pcb->state != CLOSED ? slot : NULL;
}

enum netdiag_error netdiag_lwip_tcp_abort(void *ctx, uint32_t id)
{
    (void)ctx;
    netdiag_lwip_lock();
    netdiag_lwip_slot_cleared = slot_of_id(id);
    if (!netdiag_lwip_slot_cleared) {
        netdiag_lwip_unlock();
        return NETDIAG_ERROR_NOT_FOUND;
    }
    tcp_abort(netdiag_lwip_slot_cleared->pcb);
    netdiag_lwip_slot_cleared = NULL;
    netdiag_lwip_unlock();
    return NETDIAG_OK;
}
