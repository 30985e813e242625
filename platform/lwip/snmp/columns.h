/*
 * What the MIBs of interfaces and VLANs share: rows whose index is one number, and values.
 *
 * A value that is not a number stays where it is until the framework has copied it, which it does
 * before it asks for the next: a row of look.h's, or memory of the MIB's own.
 */
#ifndef NETDIAG_PLATFORM_LWIP_SNMP_COLUMNS_H
#define NETDIAG_PLATFORM_LWIP_SNMP_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "objects.h"

/*
 * find() of struct netdiag_snmp_object by `after`, which gives the first row whose number is above
 * the one given, or NULL, and its number. Numbers are greater than 0.
 */
bool netdiag_snmp_find_number(struct snmp_obj_id *index, bool next, const void **row,
                              const void *(*after)(uint32_t number, uint32_t *found));

/* Values; they return true, as read() does where there is one. */
bool netdiag_snmp_set_integer(struct snmp_node_instance *cell, int32_t number);
bool netdiag_snmp_set_unsigned(struct snmp_node_instance *cell, uint32_t number);
bool netdiag_snmp_set_counter64(struct snmp_node_instance *cell, uint64_t number);
bool netdiag_snmp_set_truth(struct snmp_node_instance *cell, bool is_true);     /* TruthValue */
bool netdiag_snmp_set_ticks(struct snmp_node_instance *cell, uint64_t time_ms); /* they wrap */
bool netdiag_snmp_set_bytes(struct snmp_node_instance *cell, const void *bytes, size_t size);
bool netdiag_snmp_set_text(struct snmp_node_instance *cell, const char *text);

#endif
