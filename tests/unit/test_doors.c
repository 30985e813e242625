/*
 * The doors: the pipe over descriptors, the console on a pseudo terminal, and the session between
 * them and libcli.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <signal.h>
#include <stdatomic.h>
#include <termios.h>
#include <unistd.h>

#include "cli/access/access.h"
#include "cli/access/tty.h"
#include "cli/session.h"
#include "cli/shell.h"
#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"
#include "tests/unit/pty_console.h"

static int setup(void **state)
{
    (void)state;
    fake_reset();
    return 0;
}

/* ---- the pipe ---- */

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;

    for (; (text = strstr(text, part)) != NULL; text++)
        count++;
    return count;
}

static void pipe_enter_of_any_kind_runs_a_line_once(void **state)
{
    const struct run *run;

    (void)state;
    run = run_bytes("show version\rshow version\nshow version\r\nshow version\r\0show version", 66);
    assert_int_equal(run->status, 0);
    assert_string_equal(run->err, "");
    assert_int_equal(count_of(run->out, "netdiag Version"), 5);
    assert_null(strchr(run->out, '\r'));
}

static void pipe_empty_lines_are_nothing(void **state)
{
    const struct run *run = run_lines("\n\r\n  \n\t\n\r\r");

    (void)state;
    assert_int_equal(run->status, 0);
    assert_string_equal(run->out, "");
    assert_string_equal(run->err, "");
    assert_int_equal(run_lines("")->status, 0);
}

static void pipe_first_failure_counts_and_the_rest_runs(void **state)
{
    const struct run *run = run_lines("show vlan ifindex 99\nfoo\nshow version\n");

    (void)state;
    assert_int_equal(run->status, 1);
    assert_int_equal(count_of(run->out, "netdiag Version"), 1);
    assert_int_equal(run_lines("foo\nshow vlan ifindex 99\n")->status, 2);
    fake.vlans_error = NETDIAG_ERROR_DOWN;
    assert_int_equal(run_lines("show version\nshow vlan ifindex\nfoo\n")->status, 3);
}

static void pipe_exit_ends_it(void **state)
{
    static const char *const words[] = {"exit", "logout", "quit", "ex", "q"};
    char lines[64];

    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        snprintf(lines, sizeof lines, "%s\nshow version\n", words[i]);
        assert_string_equal(run_lines(lines)->out, "");
        assert_int_equal(run_lines(lines)->status, 0);
    }
}

static void pipe_line_length_bounds(void **state)
{
    char line[CONFIG_NETDIAG_LINE_LENGTH + 2];
    char expected[128];
    const struct run *run;

    (void)state;
    snprintf(line, sizeof line, "show version%*s", CONFIG_NETDIAG_LINE_LENGTH - 11, "");
    run = run_bytes(line, CONFIG_NETDIAG_LINE_LENGTH);
    assert_int_equal(run->status, 0);
    run = run_bytes(line, CONFIG_NETDIAG_LINE_LENGTH + 1);
    snprintf(expected, sizeof expected, "%% line too long: %d bytes, and at most %d\n",
             CONFIG_NETDIAG_LINE_LENGTH + 1, CONFIG_NETDIAG_LINE_LENGTH);
    assert_string_equal(run->err, expected);
    assert_string_equal(run->out, "");
    assert_int_equal(run->status, 2);
}

static void pipe_huge_line_is_refused_and_the_next_one_runs(void **state)
{
    size_t size = 100000;
    char *input = malloc(size + 20);
    const struct run *run;

    (void)state;
    assert_non_null(input);
    memset(input, 'x', size);
    snprintf(input + size, 20, "\nshow version\n");
    run = run_bytes(input, size + 14);
    assert_int_equal(run->status, 2);
    assert_int_equal(count_of(run->out, "netdiag Version"), 1);
    free(input);
}

