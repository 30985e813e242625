/*
 * The numbers of interfaces as text: a head with the format's version, a line for each number, and
 * an end with their count, by which a text that was cut is known.
 *
 *     netdiag ifindex 1
 *     1 trunk
 *     2 vlan 1
 *     3 vlan 10
 *     end 3
 *
 * People read it, and mend it. What is read may be anything, and is taken only if each byte of it
 * can have been written here; but the lines between head and end may stand in any order.
 */
#include "if_index.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define HEAD "netdiag ifindex 1"

/* Longer than any line that is legal; of one that is not, this much is told. */
#define LINE_MAX_LENGTH 32

struct parser {
    const char *rest;
    size_t rest_size;
    unsigned line_number;
    char line[LINE_MAX_LENGTH + 1];
    char *why;
    size_t why_size;
};

size_t netdiag_lwip_if_index_write(const struct netdiag_lwip_if_indexes *indexes, char *text)
{
    const size_t size = NETDIAG_LWIP_IF_INDEX_TEXT;
    size_t length = (size_t)snprintf(text, size, HEAD "\n");
    unsigned count = 0;

    for (unsigned number = 1; number <= NETDIAG_IF_INDEX_STACK_MAX; number++) {
        uint16_t owner = indexes->owners[number];

        if (owner == NETDIAG_LWIP_NOBODY)
            continue;
        count++;
        if (owner == NETDIAG_LWIP_TRUNK)
            length += (size_t)snprintf(text + length, size - length, "%u trunk\n", number);
        else
            length += (size_t)snprintf(text + length, size - length, "%u vlan %u\n", number, owner);
    }
    return length + (size_t)snprintf(text + length, size - length, "end %u\n", count);
}

/* ---- reading ---- */

static bool fail(const struct parser *parser, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool fail(const struct parser *parser, const char *format, ...)
{
    int length = snprintf(parser->why, parser->why_size, "line %u: ", parser->line_number);
    va_list args;

    va_start(args, format);
    if (length > 0 && (size_t)length < parser->why_size)
        vsnprintf(parser->why + length, parser->why_size - (size_t)length, format, args);
    va_end(args);
    return false;
}

/* The next line is in `line`, printable and without its end. */
static bool next_line(struct parser *parser)
{
    const char *end = memchr(parser->rest, '\n', parser->rest_size);
    size_t length;

    parser->line_number++;
    if (!end)
        return fail(parser, "the text is cut: legal is a last line \"end COUNT\"");
    length = (size_t)(end - parser->rest);
    if (length > LINE_MAX_LENGTH)
        return fail(parser, "%zu characters; legal are up to %d", length, LINE_MAX_LENGTH);
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)parser->rest[i];

        if (byte < ' ' || byte > '~')
            return fail(parser, "a byte 0x%02x; legal are letters, digits and blanks", byte);
        parser->line[i] = (char)byte;
    }
    parser->line[length] = '\0';
    parser->rest = end + 1;
    parser->rest_size -= length + 1;
    return true;
}

/* As it is written: without a sign or a leading zero. What follows it, NULL: there is none. */
static const char *parse_number(const char *text, unsigned max, unsigned *number)
{
    *number = 0;
    if (*text < '1' || *text > '9')
        return NULL;
    for (; *text >= '0' && *text <= '9'; text++) {
        *number = *number * 10 + (unsigned)(*text - '0');
        if (*number > max)
            return NULL;
    }
    return text;
}

/* "3 vlan 10", "1 trunk". */
static bool parse_owned(const char *line, unsigned *number, unsigned *owner)
{
    static const char trunk[] = " trunk", vlan[] = " vlan ";
    const char *rest = parse_number(line, NETDIAG_IF_INDEX_STACK_MAX, number);

    if (!rest)
        return false;
    if (strcmp(rest, trunk) == 0) {
        *owner = NETDIAG_LWIP_TRUNK;
        return true;
    }
    if (strncmp(rest, vlan, sizeof(vlan) - 1) != 0)
        return false;
    rest = parse_number(rest + sizeof(vlan) - 1, NETDIAG_VLAN_MAX, owner);
    return rest && *rest == '\0';
}

static bool is_owned(const struct netdiag_lwip_if_indexes *indexes, unsigned owner)
{
    for (unsigned number = 1; number <= NETDIAG_IF_INDEX_STACK_MAX; number++) {
        if (indexes->owners[number] == owner)
            return true;
    }
    return false;
}

static bool take_line(const struct parser *parser, struct netdiag_lwip_if_indexes *indexes)
{
    unsigned number, owner;

    if (!parse_owned(parser->line, &number, &owner))
        return fail(parser,
                    "\"%s\"; legal are \"N trunk\" and \"N vlan ID\", with N from 1 to %d and ID "
                    "from %d to %d, and at the end \"end COUNT\"",
                    parser->line, NETDIAG_IF_INDEX_STACK_MAX, NETDIAG_VLAN_MIN, NETDIAG_VLAN_MAX);
    if (indexes->owners[number] != NETDIAG_LWIP_NOBODY)
        return fail(parser, "\"%s\": number %u a second time; once is legal", parser->line, number);
    if (is_owned(indexes, owner))
        return fail(parser, "\"%s\": a second number for the same; one is legal", parser->line);
    indexes->owners[number] = (uint16_t)owner;
    return true;
}

/* "end 3", and nothing else. */
static bool is_end(const char *line, unsigned count)
{
    char end[LINE_MAX_LENGTH + 1];

    snprintf(end, sizeof(end), "end %u", count);
    return strcmp(line, end) == 0;
}

bool netdiag_lwip_if_index_parse(const char *text, size_t size,
                                 struct netdiag_lwip_if_indexes *indexes, char *why,
                                 size_t why_size)
{
    struct parser parser = {.rest = text, .rest_size = size, .why = why, .why_size = why_size};
    unsigned count = 0;

    memset(indexes, 0, sizeof(*indexes));
    if (!next_line(&parser))
        return false;
    if (strcmp(parser.line, HEAD) != 0)
        return fail(&parser, "\"%s\"; legal is \"" HEAD "\"", parser.line);
    while (next_line(&parser)) {
        if (is_end(parser.line, count))
            return parser.rest_size == 0 ||
                   fail(&parser, "more follows \"%s\"; legal is nothing", parser.line);
        if (strncmp(parser.line, "end", 3) == 0)
            return fail(&parser, "\"%s\"; legal is \"end %u\", so many numbers stand above",
                        parser.line, count);
        if (!take_line(&parser, indexes))
            return false;
        count++;
    }
    return false;
}
