/*
 * Live views and progress, on a real pseudo terminal: pictures, the keys that end them, the line
 * that says how far a command is. The command is one of the fake platform's, which calls the test
 * back while it runs.
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
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/access/descriptors.h"
#include "cli/access/tty.h"
#include "cli/session.h"
#include "cli/shell.h"
#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"
#include "tests/unit/grid.h"
#include "tests/unit/pty_console.h"

#define COMMAND "show vlan ifindex"
#define COUNTED COMMAND " | count"
#define PROMPT  "\r\nsw1>"
#define HOME    "\x1b[H"
#define CLEAR   "\x1b[2J"
#define DONE    "\x1b[J"

/* As in the session. */
#define QUIET_MS  500
#define REDRAW_MS 200

/* A shell on a pty whose session the test has. */
struct viewer {
    struct pty_console *console;
    struct netdiag_session *session;
    struct netdiag_descriptors descriptors;
    struct netdiag_door door;
    unsigned writes;
    unsigned waits; /* reads that wait, but not for ever */
    bool has_no_size;
    bool splits; /* a read that does not wait gives one byte, and the next one none */
    bool is_split;
};

static struct viewer viewer;

/* What the view did, for the test: read after the shell's end. */
static struct {
    unsigned frames;
    atomic_bool had_screen;
    bool was_cancelled;
    struct netdiag_terminal size;
    uint64_t quiet_ms, redraw_ms; /* what it took until progress was drawn, and drawn anew */
} view;

static ssize_t count_read(void *ctx, char *bytes, size_t size, int timeout_ms)
{
    viewer.waits += timeout_ms > 0;
    viewer.is_split = viewer.splits && timeout_ms == 0 && !viewer.is_split;
    if (viewer.splits && timeout_ms == 0 && !viewer.is_split)
        return NETDIAG_READ_TIMEOUT;
    return netdiag_descriptors_read(ctx, bytes, viewer.splits && timeout_ms >= 0 ? 1 : size,
                                    timeout_ms);
}

static bool count_write(void *ctx, enum netdiag_stream stream, const char *bytes, size_t size)
{
    viewer.writes++;
    return netdiag_descriptors_write(ctx, stream, bytes, size);
}

static void ask_size(void *ctx, struct netdiag_terminal *terminal)
{
    const struct netdiag_descriptors *descriptors = ctx;

    if (!viewer.has_no_size)
        netdiag_tty_size(descriptors->out, &terminal->columns, &terminal->rows);
}

static void *run_shell(void *argument)
{
    (void)argument;
    netdiag_shell_run(viewer.session);
    return NULL;
}

static int setup(void **state)
{
    struct netdiag_tty tty;

    memset(&viewer, 0, sizeof viewer);
    memset(&view, 0, sizeof view);
    pty_console_setup_later((void **)&viewer.console);
    viewer.descriptors = (struct netdiag_descriptors){.in = viewer.console->slave,
                                                      .out = viewer.console->slave,
                                                      .err = viewer.console->slave,
                                                      .stop = -1};
    viewer.door = (struct netdiag_door){
        .read = count_read,
        .write = count_write,
        .size = ask_size,
        .ctx = &viewer.descriptors,
        .line_end = "\r\n",
        .name = "test",
        .privilege = NETDIAG_PRIVILEGE_USER,
        .echoes = true,
    };
    assert_true(netdiag_tty_save(viewer.console->slave, &tty));
    assert_true(netdiag_tty_raw(viewer.console->slave, &tty));
    *state = viewer.console;
    return 0;
}

/* A terminal of that size, with the shell's prompt. */
static void start(unsigned short columns, unsigned short rows, void (*hook)(void))
{
    pty_console_resize(viewer.console, columns, rows);
    assert_int_equal(netdiag_session_open(&fake.diag, &viewer.door, &viewer.session), NETDIAG_OK);
    netdiag_session_set_language(viewer.session, NETDIAG_LANGUAGE_ENGLISH);
    fake.on_vlans = hook;
    assert_int_equal(pthread_create(&viewer.console->thread, NULL, run_shell, NULL), 0);
    pty_console_expect(viewer.console, "sw1>");
}

/* The shell ends by itself. */
static void finish(void)
{
    const struct pty_console *console = viewer.console;

    assert_int_equal(pthread_join(console->thread, NULL), 0);
    netdiag_session_close(viewer.session);
    close(console->master);
    close(console->slave);
    close(console->stop[0]);
    close(console->stop[1]);
}

static void stop(void)
{
    KEYS(viewer.console, "exit\r");
    finish();
}

static void wait_ms(int ms)
{
    (void)poll(NULL, 0, ms);
}

/* ---- pictures ---- */

static const char *const *picture_lines;

