/*
 * A console on a real pseudo terminal, and the fake platform behind it.
 */
#ifndef NETDIAG_TESTS_PTY_CONSOLE_H
#define NETDIAG_TESTS_PTY_CONSOLE_H

#include <pthread.h>
#include <stddef.h>
#include <termios.h>

struct pty_console {
    int master, slave;
    int stop[2];
    int status;
    struct termios before;
    pthread_t thread;
    char seen[262144]; /* since the last pty_console_expect() */
    size_t size;
};

/*
 * Setups of cmocka's, with the console as the state: the fake platform as it is at first, and a
 * console at its prompt, or one that pty_console_start() is to start, after the test has changed
 * the fake platform.
 */
int pty_console_setup(void **state);
int pty_console_setup_later(void **state);
void pty_console_start(struct pty_console *console);

/* At its prompt: what follows is in English, whatever the build's default is. */
void pty_console_speak_english(struct pty_console *console);

void pty_console_resize(struct pty_console *console, unsigned short columns, unsigned short rows);

void pty_console_type(struct pty_console *console, const char *bytes, size_t size);
#define KEYS(console, bytes) pty_console_type(console, bytes, sizeof(bytes) - 1)

/* Reads what the console prints until it ends in `end`. */
void pty_console_expect(struct pty_console *console, const char *end);

/* Waits for its end, and checks that the terminal is as it was. */
void pty_console_ended(struct pty_console *console, int status);

#endif
