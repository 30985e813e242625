/*
 * What several text renderers put into their lines.
 */
#ifndef NETDIAG_CLI_TEXT_PARTS_H
#define NETDIAG_CLI_TEXT_PARTS_H

#include "netdiag/tcp.h"
#include "stats/text.h"

struct netdiag_output;

/* The head of a column, and where the column begins; the first begins at 0. */
struct netdiag_text_title {
    size_t column;
    const char *text;
};

/* Prints the head of a table. */
void netdiag_text_titles(struct netdiag_output *output, const struct netdiag_text_title titles[],
                         size_t count);

/*
 * Goes to a column of the screen; `least` blanks at least stand before it, so that what is wider
 * than its column keeps apart from the next.
 */
void netdiag_text_go_to(struct netdiag_text *text, size_t column, size_t least);

/* The same with the two blanks of our own tables. */
void netdiag_text_column(struct netdiag_text *text, size_t column);

/* When in a day it is, in UTC, for milliseconds since 1970: 10:45:12.123. */
void netdiag_text_time_of_day(struct netdiag_text *text, int64_t wall_ms);

/* Cisco's form of a time that passed: 00:00:07, 1d02h, 3w04d, 1y05w. */
void netdiag_text_span(struct netdiag_text *text, uint64_t seconds);

/* As one word: blanks in a name become '_', and no name is "-". */
void netdiag_text_owner(struct netdiag_text *text, const struct netdiag_owner *owner);

void netdiag_text_endpoint(struct netdiag_text *text, const struct netdiag_endpoint *endpoint);

/* The ID of a connection, "-" where it is not known. */
void netdiag_text_id(struct netdiag_text *text, const struct netdiag_tcp_connection *row);

#endif
