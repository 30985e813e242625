/*
 * A ring. Its lock is held for as long as a line takes to copy.
 */
#include "cli/monitor.h"

#include <pthread.h>

#include "cli/locks.h"
#include "cli/output.h"
#include "netdiag/config.h"
#include "stats/text.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char lines[CONFIG_NETDIAG_MONITOR_LINES][CONFIG_NETDIAG_OUTPUT_LINE];
static uint64_t next;

void netdiag_monitor_add(const char *line)
{
    netdiag_lock_take(&lock, NETDIAG_LOCK_MONITOR);
    (void)netdiag_text_copy(lines[next % CONFIG_NETDIAG_MONITOR_LINES], sizeof lines[0], line);
    next++;
    netdiag_lock_leave(&lock, NETDIAG_LOCK_MONITOR);
}

uint64_t netdiag_monitor_next(void)
{
    uint64_t number;

    netdiag_lock_take(&lock, NETDIAG_LOCK_MONITOR);
    number = next;
    netdiag_lock_leave(&lock, NETDIAG_LOCK_MONITOR);
    return number;
}

bool netdiag_monitor_take(uint64_t *number, char *line, size_t size, uint64_t *missed)
{
    bool is_there;

    netdiag_lock_take(&lock, NETDIAG_LOCK_MONITOR);
    is_there = *number < next;
    *missed = 0;
    if (is_there && next - *number > CONFIG_NETDIAG_MONITOR_LINES) {
        *missed = next - *number - CONFIG_NETDIAG_MONITOR_LINES;
        *number += *missed;
    }
    if (is_there)
        (void)netdiag_text_copy(line, size, lines[(*number)++ % CONFIG_NETDIAG_MONITOR_LINES]);
    netdiag_lock_leave(&lock, NETDIAG_LOCK_MONITOR);
    return is_there;
}
