/*
 * The line that is being typed: bytes from a terminal in, a line out.
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

enum netdiag_key {
    NETDIAG_KEY_NONE,      /* the byte was taken, or swallowed */
    NETDIAG_KEY_ENTER,     /* the line is to be run */
    NETDIAG_KEY_INTERRUPT, /* ^C: the line is to be dropped */
    NETDIAG_KEY_END,       /* ^D on an empty line: the session is to end */
};

/* Takes what is to be seen on the terminal. */
typedef void netdiag_editor_echo(void *ctx, const char *bytes, size_t size);

enum netdiag_escape {
    NETDIAG_ESCAPE_NONE,
    NETDIAG_ESCAPE_BEGUN,    /* after ESC */
    NETDIAG_ESCAPE_SEQUENCE, /* in ESC [ ... up to its final byte */
    NETDIAG_ESCAPE_SINGLE,   /* after ESC O: one byte more */
};

/* The caller's. `line` and `size` may be read; `line` does not end in NUL. */
struct netdiag_editor {
    netdiag_editor_echo *echo;
    void *ctx;
    struct netdiag_enter enter;
    enum netdiag_escape escape;
    char pending[NETDIAG_UTF8_LONGEST]; /* the bytes of a character that is not complete yet */
    size_t pending_size;
    size_t size; /* bytes of the line, those that did not fit included */
    char line[CONFIG_NETDIAG_LINE_LENGTH];
};

void netdiag_editor_start(struct netdiag_editor *editor, netdiag_editor_echo *echo, void *ctx);

/* Empties the line. Echoes nothing. */
void netdiag_editor_reset(struct netdiag_editor *editor);

/*
 * Takes one byte from the terminal, and echoes. Characters go to the end of the line; Backspace
 * and ^U take them away; escape sequences, other control characters and what is not UTF-8 are
 * swallowed. Past CONFIG_NETDIAG_LINE_LENGTH bytes the bell rings and the line only grows in
 * `size`, so that it is refused and not cut. Enter echoes nothing.
 */
enum netdiag_key netdiag_editor_take(struct netdiag_editor *editor, char byte);

#endif
