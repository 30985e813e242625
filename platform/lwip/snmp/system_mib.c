/*
 * SNMPv2-MIB::system (RFC 3418), but for the table of the MIBs that there are.
 */
#include <stdio.h>
#include <string.h>

#include "look.h"
#include "lwip/apps/snmp.h"
#include "mibs.h"
#include "objects.h"
#include "platform/lwip/internal.h"

/* Layers 2 (switch), 3 (router's interfaces), 4 (end to end) and 7 (applications), RFC 3418. */
#define SERVICES (1 << 1 | 1 << 2 | 1 << 3 | 1 << 6)

/* The objects, by their numbers. */
enum {
    SYS_DESCR = 1,
    SYS_OBJECT_ID,
    SYS_UP_TIME,
    SYS_CONTACT,
    SYS_NAME,
    SYS_LOCATION,
    SYS_SERVICES,
};

static bool give_text(const char *text, struct snmp_node_instance *cell)
{
    cell->reference.const_ptr = text;
    cell->reference_len = (u32_t)strlen(text);
    return true;
}

static bool give_description(const struct netdiag_system *system, struct snmp_node_instance *cell)
{
    static char text[sizeof(system->product) + sizeof(system->stack) + 2];

    snprintf(text, sizeof(text), "%s%s%s", system->product,
             system->product[0] != '\0' && system->stack[0] != '\0' ? ", " : "", system->stack);
    return give_text(text, cell);
}

/* The firmware may have set its own, by snmp_set_device_enterprise_oid(); it stays where it is. */
static bool give_object_id(struct snmp_node_instance *cell)
{
    const struct snmp_obj_id *id;

    netdiag_lwip_lock();
    id = snmp_get_device_enterprise_oid();
    netdiag_lwip_unlock();
    cell->reference.const_ptr = id->id;
    cell->reference_len = (u32_t)(id->len * sizeof(id->id[0]));
    return true;
}

/* Hundredths of a second, in 32 bits: begins again after 497 days, as RFC 3418 has it. */
static bool give_up_time(struct snmp_node_instance *cell)
{
    const struct netdiag_time *time = netdiag_snmp_look_time();

    if (!time)
        return false;
    cell->reference.u32 = (u32_t)(time->uptime_ms / 10);
    return true;
}

static bool read_object(const struct netdiag_snmp_object *object, const void *row,
                        struct snmp_node_instance *cell)
{
    const struct netdiag_system *system = netdiag_snmp_look_system();

    (void)row;
    switch (object->id[0]) {
    case SYS_DESCR:
        return system && give_description(system, cell);
    case SYS_OBJECT_ID:
        return give_object_id(cell);
    case SYS_UP_TIME:
        return give_up_time(cell);
    case SYS_CONTACT:
        return give_text(netdiag_snmp_contact(), cell);
    case SYS_NAME:
        return system && give_text(system->host, cell);
    case SYS_LOCATION:
        return give_text(netdiag_snmp_location(), cell);
    default:
        cell->reference.s32 = SERVICES;
        return true;
    }
}

#define OBJECT(number, type)                                                                       \
    {                                                                                              \
        1, {number}, (type), 0, netdiag_snmp_find_scalar, read_object                              \
    }

static const struct netdiag_snmp_object objects[] = {
    OBJECT(SYS_DESCR, SNMP_ASN1_TYPE_OCTET_STRING),
    OBJECT(SYS_OBJECT_ID, SNMP_ASN1_TYPE_OBJECT_ID),
    OBJECT(SYS_UP_TIME, SNMP_ASN1_TYPE_TIMETICKS),
    OBJECT(SYS_CONTACT, SNMP_ASN1_TYPE_OCTET_STRING),
    OBJECT(SYS_NAME, SNMP_ASN1_TYPE_OCTET_STRING),
    OBJECT(SYS_LOCATION, SNMP_ASN1_TYPE_OCTET_STRING),
    OBJECT(SYS_SERVICES, SNMP_ASN1_TYPE_INTEGER),
};

static const struct netdiag_snmp_objects root = NETDIAG_SNMP_OBJECTS(objects);

static const u32_t base[] = {1, 3, 6, 1, 2, 1, 1};

const struct snmp_mib netdiag_snmp_mib_system = SNMP_MIB_CREATE(base, &root.leaf.node);
