/*
 * The line editor, byte by byte: the line, the keys it tells of, and what stands on the screen. The
 * screen is a small terminal of this file's own, which knows what the editor may send.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/editor.h"
#include "cli/history.h"

/* ---- a terminal ---- */

#define ROWS    80
#define COLUMNS 512

struct screen {
    size_t width, row, column;
    bool waits; /* in the last column, for one more character */
    char cell[ROWS][COLUMNS];
};

static struct screen screen;
static char echoed[65536];

static void screen_start(size_t width)
{
    memset(&screen, 0, sizeof screen);
    memset(screen.cell, ' ', sizeof screen.cell);
    screen.width = width;
    echoed[0] = '\0';
}

static void next_row(void)
{
    screen.row++;
    screen.column = 0;
    screen.waits = false;
    assert_true(screen.row < ROWS);
}

/* Any character outside of ASCII is an X, as wide as it is. */
static void show(char c, unsigned columns)
{
    if (columns == 0)
        return;
    if (screen.waits || screen.column + columns > screen.width)
        next_row();
    for (unsigned i = 0; i < columns; i++)
        screen.cell[screen.row][screen.column++] = c;
    if (screen.column == screen.width) {
        screen.column--;
        screen.waits = true;
    }
}

/* ESC [ n A or C. Returns how many bytes it has. */
static size_t move(const char *bytes)
{
    char *end;
    size_t count = strtoul(bytes + 2, &end, 10);

    assert_true(*end == 'A' || *end == 'C');
    if (*end == 'A') {
        assert_true(screen.row >= count);
        screen.row -= count;
    } else {
        screen.column += count;
        assert_true(screen.column < screen.width);
    }
    screen.waits = false;
    return (size_t)(end + 1 - bytes);
}

static size_t show_one(const char *bytes, size_t size)
{
    uint32_t code;
    size_t length;

    switch (*bytes) {
    case '\a':
        return 1;
    case '\r':
        screen.column = 0;
        screen.waits = false;
        return 1;
    case '\b':
        assert_true(screen.column > 0);
        screen.column -= 1;
        screen.waits = false;
        return 1;
    case 0x1b:
        return move(bytes);
    default:
        length = netdiag_utf8_decode(bytes, size, &code);
        assert_true(length > 0);
        show(code < 0x80 ? *bytes : 'X', netdiag_utf8_width(code));
        return length;
    }
}

static void take_echo(void *ctx, const char *bytes, size_t size)
{
    (void)ctx;
    strncat(echoed, bytes, size);
    for (size_t i = 0; i < size;)
        i += show_one(bytes + i, size - i);
}

/* The screen shows `text` from its first cell on, the cursor `cursor` columns after it. */
static void assert_screen(const char *text, size_t cursor)
{
    size_t place = screen.row * screen.width + screen.column + screen.waits;

    for (size_t i = 0; i < screen.width * (ROWS - 1); i++) {
        char expected = i < strlen(text) ? text[i] : ' ';
        char shown = screen.cell[i / screen.width][i % screen.width];

        if (shown != expected)
            fail_msg("\"%c\" for \"%c\" at %zu of \"%s\"", shown, expected, i, text);
    }
    assert_int_equal(place, cursor);
}

/* ---- typing ---- */

static struct netdiag_editor editor;

static void start(size_t width, const char *prompt)
{
    screen_start(width);
    netdiag_editor_start(&editor, take_echo, NULL);
    netdiag_editor_resize(&editor, width);
    take_echo(NULL, prompt, strlen(prompt));
    netdiag_editor_reset(&editor, strlen(prompt));
    echoed[0] = '\0';
}

/* Types bytes and returns what the last one was. */
static enum netdiag_key type(const char *bytes)
{
    enum netdiag_key key = NETDIAG_KEY_NONE;

    for (; *bytes != '\0'; bytes++)
        key = netdiag_editor_take(&editor, *bytes);
    return key;
}

static void assert_line(const char *line)
{
    assert_int_equal(editor.size, strlen(line));
    assert_memory_equal(editor.line, line, editor.size);
}