static void draw(bool first)
{
    netdiag_session_picture_begin(viewer.session, first, &view.size);
    for (size_t i = 0; picture_lines[i] != NULL; i++)
        netdiag_session_print(viewer.session, picture_lines[i]);
    netdiag_session_picture_end(viewer.session);
}

static void draw_once(void)
{
    fake.on_vlans = NULL;
    view.had_screen = netdiag_session_has_screen(viewer.session);
    netdiag_session_flush(viewer.session);
    viewer.writes = 0;
    draw(true);
    view.frames = viewer.writes;
    netdiag_session_cancel(viewer.session); /* and the table is not printed */
}

/* Draws the lines on such a screen, over rows full of '?'. */
static void show(struct grid *grid, unsigned short columns, unsigned short rows,
                 const char *const *lines)
{
    const char *picture;

    picture_lines = lines;
    start(columns, rows, draw_once);
    KEYS(viewer.console, COMMAND "\r");
    pty_console_expect(viewer.console, "sw1>");
    stop();
    grid_start(grid, columns, rows);
    for (unsigned i = 0; i < columns * rows; i++)
        grid_take(grid, "?", 1);
    grid->wrapped = grid->scrolled = 0;
    picture = strstr(viewer.console->seen, HOME);
    assert_non_null(picture);
    grid_take(grid, picture, strlen(picture));
}

/* More lines than the screen has, each longer than it is wide. */
static void check_full_picture(unsigned short columns, unsigned short rows)
{
    static struct grid grid;
    static char lines[GRID_ROWS + 2][GRID_COLUMNS + 3];
    static const char *pointers[GRID_ROWS + 3];

    for (unsigned i = 0; i < rows + 2u; i++) {
        memset(lines[i], 'a' + (int)i % 26, columns + 2);
        lines[i][columns + 2] = '\0';
        pointers[i] = lines[i];
    }
    pointers[rows + 2] = NULL;
    show(&grid, columns, rows, pointers);
    assert_true(view.had_screen);
    assert_int_equal(view.frames, 1); /* one write */
    assert_int_equal(view.size.columns, columns);
    assert_int_equal(view.size.rows, rows);
    assert_int_equal(grid.wrapped, 0);
    assert_int_equal(grid.scrolled, 0);
    for (unsigned i = 0; i < rows - 1u; i++) {
        lines[i][columns] = '\0';
        assert_string_equal(grid_row(&grid, i), lines[i]);
    }
    assert_string_equal(grid_row(&grid, rows - 1u), "sw1>");
    assert_int_equal(grid.row, rows - 1);
}

static void picture_larger_than_80x24_fills_all_rows_but_the_last(void **state)
{
    (void)state;
    check_full_picture(80, 24);
}

static void picture_larger_than_20x5_fills_all_rows_but_the_last(void **state)
{
    (void)state;
    check_full_picture(20, 5);
}

static void picture_of_short_lines_clears_what_was_there(void **state)
{
    static const char *const lines[] = {"one", "", "  three", NULL};
    struct grid grid;

    (void)state;
    show(&grid, 20, 6, lines);
    assert_string_equal(grid_row(&grid, 0), "one");
    assert_string_equal(grid_row(&grid, 1), "");
    assert_string_equal(grid_row(&grid, 2), "  three");
    assert_string_equal(grid_row(&grid, 3), "sw1>"); /* right below the picture */
    assert_string_equal(grid_row(&grid, 4), "");
    assert_string_equal(grid_row(&grid, 5), "");
}

static void picture_is_cut_between_characters_and_wide_ones_count_twice(void **state)
{
    static const char *const lines[] = {"半连接半连接半连接", "x半连接半连接半连接",
                                        "1234567890e\u0301x", "123456789e\u0301x",
                                        "12345678901",        NULL};
    struct grid grid;

    (void)state;
    show(&grid, 10, 8, lines);
    assert_string_equal(grid_row(&grid, 0), "半连接半连");
    assert_string_equal(grid_row(&grid, 1), "x半连接半"); /* half of one does not fit */
    assert_string_equal(grid_row(&grid, 2), "1234567890");
    assert_string_equal(grid_row(&grid, 3), "123456789e\u0301");
    assert_string_equal(grid_row(&grid, 4), "1234567890");
    assert_string_equal(grid_row(&grid, 5), "sw1>");
    assert_int_equal(grid.wrapped, 0);
}

static void draw_shorter_then_end(void)
{
    static const char *const longer[] = {"longer line", "second", "third", NULL};
    static const char *const shorter[] = {"short", "second", NULL};

    fake.on_vlans = NULL;
    picture_lines = longer;
    draw(true);
    picture_lines = shorter;
    draw(false);
    netdiag_session_cancel(viewer.session);
}

