/*
 * Plain lines: what a program sends to a shell.
 */
#ifndef NETDIAG_CLI_LINES_H
#define NETDIAG_CLI_LINES_H

#include "cli/session.h"

/*
 * Runs the lines that come in, ended by any form of Enter, without prompt and echo, until the
 * session ends or its door has no more bytes.
 */
void netdiag_lines_run(struct netdiag_session *session);

#endif
