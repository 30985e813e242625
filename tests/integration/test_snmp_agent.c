/*
 * The SNMP agent on a real lwIP: what is asked of it rightly, and what a hostile poller sends. Each
 * request gets the right answer, the right error or no answer, and the agent goes on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lwip/stats.h"
#include "netdiag/lwip.h"
#include "netdiag/lwip_snmp.h"
#include "platform/lwip/snmp/agent.h"
#include "platform/lwip/snmp/look.h"
#include "platform/sim/stack.h"
#include "snmp_message.h"

#define COMMUNITY "a secret"
#define SYSTEM    "1.3.6.1.2.1.1"
#define SYS_DESCR SYSTEM ".1.0"
#define SYS_NAME  SYSTEM ".5.0"
#define LAST      "1.3.6.1.2.1.250" /* after all that there is */

#define SIZE(array) (sizeof(array) / sizeof((array)[0]))

static const struct binding sys_descr = {.name = SYS_DESCR};
static struct answer answer;

static void wake(void *ctx)
{
    (void)ctx;
}

static enum netdiag_error start_agent(const struct netdiag_lwip_snmp_config *config)
{
    enum netdiag_error error;

    sim_stack_lock(NULL);
    error = netdiag_lwip_snmp_start(config);
    sim_stack_unlock(NULL);
    return error;
}

static int start(void **state)
{
    static const struct netdiag_lwip_snmp_config config = {
        .community = COMMUNITY, .contact = "noc", .wake = wake};

    (void)state;
    sim_clock_start(SIM_CLOCK_VIRTUAL);
    if (sim_stack_start("sw1", "a product", 16, 60000))
        return -1;
    return start_agent(&config) ? -1 : 0;
}

static struct netdiag_snmp counters(void)
{
    struct netdiag_snmp snmp;

    assert_int_equal(netdiag_lwip_platform.snmp(NULL, &snmp), NETDIAG_OK);
    return snmp;
}

/* Whether the agent answers; the answer must be an SNMP message. */
static bool ask_bytes(const struct bytes *request)
{
    answer.bytes.length =
        netdiag_snmp_answer(request->at, request->length, answer.bytes.at, sizeof(answer.bytes.at));
    if (answer.bytes.length == 0)
        return false;
    assert_true(read_answer(&answer));
    assert_int_equal(answer.type, RESPONSE);
    assert_string_equal(answer.community, COMMUNITY);
    assert_true(answer.bytes.length <= 1472);
    if (answer.status == NO_ERROR)
        assert_int_equal(answer.index, 0);
    else
        assert_in_range(answer.index, 0, answer.count);
    return true;
}

static bool ask(struct request request)
{
    static struct bytes bytes;

    if (!request.community)
        request.community = COMMUNITY;
    make_request(&bytes, &request);
    return ask_bytes(&bytes);
}

static bool ask_one(int32_t version, uint8_t type, const char *name)
{
    const struct binding binding = {.name = name};

    return ask(
        (struct request){.version = version, .type = type, .count = 1, .bindings = &binding});
}

static bool still_answers(void)
{
    return ask_one(V2C, GET, SYS_NAME) && answer.status == NO_ERROR && answer.count == 1 &&
           answer.bindings[0].length == 3 && memcmp(answer.bindings[0].value, "sw1", 3) == 0;
}

static void assert_text(const struct answered *binding, const char *text)
{
    assert_int_equal(binding->type, OCTET_STRING);
    assert_int_equal(binding->length, strlen(text));
    assert_memory_equal(binding->value, text, strlen(text));
}

/* ---- what is asked rightly ---- */

