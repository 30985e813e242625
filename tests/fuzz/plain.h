#ifndef NETDIAG_TESTS_FUZZ_PLAIN_H
#define NETDIAG_TESTS_FUZZ_PLAIN_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether nothing is among the bytes that could drive a terminal: no control character but LF, and
 * only UTF-8.
 */
bool fuzz_is_plain(const char *bytes, size_t size);

#endif
