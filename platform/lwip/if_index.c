/*
 * The numbers of interfaces.
 *
 * RFC 2863 asks that a number is never another interface's while somebody may remember it, and that
 * an interface which comes again has the number it had. lwIP deals out its netif indexes round
 * robin; so netdiag chooses them, and sets them in the callbacks by which netif_add() lets a driver
 * begin. A number that was given is its owner's until it is forgotten, whether the owner is there
 * or not. Interfaces of the firmware's own keep the numbers that lwIP gave them.
 *
 * Numbers are kept over a restart as text (if_index_text.c). The text is saved without the core
 * lock, as that may take long: who saves says so by netdiag_lwip_if_index_begin().
 */
#include "if_index.h"

#include <string.h>

#include "lwip/netif.h"

#include "internal.h"

static struct netdiag_lwip_if_indexes given, kept;

/* Somebody changes what is kept. */
static bool has_begun;

uint8_t netdiag_lwip_if_index_of(uint16_t owner)
{
    for (unsigned number = 1; number <= NETDIAG_IF_INDEX_STACK_MAX; number++) {
        if (given.owners[number] == owner)
            return (uint8_t)number;
    }
    return 0;
}

uint16_t netdiag_lwip_if_index_owner(uint8_t number)
{
    return given.owners[number];
}

static bool is_in_lwip(unsigned number)
{
    return netif_get_by_index((u8_t)number) != NULL;
}

/* The lowest that was never given, or was forgotten, and that no interface has. 0: none. */
static uint8_t free_number(void)
{
    for (unsigned number = 1; number <= NETDIAG_IF_INDEX_STACK_MAX; number++) {
        if (given.owners[number] == NETDIAG_LWIP_NOBODY && !is_in_lwip(number))
            return (uint8_t)number;
    }
    return 0;
}

enum netdiag_error netdiag_lwip_if_index_give(uint16_t owner, uint8_t *number)
{
    *number = netdiag_lwip_if_index_of(owner);
    if (*number)
        return is_in_lwip(*number) ? NETDIAG_ERROR_TAKEN : NETDIAG_OK;
    *number = free_number();
    if (!*number)
        return NETDIAG_ERROR_REMEMBERED;
    given.owners[*number] = owner;
    return NETDIAG_OK;
}

void netdiag_lwip_if_index_forget(uint16_t owner)
{
    uint8_t number = netdiag_lwip_if_index_of(owner);

    if (number)
        given.owners[number] = NETDIAG_LWIP_NOBODY;
}

enum netdiag_error netdiag_lwip_if_index_trunk(struct netif *trunk)
{
    enum netdiag_error error;
    uint8_t number;

    if (!trunk)
        return NETDIAG_ERROR_INVALID;
    error = netdiag_lwip_if_index_give(NETDIAG_LWIP_TRUNK, &number);
    if (!error)
        trunk->num = (u8_t)(number - 1);
    return error;
}

enum netdiag_error netdiag_lwip_if_index_load(const char *text, size_t size, char *why,
                                              size_t why_size)
{
    static const struct netdiag_lwip_if_indexes none;

    if (!text || !why || why_size == 0)
        return NETDIAG_ERROR_INVALID;
    if (memcmp(&given, &none, sizeof(given)) != 0)
        return NETDIAG_ERROR_EXISTS;
    if (netdiag_lwip_if_index_parse(text, size, &given, why, why_size)) {
        kept = given;
        return NETDIAG_OK;
    }
    given = none;
    return NETDIAG_ERROR_INVALID;
}

/* ---- keeping ---- */

bool netdiag_lwip_if_index_begin(void)
{
    bool may = !has_begun;

    has_begun = true;
    return may;
}

void netdiag_lwip_if_index_end(void)
{
    has_begun = false;
}

enum netdiag_error netdiag_lwip_if_index_save(uint16_t forgotten)
{
    const struct netdiag_lwip_config *config = netdiag_lwip_configuration();
    static char text[NETDIAG_LWIP_IF_INDEX_TEXT]; /* of the one that has begun */
    struct netdiag_lwip_if_indexes now;
    enum netdiag_error error;

    if (!config->if_index_save)
        return NETDIAG_OK;
    netdiag_lwip_lock();
    now = given;
    netdiag_lwip_unlock();
    for (unsigned number = 1; number <= NETDIAG_IF_INDEX_STACK_MAX; number++) {
        if (now.owners[number] == forgotten)
            now.owners[number] = NETDIAG_LWIP_NOBODY;
    }
    if (memcmp(&now, &kept, sizeof(now)) == 0)
        return NETDIAG_OK;
    error = config->if_index_save(config->ctx, text, netdiag_lwip_if_index_write(&now, text));
    if (!error)
        kept = now;
    return error;
}

enum netdiag_error netdiag_lwip_if_index_keep(void)
{
    enum netdiag_error error = NETDIAG_ERROR_BUSY;
    bool may;

    netdiag_lwip_lock();
    may = netdiag_lwip_if_index_begin();
    netdiag_lwip_unlock();
    if (!may)
        return error;
    error = netdiag_lwip_if_index_save(NETDIAG_LWIP_NOBODY);
    netdiag_lwip_lock();
    netdiag_lwip_if_index_end();
    netdiag_lwip_unlock();
    return error;
}