static void system_group_gives_what_the_platform_says(void **state)
{
    static const struct binding names[] = {{.name = SYS_DESCR},     {.name = SYSTEM ".2.0"},
                                           {.name = SYSTEM ".4.0"}, {.name = SYS_NAME},
                                           {.name = SYSTEM ".6.0"}, {.name = SYSTEM ".7.0"}};
    struct netdiag_system system;
    char text[160];

    (void)state;
    assert_int_equal(netdiag_lwip_platform.system(NULL, &system), NETDIAG_OK);
    snprintf(text, sizeof(text), "a product, %s", system.stack);
    for (int32_t version = V1; version <= V2C; version++) {
        assert_true(ask((struct request){version, NULL, 0, GET, -7, 0, 0, SIZE(names), names}));
        assert_int_equal(answer.version, version);
        assert_int_equal(answer.id, -7);
        assert_int_equal(answer.status, NO_ERROR);
        assert_int_equal(answer.count, SIZE(names));
        assert_text(&answer.bindings[0], text);
        assert_int_equal(answer.bindings[1].type, OBJECT_ID);
        assert_text(&answer.bindings[2], "noc");
        assert_text(&answer.bindings[3], "sw1");
        assert_text(&answer.bindings[4], "");
        assert_int_equal(number_of(&answer.bindings[5]), 78);
    }
}

static uint64_t uptime_ms;

static enum netdiag_error tell_time(void *ctx, struct netdiag_time *time)
{
    (void)ctx;
    *time = (struct netdiag_time){.uptime_ms = uptime_ms};
    return NETDIAG_OK;
}

static void sys_up_time_after_497_days_begins_again(void **state)
{
    static const struct netdiag_platform clock = {.time = tell_time};

    (void)state;
    netdiag_snmp_look_at(&clock, NULL);
    uptime_ms = (UINT64_C(1) << 32) * 10 - 1;
    assert_true(ask_one(V1, GET, SYSTEM ".3.0"));
    assert_int_equal(answer.bindings[0].type, TIME_TICKS);
    assert_int_equal(number_of(&answer.bindings[0]), UINT32_MAX);
    uptime_ms++;
    assert_true(ask_one(V1, GET, SYSTEM ".3.0"));
    assert_int_equal(number_of(&answer.bindings[0]), 0);
    netdiag_snmp_look_at(&netdiag_lwip_platform, NULL);
}

static void platform_that_cannot_say_no_such_instance(void **state)
{
    static const struct netdiag_platform dumb = {.time = NULL};

    (void)state;
    netdiag_snmp_look_at(&dumb, NULL);
    assert_true(ask_one(V2C, GET, SYS_DESCR));
    netdiag_snmp_look_at(&netdiag_lwip_platform, NULL);
    assert_int_equal(answer.status, NO_ERROR);
    assert_int_equal(answer.bindings[0].type, NO_SUCH_INSTANCE);
}

/* Each name is greater than the one before, by GETNEXT and GETBULK the same. */
static void walk_by_next_and_bulk_is_the_same(void **state)
{
    char names[128][64] = {SYSTEM};
    struct binding from = {.name = SYSTEM};
    size_t count = 0, seen = 0;

    (void)state;
    while (ask_one(V2C, GET_NEXT, names[count]) && answer.bindings[0].type != END_OF_MIB)
        strcpy(names[++count], answer.bindings[0].name);
    assert_string_equal(names[1], SYS_DESCR);
    assert_true(count >= 7 + 30);
    do {
        assert_true(ask((struct request){V2C, NULL, 0, GET_BULK, 1, 0, 10, 1, &from}));
        for (size_t i = 0; i < answer.count && answer.bindings[i].type != END_OF_MIB; i++)
            assert_string_equal(answer.bindings[i].name, names[++seen]);
        from.name = names[seen];
    } while (answer.bindings[answer.count - 1].type != END_OF_MIB);
    assert_int_equal(seen, count);
}

static void unknown_name_each_version_its_error(void **state)
{
    (void)state;
    assert_true(ask_one(V1, GET, "1.3.6.1.2.1.99.1.0"));
    assert_int_equal(answer.status, NO_SUCH_NAME);
    assert_int_equal(answer.index, 1);
    assert_true(ask_one(V2C, GET, "1.3.6.1.2.1.99.1.0"));
    assert_int_equal(answer.status, NO_ERROR);
    assert_int_equal(answer.bindings[0].type, NO_SUCH_OBJECT);
    assert_true(ask_one(V2C, GET, SYSTEM ".1.1"));
    assert_int_equal(answer.bindings[0].type, NO_SUCH_INSTANCE);
    assert_true(ask_one(V1, GET_NEXT, LAST));
    assert_int_equal(answer.status, NO_SUCH_NAME);
    assert_true(ask_one(V2C, GET_NEXT, LAST));
    assert_int_equal(answer.bindings[0].type, END_OF_MIB);
}

