/*
 * Plain structs written as JSON and read again, by the descriptors of their fields: what comes back
 * is what was written, and what does not fit is refused with its path.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/access/client/fields.h"
#include "cli/diagnosis.h"
#include "cli/snapshot_json.h"
#include "netdiag/tcp.h"
#include "stats/tcp_snapshot.h"

/* ---- a struct with a field of each type ---- */

struct inner {
    uint8_t small;
    enum netdiag_tcp_state state;
    char name[8];
    struct netdiag_address address;
};

struct outer {
    bool flag;
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    struct inner one;
    uint32_t count;
    struct inner rows[3];
    uint64_t numbers[3]; /* as many as rows */
    uint16_t all[2];
    uint32_t addressCount; /* a member of its own */
    struct netdiag_address addresses[2];
};

#define SIZE_OF(record, member) sizeof(((record *)NULL)->member)
#define FIELD(record, member, kind)                                                                \
    .key = #member, .type = NETDIAG_FIELD_##kind, .offset = offsetof(record, member)
#define ONE(record, member, kind)                                                                  \
    {                                                                                              \
        FIELD(record, member, kind), .size = SIZE_OF(record, member)                               \
    }
#define ROW_OF(record, member) sizeof(*((record *)NULL)->member)
#define MANY(record, member, kind, used)                                                           \
    FIELD(record, member, kind), .size = ROW_OF(record, member),                                   \
                                 .most = SIZE_OF(record, member) / ROW_OF(record, member),         \
                                 .used_at = (used)

static const struct netdiag_field inner_fields[] = {
    ONE(struct inner, small, U8),
    ONE(struct inner, state, ENUM),
    ONE(struct inner, name, TEXT),
    ONE(struct inner, address, ADDRESS),
    {.key = NULL},
};

static const struct netdiag_field outer_fields[] = {
    ONE(struct outer, flag, BOOL),
    ONE(struct outer, u8, U8),
    ONE(struct outer, u16, U16),
    ONE(struct outer, u32, U32),
    ONE(struct outer, u64, U64),
    {FIELD(struct outer, one, STRUCT), .size = sizeof(struct inner), .fields = inner_fields},
    {MANY(struct outer, rows, STRUCT, offsetof(struct outer, count)), .fields = inner_fields},
    {MANY(struct outer, numbers, U64, offsetof(struct outer, count))},
    ONE(struct outer, addressCount, U32),
    {MANY(struct outer, all, U16, NETDIAG_FIELD_ALL)},
    {MANY(struct outer, addresses, ADDRESS, offsetof(struct outer, addressCount))},
    {.key = NULL},
};

/* ---- writing and reading ---- */

static char written[4 << 20];
static size_t written_size;

static void take_line(void *ctx, const char *line)
{
    int size = snprintf(written + written_size, sizeof written - written_size, "%s\n", line);

    (void)ctx;
    written_size += (size_t)size;
    assert_true(written_size < sizeof written);
}

/* Valid until the next call. */
static const char *write_fields(const struct netdiag_field *fields, const void *record)
{
    struct netdiag_json json;

    written_size = 0;
    netdiag_json_start(&json, take_line, NULL);
    netdiag_json_object(&json);
    netdiag_json_fields(&json, fields, record);
    netdiag_json_object_end(&json);
    netdiag_json_end(&json);
    return written;
}

static bool read_fields(const char *text, const struct netdiag_field *fields, void *record,
                        size_t size, struct client_problem *problem)
{
    json_error_t error;
    json_t *object = json_loads(text, JSON_DECODE_ANY, &error);
    bool done;

    if (object == NULL)
        fail_msg("no JSON: %s: %s", error.text, text);
    memset(record, 0, size);
    done = client_fields_read(object, "top", fields, record, problem);
    json_decref(object);
    return done;
}

static void read_well(const char *text, struct outer *record)
{
    struct client_problem problem;

    if (!read_fields(text, outer_fields, record, sizeof *record, &problem))
        fail_msg("%s: %s", text, problem.text);
}

static void assert_problem(const char *text, const char *expected)
{
    struct client_problem problem;
    struct outer record;

    if (read_fields(text, outer_fields, &record, sizeof record, &problem))
        fail_msg("read: %s", text);
    assert_string_equal(problem.text, expected);
}