static void pipe_control_bytes_never_reach_libcli(void **state)
{
    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        char line[] = "show version?json\n";
        const struct run *run;

        line[12] = (char)byte;
        run = run_bytes(line, sizeof line - 1);
        /* Blanks and quotes end a word, for libcli; anything else makes one wrong. */
        assert_int_equal(run->status, byte != 0 && strchr("\t \"'", byte) != NULL ? 0 : 2);
        if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7f)
            assert_non_null(strstr(run->err, "% line refused: control character"));
    }
}

static void pipe_output_and_errors_keep_their_order(void **state)
{
    FILE *both = tmpfile();
    int input[2];
    char text[512];
    ssize_t size;

    (void)state;
    assert_int_equal(pipe(input), 0);
    assert_int_equal(write(input[1], "show version\nfoo\nshow version\n", 30), 30);
    close(input[1]);
    assert_int_equal(netdiag_pipe_run(&fake.diag, input[0], fileno(both), fileno(both), -1), 2);
    size = pread(fileno(both), text, sizeof text - 1, 0);
    assert_true(size > 0);
    text[size] = '\0';
    assert_int_equal(count_of(text, "netdiag Version"), 2);
    assert_true(strstr(text, "uptime") < strstr(text, "foo\n^\n% Invalid"));
    assert_non_null(strstr(strstr(text, "% Invalid"), "netdiag Version"));
    close(input[0]);
    fclose(both);
}

static void pipe_output_closed_ends_quietly(void **state)
{
    FILE *err = tmpfile();
    int input[2], output[2];

    (void)state;
    assert_int_equal(pipe(input), 0);
    assert_int_equal(pipe(output), 0);
    close(output[0]);
    assert_int_equal(write(input[1], "show version\nfoo\n", 17), 17);
    /* Its other end stays open: only the closed output can end the run. */
    assert_int_equal(netdiag_pipe_run(&fake.diag, input[0], output[1], fileno(err), -1), 0);
    assert_int_equal(lseek(fileno(err), 0, SEEK_END), 0);
    close(input[0]);
    close(input[1]);
    close(output[1]);
    fclose(err);
}

static void pipe_errors_closed_do_not_end_it(void **state)
{
    FILE *out = tmpfile();
    int input[2], errors[2];

    (void)state;
    assert_int_equal(pipe(input), 0);
    assert_int_equal(pipe(errors), 0);
    close(errors[0]);
    assert_int_equal(write(input[1], "foo\nshow version\n", 17), 17);
    close(input[1]);
    assert_int_equal(netdiag_pipe_run(&fake.diag, input[0], fileno(out), errors[1], -1), 2);
    assert_true(lseek(fileno(out), 0, SEEK_END) > 0);
    close(input[0]);
    close(errors[1]);
    fclose(out);
}

static void pipe_device_gone_ends_with_3(void **state)
{
    int input[2], stop[2];

    (void)state;
    assert_int_equal(pipe(input), 0);
    assert_int_equal(pipe(stop), 0);
    close(stop[1]); /* hung up counts as readable */
    assert_int_equal(netdiag_pipe_run(&fake.diag, input[0], 1, 2, stop[0]), 3);
    close(input[0]);
    close(input[1]);
    close(stop[0]);
}

struct pipe_thread {
    int in, out, stop;
    int status;
};

static void *run_pipe(void *argument)
{
    struct pipe_thread *thread = argument;

    thread->status =
        netdiag_pipe_run(&fake.diag, thread->in, thread->out, thread->out, thread->stop);
    return NULL;
}

