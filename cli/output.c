#include "cli/output.h"

#include <string.h>

#include <libcli.h>

#include "cli/session.h"
#include "cli/utf8.h"

void netdiag_output_start(struct netdiag_output *output, struct cli_def *cli)
{
    output->cli = cli;
    output->session = netdiag_session_find(cli);
}

void netdiag_output_line(struct netdiag_output *output, const char *line)
{
    if (output->session != NULL) {
        netdiag_session_look(output->session); /* here, since a filter may keep the line */
        if (output->cli->filters == NULL) {
            netdiag_session_print(output->session, line); /* as libcli would, but for a copy */
            return;
        }
    }
    cli_print(output->cli, "%s", line);
}

void netdiag_output_text(struct netdiag_output *output, struct netdiag_text *text)
{
    static const char mark[] = "...";
    size_t end = text->length;

    if (text->cut && end >= sizeof mark) {
        end -= sizeof mark - 1;
        while (end > 0 && ((unsigned char)text->bytes[end] & 0xc0) == 0x80)
            end--; /* not in the middle of a character */
        memcpy(text->bytes + end, mark, sizeof mark);
    }
    netdiag_output_line(output, text->bytes);
}

void netdiag_output_numbers(struct netdiag_output *output, const char *format,
                            const uint64_t numbers[])
{
    char line[CONFIG_NETDIAG_OUTPUT_LINE];
    struct netdiag_text text;

    netdiag_text_start(&text, line, sizeof line);
    for (; *format != '\0'; format++) {
        if (*format == '#')
            netdiag_text_number(&text, *numbers++);
        else
            netdiag_text_char(&text, *format);
    }
    netdiag_output_text(output, &text);
}

void netdiag_output_flush(struct netdiag_output *output)
{
    if (output->session != NULL)
        netdiag_session_flush(output->session);
}

void netdiag_output_error(struct netdiag_output *output, const char *line)
{
    if (output->session != NULL)
        netdiag_session_error(output->session, line);
    else
        cli_error(output->cli, "%s", line);
}

bool netdiag_output_cancelled(const struct netdiag_output *output)
{
    if (output->session == NULL)
        return false;
    netdiag_session_look(output->session);
    return netdiag_session_cancelled(output->session);
}

/* How many bytes of printable ASCII a name begins with. */
static size_t plain_length(const char *name)
{
    size_t length = 0;

    while (name[length] >= ' ' && name[length] < 0x7f)
        length++;
    return length;
}

void netdiag_output_name(struct netdiag_text *text, const char *name, size_t columns)
{
    size_t size = strlen(name);
    size_t used = plain_length(name);

    netdiag_text_bytes(text, name, used);
    for (size_t i = used; i < size;) {
        uint32_t code;
        size_t length = netdiag_utf8_decode(name + i, size - i, &code);

        if (length == 0 || code < 0x20 || (code >= 0x7f && code < 0xa0)) {
            netdiag_text_char(text, '?');
            i += length > 0 ? length : 1;
            used++;
            continue;
        }
        used += netdiag_utf8_width(code);
        netdiag_text_bytes(text, name + i, length);
        i += length;
    }
    if (used < columns)
        netdiag_text_blanks(text, columns - used);
}
