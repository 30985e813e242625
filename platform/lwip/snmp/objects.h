/*
 * A MIB as a list of its objects, scalars and columns, each with the instances that it has.
 *
 * lwIP's framework has nodes for tables and trees of nodes. Their next instance is not always the
 * one that RFC 3416 asks for: a row that is asked for in a column that is not there is searched
 * for in the next column, and the next of sub-identifier 4294967295 is the first, so that a walk
 * goes in a circle. So a MIB is one leaf to lwIP, and what comes next is decided here.
 */
#ifndef NETDIAG_PLATFORM_LWIP_SNMP_OBJECTS_H
#define NETDIAG_PLATFORM_LWIP_SNMP_OBJECTS_H

#include <stdbool.h>
#include <stdint.h>

#include "lwip/apps/snmp_core.h"

/* Q-BRIDGE-MIB's columns are as deep below the root of BRIDGE-MIB. */
#define NETDIAG_SNMP_OBJECT_DEPTH 7

struct netdiag_snmp_object {
    uint8_t depth;                         /* numbers in `id` */
    uint8_t id[NETDIAG_SNMP_OBJECT_DEPTH]; /* below the root of the MIB */
    uint8_t type;                          /* one of SNMP_ASN1_TYPE_ */
    uint8_t what;                          /* for read() */

    /*
     * Which rows there are: with `next` the first one whose index is above `index`, which becomes
     * that row's, otherwise the one that has it. `row` is for read(). False: there is none.
     */
    bool (*find)(struct snmp_obj_id *index, bool next, const void **row);

    /*
     * The value, into `cell->reference`: u64 of a Counter64, s32 or u32 of the other numbers; of
     * any other type const_ptr and `cell->reference_len`. False: this row has none, and GETNEXT
     * goes on.
     */
    bool (*read)(const struct netdiag_snmp_object *object, const void *row,
                 struct snmp_node_instance *cell);
};

/* find() of a scalar: its one index is 0. */
bool netdiag_snmp_find_scalar(struct snmp_obj_id *index, bool next, const void **row);

/* The node of a MIB; its objects are in ascending order of their identifiers. */
struct netdiag_snmp_objects {
    struct snmp_leaf_node leaf;
    const struct netdiag_snmp_object *objects;
    size_t count;
};

#define NETDIAG_SNMP_OBJECTS(list)                                                                 \
    {                                                                                              \
        {{SNMP_NODE_SCALAR_ARRAY, 0}, netdiag_snmp_get, netdiag_snmp_get_next}, (list),            \
            sizeof(list) / sizeof((list)[0])                                                       \
    }

/* For NETDIAG_SNMP_OBJECTS. */
snmp_err_t netdiag_snmp_get(const u32_t *root, u8_t root_length, struct snmp_node_instance *cell);
snmp_err_t netdiag_snmp_get_next(const u32_t *root, u8_t root_length,
                                 struct snmp_node_instance *cell);

#endif
