/*
 * What a person sees of commands that take their time: how far they are, on a line that goes away
 * again; and that nobody else sees it. On a real pseudo terminal, before a platform that is slow.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <semaphore.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/access/access.h"
#include "tests/unit/fake_platform.h"
#include "tests/unit/pty_console.h"

#define PROMPT  "\r\nsw1>"
#define MORE    " --More-- "
#define COLUMNS 132

#define SLOW_US 40000 /* of a chunk: 25 of them are a second */
#define WAIT_US 4000  /* of 50 ms of the device's time */
#define DULL_US 16000 /* 40 of them, until an echo is given up, are longer than a mark is news */

static void be_slow(void)
{
    usleep(SLOW_US);
}

static void wait_a_little(void)
{
    usleep(WAIT_US);
}

static void wait_longer(void)
{
    usleep(DULL_US);
}

static void add_connections(unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        fake_connection();
    memset(&fake.states, 0, sizeof fake.states);
    fake.states.count[NETDIAG_TCP_ESTABLISHED] = count;
    fake.states.count[NETDIAG_TCP_LISTEN] = 7; /* of which a walk has none */
}

/* The fake platform is programmed before: from here on it is the console's thread that reads it. */
static void start(struct pty_console *console, unsigned short rows)
{
    pty_console_resize(console, COLUMNS, rows);
    pty_console_start(console);
    pty_console_speak_english(console);
}

static void leave(struct pty_console *console)
{
    KEYS(console, "exit\r");
    pty_console_ended(console, 0);
}

/* ---- what was seen ---- */

/* The lines as they stand at last, each ended by LF, without blanks at its end. */
static const char *screen_of(const char *bytes)
{
    static char screen[65536];
    char line[1024];
    size_t size = 0, at = 0, end = 0;

    for (; *bytes != '\0'; bytes++) {
        if (*bytes == '\r') {
            at = 0;
        } else if (*bytes == '\b') {
            at -= at > 0;
        } else if (*bytes == '\n') {
            while (end > 0 && line[end - 1] == ' ')
                end--;
            assert_true(size + end + 2 < sizeof screen);
            memcpy(screen + size, line, end);
            size += end;
            screen[size++] = '\n';
            at = end = 0;
        } else {
            assert_true((unsigned char)*bytes >= ' ' && at + 1 < sizeof line);
            line[at++] = *bytes;
            if (at > end)
                end = at;
        }
    }
    screen[size] = '\0';
    return screen;
}

/*
 * How often "NUMBER of TOTAL WHAT" was seen. The numbers go up to `total`; `*last` is the last one.
 */
static unsigned count_said(const char *seen, const char *of_total, unsigned long total,
                           unsigned long *last)
{
    unsigned count = 0;

    *last = 0;
    for (const char *found = seen; (found = strstr(found, of_total)) != NULL; found++) {
        const char *digits = found;
        unsigned long number;

        while (digits > seen && digits[-1] >= '0' && digits[-1] <= '9')
            digits--;
        assert_true(digits < found);
        number = strtoul(digits, NULL, 10);
        assert_true(number >= *last && number <= total);
        *last = number;
        count++;
    }
    return count;
}

/* A command says some times how far it is, up to the end nearly, and nothing of it stays. */
static void assert_said(const struct pty_console *console, const char *of_total,
                        unsigned long total)
{
    unsigned long last;

    assert_in_range(count_said(console->seen, of_total, total, &last), 2, 60);
    assert_in_range(last, total / 2, total);
    assert_null(strstr(screen_of(console->seen), of_total));
}

/* ---- walks ---- */

static void walk_says_how_far_it_is_and_that_is_gone_at_the_end(void **state)
{
    static const char *const commands[] = {
        "show tcp pool\r",
        "show tcp states\r",
#ifdef CONFIG_NETDIAG_DIAGNOSIS
        "show tcp diagnosis\r",
#endif
    };
    struct pty_console *console = *state;

    add_connections(400);
    fake.on_connections = be_slow;
    start(console, 60);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        pty_console_type(console, commands[i], strlen(commands[i]));
        pty_console_expect(console, PROMPT);
        assert_said(console, " of 400 connections", 400);
    }
    leave(console);
}