static void picture_over_a_longer_one_leaves_nothing_of_it(void **state)
{
    struct grid grid;
    const char *second;

    (void)state;
    start(20, 6, draw_shorter_then_end);
    KEYS(viewer.console, COMMAND "\r");
    pty_console_expect(viewer.console, "sw1>");
    stop();
    grid_start(&grid, 20, 6);
    grid_take(&grid, viewer.console->seen, viewer.console->size);
    assert_string_equal(grid_row(&grid, 0), "short");
    assert_string_equal(grid_row(&grid, 1), "second");
    assert_string_equal(grid_row(&grid, 2), "sw1>");
    assert_string_equal(grid_row(&grid, 3), "");
    second = strstr(viewer.console->seen, DONE);
    assert_non_null(second);
    assert_memory_equal(second, DONE HOME "s", sizeof DONE HOME); /* it is not cleared before */
}

static void draw_until_cancelled(void)
{
    struct netdiag_terminal size;

    fake.on_vlans = NULL;
    netdiag_session_picture_begin(viewer.session, true, &size);
    for (unsigned i = 0; i < 1000 && !netdiag_session_cancelled(viewer.session); i++) {
        netdiag_session_print(viewer.session, "line");
        wait_ms(10);
        netdiag_session_look(viewer.session);
    }
    netdiag_session_picture_end(viewer.session);
}

static void picture_interrupted_in_its_middle_is_not_shown(void **state)
{
    (void)state;
    start(80, 24, draw_until_cancelled);
    KEYS(viewer.console, COMMAND "\r");
    pty_console_expect(viewer.console, "\r\n");
    wait_ms(50); /* the command has begun */
    KEYS(viewer.console, "\x03");
    pty_console_expect(viewer.console, "sw1>");
    assert_string_equal(viewer.console->seen, DONE "^C\r\nsw1>");
    stop();
}

/* ---- who has a screen ---- */

static void note_screen(void)
{
    view.had_screen = netdiag_session_has_screen(viewer.session);
    netdiag_session_cancel(viewer.session);
}

static bool has_screen(const char *line)
{
    char keys[80];

    view.had_screen = false;
    snprintf(keys, sizeof keys, "%s\r", line);
    pty_console_type(viewer.console, keys, strlen(keys));
    pty_console_expect(viewer.console, PROMPT);
    return view.had_screen;
}

static void screen_is_there_where_its_size_is_known_and_no_filter_reads(void **state)
{
    (void)state;
    start(80, 24, note_screen);
    assert_true(has_screen(COMMAND));
    assert_false(has_screen(COUNTED));
    assert_true(has_screen(COMMAND));
    has_screen("terminal length 0");
    assert_false(has_screen(COMMAND));
    has_screen("terminal length 30");
    assert_true(has_screen(COMMAND));
    has_screen("terminal width 0");
    assert_false(has_screen(COMMAND));
    has_screen("terminal width 80");
    pty_console_resize(viewer.console, 0, 0);
    assert_true(has_screen(COMMAND));
    has_screen("terminal length 1"); /* not even a row beside the free one */
    assert_false(has_screen(COMMAND));
    stop();
}

static void screen_of_unknown_size_is_none(void **state)
{
    (void)state;
    viewer.has_no_size = true;
    start(80, 24, note_screen);
    assert_false(has_screen(COMMAND));
    has_screen("terminal length 24");
    assert_false(has_screen(COMMAND));
    has_screen("terminal width 80");
    assert_true(has_screen(COMMAND));
    stop();
}

/* ---- sizes and keys ---- */

/* A view as a command has one: until a key is typed, or 10 s are over. */
static void run_view(void)
{
    static const char *const lines[] = {"view", NULL};
    uint64_t until_ms = netdiag_session_clock_ms() + 10000;

    picture_lines = lines;
    fake.on_vlans = NULL;
    view.frames = 0;
    do {
        if (view.frames == 0 || netdiag_session_was_resized(viewer.session)) {
            draw(view.frames == 0);
            view.frames++;
        }
        wait_ms(10);
    } while (!netdiag_session_take_key(viewer.session) && netdiag_session_clock_ms() < until_ms);
    assert_true(netdiag_session_clock_ms() < until_ms);
    view.was_cancelled = netdiag_session_cancelled(viewer.session);
    netdiag_session_cancel(viewer.session); /* and the table is not printed */
}

static void begin_view(void)
{
    start(40, 10, run_view);
    KEYS(viewer.console, COMMAND "\r");
    pty_console_expect(viewer.console, DONE);
}

