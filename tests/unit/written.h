/*
 * Where a test looks at what was written to a sink: each line, and LF.
 */
#ifndef NETDIAG_TESTS_WRITTEN_H
#define NETDIAG_TESTS_WRITTEN_H

#include <stddef.h>

extern char written[200000]; /* a string */
extern size_t written_size;

void written_clear(void);

/* A sink's function for a line. */
void written_line(void *ctx, const char *line);

#endif