static void walk_with_rows_that_do_not_fit_says_how_far_it_is(void **state)
{
    struct pty_console *console = *state;

    add_connections(400);
    fake.on_connections = be_slow;
    start(console, 24);
    KEYS(console, "show tcp connections port 9\r");
    pty_console_expect(console, PROMPT);
    assert_said(console, " of 400 connections", 400);
    assert_non_null(strstr(console->seen, "400 connections, 0 shown;"));
    leave(console);
}

static void walk_without_a_total_says_how_many(void **state)
{
    struct pty_console *console = *state;
    unsigned long last;

    add_connections(400);
    fake.states_error = NETDIAG_ERROR_UNSUPPORTED;
    fake.on_connections = be_slow;
    start(console, 24);
    KEYS(console, "show tcp owners\r");
    pty_console_expect(console, PROMPT);
    assert_true(count_said(console->seen, " connections", 400, &last) > 1);
    assert_null(strstr(console->seen, " of "));
    leave(console);
}

static void walk_that_meets_more_than_there_were_counts_on(void **state)
{
    struct pty_console *console = *state;
    unsigned long walked, total;
    const char *said;
    char *rest;

    add_connections(400);
    fake.states.count[NETDIAG_TCP_ESTABLISHED] = 16;
    fake.on_connections = be_slow;
    start(console, 24);
    KEYS(console, "show tcp owners\r");
    pty_console_expect(console, PROMPT);
    said = strstr(console->seen, "\r  ");
    assert_non_null(said);
    walked = strtoul(said, &rest, 10);
    assert_memory_equal(rest, " of ", 4);
    total = strtoul(rest + 4, &rest, 10);
    assert_memory_equal(rest, " connections", 12);
    assert_true(walked > 16);
    assert_int_equal(walked, total);
    leave(console);
}

static void walk_that_is_stopped_leaves_no_word_of_it(void **state)
{
    struct pty_console *console = *state;
    const char *screen;

    add_connections(900);
    fake.on_connections = be_slow;
    start(console, 24);
    KEYS(console, "show tcp owners\r");
    pty_console_expect(console, " of 900 connections");
    KEYS(console, "\x03");
    pty_console_expect(console, PROMPT);
    screen = screen_of(console->seen);
    assert_non_null(strstr(screen, "^C\n% show tcp owners stopped\n"));
    assert_null(strstr(screen, " of 900"));
    leave(console);
}

static void quick_walk_says_nothing(void **state)
{
    struct pty_console *console = *state;

    add_connections(400);
    start(console, 60);
    KEYS(console, "show tcp owners\r");
    pty_console_expect(console, PROMPT);
    assert_null(strstr(console->seen, " of 400"));
    leave(console);
}

static void walk_without_pages_says_nothing(void **state)
{
    struct pty_console *console = *state;

    add_connections(400);
    fake.on_connections = be_slow;
    start(console, 24);
    KEYS(console, "terminal length 0\r");
    pty_console_expect(console, PROMPT);
    KEYS(console, "show tcp owners\r");
    pty_console_expect(console, PROMPT);
    assert_null(strstr(console->seen, " of 400"));
    assert_null(strchr(console->seen, '\b'));
    leave(console);
}

/* Runs lines as a script does. What they print, valid until the next call. */
static const char *run_on_a_pipe(const char *lines)
{
    static char printed[262144];
    int in = memfd_create("in", MFD_CLOEXEC), out = memfd_create("out", MFD_CLOEXEC);
    int stop = eventfd(0, EFD_CLOEXEC);
    ssize_t size;

    assert_int_equal(write(in, lines, strlen(lines)), strlen(lines));
    lseek(in, 0, SEEK_SET);
    netdiag_pipe_run(&fake.diag, in, out, out, stop);
    size = pread(out, printed, sizeof printed - 1, 0);
    assert_true(size >= 0);
    printed[size] = '\0';
    close(in);
    close(out);
    close(stop);
    return printed;
}

