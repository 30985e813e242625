/*
 * Names that came from outside, in texts.
 */
#ifndef NETDIAG_CLI_NAME_H
#define NETDIAG_CLI_NAME_H

#include "stats/text.h"

/*
 * Adds a name that came from outside to a line: control bytes and what is not UTF-8 become "?",
 * so that no name can drive a terminal. `columns` pads it with blanks; 0: no padding.
 */
void netdiag_output_name(struct netdiag_text *text, const char *name, size_t columns);

#endif