/* After the view's end nothing of the key is at the prompt, which takes a line as ever. */
static void expect_clean_prompt(const char *before)
{
    char expected[80];

    snprintf(expected, sizeof expected, "%ssw1>", before);
    pty_console_expect(viewer.console, "sw1>");
    assert_string_equal(viewer.console->seen, expected);
    wait_ms(50);
    KEYS(viewer.console, "show privilege\r");
    pty_console_expect(viewer.console, PROMPT);
    assert_string_equal(viewer.console->seen,
                        "show privilege\r\nCurrent privilege level is 1\r\nsw1>");
    stop();
}

static void view_is_drawn_anew_for_another_size(void **state)
{
    (void)state;
    begin_view();
    pty_console_resize(viewer.console, 132, 43);
    pty_console_expect(viewer.console, DONE);
    assert_string_equal(viewer.console->seen, HOME CLEAR "view\x1b[K\r\n" DONE);
    KEYS(viewer.console, "q");
    expect_clean_prompt("");
    assert_int_equal(view.size.columns, 132);
    assert_int_equal(view.size.rows, 43);
    assert_int_equal(view.frames, 2);
}

static void view_whose_size_is_lost_stays_as_it_was(void **state)
{
    (void)state;
    begin_view();
    pty_console_resize(viewer.console, 0, 0);
    wait_ms(100);
    pty_console_resize(viewer.console, 40, 1);
    wait_ms(100);
    pty_console_resize(viewer.console, 40, 12);
    pty_console_expect(viewer.console, DONE);
    assert_string_equal(viewer.console->seen, HOME CLEAR "view\x1b[K\r\n" DONE);
    KEYS(viewer.console, "q");
    expect_clean_prompt("");
    assert_int_equal(view.size.rows, 12);
    assert_int_equal(view.frames, 2);
}

/* As the picture begins it is another size than when it was decided to draw it. */
static void draw_where_no_size_is_known(void)
{
    static const char *const lines[] = {"one", NULL};

    fake.on_vlans = NULL;
    picture_lines = lines;
    draw(true);
    viewer.has_no_size = true;
    draw(false);
    netdiag_session_cancel(viewer.session);
}

static void picture_of_no_size_is_drawn_for_the_one_before(void **state)
{
    (void)state;
    start(40, 10, draw_where_no_size_is_known);
    KEYS(viewer.console, COMMAND "\r");
    pty_console_expect(viewer.console, "sw1>");
    assert_non_null(strstr(viewer.console->seen, DONE HOME "one\x1b[K\r\n" DONE "sw1>"));
    stop();
    assert_int_equal(view.size.rows, 10);
}

static void view_ends_by_any_key(void **state)
{
    (void)state;
    begin_view();
    KEYS(viewer.console, "q");
    expect_clean_prompt("");
    assert_false(view.was_cancelled);
}

static void view_ends_by_enter_which_is_one_key(void **state)
{
    (void)state;
    begin_view();
    KEYS(viewer.console, "\r");
    wait_ms(30);
    KEYS(viewer.console, "\n");
    expect_clean_prompt("");
}

static void view_ends_by_a_character_of_many_bytes(void **state)
{
    (void)state;
    begin_view();
    KEYS(viewer.console, "好");
    expect_clean_prompt("");
}

static void view_ends_by_a_character_in_parts(void **state)
{
    (void)state;
    viewer.splits = true;
    begin_view();
    KEYS(viewer.console, "好");
    expect_clean_prompt("");
    assert_int_equal(viewer.waits, 2);
}

static void view_ends_by_an_arrow_which_is_one_key(void **state)
{
    (void)state;
    begin_view();
    KEYS(viewer.console, "\x1b[A");
    expect_clean_prompt("");
    assert_int_equal(viewer.waits, 0); /* there is no more to come */
}

static void view_ends_by_an_arrow_in_parts(void **state)
{
    (void)state;
    viewer.splits = true;
    begin_view();
    KEYS(viewer.console, "\x1b[1;5A");
    expect_clean_prompt("");
    assert_int_equal(viewer.waits, 5);
}

static void view_ends_by_escape_alone(void **state)
{
    (void)state;
    begin_view();
    KEYS(viewer.console, "\x1b");
    expect_clean_prompt("");
    assert_int_equal(viewer.waits, 1);
}

static void view_ends_by_an_interrupt_which_cancels(void **state)
{
    (void)state;
    begin_view();
    KEYS(viewer.console, "\x03");
    expect_clean_prompt("^C\r\n");
    assert_true(view.was_cancelled);
}

static void view_ends_by_an_interrupt_among_other_keys(void **state)
{
    (void)state;
    begin_view();
    KEYS(viewer.console, "\x1b[Bxyz\x03"
                         "abc");
    expect_clean_prompt("^C\r\n");
    assert_true(view.was_cancelled);
}

