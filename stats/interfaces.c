#include "stats/interfaces.h"

#include <string.h>

enum netdiag_error netdiag_interfaces_collect(const struct netdiag *diag,
                                              struct netdiag_interfaces *interfaces)
{
    enum netdiag_error error;

    memset(interfaces, 0, sizeof *interfaces);
    if (diag->platform->interfaces == NULL)
        return NETDIAG_ERROR_UNSUPPORTED;
    error = diag->platform->interfaces(diag->ctx, interfaces->rows, CONFIG_NETDIAG_INTERFACES,
                                       &interfaces->total);
    interfaces->count = interfaces->total < CONFIG_NETDIAG_INTERFACES ? interfaces->total
                                                                      : CONFIG_NETDIAG_INTERFACES;
    return error;
}