static void assert_editor(const char *bytes, const char *line, const char *echo)
{
    start(500, "");
    type(bytes);
    assert_line(line);
    assert_string_equal(echoed, echo);
}

static void editor_characters_are_inserted_and_erased_whole(void **state)
{
    (void)state;
    assert_editor("abc", "abc", "abc");
    assert_editor("a\xc3\xa9\xe2\x82\xac", "a\xc3\xa9\xe2\x82\xac", "a\xc3\xa9\xe2\x82\xac");
    assert_editor("a\xe2\x82\xac\x7f", "a", "a\xe2\x82\xac\b \b");
    assert_editor("ab\b\b\b", "", "ab\b \b\b \b\a");
    assert_editor("a\xc3\xa9\x15x", "x", "a\xc3\xa9\b\b  \b\bx");
}

static void editor_wide_and_combining_characters_keep_the_columns(void **state)
{
    (void)state;
    assert_editor("\xe4\xba\xa4\x7f", "", "\xe4\xba\xa4\b\b  \b\b");
    assert_editor("e\xcc\x81\x7f", "", "e\xcc\x81\b \b"); /* one key takes both away */
    start(10, "> ");
    type("\xe4\xba\xa4\xe6\x8d\xa2\xe6\x9c\xba\x1b[D\x1b[Dx");
    assert_screen("> XXxXXXX", 5);
    start(5, "> "); /* the second one does not fit in the last column */
    type("\xe4\xba\xa4\xe6\x8d\xa2\x1b[H");
    assert_screen("> XX XX", 2);
    type("\x1b[3~");
    assert_screen("> XX", 2);
}

static void editor_bytes_not_utf8_are_swallowed(void **state)
{
    (void)state;
    assert_editor("a\xffz", "az", "az");
    assert_editor("a\xc3z", "az", "az");
    assert_editor("a\x80z", "az", "az");
    assert_editor("a\xed\xa0\x80z", "az", "az");
    assert_editor("a\xc2\x9bz", "az", "az"); /* C1: a CSI in one character */
    assert_editor("a\xe2\x82\bz", "z", "a\b \bz");
}

static void editor_unknown_sequences_are_swallowed(void **state)
{
    (void)state;
    assert_editor("a\x1bOPb", "ab", "ab");
    assert_editor("a\x1b[15~b", "ab", "ab");
    assert_editor("a\x1b[99999999999999999999~b", "ab", "ab");
    assert_editor("a\x1b[?25hb", "ab", "ab");
    assert_editor("a\x1bxb", "ab", "ab");
    assert_editor("a\x07\x0f\x1c\x1fz", "az", "az");
}

static void editor_cursor_keys_move_and_insert(void **state)
{
    static const char *const keys[] = {"bd\x1b[D\x1b[Dc\x1b[Ca\x1b[Fe",
                                       "bd\x1bOD\x1bODc\x1bOCa\x1bOFe",
                                       "bd\x02\x02"
                                       "c\x06"
                                       "a\x05"
                                       "e",
                                       "bd\x1b[H"
                                       "c\x1b[Ca\x1b[4~e",
                                       "bd\x01"
                                       "c\x1b[1;5C"
                                       "a\x1b[8~e",
                                       "bd\x1b[1~"
                                       "c\x1b[Ca\x1b[Fe"};

    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        start(80, "> ");
        type(keys[i]);
        assert_line("cbade");
        assert_screen("> cbade", 7);
    }
}

static void editor_kills_take_away_what_they_say(void **state)
{
    (void)state;
    start(80, "> ");
    type("show  vlan   id \x17");
    assert_line("show  vlan   ");
    type("\x17");
    assert_line("show  ");
    type("tcp\x1b[D\x1b[D\x0b");
    assert_line("show  t");
    assert_screen("> show  t", 9);
    type("\x01\x04");
    assert_line("how  t");
    type("\x1b[3~\x1b[C\x17");
    assert_line("w  t");
    assert_screen("> w  t", 2);
    type("\x15");
    assert_screen(">", 2);
}

