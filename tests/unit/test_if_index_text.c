/*
 * The text that keeps the numbers of interfaces over a restart: what is written is read, and
 * nothing else is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "platform/lwip/if_index.h"

#define VALID "netdiag ifindex 1\n1 trunk\n2 vlan 1\n3 vlan 10\n4 vlan 4094\n255 vlan 20\nend 5\n"

static struct netdiag_lwip_if_indexes indexes;
static char why[256];

/* In memory that ends where the text ends, so that a checker sees each byte read beyond. */
static bool parse(const char *text, size_t size)
{
    char *copy = malloc(size ? size : 1);
    bool is_parsed;

    assert_non_null(copy);
    memcpy(copy, text, size);
    memset(why, 'x', sizeof(why));
    is_parsed = netdiag_lwip_if_index_parse(copy, size, &indexes, why, sizeof(why));
    if (!is_parsed)
        assert_true(strlen(why) < sizeof(why) && strncmp(why, "line ", 5) == 0);
    free(copy);
    return is_parsed;
}

static void assert_refused(const char *text, const char *reason)
{
    assert_false(parse(text, strlen(text)));
    assert_string_equal(why, reason);
}

static void text_written_is_read_the_same(void **state)
{
    static struct netdiag_lwip_if_indexes full;
    char text[NETDIAG_LWIP_IF_INDEX_TEXT];
    size_t size;

    (void)state;
    full.owners[255] = NETDIAG_LWIP_TRUNK;
    for (uint16_t number = 0; number <= 255; number++) {
        size = netdiag_lwip_if_index_write(&full, text);
        assert_true(size < sizeof(text));
        assert_true(parse(text, size));
        assert_memory_equal(&indexes, &full, sizeof(full));
        if (number > 0 && number < 255)
            full.owners[number] = (uint16_t)(NETDIAG_VLAN_MAX + 1 - number);
    }
    assert_int_equal(full.owners[254], NETDIAG_VLAN_MAX - 253);
    assert_true(parse(VALID, strlen(VALID)));
    assert_int_equal(netdiag_lwip_if_index_write(&indexes, text), strlen(VALID));
    assert_memory_equal(text, VALID, strlen(VALID));
}

static void lines_in_any_order_are_read(void **state)
{
    const char *text = "netdiag ifindex 1\n3 vlan 10\n1 trunk\nend 2\n";

    (void)state;
    assert_true(parse(text, strlen(text)));
    assert_int_equal(indexes.owners[1], NETDIAG_LWIP_TRUNK);
    assert_int_equal(indexes.owners[3], 10);
}

static void text_cut_anywhere_is_refused(void **state)
{
    (void)state;
    for (size_t size = 0; size < strlen(VALID); size++)
        assert_false(parse(VALID, size));
    assert_false(parse(VALID VALID, 2 * strlen(VALID)));
    assert_false(parse(VALID, strlen(VALID) + 1)); /* the NUL */
}

/* Most are refused; what is taken says what stands there, and so is written the same again. */
static void text_with_a_bit_flipped_is_refused_or_as_it_stands(void **state)
{
    char text[] = VALID, written[NETDIAG_LWIP_IF_INDEX_TEXT];
    size_t refused = 0;

    (void)state;
    for (size_t bit = 0; bit < 8 * strlen(VALID); bit++) {
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
        if (!parse(text, strlen(VALID))) {
            refused++;
        } else {
            struct netdiag_lwip_if_indexes first = indexes;

            assert_true(parse(written, netdiag_lwip_if_index_write(&first, written)));
            assert_memory_equal(&indexes, &first, sizeof(first));
        }
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
    }
    assert_true(refused > 8 * strlen(VALID) * 9 / 10);
}

static void bytes_at_random_are_refused(void **state)
{
    static const char words[] = "0123456789 \n\n vlantrunkend";
    uint32_t seed = 1;

    (void)state;
    for (unsigned i = 0; i < 20000; i++) {
        char text[128] = "netdiag ifindex 1\n";
        size_t from = i % 2 ? 0 : strlen(text);

        for (size_t j = from; j < sizeof(text); j++) {
            seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
            text[j] = i % 3 ? words[(seed >> 16) % (sizeof(words) - 1)] : (char)(seed >> 16);
        }
        assert_false(parse(text, sizeof(text)));
    }
}

