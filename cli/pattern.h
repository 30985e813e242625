/*
 * How large an extended regular expression of POSIX is for the C library that compiles it.
 */
#ifndef NETDIAG_CLI_PATTERN_H
#define NETDIAG_CLI_PATTERN_H

/* The largest size that is compiled. */
#define NETDIAG_PATTERN_MOST 1000

/*
 * The characters and operators of a pattern with each repetition written out as it is compiled:
 * "(ab){3}" like "(ab)(ab)(ab)", "a+" like "aa*"; what is repeated again multiplies, so that thirty
 * '+' behind one another would fill any memory. More than NETDIAG_PATTERN_MOST is
 * NETDIAG_PATTERN_MOST + 1.
 */
unsigned netdiag_pattern_size(const char *pattern);

#endif
