/*
 * The texts of addresses.
 */
#include "netdiag/address.h"

#include "stats/text.h"

#define GROUPS 8

/* From its end, and in one piece: tables of thousands of rows are made of these. */
static void put_ipv4(struct netdiag_text *text, const uint8_t bytes[4])
{
    char dotted[16]; /* with a '.' before each number */
    size_t at = sizeof dotted;

    for (unsigned i = 4; i-- > 0;) {
        uint32_t rest = bytes[i];

        do {
            dotted[--at] = (char)('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        dotted[--at] = '.';
    }
    netdiag_text_bytes(text, dotted + at + 1, sizeof dotted - at - 1);
}

/* RFC 5952, 4.2: the longest run of zero groups, the first of equals, never a single group. */
static unsigned longest_zero_run(const uint16_t groups[GROUPS], unsigned *length)
{
    unsigned best = 0;

    *length = 1;
    for (unsigned start = 0; start < GROUPS; start++) {
        unsigned end = start;

        while (end < GROUPS && groups[end] == 0)
            end++;
        if (end - start > *length) {
            best = start;
            *length = end - start;
        }
    }
    if (*length == 1)
        *length = 0;
    return best;
}

/* RFC 5952, 5: an IPv4-mapped address ends in dotted decimal. */
static bool is_mapped(const uint16_t groups[GROUPS])
{
    for (unsigned i = 0; i < 5; i++) {
        if (groups[i] != 0)
            return false;
    }
    return groups[5] == 0xffff;
}

static void put_ipv6(struct netdiag_text *text, const uint8_t bytes[16])
{
    uint16_t groups[GROUPS];
    unsigned run, length;

    for (unsigned i = 0; i < GROUPS; i++)
        groups[i] = (uint16_t)(bytes[2 * i] << 8 | bytes[2 * i + 1]);
    if (is_mapped(groups)) {
        netdiag_text_string(text, "::ffff:");
        put_ipv4(text, bytes + 12);
        return;
    }
    run = longest_zero_run(groups, &length);
    for (unsigned i = 0; i < GROUPS;) {
        if (length > 0 && i == run) {
            netdiag_text_string(text, "::");
            i += length;
            continue;
        }
        if (i > 0 && !(length > 0 && i == run + length))
            netdiag_text_char(text, ':');
        netdiag_text_hex(text, groups[i], 1);
        i++;
    }
}

static void put_address(struct netdiag_text *text, const struct netdiag_address *address)
{
    switch (address->family) {
    case NETDIAG_FAMILY_ANY:
        netdiag_text_char(text, '*');
        return;
    case NETDIAG_FAMILY_IPV4:
        put_ipv4(text, address->bytes);
        return;
    case NETDIAG_FAMILY_IPV6:
        put_ipv6(text, address->bytes);
        return;
    }
    netdiag_text_char(text, '?');
}

char *netdiag_address_text(const struct netdiag_address *address, char *text, size_t size)
{
    struct netdiag_text out;

    netdiag_text_start(&out, text, size);
    put_address(&out, address);
    return text;
}

char *netdiag_prefix_text(const struct netdiag_prefix *prefix, char *text, size_t size)
{
    struct netdiag_text out;

    netdiag_text_start(&out, text, size);
    put_address(&out, &prefix->address);
    netdiag_text_char(&out, '/');
    netdiag_text_number(&out, prefix->length);
    return text;
}

/* RFC 5952, 6: brackets, because a colon before the port reads as one more group. */
char *netdiag_endpoint_text(const struct netdiag_endpoint *endpoint, char *text, size_t size)
{
    bool brackets = endpoint->address.family == NETDIAG_FAMILY_IPV6;
    struct netdiag_text out;

    netdiag_text_start(&out, text, size);
    if (brackets)
        netdiag_text_char(&out, '[');
    put_address(&out, &endpoint->address);
    if (brackets)
        netdiag_text_char(&out, ']');
    netdiag_text_char(&out, ':');
    netdiag_text_number(&out, endpoint->port);
    return text;
}

char *netdiag_mac_text(const uint8_t mac[NETDIAG_MAC_LENGTH], char *text, size_t size)
{
    struct netdiag_text out;

    netdiag_text_start(&out, text, size);
    for (unsigned i = 0; i < NETDIAG_MAC_LENGTH; i++) {
        if (i > 0)
            netdiag_text_char(&out, ':');
        netdiag_text_hex(&out, mac[i], 2);
    }
    return text;
}
