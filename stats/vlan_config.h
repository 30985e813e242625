/*
 * Adds and removes VLANs, and logs by whom.
 */
#ifndef NETDIAG_STATS_VLAN_CONFIG_H
#define NETDIAG_STATS_VLAN_CONFIG_H

#include "netdiag/netdiag.h"

/*
 * As the platform's operations; `by` is who asked for it, for the log. A failure is not logged. Any
 * thread, no lock held.
 */
enum netdiag_error netdiag_vlan_add(const struct netdiag *diag, uint16_t id, const char *name,
                                    const char *by);
enum netdiag_error netdiag_vlan_remove(const struct netdiag *diag, uint16_t id, bool forget,
                                       const char *by);

/*
 * The ifIndex that is remembered for a VLAN, present or gone. NETDIAG_ERROR_NOT_FOUND: none is.
 */
enum netdiag_error netdiag_vlan_number_find(const struct netdiag *diag, uint16_t id,
                                            uint32_t *if_index);

#endif
