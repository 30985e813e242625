#include "stats/interfaces.h"

#include "stats/device.h"

enum netdiag_error netdiag_interfaces_collect(const struct netdiag *diag,
                                              struct netdiag_interfaces *interfaces)
{
    struct netdiag_interface more;
    enum netdiag_error error;
    size_t count;

    interfaces->count = 0;
    error = netdiag_device_interfaces(diag, 0, interfaces->rows, CONFIG_NETDIAG_INTERFACES,
                                      &interfaces->count);
    interfaces->total = interfaces->count;
    if (error != NETDIAG_OK || interfaces->count < CONFIG_NETDIAG_INTERFACES)
        return error;
    more = interfaces->rows[interfaces->count - 1];
    do { /* those that do not fit are counted */
        error = netdiag_device_interfaces(diag, more.if_index, &more, 1, &count);
        interfaces->total += error == NETDIAG_OK ? count : 0;
    } while (error == NETDIAG_OK && count > 0);
    return error;
}