static void pipe_device_gone_while_nobody_reads_ends_with_3(void **state)
{
    struct pipe_thread thread = {.status = -1};
    int input[2], output[2], stop[2];
    pthread_t id;

    (void)state;
    fake.vlan_count = 0;
    for (unsigned vlan = NETDIAG_VLAN_MIN; vlan <= NETDIAG_VLAN_MAX; vlan++)
        fake_vlan((uint16_t)vlan); /* more output than a pipe holds */
    assert_int_equal(pipe(input), 0);
    assert_int_equal(pipe(output), 0);
    assert_int_equal(pipe(stop), 0);
    assert_int_equal(write(input[1], "show vlan ifindex json\n", 23), 23);
    thread.in = input[0];
    thread.out = output[1];
    thread.stop = stop[0];
    assert_int_equal(pthread_create(&id, NULL, run_pipe, &thread), 0);
    usleep(100000);
    close(stop[1]);
    assert_int_equal(pthread_join(id, NULL), 0);
    assert_int_equal(thread.status, 3);
    for (int i = 0; i < 2; i++) {
        close(input[i]);
        close(output[i]);
    }
    close(stop[0]);
}

/* ---- sessions ---- */

static ssize_t read_nothing(void *ctx, char *bytes, size_t size, int timeout_ms)
{
    (void)ctx;
    (void)bytes;
    (void)size;
    (void)timeout_ms;
    return NETDIAG_READ_END;
}

static size_t writes, written_bytes, written_lines;

static bool count_writes(void *ctx, enum netdiag_stream stream, const char *bytes, size_t size)
{
    (void)ctx;
    (void)stream;
    writes++;
    written_bytes += size;
    for (size_t i = 0; i < size; i++)
        written_lines += bytes[i] == '\n';
    return true;
}

static bool refuse_writes(void *ctx, enum netdiag_stream stream, const char *bytes, size_t size)
{
    count_writes(ctx, stream, bytes, size);
    return false;
}

static const struct netdiag_door nowhere = {
    .read = read_nothing, .write = count_writes, .line_end = "\n", .privilege = 15};

static void session_one_over_the_bound_is_refused(void **state)
{
    struct netdiag_session *sessions[CONFIG_NETDIAG_SESSIONS], *more;
    const struct run *run;

    (void)state;
    for (size_t i = 0; i < CONFIG_NETDIAG_SESSIONS; i++)
        assert_int_equal(netdiag_session_open(&fake.diag, &nowhere, &sessions[i]), NETDIAG_OK);
    assert_int_equal(netdiag_session_open(&fake.diag, &nowhere, &more), NETDIAG_ERROR_FULL);
    run = run_lines("show version\n");
    assert_int_equal(run->status, 3);
    assert_string_equal(run->err, "% no shell: there is no room for more\n");
    netdiag_session_close(sessions[0]);
    assert_int_equal(netdiag_session_open(&fake.diag, &nowhere, &sessions[0]), NETDIAG_OK);
    for (size_t i = 0; i < CONFIG_NETDIAG_SESSIONS; i++)
        netdiag_session_close(sessions[i]);
}

static void session_long_output_costs_few_writes(void **state)
{
    struct netdiag_session *session;

    (void)state;
    fake.vlan_count = 0;
    for (unsigned vlan = NETDIAG_VLAN_MIN; vlan <= NETDIAG_VLAN_MAX; vlan++)
        fake_vlan_interface(fake_vlan((uint16_t)vlan), vlan); /* each has five lines */
    assert_int_equal(netdiag_session_open(&fake.diag, &nowhere, &session), NETDIAG_OK);
    writes = 0;
    written_bytes = 0;
    written_lines = 0;
    assert_int_equal(netdiag_session_run(session, "show vlan ifindex detail", 24),
                     NETDIAG_STATUS_OK);
    assert_true(written_lines > 10000);
    assert_true(writes < written_bytes / 10000);
    netdiag_session_close(session);
}

static void session_nobody_reads_is_asked_once_and_ends(void **state)
{
    struct netdiag_door gone = nowhere;
    struct netdiag_session *session;

    (void)state;
    gone.write = refuse_writes;
    fake.vlan_count = 0;
    for (unsigned vlan = NETDIAG_VLAN_MIN; vlan <= NETDIAG_VLAN_MAX; vlan++)
        fake_vlan((uint16_t)vlan);
    assert_int_equal(netdiag_session_open(&fake.diag, &gone, &session), NETDIAG_OK);
    writes = 0;
    fake.vlans_calls = 0;
    netdiag_session_run(session, "show vlan ifindex detail", 24);
    assert_true(netdiag_session_ended(session));
    assert_int_equal(writes, 1);
    assert_true(fake.vlans_calls < 4094 / 16); /* the command stopped, too */
    netdiag_session_close(session);
}

