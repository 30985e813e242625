/*
 * The clock and the sessions as text.
 */
#include "cli/calendar.h"
#include "cli/render.h"
#include "cli/session.h"
#include "cli/text_parts.h"

bool netdiag_text_put_clock(struct netdiag_text *text, int64_t wall_ms)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct netdiag_date date;

    if (!netdiag_calendar_date(wall_ms, &date))
        return false;
    netdiag_text_time_of_day(text, wall_ms);
    netdiag_text_string(text, " UTC ");
    netdiag_text_string(text, days[date.weekday]);
    netdiag_text_char(text, ' ');
    netdiag_text_string(text, months[date.month - 1]);
    netdiag_text_char(text, ' ');
    netdiag_text_number(text, date.day);
    netdiag_text_char(text, ' ');
    netdiag_text_number(text, (uint64_t)date.year);
    return true;
}

void netdiag_text_clock(struct netdiag_output *output, const struct netdiag_head *head)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    if (netdiag_text_put_clock(&text, head->time.wall_ms))
        netdiag_output_text(output, &text);
    else
        netdiag_output_line(output, "the time of day is outside of any calendar");
}

#define LINE_COLUMNS 5
#define DOOR_COLUMNS 7
#define USER_COLUMNS 12
#define IDLE_COLUMNS 10

void netdiag_text_users_begin(struct netdiag_output *output)
{
    netdiag_output_line(output, "  Line  Door    User          Idle        From");
}

static void put_idle(struct netdiag_text *text, uint64_t seconds)
{
    char bytes[32];
    struct netdiag_text idle;

    netdiag_text_start(&idle, bytes, sizeof bytes);
    netdiag_text_padded(&idle, seconds / 3600, 2);
    netdiag_text_char(&idle, ':');
    netdiag_text_padded(&idle, seconds / 60 % 60, 2);
    netdiag_text_char(&idle, ':');
    netdiag_text_padded(&idle, seconds % 60, 2);
    netdiag_output_name(text, bytes, IDLE_COLUMNS);
}

void netdiag_text_user(struct netdiag_output *output, const struct netdiag_session_row *row)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    char number[16];
    struct netdiag_text text;

    netdiag_text_start(&text, number, sizeof number);
    netdiag_text_number(&text, row->line);
    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, row->self ? "* " : "  ");
    netdiag_output_name(&text, number, LINE_COLUMNS);
    netdiag_text_char(&text, ' ');
    netdiag_output_name(&text, row->door, DOOR_COLUMNS);
    netdiag_text_char(&text, ' ');
    netdiag_output_name(&text, *row->user != '\0' ? row->user : "-", USER_COLUMNS);
    netdiag_text_string(&text, "  ");
    put_idle(&text, row->idle_s);
    netdiag_text_string(&text, "  ");
    netdiag_output_name(&text, *row->from != '\0' ? row->from : "-", 0);
    netdiag_output_text(output, &text);
}

void netdiag_text_users_end(struct netdiag_output *output)
{
    (void)output;
}
