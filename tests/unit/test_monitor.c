/*
 * `terminal monitor`: lines of the log in a shell, between its commands and never in them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "cli/monitor.h"
#include "cli/session.h"
#include "cli/shell.h"
#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"
#include "tests/unit/pty_console.h"

#define LINE    "%TCP-4-SYN_FLOOD: 40 half-open connections to port 80"
#define LOOKED  700000 /* microseconds in which a shell has looked at least once */
#define MOST    CONFIG_NETDIAG_MONITOR_LINES
#define COMMAND "show vlan ifindex | count\r"

static int setup(void **state)
{
    (void)state;
    fake_reset();
    return 0;
}

static void leave(struct pty_console *console)
{
    KEYS(console, "\x15"
                  "exit\r");
    pty_console_ended(console, 0);
}

static void monitor(struct pty_console *console)
{
    KEYS(console, "terminal monitor\r");
    pty_console_expect(console, "terminal monitor\r\nsw1>");
}

/* ---- the list ---- */

static void lines_come_in_order_and_missed_ones_are_counted(void **state)
{
    uint64_t at = netdiag_monitor_next(), missed = 1;
    char line[CONFIG_NETDIAG_OUTPUT_LINE], expected[16];

    (void)state;
    assert_false(netdiag_monitor_take(&at, line, sizeof line, &missed));
    for (unsigned i = 0; i < MOST + 5; i++) {
        snprintf(expected, sizeof expected, "line %u", i);
        netdiag_monitor_add(expected);
    }
    for (unsigned i = 5; i < MOST + 5; i++) {
        snprintf(expected, sizeof expected, "line %u", i);
        assert_true(netdiag_monitor_take(&at, line, sizeof line, &missed));
        assert_string_equal(line, expected);
        assert_int_equal(missed, i == 5 ? 5 : 0);
    }
    assert_false(netdiag_monitor_take(&at, line, sizeof line, &missed));
}

/* ---- at the prompt ---- */

static void line_at_the_prompt_is_shown_and_the_prompt_drawn_anew(void **state)
{
    struct pty_console *console = *state;

    netdiag_monitor_add("of before");
    monitor(console);
    netdiag_monitor_add(LINE);
    pty_console_expect(console, "sw1>");
    assert_string_equal(console->seen, "\r\n" LINE "\r\nsw1>");
    leave(console);
}

static void line_that_is_being_typed_is_drawn_anew(void **state)
{
    struct pty_console *console = *state;

    monitor(console);
    KEYS(console, "show priilege\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D");
    pty_console_expect(console, "\b\b\b\b\b");
    netdiag_monitor_add(LINE);
    pty_console_expect(console, "\b\b\b\b\b");
    assert_string_equal(console->seen, "ilege\r\n" LINE "\r\nsw1>show priilege\b\b\b\b\b");
    KEYS(console, "v\r");
    pty_console_expect(console, "level is 1\r\nsw1>");
    leave(console);
}

static void shell_that_did_not_ask_or_asked_no_more_sees_nothing(void **state)
{
    struct pty_console *console = *state;

    netdiag_monitor_add(LINE);
    usleep(LOOKED);
    KEYS(console, "show privilege\r");
    pty_console_expect(console, "level is 1\r\nsw1>");
    assert_null(strstr(console->seen, "TCP"));
    monitor(console);
    KEYS(console, "terminal no monitor\r");
    pty_console_expect(console, "no monitor\r\nsw1>");
    netdiag_monitor_add(LINE);
    usleep(LOOKED);
    KEYS(console, "show privilege\r");
    pty_console_expect(console, "level is 1\r\nsw1>");
    assert_null(strstr(console->seen, "TCP"));
    monitor(console); /* what came meanwhile is not for it */
    assert_null(strstr(console->seen, "TCP"));
    leave(console);
}

static void line_at_a_page_waits_for_the_prompt(void **state)
{
    struct pty_console *console = *state;

    monitor(console);
    pty_console_resize(console, 80, 4);
    KEYS(console, "show vlan ifindex\r");
    pty_console_expect(console, " --More-- ");
    netdiag_monitor_add(LINE);
    usleep(LOOKED);
    KEYS(console, " ");
    pty_console_expect(console, "sw1>");
    assert_non_null(strstr(console->seen, "active\r\n" LINE "\r\nsw1>"));
    leave(console);
}

/* ---- while a command runs ---- */

static void add_line(void)
{
    netdiag_monitor_add(LINE);
}

static void add_too_many(void)
{
    for (unsigned i = 0; i < MOST; i++)
        netdiag_monitor_add(LINE);
}

