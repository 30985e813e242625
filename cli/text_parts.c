/*
 * Parts of lines of text.
 */
#include "cli/text_parts.h"

#include "cli/output.h"
#include "stats/tcp_filter.h"

#define SECONDS_A_MINUTE 60u
#define SECONDS_AN_HOUR  (60u * SECONDS_A_MINUTE)
#define SECONDS_A_DAY    (24u * SECONDS_AN_HOUR)
#define SECONDS_A_WEEK   (7u * SECONDS_A_DAY)
#define SECONDS_A_YEAR   (365u * SECONDS_A_DAY)

void netdiag_text_column(struct netdiag_text *text, size_t column)
{
    netdiag_text_string(text, "  ");
    while (text->length < column && !text->cut)
        netdiag_text_char(text, ' ');
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
    netdiag_text_padded(text, seconds / SECONDS_AN_HOUR, 2);
    netdiag_text_char(text, ':');
    netdiag_text_padded(text, seconds / SECONDS_A_MINUTE % 60, 2);
    netdiag_text_char(text, ':');
    netdiag_text_padded(text, seconds % 60, 2);
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