static struct netdiag_session *to_cancel;

static void cancel_it(void)
{
    netdiag_session_cancel(to_cancel);
}

static void session_cancelled_prints_no_more_and_the_next_line_runs(void **state)
{
    (void)state;
    assert_int_equal(netdiag_session_open(&fake.diag, &nowhere, &to_cancel), NETDIAG_OK);
    fake.on_counters = cancel_it;
    written_bytes = 0;
    netdiag_session_run(to_cancel, "show tcp statistics", 19);
    assert_int_equal(written_bytes, 0);
    netdiag_session_run(to_cancel, "show version", 12);
    assert_true(written_bytes > 0);
    netdiag_session_close(to_cancel);
}

static void session_prompt_is_host_and_privilege_without_a_blank(void **state)
{
    struct netdiag_door user = nowhere;
    struct netdiag_session *session;
    char prompt[NETDIAG_PROMPT_SIZE];

    (void)state;
    user.privilege = 1;
    assert_int_equal(netdiag_session_open(&fake.diag, &user, &session), NETDIAG_OK);
    netdiag_session_prompt(session, prompt, sizeof prompt);
    assert_string_equal(prompt, "sw1>");
    memset(fake.system.host, 'h', NETDIAG_HOST_LENGTH);
    netdiag_session_prompt(session, prompt, sizeof prompt);
    assert_int_equal(strlen(prompt), NETDIAG_HOST_LENGTH + 1);
    fake.platform.system = NULL;
    netdiag_session_prompt(session, prompt, sizeof prompt);
    assert_string_equal(prompt, "netdiag>");
    netdiag_session_close(session);
    user.privilege = 15;
    assert_int_equal(netdiag_session_open(&fake.diag, &user, &session), NETDIAG_OK);
    netdiag_session_prompt(session, prompt, sizeof prompt);
    assert_string_equal(prompt, "netdiag#");
    netdiag_session_close(session);
}

static void session_enable_needs_a_trusted_door(void **state)
{
    struct netdiag_door door = nowhere;
    struct netdiag_session *session;
    char prompt[NETDIAG_PROMPT_SIZE];

    (void)state;
    for (unsigned trusted = 0; trusted < 2; trusted++) {
        door.privilege = NETDIAG_PRIVILEGE_USER;
        door.trusted = trusted == 1;
        assert_int_equal(netdiag_session_open(&fake.diag, &door, &session), NETDIAG_OK);
        assert_int_equal(netdiag_session_run(session, "enable", 6),
                         trusted == 1 ? NETDIAG_STATUS_OK : NETDIAG_STATUS_FAILED);
        netdiag_session_prompt(session, prompt, sizeof prompt);
        assert_string_equal(prompt, trusted == 1 ? "sw1#" : "sw1>");
        netdiag_session_close(session);
    }
}

/* A person at a door that the network leads to: what is typed is in `typed`, a byte at a time. */
static struct {
    const char *typed;
    char shown[4096];
    size_t shown_size;
    bool idle; /* nothing comes, and the time is up */
    unsigned hung_up;
} person;

static ssize_t person_types(void *ctx, char *bytes, size_t size, int timeout_ms)
{
    (void)ctx;
    (void)size;
    if (person.idle && timeout_ms > 0)
        return NETDIAG_READ_TIMEOUT;
    if (timeout_ms == 0 || *person.typed == '\0')
        return timeout_ms == 0 ? NETDIAG_READ_TIMEOUT : NETDIAG_READ_END;
    bytes[0] = *person.typed++;
    return 1;
}

