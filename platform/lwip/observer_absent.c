/*
 * In place of the observer, in a build without CONFIG_NETDIAG_TCP_HOOKS.
 */
#include "internal.h"

void netdiag_lwip_observer_start(void)
{
}

void netdiag_lwip_observer_add(struct netdiag_tcp_counters *counters,
                               const struct netdiag_lwip_received *received)
{
    (void)counters, (void)received;
}

void netdiag_lwip_observer_add_pool(struct netdiag_tcp_pool *pool)
{
    (void)pool;
}

void netdiag_lwip_observer_add_connection(const struct tcp_pcb *pcb,
                                          struct netdiag_tcp_connection *row)
{
    (void)pcb, (void)row;
}

size_t netdiag_lwip_observer_walk(struct netdiag_tcp_cursor *cursor,
                                  struct netdiag_tcp_connection *rows, size_t capacity, bool *ended)
{
    (void)cursor, (void)rows, (void)capacity;
    *ended = true;
    return 0;
}

bool netdiag_lwip_observer_count(uint32_t *slot, struct netdiag_tcp_states *states, bool *ended)
{
    (void)slot, (void)states, (void)ended;
    return false;
}

void netdiag_lwip_observer_looked(uint8_t state, uint32_t count)
{
    (void)state, (void)count;
}

void netdiag_lwip_observer_add_listener(const struct tcp_pcb_listen *listener,
                                        struct netdiag_tcp_listener *row)
{
    (void)listener, (void)row;
}

enum netdiag_error netdiag_tcp_owner_set(const struct tcp_pcb *pcb, const char *name)
{
    (void)pcb, (void)name;
    return NETDIAG_ERROR_UNSUPPORTED;
}

void netdiag_lwip_observer_clears_vlan(uint16_t vlan)
{
    (void)vlan;
}
