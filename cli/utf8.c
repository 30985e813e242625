#include "cli/utf8.h"

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

size_t netdiag_utf8_columns(const char *bytes, size_t size)
{
    size_t columns = 0;

    for (size_t i = 0; i < size; columns++) {
        uint32_t code;
        size_t length = netdiag_utf8_decode(bytes + i, size - i, &code);

        i += length > 0 ? length : 1;
    }
    return columns;
}
