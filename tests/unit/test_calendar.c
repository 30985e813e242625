/*
 * The calendar, against a day that is counted on, and against dates that are known.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/calendar.h"

#define MS_A_DAY INT64_C(86400000)

static int64_t days_of(unsigned month, int64_t year)
{
    static const int64_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return lengths[month - 1] + (month == 2 && is_leap);
}

static void day_after_day_is_the_next_of_the_calendar(void **state)
{
    struct netdiag_date want = {.year = 0, .month = 3, .day = 1, .weekday = 3}, got;

    (void)state;
    for (int64_t ms = -719468 * MS_A_DAY; want.year < 2500; ms += MS_A_DAY) {
        assert_true(netdiag_calendar_date(ms, &got));
        assert_true(got.year == want.year && got.month == want.month && got.day == want.day &&
                    got.weekday == want.weekday);
        assert_true(netdiag_calendar_date(ms + MS_A_DAY - 1, &got));
        assert_int_equal(got.day, want.day);
        want.weekday = (want.weekday + 1) % 7;
        if (want.day++ < days_of(want.month, want.year))
            continue;
        want.day = 1;
        want.year += want.month == 12;
        want.month = want.month % 12 + 1;
    }
}

static void day_before_the_calendar_is_refused(void **state)
{
    struct netdiag_date got;

    (void)state;
    assert_false(netdiag_calendar_date(-719468 * MS_A_DAY - 1, &got));
    assert_false(netdiag_calendar_date(INT64_MIN, &got));
    assert_true(netdiag_calendar_date(INT64_MAX, &got));
    assert_int_equal(got.year, 292278994);
}

/* The times are those of `date -u -d @SECONDS`. */
static void time_is_written_as_rfc_3339_beyond_the_end_of_a_short_time_t(void **state)
{
    static const struct {
        int64_t ms;
        const char *text;
    } times[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {INT64_C(951782400000), "2000-02-29T00:00:00.000Z"},
        {INT64_C(2147483647999), "2038-01-19T03:14:07.999Z"},
        {INT64_C(2147483648000), "2038-01-19T03:14:08.000Z"},
        {INT64_C(4294967296000), "2106-02-07T06:28:16.000Z"},
        {INT64_C(253402300799999), "9999-12-31T23:59:59.999Z"},
    };
    char bytes[32];
    struct netdiag_text text;

    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        netdiag_text_start(&text, bytes, sizeof bytes);
        assert_true(netdiag_text_date_time(&text, times[i].ms));
        assert_string_equal(bytes, times[i].text);
    }
    assert_false(netdiag_text_date_time(&text, INT64_C(253402300800000)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(day_after_day_is_the_next_of_the_calendar),
        cmocka_unit_test(day_before_the_calendar_is_refused),
        cmocka_unit_test(time_is_written_as_rfc_3339_beyond_the_end_of_a_short_time_t),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
