#include "tests/fuzz/shell.h"

#include <string.h>

#include "tests/unit/fake_platform.h"

static struct netdiag_session *running;
static unsigned waits;

static void count_wait(void)
{
    if (++waits >= FUZZ_WAITS)
        netdiag_session_cancel(running);
}

static ssize_t read_nothing(void *ctx, char *bytes, size_t size, int timeout_ms)
{
    (void)ctx, (void)bytes, (void)size;
    return timeout_ms >= 0 ? NETDIAG_READ_TIMEOUT : NETDIAG_READ_END;
}

static bool keep(void *ctx, enum netdiag_stream stream, const char *bytes, size_t size)
{
    struct fuzz_shell *shell = ctx;
    struct fuzz_printed *printed = stream == NETDIAG_STREAM_OUT ? &shell->out : &shell->error;

    printed->is_cut = printed->is_cut || size > sizeof printed->bytes - printed->size;
    if (printed->is_cut)
        return false;
    memcpy(printed->bytes + printed->size, bytes, size);
    printed->size += size;
    return true;
}

bool fuzz_shell_open(struct fuzz_shell *shell)
{
    shell->door = (struct netdiag_door){
        .read = read_nothing,
        .write = keep,
        .ctx = shell,
        .line_end = "\n",
        .name = "fuzz",
        .privilege = 15,
        .trusted = true,
    };
    fake.on_wait = count_wait;
    if (netdiag_session_open(&fake.diag, &shell->door, &shell->session) != NETDIAG_OK)
        return false;
    running = shell->session;
    return true;
}

void fuzz_shell_close(struct fuzz_shell *shell)
{
    netdiag_session_close(shell->session);
}

enum netdiag_status fuzz_shell_run(struct fuzz_shell *shell, const char *line, size_t size)
{
    shell->out.size = shell->error.size = 0;
    shell->out.is_cut = shell->error.is_cut = false;
    waits = 0;
    return netdiag_session_run(shell->session, line, size);
}
