/*
 * Texts of the catalogue, broken into lines.
 */
#ifndef NETDIAG_CLI_PARAGRAPH_H
#define NETDIAG_CLI_PARAGRAPH_H

#include "cli/catalogue.h"

/* Where lines of text go, each ended by NUL and without a line end; and their language. */
struct netdiag_text_sink {
    void (*line)(void *ctx, const char *line);
    void *ctx;
    enum netdiag_language language;
    size_t columns; /* of a line at most; 0: 79 */
};

/*
 * A title and a text beside it, broken so that no line has more columns than the sink's: at blanks,
 * and beside Chinese characters where Chinese may break. `indent` blanks stand before the title,
 * and the text begins in `column`. A command is not broken.
 */
void netdiag_sink_paragraph(const struct netdiag_text_sink *sink, size_t indent, const char *title,
                            size_t column, const char *paragraph);
void netdiag_sink_command(const struct netdiag_text_sink *sink, size_t indent, const char *title,
                          size_t column, const char *command);

#endif
