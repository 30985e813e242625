/*
 * The device's VLANs: in its switch and, by interfaces of its stack, in lwIP. Those of the command
 * line are there from the start; commands add and remove VLANs at run time.
 *
 * For whoever holds the core lock.
 */
#ifndef NETDIAG_SIM_DEVICE_VLANS_H
#define NETDIAG_SIM_DEVICE_VLANS_H

#include "stack.h"
#include "switch.h"

/* All must live on; `mac` is the address of VLAN 0. The VLANs are made known to the switch. */
void sim_device_vlans_init(const struct sim_options *options, struct sim_switch *sw,
                           struct sim_trunk *trunk, const uint8_t *mac);

/* Makes the VLANs of the command line, once the trunk is there. False: `error` says why. */
bool sim_device_vlans_start(char *error, size_t error_size);

/*
 * For struct sim_stack_device. A VLAN that the command line names gets the addresses that it has
 * there, another one none.
 */
enum netdiag_error sim_device_vlan_add(void *ctx, uint16_t id, struct netdiag_lwip_vlan *vlan);
void sim_device_vlan_remove(void *ctx, uint16_t id);

#endif
