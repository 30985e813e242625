/*
 * VLANs that commands add and remove, and the numbers that they keep.
 *
 * A VLAN's number is kept over a restart before the VLAN is there, or forgotten before it is gone:
 * else a loss of power in between could give it to another. Keeping may take long, so the core lock
 * is dropped meanwhile, and whoever else would add or remove a VLAN is told that it is busy. What
 * the firmware itself did meanwhile is found when the lock is taken again, and then all is undone.
 */
#include <string.h>

#include "if_index.h"
#include "internal.h"

/* Bytes above ASCII are UTF-8's, which the shell has checked. */
static bool has_controls(const char *name)
{
    for (; *name; name++) {
        if ((unsigned char)*name < ' ' || *name == 0x7f)
            return true;
    }
    return false;
}

/* Whether a VLAN can be added. If so its number is given, and the change begun. */
static enum netdiag_error begin_to_add(uint16_t id, const char *name, bool *is_new)
{
    enum netdiag_error error = netdiag_lwip_vlan_may_add(id, name);
    uint8_t number;

    *is_new = netdiag_lwip_if_index_of(id) == 0;
    if (error)
        return error;
    if (!netdiag_lwip_if_index_begin())
        return NETDIAG_ERROR_BUSY;
    error = netdiag_lwip_if_index_give(id, &number);
    if (error)
        netdiag_lwip_if_index_end();
    return error;
}

static enum netdiag_error furnish(uint16_t id, const struct netdiag_lwip_vlan *vlan)
{
    enum netdiag_error error =
        netdiag_lwip_vlan_interface_add(id, vlan->netif, vlan->trunk, vlan->mac);

    for (size_t i = 0; i < vlan->address_count && !error; i++)
        error = netdiag_lwip_vlan_address_add(id, &vlan->addresses[i]);
    return error;
}

/* The interface first: its connections' last segments pass the switch. */
static void remove_vlan(uint16_t id)
{
    const struct netdiag_lwip_config *config = netdiag_lwip_configuration();

    netdiag_lwip_observer_clears_vlan(id);
    (void)netdiag_lwip_vlan_interface_remove(id); /* it may have none */
    netdiag_lwip_observer_clears_vlan(0);
    (void)netdiag_lwip_vlan_remove(id);
    config->vlan_remove(config->ctx, id);
}

static enum netdiag_error add_vlan(uint16_t id, const char *name)
{
    const struct netdiag_lwip_config *config = netdiag_lwip_configuration();
    struct netdiag_lwip_vlan vlan;
    enum netdiag_error error = netdiag_lwip_vlan_add(id, name);

    if (error)
        return error;
    memset(&vlan, 0, sizeof(vlan));
    error = config->vlan_add(config->ctx, id, &vlan);
    if (error) {
        (void)netdiag_lwip_vlan_remove(id);
        return error;
    }
    error = furnish(id, &vlan);
    if (error)
        remove_vlan(id);
    return error;
}

enum netdiag_error netdiag_lwip_vlan_make(void *ctx, uint16_t id, const char *name)
{
    enum netdiag_error error;
    bool is_new, was_kept;

    (void)ctx;
    if (!netdiag_lwip_configuration()->vlan_add)
        return NETDIAG_ERROR_UNSUPPORTED;
    if (name && has_controls(name))
        return NETDIAG_ERROR_INVALID;
    netdiag_lwip_lock();
    error = begin_to_add(id, name, &is_new);
    netdiag_lwip_unlock();
    if (error)
        return error;

    was_kept = netdiag_lwip_if_index_save(NETDIAG_LWIP_NOBODY) == NETDIAG_OK;
    netdiag_lwip_lock();
    error = was_kept ? add_vlan(id, name) : NETDIAG_ERROR_IO;
    if (error && is_new && !netdiag_lwip_vlan_has_interface(id))
        netdiag_lwip_if_index_forget(id);
    netdiag_lwip_unlock();
    if (error && was_kept) /* without the number again; if it cannot be, the next change does it */
        (void)netdiag_lwip_if_index_save(NETDIAG_LWIP_NOBODY);
    netdiag_lwip_lock();
    netdiag_lwip_if_index_end();
    netdiag_lwip_unlock();
    return error;
}

/* Whether a VLAN, or what is remembered of it, can be removed. If so the change is begun. */
static enum netdiag_error begin_to_remove(uint16_t id, bool forget)
{
    bool is_there = netdiag_lwip_vlan_is_there(id);

    if (id < NETDIAG_VLAN_MIN || id > NETDIAG_VLAN_MAX)
        return NETDIAG_ERROR_NOT_FOUND;
    if (!is_there && !(forget && netdiag_lwip_if_index_of(id)))
        return NETDIAG_ERROR_NOT_FOUND;
    if (is_there && !netdiag_lwip_configuration()->vlan_remove)
        return NETDIAG_ERROR_UNSUPPORTED;
    return netdiag_lwip_if_index_begin() ? NETDIAG_OK : NETDIAG_ERROR_BUSY;
}

enum netdiag_error netdiag_lwip_vlan_unmake(void *ctx, uint16_t id, bool forget)
{
    enum netdiag_error error;

    (void)ctx;
    netdiag_lwip_lock();
    error = begin_to_remove(id, forget);
    netdiag_lwip_unlock();
    if (error)
        return error;

    if (forget && netdiag_lwip_if_index_save(id) != NETDIAG_OK)
        error = NETDIAG_ERROR_IO;
    netdiag_lwip_lock();
    if (!error && netdiag_lwip_vlan_is_there(id))
        remove_vlan(id);
    if (!error && forget)
        netdiag_lwip_if_index_forget(id);
    netdiag_lwip_if_index_end();
    netdiag_lwip_unlock();
    return error;
}

/* The lowest VLAN above `after` that has a number. False: there is none. */
static bool next_numbered(uint16_t after, struct netdiag_vlan_number *next)
{
    *next = (struct netdiag_vlan_number){0};
    for (unsigned number = 1; number <= NETDIAG_IF_INDEX_STACK_MAX; number++) {
        uint16_t id = netdiag_lwip_if_index_owner((uint8_t)number);

        if (id != NETDIAG_LWIP_TRUNK && id > after && (next->id == 0 || id < next->id))
            *next = (struct netdiag_vlan_number){id, number};
    }
    return next->id != 0;
}

enum netdiag_error netdiag_lwip_vlan_numbers(void *ctx, uint16_t after,
                                             struct netdiag_vlan_number *rows, size_t capacity,
                                             size_t *count)
{
    (void)ctx;
    *count = 0;
    netdiag_lwip_lock();
    while (*count < capacity && next_numbered(after, &rows[*count]))
        after = rows[(*count)++].id;
    netdiag_lwip_unlock();
    return NETDIAG_OK;
}
