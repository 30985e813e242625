/*
 * Bounded formatting by hand: printf's formats cost code and stack that a small device lacks, and
 * their lengths cannot be seen in the caller.
 */
#include "stats/text.h"

void netdiag_text_start(struct netdiag_text *text, char *bytes, size_t size)
{
    text->bytes = bytes;
    text->size = size;
    text->length = 0;
    text->cut = false;
    if (size > 0)
        bytes[0] = '\0';
}

void netdiag_text_char(struct netdiag_text *text, char byte)
{
    if (text->length + 1 >= text->size) {
        text->cut = true;
        return;
    }
    text->bytes[text->length++] = byte;
    text->bytes[text->length] = '\0';
}

void netdiag_text_string(struct netdiag_text *text, const char *string)
{
    for (; *string != '\0'; string++)
        netdiag_text_char(text, *string);
}

static void put_digits(struct netdiag_text *text, uint64_t number, unsigned base, unsigned digits)
{
    char reversed[20]; /* 2^64 has 20 digits in base 10 */
    unsigned count = 0;

    do {
        reversed[count++] = "0123456789abcdef"[number % base];
        number /= base;
    } while (number > 0);
    for (; digits > count; digits--)
        netdiag_text_char(text, '0');
    while (count > 0)
        netdiag_text_char(text, reversed[--count]);
}

void netdiag_text_number(struct netdiag_text *text, uint64_t number)
{
    put_digits(text, number, 10, 1);
}

void netdiag_text_hex(struct netdiag_text *text, uint32_t number, unsigned digits)
{
    put_digits(text, number, 16, digits);
}

void netdiag_text_padded(struct netdiag_text *text, uint64_t number, unsigned digits)
{
    put_digits(text, number, 10, digits);
}

void netdiag_text_fixed(struct netdiag_text *text, uint64_t number, unsigned decimals)
{
    uint64_t one = 1;

    for (unsigned i = 0; i < decimals; i++)
        one *= 10;
    put_digits(text, number / one, 10, 1);
    netdiag_text_char(text, '.');
    put_digits(text, number % one, 10, decimals);
}