static bool person_sees(void *ctx, enum netdiag_stream stream, const char *bytes, size_t size)
{
    (void)ctx;
    (void)stream;
    assert_true(person.shown_size + size < sizeof person.shown);
    memcpy(person.shown + person.shown_size, bytes, size);
    person.shown_size += size;
    person.shown[person.shown_size] = '\0';
    return true;
}

static bool is_sesame(void *ctx, const char *secret)
{
    (void)ctx;
    return strcmp(secret, "sesame") == 0;
}

static void count_hang_up(void *ctx)
{
    (void)ctx;
    person.hung_up++;
}

static const struct netdiag_door from_the_network = {
    .read = person_types,
    .write = person_sees,
    .enable = is_sesame,
    .hang_up = count_hang_up,
    .line_end = "\r\n",
    .name = "telnet",
    .privilege = NETDIAG_PRIVILEGE_USER,
    .echoes = true,
};

static const char *type_at(const struct netdiag_door *door, const char *typed)
{
    struct netdiag_session *session;

    memset(&person, 0, sizeof person);
    person.typed = typed;
    assert_int_equal(netdiag_session_open(&fake.diag, door, &session), NETDIAG_OK);
    netdiag_shell_run(session);
    netdiag_session_close(session);
    return person.shown;
}

static void session_enable_over_the_network_asks_for_a_secret(void **state)
{
    char long_one[400] = "enable\r";

    (void)state;
    assert_non_null(
        strstr(type_at(&from_the_network, "enable\rsesame\rexit\r"), "Password: \r\nsw1#exit"));
    assert_null(strstr(person.shown, "sesame"));
    assert_non_null(strstr(type_at(&from_the_network, "enable\rxx\025sesamf\177e\rexit\r"),
                           "Password: \r\nsw1#exit"));
    assert_non_null(strstr(type_at(&from_the_network, "enable\rwrong\rexit\r"),
                           "Password: \r\n% Access denied\r\nsw1>exit"));
    assert_non_null(strstr(type_at(&from_the_network, "enable\rse\x03"
                                                      "exit\r"),
                           "% Access denied\r\nsw1>exit"));
    memset(long_one + 7, 'x', 300);
    strcpy(long_one + 307, "\rexit\r");
    assert_non_null(strstr(type_at(&from_the_network, long_one), "% Access denied\r\nsw1>exit"));
}

static void session_secret_is_not_in_the_history(void **state)
{
    (void)state;
    assert_null(
        strstr(type_at(&from_the_network, "enable\rsesame\rshow history\rexit\r"), "sesame"));
}

static void session_enable_without_a_person_to_ask_is_refused(void **state)
{
    struct netdiag_door door = from_the_network;

    (void)state;
    door.echoes = false;
    memset(&person, 0, sizeof person);
    person.typed = "";
    door.privilege = NETDIAG_PRIVILEGE_USER;
    {
        struct netdiag_session *session;

        assert_int_equal(netdiag_session_open(&fake.diag, &door, &session), NETDIAG_OK);
        assert_int_equal(netdiag_session_run(session, "enable", 6), NETDIAG_STATUS_FAILED);
        netdiag_session_close(session);
    }
    assert_non_null(strstr(person.shown, "nobody is at a terminal here"));
}

static void session_idle_too_long_ends_and_says_so(void **state)
{
    struct netdiag_door door = from_the_network;
    struct netdiag_session *session;

    (void)state;
    memset(&person, 0, sizeof person);
    person.idle = true;
    person.typed = "";
    door.idle_s = 7;
    assert_int_equal(netdiag_session_open(&fake.diag, &door, &session), NETDIAG_OK);
    netdiag_shell_run(session);
    netdiag_session_close(session);
    assert_string_equal(person.shown,
                        "sw1>\r\n% this shell ends: nothing was typed for 7 seconds\r\n");
}

