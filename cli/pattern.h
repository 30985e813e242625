/*
 * How large an extended regular expression of POSIX is for the C library that compiles it.
 */
#ifndef NETDIAG_CLI_PATTERN_H
#define NETDIAG_CLI_PATTERN_H

/* The most that is compiled: of the size, and of the size times the ways. */
#define NETDIAG_PATTERN_SIZE_MOST 1000
#define NETDIAG_PATTERN_WORK_MOST 4000

struct netdiag_pattern {
    unsigned size;
    unsigned ways;
};

/*
 * `size`: the characters and operators of a pattern with each repetition written out as it is
 * compiled: "(ab){3}" like "(ab)(ab)(ab)", "a+" like "aa*"; what is repeated again multiplies, so
 * that thirty '+' behind one another would fill any memory.
 *
 * `ways`: in how many ways its parts can match nothing, one after the other: "a?" has one more
 * than none, "a???" three, nine of those behind one another 3 to the 9th. All of them are followed
 * where they stand in a '*'. A part that cannot match nothing counts as one; "^", "$", other
 * anchors and "()" count as three, as each doubles what has to be told apart there.
 *
 * A number above 1000 is 1001. Any thread.
 */
void netdiag_pattern_measure(const char *pattern, struct netdiag_pattern *measured);

#endif
