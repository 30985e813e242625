/*
 * Parts of lines of text.
 */
#include "cli/text_parts.h"

#include "cli/output.h"
#include "cli/utf8.h"
#include "stats/tcp_filter.h"

#define SECONDS_A_MINUTE 60u
#define SECONDS_AN_HOUR  (60u * SECONDS_A_MINUTE)
#define SECONDS_A_DAY    (24u * SECONDS_AN_HOUR)
#define SECONDS_A_WEEK   (7u * SECONDS_A_DAY)
#define SECONDS_A_YEAR   (365u * SECONDS_A_DAY)
#define MS_A_SECOND      1000
#define MS_A_DAY         (INT64_C(1000) * SECONDS_A_DAY)

/* A row asks for each of its columns: what was counted for the one before is not looked at again.
 */
void netdiag_text_go_to(struct netdiag_text *text, size_t column, size_t least)
{
    size_t added = netdiag_utf8_columns(text->bytes + text->counted, text->length - text->counted);
    size_t used = text->columns + added, end = used + least < column ? column : used + least;

    text->columns = end;
    netdiag_text_blanks(text, end - used);
    text->counted = text->length; /* of blanks that do not fit nobody asks again */
}

void netdiag_text_column(struct netdiag_text *text, size_t column)
{
    netdiag_text_go_to(text, column, 2);
}

static void put_clock(struct netdiag_text *text, uint32_t seconds)
{
    const uint32_t parts[] = {seconds / SECONDS_AN_HOUR, seconds / SECONDS_A_MINUTE % 60,
                              seconds % 60};
    char bytes[] = "00:00:00";

    for (size_t i = 0; i < 3; i++) {
        bytes[3 * i] = (char)('0' + parts[i] / 10);
        bytes[3 * i + 1] = (char)('0' + parts[i] % 10);
    }
    netdiag_text_bytes(text, bytes, sizeof bytes - 1);
}

void netdiag_text_span(struct netdiag_text *text, uint64_t seconds)
{
    static const struct {
        uint32_t unit, part;
        const char *unit_name, *part_name;
    } forms[] = {
        {SECONDS_A_YEAR, SECONDS_A_WEEK, "y", "w"},
        {SECONDS_A_WEEK, SECONDS_A_DAY, "w", "d"},
        {SECONDS_A_DAY, SECONDS_AN_HOUR, "d", "h"},
    };

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (seconds < forms[i].unit)
            continue;
        netdiag_text_number(text, seconds / forms[i].unit);
        netdiag_text_string(text, forms[i].unit_name);
        netdiag_text_padded(text, seconds % forms[i].unit / forms[i].part, 2);
        netdiag_text_string(text, forms[i].part_name);
        return;
    }
    put_clock(text, (uint32_t)seconds);
}

void netdiag_text_time_of_day(struct netdiag_text *text, int64_t wall_ms)
{
    uint32_t ms = (uint32_t)((wall_ms % MS_A_DAY + MS_A_DAY) % MS_A_DAY); /* before 1970, too */

    put_clock(text, ms / MS_A_SECOND);
    netdiag_text_char(text, '.');
    netdiag_text_padded(text, ms % MS_A_SECOND, 3);
}

void netdiag_text_owner(struct netdiag_text *text, const struct netdiag_owner *owner)
{
    size_t from = text->length;

    netdiag_output_name(text, owner->name[0] != '\0' ? owner->name : NETDIAG_TCP_NO_OWNER, 0);
    for (; from < text->length; from++) {
        if (text->bytes[from] == ' ')
            text->bytes[from] = '_';
    }
}

void netdiag_text_endpoint(struct netdiag_text *text, const struct netdiag_endpoint *endpoint)
{
    char bytes[NETDIAG_ENDPOINT_TEXT];

    netdiag_text_string(text, netdiag_endpoint_text(endpoint, bytes, sizeof bytes));
}

void netdiag_text_id(struct netdiag_text *text, const struct netdiag_tcp_connection *row)
{
    if (row->has_history)
        netdiag_text_hex(text, row->history.id, 8);
    else
        netdiag_text_char(text, '-');
}

void netdiag_text_titles(struct netdiag_output *output, const struct netdiag_text_title titles[],
                         size_t count)
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            netdiag_text_column(&text, titles[i].column);
        netdiag_text_string(&text, titles[i].text);
    }
    netdiag_output_text(output, &text);
}
