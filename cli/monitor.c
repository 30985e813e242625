/*
 * A ring. Its lock is held for as long as a line takes to copy.
 */
#include "cli/monitor.h"

#include <pthread.h>

#include "cli/output.h"
#include "netdiag/config.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char lines[CONFIG_NETDIAG_MONITOR_LINES][CONFIG_NETDIAG_OUTPUT_LINE];
static uint64_t next;

static void copy(char *to, size_t size, const char *line)
{
    struct netdiag_text text;

    netdiag_text_start(&text, to, size);
    netdiag_text_string(&text, line);
}

void netdiag_monitor_add(const char *line)
{
    pthread_mutex_lock(&lock);
    copy(lines[next % CONFIG_NETDIAG_MONITOR_LINES], sizeof lines[0], line);
    next++;
    pthread_mutex_unlock(&lock);
}

uint64_t netdiag_monitor_next(void)
{
    uint64_t number;

    pthread_mutex_lock(&lock);
    number = next;
    pthread_mutex_unlock(&lock);
    return number;
}

bool netdiag_monitor_take(uint64_t *number, char *line, size_t size, uint64_t *missed)
{
    bool is_there;

    pthread_mutex_lock(&lock);
    is_there = *number < next;
    *missed = 0;
    if (is_there && next - *number > CONFIG_NETDIAG_MONITOR_LINES) {
        *missed = next - *number - CONFIG_NETDIAG_MONITOR_LINES;
        *number += *missed;
    }
    if (is_there)
        copy(line, size, lines[(*number)++ % CONFIG_NETDIAG_MONITOR_LINES]);
    pthread_mutex_unlock(&lock);
    return is_there;
}
