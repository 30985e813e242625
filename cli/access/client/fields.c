/*
 * The generic reader of plain structs.
 *
 * The file can come from anywhere: every value is checked against the field that it is for before
 * anything is stored, and the number of rows in use is always that of the rows that were read.
 */
#include "fields.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "netdiag/address.h"
#include "stats/address_parse.h"
#include "stats/text.h"

#define REPLACEMENT "\xef\xbf\xbd"
#define QUOTED      48 /* of a given text that an error shows, its NUL included */

struct reader {
    struct netdiag_text path; /* of the member at hand, "snapshot.trend.last" */
    char path_bytes[200];
    struct client_problem *problem;
};

/* ---- saying what is wrong ---- */

void client_problem_quote(char *bytes, size_t size, const char *given)
{
    size_t length = 0;

    while (given[length] != '\0' && length + 4 < size) {
        unsigned char byte = (unsigned char)given[length];

        bytes[length++] = (char)(byte >= ' ' && byte < 0x7f ? byte : '?');
    }
    (void)netdiag_text_copy(bytes + length, size - length, given[length] != '\0' ? "..." : "");
}

static bool complain(struct reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Always false, for the caller to return. */
static bool complain(struct reader *reader, const char *format, ...)
{
    char *text = reader->problem->text;
    size_t size = sizeof reader->problem->text;
    size_t length = (size_t)snprintf(text, size, "%s ", reader->path_bytes);
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text + length, size - length, format, arguments);
    va_end(arguments);
    return false;
}

/* What a value is, in words. */
static void describe(const json_t *given, char *bytes, size_t size)
{
    char quoted[QUOTED];

    switch (json_typeof(given)) {
    case JSON_OBJECT:
        snprintf(bytes, size, "an object");
        return;
    case JSON_ARRAY:
        snprintf(bytes, size, "an array");
        return;
    case JSON_STRING:
        client_problem_quote(quoted, sizeof quoted, json_string_value(given));
        snprintf(bytes, size, "\"%s\"", quoted);
        return;
    case JSON_INTEGER:
        snprintf(bytes, size, "%" JSON_INTEGER_FORMAT, json_integer_value(given));
        return;
    case JSON_REAL:
        snprintf(bytes, size, "%.6g", json_real_value(given));
        return;
    case JSON_TRUE:
    case JSON_FALSE:
        snprintf(bytes, size, "%s", json_is_true(given) ? "true" : "false");
        return;
    case JSON_NULL:
        break;
    }
    snprintf(bytes, size, "null");
}

static bool wrong(struct reader *reader, const json_t *given, const char *legal)
{
    char words[QUOTED + 16];

    describe(given, words, sizeof words);
    return complain(reader, "is %s; legal is %s", words, legal);
}

/* ---- one value ---- */

static uint64_t most_of(const struct netdiag_field *field)
{
    if (field->type == NETDIAG_FIELD_ENUM)
        return INT32_MAX;
    return field->size < sizeof(uint64_t) ? (UINT64_C(1) << (8 * field->size)) - 1 : INT64_MAX;
}

static bool read_number(struct reader *reader, const json_t *given,
                        const struct netdiag_field *field, char *value)
{
    json_int_t number = json_integer_value(given);
    uint64_t most = most_of(field);
    uint64_t number64 = (uint64_t)number;
    uint32_t number32 = (uint32_t)number;
    uint16_t number16 = (uint16_t)number;
    uint8_t number8 = (uint8_t)number;
    char legal[64];

    if (!json_is_integer(given) || number < 0 || (uint64_t)number > most) {
        snprintf(legal, sizeof legal, "a whole number from 0 to %" PRIu64, most);
        return wrong(reader, given, legal);
    }
    switch (field->size) {
    case sizeof number8:
        memcpy(value, &number8, sizeof number8);
        return true;
    case sizeof number16:
        memcpy(value, &number16, sizeof number16);
        return true;
    case sizeof number32:
        memcpy(value, &number32, sizeof number32);
        return true;
    default:
        memcpy(value, &number64, sizeof number64);
        return true;
    }
}

/* The writer's mark for a byte that was not UTF-8 is such a byte again: no text grows on its way.
 */
static bool read_text(struct reader *reader, const json_t *given, const struct netdiag_field *field,
                      char *value)
{
    const char *text = json_string_value(given);
    size_t size = json_string_length(given);
    char legal[64];
    size_t used = 0;

    snprintf(legal, sizeof legal, "a text of at most %zu bytes", field->size - 1);
    if (text == NULL)
        return wrong(reader, given, legal);
    for (size_t i = 0; i < size;) {
        bool is_mark = size - i >= 3 && memcmp(text + i, REPLACEMENT, 3) == 0;

        reader->problem->is_bound = used == field->size - 1;
        if (reader->problem->is_bound)
            return wrong(reader, given, legal);
        value[used++] = (char)(is_mark ? '\xff' : text[i]);
        i += is_mark ? 3 : 1;
    }
    value[used] = '\0';
    return true;
}

static bool read_address(struct reader *reader, const json_t *given, char *value)
{
    const char *text = json_string_value(given);
    struct netdiag_address address;

    memset(&address, 0, sizeof address);
    if (!json_is_null(given) && (text == NULL || !netdiag_address_parse(text, &address)))
        return wrong(reader, given, "an IP address, or null");
    memcpy(value, &address, sizeof address);
    return true;
}

