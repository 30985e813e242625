#include "tests/fuzz/plain.h"

#include "cli/utf8.h"

bool fuzz_is_plain(const char *bytes, size_t size)
{
    uint32_t code;

    for (size_t i = 0, length; i < size; i += length) {
        length = netdiag_utf8_decode(bytes + i, size - i, &code);
        if (length == 0 || (code < 0x20 && code != '\n') || (code >= 0x7f && code < 0xa0))
            return false;
    }
    return true;
}