static void clear_line_ends_that_session_and_logs_it(void **state)
{
    struct netdiag_session *local, *remote;

    (void)state;
    memset(&person, 0, sizeof person);
    person.typed = "";
    assert_int_equal(netdiag_session_open(&fake.diag, &nowhere, &local), NETDIAG_OK);
    assert_int_equal(netdiag_session_open(&fake.diag, &from_the_network, &remote), NETDIAG_OK);
    assert_int_equal(netdiag_session_run(local, "clear line 1", 12), NETDIAG_STATUS_OK);
    assert_int_equal(person.hung_up, 1);
    assert_true(netdiag_session_cancelled(remote));
    assert_non_null(strstr(fake.log, "5 line 1 cleared by "));
    assert_int_equal(netdiag_session_run(local, "clear line 0", 12), NETDIAG_STATUS_FAILED);
    assert_int_equal(netdiag_session_run(local, "clear line 2", 12), NETDIAG_STATUS_FAILED);
    assert_int_equal(netdiag_session_run(local, "clear line x", 12), NETDIAG_STATUS_USAGE);
    assert_int_equal(person.hung_up, 1);
    netdiag_session_close(remote);
    netdiag_session_close(local);
}

static void session_rows_tell_who_is_there(void **state)
{
    struct netdiag_door door = nowhere;
    struct netdiag_session *first, *second;
    struct netdiag_session_row row;

    (void)state;
    door.name = "control";
    door.user = "a name that is longer than there is room for";
    door.from = "192.0.2.1";
    assert_int_equal(netdiag_session_open(&fake.diag, &nowhere, &first), NETDIAG_OK);
    assert_int_equal(netdiag_session_open(&fake.diag, &door, &second), NETDIAG_OK);
    assert_true(netdiag_session_next(second, 0, &row));
    assert_int_equal(row.line, 0);
    assert_false(row.self);
    assert_string_equal(row.door, "");
    assert_true(netdiag_session_next(second, 1, &row));
    assert_int_equal(row.line, 1);
    assert_true(row.self);
    assert_string_equal(row.door, "control");
    assert_string_equal(row.user, "a name that is longer than ther");
    assert_string_equal(row.from, "192.0.2.1");
    assert_int_equal(row.idle_s, 0);
    assert_false(netdiag_session_next(second, 2, &row));
    netdiag_session_close(first);
    assert_true(netdiag_session_next(second, 0, &row));
    assert_int_equal(row.line, 1);
    netdiag_session_close(second);
    assert_false(netdiag_session_next(NULL, 0, &row));
}

#define TYPISTS 4 /* more than there are processors, mostly, so that each is stopped anywhere */
#define LOOK_MS 1500

static atomic_bool typing;

static ssize_t read_a_key(void *ctx, char *bytes, size_t size, int timeout_ms)
{
    (void)ctx, (void)size, (void)timeout_ms;
    bytes[0] = 'x';
    return 1;
}

static void *type_on(void *session)
{
    char key;

    while (atomic_load(&typing))
        (void)netdiag_session_read(session, &key, 1, -1);
    return NULL;
}

/* Whatever is typed between the looks at the clock and at the session. */
static void session_that_types_is_never_idle(void **state)
{
    struct netdiag_door door = nowhere;
    struct netdiag_session *sessions[TYPISTS];
    pthread_t threads[TYPISTS];
    uint64_t until_ms = netdiag_session_clock_ms() + LOOK_MS, longest_s = 0;

    (void)state;
    door.read = read_a_key;
    atomic_store(&typing, true);
    for (size_t i = 0; i < TYPISTS; i++) {
        assert_int_equal(netdiag_session_open(&fake.diag, &door, &sessions[i]), NETDIAG_OK);
        assert_int_equal(pthread_create(&threads[i], NULL, type_on, sessions[i]), 0);
    }
    for (unsigned i = 0; i % 1024 != 0 || netdiag_session_clock_ms() < until_ms; i++) {
        struct netdiag_session_row row;

        (void)netdiag_session_next(NULL, i % TYPISTS, &row);
        if (row.idle_s > longest_s)
            longest_s = row.idle_s;
    }
    atomic_store(&typing, false);
    for (size_t i = 0; i < TYPISTS; i++) {
        pthread_join(threads[i], NULL);
        netdiag_session_close(sessions[i]);
    }
    assert_in_range(longest_s, 0, 60);
}

