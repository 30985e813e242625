/*
 * Addresses and prefixes from their text, with the host's inet_pton() as the judge.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <arpa/inet.h>

#include <cmocka.h>

#include "stats/address_parse.h"

static uint32_t seed = 1;

static uint32_t random_below(uint32_t end)
{
    seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return (uint32_t)((uint64_t)seed * end >> 32);
}

static bool judge(const char *text, struct netdiag_prefix *prefix)
{
    memset(prefix, 0, sizeof *prefix);
    if (inet_pton(AF_INET, text, prefix->address.bytes) == 1) {
        prefix->address.family = NETDIAG_FAMILY_IPV4;
        prefix->length = 32;
        return true;
    }
    memset(prefix, 0, sizeof *prefix);
    prefix->address.family = NETDIAG_FAMILY_IPV6;
    prefix->length = 128;
    return inet_pton(AF_INET6, text, prefix->address.bytes) == 1;
}

/* Answers whether the text is an address. */
static bool assert_as_judged(const char *text)
{
    struct netdiag_prefix got, expected;
    bool is = judge(text, &expected);

    if (netdiag_prefix_parse(text, &got) != is)
        fail_msg("\"%s\": inet_pton says %s", text, is ? "yes" : "no");
    if (is && (got.address.family != expected.address.family || got.length != expected.length ||
               memcmp(got.address.bytes, expected.address.bytes, 16) != 0))
        fail_msg("\"%s\": another address", text);
    return is;
}

static const char *const texts[] = {"",
                                    ":",
                                    "::",
                                    ":::",
                                    "1",
                                    "1.2.3",
                                    "1.2.3.4",
                                    "1.2.3.4.",
                                    ".1.2.3.4",
                                    "1.2.3.4.5",
                                    "1..2.3",
                                    "255.255.255.255",
                                    "256.0.0.0",
                                    "0.0.0.256",
                                    "00.0.0.0",
                                    "01.2.3.4",
                                    "1.2.3.04",
                                    "0.0.0.0",
                                    "1.2.3.4 ",
                                    " 1.2.3.4",
                                    "-1.2.3.4",
                                    "+1.2.3.4",
                                    "0x1.2.3.4",
                                    "1.2.3.4294967296",
                                    "::1",
                                    "1::",
                                    "1:2:3:4:5:6:7:8",
                                    "1:2:3:4:5:6:7",
                                    "1:2:3:4:5:6:7:8:9",
                                    "1:2:3:4:5:6:7::",
                                    "::2:3:4:5:6:7:8",
                                    "1::3:4:5:6:7:8",
                                    "1:2:3:4:5:6:7:8::",
                                    "::1:2:3:4:5:6:7:8",
                                    "1::2::3",
                                    "1:::2",
                                    ":1",
                                    "1:",
                                    ":1::",
                                    "1::2:",
                                    "ffff::",
                                    "FFFF::aBcD",
                                    "10000::",
                                    "00001::",
                                    "0001::",
                                    "g::",
                                    "::g",
                                    "::1.2.3.4",
                                    "::ffff:1.2.3.4",
                                    "1:2:3:4:5:6:1.2.3.4",
                                    "1:2:3:4:5:6:7:1.2.3.4",
                                    "1:2:3:4:5:1.2.3.4",
                                    "1.2.3.4::",
                                    "::1.2.3.4:5",
                                    "::1.2.3",
                                    "::1.2.3.256",
                                    "::1.2.3.04",
                                    "1::1.2.3.4",
                                    "::a.2.3.4",
                                    "::1:.2.3.4",
                                    "2001:db8:10::1",
                                    "fe80::ff:fe01:a",
                                    "fe80::1%1",
                                    "1:2:3:4:5:6::1.2.3.4",
                                    "1:2:3:4:5::1.2.3.4",
                                    "::12345.1.1.1",
                                    "1:2:3:4:5:6:7:8 ",
                                    "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255"};

static void address_every_form_is_as_inet_pton_has_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_as_judged(texts[i]);
}

static void random_text(char text[64])
{
    static const char bytes[] = "0123456789abcdefABCDEF:::::.... g/";
    uint32_t size = random_below(50);

    for (uint32_t i = 0; i < size; i++)
        text[i] = bytes[random_below(sizeof bytes - 1)];
    text[size] = '\0';
}

