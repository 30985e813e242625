#include "killed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#define DONE_STATUS     7
#define UNTRACED_STATUS 8

/* A process that waits to be traced, then writes. */
static pid_t start(bool (*write_file)(void *ctx), void *ctx)
{
    pid_t writer = fork();

    if (writer == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
            _exit(UNTRACED_STATUS);
        raise(SIGSTOP);
        _exit(write_file(ctx) ? DONE_STATUS : 1);
    }
    return writer;
}

bool killed_at(unsigned stops, bool (*write_file)(void *ctx), void *ctx)
{
    pid_t writer = start(write_file, ctx);
    int status;

    assert_int_equal(waitpid(writer, &status, 0), writer);
    if (WIFEXITED(status) && WEXITSTATUS(status) == UNTRACED_STATUS)
        skip(); /* qemu has no ptrace() for what runs in it */
    assert_true(WIFSTOPPED(status));
    for (unsigned i = 0; i < stops && WIFSTOPPED(status); i++) {
        assert_int_equal(ptrace(PTRACE_SYSCALL, writer, NULL, NULL), 0);
        assert_int_equal(waitpid(writer, &status, 0), writer);
    }
    if (WIFEXITED(status)) {
        assert_int_equal(WEXITSTATUS(status), DONE_STATUS);
        return false;
    }
    kill(writer, SIGKILL);
    assert_int_equal(waitpid(writer, &status, 0), writer);
    assert_true(WIFSIGNALED(status));
    return true;
}
