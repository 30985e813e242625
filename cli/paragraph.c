#include "cli/paragraph.h"

#include <string.h>

#include "cli/utf8.h"

#define COLUMNS      79 /* where a sink says nothing else */
#define LINE_LONGEST (COLUMNS * NETDIAG_UTF8_LONGEST + NETDIAG_SENTENCE_SIZE)

/* Whether one of the characters in `set` has that code. */
static bool is_one_of(uint32_t code, const char *set)
{
    size_t size = strlen(set);

    for (size_t i = 0; i < size;) {
        uint32_t one = 0;
        size_t length = netdiag_utf8_decode(set + i, size - i, &one);

        if (length > 0 && one == code)
            return true;
        i += length > 0 ? length : 1;
    }
    return false;
}

/* A character of a text and the one before it. */
struct pair {
    uint32_t before, code;
    unsigned before_width, width;
};

/*
 * Whether a line may break between the two: at a blank, and beside a character that is two columns
 * wide, but for what no line of Chinese may begin or end with. Not between a number and its unit.
 */
static bool may_break(const struct pair *pair)
{
    if (pair->before >= '0' && pair->before <= '9')
        return false;
    if (pair->code == ' ')
        return true;
    if (pair->before == ' ' || pair->width == 0 || (pair->width < 2 && pair->before_width < 2))
        return false;
    return !is_one_of(pair->code, "，。；：、？！）」』》】)]},.;:?!%") &&
           !is_one_of(pair->before, "（「『《【([{");
}

/* How many bytes of `text` fit in so many columns. What has no place to break stays whole. */
static size_t fitting(const char *text, size_t columns)
{
    size_t size = strlen(text), used = 0, best = 0;
    struct pair pair = {.code = '0'}; /* nothing breaks before the first character */

    for (size_t i = 0; i < size;) {
        size_t length;

        pair.before = pair.code;
        pair.before_width = pair.width;
        length = netdiag_utf8_decode(text + i, size - i, &pair.code);
        if (length == 0)
            pair.code = '?';
        pair.width = netdiag_utf8_width(pair.code);
        if (may_break(&pair))
            best = i;
        used += pair.width;
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
    size_t columns = sink->columns > 0 ? sink->columns : COLUMNS;

    do {
        char bytes[LINE_LONGEST];
        struct netdiag_text line;
        size_t size = fitting(paragraph, columns - column);

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