static int setup(void **state)
{
    (void)state;
    fake_reset();
    return 0;
}

static void walk_on_a_pipe_prints_the_same_whether_slow_or_not(void **state)
{
    static const char lines[] =
        "show tcp owners\nshow tcp owners json\nshow tcp connections json\n";
    static char quick[262144];

    (void)state;
    add_connections(400);
    strcpy(quick, run_on_a_pipe(lines));
    fake.on_connections = be_slow;
    assert_string_equal(run_on_a_pipe(lines), quick);
    assert_null(strstr(quick, " of 400"));
}

/* ---- pages ---- */

/* How many of the lines that stand there are connections: all have this peer. */
static unsigned rows_seen(const char *screen)
{
    unsigned count = 0;

    while ((screen = strstr(screen, "10.0.10.2:")) != NULL) {
        screen++;
        count++;
    }
    return count;
}

static void page_says_how_many_connections_were_above_it(void **state)
{
    struct pty_console *console = *state;
    unsigned shown = 0;

    add_connections(100);
    start(console, 24);
    KEYS(console, "show tcp connections\r");
    for (int i = 0; i < 4; i++) {
        char more[64];

        snprintf(more, sizeof more, MORE "(%d of 100 connections) ", 22 + 23 * i);
        pty_console_expect(console, more);
        shown += rows_seen(console->seen);
        assert_int_equal(shown, 22 + 23 * i);
        KEYS(console, " ");
    }
    pty_console_expect(console, PROMPT);
    assert_int_equal(shown + rows_seen(console->seen), 100);
    assert_null(strstr(screen_of(console->seen), "More"));
    leave(console);
}

static void page_of_rows_that_fit_counts_the_others_too(void **state)
{
    struct pty_console *console = *state;

    add_connections(100);
    for (size_t i = 0; i < 100; i += 2)
        fake.connections[i].state = NETDIAG_TCP_TIME_WAIT;
    start(console, 24);
    KEYS(console, "show tcp connections state time-wait\r");
    pty_console_expect(console, MORE "(44 of 100 connections) ");
    KEYS(console, "\r");
    pty_console_expect(console, MORE "(46 of 100 connections) ");
    KEYS(console, "q");
    pty_console_expect(console, PROMPT);
    leave(console);
}

static void page_of_what_is_no_walk_has_no_position(void **state)
{
    struct pty_console *console = *state;

    add_connections(100);
    start(console, 3);
    KEYS(console, "show tcp owners\r"); /* its walk is over when it is printed */
    pty_console_expect(console, "\r\n" MORE);
    KEYS(console, "q");
    pty_console_expect(console, "\rsw1>");
    leave(console);
}

/* ---- time that passes ---- */

static void rate_says_how_much_of_its_time_has_passed(void **state)
{
    struct pty_console *console = *state;

    fake.on_wait = wait_a_little;
    start(console, 60);
    KEYS(console, "show tcp statistics rate 10\r");
    pty_console_expect(console, PROMPT);
    assert_said(console, " of 10 s", 10);
    leave(console);
}

/* ---- ping ---- */

static const char *ping_on_a_pipe(const char *line)
{
    fake.echoes_tried = 0;
    fake.on_wait = NULL;
    return run_on_a_pipe(line);
}

/* The lines of one command, without the prompt and what was typed. */
static const char *answer_of(const struct pty_console *console)
{
    const char *screen = screen_of(console->seen), *answer = strchr(screen, '\n');

    assert_non_null(answer);
    return answer + 1;
}

/* The device's time stands still from the second echo on, until the test lets it go on. */
static sem_t gate;

static void wait_at_the_gate(void)
{
    if (fake.echoes_tried == 2 && fake.time.uptime_ms - fake.echo_sent_ms == 1)
        sem_wait(&gate);
}