/* ---- who may ask, and what nobody may ---- */

static void community_other_than_ours_no_answer(void **state)
{
    static const struct {
        const char *text;
        size_t length;
    } wrong[] = {{"a secre", 0},   {"a secret ", 0},     {"a secret\0x", 10}, {"a secret\0", 9},
                 {"A secret", 0},  {"public", 0},        {"private", 0},      {"\0", 1},
                 {"a\0secret", 8}, {"a secrea secre", 0}};
    static const struct binding set = {SYSTEM ".4.0", OCTET_STRING, (const uint8_t *)"x", 1};
    char longest[256];
    struct netdiag_snmp before = counters(), after;

    (void)state;
    memset(longest, 'a', sizeof(longest));
    for (size_t i = 0; i < SIZE(wrong); i++) {
        assert_false(ask(
            (struct request){V2C, wrong[i].text, wrong[i].length, GET, 1, 0, 0, 1, &sys_descr}));
        assert_false(
            ask((struct request){V1, wrong[i].text, wrong[i].length, SET, 1, 0, 0, 1, &set}));
    }
    for (size_t length = 60; length <= sizeof(longest); length++)
        assert_false(ask((struct request){V2C, longest, length, SET, 1, 0, 0, 1, &set}));
    assert_false(ask((struct request){V2C, "", 0, GET, 1, 0, 0, 1, &sys_descr}));
    after = counters();
    assert_int_equal(after.bad_communities - before.bad_communities,
                     2 * SIZE(wrong) + sizeof(longest) - 60 + 1 + 1);
    assert_int_equal(after.in_packets - before.in_packets,
                     after.bad_communities - before.bad_communities);
    assert_int_equal(after.out_packets, before.out_packets);
    assert_true(still_answers());
}

static void version_neither_1_nor_2c_no_answer(void **state)
{
    static const int32_t versions[] = {2, 3, 4, -1, 127, 128, 255, 256, 257, INT32_MAX, INT32_MIN};
    uint64_t before = counters().bad_versions;

    (void)state;
    for (size_t i = 0; i < SIZE(versions); i++)
        assert_false(ask_one(versions[i], GET, SYS_DESCR));
    assert_int_equal(counters().bad_versions - before, SIZE(versions));
    assert_true(ask_one(V1, GET, SYS_DESCR));
    assert_true(ask_one(V2C, GET, SYS_DESCR));
}

static void set_is_refused_as_the_rfcs_say(void **state)
{
    static const struct binding names[] = {
        {SYSTEM ".4.0", OCTET_STRING, (const uint8_t *)"x", 1},
        {SYSTEM ".4.0", INTEGER, (const uint8_t *)"\1", 1}, /* another type */
        {"1.3.6.1.2.1.99.0", NOTHING, NULL, 0},
    };
    uint64_t before = counters().set_requests;

    (void)state;
    for (size_t i = 0; i < SIZE(names); i++) {
        assert_true(ask((struct request){V1, NULL, 0, SET, 5, 0, 0, 1, &names[i]}));
        assert_int_equal(answer.status, NO_SUCH_NAME);
        assert_int_equal(answer.index, 1);
        assert_true(ask((struct request){V2C, NULL, 0, SET, 5, 0, 0, SIZE(names), names}));
        assert_int_equal(answer.status, NOT_WRITABLE);
        assert_int_equal(answer.index, 1);
        assert_int_equal(answer.count, SIZE(names));
    }
    assert_int_equal(counters().set_requests - before, 2 * SIZE(names));
    assert_true(ask_one(V2C, GET, SYSTEM ".4.0"));
    assert_text(&answer.bindings[0], "noc");
}

static void pdu_that_is_no_request_no_answer(void **state)
{
    (void)state;
    for (unsigned type = 0; type < 256; type++) {
        if (type != GET && type != GET_NEXT && type != GET_BULK && type != SET)
            assert_false(ask_one(V2C, (uint8_t)type, SYS_DESCR));
    }
    assert_false(ask_one(V1, GET_BULK, SYS_DESCR));
    assert_true(still_answers());
}

