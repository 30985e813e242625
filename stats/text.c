/*
 * Bounded formatting by hand: printf's formats cost code and stack that a small device lacks, and
 * their lengths cannot be seen in the caller. A table of 10,000 connections goes through here, so
 * bytes are added many at a time, and numbers are divided in 32 bits where they fit.
 */
#include "stats/text.h"

#include <string.h>

#define DIGITS_MOST 20 /* 2^64 has so many in base 10 */

void netdiag_text_start(struct netdiag_text *text, char *bytes, size_t size)
{
    text->bytes = bytes;
    text->size = size;
    text->length = 0;
    text->cut = false;
    text->counted = text->columns = 0;
    if (size > 0)
        bytes[0] = '\0';
}

/* Makes room for `*length` bytes more, or for as many as fit. NULL: for none. */
static char *extend(struct netdiag_text *text, size_t *length)
{
    size_t room = text->size > 0 ? text->size - 1 - text->length : 0;
    char *end = text->bytes + text->length;

    if (*length > room) {
        text->cut = true;
        *length = room;
    }
    if (*length == 0)
        return NULL;
    text->length += *length;
    end[*length] = '\0';
    return end;
}

void netdiag_text_bytes(struct netdiag_text *text, const char *bytes, size_t length)
{
    char *end = extend(text, &length);

    if (end != NULL)
        memcpy(end, bytes, length);
}

void netdiag_text_char(struct netdiag_text *text, char byte)
{
    size_t length = 1;
    char *end = extend(text, &length);

    if (end != NULL)
        *end = byte;
}

void netdiag_text_string(struct netdiag_text *text, const char *string)
{
    netdiag_text_bytes(text, string, strlen(string));
}

void netdiag_text_blanks(struct netdiag_text *text, size_t count)
{
    char *end = extend(text, &count);

    if (end != NULL)
        memset(end, ' ', count);
}

/* Adds the digits that stand at the end of `bytes` from `at` on, with zeros in front. */
static void put_digits(struct netdiag_text *text, char bytes[DIGITS_MOST], size_t at,
                       unsigned digits)
{
    while (at > 0 && DIGITS_MOST - at < digits)
        bytes[--at] = '0';
    netdiag_text_bytes(text, bytes + at, DIGITS_MOST - at);
}

void netdiag_text_padded(struct netdiag_text *text, uint64_t number, unsigned digits)
{
    char bytes[DIGITS_MOST];
    size_t at = DIGITS_MOST;
    uint32_t rest;

    for (; number > UINT32_MAX; number /= 10)
        bytes[--at] = (char)('0' + number % 10);
    rest = (uint32_t)number;
    do {
        bytes[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    put_digits(text, bytes, at, digits);
}

void netdiag_text_number(struct netdiag_text *text, uint64_t number)
{
    netdiag_text_padded(text, number, 1);
}

void netdiag_text_hex(struct netdiag_text *text, uint32_t number, unsigned digits)
{
    char bytes[DIGITS_MOST];
    size_t at = DIGITS_MOST;

    do {
        bytes[--at] = "0123456789abcdef"[number % 16];
        number /= 16;
    } while (number > 0);
    put_digits(text, bytes, at, digits);
}

void netdiag_text_fixed(struct netdiag_text *text, uint64_t number, unsigned decimals)
{
    uint64_t one = 1;

    for (unsigned i = 0; i < decimals; i++)
        one *= 10;
    netdiag_text_number(text, number / one);
    netdiag_text_char(text, '.');
    netdiag_text_padded(text, number % one, decimals);
}

bool netdiag_text_copy(char *to, size_t size, const char *from)
{
    struct netdiag_text text;

    netdiag_text_start(&text, to, size);
    netdiag_text_string(&text, from);
    return !text.cut;
}