static void clock_that_is_not_set_is_refused(void **state)
{
    const struct run *run;

    (void)state;
    fake.time.has_wall = false;
    run = run_lines("show clock");
    assert_string_equal(run->err, "% no time of day: the device's clock is not set\n");
    assert_int_equal(run->status, 1);
    fake.time.has_wall = true;
    fake.time.wall_ms = -1; /* before 1970 */
    assert_string_equal(run_lines("show clock")->out, "23:59:59.999 UTC Wed Dec 31 1969\n");
    fake.platform.time = NULL;
    assert_int_equal(run_lines("show clock json")->status, 1);
}

/* ---- the console ---- */

static void console_command_is_echoed_and_answered(void **state)
{
    struct pty_console *console = *state;

    KEYS(console, "sh vlan ifi 10\r");
    pty_console_expect(console, "sw1>");
    assert_string_equal(console->seen,
                        "sh vlan ifi 10\r\n"
                        "VLAN  Ifindex     Name                              Status\r\n"
                        "10    1010        Vlan10                            active\r\nsw1>");
    KEYS(console, "exit\r");
    pty_console_ended(console, 0);
}

static void console_caret_stands_under_the_word(void **state)
{
    struct pty_console *console = *state;

    KEYS(console, "show foo\r");
    pty_console_expect(console, "sw1>");
    assert_string_equal(console->seen, "show foo\r\n"
                                       "         ^\r\n"
                                       "% Invalid input detected at '^' marker.\r\nsw1>");
    KEYS(console, "sh v\n");
    pty_console_expect(console, "sw1>");
    assert_string_equal(console->seen, "sh v\r\n% Ambiguous command:  \"sh v\"\r\nsw1>");
    KEYS(console, "logout\n");
    pty_console_ended(console, 0);
}

static void console_enter_of_any_kind_is_one(void **state)
{
    struct pty_console *console = *state;

    KEYS(console, "foo\r\nfoo\r\0foo\nfoo\rquit\r");
    pty_console_expect(console, "quit\r\n");
    assert_int_equal(count_of(console->seen, "% Invalid"), 4);
    assert_int_equal(count_of(console->seen, "sw1>"), 4);
    pty_console_ended(console, 0);
}

static void console_interrupt_empties_the_line(void **state)
{
    struct pty_console *console = *state;

    KEYS(console, "show foo\x03");
    pty_console_expect(console, "sw1>");
    assert_string_equal(console->seen, "show foo^C\r\nsw1>");
    KEYS(console, "\r");
    pty_console_expect(console, "sw1>");
    assert_string_equal(console->seen, "\r\nsw1>");
    KEYS(console, "\x04");
    pty_console_expect(console, "\r\n");
    pty_console_ended(console, 0);
}

static void console_line_too_long_is_refused(void **state)
{
    struct pty_console *console = *state;
    char line[CONFIG_NETDIAG_LINE_LENGTH + 2];

    snprintf(line, sizeof line, "show version%*s", CONFIG_NETDIAG_LINE_LENGTH - 11, "");
    line[CONFIG_NETDIAG_LINE_LENGTH + 1] = '\r';
    pty_console_type(console, line, sizeof line);
    pty_console_expect(console, "sw1>");
    assert_non_null(strstr(console->seen, "% line too long"));
    assert_null(strstr(console->seen, "netdiag Version"));
    KEYS(console, "exit\r");
    pty_console_ended(console, 0);
}

static void console_every_byte_leaves_it_answering(void **state)
{
    struct pty_console *console = *state;

    for (int byte = 0; byte < 256; byte++) {
        char key = (char)byte;

        if (byte != 4)
            pty_console_type(console, &key, 1);
    }
    KEYS(console, "\x15\rshow version\r");
    pty_console_expect(console, "3 minutes\r\nsw1>");
    KEYS(console, "exit\r");
    pty_console_ended(console, 0);
}

