/*
 * The interfaces of a device, as a command holds them.
 */
#ifndef NETDIAG_STATS_INTERFACES_H
#define NETDIAG_STATS_INTERFACES_H

#include "netdiag/netdiag.h"

/* The caller's; plain, so that it can be on a stack. */
struct netdiag_interfaces {
    size_t total; /* how many there are */
    size_t count; /* how many stand here */
    struct netdiag_interface rows[CONFIG_NETDIAG_INTERFACES];
};

enum netdiag_error netdiag_interfaces_collect(const struct netdiag *diag,
                                              struct netdiag_interfaces *interfaces);

#endif