static void fill_inner(struct inner *inner, unsigned seed)
{
    inner->small = (uint8_t)(seed + 1);
    inner->state = NETDIAG_TCP_TIME_WAIT;
    snprintf(inner->name, sizeof inner->name, "n%u", seed);
    inner->address.family = seed % 2 == 0 ? NETDIAG_FAMILY_IPV4 : NETDIAG_FAMILY_IPV6;
    memset(inner->address.bytes, 10 + (int)seed, seed % 2 == 0 ? 4 : 16);
}

/* ---- what is written ---- */

static void fields_of_nothing_are_left_out(void **state)
{
    struct outer record;

    (void)state;
    memset(&record, 0, sizeof record);
    assert_string_equal(write_fields(outer_fields, &record), "{}\n");
}

static void fields_of_each_type_are_written(void **state)
{
    struct outer record;

    (void)state;
    memset(&record, 0, sizeof record);
    record.flag = true;
    record.u8 = UINT8_MAX;
    record.u16 = UINT16_MAX;
    record.u32 = UINT32_MAX;
    record.u64 = UINT64_C(9007199254740993); /* above 2^53 */
    fill_inner(&record.one, 0);
    record.count = 2;
    record.all[1] = 7;
    record.addressCount = 1;
    assert_string_equal(write_fields(outer_fields, &record),
                        "{\"flag\":true,\"u8\":255,\"u16\":65535,\"u32\":4294967295,"
                        "\"u64\":9007199254740993,\"one\":{\"small\":1,\"state\":11,"
                        "\"name\":\"n0\",\"address\":\"10.10.10.10\"},\"rows\":[\n"
                        "{},\n{}],\"numbers\":[0,0],\"addressCount\":1,\"all\":[0,7],"
                        "\"addresses\":[null]}\n");
}

static void number_above_what_readers_keep_becomes_the_largest(void **state)
{
    struct outer record, again;

    (void)state;
    memset(&record, 0, sizeof record);
    record.u64 = UINT64_MAX;
    read_well(write_fields(outer_fields, &record), &again);
    assert_true(again.u64 == INT64_MAX);
    record.u64 = INT64_MAX;
    read_well(write_fields(outer_fields, &record), &again);
    assert_true(again.u64 == INT64_MAX);
}

static void count_above_the_array_writes_the_array(void **state)
{
    struct outer record, again;

    (void)state;
    memset(&record, 0, sizeof record);
    record.count = 4000;
    read_well(write_fields(outer_fields, &record), &again);
    assert_int_equal(again.count, 3);
}

/* ---- what comes back ---- */

static void fields_written_and_read_are_the_same(void **state)
{
    struct outer record, again;

    (void)state;
    memset(&record, 0, sizeof record);
    record.flag = true;
    record.u8 = 200;
    record.u16 = 60000;
    record.u32 = 4000000000;
    record.u64 = INT64_MAX;
    fill_inner(&record.one, 5);
    record.count = 3;
    for (unsigned i = 0; i < 3; i++) {
        fill_inner(&record.rows[i], i);
        record.numbers[i] = (UINT64_C(1) << 53) + 1 + i;
    }
    record.all[0] = 1;
    record.addressCount = 2;
    record.addresses[1] = record.one.address;
    read_well(write_fields(outer_fields, &record), &again);
    assert_memory_equal(&again, &record, sizeof record);
}

static void byte_that_is_no_utf8_comes_back_as_one(void **state)
{
    struct outer record, again;

    (void)state;
    memset(&record, 0, sizeof record);
    memcpy(record.one.name, "\xe9\xff\"\\\x01\xc3\xa9", 8);
    read_well(write_fields(outer_fields, &record), &again);
    assert_memory_equal(again.one.name, "\xff\xff\"\\\x01\xc3\xa9", 8);
    /* And what is written of it is the same again. */
    strcpy(record.one.name, "\x80\x80\x80\x80\x80\x80\x80");
    read_well(write_fields(outer_fields, &record), &again);
    assert_string_equal(again.one.name, "\xff\xff\xff\xff\xff\xff\xff");
}

/* ---- what is refused ---- */