static void ping_shows_each_mark_as_it_comes(void **state)
{
    struct pty_console *console = *state;

    sem_init(&gate, 0, 0);
    strcpy(fake.echoes, "!.U!");
    fake.echo_error = NETDIAG_ERROR_MEMORY;
    fake.on_wait = wait_at_the_gate;
    start(console, 24);
    KEYS(console, "ping 10.0.10.2 count 4\r");
    pty_console_expect(console, "seconds:\r\n!");
    sem_post(&gate);
    pty_console_expect(console, PROMPT);
    assert_memory_equal(console->seen, ".U!\r\nSuccess rate is 50 percent (2/4)", 37);
    sem_destroy(&gate);
    leave(console);
}

/* A console and a fake platform as the first one was at its start. */
static struct pty_console *again(void **state, size_t run)
{
    if (run > 0)
        pty_console_setup_later(state);
    return *state;
}

static void ping_leaves_the_lines_that_a_script_gets(void **state)
{
    static const struct {
        const char *line, *keys;
    } pings[] = {{"ping 10.0.10.2\n", "ping 10.0.10.2\r"},
                 {"ping 10.0.10.2 count 70\n", "ping 10.0.10.2 count 70\r"},
                 {"ping 10.0.10.2 count 75\n", "ping 10.0.10.2 count 75\r"}};

    for (size_t i = 0; i < sizeof pings / sizeof pings[0]; i++) {
        struct pty_console *console = again(state, i);

        strcpy(fake.echoes, "!.!");
        start(console, 24);
        pty_console_type(console, pings[i].keys, strlen(pings[i].keys));
        pty_console_expect(console, PROMPT);
        leave(console);
        assert_string_equal(answer_of(console), ping_on_a_pipe(pings[i].line));
    }
}

static void ping_of_a_silent_host_says_how_far_it_is(void **state)
{
    struct pty_console *console = *state;

    strcpy(fake.echoes, "......");
    fake.on_wait = wait_longer;
    start(console, 24);
    KEYS(console, "ping 10.0.10.2 count 6\r");
    pty_console_expect(console, PROMPT);
    assert_said(console, " of 6 echoes", 6);
    assert_non_null(strstr(console->seen, ".  3 of 6 echoes\b"));
    leave(console);
    assert_string_equal(answer_of(console), ping_on_a_pipe("ping 10.0.10.2 count 6\n"));
}

/* Five a second: who sees them come needs no number beside them, which would only flicker. */
static void ping_whose_marks_come_says_nothing_else(void **state)
{
    struct pty_console *console = *state;

    if (getenv("NETDIAG_TEST_QEMU") != NULL)
        skip(); /* so slow that a mark may come late, and then is said how far it is */
    strcpy(fake.echoes, "........");
    fake.on_wait = wait_a_little;
    start(console, 24);
    KEYS(console, "ping 10.0.10.2 count 8\r");
    pty_console_expect(console, PROMPT);
    assert_non_null(strstr(console->seen, "seconds:\r\n........\r\nSuccess"));
    leave(console);
    assert_string_equal(answer_of(console), ping_on_a_pipe("ping 10.0.10.2 count 8\n"));
}

/* What does not fit behind the marks would be another number. */
static void ping_on_a_narrow_screen_says_no_part_of_it(void **state)
{
    struct pty_console *console = *state;
    unsigned long last;

    strcpy(fake.echoes, "......");
    fake.on_wait = wait_longer;
    start(console, 24);
    pty_console_resize(console, 20, 24);
    KEYS(console, "ping 10.0.10.2 count 6\r");
    pty_console_expect(console, PROMPT);
    assert_true(count_said(console->seen, " of 6 echoes", 8, &last) > 1);
    assert_int_equal(last, 4);
    assert_null(strstr(console->seen, "  5 of"));
    leave(console);
}

static void ping_that_is_stopped_leaves_its_marks(void **state)
{
    struct pty_console *console = *state;

    strcpy(fake.echoes, "......");
    fake.on_wait = wait_longer;
    start(console, 24);
    KEYS(console, "ping 10.0.10.2 count 6\r");
    pty_console_expect(console, "  2 of 6 echoes");
    KEYS(console, "\x03");
    pty_console_expect(console, PROMPT);
    assert_non_null(strstr(console->seen, "^C\r\n% ping stopped\r\n"));
    assert_null(strstr(screen_of(console->seen), "echoes"));
    leave(console);
}

