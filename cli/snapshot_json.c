/*
 * The generic writer of plain structs.
 *
 * A byte of a text that is not UTF-8 becomes U+FFFD, as everywhere in JSON; the reader takes that
 * for one such byte again, so that a text never outgrows its field.
 */
#include "cli/snapshot_json.h"

#include <string.h>

#include "netdiag/address.h"

static const char *at(const void *record, size_t offset)
{
    return (const char *)record + offset;
}

/* How many of an array are written. More in use than there can be is a broken record. */
static size_t used_of(const struct netdiag_field *field, const void *record)
{
    uint32_t used;

    if (field->used_at == NETDIAG_FIELD_ALL)
        return field->most;
    memcpy(&used, at(record, field->used_at), sizeof used);
    return used < field->most ? used : field->most;
}

/* Copied, because a descriptor says nothing of alignment. */
static uint64_t number_of(const struct netdiag_field *field, const void *value)
{
    uint64_t number64 = 0;
    uint32_t number32;
    uint16_t number16;
    uint8_t number8;

    switch (field->size) {
    case sizeof number8:
        memcpy(&number8, value, sizeof number8);
        return number8;
    case sizeof number16:
        memcpy(&number16, value, sizeof number16);
        return number16;
    case sizeof number32:
        memcpy(&number32, value, sizeof number32);
        return number32;
    case sizeof number64:
        memcpy(&number64, value, sizeof number64);
        return number64 < NETDIAG_JSON_FIELD_MOST ? number64 : NETDIAG_JSON_FIELD_MOST;
    default:
        return 0;
    }
}

/* They call each other as deep as the tables of fields go. */
// NOLINTBEGIN(misc-no-recursion)
static bool is_empty_struct(const struct netdiag_field *fields, const void *record);

static bool is_empty_value(const struct netdiag_field *field, const void *value)
{
    struct netdiag_address address;
    bool flag;

    switch (field->type) {
    case NETDIAG_FIELD_BOOL:
        memcpy(&flag, value, sizeof flag);
        return !flag;
    case NETDIAG_FIELD_U8:
    case NETDIAG_FIELD_U16:
    case NETDIAG_FIELD_U32:
    case NETDIAG_FIELD_U64:
    case NETDIAG_FIELD_ENUM:
        return number_of(field, value) == 0;
    case NETDIAG_FIELD_TEXT:
        return *(const char *)value == '\0';
    case NETDIAG_FIELD_ADDRESS:
        memcpy(&address, value, sizeof address);
        return address.family == NETDIAG_FAMILY_ANY;
    case NETDIAG_FIELD_STRUCT:
        return is_empty_struct(field->fields, value);
    }
    return true;
}

/* A list in use has its length to tell, whatever stands in it. */
static bool is_empty(const struct netdiag_field *field, const void *record)
{
    size_t used = field->most > 0 ? used_of(field, record) : 1;

    if (field->most > 0 && field->used_at != NETDIAG_FIELD_ALL)
        return used == 0;
    for (size_t i = 0; i < used; i++) {
        if (!is_empty_value(field, at(record, field->offset + i * field->size)))
            return false;
    }
    return true;
}

static bool is_empty_struct(const struct netdiag_field *fields, const void *record)
{
    for (; fields->key != NULL; fields++) {
        if (!is_empty(fields, record))
            return false;
    }
    return true;
}

static void put_address(struct netdiag_json *json, const void *value)
{
    struct netdiag_address address;
    char text[NETDIAG_ADDRESS_TEXT];

    memcpy(&address, value, sizeof address);
    if (address.family == NETDIAG_FAMILY_ANY)
        netdiag_json_null(json); /* a row of an array keeps its place */
    else
        netdiag_json_string(json, netdiag_address_text(&address, text, sizeof text));
}

static void put_value(struct netdiag_json *json, const struct netdiag_field *field,
                      const void *value)
{
    bool flag;

    switch (field->type) {
    case NETDIAG_FIELD_BOOL:
        memcpy(&flag, value, sizeof flag);
        netdiag_json_bool(json, flag);
        return;
    case NETDIAG_FIELD_U8:
    case NETDIAG_FIELD_U16:
    case NETDIAG_FIELD_U32:
    case NETDIAG_FIELD_U64:
    case NETDIAG_FIELD_ENUM:
        netdiag_json_unsigned(json, number_of(field, value));
        return;
    case NETDIAG_FIELD_TEXT:
        netdiag_json_string(json, value);
        return;
    case NETDIAG_FIELD_ADDRESS:
        put_address(json, value);
        return;
    case NETDIAG_FIELD_STRUCT:
        netdiag_json_object(json);
        netdiag_json_fields(json, field->fields, value);
        netdiag_json_object_end(json);
        return;
    }
    netdiag_json_null(json);
}

static void put_array(struct netdiag_json *json, const struct netdiag_field *field,
                      const void *record)
{
    size_t used = used_of(field, record);

    netdiag_json_array(json);
    for (size_t i = 0; i < used; i++) {
        if (field->type == NETDIAG_FIELD_STRUCT)
            netdiag_json_newline(json);
        put_value(json, field, at(record, field->offset + i * field->size));
    }
    netdiag_json_array_end(json);
}

void netdiag_json_fields(struct netdiag_json *json, const struct netdiag_field *fields,
                         const void *record)
{
    for (; fields->key != NULL; fields++) {
        if (is_empty(fields, record))
            continue;
        netdiag_json_key(json, fields->key);
        if (fields->most > 0)
            put_array(json, fields, record);
        else
            put_value(json, fields, at(record, fields->offset));
    }
}
// NOLINTEND(misc-no-recursion)