static void status_or_index_in_a_request_no_answer(void **state)
{
    (void)state;
    assert_false(ask((struct request){V2C, NULL, 0, GET, 1, 1, 0, 1, &sys_descr}));
    assert_false(ask((struct request){V2C, NULL, 0, GET, 1, 0, 1, 1, &sys_descr}));
    assert_false(ask((struct request){V1, NULL, 0, GET_NEXT, 1, 0, 200, 1, &sys_descr}));
    assert_false(ask((struct request){V2C, NULL, 0, SET, 1, 0, -1, 1, &sys_descr}));
}

/* ---- GETBULK ---- */

static void bulk_of_any_numbers_is_bounded(void **state)
{
    static const int32_t numbers[] = {-1, 0, 1, 2, 127, 128, 10000, 65536, INT32_MAX, INT32_MIN};
    static const struct binding names[] = {{.name = SYSTEM}, {.name = SYSTEM ".7"}};

    (void)state;
    for (size_t i = 0; i < SIZE(numbers); i++) {
        for (size_t j = 0; j < SIZE(numbers); j++) {
            assert_true(ask((struct request){V2C, NULL, 0, GET_BULK, 1, numbers[i], numbers[j],
                                             SIZE(names), names}));
            assert_int_equal(answer.status, NO_ERROR);
            if (numbers[i] >= 2) { /* no repeaters: one each, whatever the other number is */
                assert_int_equal(answer.count, 2);
                assert_string_equal(answer.bindings[0].name, SYS_DESCR);
                assert_string_equal(answer.bindings[1].name, SYSTEM ".7.0");
            } else if (numbers[i] == 1) {
                assert_true(numbers[j] > 0 ? answer.count > 1 : answer.count == 1);
            } else {
                assert_true(numbers[j] > 0 ? answer.count >= 2 : answer.count == 0);
            }
            assert_true(answer.count <= 2 * CONFIG_NETDIAG_SNMP_BULK);
        }
    }
}

static void bulk_past_the_end_ends(void **state)
{
    static const struct binding last = {.name = LAST};

    (void)state;
    assert_true(ask((struct request){V2C, NULL, 0, GET_BULK, 1, 0, INT32_MAX, 1, &last}));
    assert_in_range(answer.count, 1, 2);
    assert_int_equal(answer.bindings[0].type, END_OF_MIB);
    assert_true(ask((struct request){V2C, NULL, 0, GET_BULK, 1, 0, 10, 0, NULL}));
    assert_int_equal(answer.count, 0);
    assert_true(ask((struct request){V2C, NULL, 0, GET_BULK, 1, 10, 10, 0, NULL}));
    assert_int_equal(answer.count, 0);
}

/* ---- many bindings ---- */

static void answer_larger_than_a_packet_too_big(void **state)
{
    struct binding many[60];

    (void)state;
    for (size_t i = 0; i < SIZE(many); i++)
        many[i] = sys_descr;
    assert_true(ask((struct request){V2C, NULL, 0, GET, 9, 0, 0, SIZE(many), many}));
    assert_int_equal(answer.status, TOO_BIG);
    assert_int_equal(answer.index, 0);
    assert_int_equal(answer.count, 0); /* RFC 3416, 4.2.1 */
    assert_int_equal(answer.id, 9);
    assert_true(ask((struct request){V1, NULL, 0, GET, 9, 0, 0, SIZE(many), many}));
    assert_int_not_equal(answer.status, NO_ERROR);
    assert_int_equal(answer.count, SIZE(many));
    /* cut where it is full, and no error */
    assert_true(ask((struct request){V2C, NULL, 0, GET_BULK, 9, 0, 50, SIZE(many), many}));
    assert_int_equal(answer.status, NO_ERROR);
    assert_in_range(answer.count, SIZE(many), 2 * SIZE(many) - 1);
    assert_true(still_answers());
}

