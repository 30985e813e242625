/*
 * A terminal's mode: saved, made raw, restored.
 *
 * Another process that has the terminal open can restore it too, from a mode that it saved before
 * this one changed it.
 */
#ifndef NETDIAG_CLI_ACCESS_TTY_H
#define NETDIAG_CLI_ACCESS_TTY_H

#include <stdbool.h>
#include <termios.h>

struct netdiag_tty {
    bool saved;
    struct termios mode;
};

/* Saves the mode of `fd`. Returns false, and nothing is saved, when it is no terminal. */
bool netdiag_tty_save(int fd, struct netdiag_tty *tty);

/* Bytes come as they are typed, without echo, and no key raises a signal. False: it failed. */
bool netdiag_tty_raw(int fd, const struct netdiag_tty *tty);

/* Puts the saved mode back, where one was saved, and the terminal was not hung up. False: it
 * failed. Safe in a signal handler. */
bool netdiag_tty_restore(int fd, const struct netdiag_tty *tty);

/* How many characters fit on its screen; 0: not known. */
void netdiag_tty_size(int fd, unsigned *columns, unsigned *rows);

#endif