static void console_device_gone_ends_with_3(void **state)
{
    struct pty_console *console = *state;

    KEYS(console, "show");
    pty_console_expect(console, "show");
    close(console->stop[1]);
    console->stop[1] = -1;
    pty_console_ended(console, 3);
}

static void console_on_no_terminal_is_refused(void **state)
{
    int ends[2];
    char text[64];
    ssize_t size;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(netdiag_console_run(&fake.diag, ends[1], -1), 3);
    size = read(ends[0], text, sizeof text - 1);
    assert_true(size > 0);
    text[size] = '\0';
    assert_string_equal(text, "% no shell: the console is no terminal\n");
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(pipe_enter_of_any_kind_runs_a_line_once, setup),
        cmocka_unit_test_setup(pipe_empty_lines_are_nothing, setup),
        cmocka_unit_test_setup(pipe_first_failure_counts_and_the_rest_runs, setup),
        cmocka_unit_test_setup(pipe_exit_ends_it, setup),
        cmocka_unit_test_setup(pipe_line_length_bounds, setup),
        cmocka_unit_test_setup(pipe_huge_line_is_refused_and_the_next_one_runs, setup),
        cmocka_unit_test_setup(pipe_control_bytes_never_reach_libcli, setup),
        cmocka_unit_test_setup(pipe_output_and_errors_keep_their_order, setup),
        cmocka_unit_test_setup(pipe_output_closed_ends_quietly, setup),
        cmocka_unit_test_setup(pipe_errors_closed_do_not_end_it, setup),
        cmocka_unit_test_setup(pipe_device_gone_ends_with_3, setup),
        cmocka_unit_test_setup(pipe_device_gone_while_nobody_reads_ends_with_3, setup),
        cmocka_unit_test_setup(session_one_over_the_bound_is_refused, setup),
        cmocka_unit_test_setup(session_long_output_costs_few_writes, setup),
        cmocka_unit_test_setup(session_nobody_reads_is_asked_once_and_ends, setup),
        cmocka_unit_test_setup(session_cancelled_prints_no_more_and_the_next_line_runs, setup),
        cmocka_unit_test_setup(session_prompt_is_host_and_privilege_without_a_blank, setup),
        cmocka_unit_test_setup(session_enable_needs_a_trusted_door, setup),
        cmocka_unit_test_setup(session_enable_over_the_network_asks_for_a_secret, setup),
        cmocka_unit_test_setup(session_secret_is_not_in_the_history, setup),
        cmocka_unit_test_setup(session_enable_without_a_person_to_ask_is_refused, setup),
        cmocka_unit_test_setup(session_idle_too_long_ends_and_says_so, setup),
        cmocka_unit_test_setup(clear_line_ends_that_session_and_logs_it, setup),
        cmocka_unit_test_setup(session_rows_tell_who_is_there, setup),
        cmocka_unit_test_setup(session_that_types_is_never_idle, setup),
        cmocka_unit_test_setup(clock_that_is_not_set_is_refused, setup),
        cmocka_unit_test_setup(console_command_is_echoed_and_answered, pty_console_setup),
        cmocka_unit_test_setup(console_caret_stands_under_the_word, pty_console_setup),
        cmocka_unit_test_setup(console_enter_of_any_kind_is_one, pty_console_setup),
        cmocka_unit_test_setup(console_interrupt_empties_the_line, pty_console_setup),
        cmocka_unit_test_setup(console_line_too_long_is_refused, pty_console_setup),
        cmocka_unit_test_setup(console_every_byte_leaves_it_answering, pty_console_setup),
        cmocka_unit_test_setup(console_device_gone_ends_with_3, pty_console_setup),
        cmocka_unit_test_setup(console_on_no_terminal_is_refused, setup),
    };

    signal(SIGPIPE, SIG_IGN); /* main's business, here as in every program with doors */
    return cmocka_run_group_tests_name("doors", tests, NULL, NULL);
}
