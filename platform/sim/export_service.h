/*
 * A service of the device: it listens to what a client asks for, and once the client has shut its
 * side, sends rows for a minute or so, and closes. A half-close, as rsh and FTP's data use it.
 *
 * It asks for no keepalives: a client that is gone without a word is never missed.
 */
#ifndef NETDIAG_SIM_EXPORT_SERVICE_H
#define NETDIAG_SIM_EXPORT_SERVICE_H

#include "scenario.h"

#define SIM_EXPORT_PORT 7070

extern const struct sim_activity sim_export_service;

#endif
