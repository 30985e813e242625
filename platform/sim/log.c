/*
 * The file is opened for each line: lines are rare, and one who moves or removes it while the
 * switch runs finds the next line where the documentation says.
 */
#include "log.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "cli/calendar.h"
#include "cli/locks.h"
#include "clock.h"

#define NAME "/log"
#define OLD  ".old"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char path[PATH_MAX + sizeof(NAME)];
static bool has_syslog;

void sim_log_open(const char *directory, const char *syslog_name)
{
    snprintf(path, sizeof(path), "%s" NAME, directory);
    has_syslog = syslog_name != NULL;
    if (has_syslog)
        openlog(syslog_name, LOG_NDELAY | LOG_PID, LOG_DAEMON);
}

static const char *severity_name(enum netdiag_severity severity)
{
    switch (severity) {
    case NETDIAG_SEVERITY_CRITICAL:
        return "critical";
    case NETDIAG_SEVERITY_WARNING:
        return "warning";
    case NETDIAG_SEVERITY_NOTICE:
        return "notice";
    case NETDIAG_SEVERITY_INFORMATIONAL:
        return "info";
    }
    return "unknown";
}

/* By the switch's own clock, so that the log of two runs on a virtual clock is the same. */
static int format_line(char *line, size_t size, enum netdiag_severity severity, const char *text)
{
    char stamp[32];
    struct netdiag_text put;
    int64_t wall_ms;

    (void)sim_clock_wall(NULL, &wall_ms);
    netdiag_text_start(&put, stamp, sizeof(stamp));
    (void)netdiag_text_date_time(&put, wall_ms);
    return snprintf(line, size, "%s %s: %s\n", stamp, severity_name(severity), text);
}

static void make_room(size_t length)
{
    char old[sizeof(path) + sizeof(OLD)];
    struct stat status;

    if (lstat(path, &status) != 0 ||
        (uint64_t)status.st_size + length <= CONFIG_NETDIAG_SIM_LOG_BYTES)
        return;
    snprintf(old, sizeof(old), "%s" OLD, path);
    (void)rename(path, old);
}

static void append(const char *line, size_t length)
{
    struct stat status;
    ssize_t written;
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0)
        return;
    /* On a full disk the line is lost, as the contract says: not half of it, before the next */
    if (fstat(fd, &status) == 0 && (written = write(fd, line, length)) >= 0 &&
        (size_t)written < length)
        (void)!ftruncate(fd, status.st_size);
    close(fd);
}

void sim_log_write(void *ctx, enum netdiag_severity severity, const char *text)
{
    char line[1024]; /* a sentence of the diagnosis is the longest */
    int length;

    (void)ctx;
    if (path[0] == '\0')
        return;
    if (has_syslog)
        syslog((int)severity, "%s", text); /* RFC 5424's numbers are syslog's own */
    length = format_line(line, sizeof(line), severity, text);
    if (length <= 0 || (size_t)length >= sizeof(line))
        return;
    netdiag_lock_take(&lock, NETDIAG_LOCK_LOG);
    make_room((size_t)length);
    append(line, (size_t)length);
    netdiag_lock_leave(&lock, NETDIAG_LOCK_LOG);
}
