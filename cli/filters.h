/*
 * Our own filters of output, `show ... | include WORD`: libcli's built-in ones kill the process.
 */
#ifndef NETDIAG_CLI_FILTERS_H
#define NETDIAG_CLI_FILTERS_H

#include "netdiag/error.h"

struct cli_def;

/*
 * Adds include, exclude, begin, count and grep to a shell of a session of ours: its context is the
 * session. Not for another product's shell, which has its own filters or none.
 */
enum netdiag_error netdiag_filters_register(struct cli_def *cli);

/*
 * `| include ESTAB|LISTEN` is one pattern, as on Cisco's devices: puts a mark in place of each '|'
 * within a filter's words that no blank and no filter's name follows. The filters know the mark,
 * libcli takes it for an ordinary character, and nobody can type it.
 */
#define NETDIAG_FILTER_MARK '\x01'
void netdiag_filters_mark(char *line);

#endif
