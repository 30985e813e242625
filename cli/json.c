/*
 * The JSON writer. Written by hand because it must stream and must not allocate; no library of
 * Debian's does both.
 *
 * A token is never split. A comma belongs to the value before it, so that a line ends in a comma
 * and does not begin with one.
 */
#include "cli/json.h"

#include <string.h>

#include "cli/utf8.h"
#include "stats/text.h"

#define ESCAPE_LONGEST 6 /* \u001f */
#define ELLIPSIS       "\xe2\x80\xa6"
#define REPLACEMENT    "\xef\xbf\xbd"

static void flush(struct netdiag_json *json)
{
    if (json->length == 0)
        return;
    json->line[json->length] = '\0';
    json->emit(json->ctx, json->line);
    json->length = 0;
}

/* Appends without a look at the room: the caller made it. */
static void append(struct netdiag_json *json, const char *bytes, size_t size)
{
    memcpy(json->line + json->length, bytes, size);
    json->length += size;
}

/* Room for `size` bytes and the comma that may follow them. */
static void make_room(struct netdiag_json *json, size_t size)
{
    if (json->length + size + 1 > CONFIG_NETDIAG_OUTPUT_LINE)
        flush(json);
}

static void separate(struct netdiag_json *json)
{
    if (json->comma)
        append(json, ",", 1); /* make_room() kept a byte for it */
    json->comma = false;
}

static void put_token(struct netdiag_json *json, const char *token)
{
    size_t size = strlen(token);

    separate(json);
    make_room(json, size);
    append(json, token, size);
}

void netdiag_json_start(struct netdiag_json *json, netdiag_json_line *emit, void *ctx)
{
    json->emit = emit;
    json->ctx = ctx;
    json->length = 0;
    json->comma = false;
}

void netdiag_json_end(struct netdiag_json *json)
{
    flush(json);
}

void netdiag_json_newline(struct netdiag_json *json)
{
    separate(json);
    flush(json);
}

static void open_with(struct netdiag_json *json, const char *bracket)
{
    put_token(json, bracket);
}

static void close_with(struct netdiag_json *json, const char *bracket)
{
    make_room(json, 1);
    append(json, bracket, 1);
    json->comma = true;
}

void netdiag_json_object(struct netdiag_json *json)
{
    open_with(json, "{");
}

void netdiag_json_object_end(struct netdiag_json *json)
{
    close_with(json, "}");
}

void netdiag_json_array(struct netdiag_json *json)
{
    open_with(json, "[");
}

void netdiag_json_array_end(struct netdiag_json *json)
{
    close_with(json, "]");
}

/* The escape of one character, or its own bytes. Returns how many of `bytes` it used. */
static size_t escape_one(const char *bytes, size_t size, struct netdiag_text *out)
{
    uint32_t code;
    size_t length = netdiag_utf8_decode(bytes, size, &code);

    if (length == 0) {
        netdiag_text_string(out, REPLACEMENT);
        return 1;
    }
    if (code == '"' || code == '\\')
        netdiag_text_char(out, '\\');
    if (netdiag_utf8_is_control(code)) {
        netdiag_text_string(out, "\\u");
        netdiag_text_hex(out, code, 4);
        return length;
    }
    for (size_t i = 0; i < length; i++)
        netdiag_text_char(out, bytes[i]);
    return length;
}

/* How many bytes the string takes between its quotes. */
static size_t escaped_size(const char *string, size_t size)
{
    size_t total = 0;

    for (size_t i = 0; i < size;) {
        char bytes[ESCAPE_LONGEST + 1];
        struct netdiag_text one;

        netdiag_text_start(&one, bytes, sizeof bytes);
        i += escape_one(string + i, size - i, &one);
        total += one.length;
    }
    return total;
}

static void put_string(struct netdiag_json *json, const char *string)
{
    /* A line of its own, less two quotes, a colon or comma, and the mark of a cut. */
    const size_t room = CONFIG_NETDIAG_OUTPUT_LINE - 3 - strlen(ELLIPSIS);
    size_t size = strlen(string);
    size_t total = escaped_size(string, size);
    size_t used = 0;

    make_room(json, (total < room ? total : room) + strlen(ELLIPSIS) + 2);
    append(json, "\"", 1);
    for (size_t i = 0; i < size;) {
        char bytes[ESCAPE_LONGEST + 1];
        struct netdiag_text one;

        netdiag_text_start(&one, bytes, sizeof bytes);
        i += escape_one(string + i, size - i, &one);
        if (used + one.length > room) {
            append(json, ELLIPSIS, strlen(ELLIPSIS));
            break;
        }
        append(json, one.bytes, one.length);
        used += one.length;
    }
    append(json, "\"", 1);
}

void netdiag_json_key(struct netdiag_json *json, const char *key)
{
    separate(json);
    put_string(json, key);
    append(json, ":", 1);
}

void netdiag_json_string(struct netdiag_json *json, const char *string)
{
    separate(json);
    put_string(json, string);
    json->comma = true;
}

static void put_value(struct netdiag_json *json, const char *token)
{
    put_token(json, token);
    json->comma = true;
}

void netdiag_json_unsigned(struct netdiag_json *json, uint64_t number)
{
    char bytes[24];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_number(&text, number);
    put_value(json, bytes);
}

void netdiag_json_signed(struct netdiag_json *json, int64_t number)
{
    char bytes[24];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    if (number < 0)
        netdiag_text_char(&text, '-');
    /* Negated as unsigned: -INT64_MIN does not exist. */
    netdiag_text_number(&text, number < 0 ? -(uint64_t)number : (uint64_t)number);
    put_value(json, bytes);
}

void netdiag_json_fixed(struct netdiag_json *json, uint64_t number, unsigned decimals)
{
    char bytes[24];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_fixed(&text, number, decimals);
    put_value(json, bytes);
}

void netdiag_json_bool(struct netdiag_json *json, bool value)
{
    put_value(json, value ? "true" : "false");
}

void netdiag_json_null(struct netdiag_json *json)
{
    put_value(json, "null");
}

void netdiag_json_member_unsigned(struct netdiag_json *json, const char *key, bool known,
                                  uint64_t number)
{
    netdiag_json_key(json, key);
    if (known)
        netdiag_json_unsigned(json, number);
    else
        netdiag_json_null(json);
}

void netdiag_json_member_string(struct netdiag_json *json, const char *key, bool known,
                                const char *string)
{
    netdiag_json_key(json, key);
    if (known)
        netdiag_json_string(json, string);
    else
        netdiag_json_null(json);
}
