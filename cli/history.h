/*
 * The lines that were typed, newest last, in a bounded piece of memory.
 */
#ifndef NETDIAG_CLI_HISTORY_H
#define NETDIAG_CLI_HISTORY_H

#include <stddef.h>

#include "netdiag/config.h"

/* Zeroed at the start. The fields are private. */
struct netdiag_history {
    size_t size; /* bytes that are used, each line with its NUL */
    char bytes[CONFIG_NETDIAG_HISTORY_BYTES];
};

/*
 * Adds a line of `size` bytes without NUL. The oldest make room. A line of blanks, one that does
 * not fit at all and one equal to the newest are not added.
 */
void netdiag_history_add(struct netdiag_history *history, const char *line, size_t size);

/* The line that is `back` lines back, 1 being the newest; NULL: there is none. Until the next add.
 */
const char *netdiag_history_back(const struct netdiag_history *history, size_t back);

size_t netdiag_history_count(const struct netdiag_history *history);

#endif
