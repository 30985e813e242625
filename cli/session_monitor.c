/*
 * `terminal monitor`: a session at its prompt looks now and then whether the watch has logged
 * something, and shows it there, in its own thread. Nobody else writes to its door.
 */
#include "cli/monitor.h"
#include "cli/session_private.h"
#include "stats/text.h"

#define LOOK_MS 500

void netdiag_session_monitor(struct netdiag_session *session, bool on)
{
    if (on && !session->is_monitor)
        session->monitor_at = netdiag_monitor_next();
    session->is_monitor = on;
}

static bool has_monitored(const struct netdiag_session *session)
{
    return session->is_monitor && session->monitor_at < netdiag_monitor_next();
}

static void say_missed(struct netdiag_session *session, uint64_t count)
{
    char line[64];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, "% ");
    netdiag_text_number(&text, count);
    netdiag_text_string(&text, count == 1 ? " line" : " lines");
    netdiag_text_string(&text, " of the log came too fast to be shown");
    netdiag_session_line(session, NETDIAG_STREAM_OUT, line);
}

/* As many as there are now: who logs without end would keep us here. */
void netdiag_session_show_monitored(struct netdiag_session *session)
{
    uint64_t end = netdiag_monitor_next();
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    uint64_t missed;

    while (session->is_monitor && session->monitor_at < end &&
           netdiag_monitor_take(&session->monitor_at, line, sizeof line, &missed)) {
        if (missed > 0)
            say_missed(session, missed);
        netdiag_session_line(session, NETDIAG_STREAM_OUT, line);
    }
}

/* How long the next wait may be; 0: nothing was typed for too long. */
static int wait_left(const struct netdiag_session *session)
{
    uint64_t idle_ms = (uint64_t)session->door->idle_s * 1000;
    uint64_t waited_ms = netdiag_session_clock_ms() - session->waiting_ms;

    if (idle_ms == 0 || waited_ms + LOOK_MS <= idle_ms)
        return LOOK_MS;
    return waited_ms < idle_ms ? (int)(idle_ms - waited_ms) : 0;
}

static ssize_t wait_and_look(struct netdiag_session *session, char *bytes, size_t size)
{
    for (;;) {
        int left_ms;
        ssize_t count;

        if (has_monitored(session))
            return NETDIAG_READ_TIMEOUT;
        left_ms = wait_left(session);
        if (left_ms == 0)
            return netdiag_session_end_idle(session);
        count = netdiag_session_read(session, bytes, size, left_ms);
        if (count != NETDIAG_READ_TIMEOUT)
            return count;
    }
}

ssize_t netdiag_session_wait(struct netdiag_session *session, char *bytes, size_t size)
{
    ssize_t count;

    if (!session->is_waiting)
        session->waiting_ms = netdiag_session_clock_ms();
    session->is_waiting = true;
    count = session->is_monitor ? wait_and_look(session, bytes, size)
                                : netdiag_session_read(session, bytes, size, -1);
    session->is_waiting = count == NETDIAG_READ_TIMEOUT;
    return count;
}
