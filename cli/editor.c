/*
 * The line editor.
 */
#include "cli/editor.h"

#include <string.h>

#define CONTROL(letter) ((letter) - '@')
#define ESCAPE          0x1b
#define DELETE          0x7f

enum netdiag_enter_byte netdiag_enter_take(struct netdiag_enter *enter, char byte)
{
    bool after_cr = enter->after_cr;

    enter->after_cr = byte == '\r';
    if (after_cr && (byte == '\n' || byte == '\0'))
        return NETDIAG_ENTER_REST;
    return byte == '\r' || byte == '\n' ? NETDIAG_ENTER_PRESSED : NETDIAG_ENTER_NONE;
}

void netdiag_editor_start(struct netdiag_editor *editor, netdiag_editor_echo *echo, void *ctx)
{
    memset(editor, 0, sizeof *editor);
    editor->echo = echo;
    editor->ctx = ctx;
}

void netdiag_editor_reset(struct netdiag_editor *editor)
{
    editor->size = 0;
    editor->pending_size = 0;
    editor->escape = NETDIAG_ESCAPE_NONE;
}

static void echo(struct netdiag_editor *editor, const char *bytes)
{
    editor->echo(editor->ctx, bytes, strlen(bytes));
}

static void insert(struct netdiag_editor *editor, const char *bytes, size_t size)
{
    if (editor->size + size > CONFIG_NETDIAG_LINE_LENGTH) {
        /* The rest of the line may not fill the gap that a long character leaves at the end. */
        if (editor->size < CONFIG_NETDIAG_LINE_LENGTH)
            memset(editor->line + editor->size, ' ', CONFIG_NETDIAG_LINE_LENGTH - editor->size);
        editor->size += size;
        echo(editor, "\a");
        return;
    }
    memcpy(editor->line + editor->size, bytes, size);
    editor->size += size;
    editor->echo(editor->ctx, bytes, size);
}

static void erase_last(struct netdiag_editor *editor)
{
    if (editor->size > CONFIG_NETDIAG_LINE_LENGTH) {
        editor->size--; /* of what was never seen */
        return;
    }
    if (editor->size == 0) {
        echo(editor, "\a");
        return;
    }
    do
        editor->size--;
    while (editor->size > 0 && ((unsigned char)editor->line[editor->size] & 0xc0) == 0x80);
    echo(editor, "\b \b");
}

/* Gathers the bytes of a character, and inserts it when it is complete. */
static void take_character(struct netdiag_editor *editor, char byte)
{
    size_t length;
    uint32_t code;

    if (editor->pending_size > 0 && ((unsigned char)byte & 0xc0) != 0x80)
        editor->pending_size = 0; /* the one before it never came to its end */
    editor->pending[editor->pending_size++] = byte;
    length = netdiag_utf8_length(editor->pending[0]);
    if (editor->pending_size < length)
        return;
    if (netdiag_utf8_decode(editor->pending, editor->pending_size, &code) > 0 &&
        !(code >= 0x80 && code < 0xa0)) /* C1 control characters */
        insert(editor, editor->pending, editor->pending_size);
    editor->pending_size = 0;
}

static enum netdiag_key take_control(struct netdiag_editor *editor, char byte)
{
    editor->pending_size = 0;
    switch (byte) {
    case CONTROL('C'):
        return NETDIAG_KEY_INTERRUPT;
    case CONTROL('D'):
        return editor->size == 0 ? NETDIAG_KEY_END : NETDIAG_KEY_NONE;
    case CONTROL('H'):
    case DELETE:
        erase_last(editor);
        return NETDIAG_KEY_NONE;
    case CONTROL('U'):
        while (editor->size > 0)
            erase_last(editor);
        return NETDIAG_KEY_NONE;
    case ESCAPE:
        editor->escape = NETDIAG_ESCAPE_BEGUN;
        return NETDIAG_KEY_NONE;
    default:
        return NETDIAG_KEY_NONE;
    }
}

/* Whether the byte belongs to an escape sequence. A control character ends one and counts. */
static bool take_escape(struct netdiag_editor *editor, char byte)
{
    enum netdiag_escape escape = editor->escape;

    editor->escape = NETDIAG_ESCAPE_NONE;
    if (escape == NETDIAG_ESCAPE_NONE || (unsigned char)byte < 0x20)
        return false;
    if (escape == NETDIAG_ESCAPE_BEGUN && byte == 'O')
        editor->escape = NETDIAG_ESCAPE_SINGLE;
    else if ((escape == NETDIAG_ESCAPE_BEGUN && byte == '[') ||
             (escape == NETDIAG_ESCAPE_SEQUENCE && (byte < 0x40 || byte == DELETE)))
        editor->escape = NETDIAG_ESCAPE_SEQUENCE; /* up to a final byte, past its parameters */
    return true;
}

enum netdiag_key netdiag_editor_take(struct netdiag_editor *editor, char byte)
{
    enum netdiag_enter_byte enter = netdiag_enter_take(&editor->enter, byte);

    if (enter == NETDIAG_ENTER_REST)
        return NETDIAG_KEY_NONE;
    if (enter == NETDIAG_ENTER_PRESSED) {
        editor->pending_size = 0;
        editor->escape = NETDIAG_ESCAPE_NONE;
        return NETDIAG_KEY_ENTER;
    }
    if (take_escape(editor, byte))
        return NETDIAG_KEY_NONE;
    if ((unsigned char)byte < 0x20 || byte == DELETE)
        return take_control(editor, byte);
    take_character(editor, byte);
    return NETDIAG_KEY_NONE;
}