static void editor_line_wider_than_the_terminal_is_shown_right(void **state)
{
    static const char line[] = "abcdefghijklmnopqrstuvwxyz";

    (void)state;
    start(8, "> ");
    type(line);
    assert_screen("> abcdefghijklmnopqrstuvwxyz", 28);
    type("\x01");
    assert_screen("> abcdefghijklmnopqrstuvwxyz", 2);
    type("0");
    assert_screen("> 0abcdefghijklmnopqrstuvwxyz", 3);
    for (size_t i = 0; i < 13; i++) {
        type("\x06"); /* over the ends of rows */
        assert_screen("> 0abcdefghijklmnopqrstuvwxyz", 4 + i);
    }
    type("\x7f\x7f\x7f");
    assert_screen("> 0abcdefghijnopqrstuvwxyz", 13);
    type("\x0b");
    assert_screen("> 0abcdefghij", 13);
    type("\x15");
    assert_screen("> ", 2);
}

static void editor_any_keys_leave_screen_and_line_the_same(void **state)
{
    static const char *const keys[] = {"a",        "b",    " ",      "\xc3\xa9", "\xe4\xba\xa4",
                                       "\xcc\x81", "\x7f", "\x1b[D", "\x1b[C",   "\x01",
                                       "\x05",     "\x17", "\x0b",   "\x1b[3~",  "xyz"};
    unsigned random = 1;

    (void)state;
    for (size_t width = 4; width < 24; width++) {
        start(width, "# ");
        for (size_t i = 0; i < 3000; i++) {
            random = random * 1103515245 + 12345;
            type(keys[random / 65536 % (sizeof keys / sizeof keys[0])]);
            if (editor.size > width * 10)
                type("\x15");
            if (screen.row + 12 > ROWS) { /* room again */
                static char line[CONFIG_NETDIAG_LINE_LENGTH];
                size_t size = editor.size;

                memcpy(line, editor.line, size);
                start(width, "# ");
                netdiag_editor_set(&editor, line, size);
            }
        }
        /* What a redraw on an empty screen shows is what stands there. */
        struct screen before = screen;
        size_t first = before.row - editor.at / width;

        screen_start(width);
        take_echo(NULL, "# ", 2);
        netdiag_editor_redraw(&editor);
        for (size_t row = 0; row < 12; row++)
            assert_memory_equal(screen.cell[row], before.cell[first + row], width);
        assert_int_equal(screen.row, before.row - first);
        assert_int_equal(screen.column, before.column);
    }
}

static void editor_keys_that_mean_something_are_told(void **state)
{
    (void)state;
    start(500, "");
    assert_int_equal(type("\x04"), NETDIAG_KEY_END);
    assert_int_equal(type("a\x04"), NETDIAG_KEY_NONE);
    assert_int_equal(type("\x03"), NETDIAG_KEY_INTERRUPT);
    assert_int_equal(type("\x1a"), NETDIAG_KEY_TOP);
    assert_int_equal(type("\t"), NETDIAG_KEY_COMPLETE);
    assert_int_equal(type("?"), NETDIAG_KEY_HELP);
    assert_int_equal(type("\x0c"), NETDIAG_KEY_REDRAW);
    assert_int_equal(type("\x1b[A"), NETDIAG_KEY_OLDER);
    assert_int_equal(type("\x10"), NETDIAG_KEY_OLDER);
    assert_int_equal(type("\x1bOB"), NETDIAG_KEY_NEWER);
    assert_int_equal(type("\x1b[\x03"), NETDIAG_KEY_INTERRUPT);
    assert_int_equal(type("\r"), NETDIAG_KEY_ENTER);
    assert_int_equal(type("\n"), NETDIAG_KEY_NONE); /* CR LF is one */
    assert_int_equal(type("\n"), NETDIAG_KEY_ENTER);
    assert_int_equal(type("\r"), NETDIAG_KEY_ENTER);
    assert_int_equal(netdiag_editor_take(&editor, '\0'), NETDIAG_KEY_NONE); /* CR NUL too */
    assert_int_equal(type("\r"), NETDIAG_KEY_ENTER);
    assert_int_equal(type("\r"), NETDIAG_KEY_ENTER);
    assert_int_equal(type("\x1b\r"), NETDIAG_KEY_ENTER);
    assert_line("a");
    type("\x16?");
    assert_line("a?"); /* ^V: no key */
}

