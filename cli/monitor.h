/*
 * The last lines that the watch logged, for shells with `terminal monitor`.
 *
 * Each line has a number, one more than that of the line before. A shell remembers which number it
 * comes to next, and looks when it is at its prompt: whoever adds a line waits for no shell. There
 * is one device in a process, and so one such list.
 */
#ifndef NETDIAG_CLI_MONITOR_H
#define NETDIAG_CLI_MONITOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Adds a line of less than CONFIG_NETDIAG_OUTPUT_LINE bytes; the oldest makes room for it. */
void netdiag_monitor_add(const char *line);

/* The number that the next line will have. Any thread. */
uint64_t netdiag_monitor_next(void);

/*
 * Copies line `*number`, or the oldest one after it when that is gone, and moves `*number` past it;
 * `*missed` is how many were gone. False: there is none yet. Any thread.
 */
bool netdiag_monitor_take(uint64_t *number, char *line, size_t size, uint64_t *missed);

#endif