static void lines_typed_before_a_view_run_after_it(void **state)
{
    (void)state;
    start(40, 10, run_view);
    KEYS(viewer.console, COMMAND "\rshow privilege\rter");
    pty_console_expect(viewer.console, DONE);
    wait_ms(100);
    assert_int_equal(poll(&(struct pollfd){.fd = viewer.console->master, .events = POLLIN}, 1, 0),
                     0); /* it is still there */
    KEYS(viewer.console, "q");
    pty_console_expect(viewer.console, "ter");
    assert_string_equal(viewer.console->seen,
                        "sw1>show privilege\r\nCurrent privilege level is 1\r\nsw1>ter");
    KEYS(viewer.console, "\x03");
    pty_console_expect(viewer.console, "^C" PROMPT);
    stop();
}

static void interrupt_in_a_view_drops_the_lines_typed_before(void **state)
{
    (void)state;
    start(40, 10, run_view);
    KEYS(viewer.console, COMMAND "\rshow version\r");
    pty_console_expect(viewer.console, DONE);
    KEYS(viewer.console, "\x03");
    expect_clean_prompt("^C\r\n");
}

/* A key that netdiag_session_look() took meanwhile counts as one. */
static void look_then_take(void)
{
    int left;

    fake.on_vlans = NULL;
    assert_int_equal(
        poll(&(struct pollfd){.fd = viewer.console->slave, .events = POLLIN}, 1, 10000), 1);
    do {
        wait_ms(5);
        netdiag_session_look(viewer.session);
        assert_int_equal(ioctl(viewer.console->slave, FIONREAD, &left), 0);
    } while (left > 0);
    view.frames = netdiag_session_take_key(viewer.session);
    view.frames += netdiag_session_take_key(viewer.session);
    netdiag_session_cancel(viewer.session);
}

static void key_that_a_look_for_an_interrupt_read_counts_once(void **state)
{
    (void)state;
    start(40, 10, look_then_take);
    KEYS(viewer.console, COMMAND "\r");
    pty_console_expect(viewer.console, "\r\n");
    wait_ms(50); /* the command has begun */
    KEYS(viewer.console, "q");
    expect_clean_prompt("");
    assert_int_equal(view.frames, 1);
}

/* ---- nobody types any more ---- */

#define LEFT "\r\n% this shell ends: nothing was typed for 1 seconds\r\n"

static void let_time_pass(void)
{
    wait_ms(20);
}

static void start_with_idle_time(void)
{
    viewer.door.idle_s = 1;
    fake.on_wait = let_time_pass; /* 20 of them are an interval */
    fake_count_all();
    start(40, 10, NULL);
}

static void view_without_an_end_that_is_left_ends_the_shell(void **state)
{
    uint64_t began_ms = netdiag_session_clock_ms();

    (void)state;
    start_with_idle_time();
    KEYS(viewer.console, "monitor tcp\r");
    pty_console_expect(viewer.console, DONE LEFT);
    assert_in_range(netdiag_session_clock_ms() - began_ms, 990, 8000);
    finish();
}

static void view_with_a_count_that_is_left_goes_on_to_its_end(void **state)
{
    uint64_t began_ms = netdiag_session_clock_ms();

    (void)state;
    start_with_idle_time();
    KEYS(viewer.console, "monitor tcp interval 1 count 4\r");
    pty_console_expect(viewer.console, "sw1>");
    assert_in_range(netdiag_session_clock_ms() - began_ms, 1500, 20000);
    pty_console_expect(viewer.console, LEFT); /* at the prompt */
    finish();
}

/* ---- where no person types ---- */

static ssize_t read_end(void *ctx, char *bytes, size_t size, int timeout_ms)
{
    (void)ctx, (void)bytes, (void)size, (void)timeout_ms;
    return NETDIAG_READ_END;
}

static bool write_nothing(void *ctx, enum netdiag_stream stream, const char *bytes, size_t size)
{
    (void)ctx, (void)stream, (void)bytes;
    viewer.writes += size > 0;
    return true;
}

static int setup_bare(void **state)
{
    (void)state;
    fake_reset();
    memset(&viewer, 0, sizeof viewer);
    viewer.door = (struct netdiag_door){
        .read = read_end, .write = write_nothing, .line_end = "\n", .privilege = 1};
    return 0;
}

static void open_bare(bool echoes)
{
    viewer.door.echoes = echoes;
    assert_int_equal(netdiag_session_open(&fake.diag, &viewer.door, &viewer.session), NETDIAG_OK);
    netdiag_session_begin(viewer.session);
}

static void end_of_the_input_ends_a_view(void **state)
{
    (void)state;
    open_bare(true);
    assert_true(netdiag_session_take_key(viewer.session));
    assert_true(netdiag_session_ended(viewer.session));
    netdiag_session_close(viewer.session);
}