static void value_of_the_wrong_type_is_refused(void **state)
{
    (void)state;
    assert_problem("[]", "top is an array; legal is an object");
    assert_problem("{\"flag\":1}", "top.flag is 1; legal is true or false");
    assert_problem("{\"u8\":\"1\"}", "top.u8 is \"1\"; legal is a whole number from 0 to 255");
    assert_problem("{\"u8\":1.5}", "top.u8 is 1.5; legal is a whole number from 0 to 255");
    assert_problem("{\"one\":null}", "top.one is null; legal is an object");
    assert_problem("{\"one\":{\"name\":{}}}",
                   "top.one.name is an object; legal is a text of at most 7 bytes");
    assert_problem("{\"rows\":{}}", "top.rows is an object; legal is an array");
    assert_problem("{\"rows\":[1]}", "top.rows[0] is 1; legal is an object");
    assert_problem("{\"addresses\":[null,\"10.0.0\"]}",
                   "top.addresses[1] is \"10.0.0\"; legal is an IP address, or null");
    assert_problem("{\"one\":{\"address\":false}}",
                   "top.one.address is false; legal is an IP address, or null");
}

static void number_out_of_range_is_refused(void **state)
{
    (void)state;
    assert_problem("{\"u8\":256}", "top.u8 is 256; legal is a whole number from 0 to 255");
    assert_problem("{\"u8\":-1}", "top.u8 is -1; legal is a whole number from 0 to 255");
    assert_problem("{\"u16\":65536}", "top.u16 is 65536; legal is a whole number from 0 to 65535");
    assert_problem("{\"u32\":4294967296}",
                   "top.u32 is 4294967296; legal is a whole number from 0 to 4294967295");
    assert_problem("{\"u64\":-9}",
                   "top.u64 is -9; legal is a whole number from 0 to 9223372036854775807");
    assert_problem("{\"one\":{\"state\":2147483648}}",
                   "top.one.state is 2147483648; legal is a whole number from 0 to 2147483647");
    assert_problem("{\"all\":[1,70000]}",
                   "top.all[1] is 70000; legal is a whole number from 0 to 65535");
}

static void length_out_of_bounds_is_refused(void **state)
{
    struct client_problem problem;
    struct outer record;

    (void)state;
    assert_problem("{\"one\":{\"name\":\"12345678\"}}",
                   "top.one.name is \"12345678\"; legal is a text of at most 7 bytes");
    assert_problem("{\"rows\":[{},{},{},{}]}", "top.rows has length 4; legal is 3 at most");
    assert_problem("{\"rows\":[{},{}],\"numbers\":[1]}",
                   "top.numbers has length 1; legal is 2, as it is counted beside it");
    assert_problem("{\"rows\":[{}]}",
                   "top.numbers has length 0; legal is 1, as it is counted beside it");
    assert_problem("{\"addressCount\":2,\"addresses\":[null]}",
                   "top.addresses has length 1; legal is 2, as it is counted beside it");
    assert_problem("{\"addressCount\":4000000000}",
                   "top.addresses has length 0; legal is 4000000000, as it is counted beside it");
    assert_problem("{\"all\":[1]}", "top.all has length 1; legal is 2");
    assert_problem("{\"all\":[1,2,3]}", "top.all has length 3; legal is 2");
    read_well("{\"one\":{\"name\":\"1234567\"}}", &record);
    assert_string_equal(record.one.name, "1234567");
    assert_false(
        read_fields("{\"rows\":[{},{},{},{}]}", outer_fields, &record, sizeof record, &problem));
    assert_true(problem.is_bound);
    assert_false(read_fields("{\"all\":[1]}", outer_fields, &record, sizeof record, &problem));
    assert_false(problem.is_bound);
}

static void member_that_is_not_known_is_refused(void **state)
{
    (void)state;
    assert_problem("{\"u9\":1}", "top has a member \"u9\", which this netdiag does not know");
    assert_problem("{\"rows\":[{},{\"x\\u001b[2J\":1}],\"numbers\":[0,0]}",
                   "top.rows[1] has a member \"x?[2J\", which this netdiag does not know");
}

/* ---- the snapshot itself ---- */

static uint32_t random_state;

static uint32_t random_next(void)
{
    random_state = random_state * 1664525 + 1013904223;
    return random_state >> 8;
}

static void fill_fields(const struct netdiag_field *fields, char *record);

