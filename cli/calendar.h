/*
 * The date of a time of day, in UTC. Not by gmtime_r(): where a time_t has 32 bits it ends in 2038.
 */
#ifndef NETDIAG_CLI_CALENDAR_H
#define NETDIAG_CLI_CALENDAR_H

#include "stats/text.h"

struct netdiag_date {
    int64_t year;
    unsigned month;   /* 1 to 12 */
    unsigned day;     /* 1 to 31 */
    unsigned weekday; /* 0 is Sunday */
};

/* For milliseconds since 1970. False before March of the year 0: outside of this calendar. */
bool netdiag_calendar_date(int64_t wall_ms, struct netdiag_date *date);

/* RFC 3339 with milliseconds, 2026-11-20T09:40:43.123Z; false for a year that it cannot write. */
bool netdiag_text_date_time(struct netdiag_text *text, int64_t wall_ms);

#endif
