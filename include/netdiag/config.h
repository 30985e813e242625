/*
 * The configuration that everything in netdiag is built with.
 *
 * The symbols come from Kconfig. netdiag's own build generates netdiag/autoconf.h from them; a
 * firmware that takes netdiag's Kconfig by `source` has them in a file of its own and names it:
 * -DNETDIAG_AUTOCONF='"autoconf.h"'.
 */
#ifndef NETDIAG_CONFIG_H
#define NETDIAG_CONFIG_H

#ifdef NETDIAG_AUTOCONF
#include NETDIAG_AUTOCONF
#else
#include "netdiag/autoconf.h"
#endif

#ifndef CONFIG_NETDIAG
#error "CONFIG_NETDIAG is not set: the header that NETDIAG_AUTOCONF names lacks netdiag's symbols"
#endif

#endif
