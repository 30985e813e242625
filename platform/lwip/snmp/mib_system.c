/*
 * SNMPv2-MIB::system (RFC 3418), but for the table of the MIBs that there are.
 */
#include <string.h>

#include "look.h"
#include "lwip/apps/snmp.h"
#include "lwip/apps/snmp_scalar.h"
#include "mibs.h"
#include "platform/lwip/internal.h"

/* Layers 2 (switch), 3 (router's interfaces), 4 (end to end) and 7 (applications), RFC 3418. */
#define SERVICES (1 << 1 | 1 << 2 | 1 << 3 | 1 << 6)

enum {
    SYS_DESCR = 1,
    SYS_OBJECT_ID,
    SYS_UP_TIME,
    SYS_CONTACT,
    SYS_NAME,
    SYS_LOCATION,
    SYS_SERVICES,
};

/* No text is longer than SNMP_MAX_OCTET_STRING_LEN, for which lwIP's buffer is made. */
static s16_t put_text(const char *text, void *value)
{
    size_t length = strlen(text);

    memcpy(value, text, length);
    return (s16_t)length;
}

static s16_t put_description(const struct netdiag_system *system, void *value)
{
    char text[sizeof(system->product) + sizeof(system->stack) + 2];

    strcpy(text, system->product);
    if (system->product[0] != '\0' && system->stack[0] != '\0')
        strcat(text, ", ");
    strcat(text, system->stack);
    return put_text(text, value);
}

/* The firmware may have set its own, by snmp_set_device_enterprise_oid(). */
static s16_t put_object_id(void *value)
{
    const struct snmp_obj_id *id;
    size_t length;

    netdiag_lwip_lock();
    id = snmp_get_device_enterprise_oid();
    length = id->len * sizeof(id->id[0]);
    memcpy(value, id->id, length);
    netdiag_lwip_unlock();
    return (s16_t)length;
}

/* Hundredths of a second, in 32 bits: begins again after 497 days, as RFC 3418 has it. */
static s16_t put_up_time(void *value)
{
    const struct netdiag_time *time = netdiag_snmp_look_time();
    u32_t ticks;

    if (!time)
        return -1;
    ticks = (u32_t)(time->uptime_ms / 10);
    memcpy(value, &ticks, sizeof(ticks));
    return sizeof(ticks);
}

static s16_t get_value(const struct snmp_scalar_array_node_def *node, void *value)
{
    const struct netdiag_system *system = netdiag_snmp_look_system();
    const s32_t services = SERVICES;

    switch (node->oid) {
    case SYS_DESCR:
        return system ? put_description(system, value) : -1;
    case SYS_OBJECT_ID:
        return put_object_id(value);
    case SYS_UP_TIME:
        return put_up_time(value);
    case SYS_CONTACT:
        return put_text(netdiag_snmp_contact(), value);
    case SYS_NAME:
        return system ? put_text(system->host, value) : -1;
    case SYS_LOCATION:
        return put_text(netdiag_snmp_location(), value);
    default:
        memcpy(value, &services, sizeof(services));
        return sizeof(services);
    }
}

static const struct snmp_scalar_array_node_def nodes[] = {
    {SYS_DESCR, SNMP_ASN1_TYPE_OCTET_STRING, SNMP_NODE_INSTANCE_READ_ONLY},
    {SYS_OBJECT_ID, SNMP_ASN1_TYPE_OBJECT_ID, SNMP_NODE_INSTANCE_READ_ONLY},
    {SYS_UP_TIME, SNMP_ASN1_TYPE_TIMETICKS, SNMP_NODE_INSTANCE_READ_ONLY},
    {SYS_CONTACT, SNMP_ASN1_TYPE_OCTET_STRING, SNMP_NODE_INSTANCE_READ_ONLY},
    {SYS_NAME, SNMP_ASN1_TYPE_OCTET_STRING, SNMP_NODE_INSTANCE_READ_ONLY},
    {SYS_LOCATION, SNMP_ASN1_TYPE_OCTET_STRING, SNMP_NODE_INSTANCE_READ_ONLY},
    {SYS_SERVICES, SNMP_ASN1_TYPE_INTEGER, SNMP_NODE_INSTANCE_READ_ONLY},
};

static const struct snmp_scalar_array_node root =
    SNMP_SCALAR_CREATE_ARRAY_NODE(1, nodes, get_value, NULL, NULL);

static const u32_t base[] = {1, 3, 6, 1, 2, 1, 1};

const struct snmp_mib netdiag_snmp_mib_system = SNMP_MIB_CREATE(base, &root.node.node);