static void lines_that_come_in_a_command_stand_after_its_output(void **state)
{
    struct pty_console *console = *state;

    fake.on_vlans = add_line;
    pty_console_start(console);
    monitor(console);
    KEYS(console, COMMAND);
    pty_console_expect(console, "sw1>");
    assert_string_equal(console->seen, "show vlan ifindex | count\r\n4\r\n" LINE "\r\nsw1>");
    leave(console);
}

/* ---- programs ---- */

static void pipe_that_did_not_ask_gets_nothing(void **state)
{
    (void)state;
    fake.on_vlans = add_line;
    assert_string_equal(run_lines("show vlan ifindex | count\nshow vlan ifindex | count\n")->out,
                        "4\n4\n");
}

static void pipe_that_asked_gets_lines_between_its_answers(void **state)
{
    (void)state;
    fake.on_vlans = add_line;
    assert_string_equal(run_lines("terminal monitor\nshow vlan ifindex | count\nshow privilege\n"
                                  "terminal no monitor\nshow vlan ifindex | count")
                            ->out,
                        "4\n" LINE "\nCurrent privilege level is 15\n4\n");
    assert_string_equal(run_lines("terminal monitor\nshow vlan ifindex | count")->out,
                        "4\n" LINE "\n");
}

static void pipe_too_slow_is_told_how_many_it_missed(void **state)
{
    const struct run *run;

    (void)state;
    fake.vlan_count = 3 * 16; /* asked for more than once */
    for (size_t i = 0; i < fake.vlan_count; i++)
        fake.vlans[i] = (struct netdiag_vlan){.id = (uint16_t)(i + 1), .name = "x"};
    fake.on_vlans = add_too_many;
    run = run_lines("terminal monitor\nshow vlan ifindex | count\n");
    assert_non_null(strstr(run->out, "\n% "));
    assert_non_null(strstr(run->out, " lines of the log came too fast to be shown\n" LINE "\n"));
    fake.on_vlans = NULL;
    assert_no_client_fails("terminal monitor\nshow version\n");
}

/* ---- an idle shell ---- */

static ssize_t read_nothing(void *ctx, char *bytes, size_t size, int timeout_ms)
{
    static const char line[] = "terminal monitor\r";
    size_t *typed = ctx;

    (void)size;
    if (*typed < sizeof line - 1) {
        *bytes = line[(*typed)++];
        return 1;
    }
    if (timeout_ms == 0) /* a line is about to run */
        return NETDIAG_READ_TIMEOUT;
    assert_true(timeout_ms > 0 && timeout_ms <= 500); /* it looks, and does not spin */
    poll(NULL, 0, timeout_ms);
    netdiag_monitor_add(LINE);
    return NETDIAG_READ_TIMEOUT;
}

static bool write_nowhere(void *ctx, enum netdiag_stream stream, const char *bytes, size_t size)
{
    (void)ctx;
    (void)stream;
    (void)bytes;
    (void)size;
    return true;
}

static void shell_that_is_idle_ends_though_lines_come(void **state)
{
    size_t typed = 0;
    const struct netdiag_door door = {
        .read = read_nothing,
        .write = write_nowhere,
        .ctx = &typed,
        .line_end = "\r\n",
        .name = "test",
        .privilege = 1,
        .idle_s = 2,
        .echoes = true,
    };
    uint64_t began_ms = netdiag_session_clock_ms();
    struct netdiag_session *session;

    (void)state;
    assert_int_equal(netdiag_session_open(&fake.diag, &door, &session), NETDIAG_OK);
    netdiag_shell_run(session);
    assert_in_range(netdiag_session_clock_ms() - began_ms, 1990, 4000);
    netdiag_session_close(session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(lines_come_in_order_and_missed_ones_are_counted, setup),
        cmocka_unit_test_setup(line_at_the_prompt_is_shown_and_the_prompt_drawn_anew,
                               pty_console_setup),
        cmocka_unit_test_setup(line_that_is_being_typed_is_drawn_anew, pty_console_setup),
        cmocka_unit_test_setup(shell_that_did_not_ask_or_asked_no_more_sees_nothing,
                               pty_console_setup),
        cmocka_unit_test_setup(line_at_a_page_waits_for_the_prompt, pty_console_setup),
        cmocka_unit_test_setup(lines_that_come_in_a_command_stand_after_its_output,
                               pty_console_setup_later),
        cmocka_unit_test_setup(pipe_that_did_not_ask_gets_nothing, setup),
        cmocka_unit_test_setup(pipe_that_asked_gets_lines_between_its_answers, setup),
        cmocka_unit_test_setup(pipe_too_slow_is_told_how_many_it_missed, setup),
        cmocka_unit_test_setup(shell_that_is_idle_ends_though_lines_come, setup),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests_name("monitor", tests, NULL, NULL);
}