/* An address that is right, with up to two bytes changed. */
static void nearly_right(char text[64])
{
    static const char bytes[] = "0123456789abcdef:.";
    uint8_t address[16];
    bool is_ipv4 = random_below(3) == 0;
    size_t size;

    for (unsigned i = 0; i < 16; i++)
        address[i] = random_below(2) == 0 ? 0 : (uint8_t)random_below(256);
    inet_ntop(is_ipv4 ? AF_INET : AF_INET6, address, text, 64);
    if (!is_ipv4 && random_below(3) == 0 && strlen(text) < 40)
        strcat(text, ":1.2.3.4");
    size = strlen(text);
    for (uint32_t changes = random_below(3); changes > 0; changes--)
        text[random_below((uint32_t)size)] = bytes[random_below(sizeof bytes - 1)];
}

static void address_random_texts_are_as_inet_pton_has_them(void **state)
{
    unsigned right = 0;
    char text[64];

    (void)state;
    for (unsigned i = 0; i < 20000; i++) {
        random_text(text);
        assert_as_judged(text);
        nearly_right(text);
        right += assert_as_judged(text);
    }
    assert_in_range(right, 5000, 19000); /* both are tried */
}

static bool is_prefix(const char *text)
{
    struct netdiag_prefix prefix;

    return netdiag_prefix_parse(text, &prefix);
}

static void prefix_length_bounds(void **state)
{
    static const char *const wrong[] = {
        "10.0.0.0/33", "10.0.0.0/",    "10.0.0.0/-1", "10.0.0.0/ 8", "10.0.0.0/8 ",
        "10.0.0.0/08", "10.0.0.0/8/8", "::/129",      "::/256",      "::/4294967296",
        "::/1a",       "/8",           "/",           "10.0.0/8",
    };
    struct netdiag_prefix prefix;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (is_prefix(wrong[i]))
            fail_msg("\"%s\" was taken", wrong[i]);
    }
    assert_true(netdiag_prefix_parse("10.0.0.0/0", &prefix));
    assert_int_equal(prefix.length, 0);
    assert_true(netdiag_prefix_parse("10.0.0.0/32", &prefix));
    assert_int_equal(prefix.length, 32);
    assert_true(netdiag_prefix_parse("::/0", &prefix));
    assert_true(netdiag_prefix_parse("::/128", &prefix));
    assert_int_equal(prefix.length, 128);
}

/* Bit by bit, in another way than the code under test. */
static bool plain_contains(const struct netdiag_prefix *prefix, const struct netdiag_address *other)
{
    for (unsigned bit = 0; bit < prefix->length; bit++) {
        unsigned mask = 0x80u >> bit % 8;

        if ((prefix->address.bytes[bit / 8] & mask) != (other->bytes[bit / 8] & mask))
            return false;
    }
    return true;
}

static void prefix_every_length_contains_what_it_should(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 20000; i++) {
        struct netdiag_prefix prefix = {.address.family = NETDIAG_FAMILY_IPV6};
        struct netdiag_address other;
        bool had_host_bits;

        for (unsigned n = 0; n < 16; n++)
            prefix.address.bytes[n] = (uint8_t)random_below(256);
        other = prefix.address;
        other.bytes[random_below(16)] ^= (uint8_t)(1u << random_below(8));
        prefix.length = (uint8_t)random_below(129);
        assert_int_equal(netdiag_prefix_contains(&prefix, &other), plain_contains(&prefix, &other));
        assert_true(netdiag_prefix_contains(&prefix, &prefix.address));
        had_host_bits = netdiag_prefix_clear_host(&prefix);
        assert_true(prefix.length == 128 ? !had_host_bits : true);
        assert_false(netdiag_prefix_clear_host(&prefix));
        assert_int_equal(netdiag_prefix_contains(&prefix, &other), plain_contains(&prefix, &other));
        other.family = NETDIAG_FAMILY_IPV4;
        assert_false(netdiag_prefix_contains(&prefix, &other));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(address_every_form_is_as_inet_pton_has_it),
        cmocka_unit_test(address_random_texts_are_as_inet_pton_has_them),
        cmocka_unit_test(prefix_length_bounds),
        cmocka_unit_test(prefix_every_length_contains_what_it_should),
    };

    return cmocka_run_group_tests_name("address_parse", tests, NULL, NULL);
}
