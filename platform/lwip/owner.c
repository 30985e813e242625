/*
 * To whom local TCP ports belong, and the names of the owners of single connections.
 */
#include <string.h>

#include "internal.h"

static struct {
    uint16_t port; /* 0: unused */
    struct netdiag_owner owner;
} owners[CONFIG_NETDIAG_TCP_OWNERS];

static bool is_name(const char *name)
{
    return name && name[0] != '\0' && strlen(name) <= CONFIG_NETDIAG_OWNER_LENGTH;
}

enum netdiag_error netdiag_lwip_tcp_owner_register(uint16_t port, const char *name)
{
    size_t entry = CONFIG_NETDIAG_TCP_OWNERS;

    if (port == 0 || !is_name(name))
        return NETDIAG_ERROR_INVALID;
    for (size_t i = 0; i < CONFIG_NETDIAG_TCP_OWNERS; i++) {
        if (owners[i].port == port) {
            entry = i;
            break;
        }
        if (owners[i].port == 0 && entry == CONFIG_NETDIAG_TCP_OWNERS)
            entry = i;
    }
    if (entry == CONFIG_NETDIAG_TCP_OWNERS)
        return NETDIAG_ERROR_FULL;
    owners[entry].port = port;
    netdiag_lwip_copy_text(owners[entry].owner.name, sizeof(owners[entry].owner.name), name);
    return NETDIAG_OK;
}

void netdiag_lwip_owner_of_port(uint16_t port, struct netdiag_owner *owner)
{
    owner->name[0] = '\0';
    if (port == 0)
        return;
    for (size_t i = 0; i < CONFIG_NETDIAG_TCP_OWNERS; i++) {
        if (owners[i].port == port) {
            *owner = owners[i].owner;
            return;
        }
    }
}

#ifdef CONFIG_NETDIAG_TCP_HOOKS

/* Each name once, in the order in which they came; the first is number 1. */
static struct netdiag_owner names[CONFIG_NETDIAG_TCP_OWNER_NAMES];

enum netdiag_error netdiag_lwip_owner_number(const char *name, uint8_t *number)
{
    unsigned i = 0;

    if (!is_name(name))
        return NETDIAG_ERROR_INVALID;
    while (i < CONFIG_NETDIAG_TCP_OWNER_NAMES && names[i].name[0] != '\0' &&
           strcmp(names[i].name, name) != 0)
        i++;
    if (i == CONFIG_NETDIAG_TCP_OWNER_NAMES)
        return NETDIAG_ERROR_FULL;
    netdiag_lwip_copy_text(names[i].name, sizeof(names[i].name), name);
    *number = (uint8_t)(i + 1);
    return NETDIAG_OK;
}

const struct netdiag_owner *netdiag_lwip_owner_of_number(uint8_t number)
{
    return &names[number - 1];
}

#endif
