/*
 * A JSON writer (RFC 8259) that streams and allocates nothing.
 *
 * It gathers tokens in one line and hands the line on when the next token does not fit, or when
 * the caller asks for a new line. A line break stands only between tokens, and no line is longer
 * than CONFIG_NETDIAG_OUTPUT_LINE bytes.
 */
#ifndef NETDIAG_CLI_JSON_H
#define NETDIAG_CLI_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "netdiag/config.h"

/* The version of what answers look like; every one has it as "schema". */
#define NETDIAG_JSON_SCHEMA 1

/* Takes one finished line, ended by NUL and without a line end. */
typedef void netdiag_json_line(void *ctx, const char *line);

/* The caller's memory; the fields are private. */
struct netdiag_json {
    netdiag_json_line *emit;
    void *ctx;
    size_t length;
    bool comma; /* the next value or key follows another one */
    char line[CONFIG_NETDIAG_OUTPUT_LINE + 1];
};

void netdiag_json_start(struct netdiag_json *json, netdiag_json_line *emit, void *ctx);
/* Hands on what is left of the last line. */
void netdiag_json_end(struct netdiag_json *json);
/* The next token starts a line. */
void netdiag_json_newline(struct netdiag_json *json);

/*
 * Values. Inside an object give each its key first. Strings are escaped; bytes that are not UTF-8
 * become U+FFFD. A string that does not fit in a line of its own is cut between two characters
 * and ends in U+2026.
 */
void netdiag_json_object(struct netdiag_json *json);
void netdiag_json_object_end(struct netdiag_json *json);
void netdiag_json_array(struct netdiag_json *json);
void netdiag_json_array_end(struct netdiag_json *json);
void netdiag_json_key(struct netdiag_json *json, const char *key);
void netdiag_json_string(struct netdiag_json *json, const char *string);
void netdiag_json_unsigned(struct netdiag_json *json, uint64_t number);
void netdiag_json_signed(struct netdiag_json *json, int64_t number);
/* number / 10^decimals, as netdiag_text_fixed() writes it. */
void netdiag_json_fixed(struct netdiag_json *json, uint64_t number, unsigned decimals);
void netdiag_json_bool(struct netdiag_json *json, bool value);
void netdiag_json_null(struct netdiag_json *json);

/* A key with its value, null where that is not known. */
void netdiag_json_member_unsigned(struct netdiag_json *json, const char *key, bool known,
                                  uint64_t number);
void netdiag_json_member_string(struct netdiag_json *json, const char *key, bool known,
                                const char *string);

#endif