static void request_that_cannot_be_repeated_no_answer(void **state)
{
    struct binding many[BINDINGS];
    uint64_t before = counters().dropped, silent = 0;

    (void)state;
    for (size_t i = 0; i < SIZE(many); i++)
        many[i] = (struct binding){.name = "1.3.6"};
    for (size_t count = 0; count <= SIZE(many); count++) {
        bool answered = ask((struct request){V1, NULL, 0, SET, 1, 0, 0, count, many});

        silent += !answered;
        if (answered)
            assert_int_equal(answer.count, count);
    }
    assert_int_equal(counters().dropped - before, silent);
    assert_true(still_answers());
}

/* ---- object identifiers ---- */

static void name_of_any_length_answer_or_none(void **state)
{
    char name[1024] = "1.3";
    size_t length = strlen(name);

    (void)state;
    assert_false(ask_one(V2C, GET, ""));
    assert_false(ask_one(V2C, GET_NEXT, ""));
    for (size_t count = 2; count < 200; count++) {
        bool fits = count <= CONFIG_NETDIAG_SNMP_OBJECT_ID;

        assert_int_equal(ask_one(V2C, GET, name), fits);
        if (fits)
            assert_int_equal(answer.bindings[0].type, NO_SUCH_OBJECT);
        assert_int_equal(ask_one(V2C, GET_NEXT, name), fits);
        if (fits)
            assert_string_equal(answer.bindings[0].name, SYS_DESCR);
        assert_int_equal(ask_one(V1, SET, name), fits);
        length += (size_t)snprintf(name + length, sizeof(name) - length, ".1");
    }
}

/* The same below a node that there is: the instance is what is long. */
static void instance_of_any_length_answer_or_none(void **state)
{
    char name[1024] = SYS_DESCR;
    size_t length = strlen(name);

    (void)state;
    for (size_t count = 9; count < 140; count++) {
        bool fits = count <= CONFIG_NETDIAG_SNMP_OBJECT_ID;

        assert_int_equal(ask_one(V2C, GET_NEXT, name), fits);
        if (fits)
            assert_string_equal(answer.bindings[0].name, SYSTEM ".2.0");
        length += (size_t)snprintf(name + length, sizeof(name) - length, ".%u", (unsigned)count);
    }
}

static void number_beyond_32_bits_is_not_what_is_left_of_it(void **state)
{
    static const char *const wrong[] = {SYSTEM ".4294967297.0", SYSTEM ".1.4294967296",
                                        SYSTEM ".18446744073709551615.0", "1.3.6.1.2.1.4294967297",
                                        "1.3.6.1.2.1.8589934593.1.0"};

    (void)state;
    for (size_t i = 0; i < SIZE(wrong); i++) {
        assert_false(ask_one(V2C, GET, wrong[i]));
        assert_false(ask_one(V2C, GET_NEXT, wrong[i]));
    }
    assert_true(ask_one(V2C, GET, SYSTEM ".4294967295.0"));
    assert_int_equal(answer.bindings[0].type, NO_SUCH_OBJECT);
}

/* What was answered is of a MIB after that of the system group. */
static bool is_after_system(void)
{
    return strncmp(answer.bindings[0].name, "1.3.6.1.2.1.", 12) == 0 &&
           strtoul(answer.bindings[0].name + 12, NULL, 10) > 1;
}

/* lwIP's own trees begin again at the first node: a walk that never ends. */
static void next_of_the_last_number_does_not_go_back(void **state)
{
    (void)state;
    assert_true(ask_one(V2C, GET_NEXT, "1.3.6.1.2.1.4294967295"));
    assert_int_equal(answer.bindings[0].type, END_OF_MIB);
    assert_true(ask_one(V2C, GET_NEXT, SYSTEM ".4294967295"));
    assert_true(is_after_system());
    assert_true(ask_one(V2C, GET_NEXT, SYSTEM ".1.4294967295"));
    assert_string_equal(answer.bindings[0].name, SYSTEM ".2.0");
    assert_true(ask_one(V2C, GET_NEXT, SYSTEM ".4294967294"));
    assert_true(is_after_system());
}

/* ---- bytes ---- */

