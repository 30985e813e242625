/*
 * The line that is being typed: bytes from a terminal in, a line out.
 *
 * The terminal is drawn with as little as it takes: characters, backspaces and blanks, so that a
 * program that reads along understands it. Only a line that is longer than the terminal is wide
 * needs more, the cursor's way up (ECMA-48 CUU and CUF).
 */
#ifndef NETDIAG_CLI_EDITOR_H
#define NETDIAG_CLI_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/utf8.h"
#include "netdiag/config.h"

/*
 * Enter is CR, LF, CR LF or CR NUL, and each of them is one Enter. Zeroed at the start; any door
 * that reads lines gives it each byte.
 */
struct netdiag_enter {
    bool after_cr;
};

enum netdiag_enter_byte {
    NETDIAG_ENTER_NONE,    /* an ordinary byte */
    NETDIAG_ENTER_PRESSED, /* the line ends here */
    NETDIAG_ENTER_REST,    /* the second byte of an Enter: nothing more to do */
};

enum netdiag_enter_byte netdiag_enter_take(struct netdiag_enter *enter, char byte);

/* What a byte was. The editor has done its part of it; the rest is the caller's. */
enum netdiag_key {
    NETDIAG_KEY_NONE,      /* the byte was taken, or swallowed */
    NETDIAG_KEY_ENTER,     /* the line is to be run; the cursor stands at its end */
    NETDIAG_KEY_INTERRUPT, /* ^C: the line is to be dropped; the same */
    NETDIAG_KEY_TOP,       /* ^Z: the same, and back to the top mode */
    NETDIAG_KEY_END,       /* ^D on an empty line: the session is to end */
    NETDIAG_KEY_OLDER,     /* up */
    NETDIAG_KEY_NEWER,     /* down */
    NETDIAG_KEY_COMPLETE,  /* TAB */
    NETDIAG_KEY_HELP,      /* '?' */
    NETDIAG_KEY_REDRAW,    /* ^L: the screen is to be cleared, and the line drawn again */
};

/* Takes what is to be seen on the terminal. */
typedef void netdiag_editor_echo(void *ctx, const char *bytes, size_t size);

enum netdiag_escape {
    NETDIAG_ESCAPE_NONE,
    NETDIAG_ESCAPE_BEGUN,    /* after ESC */
    NETDIAG_ESCAPE_SEQUENCE, /* in ESC [ ... up to its final byte */
    NETDIAG_ESCAPE_SINGLE,   /* after ESC O: one byte more */
};

/*
 * The caller's. `line`, `size`, `surplus` and `cursor` may be read; `line` does not end in NUL.
 * Places on the screen are counted in columns, from the first one of the prompt's row on.
 */
struct netdiag_editor {
    netdiag_editor_echo *echo;
    void *ctx;
    struct netdiag_enter enter;
    enum netdiag_escape escape;
    unsigned parameter;                 /* the first number of an escape sequence */
    bool literal;                       /* after ^V: the next byte is no key */
    char pending[NETDIAG_UTF8_LONGEST]; /* the bytes of a character that is not complete yet */
    size_t pending_size;
    size_t width;   /* of the terminal; 0: endless */
    size_t origin;  /* the columns of the prompt */
    size_t at;      /* where the terminal's cursor stands */
    size_t drawn;   /* where the line ends on the screen */
    size_t size;    /* bytes of the line */
    size_t surplus; /* characters that did not fit; with any the line is not to be run */
    size_t cursor;  /* the byte before which the next character goes */
    char line[CONFIG_NETDIAG_LINE_LENGTH];
};

void netdiag_editor_start(struct netdiag_editor *editor, netdiag_editor_echo *echo, void *ctx);

/* Begins an empty line behind a prompt of so many columns. Echoes nothing. */
void netdiag_editor_reset(struct netdiag_editor *editor, size_t prompt_columns);

/* The terminal has that many columns now; 0: no end. Echoes nothing. */
void netdiag_editor_resize(struct netdiag_editor *editor, size_t columns);

/* Draws the line again, behind a prompt that was just written. */
void netdiag_editor_redraw(struct netdiag_editor *editor);

/* Moves the cursor to the end, so that what is written next stands below the line. */
void netdiag_editor_leave(struct netdiag_editor *editor);

/*
 * Puts a text in place of the bytes from `begin` up to the cursor, and the cursor after it. Rings
 * and does nothing when it does not fit. The text is UTF-8 without control characters.
 */
void netdiag_editor_replace(struct netdiag_editor *editor, size_t begin, const char *text,
                            size_t size);

/* Puts a text in place of the whole line. */
void netdiag_editor_set(struct netdiag_editor *editor, const char *text, size_t size);

/*
 * Takes one byte from the terminal, and echoes. What is not UTF-8, unknown escape sequences and
 * control characters without a meaning are swallowed. Past CONFIG_NETDIAG_LINE_LENGTH bytes the
 * bell rings and only `surplus` grows, so that the line is refused and not cut.
 */
enum netdiag_key netdiag_editor_take(struct netdiag_editor *editor, char byte);

#endif