static void program_has_no_keys_no_screen_and_no_progress(void **state)
{
    (void)state;
    open_bare(false);
    netdiag_session_set_rows(viewer.session, 24);
    netdiag_session_set_columns(viewer.session, 80);
    netdiag_session_begin(viewer.session);
    assert_false(netdiag_session_has_screen(viewer.session));
    assert_false(netdiag_session_take_key(viewer.session));
    for (unsigned i = 0; i < 2; i++) {
        assert_false(netdiag_session_shows_progress(viewer.session));
        netdiag_session_progress(viewer.session, i, 2, "rows");
        netdiag_session_look(viewer.session);
        wait_ms(QUIET_MS + 50);
    }
    netdiag_session_look(viewer.session);
    assert_int_equal(viewer.writes, 0);
    netdiag_session_cancel(viewer.session);
    assert_true(netdiag_session_take_key(viewer.session));
    netdiag_session_close(viewer.session);
}

/* ---- progress ---- */

/* Says it as a handler does. */
static void say(uint64_t done, uint64_t total, const char *what)
{
    netdiag_session_progress(viewer.session, done, total, what);
    wait_ms(5);
    netdiag_session_look(viewer.session);
}

static void say_for(uint64_t done, uint64_t total, const char *what, unsigned ms)
{
    uint64_t until_ms = netdiag_session_clock_ms() + ms;

    while (netdiag_session_clock_ms() < until_ms)
        say(done, total, what);
}

/* Until something is written: the line is there. Returns a time shortly before. */
static uint64_t say_until_drawn(uint64_t done, uint64_t total, const char *what)
{
    uint64_t now_ms = netdiag_session_clock_ms(), until_ms = now_ms + 10000;
    unsigned writes = viewer.writes;

    while (viewer.writes == writes && now_ms < until_ms) {
        now_ms = netdiag_session_clock_ms();
        say(done, total, what);
    }
    assert_int_not_equal(viewer.writes, writes);
    return now_ms;
}

static void say_two(void)
{
    uint64_t began_ms, drawn_ms;

    fake.on_vlans = NULL;
    netdiag_session_print(viewer.session, "row");
    netdiag_session_flush(viewer.session);
    say_for(1, 0, "rows", QUIET_MS / 2);
    began_ms = netdiag_session_clock_ms();
    netdiag_session_print(viewer.session, "row");
    netdiag_session_flush(viewer.session);
    drawn_ms = say_until_drawn(1234, 10000, "connections");
    view.quiet_ms = netdiag_session_clock_ms() - began_ms;
    say_until_drawn(9, 0, "rows");
    view.redraw_ms = netdiag_session_clock_ms() - drawn_ms;
}

static void progress_is_drawn_over_itself_and_gone_before_the_next_line(void **state)
{
    (void)state;
    start(80, 24, say_two);
    KEYS(viewer.console, COUNTED "\r");
    pty_console_expect(viewer.console, "sw1>");
    stop();
    assert_non_null(strstr(viewer.console->seen, "row\r\n"
                                                 "\r  1234 of 10000 connections"
                                                 "\r  9 rows                   "
                                                 "\r        \r4\r\nsw1>"));
    assert_in_range(view.quiet_ms, QUIET_MS, 10000); /* after the last line */
    assert_in_range(view.redraw_ms, REDRAW_MS, 10000);
}

static void say_then_fail(void)
{
    fake.on_vlans = NULL;
    say_until_drawn(1, 2, "rows");
    fake.vlans_error = NETDIAG_ERROR_DOWN;
}

static void progress_is_gone_before_an_error(void **state)
{
    (void)state;
    start(80, 24, say_then_fail);
    KEYS(viewer.console, COMMAND "\r");
    pty_console_expect(viewer.console, "sw1>");
    assert_non_null(strstr(viewer.console->seen, COMMAND "\r\n\r  1 of 2 rows\r             \r%"));
    assert_null(strstr(strstr(viewer.console->seen, "rows") + 4, "rows"));
    stop();
}

static void say_and_print_nothing(void)
{
    fake.on_vlans = NULL;
    say_until_drawn(1, 2, "rows");
    netdiag_session_cancel(viewer.session);
}

static void progress_is_gone_before_the_prompt(void **state)
{
    (void)state;
    start(80, 24, say_and_print_nothing);
    KEYS(viewer.console, COUNTED "\r");
    pty_console_expect(viewer.console, "sw1>");
    assert_string_equal(viewer.console->seen, COUNTED "\r\n\r  1 of 2 rows\r             \rsw1>");
    stop();
}

static void say_and_leave(void)
{
    fake.on_vlans = NULL;
    say_until_drawn(1, 2, "rows");
    netdiag_session_cancel(viewer.session);
    netdiag_session_end(viewer.session);
}

