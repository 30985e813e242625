/*
 * The JSON writer and UTF-8.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/json.h"
#include "cli/utf8.h"

#define LINE CONFIG_NETDIAG_OUTPUT_LINE

/* What the writer handed on: its lines, each with a '\n'. */
static char written[65536];
static size_t written_size;
static size_t longest;
static size_t lines;

static void take_line(void *ctx, const char *line)
{
    (void)ctx;
    written_size +=
        (size_t)snprintf(written + written_size, sizeof written - written_size, "%s\n", line);
    assert_true(written_size < sizeof written);
    if (strlen(line) > longest)
        longest = strlen(line);
    lines++;
}

static int setup(void **state)
{
    static struct netdiag_json json;

    written[0] = '\0';
    written_size = 0;
    longest = 0;
    lines = 0;
    netdiag_json_start(&json, take_line, NULL);
    *state = &json;
    return 0;
}

static void json_value_of_each_kind_is_written(void **state)
{
    struct netdiag_json *json = *state;

    netdiag_json_object(json);
    netdiag_json_key(json, "a");
    netdiag_json_array(json);
    netdiag_json_unsigned(json, 0);
    netdiag_json_unsigned(json, UINT64_MAX);
    netdiag_json_signed(json, -1);
    netdiag_json_signed(json, INT64_MIN);
    netdiag_json_signed(json, INT64_MAX);
    netdiag_json_bool(json, true);
    netdiag_json_bool(json, false);
    netdiag_json_null(json);
    netdiag_json_string(json, "");
    netdiag_json_object(json);
    netdiag_json_object_end(json);
    netdiag_json_array_end(json);
    netdiag_json_key(json, "b");
    netdiag_json_array(json);
    netdiag_json_array_end(json);
    netdiag_json_object_end(json);
    netdiag_json_end(json);
    assert_string_equal(written, "{\"a\":[0,18446744073709551615,-1,-9223372036854775808,"
                                 "9223372036854775807,true,false,null,\"\",{}],\"b\":[]}\n");
}

static void json_newline_breaks_after_the_comma(void **state)
{
    struct netdiag_json *json = *state;

    netdiag_json_array(json);
    netdiag_json_newline(json);
    netdiag_json_unsigned(json, 1);
    netdiag_json_newline(json);
    netdiag_json_unsigned(json, 2);
    netdiag_json_array_end(json);
    netdiag_json_end(json);
    assert_string_equal(written, "[\n1,\n2]\n");
}

