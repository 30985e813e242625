#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void fuzz_fail(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: this does not hold: %s\n", file, line, condition);
    abort();
}

uint8_t fuzz_byte(struct fuzz_input *input)
{
    if (input->left == 0)
        return 0;
    input->left--;
    return *input->at++;
}

uint16_t fuzz_u16(struct fuzz_input *input)
{
    uint16_t high = fuzz_byte(input);

    return (uint16_t)(high << 8 | fuzz_byte(input));
}

uint32_t fuzz_u32(struct fuzz_input *input)
{
    uint32_t high = fuzz_u16(input);

    return high << 16 | fuzz_u16(input);
}

size_t fuzz_bytes(struct fuzz_input *input, void *bytes, size_t size)
{
    if (size > input->left)
        size = input->left;
    if (size > 0)
        memcpy(bytes, input->at, size);
    input->at += size;
    input->left -= size;
    return size;
}

struct fuzz_input fuzz_line(struct fuzz_input *input)
{
    struct fuzz_input line = {.at = input->at};

    while (line.left < input->left && line.at[line.left] != '\n')
        line.left++;
    input->at += line.left;
    input->left -= line.left;
    (void)fuzz_byte(input);
    return line;
}

void fuzz_text(struct fuzz_input *input, char *text, size_t size)
{
    size_t length = fuzz_bytes(input, text, fuzz_byte(input) % size);

    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\0')
            text[i] = '0';
    }
    text[length] = '\0';
}