/* They call each other as deep as the tables of fields go, whatever the file has. */
// NOLINTBEGIN(misc-no-recursion)
static bool read_struct(struct reader *reader, json_t *object, const struct netdiag_field *fields,
                        char *record);

static bool read_value(struct reader *reader, json_t *given, const struct netdiag_field *field,
                       char *value)
{
    bool flag = json_is_true(given);

    switch (field->type) {
    case NETDIAG_FIELD_BOOL:
        if (!json_is_boolean(given))
            return wrong(reader, given, "true or false");
        memcpy(value, &flag, sizeof flag);
        return true;
    case NETDIAG_FIELD_U8:
    case NETDIAG_FIELD_U16:
    case NETDIAG_FIELD_U32:
    case NETDIAG_FIELD_U64:
    case NETDIAG_FIELD_ENUM:
        return read_number(reader, given, field, value);
    case NETDIAG_FIELD_TEXT:
        return read_text(reader, given, field, value);
    case NETDIAG_FIELD_ADDRESS:
        return read_address(reader, given, value);
    case NETDIAG_FIELD_STRUCT:
        return read_struct(reader, given, field->fields, value);
    }
    return complain(reader, "is of a type that this netdiag does not know");
}

/* ---- arrays and structs ---- */

/*
 * Whether something has said before how long the array is: the counter, which can be a member of
 * its own, or another array of the same counter.
 */
static bool is_counted(const struct netdiag_field *fields, const struct netdiag_field *field,
                       uint32_t counted)
{
    for (; fields != field; fields++) {
        if (fields->most > 0 && fields->used_at == field->used_at)
            return true;
    }
    return counted > 0;
}

/* Whether the array may have so many rows; if so they are in use. */
static bool take_length(struct reader *reader, const struct netdiag_field *fields,
                        const struct netdiag_field *field, size_t length, char *record)
{
    uint32_t counted, count = (uint32_t)length;

    if (field->used_at == NETDIAG_FIELD_ALL)
        return length == 0 || length == field->most ||
               complain(reader, "has length %zu; legal is %zu", length, field->most);
    reader->problem->is_bound = length > field->most;
    if (reader->problem->is_bound)
        return complain(reader, "has length %zu; legal is %zu at most", length, field->most);
    memcpy(&counted, record + field->used_at, sizeof counted);
    if (is_counted(fields, field, counted) && length != counted)
        return complain(reader, "has length %zu; legal is %" PRIu32 ", as it is counted beside it",
                        length, counted);
    memcpy(record + field->used_at, &count, sizeof count);
    return true;
}

static void leave(struct reader *reader, size_t length)
{
    reader->path.length = length;
    reader->path_bytes[length] = '\0';
}

/* A missing array is one without rows. */
static bool read_array(struct reader *reader, const json_t *given,
                       const struct netdiag_field *fields, const struct netdiag_field *field,
                       char *record)
{
    size_t length = json_array_size(given);
    size_t path = reader->path.length;

    if (given != NULL && !json_is_array(given))
        return wrong(reader, given, "an array");
    if (!take_length(reader, fields, field, length, record))
        return false;
    for (size_t i = 0; i < length; i++) {
        netdiag_text_char(&reader->path, '[');
        netdiag_text_number(&reader->path, i);
        netdiag_text_char(&reader->path, ']');
        if (!read_value(reader, json_array_get(given, i), field,
                        record + field->offset + i * field->size))
            return false;
        leave(reader, path);
    }
    return true;
}

/* Those that are arrays, or those that are not. */
static bool read_members(struct reader *reader, const json_t *object,
                         const struct netdiag_field *fields, char *record, bool arrays)
{
    size_t path = reader->path.length;

    for (const struct netdiag_field *field = fields; field->key != NULL; field++) {
        json_t *given = json_object_get(object, field->key);

        if ((field->most > 0) != arrays)
            continue;
        netdiag_text_char(&reader->path, '.');
        netdiag_text_string(&reader->path, field->key);
        if (arrays && !read_array(reader, given, fields, field, record))
            return false;
        if (!arrays && given != NULL && !read_value(reader, given, field, record + field->offset))
            return false;
        leave(reader, path);
    }
    return true;
}

static bool check_known(struct reader *reader, json_t *object, const struct netdiag_field *fields)
{
    const char *key;
    json_t *given;
    char quoted[QUOTED];

    json_object_foreach(object, key, given)
    {
        const struct netdiag_field *field = fields;

        while (field->key != NULL && strcmp(field->key, key) != 0)
            field++;
        if (field->key != NULL)
            continue;
        client_problem_quote(quoted, sizeof quoted, key);
        return complain(reader, "has a member \"%s\", which this netdiag does not know", quoted);
    }
    return true;
}

/* Arrays come last: whatever counter a file gives beside them, their own length holds. */
static bool read_struct(struct reader *reader, json_t *object, const struct netdiag_field *fields,
                        char *record)
{
    return (json_is_object(object) || wrong(reader, object, "an object")) &&
           check_known(reader, object, fields) &&
           read_members(reader, object, fields, record, false) &&
           read_members(reader, object, fields, record, true);
}
// NOLINTEND(misc-no-recursion)

bool client_fields_read(json_t *object, const char *name, const struct netdiag_field *fields,
                        void *record, struct client_problem *problem)
{
    struct reader reader = {.problem = problem};

    problem->is_bound = false;
    netdiag_text_start(&reader.path, reader.path_bytes, sizeof reader.path_bytes);
    netdiag_text_string(&reader.path, name);
    return read_struct(&reader, object, fields, record);
}
