#include "cli/output.h"

#include <string.h>

#include <libcli.h>

#include "cli/session.h"

void netdiag_output_start(struct netdiag_output *output, struct cli_def *cli)
{
    output->cli = cli;
    output->session = netdiag_session_find(cli);
    output->language = output->session != NULL ? netdiag_session_language(output->session)
                                               : NETDIAG_LANGUAGE_DEFAULT;
    output->grows = output->session != NULL && netdiag_session_has_screen(output->session);
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

const char *netdiag_output_marked(struct netdiag_text *text)
{
    static const char mark[] = "...";
    size_t end = text->length;

    if (text->cut && end >= sizeof mark) {
        end -= sizeof mark - 1;
        while (end > 0 && ((unsigned char)text->bytes[end] & 0xc0) == 0x80)
            end--; /* not in the middle of a character */
        memcpy(text->bytes + end, mark, sizeof mark);
    }
    return text->bytes;
}

void netdiag_output_text(struct netdiag_output *output, struct netdiag_text *text)
{
    netdiag_output_line(output, netdiag_output_marked(text));
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

void netdiag_output_piece(struct netdiag_output *output, const char *piece)
{
    netdiag_session_piece(output->session, piece);
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

void netdiag_output_progress(const struct netdiag_output *output, uint64_t done, uint64_t total,
                             enum netdiag_phrase what)
{
    if (output->session != NULL)
        netdiag_session_progress(output->session, done, total,
                                 netdiag_catalogue(output->language)->phrases[what]);
}

void netdiag_output_progress_end(const struct netdiag_output *output)
{
    if (output->session != NULL)
        netdiag_session_progress(output->session, 0, 0, NULL);
}

bool netdiag_output_shows_progress(const struct netdiag_output *output)
{
    return output->session != NULL && netdiag_session_shows_progress(output->session);
}

bool netdiag_output_cancelled(const struct netdiag_output *output)
{
    if (output->session == NULL)
        return false;
    netdiag_session_look(output->session);
    return netdiag_session_cancelled(output->session);
}