static void json_string_is_escaped(void **state)
{
    struct netdiag_json *json = *state;

    netdiag_json_string(
        json,
        "a\"b\\c/\n\t\x01\x1f\x7f\xc2\x80\xc2\x9b\xc2\xa0\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    netdiag_json_end(json);
    assert_string_equal(written,
                        "\"a\\\"b\\\\c/\\u000a\\u0009\\u0001\\u001f\\u007f\\u0080\\u009b\xc2\xa0"
                        "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"\n");
}

#define FFFD "\xef\xbf\xbd"

static void json_bytes_not_utf8_become_replacements(void **state)
{
    struct netdiag_json *json = *state;

    /* A continuation alone, overlong, surrogate, too high, cut off at the end. */
    netdiag_json_string(json, "\x80|\xc0\xaf|\xe0\x80\xaf|\xed\xa0\x80|\xf4\x90\x80\x80|\xe2\x82");
    netdiag_json_end(json);
    assert_string_equal(written, "\"" FFFD "|" FFFD FFFD "|" FFFD FFFD FFFD "|" FFFD FFFD FFFD
                                 "|" FFFD FFFD FFFD FFFD "|" FFFD FFFD "\"\n");
}

static void json_line_never_exceeds_its_bound(void **state)
{
    struct netdiag_json *json = *state;
    char string[LINE + 10];

    for (size_t size = 0; size < sizeof string - 1; size += 7) {
        memset(string, 'x', size);
        string[size] = '\0';
        setup(state);
        netdiag_json_object(json);
        for (unsigned i = 0; i < 40; i++) {
            netdiag_json_key(json, "key");
            netdiag_json_string(json, i % 3 == 0 ? string : "short");
        }
        netdiag_json_object_end(json);
        netdiag_json_end(json);
        assert_true(longest <= LINE);
    }
}

static void json_line_of_numbers_never_exceeds_its_bound(void **state)
{
    struct netdiag_json *json = *state;

    /* One byte more at the start moves every break that follows. */
    for (uint64_t first = 1; first < 1000000; first *= 10) {
        setup(state);
        netdiag_json_array(json);
        netdiag_json_unsigned(json, first);
        for (uint64_t i = 0; i < 2000; i++)
            netdiag_json_unsigned(json, 10 + i % 90);
        netdiag_json_array_end(json);
        netdiag_json_end(json);
        assert_true(longest <= LINE);
    }
}

static void json_string_as_long_as_a_line_is_whole(void **state)
{
    struct netdiag_json *json = *state;
    char string[LINE];
    char expected[LINE + 3];

    memset(string, 'x', sizeof string);
    string[LINE - 6] = '\0'; /* less two quotes, what follows, and the mark of a cut */
    netdiag_json_string(json, string);
    netdiag_json_end(json);
    snprintf(expected, sizeof expected, "\"%s\"\n", string);
    assert_string_equal(written, expected);
}

static void json_string_longer_than_a_line_is_cut_with_a_mark(void **state)
{
    struct netdiag_json *json = *state;
    char string[LINE];

    memset(string, 'x', sizeof string);
    string[LINE - 5] = '\0';
    netdiag_json_string(json, string);
    netdiag_json_end(json);
    assert_string_equal(written + strlen(written) - 6, "x\xe2\x80\xa6\"\n");
    assert_int_equal(lines, 1);
    assert_true(longest <= LINE);
}

static void json_key_stays_with_its_colon_at_the_line_end(void **state)
{
    struct netdiag_json *json = *state;

    netdiag_json_object(json);
    for (unsigned i = 0; i < 400; i++) {
        netdiag_json_key(json, "k");
        netdiag_json_unsigned(json, i);
    }
    netdiag_json_object_end(json);
    netdiag_json_end(json);
    assert_true(lines > 3);
    assert_null(strstr(written, "\n:"));
    assert_null(strstr(written, "\n,"));
}

static void utf8_decode_takes_shortest_forms_only(void **state)
{
    uint32_t code = 0;

    (void)state;
    assert_int_equal(netdiag_utf8_decode("A", 1, &code), 1);
    assert_int_equal(code, 'A');
    assert_int_equal(netdiag_utf8_decode("\xc2\x80", 2, &code), 2);
    assert_int_equal(code, 0x80);
    assert_int_equal(netdiag_utf8_decode("\xdf\xbf", 2, &code), 2);
    assert_int_equal(code, 0x7ff);
    assert_int_equal(netdiag_utf8_decode("\xe0\xa0\x80", 3, &code), 3);
    assert_int_equal(code, 0x800);
    assert_int_equal(netdiag_utf8_decode("\xf4\x8f\xbf\xbf", 4, &code), 4);
    assert_int_equal(code, 0x10ffff);
    assert_int_equal(netdiag_utf8_decode("\xe0\x9f\xbf", 3, &code), 0);
    assert_int_equal(netdiag_utf8_decode("\xf0\x8f\xbf\xbf", 4, &code), 0);
    assert_int_equal(netdiag_utf8_decode("\xf4\x90\x80\x80", 4, &code), 0);
    assert_int_equal(netdiag_utf8_decode("\xed\xa0\x80", 3, &code), 0);
    assert_int_equal(netdiag_utf8_decode("\xed\x9f\xbf", 3, &code), 3);
    assert_int_equal(netdiag_utf8_decode("\xe2\x82", 2, &code), 0);
    assert_int_equal(netdiag_utf8_decode("", 0, &code), 0);
}

static void utf8_columns_count_characters(void **state)
{
    (void)state;
    assert_int_equal(netdiag_utf8_columns("abc", 3), 3);
    assert_int_equal(netdiag_utf8_columns("\xc3\xa9x", 3), 2);
    assert_int_equal(netdiag_utf8_columns("\xff\xfe", 2), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(json_value_of_each_kind_is_written, setup),
        cmocka_unit_test_setup(json_newline_breaks_after_the_comma, setup),
        cmocka_unit_test_setup(json_string_is_escaped, setup),
        cmocka_unit_test_setup(json_bytes_not_utf8_become_replacements, setup),
        cmocka_unit_test_setup(json_line_never_exceeds_its_bound, setup),
        cmocka_unit_test_setup(json_line_of_numbers_never_exceeds_its_bound, setup),
        cmocka_unit_test_setup(json_string_as_long_as_a_line_is_whole, setup),
        cmocka_unit_test_setup(json_string_longer_than_a_line_is_cut_with_a_mark, setup),
        cmocka_unit_test_setup(json_key_stays_with_its_colon_at_the_line_end, setup),
        cmocka_unit_test(utf8_decode_takes_shortest_forms_only),
        cmocka_unit_test(utf8_columns_count_characters),
    };

    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
