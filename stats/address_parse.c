#include "stats/address_parse.h"

#include <string.h>

#define IPV4_BYTES 4u
#define IPV6_BYTES 16u
#define NO_GAP     UINT32_MAX

/* Takes digits off a text, the value capped: UINT32_MAX where there is none or a leading zero. */
static uint32_t take_decimal(const char **at, const char *end)
{
    const char *start = *at;
    uint32_t value = 0;

    for (; *at < end && **at >= '0' && **at <= '9'; ++*at) {
        if (*at > start && *start == '0')
            return UINT32_MAX;
        if (value < 1000)
            value = value * 10 + (uint32_t)(**at - '0');
    }
    return *at > start ? value : UINT32_MAX;
}

static bool parse_ipv4(const char *at, const char *end, uint8_t bytes[IPV4_BYTES])
{
    for (unsigned i = 0; i < IPV4_BYTES; i++) {
        uint32_t value;

        if (i > 0 && (at == end || *at++ != '.'))
            return false;
        value = take_decimal(&at, end);
        if (value > UINT8_MAX)
            return false;
        bytes[i] = (uint8_t)value;
    }
    return at == end;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20; /* lower case */
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Takes hexadecimal digits off a text. Returns how many. */
static unsigned take_group(const char **at, const char *end, uint32_t *group)
{
    unsigned digits = 0;
    int digit;

    for (*group = 0; *at < end && (digit = hex_digit(**at)) >= 0; ++*at, digits++)
        *group = (*group << 4 | (uint32_t)digit) & UINT16_MAX;
    return digits;
}

/* Opens the "::" that stood after `gap` bytes: what came after it goes to the end. */
static bool open_gap(uint8_t bytes[IPV6_BYTES], uint32_t filled, uint32_t gap)
{
    if (gap == NO_GAP)
        return filled == IPV6_BYTES;
    if (filled == IPV6_BYTES)
        return false; /* "::" stands for one group of zeros at least */
    memmove(bytes + IPV6_BYTES - (filled - gap), bytes + gap, filled - gap);
    memset(bytes + gap, 0, IPV6_BYTES - filled);
    return true;
}

static bool parse_ipv6(const char *at, const char *end, uint8_t bytes[IPV6_BYTES])
{
    uint32_t filled = 0, gap = NO_GAP;

    if (end - at >= 2 && at[0] == ':' && at[1] == ':') {
        gap = 0;
        at += 2;
    }
    while (at < end) {
        const char *word = at;
        uint32_t group;
        unsigned digits = take_group(&at, end, &group);

        if (at < end && *at == '.') {
            if (filled > IPV6_BYTES - IPV4_BYTES || !parse_ipv4(word, end, bytes + filled))
                return false;
            return open_gap(bytes, filled + IPV4_BYTES, gap);
        }
        if (digits == 0 || digits > 4 || filled == IPV6_BYTES)
            return false;
        bytes[filled++] = (uint8_t)(group >> 8);
        bytes[filled++] = (uint8_t)group;
        if (at == end)
            break;
        if (*at++ != ':' || at == end)
            return false;
        if (*at == ':') {
            if (gap != NO_GAP)
                return false;
            gap = filled;
            at++;
        }
    }
    return open_gap(bytes, filled, gap);
}

bool netdiag_prefix_parse(const char *text, struct netdiag_prefix *prefix)
{
    const char *end = text + strcspn(text, "/");
    uint32_t length, longest = IPV4_BYTES * 8;
    bool is_address;

    memset(prefix, 0, sizeof *prefix);
    if (memchr(text, ':', (size_t)(end - text)) != NULL) {
        prefix->address.family = NETDIAG_FAMILY_IPV6;
        is_address = parse_ipv6(text, end, prefix->address.bytes);
        longest = IPV6_BYTES * 8;
    } else {
        prefix->address.family = NETDIAG_FAMILY_IPV4;
        is_address = parse_ipv4(text, end, prefix->address.bytes);
    }
    length = longest;
    if (*end == '/') {
        text = end + 1;
        end = text + strlen(text);
        length = take_decimal(&text, end);
        is_address = is_address && text == end;
    }
    prefix->length = (uint8_t)length;
    return is_address && length <= longest;
}

bool netdiag_address_parse(const char *text, struct netdiag_address *address)
{
    struct netdiag_prefix prefix;

    if (strchr(text, '/') != NULL || !netdiag_prefix_parse(text, &prefix))
        return false;
    *address = prefix.address;
    return true;
}

/* The bits of a byte that belong to a prefix of so many bits. */
static uint8_t mask_of(unsigned byte, unsigned length)
{
    if (length >= (byte + 1) * 8)
        return 0xff;
    if (length <= byte * 8)
        return 0;
    return (uint8_t)(0xff00u >> (length - byte * 8));
}

bool netdiag_prefix_clear_host(struct netdiag_prefix *prefix)
{
    bool was_set = false;

    for (unsigned i = 0; i < IPV6_BYTES; i++) {
        uint8_t kept = (uint8_t)(prefix->address.bytes[i] & mask_of(i, prefix->length));

        was_set = was_set || kept != prefix->address.bytes[i];
        prefix->address.bytes[i] = kept;
    }
    return was_set;
}

bool netdiag_prefix_contains(const struct netdiag_prefix *prefix,
                             const struct netdiag_address *address)
{
    if (prefix->address.family != address->family)
        return false;
    for (unsigned i = 0; i < IPV6_BYTES; i++) {
        if (((prefix->address.bytes[i] ^ address->bytes[i]) & mask_of(i, prefix->length)) != 0)
            return false;
    }
    return true;
}
