/*
 * A year begins in March here: its last month is the one whose length is not always the same, so
 * that the lengths of years, of four, of a hundred and of four hundred of them follow each other.
 */
#include "cli/calendar.h"

#include "cli/text_parts.h"

#define MS_A_DAY     (24 * 60 * 60 * 1000)
#define DAYS_TO_1970 719468 /* from 1 March of the year 0, a Wednesday */
#define WEDNESDAY    3

#define YEAR_DAYS           365
#define FOUR_YEARS_DAYS     (4 * YEAR_DAYS + 1)
#define CENTURY_DAYS        (25 * FOUR_YEARS_DAYS - 1)
#define FOUR_CENTURIES_DAYS (4 * CENTURY_DAYS + 1)

/* How many `size` are in `*days`, which keeps the rest; the last of four may be a day longer. */
static int64_t take(int64_t *days, int64_t size, int64_t most)
{
    int64_t count = *days / size < most ? *days / size : most;

    *days -= count * size;
    return count;
}

static unsigned take_months(int64_t *days)
{
    static const uint8_t lengths[] = {31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 29};
    unsigned months = 0;

    while (*days >= lengths[months])
        *days -= lengths[months++];
    return months;
}

bool netdiag_calendar_date(int64_t wall_ms, struct netdiag_date *date)
{
    int64_t since_1970 = wall_ms / MS_A_DAY - (wall_ms % MS_A_DAY < 0 ? 1 : 0);
    int64_t days = since_1970 + DAYS_TO_1970;
    unsigned months;

    if (days < 0)
        return false;
    date->weekday = (unsigned)((days + WEDNESDAY) % 7);
    date->year = 400 * take(&days, FOUR_CENTURIES_DAYS, INT64_MAX);
    date->year += 100 * take(&days, CENTURY_DAYS, 3);
    date->year += 4 * take(&days, FOUR_YEARS_DAYS, INT64_MAX);
    date->year += take(&days, YEAR_DAYS, 3);
    months = take_months(&days);
    date->year += months >= 10 ? 1 : 0;
    date->month = (months + 2) % 12 + 1;
    date->day = (unsigned)days + 1;
    return true;
}

bool netdiag_text_date_time(struct netdiag_text *text, int64_t wall_ms)
{
    struct netdiag_date date;

    if (!netdiag_calendar_date(wall_ms, &date) || date.year > 9999)
        return false;
    netdiag_text_padded(text, (uint64_t)date.year, 4);
    netdiag_text_char(text, '-');
    netdiag_text_padded(text, date.month, 2);
    netdiag_text_char(text, '-');
    netdiag_text_padded(text, date.day, 2);
    netdiag_text_char(text, 'T');
    netdiag_text_time_of_day(text, wall_ms);
    netdiag_text_char(text, 'Z');
    return true;
}
