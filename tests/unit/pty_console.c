#include "tests/unit/pty_console.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <poll.h>
#include <pty.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/access/access.h"
#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"

/*
 * Waits are counted, not timed: where the whole machine stands still for long, a virtual one for
 * example, the clock goes on, and the console had no time to answer.
 */
#define WAIT_MS    100
#define WAITS_MOST 100

static void *run_console(void *argument)
{
    struct pty_console *console = argument;

    console->status = netdiag_console_run(&fake.diag, console->slave, console->stop[0]);
    return NULL;
}

static bool wait_for_output(const struct pty_console *console)
{
    struct pollfd fd = {.fd = console->master, .events = POLLIN};
    int count = 0;

    for (unsigned i = 0; i < WAITS_MOST && count == 0; i++)
        count = poll(&fd, 1, WAIT_MS);
    return count == 1;
}

void pty_console_expect(struct pty_console *console, const char *end)
{
    console->size = 0;
    for (;;) {
        size_t length = strlen(end);
        ssize_t count;

        console->seen[console->size] = '\0';
        if (console->size >= length && strcmp(console->seen + console->size - length, end) == 0)
            return;
        if (!wait_for_output(console))
            fail_msg("no \"%s\" at the end of \"%s\"", end, console->seen);
        count = read(console->master, console->seen + console->size,
                     sizeof console->seen - 1 - console->size);
        assert_true(count > 0);
        console->size += (size_t)count;
    }
}

void pty_console_type(struct pty_console *console, const char *bytes, size_t size)
{
    assert_int_equal(write(console->master, bytes, size), size);
}

void pty_console_resize(struct pty_console *console, unsigned short columns, unsigned short rows)
{
    const struct winsize size = {.ws_col = columns, .ws_row = rows};

    assert_int_equal(ioctl(console->master, TIOCSWINSZ, &size), 0);
}

void pty_console_start(struct pty_console *console)
{
    assert_int_equal(pthread_create(&console->thread, NULL, run_console, console), 0);
    pty_console_expect(console, "sw1>");
    assert_string_equal(console->seen, "sw1>"); /* no banner, no empty line */
}

void pty_console_speak_english(struct pty_console *console)
{
    if (IN_ENGLISH[0] == '\0')
        return;
    pty_console_type(console, IN_ENGLISH, strlen(IN_ENGLISH));
    pty_console_expect(console, "\nsw1>");
}

int pty_console_setup_later(void **state)
{
    static struct pty_console console;

    fake_reset();
    memset(&console, 0, sizeof console);
    assert_int_equal(openpty(&console.master, &console.slave, NULL, NULL, NULL), 0);
    assert_int_equal(pipe(console.stop), 0);
    assert_int_equal(tcgetattr(console.slave, &console.before), 0);
    *state = &console;
    return 0;
}

int pty_console_setup(void **state)
{
    pty_console_setup_later(state);
    pty_console_start(*state);
    return 0;
}

void pty_console_ended(struct pty_console *console, int status)
{
    struct termios after;

    assert_int_equal(pthread_join(console->thread, NULL), 0);
    assert_int_equal(console->status, status);
    assert_int_equal(tcgetattr(console->slave, &after), 0);
    assert_int_equal(after.c_lflag, console->before.c_lflag);
    assert_int_equal(after.c_iflag, console->before.c_iflag);
    assert_int_equal(after.c_oflag, console->before.c_oflag);
    close(console->master);
    close(console->slave);
    close(console->stop[0]);
    if (console->stop[1] >= 0)
        close(console->stop[1]);
}
