/*
 * The doors: how people and programs come to a shell. For the program that holds the device;
 * libcli's header is not needed.
 *
 * Both run until their input ends or `stop_fd` becomes readable (-1: it never does), and return
 * an exit status: 0; 1 a command was refused or failed; 2 no such command, or wrong words; 3 the
 * device is gone. The first failure counts. They close no descriptor. A write to a reader that
 * has gone raises SIGPIPE: the program ignores that signal.
 */
#ifndef NETDIAG_CLI_ACCESS_H
#define NETDIAG_CLI_ACCESS_H

#include "netdiag/netdiag.h"

/*
 * Runs the lines of `in_fd`, ended by LF, CR LF or CR, at privilege 15. What commands print goes
 * to `out_fd` and nothing else does: no prompt, no echo; why a line failed goes to `err_fd`. When
 * nobody reads `out_fd` any more it ends quietly.
 */
int netdiag_pipe_run(struct netdiag *diag, int in_fd, int out_fd, int err_fd, int stop_fd);

/*
 * A shell for a person, at privilege 1, on a terminal, which is in raw mode meanwhile and as it
 * was afterwards. Returns 0 when the person left.
 */
int netdiag_console_run(struct netdiag *diag, int tty_fd, int stop_fd);

#endif
