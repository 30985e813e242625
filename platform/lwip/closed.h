/*
 * The last connections that ended, CONFIG_NETDIAG_TCP_CLOSED of them.
 */
#ifndef NETDIAG_PLATFORM_LWIP_CLOSED_H
#define NETDIAG_PLATFORM_LWIP_CLOSED_H

#include "observer.h"

/* The connection of `slot` has ended; its PCB is still as lwIP left it. The core lock is held. */
void netdiag_lwip_closed_add(const struct netdiag_lwip_slot *slot, enum netdiag_tcp_end end);

#endif