static void progress_is_gone_where_no_prompt_follows(void **state)
{
    (void)state;
    start(80, 24, say_and_leave);
    KEYS(viewer.console, COUNTED "\r");
    pty_console_expect(viewer.console, "\r  1 of 2 rows\r             \r");
    finish();
}

static void say_until_cancelled(void)
{
    fake.on_vlans = NULL;
    for (unsigned i = 0; i < 2000 && !netdiag_session_cancelled(viewer.session); i++)
        say(1, 2, "rows");
}

static void progress_is_gone_at_an_interrupt(void **state)
{
    (void)state;
    start(80, 24, say_until_cancelled);
    KEYS(viewer.console, COMMAND "\r");
    pty_console_expect(viewer.console, "  1 of 2 rows");
    KEYS(viewer.console, "\x03");
    pty_console_expect(viewer.console, "sw1>");
    assert_string_equal(viewer.console->seen, "\r             \r^C\r\nsw1>");
    stop();
}

static void say_no_more(void)
{
    fake.on_vlans = NULL;
    say_until_drawn(1, 2, "rows");
    netdiag_session_progress(viewer.session, 0, 0, NULL);
    wait_ms(50);
    say_for(0, 0, NULL, QUIET_MS + 100);
    netdiag_session_cancel(viewer.session);
}

static void progress_with_no_more_to_say_is_gone_at_once(void **state)
{
    (void)state;
    start(80, 24, say_no_more);
    KEYS(viewer.console, COMMAND "\r");
    pty_console_expect(viewer.console, "\r             \r");
    pty_console_expect(viewer.console, "sw1>");
    assert_string_equal(viewer.console->seen, "sw1>");
    stop();
}

static void say_in_vain(void)
{
    fake.on_vlans = NULL;
    say_for(1, 2, "rows", QUIET_MS + 100);
    netdiag_session_cancel(viewer.session);
}

static void progress_is_not_there_where_pages_are_off(void **state)
{
    (void)state;
    start(80, 24, say_in_vain);
    KEYS(viewer.console, "terminal length 0\r");
    pty_console_expect(viewer.console, PROMPT);
    KEYS(viewer.console, COMMAND "\r");
    pty_console_expect(viewer.console, "sw1>");
    assert_string_equal(viewer.console->seen, COMMAND "\r\nsw1>");
    stop();
}

static void say_widely(void)
{
    fake.on_vlans = NULL;
    say_until_drawn(1, 2, "半连接半连接");
    netdiag_session_cancel(viewer.session);
}

static void progress_is_cut_before_the_last_column(void **state)
{
    (void)state;
    start(15, 24, say_widely); /* two blanks, "1 of 2 ", and 5 columns up to the last one */
    KEYS(viewer.console, COUNTED "\r");
    pty_console_expect(viewer.console, "sw1>");
    assert_non_null(strstr(viewer.console->seen, "\n\r  1 of 2 半连\r             \rsw1>"));
    stop();
}

/* ---- pages ---- */

static void say_and_print_a_page(void)
{
    fake.on_vlans = NULL;
    for (unsigned i = 0; i < 5; i++) {
        netdiag_session_progress(viewer.session, i, 10000, "connections");
        netdiag_session_print(viewer.session, "row");
    }
    netdiag_session_cancel(viewer.session);
}

static void page_says_how_far_it_is_and_nothing_of_it_stays(void **state)
{
    (void)state;
    start(80, 4, say_and_print_a_page);
    KEYS(viewer.console, COMMAND "\r");
    pty_console_expect(viewer.console, ") ");
    assert_string_equal(viewer.console->seen,
                        COMMAND "\r\nrow\r\nrow\r\nrow\r\n --More-- (3 of 10000 connections) ");
    KEYS(viewer.console, " ");
    pty_console_expect(viewer.console, "sw1>");
    assert_string_equal(viewer.console->seen,
                        "\r                                   \rrow\r\nrow\r\nsw1>");
    stop();
}

/* A program that turns pages finds what it always found. */
static void page_that_is_turned_at_once_says_nothing_else(void **state)
{
    (void)state;
    start(80, 4, say_and_print_a_page);
    KEYS(viewer.console, COMMAND "\r ");
    pty_console_expect(viewer.console, "sw1>");
    assert_string_equal(viewer.console->seen,
                        COMMAND "\r\nrow\r\nrow\r\nrow\r\n --More-- \r          \rrow\r\nrow\r\n"
                                "sw1>");
    stop();
}

static void page_on_a_narrow_screen_asks_without_it(void **state)
{
    (void)state;
    start(35, 4, say_and_print_a_page); /* the text would stand in the last column */
    KEYS(viewer.console, COMMAND "\r");
    pty_console_expect(viewer.console, "row\r\n --More-- ");
    wait_ms(QUIET_MS + 100);
    KEYS(viewer.console, "q");
    pty_console_expect(viewer.console, "sw1>");
    assert_string_equal(viewer.console->seen, "\r          \rsw1>");
    stop();
}

