#include "objects.h"

#include <string.h>

/* RFC 3416's noSuchObject, which lwIP keeps to itself. */
#define NO_SUCH_OBJECT ((snmp_err_t)SNMP_VARBIND_EXCEPTION_OFFSET)

bool netdiag_snmp_find_scalar(struct snmp_obj_id *index, bool next, const void **row)
{
    *row = NULL;
    if (!next)
        return index->len == 1 && index->id[0] == 0;
    if (index->len > 0)
        return false;
    index->len = 1;
    index->id[0] = 0;
    return true;
}

static s16_t copy_value(struct snmp_node_instance *cell, void *value)
{
    switch (cell->asn1_type) {
    case SNMP_ASN1_TYPE_COUNTER64:
        memcpy(value, &cell->reference.u64, sizeof(cell->reference.u64));
        return sizeof(cell->reference.u64);
    case SNMP_ASN1_TYPE_INTEGER:
    case SNMP_ASN1_TYPE_COUNTER:
    case SNMP_ASN1_TYPE_GAUGE:
    case SNMP_ASN1_TYPE_TIMETICKS:
        memcpy(value, &cell->reference.u32, sizeof(cell->reference.u32));
        return sizeof(cell->reference.u32);
    default:
        memcpy(value, cell->reference.const_ptr, cell->reference_len);
        return (s16_t)cell->reference_len;
    }
}

/* Where an identifier stands: before all instances of the object, among them (0), or after. */
static int place_of(const struct snmp_obj_id *id, const struct netdiag_snmp_object *object)
{
    for (u8_t i = 0; i < object->depth; i++) {
        if (i == id->len)
            return -1;
        if (id->id[i] != object->id[i])
            return id->id[i] < object->id[i] ? -1 : 1;
    }
    return 0;
}

static void cut_object(struct snmp_obj_id *id, const struct netdiag_snmp_object *object)
{
    id->len = (u8_t)(id->len - object->depth);
    memmove(id->id, id->id + object->depth, id->len * sizeof(id->id[0]));
}

static void put_object(struct snmp_obj_id *id, const struct netdiag_snmp_object *object)
{
    memmove(id->id + object->depth, id->id, id->len * sizeof(id->id[0]));
    id->len = (u8_t)(id->len + object->depth);
    for (u8_t i = 0; i < object->depth; i++)
        id->id[i] = object->id[i];
}

static bool read_cell(const struct netdiag_snmp_object *object, const void *row,
                      struct snmp_node_instance *cell)
{
    cell->asn1_type = object->type;
    cell->access = SNMP_NODE_INSTANCE_READ_ONLY;
    cell->get_value = copy_value;
    return object->read(object, row, cell);
}

static const struct netdiag_snmp_objects *objects_of(const struct snmp_node_instance *cell)
{
    return (const struct netdiag_snmp_objects *)(const void *)cell->node;
}

snmp_err_t netdiag_snmp_get(const u32_t *root, u8_t root_length, struct snmp_node_instance *cell)
{
    const struct netdiag_snmp_objects *objects = objects_of(cell);
    const void *row;
    bool is_there;

    (void)root, (void)root_length;
    for (size_t i = 0; i < objects->count; i++) {
        const struct netdiag_snmp_object *object = &objects->objects[i];

        if (place_of(&cell->instance_oid, object) != 0)
            continue;
        cut_object(&cell->instance_oid, object);
        is_there = object->find(&cell->instance_oid, false, &row) && read_cell(object, row, cell);
        put_object(&cell->instance_oid, object);
        return is_there ? SNMP_ERR_NOERROR : SNMP_ERR_NOSUCHINSTANCE;
    }
    return NO_SUCH_OBJECT;
}

snmp_err_t netdiag_snmp_get_next(const u32_t *root, u8_t root_length,
                                 struct snmp_node_instance *cell)
{
    const struct netdiag_snmp_objects *objects = objects_of(cell);
    struct snmp_obj_id *id = &cell->instance_oid;
    bool is_beyond = false; /* the object that was asked for: the first instance is the next one */
    const void *row;

    (void)root, (void)root_length;
    for (size_t i = 0; i < objects->count; i++) {
        const struct netdiag_snmp_object *object = &objects->objects[i];
        int place = is_beyond ? -1 : place_of(id, object);

        if (place > 0)
            continue;
        is_beyond = true;
        if (place == 0)
            cut_object(id, object);
        else
            id->len = 0;
        while (object->find(id, true, &row)) {
            if (!read_cell(object, row, cell))
                continue;
            put_object(id, object);
            return SNMP_ERR_NOERROR;
        }
    }
    return SNMP_ERR_NOSUCHINSTANCE;
}
