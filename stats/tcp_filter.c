#include "stats/tcp_filter.h"

#include <string.h>

#include "stats/abbreviation.h"
#include "stats/address_parse.h"

static bool fits_port(uint16_t wanted, uint16_t port)
{
    return wanted == 0 || wanted == port;
}

static bool fits_vlan(uint16_t wanted, uint16_t vlan)
{
    return wanted == 0 || wanted == vlan;
}

static bool fits_owner(const char *wanted, const struct netdiag_owner *owner)
{
    if (wanted == NULL)
        return true;
    return strcmp(wanted, owner->name[0] != '\0' ? owner->name : NETDIAG_TCP_NO_OWNER) == 0;
}

static bool fits_ends(const struct netdiag_tcp_filter *filter, const struct netdiag_endpoint *local,
                      const struct netdiag_endpoint *remote)
{
    if (!fits_port(filter->port, local->port) && !fits_port(filter->port, remote->port))
        return false;
    if (!fits_port(filter->local_port, local->port) ||
        !fits_port(filter->remote_port, remote->port))
        return false;
    if (filter->has_local && !netdiag_prefix_contains(&filter->local, &local->address))
        return false;
    return !filter->has_remote || netdiag_prefix_contains(&filter->remote, &remote->address);
}

bool netdiag_tcp_filter_connection(const struct netdiag_tcp_filter *filter,
                                   const struct netdiag_tcp_connection *row)
{
    if (filter->has_state && filter->state != row->state)
        return false;
    return fits_vlan(filter->vlan, row->vlan) && fits_owner(filter->owner, &row->owner) &&
           fits_ends(filter, &row->local, &row->remote);
}

bool netdiag_tcp_filter_closed(const struct netdiag_tcp_filter *filter,
                               const struct netdiag_tcp_closed *row)
{
    return fits_vlan(filter->vlan, row->vlan) && fits_owner(filter->owner, &row->owner) &&
           fits_ends(filter, &row->local, &row->remote);
}

void netdiag_tcp_filter_listeners(const struct netdiag_tcp_filter *filter,
                                  struct netdiag_tcp_listeners *listeners)
{
    size_t kept = 0;

    for (size_t i = 0; i < listeners->count; i++) {
        const struct netdiag_tcp_listener *row = &listeners->rows[i];

        if (fits_port(filter->port, row->local.port) && fits_owner(filter->owner, &row->owner))
            listeners->rows[kept++] = *row;
    }
    listeners->count = kept;
}

bool netdiag_tcp_state_parse(const char *text, enum netdiag_tcp_state *state)
{
    unsigned found = 0;

    for (unsigned i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++) {
        enum netdiag_fit fit =
            netdiag_fit_of(netdiag_tcp_state_name((enum netdiag_tcp_state)i), text);

        if (fit == NETDIAG_FIT_NONE)
            continue;
        found++;
        *state = (enum netdiag_tcp_state)i;
        if (fit == NETDIAG_FIT_WHOLE)
            return true;
    }
    return found == 1;
}
