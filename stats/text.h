/*
 * A bounded text under construction, in a buffer of the caller's.
 *
 * The text always ends in NUL. What does not fit is left out, and `cut` says so: callers size
 * their buffers so that it never happens with records that keep their bounds.
 */
#ifndef NETDIAG_STATS_TEXT_H
#define NETDIAG_STATS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct netdiag_text {
    char *bytes;
    size_t size;   /* bytes of the buffer, its NUL included */
    size_t length; /* bytes of the text, its NUL not included */
    bool cut;
    size_t counted, columns; /* bytes that took so many columns: cli/text_parts.c's */
};

/* Starts an empty text in `size` bytes. With `size` 0 nothing is ever written. */
void netdiag_text_start(struct netdiag_text *text, char *bytes, size_t size);

/* Each adds to the end: one byte, several, a string, blanks, a number in base 10, or in base 16
 * with `digits` digits at least, 20 at most. */
void netdiag_text_char(struct netdiag_text *text, char byte);
void netdiag_text_bytes(struct netdiag_text *text, const char *bytes, size_t length);
void netdiag_text_string(struct netdiag_text *text, const char *string);
void netdiag_text_blanks(struct netdiag_text *text, size_t count);
void netdiag_text_number(struct netdiag_text *text, uint64_t number);
void netdiag_text_hex(struct netdiag_text *text, uint32_t number, unsigned digits);

/* number / 10^decimals with that many digits after the point: 105 and 1 are "10.5". */
void netdiag_text_fixed(struct netdiag_text *text, uint64_t number, unsigned decimals);

/* The whole of a string into `size` bytes; false: it did not fit, and its end is left out. */
bool netdiag_text_copy(char *to, size_t size, const char *from);

/* A number of exactly `digits` digits, 20 at most, or more, with zeros in front. */
void netdiag_text_padded(struct netdiag_text *text, uint64_t number, unsigned digits);

#endif
