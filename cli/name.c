#include "cli/name.h"

#include <string.h>

#include "cli/utf8.h"

/* How many bytes of printable ASCII a name begins with. */
static size_t plain_length(const char *name)
{
    size_t length = 0;

    while (name[length] >= ' ' && name[length] < 0x7f)
        length++;
    return length;
}

void netdiag_output_name(struct netdiag_text *text, const char *name, size_t columns)
{
    size_t size = strlen(name);
    size_t used = plain_length(name);

    netdiag_text_bytes(text, name, used);
    for (size_t i = used; i < size;) {
        uint32_t code;
        size_t length = netdiag_utf8_decode(name + i, size - i, &code);

        if (length == 0 || netdiag_utf8_is_control(code)) {
            netdiag_text_char(text, '?');
            i += length > 0 ? length : 1;
            used++;
            continue;
        }
        used += netdiag_utf8_width(code);
        netdiag_text_bytes(text, name + i, length);
        i += length;
    }
    if (used < columns)
        netdiag_text_blanks(text, columns - used);
}