static const struct binding two[] = {{.name = SYS_DESCR}, {.name = SYSTEM ".3"}};
static const struct binding text = {SYSTEM ".4.0", OCTET_STRING, (const uint8_t *)"xyz", 3};
static const struct request good[] = {
    {V1, COMMUNITY, 0, GET, 0x01020304, 0, 0, SIZE(two), two},
    {V2C, COMMUNITY, 0, GET_NEXT, 0x01020304, 0, 0, SIZE(two), two},
    {V2C, COMMUNITY, 0, GET_BULK, 0x01020304, 1, 3, SIZE(two), two},
    {V2C, COMMUNITY, 0, SET, 0x01020304, 0, 0, 1, &text},
};

static void request_cut_at_each_byte_no_answer(void **state)
{
    struct bytes whole, cut;

    (void)state;
    for (size_t i = 0; i < SIZE(good); i++) {
        make_request(&whole, &good[i]);
        assert_true(ask_bytes(&whole));
        cut = whole;
        for (cut.length = 1; cut.length < whole.length; cut.length++)
            assert_false(ask_bytes(&cut));
        for (cut.length = whole.length + 1; cut.length < whole.length + 9; cut.length++) {
            cut.at[cut.length - 1] = 0;
            assert_false(ask_bytes(&cut));
        }
        /* the outer length says so, too */
        for (cut.length = 3; cut.length < whole.length; cut.length++) {
            cut.at[1] = (uint8_t)(cut.length - 2);
            assert_false(ask_bytes(&cut));
        }
    }
    assert_true(still_answers());
}

static void request_changed_at_each_byte_answer_or_none(void **state)
{
    static const uint8_t values[] = {0,    1,    2,    3,    4,    5,    6,    0x1f, 0x30, 0x7f,
                                     0x80, 0x81, 0x82, 0x83, 0x84, 0xa0, 0xa2, 0xa8, 0xfe, 0xff};
    struct bytes whole;
    size_t answers = 0, changes = 0;

    (void)state;
    for (size_t i = 0; i < SIZE(good); i++) {
        make_request(&whole, &good[i]);
        for (size_t at = 0; at < whole.length; at++) {
            uint8_t byte = whole.at[at];

            for (size_t value = 0; value < SIZE(values) + 8; value++) {
                unsigned flipped = byte ^ (1u << value % 8);

                whole.at[at] = value < SIZE(values) ? values[value] : (uint8_t)flipped;
                answers += ask_bytes(&whole);
                changes++;
            }
            whole.at[at] = byte;
        }
    }
    assert_true(answers > 0 && answers < changes);
    assert_true(still_answers());
}

/* Deterministic noise, in a request that is good but for some bytes. */
static void request_with_noise_answer_or_none(void **state)
{
    struct bytes whole;
    uint64_t seed = 1;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        make_request(&whole, &good[(size_t)round % SIZE(good)]);
        for (int i = 0; i < 1 + round % 4; i++) {
            seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
            whole.at[(seed >> 33) % whole.length] = (uint8_t)(seed >> 24);
        }
        (void)ask_bytes(&whole);
    }
    assert_true(still_answers());
}

static bool ask_parts(const void *bindings, size_t length, size_t said, uint8_t type)
{
    struct bytes pdu = {.length = 0}, whole = {.length = 0}, message = {.length = 0};
    const uint8_t header[] = {SEQUENCE, (uint8_t)said};

    put_integer(&pdu, 1);
    put_integer(&pdu, 0);
    put_integer(&pdu, 0);
    put_bytes(&pdu, header, sizeof(header));
    put_bytes(&pdu, bindings, length);
    put_integer(&whole, V2C);
    put_element(&whole, OCTET_STRING, COMMUNITY, strlen(COMMUNITY));
    put_element(&whole, type, pdu.at, pdu.length);
    put_element(&message, SEQUENCE, whole.at, whole.length);
    return ask_bytes(&message);
}

