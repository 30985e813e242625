/*
 * The shell as a person has it: prompt, keys, completion, help, history.
 */
#ifndef NETDIAG_CLI_SHELL_H
#define NETDIAG_CLI_SHELL_H

#include "cli/session.h"

/*
 * Runs what is typed until the session ends or its door has no more bytes. The door echoes, and is
 * a terminal in raw mode at its far end.
 */
void netdiag_shell_run(struct netdiag_session *session);

#endif