/* Small numbers often, so that rules have something to compare. */
static void fill_value(const struct netdiag_field *field, char *value)
{
    uint64_t number = random_next() % 4 == 0 ? random_next() : random_next() % 100;
    bool flag = random_next() % 2 == 0;
    struct netdiag_address address = {.family = NETDIAG_FAMILY_IPV4};

    switch (field->type) {
    case NETDIAG_FIELD_BOOL:
        memcpy(value, &flag, sizeof flag);
        return;
    case NETDIAG_FIELD_U8:
    case NETDIAG_FIELD_U16:
    case NETDIAG_FIELD_U32:
    case NETDIAG_FIELD_U64:
        memcpy(value, &number, field->size); /* little-endian hosts alone run this test */
        return;
    case NETDIAG_FIELD_ENUM:
        number %= 7;
        memcpy(value, &number, field->size);
        return;
    case NETDIAG_FIELD_TEXT:
        snprintf(value, field->size, "t%u", (unsigned)(random_next() % 50));
        return;
    case NETDIAG_FIELD_ADDRESS:
        address.bytes[0] = 10;
        address.bytes[3] = (uint8_t)random_next();
        memcpy(value, &address, sizeof address);
        return;
    case NETDIAG_FIELD_STRUCT:
        fill_fields(field->fields, value);
        return;
    }
}

static void fill_array(const struct netdiag_field *field, char *record)
{
    uint32_t used = random_next() % (uint32_t)(field->most + 1);

    if (field->used_at == NETDIAG_FIELD_ALL)
        used = (uint32_t)field->most;
    else
        memcpy(record + field->used_at, &used, sizeof used);
    for (uint32_t i = 0; i < used; i++)
        fill_value(field, record + field->offset + i * field->size);
}

static void fill_fields(const struct netdiag_field *fields, char *record)
{
    for (; fields->key != NULL; fields++) {
        if (fields->most > 0)
            fill_array(fields, record);
        else
            fill_value(fields, record + fields->offset);
    }
}

/* The document of its diagnosis; the caller frees it. */
static char *diagnosis_of(const struct netdiag_tcp_snapshot *snapshot)
{
    struct netdiag_json json;

    written_size = 0;
    netdiag_json_start(&json, take_line, NULL);
    netdiag_json_object(&json);
    netdiag_diagnosis_json(&json, snapshot);
    netdiag_json_object_end(&json);
    netdiag_json_end(&json);
    return strdup(written);
}

static void snapshot_written_and_read_gives_the_same_findings(void **state)
{
    static struct netdiag_tcp_snapshot snapshot, again;
    size_t findings = 0;

    (void)state;
    for (random_state = 1; random_state < 300; random_state++) {
        uint32_t seed = random_state;
        struct client_problem problem;
        char *text, *before, *after;

        memset(&snapshot, 0, sizeof snapshot);
        fill_fields(netdiag_tcp_snapshot_fields, (char *)&snapshot);
        before = diagnosis_of(&snapshot);
        text = strdup(write_fields(netdiag_tcp_snapshot_fields, &snapshot));
        if (!read_fields(text, netdiag_tcp_snapshot_fields, &again, sizeof again, &problem))
            fail_msg("seed %u: %s", seed, problem.text);
        after = diagnosis_of(&again);
        assert_string_equal(after, before);
        assert_string_equal(write_fields(netdiag_tcp_snapshot_fields, &again), text);
        findings += strstr(before, "\"code\":") != NULL;
        free(text);
        free(before);
        free(after);
        random_state = seed;
    }
    assert_true(findings > 50); /* or the patterns say nothing */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_of_nothing_are_left_out),
        cmocka_unit_test(fields_of_each_type_are_written),
        cmocka_unit_test(number_above_what_readers_keep_becomes_the_largest),
        cmocka_unit_test(count_above_the_array_writes_the_array),
        cmocka_unit_test(fields_written_and_read_are_the_same),
        cmocka_unit_test(byte_that_is_no_utf8_comes_back_as_one),
        cmocka_unit_test(value_of_the_wrong_type_is_refused),
        cmocka_unit_test(number_out_of_range_is_refused),
        cmocka_unit_test(length_out_of_bounds_is_refused),
        cmocka_unit_test(member_that_is_not_known_is_refused),
        cmocka_unit_test(snapshot_written_and_read_gives_the_same_findings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