static void fail_echoes(void)
{
    wait_a_little();
    if (fake.echoes_tried == 3)
        fake.echo_poll_error = NETDIAG_ERROR_IO;
}

static void ping_that_breaks_off_ends_its_line_first(void **state)
{
    struct pty_console *console = *state;

    fake.on_wait = fail_echoes;
    start(console, 24);
    KEYS(console, "ping 10.0.10.2\r");
    pty_console_expect(console, PROMPT);
    assert_non_null(strstr(screen_of(console->seen), "\n!!\nSuccess rate is 100 percent (2/2)"));
    assert_non_null(strstr(screen_of(console->seen), "\n% ping broke off: "));
    leave(console);
}

static void ping_as_json_or_filtered_shows_no_marks_on_the_way(void **state)
{
    static const struct {
        const char *keys, *answer;
    } pings[] = {
        {"ping 10.0.10.2 count 3 json\r", "{\"schema\":1,"},
        {"ping 10.0.10.2 count 3 | include Success\r", "Success rate is 0 percent (0/3)\n"}};

    for (size_t i = 0; i < sizeof pings / sizeof pings[0]; i++) {
        struct pty_console *console = again(state, i);

        strcpy(fake.echoes, "...");
        fake.on_wait = wait_a_little;
        start(console, 24);
        pty_console_type(console, pings[i].keys, strlen(pings[i].keys));
        pty_console_expect(console, PROMPT);
        assert_non_null(strstr(console->seen, "  2 of 3 echoes"));
        assert_null(strstr(console->seen, ".  "));
        assert_null(strstr(screen_of(console->seen), "echoes"));
        assert_null(strchr(console->seen, '\b'));
        assert_memory_equal(answer_of(console), pings[i].answer, strlen(pings[i].answer));
        leave(console);
    }
}

static void ping_without_pages_prints_its_marks_at_the_end(void **state)
{
    struct pty_console *console = *state;

    strcpy(fake.echoes, "...");
    fake.on_wait = wait_a_little;
    start(console, 24);
    KEYS(console, "terminal length 0\r");
    pty_console_expect(console, PROMPT);
    KEYS(console, "ping 10.0.10.2 count 3\r");
    pty_console_expect(console, PROMPT);
    assert_non_null(strstr(console->seen, "seconds:\r\n...\r\nSuccess"));
    assert_null(strchr(console->seen, '\b'));
    leave(console);
}

#define PTY(test) cmocka_unit_test_setup(test, pty_console_setup_later)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PTY(walk_says_how_far_it_is_and_that_is_gone_at_the_end),
        PTY(walk_with_rows_that_do_not_fit_says_how_far_it_is),
        PTY(walk_without_a_total_says_how_many),
        PTY(walk_that_meets_more_than_there_were_counts_on),
        PTY(walk_that_is_stopped_leaves_no_word_of_it),
        PTY(quick_walk_says_nothing),
        PTY(walk_without_pages_says_nothing),
        cmocka_unit_test_setup(walk_on_a_pipe_prints_the_same_whether_slow_or_not, setup),
        PTY(page_says_how_many_connections_were_above_it),
        PTY(page_of_rows_that_fit_counts_the_others_too),
        PTY(page_of_what_is_no_walk_has_no_position),
        PTY(rate_says_how_much_of_its_time_has_passed),
        PTY(ping_shows_each_mark_as_it_comes),
        PTY(ping_leaves_the_lines_that_a_script_gets),
        PTY(ping_of_a_silent_host_says_how_far_it_is),
        PTY(ping_whose_marks_come_says_nothing_else),
        PTY(ping_on_a_narrow_screen_says_no_part_of_it),
        PTY(ping_that_is_stopped_leaves_its_marks),
        PTY(ping_that_breaks_off_ends_its_line_first),
        PTY(ping_as_json_or_filtered_shows_no_marks_on_the_way),
        PTY(ping_without_pages_prints_its_marks_at_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
