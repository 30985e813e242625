/*
 * A session of the shell on the fake platform, for targets: what it prints is kept and judged.
 */
#ifndef NETDIAG_TESTS_FUZZ_SHELL_H
#define NETDIAG_TESTS_FUZZ_SHELL_H

#include "cli/session.h"
#include "tests/fuzz/fuzz.h"

#define FUZZ_PRINTED 262144

/* What was printed on a stream. */
struct fuzz_printed {
    bool is_cut; /* it did not fit; the session has ended */
    size_t size;
    char bytes[FUZZ_PRINTED];
};

/*
 * A session for a program, at privilege 15; every wait of a command's counts, and after
 * FUZZ_WAITS of them it is cancelled, as by one who has seen enough.
 */
#define FUZZ_WAITS 100

struct fuzz_shell {
    struct netdiag_session *session;
    struct netdiag_door door;
    struct fuzz_printed out, error;
};

/* The fake platform must have been reset. False: there was no memory, or no place. */
bool fuzz_shell_open(struct fuzz_shell *shell);
void fuzz_shell_close(struct fuzz_shell *shell);

/* Runs a line, and keeps what it alone has printed. */
enum netdiag_status fuzz_shell_run(struct fuzz_shell *shell, const char *line, size_t size);

#endif