/* Lengths that contradict each other, where lwIP goes by the wrong one. */
static void lengths_that_do_not_fit_no_answer(void **state)
{
    static const uint8_t name[] = {0x30, 9, 6, 5, 0x2b, 6, 1, 2, 1, 5, 0};
    static const uint8_t content[] = {0x30, 11, 6, 5, 0x2b, 6, 1, 2, 1, 5, 2, 0x30, 0};
    static const uint8_t open_end[] = {0x30, 0x80, 6, 5, 0x2b, 6, 1, 2, 1, 5, 0, 0, 0};
    static const uint8_t rest[] = {0x30, 10, 6, 5, 0x2b, 6, 1, 2, 1, 5, 0, 0};
    static const uint8_t unfinished[] = {0x30, 9, 6, 5, 0x2b, 6, 1, 2, 0x81, 5, 0};
    static const uint8_t padded[] = {0x30, 9, 6, 5, 0x2b, 6, 1, 0x80, 1, 5, 0};
    static const uint8_t first[] = {0x30, 9, 6, 5, 0x88, 6, 1, 2, 1, 5, 0};

    (void)state;
    assert_true(ask_parts(name, sizeof(name), sizeof(name), GET));
    for (size_t said = 0; said < 0x80; said++) {
        if (said != sizeof(name))
            assert_false(ask_parts(name, sizeof(name), said, GET));
    }
    assert_false(ask_parts(content, sizeof(content), sizeof(content), GET));
    assert_false(ask_parts(open_end, sizeof(open_end), sizeof(open_end), GET));
    assert_false(ask_parts(rest, sizeof(rest), sizeof(rest), GET));
    assert_false(ask_parts(unfinished, sizeof(unfinished), sizeof(unfinished), GET));
    assert_false(ask_parts(padded, sizeof(padded), sizeof(padded), GET_NEXT));
    assert_false(ask_parts(first, sizeof(first), sizeof(first), GET));
    assert_true(still_answers());
}

static void value_of_any_type_in_a_get_gen_err_or_none(void **state)
{
    static const uint8_t bytes[300] = {0};

    (void)state;
    for (unsigned type = 1; type < 256; type++) {
        for (size_t length = 0; length <= sizeof(bytes); length += length < 12 ? 1 : 96) {
            const struct binding binding = {SYS_DESCR, (uint8_t)type, bytes, length};
            bool is_null = type == NOTHING && length == 0;

            if (ask((struct request){V2C, NULL, 0, GET, 1, 0, 0, 1, &binding}))
                assert_int_equal(answer.status, is_null ? NO_ERROR : GEN_ERR);
            else
                assert_false(is_null);
        }
    }
    assert_true(still_answers());
}

/* ---- one at a time ---- */

static int calls;

static enum netdiag_error interfere(void *ctx, struct netdiag_system *system)
{
    struct netdiag_snmp_name row;
    uint8_t nothing[1] = {0};
    size_t count;

    (void)ctx;
    calls++;
    assert_int_equal(netdiag_lwip_platform.snmp_names(NULL, 0, &row, 1, &count),
                     NETDIAG_ERROR_BUSY);
    assert_int_equal(count, 0);
    assert_false(netdiag_lwip_snmp_serve());
    assert_int_equal(netdiag_snmp_answer(nothing, sizeof(nothing), nothing, sizeof(nothing)), 0);
    return netdiag_lwip_platform.system(NULL, system);
}

static void names_while_a_request_is_answered_busy(void **state)
{
    static const struct netdiag_platform platform = {.system = interfere};
    struct netdiag_snmp_name row;
    size_t count;

    (void)state;
    netdiag_snmp_look_at(&platform, NULL);
    assert_true(ask_one(V2C, GET, SYS_NAME));
    netdiag_snmp_look_at(&netdiag_lwip_platform, NULL);
    assert_int_equal(calls, 1);
    assert_int_equal(netdiag_lwip_platform.snmp_names(NULL, 0, &row, 1, &count), NETDIAG_OK);
}

static void no_memory_for_an_answer_none_and_counted(void **state)
{
    static struct pbuf *held[200000];
    size_t count = 0;
    uint64_t before = counters().dropped;
    struct bytes bytes;

    (void)state;
    make_request(&bytes, &good[0]);
    sim_stack_lock(NULL);
    while (count < SIZE(held) && (held[count] = pbuf_alloc(PBUF_RAW, 1000, PBUF_RAM)) != NULL)
        count++;
    pbuf_free(held[0]); /* room for the request alone */
    held[0] = held[--count];
    sim_stack_unlock(NULL);
    assert_false(ask_bytes(&bytes));
    sim_stack_lock(NULL);
    while (count > 0)
        pbuf_free(held[--count]);
    sim_stack_unlock(NULL);
    assert_int_equal(counters().dropped - before, 1);
    assert_true(still_answers());
}