static void editor_line_past_its_bound_only_grows(void **state)
{
    (void)state;
    start(COLUMNS, "");
    for (size_t i = 0; i < CONFIG_NETDIAG_LINE_LENGTH - 1; i++)
        netdiag_editor_take(&editor, 'x');
    assert_null(strchr(echoed, '\a'));
    type("\xc3\xa9"); /* two bytes where one is free */
    assert_non_null(strchr(echoed, '\a'));
    type("y");
    assert_int_equal(editor.size, CONFIG_NETDIAG_LINE_LENGTH - 1);
    assert_int_equal(editor.surplus, 2);
    type("\b\b");
    assert_int_equal(editor.surplus, 0);
    assert_int_equal(editor.size, CONFIG_NETDIAG_LINE_LENGTH - 1);
    type("yzz\x15");
    assert_int_equal(editor.surplus, 0);
    assert_int_equal(editor.size, 0);
}

static void editor_replace_draws_only_what_changes(void **state)
{
    (void)state;
    start(80, "");
    type("sh vlan");
    echoed[0] = '\0';
    netdiag_editor_replace(&editor, 3, "vlan ", 5);
    assert_string_equal(echoed, " ");
    netdiag_editor_replace(&editor, 3, "version ", 8);
    assert_line("sh version ");
    assert_screen("sh version", 11);
    netdiag_editor_set(&editor, "exit", 4);
    assert_screen("exit", 4);
}

/* ---- the history ---- */

static void history_keeps_lines_and_drops_the_oldest(void **state)
{
    static struct netdiag_history history;
    char line[512];

    (void)state;
    memset(&history, 0, sizeof history);
    assert_null(netdiag_history_back(&history, 1));
    netdiag_history_add(&history, "one", 3);
    netdiag_history_add(&history, "two", 3);
    netdiag_history_add(&history, "two", 3); /* the same again */
    netdiag_history_add(&history, "   ", 3);
    netdiag_history_add(&history, "", 0);
    assert_int_equal(netdiag_history_count(&history), 2);
    assert_string_equal(netdiag_history_back(&history, 1), "two");
    assert_string_equal(netdiag_history_back(&history, 2), "one");
    assert_null(netdiag_history_back(&history, 3));
    memset(line, 'x', sizeof line);
    for (size_t i = 0; i < 100; i++)
        netdiag_history_add(&history, line, sizeof line - i);
    assert_int_equal(strlen(netdiag_history_back(&history, 1)), sizeof line - 99);
    assert_true(netdiag_history_count(&history) < 20);
    for (size_t i = 1; i <= netdiag_history_count(&history); i++)
        assert_non_null(netdiag_history_back(&history, i));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(editor_characters_are_inserted_and_erased_whole),
        cmocka_unit_test(editor_wide_and_combining_characters_keep_the_columns),
        cmocka_unit_test(editor_bytes_not_utf8_are_swallowed),
        cmocka_unit_test(editor_unknown_sequences_are_swallowed),
        cmocka_unit_test(editor_cursor_keys_move_and_insert),
        cmocka_unit_test(editor_kills_take_away_what_they_say),
        cmocka_unit_test(editor_line_wider_than_the_terminal_is_shown_right),
        cmocka_unit_test(editor_any_keys_leave_screen_and_line_the_same),
        cmocka_unit_test(editor_keys_that_mean_something_are_told),
        cmocka_unit_test(editor_line_past_its_bound_only_grows),
        cmocka_unit_test(editor_replace_draws_only_what_changes),
        cmocka_unit_test(history_keeps_lines_and_drops_the_oldest),
    };

    return cmocka_run_group_tests_name("editor", tests, NULL, NULL);
}