static void say_before_a_page(void)
{
    fake.on_vlans = NULL;
    for (unsigned i = 0; i < 3; i++)
        netdiag_session_print(viewer.session, "row");
    say_until_drawn(3, 4, "rows");
    netdiag_session_print(viewer.session, "row");
    netdiag_session_cancel(viewer.session);
}

static void progress_is_gone_before_a_page_asks(void **state)
{
    (void)state;
    start(80, 4, say_before_a_page);
    KEYS(viewer.console, COMMAND "\r");
    pty_console_expect(viewer.console, ") ");
    assert_non_null(strstr(viewer.console->seen, "row\r\n\r  3 of 4 rows\r             \r"
                                                 " --More-- (3 of 4 rows) "));
    KEYS(viewer.console, "q");
    pty_console_expect(viewer.console, "sw1>");
    stop();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(picture_larger_than_80x24_fills_all_rows_but_the_last, setup),
        cmocka_unit_test_setup(picture_larger_than_20x5_fills_all_rows_but_the_last, setup),
        cmocka_unit_test_setup(picture_of_short_lines_clears_what_was_there, setup),
        cmocka_unit_test_setup(picture_is_cut_between_characters_and_wide_ones_count_twice, setup),
        cmocka_unit_test_setup(picture_over_a_longer_one_leaves_nothing_of_it, setup),
        cmocka_unit_test_setup(picture_interrupted_in_its_middle_is_not_shown, setup),
        cmocka_unit_test_setup(screen_is_there_where_its_size_is_known_and_no_filter_reads, setup),
        cmocka_unit_test_setup(screen_of_unknown_size_is_none, setup),
        cmocka_unit_test_setup(view_is_drawn_anew_for_another_size, setup),
        cmocka_unit_test_setup(picture_of_no_size_is_drawn_for_the_one_before, setup),
        cmocka_unit_test_setup(view_whose_size_is_lost_stays_as_it_was, setup),
        cmocka_unit_test_setup(view_ends_by_any_key, setup),
        cmocka_unit_test_setup(view_ends_by_enter_which_is_one_key, setup),
        cmocka_unit_test_setup(view_ends_by_a_character_of_many_bytes, setup),
        cmocka_unit_test_setup(view_ends_by_a_character_in_parts, setup),
        cmocka_unit_test_setup(view_ends_by_an_arrow_which_is_one_key, setup),
        cmocka_unit_test_setup(view_ends_by_an_arrow_in_parts, setup),
        cmocka_unit_test_setup(view_ends_by_escape_alone, setup),
        cmocka_unit_test_setup(view_ends_by_an_interrupt_which_cancels, setup),
        cmocka_unit_test_setup(view_ends_by_an_interrupt_among_other_keys, setup),
        cmocka_unit_test_setup(lines_typed_before_a_view_run_after_it, setup),
        cmocka_unit_test_setup(interrupt_in_a_view_drops_the_lines_typed_before, setup),
        cmocka_unit_test_setup(key_that_a_look_for_an_interrupt_read_counts_once, setup),
        cmocka_unit_test_setup(view_with_a_count_that_is_left_goes_on_to_its_end, setup),
        cmocka_unit_test_setup(view_without_an_end_that_is_left_ends_the_shell, setup),
        cmocka_unit_test_setup(end_of_the_input_ends_a_view, setup_bare),
        cmocka_unit_test_setup(program_has_no_keys_no_screen_and_no_progress, setup_bare),
        cmocka_unit_test_setup(progress_is_drawn_over_itself_and_gone_before_the_next_line, setup),
        cmocka_unit_test_setup(progress_is_gone_before_an_error, setup),
        cmocka_unit_test_setup(progress_is_gone_before_the_prompt, setup),
        cmocka_unit_test_setup(progress_is_gone_where_no_prompt_follows, setup),
        cmocka_unit_test_setup(progress_is_gone_at_an_interrupt, setup),
        cmocka_unit_test_setup(progress_with_no_more_to_say_is_gone_at_once, setup),
        cmocka_unit_test_setup(progress_is_not_there_where_pages_are_off, setup),
        cmocka_unit_test_setup(progress_is_cut_before_the_last_column, setup),
        cmocka_unit_test_setup(page_says_how_far_it_is_and_nothing_of_it_stays, setup),
        cmocka_unit_test_setup(page_that_is_turned_at_once_says_nothing_else, setup),
        cmocka_unit_test_setup(page_on_a_narrow_screen_asks_without_it, setup),
        cmocka_unit_test_setup(progress_is_gone_before_a_page_asks, setup),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests_name("screen", tests, NULL, NULL);
}
