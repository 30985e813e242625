/*
 * Runs lines at the pipe door and compares what comes out with a file, byte by byte.
 *
 * UPDATE_GOLDEN=1 in the environment writes the files instead; look at the difference before you
 * commit it. The files are found from the repository's root, or from GOLDEN_DIR.
 */
#ifndef NETDIAG_TESTS_GOLDEN_H
#define NETDIAG_TESTS_GOLDEN_H

#include <stddef.h>

#include "cli/catalogue.h"

/* What a session is told first: its transcript is in English, whatever the build's default is. */
#define IN_ENGLISH                                                                                 \
    (NETDIAG_LANGUAGE_DEFAULT == NETDIAG_LANGUAGE_ENGLISH ? "" : "terminal language en\n")

/* What a run of the pipe door gave; valid until the next run. */
struct run {
    int status;
    char *out;
    size_t out_size;
    char *err;
    size_t err_size;
};

/* Runs the input, `size` bytes, on the fake platform. */
const struct run *run_bytes(const char *input, size_t size);
const struct run *run_lines(const char *input);

/* Compares bytes with tests/golden/<name>. Fails the test, and says where they differ. */
void assert_golden(const char *name, const char *bytes, size_t size);

/* Runs a line: its output must equal tests/golden/<name>, without an error and with status 0. */
void assert_line_golden(const char *line, const char *name);

/* The line prints nothing, and says so on the error stream, with that status. */
void assert_refused(const char *line, const char *err, int status);

/* The line is refused with a caret in that column. */
void assert_caret(const char *line, int column);

/* Two lines print the same, and not nothing. */
void assert_same_output(const char *line, const char *other);

/* What the lines print has no words by which the clients of automation know a failure. */
void assert_no_client_fails(const char *lines);

#endif
