#include "cli/paragraph.h"

#include <string.h>

#include "cli/utf8.h"

#define COLUMNS      79
#define LINE_LONGEST (COLUMNS * NETDIAG_UTF8_LONGEST + NETDIAG_SENTENCE_SIZE)

/*
 * Whether a line may break before `text[i]`, `width` columns wide: at a blank, and before a
 * character that is two columns wide. Not between a number and its unit.
 */
static bool may_break(const char *text, size_t i, unsigned width)
{
    if (i == 0)
        return false;
    return width == 2 || (text[i] == ' ' && (text[i - 1] < '0' || text[i - 1] > '9'));
}

/* How many bytes of `text` fit in so many columns. What has no place to break stays whole. */
static size_t fitting(const char *text, size_t columns)
{
    size_t size = strlen(text), used = 0, best = 0;

    for (size_t i = 0; i < size;) {
        uint32_t code;
        size_t length = netdiag_utf8_decode(text + i, size - i, &code);
        unsigned width = length > 0 ? netdiag_utf8_width(code) : 1;

        if (may_break(text, i, width))
            best = i;
        used += width;
        if (used > columns && best > 0)
            return best;
        i += length > 0 ? length : 1;
    }
    return size;
}

static void start_line(struct netdiag_text *line, size_t indent, const char *title, size_t column)
{
    size_t used = indent + netdiag_utf8_columns(title, strlen(title));

    netdiag_text_blanks(line, indent);
    netdiag_text_string(line, title);
    if (used < column)
        netdiag_text_blanks(line, column - used);
}

void netdiag_sink_paragraph(const struct netdiag_text_sink *sink, size_t indent, const char *title,
                            size_t column, const char *paragraph)
{
    do {
        char bytes[LINE_LONGEST];
        struct netdiag_text line;
        size_t size = fitting(paragraph, COLUMNS - column);

        netdiag_text_start(&line, bytes, sizeof bytes);
        start_line(&line, indent, title, column);
        netdiag_text_bytes(&line, paragraph, size);
        sink->line(sink->ctx, bytes);
        paragraph += size;
        while (*paragraph == ' ')
            paragraph++;
        title = "";
    } while (*paragraph != '\0');
}

void netdiag_sink_command(const struct netdiag_text_sink *sink, size_t indent, const char *title,
                          size_t column, const char *command)
{
    char bytes[LINE_LONGEST];
    struct netdiag_text line;

    netdiag_text_start(&line, bytes, sizeof bytes);
    start_line(&line, indent, title, column);
    netdiag_text_string(&line, command);
    sink->line(sink->ctx, bytes);
}
