/*
 * The line editor: what is drawn, and what the keys do.
 */
#include "cli/editor.h"

#include <string.h>

#include "stats/text.h"

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

/* ---- characters of the line ---- */

static bool continues(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Whether a byte of the line is in the middle of a character. */
static bool is_inside(const struct netdiag_editor *editor, size_t byte)
{
    return byte < editor->size && continues(editor->line[byte]);
}

static unsigned width_at(const struct netdiag_editor *editor, size_t begin)
{
    uint32_t code;

    if (netdiag_utf8_decode(editor->line + begin, editor->size - begin, &code) == 0)
        return 1;
    return netdiag_utf8_width(code);
}

/* The byte where the character before `end` begins, what combines with it included. */
static size_t before(const struct netdiag_editor *editor, size_t end)
{
    while (end > 0) {
        do
            end--;
        while (end > 0 && is_inside(editor, end));
        if (width_at(editor, end) > 0)
            break;
    }
    return end;
}

static size_t next_character(const struct netdiag_editor *editor, size_t begin)
{
    do
        begin++;
    while (is_inside(editor, begin));
    return begin;
}

/* The byte after the character that begins at `begin`, what combines with it included. */
static size_t after(const struct netdiag_editor *editor, size_t begin)
{
    if (begin == editor->size)
        return begin;
    begin = next_character(editor, begin);
    while (begin < editor->size && width_at(editor, begin) == 0)
        begin = next_character(editor, begin);
    return begin;
}

/* ---- drawing ---- */

static void echo(struct netdiag_editor *editor, const char *bytes)
{
    editor->echo(editor->ctx, bytes, strlen(bytes));
}

static void echo_times(struct netdiag_editor *editor, char byte, size_t count)
{
    char bytes[64];

    memset(bytes, byte, sizeof bytes);
    while (count > 0) {
        size_t part = count < sizeof bytes ? count : sizeof bytes;

        editor->echo(editor->ctx, bytes, part);
        count -= part;
    }
}

/* The place after a character at `place`: a wide one does not stand in the last column. */
static size_t advance(const struct netdiag_editor *editor, size_t place, unsigned columns)
{
    if (columns == 2 && editor->width > 1 && place % editor->width == editor->width - 1)
        place++;
    return place + columns;
}

static size_t place_after(const struct netdiag_editor *editor, size_t place, size_t begin,
                          size_t end)
{
    for (; begin < end; begin = next_character(editor, begin))
        place = advance(editor, place, width_at(editor, begin));
    return place;
}

static size_t place_of(const struct netdiag_editor *editor, size_t byte)
{
    return place_after(editor, editor->origin, 0, byte);
}

/* A terminal that has filled a row waits in its last column; a blank takes it to the next row. */
static void settle(struct netdiag_editor *editor)
{
    if (editor->width > 0 && editor->at > 0 && editor->at % editor->width == 0)
        echo(editor, " \r");
}

/* Draws the bytes from `begin`, before which the terminal's cursor stands, to `end`. */
static void draw(struct netdiag_editor *editor, size_t begin, size_t end)
{
    if (begin == end)
        return;
    editor->echo(editor->ctx, editor->line + begin, end - begin);
    editor->at = place_after(editor, editor->at, begin, end);
    settle(editor);
}

/* ESC [ count letter */
static void echo_motion(struct netdiag_editor *editor, size_t count, char letter)
{
    char bytes[32];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_string(&text, "\x1b[");
    netdiag_text_number(&text, count);
    netdiag_text_char(&text, letter);
    echo(editor, bytes);
}

/* Moves the terminal's cursor to a place before where it is. */
static void go_back(struct netdiag_editor *editor, size_t place)
{
    size_t width = editor->width;

    if (width == 0 || editor->at / width == place / width) {
        echo_times(editor, '\b', editor->at - place);
    } else {
        echo_motion(editor, editor->at / width - place / width, 'A');
        echo(editor, "\r");
        if (place % width > 0)
            echo_motion(editor, place % width, 'C');
    }
    editor->at = place;
}

/* Draws the line from the cursor on, and takes away what stood there of a longer one. */
static void draw_rest(struct netdiag_editor *editor)
{
    size_t place = editor->at;
    size_t end;

    draw(editor, editor->cursor, editor->size);
    end = editor->at;
    if (editor->drawn > end) {
        echo_times(editor, ' ', editor->drawn - end);
        editor->at = editor->drawn;
        settle(editor);
    }
    editor->drawn = end;
    go_back(editor, place);
}

static void move_to(struct netdiag_editor *editor, size_t byte)
{
    bool forward = byte > editor->cursor;

    if (forward)
        draw(editor, editor->cursor, byte);
    else if (byte < editor->cursor)
        go_back(editor, place_of(editor, byte));
    editor->cursor = byte;
    if (forward && editor->width > 0 && editor->at % editor->width == 0)
        draw_rest(editor); /* settle() has put a blank on it */
}

/* ---- changing the line ---- */

static void insert(struct netdiag_editor *editor, const char *bytes, size_t size)
{
    size_t cursor = editor->cursor;

    if (editor->surplus > 0 || editor->size + size > sizeof editor->line) {
        editor->surplus++;
        echo(editor, "\a");
        return;
    }
    memmove(editor->line + cursor + size, editor->line + cursor, editor->size - cursor);
    memcpy(editor->line + cursor, bytes, size);
    editor->size += size;
    draw(editor, cursor, cursor + size);
    editor->cursor = cursor + size;
    if (editor->cursor == editor->size)
        editor->drawn = editor->at;
    else
        draw_rest(editor);
}

/* Takes the bytes from `begin` to `end` away; the cursor is at one of the two. */
static void take_away(struct netdiag_editor *editor, size_t begin, size_t end)
{
    if (begin == end && editor->surplus == 0) {
        echo(editor, "\a");
        return;
    }
    editor->surplus = 0;
    move_to(editor, begin);
    memmove(editor->line + begin, editor->line + end, editor->size - end);
    editor->size -= end - begin;
    draw_rest(editor);
}

static void erase(struct netdiag_editor *editor)
{
    if (editor->surplus > 0)
        editor->surplus--; /* of what was never seen */
    else
        take_away(editor, before(editor, editor->cursor), editor->cursor);
}

static void erase_word(struct netdiag_editor *editor)
{
    size_t begin = editor->cursor;

    while (begin > 0 && editor->line[begin - 1] == ' ')
        begin--;
    while (begin > 0 && editor->line[begin - 1] != ' ')
        begin--;
    take_away(editor, begin, editor->cursor);
}

static void erase_all(struct netdiag_editor *editor)
{
    move_to(editor, editor->size);
    take_away(editor, 0, editor->size);
}

/* ---- for the caller ---- */

void netdiag_editor_start(struct netdiag_editor *editor, netdiag_editor_echo *echo_to, void *ctx)
{
    memset(editor, 0, sizeof *editor);
    editor->echo = echo_to;
    editor->ctx = ctx;
}

void netdiag_editor_reset(struct netdiag_editor *editor, size_t prompt_columns)
{
    editor->origin = editor->at = editor->drawn = prompt_columns;
    editor->size = 0;
    editor->surplus = 0;
    editor->cursor = 0;
    editor->pending_size = 0;
    editor->escape = NETDIAG_ESCAPE_NONE;
    editor->literal = false;
}

void netdiag_editor_resize(struct netdiag_editor *editor, size_t columns)
{
    if (editor->width == columns)
        return;
    editor->width = columns;
    editor->at = place_of(editor, editor->cursor);
    editor->drawn = place_of(editor, editor->size);
}

void netdiag_editor_redraw(struct netdiag_editor *editor)
{
    editor->at = editor->origin;
    settle(editor);
    draw(editor, 0, editor->size);
    editor->drawn = editor->at;
    if (editor->cursor < editor->size)
        go_back(editor, place_of(editor, editor->cursor));
}

void netdiag_editor_leave(struct netdiag_editor *editor)
{
    draw(editor, editor->cursor, editor->size);
    editor->cursor = editor->size;
}

void netdiag_editor_replace(struct netdiag_editor *editor, size_t begin, const char *text,
                            size_t size)
{
    while (size > 0 && begin < editor->cursor && editor->line[begin] == *text) {
        begin++; /* that much stands there already */
        text++;
        size--;
    }
    while (begin > 0 && is_inside(editor, begin)) {
        begin--;
        text--;
        size++;
    }
    if (editor->size - (editor->cursor - begin) + size > sizeof editor->line) {
        echo(editor, "\a");
        return;
    }
    if (begin < editor->cursor)
        take_away(editor, begin, editor->cursor);
    if (size > 0)
        insert(editor, text, size);
}

void netdiag_editor_set(struct netdiag_editor *editor, const char *text, size_t size)
{
    if (editor->size > 0 || editor->surplus > 0)
        erase_all(editor);
    if (size > 0)
        insert(editor, text, size);
}

/* ---- keys ---- */

/* Gathers the bytes of a character, and inserts it when it is complete. */
static void take_character(struct netdiag_editor *editor, char byte)
{
    size_t length;
    uint32_t code;

    if (editor->pending_size > 0 && !continues(byte))
        editor->pending_size = 0; /* the one before it never came to its end */
    editor->pending[editor->pending_size++] = byte;
    length = netdiag_utf8_length(editor->pending[0]);
    if (editor->pending_size < length)
        return;
    if (netdiag_utf8_decode(editor->pending, editor->pending_size, &code) > 0 &&
        !netdiag_utf8_is_control(code))
        insert(editor, editor->pending, editor->pending_size);
    editor->pending_size = 0;
}

/* What an escape sequence with this final byte means. */
static enum netdiag_key take_final(struct netdiag_editor *editor, char byte)
{
    if (byte == '~') {
        static const char finals[] = {'?', 'H', '?', 'd', 'F', '?', '?', 'H', 'F'};

        byte = editor->parameter < sizeof finals ? finals[editor->parameter] : '?';
    }
    switch (byte) {
    case 'A':
        return NETDIAG_KEY_OLDER;
    case 'B':
        return NETDIAG_KEY_NEWER;
    case 'C':
        move_to(editor, after(editor, editor->cursor));
        break;
    case 'D':
        move_to(editor, before(editor, editor->cursor));
        break;
    case 'H':
        move_to(editor, 0);
        break;
    case 'F':
        move_to(editor, editor->size);
        break;
    case 'd': /* ESC [ 3 ~ */
        take_away(editor, editor->cursor, after(editor, editor->cursor));
        break;
    default:
        break;
    }
    return NETDIAG_KEY_NONE;
}

/* A byte of an escape sequence. */
static enum netdiag_key take_escape(struct netdiag_editor *editor, char byte)
{
    enum netdiag_escape escape = editor->escape;

    editor->escape = NETDIAG_ESCAPE_NONE;
    if (escape == NETDIAG_ESCAPE_BEGUN) {
        editor->parameter = 0;
        if (byte == 'O')
            editor->escape = NETDIAG_ESCAPE_SINGLE;
        else if (byte == '[')
            editor->escape = NETDIAG_ESCAPE_SEQUENCE;
        return NETDIAG_KEY_NONE;
    }
    if (escape == NETDIAG_ESCAPE_SEQUENCE && ((unsigned char)byte < 0x40 || byte == DELETE)) {
        editor->escape = escape; /* up to a final byte */
        if (byte >= '0' && byte <= '9' && editor->parameter < 100)
            editor->parameter = editor->parameter * 10 + (unsigned)(byte - '0');
        else
            editor->parameter += 100; /* only the first number counts */
        return NETDIAG_KEY_NONE;
    }
    return (unsigned char)byte < 0x80 ? take_final(editor, byte) : NETDIAG_KEY_NONE;
}

static enum netdiag_key leave(struct netdiag_editor *editor, enum netdiag_key key)
{
    netdiag_editor_leave(editor);
    return key;
}

/* The control characters that change the line or move in it. */
static void take_editing(struct netdiag_editor *editor, char byte)
{
    switch (byte) {
    case CONTROL('A'):
        move_to(editor, 0);
        break;
    case CONTROL('B'):
        move_to(editor, before(editor, editor->cursor));
        break;
    case CONTROL('E'):
        move_to(editor, editor->size);
        break;
    case CONTROL('F'):
        move_to(editor, after(editor, editor->cursor));
        break;
    case CONTROL('H'):
    case DELETE:
        erase(editor);
        break;
    case CONTROL('K'):
        take_away(editor, editor->cursor, editor->size);
        break;
    case CONTROL('U'):
        erase_all(editor);
        break;
    case CONTROL('V'):
        editor->literal = true;
        break;
    case CONTROL('W'):
        erase_word(editor);
        break;
    default:
        break;
    }
}

static enum netdiag_key take_control(struct netdiag_editor *editor, char byte)
{
    editor->pending_size = 0;
    switch (byte) {
    case CONTROL('C'):
        return leave(editor, NETDIAG_KEY_INTERRUPT);
    case CONTROL('D'):
        if (editor->size == 0 && editor->surplus == 0)
            return NETDIAG_KEY_END;
        take_away(editor, editor->cursor, after(editor, editor->cursor));
        return NETDIAG_KEY_NONE;
    case CONTROL('I'):
        return NETDIAG_KEY_COMPLETE;
    case CONTROL('L'):
        return NETDIAG_KEY_REDRAW;
    case CONTROL('N'):
        return NETDIAG_KEY_NEWER;
    case CONTROL('P'):
        return NETDIAG_KEY_OLDER;
    case CONTROL('Z'):
        return leave(editor, NETDIAG_KEY_TOP);
    case ESCAPE:
        editor->escape = NETDIAG_ESCAPE_BEGUN;
        return NETDIAG_KEY_NONE;
    default:
        take_editing(editor, byte);
        return NETDIAG_KEY_NONE;
    }
}

enum netdiag_key netdiag_editor_take(struct netdiag_editor *editor, char byte)
{
    enum netdiag_enter_byte enter = netdiag_enter_take(&editor->enter, byte);
    bool is_control = (unsigned char)byte < 0x20;
    bool literal = editor->literal;

    editor->literal = false;
    if (enter == NETDIAG_ENTER_REST)
        return NETDIAG_KEY_NONE;
    if (is_control)
        editor->escape = NETDIAG_ESCAPE_NONE; /* it ends a sequence, and counts */
    if (enter == NETDIAG_ENTER_PRESSED) {
        editor->pending_size = 0;
        return leave(editor, NETDIAG_KEY_ENTER);
    }
    if (editor->escape != NETDIAG_ESCAPE_NONE)
        return take_escape(editor, byte);
    if (is_control || byte == DELETE)
        return take_control(editor, byte);
    if (byte == '?' && !literal) {
        editor->pending_size = 0;
        return NETDIAG_KEY_HELP;
    }
    take_character(editor, byte);
    return NETDIAG_KEY_NONE;
}
