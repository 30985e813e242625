#include "cli/utf8.h"

#include <stdbool.h>
#include <string.h>

size_t netdiag_utf8_length(char first)
{
    unsigned char byte = (unsigned char)first;

    if (byte < 0x80)
        return 1;
    if (byte >= 0xc2 && byte < 0xe0)
        return 2;
    if (byte >= 0xe0 && byte < 0xf0)
        return 3;
    if (byte >= 0xf0 && byte < 0xf5)
        return 4;
    return 0; /* a continuation, or a lead that only overlong or too high characters have */
}

size_t netdiag_utf8_decode(const char *bytes, size_t size, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = size > 0 ? netdiag_utf8_length(bytes[0]) : 0;
    uint32_t value;

    if (length == 0 || length > size)
        return 0;
    value = (unsigned char)bytes[0];
    if (length > 1)
        value &= 0x7fu >> length;
    for (size_t i = 1; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];

        if ((byte & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (byte & 0x3f);
    }
    if (value < least[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return 0;
    *code = value;
    return length;
}

struct range {
    uint32_t first, last;
};

static bool is_in(const struct range *ranges, size_t count, uint32_t code)
{
    for (size_t i = 0; i < count && ranges[i].first <= code; i++) {
        if (code <= ranges[i].last)
            return true;
    }
    return false;
}

/* From Unicode's general categories Mn, Me and Cf, those that occur in names. */
static const struct range combining[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd},  {0x0610, 0x061a}, {0x064b, 0x065f},
    {0x0900, 0x0902}, {0x093c, 0x093c}, {0x0941, 0x0948},  {0x094d, 0x094d}, {0x0e31, 0x0e31},
    {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff},  {0x1dc0, 0x1dff}, {0x200b, 0x200f},
    {0x202a, 0x202e}, {0x2060, 0x2064}, {0x20d0, 0x20ff},  {0x3099, 0x309a}, {0xfe00, 0xfe0f},
    {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0xe0001, 0xe01ef}};

/* From Unicode's East Asian Width, W and F. */
static const struct range wide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0x4dbf},
                                    {0x4e00, 0xa4cf},   {0xa960, 0xa97f},   {0xac00, 0xd7a3},
                                    {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},
                                    {0xffe0, 0xffe6},   {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff},
                                    {0x1f900, 0x1f9ff}, {0x20000, 0x2fffd}, {0x30000, 0x3fffd}};

bool netdiag_utf8_is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

unsigned netdiag_utf8_width(uint32_t code)
{
    if (code < combining[0].first)
        return 1;
    if (is_in(combining, sizeof combining / sizeof combining[0], code))
        return 0;
    return is_in(wide, sizeof wide / sizeof wide[0], code) ? 2 : 1;
}

#define HIGH_BITS UINT64_C(0x8080808080808080)

static uint64_t eight_at(const char *bytes)
{
    uint64_t eight;

    memcpy(&eight, bytes, sizeof eight);
    return eight;
}

/* Whether all of it is ASCII, eight bytes at a time: rows of tables are, and ask for each column.
 */
static bool is_ascii(const char *bytes, size_t size)
{
    uint64_t high = 0;
    size_t i = 0;

    for (; i + 8 <= size; i += 8)
        high |= eight_at(bytes + i);
    if (size >= 8)
        return ((high | eight_at(bytes + size - 8)) & HIGH_BITS) == 0;
    for (; i < size; i++)
        high |= (unsigned char)bytes[i];
    return (high & HIGH_BITS) == 0;
}

size_t netdiag_utf8_fit(const char *bytes, size_t size, size_t columns, size_t *used)
{
    size_t i = 0;

    *used = 0;
    while (i < size) {
        uint32_t code;
        size_t length = netdiag_utf8_decode(bytes + i, size - i, &code);
        unsigned width = length > 0 ? netdiag_utf8_width(code) : 1;

        if (*used + width > columns)
            break;
        *used += width;
        i += length > 0 ? length : 1;
    }
    return i;
}

size_t netdiag_utf8_columns(const char *bytes, size_t size)
{
    size_t columns;

    if (is_ascii(bytes, size))
        return size;
    netdiag_utf8_fit(bytes, size, SIZE_MAX, &columns);
    return columns;
}

size_t netdiag_utf8_last(const char *bytes, size_t size, uint32_t *code)
{
    size_t length = 1;

    while (length < size && length < NETDIAG_UTF8_LONGEST &&
           ((unsigned char)bytes[size - length] & 0xc0) == 0x80)
        length++;
    if (length > size || netdiag_utf8_decode(bytes + size - length, length, code) != length)
        return 0;
    return length;
}
