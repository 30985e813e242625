/*
 * The platform's operations as the rest of netdiag calls them.
 *
 * A function that the platform lacks answers NETDIAG_ERROR_UNSUPPORTED here; the contracts stand
 * in netdiag/platform.h. Any thread, no lock held.
 */
#ifndef NETDIAG_STATS_DEVICE_H
#define NETDIAG_STATS_DEVICE_H

#include "netdiag/netdiag.h"

enum netdiag_error netdiag_device_system(const struct netdiag *diag, struct netdiag_system *system);
enum netdiag_error netdiag_device_time(const struct netdiag *diag, struct netdiag_time *time);
enum netdiag_error netdiag_device_wait(const struct netdiag *diag, uint32_t ms);
void netdiag_device_log(const struct netdiag *diag, enum netdiag_severity severity,
                        const char *text);
enum netdiag_error netdiag_device_tcp_counters(const struct netdiag *diag,
                                               struct netdiag_tcp_counters *counters);
enum netdiag_error netdiag_device_tcp_states(const struct netdiag *diag,
                                             struct netdiag_tcp_states *states);
enum netdiag_error netdiag_device_tcp_pool(const struct netdiag *diag,
                                           struct netdiag_tcp_pool *pool);

/*
 * As the operation, and NETDIAG_ERROR_IO for an answer that breaks its contract: more rows than
 * were asked for, or a cursor that does not move, with which a walk would never end.
 */
enum netdiag_error netdiag_device_tcp_connections(const struct netdiag *diag,
                                                  struct netdiag_tcp_cursor *cursor,
                                                  struct netdiag_tcp_connection *rows,
                                                  size_t capacity, size_t *count);

enum netdiag_error netdiag_device_tcp_state_totals(const struct netdiag *diag,
                                                   struct netdiag_tcp_state_totals *totals);

/* As the operation, and NETDIAG_ERROR_IO for more rows than were asked for. */
enum netdiag_error netdiag_device_tcp_scanners(const struct netdiag *diag,
                                               struct netdiag_tcp_scanner *rows, size_t capacity,
                                               size_t *count);

enum netdiag_error netdiag_device_reach(const struct netdiag *diag,
                                        const struct netdiag_address *to,
                                        enum netdiag_reach *reach);

/*
 * As the operation, and NETDIAG_ERROR_IO for an answer that breaks its contract (more rows than
 * were asked for, or an ID out of order): a cursor that does not move would never end.
 */
enum netdiag_error netdiag_device_vlans(const struct netdiag *diag, uint16_t after,
                                        struct netdiag_vlan *rows, size_t capacity, size_t *count);
enum netdiag_error netdiag_device_vlan_numbers(const struct netdiag *diag, uint16_t after,
                                               struct netdiag_vlan_number *rows, size_t capacity,
                                               size_t *count);

/* The same of ifIndexes. */
enum netdiag_error netdiag_device_interfaces(const struct netdiag *diag, uint32_t after,
                                             struct netdiag_interface *rows, size_t capacity,
                                             size_t *count);
enum netdiag_error netdiag_device_snmp_names(const struct netdiag *diag, uint32_t after,
                                             struct netdiag_snmp_name *rows, size_t capacity,
                                             size_t *count);

enum netdiag_error netdiag_device_snmp(const struct netdiag *diag, struct netdiag_snmp *snmp);

/* Why the SNMP agent says nothing: as netdiag_error_text(), but for one that is off. */
const char *netdiag_snmp_error_text(enum netdiag_error error);

#endif
