#include "mib.h"

#include <assert.h>
#include <string.h>

#include "lwip/apps/snmp.h"
#include "platform/lwip/snmp/look.h"
#include "platform/lwip/snmp/mibs.h"
#include "snmp_core_priv.h"

static const u32_t tcp[MIB_TCP_LENGTH] = {1, 3, 6, 1, 2, 1, 6};

void mib_start(const struct netdiag_platform *platform, void *ctx)
{
    static const struct snmp_mib *mibs[] = {&netdiag_snmp_mib_tcp};

    netdiag_snmp_look_at(platform, ctx);
    netdiag_snmp_tcp_tables_forget();
    snmp_set_mibs(mibs, 1);
}

struct snmp_obj_id mib_id(unsigned count, const u32_t *numbers)
{
    struct snmp_obj_id id;

    snmp_oid_combine(&id, tcp, MIB_TCP_LENGTH, numbers, (u8_t)count);
    return id;
}

int mib_compare(const struct snmp_obj_id *one, const struct snmp_obj_id *other)
{
    return snmp_oid_compare(one->id, one->len, other->id, other->len);
}

static void take_value(struct snmp_node_instance *cell, struct mib_value *value)
{
    union {
        uint64_t u64;
        uint32_t u32;
    } bytes = {.u64 = 0};
    s16_t size = cell->get_value(cell, &bytes);

    assert(cell->access == SNMP_NODE_INSTANCE_READ_ONLY && !cell->set_value);
    assert(size == (cell->asn1_type == SNMP_ASN1_TYPE_COUNTER64 ? 8 : 4));
    value->type = cell->asn1_type;
    value->number = size == 8 ? bytes.u64 : bytes.u32;
}

int mib_get(const struct snmp_obj_id *id, struct mib_value *value)
{
    struct snmp_node_instance cell = {.node = NULL};
    int status = snmp_get_node_instance_from_oid(id->id, id->len, &cell);

    if (!status)
        take_value(&cell, value);
    return status;
}

int mib_next(struct snmp_obj_id *id, struct mib_value *value)
{
    struct snmp_node_instance cell = {.node = NULL};
    struct snmp_obj_id found;
    int status = snmp_get_next_node_instance_from_oid(id->id, id->len, NULL, NULL, &found, &cell);

    if (status)
        return status;
    take_value(&cell, value);
    *id = found;
    return 0;
}

static void add(struct snmp_obj_id *id, u32_t number)
{
    id->id[id->len++] = number;
}

void mib_add_end(struct snmp_obj_id *id, const struct netdiag_endpoint *end, uint32_t zone)
{
    static const unsigned lengths[] = {[NETDIAG_FAMILY_IPV4] = 4, [NETDIAG_FAMILY_IPV6] = 16};
    static const unsigned types[] = {[NETDIAG_FAMILY_IPV4] = 1, [NETDIAG_FAMILY_IPV6] = 2};
    enum netdiag_family family = end->address.family;

    add(id, zone ? 4 : types[family]);
    add(id, zone ? 20 : lengths[family]);
    for (unsigned i = 0; i < lengths[family]; i++)
        add(id, end->address.bytes[i]);
    for (int shift = 24; zone && shift >= 0; shift -= 8)
        add(id, zone >> shift & 0xff);
    add(id, end->port);
}