static void start_with_what_is_not_legal_invalid(void **state)
{
    static const struct netdiag_prefix wide = {{NETDIAG_FAMILY_IPV4, {10}}, 33};
    struct netdiag_lwip_snmp_config config = {.community = COMMUNITY, .wake = wake};
    char longest[CONFIG_NETDIAG_SNMP_COMMUNITY_LENGTH + 2] = {0}, texts[257] = {0};
    struct netdiag_snmp snmp;

    (void)state;
    assert_int_equal(start_agent(&config), NETDIAG_ERROR_EXISTS);
    sim_stack_lock(NULL);
    netdiag_lwip_snmp_stop();
    netdiag_lwip_snmp_stop();
    sim_stack_unlock(NULL);
    assert_int_equal(netdiag_lwip_platform.snmp(NULL, &snmp), NETDIAG_ERROR_DOWN);
    memset(longest, 'x', sizeof(longest) - 1);
    memset(texts, 'x', sizeof(texts) - 1);
    config.community = "";
    assert_int_equal(start_agent(&config), NETDIAG_ERROR_INVALID);
    config.community = longest;
    assert_int_equal(start_agent(&config), NETDIAG_ERROR_INVALID);
    config.community = "tab\t";
    assert_int_equal(start_agent(&config), NETDIAG_ERROR_INVALID);
    config.community = longest + 1;
    config.contact = texts;
    assert_int_equal(start_agent(&config), NETDIAG_ERROR_INVALID);
    config.contact = texts + 1;
    config.sources = &wide;
    config.source_count = 1;
    assert_int_equal(start_agent(&config), NETDIAG_ERROR_INVALID);
    config.source_count = 0;
    assert_int_equal(start_agent(&config), NETDIAG_OK);
    assert_int_equal(counters().in_packets, 0);
    assert_false(ask_one(V2C, GET, SYS_NAME)); /* the community is another now */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(system_group_gives_what_the_platform_says),
        cmocka_unit_test(sys_up_time_after_497_days_begins_again),
        cmocka_unit_test(platform_that_cannot_say_no_such_instance),
        cmocka_unit_test(walk_by_next_and_bulk_is_the_same),
        cmocka_unit_test(unknown_name_each_version_its_error),
        cmocka_unit_test(community_other_than_ours_no_answer),
        cmocka_unit_test(version_neither_1_nor_2c_no_answer),
        cmocka_unit_test(set_is_refused_as_the_rfcs_say),
        cmocka_unit_test(pdu_that_is_no_request_no_answer),
        cmocka_unit_test(status_or_index_in_a_request_no_answer),
        cmocka_unit_test(bulk_of_any_numbers_is_bounded),
        cmocka_unit_test(bulk_past_the_end_ends),
        cmocka_unit_test(answer_larger_than_a_packet_too_big),
        cmocka_unit_test(request_that_cannot_be_repeated_no_answer),
        cmocka_unit_test(name_of_any_length_answer_or_none),
        cmocka_unit_test(instance_of_any_length_answer_or_none),
        cmocka_unit_test(number_beyond_32_bits_is_not_what_is_left_of_it),
        cmocka_unit_test(next_of_the_last_number_does_not_go_back),
        cmocka_unit_test(request_cut_at_each_byte_no_answer),
        cmocka_unit_test(request_changed_at_each_byte_answer_or_none),
        cmocka_unit_test(request_with_noise_answer_or_none),
        cmocka_unit_test(lengths_that_do_not_fit_no_answer),
        cmocka_unit_test(value_of_any_type_in_a_get_gen_err_or_none),
        cmocka_unit_test(names_while_a_request_is_answered_busy),
        cmocka_unit_test(no_memory_for_an_answer_none_and_counted),
        cmocka_unit_test(start_with_what_is_not_legal_invalid), /* last: it starts another agent */
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
