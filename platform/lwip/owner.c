/*
 * To whom each local TCP port belongs.
 */
#include <string.h>

#include "internal.h"

static struct {
    uint16_t port; /* 0: unused */
    struct netdiag_owner owner;
} owners[CONFIG_NETDIAG_TCP_OWNERS];

enum netdiag_error netdiag_lwip_tcp_owner_register(uint16_t port, const char *name)
{
    size_t entry = CONFIG_NETDIAG_TCP_OWNERS;

    if (port == 0 || !name || name[0] == '\0' || strlen(name) > CONFIG_NETDIAG_OWNER_LENGTH)
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
    strcpy(owners[entry].owner.name, name);
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