#define HEAD "netdiag ifindex 1\n"
#define LEGAL                                                                                      \
    "legal are \"N trunk\" and \"N vlan ID\", with N from 1 to 255 and ID from 1 to 4094, and at " \
    "the end \"end COUNT\""

static void line_that_is_wrong_is_named_with_what_is_legal(void **state)
{
    static const char *const lines[] = {
        "0 trunk",    "256 trunk", "01 trunk",     "+1 trunk",       "1  trunk",  "1 trunk ",
        "1 trunks",   "1 vlan",    "1 vlan ",      "1 vlan 0",       "1 vlan -1", "1 vlan 4095",
        "1 vlan 010", "trunk",     "1 vlan 10 x",  "1 vlan 65536",   "",          " 1 trunk",
        "1 VLAN 10",  "# 1 trunk", "9999999999 1", "1 vlan 9999999",
    };
    char text[128], reason[256];

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        snprintf(text, sizeof(text), HEAD "9 vlan 9\n%s\nend 2\n", lines[i]);
        snprintf(reason, sizeof(reason), "line 3: \"%s\"; " LEGAL, lines[i]);
        assert_refused(text, reason);
    }
}

static void text_damaged_says_where_and_how(void **state)
{
    (void)state;
    assert_refused("", "line 1: the text is cut: legal is a last line \"end COUNT\"");
    assert_refused("\n", "line 1: \"\"; legal is \"netdiag ifindex 1\"");
    assert_refused("netdiag ifindex 2\nend 0\n",
                   "line 1: \"netdiag ifindex 2\"; legal is \"netdiag ifindex 1\"");
    assert_refused(HEAD "1 trunk\n", "line 3: the text is cut: legal is a last line \"end COUNT\"");
    assert_refused(HEAD "1 trunk\nend 1", "line 3: the text is cut: legal is a last line \"end "
                                          "COUNT\"");
    assert_refused(HEAD "1 trunk\nend 2\n",
                   "line 3: \"end 2\"; legal is \"end 1\", so many numbers stand above");
    assert_refused(HEAD "end 0\nend 0\n", "line 2: more follows \"end 0\"; legal is nothing");
    assert_refused(HEAD "1 trunk\n1 vlan 3\nend 2\n",
                   "line 3: \"1 vlan 3\": number 1 a second time; once is legal");
    assert_refused(HEAD "1 trunk\n2 trunk\nend 2\n",
                   "line 3: \"2 trunk\": a second number for the same; one is legal");
    assert_refused(HEAD "1 vlan 3\n2 vlan 3\nend 2\n",
                   "line 3: \"2 vlan 3\": a second number for the same; one is legal");
    assert_refused(HEAD "1 trunk\r\nend 1\r\n",
                   "line 2: a byte 0x0d; legal are letters, digits and blanks");
    assert_refused(HEAD "1 trunk\x7f\nend 1\n",
                   "line 2: a byte 0x7f; legal are letters, digits and blanks");
    assert_refused(HEAD "000000000000000000000000000000001\n",
                   "line 2: 33 characters; legal are up to 32");
}

static void reason_longer_than_its_room_is_cut(void **state)
{
    char small[12];

    (void)state;
    for (size_t size = 1; size <= sizeof(small); size++) {
        memset(small, 'x', sizeof(small));
        assert_false(netdiag_lwip_if_index_parse("", 0, &indexes, small, size));
        assert_int_equal(strlen(small), size - 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_written_is_read_the_same),
        cmocka_unit_test(lines_in_any_order_are_read),
        cmocka_unit_test(text_cut_anywhere_is_refused),
        cmocka_unit_test(text_with_a_bit_flipped_is_refused_or_as_it_stands),
        cmocka_unit_test(bytes_at_random_are_refused),
        cmocka_unit_test(line_that_is_wrong_is_named_with_what_is_legal),
        cmocka_unit_test(text_damaged_says_where_and_how),
        cmocka_unit_test(reason_longer_than_its_room_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
