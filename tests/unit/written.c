#include "tests/unit/written.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

char written[200000];
size_t written_size;

void written_clear(void)
{
    written_size = 0;
    written[0] = '\0';
}

void written_line(void *ctx, const char *line)
{
    size_t room = sizeof written - written_size;

    (void)ctx;
    assert_true(strlen(line) + 2 <= room);
    written_size += (size_t)snprintf(written + written_size, room, "%s\n", line);
}
