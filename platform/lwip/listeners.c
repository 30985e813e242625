/*
 * What listeners accept and refuse.
 *
 * lwIP tells of a listener only when a segment comes for it, so that is when it gets an entry here,
 * whose handle is in its ext arg. The handle is a slot's but for the generation, which is 0 and so
 * no slot's. A PCB that was a connection before has a stale one of its own there, which is
 * replaced.
 */
#include "observer.h"

static struct counts {
    uint64_t accepted, refused;
    bool is_used;
} entries[CONFIG_NETDIAG_TCP_LISTENERS];

/* Of the listener whose SYN lwIP is dealing with; NULL for one that found no entry. */
static struct counts *asked;

static struct counts *entry_of_handle(uintptr_t handle)
{
    uintptr_t number = handle >> HANDLE_NUMBER_AT;

    if ((handle & HANDLE_SLOT) == 0 || (handle >> HANDLE_GENERATION_AT & HANDLE_GENERATION) != 0 ||
        number >= CONFIG_NETDIAG_TCP_LISTENERS || !entries[number].is_used)
        return NULL;
    return &entries[number];
}

static struct counts *entry_of(const struct tcp_pcb_listen *listener)
{
    return entry_of_handle((uintptr_t)listener->ext_args[netdiag_lwip_ext_arg].data);
}

static struct counts *take_entry(const struct tcp_pcb_listen *listener)
{
    struct tcp_pcb *pcb =
        (struct tcp_pcb *)(uintptr_t)listener; /* as lwIP's own functions take it */

    for (uintptr_t i = 0; i < CONFIG_NETDIAG_TCP_LISTENERS; i++) {
        if (entries[i].is_used)
            continue;
        entries[i] = (struct counts){.is_used = true};
        tcp_ext_arg_set_callbacks(pcb, netdiag_lwip_ext_arg, &netdiag_lwip_callbacks);
        tcp_ext_arg_set(pcb, netdiag_lwip_ext_arg, (void *)(i << HANDLE_NUMBER_AT | HANDLE_SLOT));
        return &entries[i];
    }
    return NULL;
}

void netdiag_lwip_listener_asked(const struct tcp_pcb_listen *listener)
{
    if (!netdiag_lwip_is_observing)
        return;
    asked = entry_of(listener);
    if (!asked)
        asked = take_entry(listener);
    if (asked)
        asked->refused++;
}

void netdiag_lwip_listener_accepted(void)
{
    if (!asked)
        return;
    asked->refused--;
    asked->accepted++;
    asked = NULL;
}

void netdiag_lwip_listener_ended(uintptr_t handle)
{
    struct counts *counts = entry_of_handle(handle);

    if (counts)
        counts->is_used = false;
}

static bool is_full(void)
{
    for (size_t i = 0; i < CONFIG_NETDIAG_TCP_LISTENERS; i++) {
        if (!entries[i].is_used)
            return false;
    }
    return true;
}

void netdiag_lwip_observer_add_listener(const struct tcp_pcb_listen *listener,
                                        struct netdiag_tcp_listener *row)
{
    const struct counts *counts = entry_of(listener);

    row->has_counts = counts || !is_full(); /* without an entry: no SYN has come for it */
    if (!counts)
        return;
    row->accepted = counts->accepted;
    row->refused = counts->refused;
}
