/*
 * UTF-8, decoded strictly (RFC 3629).
 */
#ifndef NETDIAG_CLI_UTF8_H
#define NETDIAG_CLI_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NETDIAG_UTF8_LONGEST 4

/*
 * The character that `bytes` (of `size` bytes) begins with: returns how many bytes it has, and its
 * code point in `*code`. Returns 0 for a sequence that is wrong or not complete: overlong forms,
 * surrogates and what lies above U+10FFFF are wrong. Any thread.
 */
size_t netdiag_utf8_decode(const char *bytes, size_t size, uint32_t *code);

/* How many bytes a character has that begins with this byte; 0 when none does. */
size_t netdiag_utf8_length(char first);

/*
 * The character that `size` bytes end with, in the same way. 0 too where they are none.
 */
size_t netdiag_utf8_last(const char *bytes, size_t size, uint32_t *code);

/* Whether it moves a terminal instead of standing on it: C0, DEL and C1 (ECMA-48). */
bool netdiag_utf8_is_control(uint32_t code);

/* How many columns a character takes on a screen: 0 (it combines with the one before), 1 or 2. */
unsigned netdiag_utf8_width(uint32_t code);

/* How many columns `size` bytes take on a screen. A byte that is not UTF-8 counts as one. */
size_t netdiag_utf8_columns(const char *bytes, size_t size);

/*
 * How many of `size` bytes fit into so many columns, whole characters with what combines with them;
 * `*used` is how many columns those take. A byte that is not UTF-8 counts as one.
 */
size_t netdiag_utf8_fit(const char *bytes, size_t size, size_t columns, size_t *used);

#endif
