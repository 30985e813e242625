/*
 * The shell on a real pseudo terminal: golden transcripts, and the keys that bring stock libcli
 * down.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "netdiag/config.h"
#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"
#include "tests/unit/pty_console.h"

/* ---- transcripts ---- */

/* What is typed, and what the terminal shows at the end of the answer. */
struct step {
    const char *keys;
    const char *end;
};

static char transcript[262144];
static size_t transcript_size;

static void add(const char *text)
{
    size_t size = strlen(text);

    assert_true(transcript_size + size < sizeof transcript);
    memcpy(transcript + transcript_size, text, size + 1);
    transcript_size += size;
}

/* What was printed: the end of a line as LF, other control characters as ^X. */
static void add_printed(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        char text[3] = {bytes[i], '\0', '\0'};

        if (bytes[i] == '\r' && i + 1 < size && bytes[i + 1] == '\n') {
            i++;
            text[0] = '\n';
        } else if ((unsigned char)bytes[i] < 0x20) {
            text[0] = '^';
            text[1] = (char)(bytes[i] + '@');
        }
        add(text);
    }
}

static void play(struct pty_console *console, const struct step *steps, const char *golden)
{
    transcript_size = 0;
    add("sw1>");
    for (; steps->keys != NULL; steps++) {
        pty_console_type(console, steps->keys, strlen(steps->keys));
        pty_console_expect(console, steps->end);
        add_printed(console->seen, console->size);
    }
    add("\n");
    assert_golden(golden, transcript, transcript_size);
    KEYS(console, "\x15"
                  "exit\r");
    pty_console_ended(console, 0);
}

#define PROMPT "\r\nsw1>"

static void shell_completion_is_as_in_the_transcript(void **state)
{
    static const struct step steps[] = {
        {"sh\t", "show "},
        {"tc\t", "tcp "},
        {"s\t", "stat"}, /* states begins so too */
        {"i\t", "istics "},
        {"\x15show ver\t", "version "},
        {"\t", "json "},
        {"\t", "\a"},
        {"\x15vl\t", "\a"},
        {"\x15SH V\t", "SH V"},
        {"L\t", "vlan "},
        {"ifi\t", "ifindex "},
        {"\t", "ifindex "},
        {"1\t", "ifindex 1"},
        {"0\t", "0 "},
        {"d\t", "detail "},
        {"| \t", "| "},
        {"i\t", "include "},
        {"Vlan10\r", PROMPT},
        {"show vlan na\t", "name "},
        {"\t", "V"},
        {"o\t", "\"Voice LAN\" "},
        {"i\t\r", PROMPT},
        {"show vlan name Vlan\t", "Vlan"},
        {"1\t", "Vlan1"},
        {"\x15show tcp stati x\x1b[D\x1b[D\t", "\b\b"}, /* in the middle of a line */
        {"\r", PROMPT},
        {"term la\t", "nguage "},
        {"e\t\r", PROMPT},
        {NULL, NULL},
    };

    strcpy(fake_vlan(30)->name, "Voice LAN");
    pty_console_start(*state);
    play(*state, steps, "shell_completion.txt");
}

static void shell_help_is_as_in_the_transcript(void **state)
{
    static const struct step steps[] = {
        {"?", PROMPT},
        {"s?", "sw1>s"},
        {"how ?", "sw1>show "},
        {"v?", "sw1>show v"},
        {"lan ?", "sw1>show vlan "},
        {"ifindex ?", "sw1>show vlan ifindex "},
        {"10?", "sw1>show vlan ifindex 10"},
        {" ?", "sw1>show vlan ifindex 10 "},
        {"detail json ?", "sw1>show vlan ifindex 10 detail json "},
        {"| ?", "sw1>show vlan ifindex 10 detail json | "},
        {"g ?", "sw1>show vlan ifindex 10 detail json | g "},
        {"-v ?", "sw1>show vlan ifindex 10 detail json | g -v "},
        {"x ?", "sw1>show vlan ifindex 10 detail json | g -v x "},
        {"| c ?", "sw1>show vlan ifindex 10 detail json | g -v x | c "},
        {"\x15show nonsense ?", "sw1>show nonsense "},
        {"\x15show vlan id ?", "sw1>show vlan id "},
        {"10 ?", "sw1>show vlan id 10 "},
        {"\x15show vlan name ?", "sw1>show vlan name "},
        {"\x15terminal length ?", "sw1>terminal length "},
        {"\x15terminal l?", "sw1>terminal l"},
        {"anguage ?", "sw1>terminal language "},
        {NULL, NULL},
    };

#if !defined CONFIG_NETDIAG_DIAGNOSIS || !defined CONFIG_NETDIAG_LANGUAGE_ZH ||                    \
    !defined CONFIG_NETDIAG_LIVE
    KEYS(*state, "exit\r"); /* the transcript has its commands */
    pty_console_ended(*state, 0);
    skip();
#endif
    play(*state, steps, "shell_help.txt");
}

static void shell_errors_are_as_in_the_transcript(void **state)
{
    static const struct step steps[] = {
        {"nonsense\r", PROMPT},
        {"show nonsense\r", PROMPT},
        {"show vlan ifindex 4095\r", PROMPT},
        {"show vlan\r", PROMPT},
        {"sh v\r", PROMPT},
        {"show vlan ifindex 99\r", PROMPT},
        {"show vlan ifindex | nonsense\r", PROMPT},
        {"show vlan ifindex | include (\r", PROMPT},
        {"show vlan ifindex |\r", PROMPT},
        {"show vlan name \xe4\xba\xa4\xe6\x8d\xa2 nonsense\r", PROMPT}, /* double-width */
        {"terminal length 513\r", PROMPT},
        {"terminal language fr\r", PROMPT},
        {NULL, NULL},
    };

    play(*state, steps, "shell_errors.txt");
}

static void shell_history_is_as_in_the_transcript(void **state)
{
    static const struct step steps[] = {
        {"show privilege\r", PROMPT},
        {"show vlan ifindex 10\r", PROMPT},
        {"show vlan ifindex 10\r", PROMPT},
        {"half a l\x1b[A", "show vlan ifindex 10"},
        {"\x1b[A", "show privilege"},
        {"\x1b[A", "\a"},
        {"\x1b[B", "show vlan ifindex 10"},
        {"\x1b[B", "half a l"}, /* the line as it was being typed */
        {"\x1b[B", "\a"},
        {"\x10\x1b[D\x1b[D\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x1b[3~\x1b[3~name Vlan10 if\r", PROMPT},
        {"show history\r", PROMPT},
        {"show hist\x03", PROMPT},
        {"foo\x1a", PROMPT},
        {NULL, NULL},
    };

    play(*state, steps, "shell_history.txt");
}

static void shell_pages_are_as_in_the_transcript(void **state)
{
    static const struct step steps[] = {
        {"terminal length 5\r", PROMPT},
        {"show vlan ifindex detail\r", " --More-- "},
        {" ", " --More-- "},
        {"\r", " --More-- "},
        {"\r", " --More-- "},
        {"q", "sw1>"},
        {"show vlan ifindex detail\r", " --More-- "},
        {"x\x03", "sw1>"},
        {"show vlan ifindex detail | include Address\r", PROMPT},
        {"show vlan ifindex detail | exclude Address\r", " --More-- "},
        {"q", "sw1>"},
        {"terminal width 30\r", PROMPT},
        {"show vlan ifindex\r", " --More-- "}, /* two rows for each line */
        {"q", "sw1>"},
        {"show ?", " --More-- "},
        {"q", "sw1>show "},
        {"\x15term len 0\r", PROMPT},
        {"t w 0\r", PROMPT},
        {"show vlan ifindex detail\r", PROMPT},
        {NULL, NULL},
    };

    play(*state, steps, "shell_pages.txt");
}

static void shell_filters_are_as_in_the_transcript(void **state)
{
    static const struct step steps[] = {
        {"show vlan ifindex | include Vlan1\r", PROMPT},
        {"show vlan ifindex | exclude Vlan1\r", PROMPT},
        {"show vlan ifindex | begin Vlan10\r", PROMPT},
        {"show vlan ifindex | count\r", PROMPT},
        {"show vlan ifindex | grep -v -i VLAN1\r", PROMPT},
        {"show vlan ifindex | i Vlan | e Vlan20 | c\r", PROMPT},
        {"show version json | i product\r", PROMPT},
        {"show vlan ifindex | include \"Vlan10|Vlan20\"\r", PROMPT},
        {NULL, NULL},
    };

    play(*state, steps, "shell_filters.txt");
}

static void shell_commands_are_as_in_the_transcript(void **state)
{
    static const struct step steps[] = {
        {"show privilege\r", PROMPT},     {"enable\r", "\r\nsw1#"},
        {"show privilege\r", "sw1#"},     {"disable\r", PROMPT},
        {"show users\r", PROMPT},         {"show users json\r", PROMPT},
        {"show clock\r", PROMPT},         {"show clock json\r", PROMPT},
        {"show version\r", PROMPT},       {"terminal length 0\r", PROMPT},
        {"terminal width 511\r", PROMPT}, {"terminal width 512\r", PROMPT},
        {"terminal width 0\r", PROMPT},   {"term len 0\r", PROMPT},
        {"term width 512\r", PROMPT},     {NULL, NULL},
    };

    play(*state, steps, "shell_commands.txt");
}

/* ---- keys that bring stock libcli down ---- */

static void assert_answers(struct pty_console *console)
{
    KEYS(console, "\x15show priv\r");
    pty_console_expect(console, "level is 1\r\nsw1>");
}

static void leave(struct pty_console *console)
{
    KEYS(console, "\x15"
                  "exit\r");
    pty_console_ended(console, 0);
}

static void shell_one_key_after_a_filters_word_is_harmless(void **state)
{
    static const char *const filters[] = {"include", "exclude", "grep", "egrep", "begin",
                                          "between", "count",   "inc",  "g -v"};
    static const char keys[] = {'\t', '?'};
    struct pty_console *console = *state;
    char line[128];

    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
        for (size_t k = 0; k < sizeof keys; k++) {
            for (unsigned blanks = 0; blanks < 3; blanks++) {
                snprintf(line, sizeof line, "show tcp statistics | %s a%.*s%c", filters[i],
                         (int)blanks, "  ", keys[k]);
                pty_console_type(console, line, strlen(line));
                assert_answers(console);
            }
        }
    }
    leave(console);
}

static void shell_completion_at_the_end_of_a_full_line_is_harmless(void **state)
{
    static const size_t lengths[] = {CONFIG_NETDIAG_LINE_LENGTH - 6,
                                     CONFIG_NETDIAG_LINE_LENGTH - 5,
                                     CONFIG_NETDIAG_LINE_LENGTH - 4,
                                     CONFIG_NETDIAG_LINE_LENGTH,
                                     4085,
                                     4095,
                                     5000};
    struct pty_console *console = *state;

    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        for (size_t left = lengths[i]; left > 0;) {
            static const char blanks[] = "                                                  ";
            size_t part = left < sizeof blanks - 1 ? left : sizeof blanks - 1;

            pty_console_type(console, blanks, part);
            left -= part;
        }
        KEYS(console, "| in\t?\x15sh tcp\t?");
        assert_answers(console);
    }
    leave(console);
}

static void shell_help_and_completion_run_nothing(void **state)
{
    static const char *const lines[] = {"show tcp statistics",
                                        "show tcp statistics json",
                                        "enable",
                                        "exit",
                                        "logout",
                                        "quit",
                                        "terminal length 5",
                                        "show vlan ifindex 10",
                                        "show tcp statistics | count"};
    struct pty_console *console = *state;

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        pty_console_type(console, lines[i], strlen(lines[i]));
        KEYS(console, "?\t ?\t?");
        KEYS(console, "\x03");
        pty_console_expect(console, "^C\r\nsw1>");
        assert_null(strstr(console->seen, "Rcvd:"));
        assert_null(strstr(console->seen, "sw1#"));
        assert_null(strstr(console->seen, "1010"));
        assert_null(strstr(console->seen, "\r\n0\r\n"));
    }
    assert_answers(console);
    leave(console);
}

static void shell_lines_that_libcli_reads_in_its_own_way_are_harmless(void **state)
{
    static const char *const lines[] = {
        "show version '| include x'",
        "show version \"|\"",
        "'|' x",
        "show ver\\sion",
        "\\",
        "show version \\",
        "'",
        "\"",
        "show version | include '",
        "| | |",
        "|",
        "show version || count",
        "show version|count|count",
        "a 'b' \"c\" d\\e | f'g",
        "show version | include \\(",
        "'' '' ''",
        "show vlan name ''",
    };
    struct pty_console *console = *state;
    char words[] =
        "show version x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x "
        "x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x "
        "x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x "
        "x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x | | |";

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        pty_console_type(console, lines[i], strlen(lines[i]));
        KEYS(console, "\t? \t?\r");
        pty_console_expect(console, "\r\nsw1>");
        assert_answers(console);
    }
    pty_console_type(console, words, sizeof words - 1);
    KEYS(console, "\t? \t?\r");
    assert_answers(console);
    leave(console);
}

/* ---- while a command runs ---- */

static uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void be_slow(void)
{
    usleep(2000);
}

static void start_slow(struct pty_console *console)
{
    fake.vlan_count = 0;
    for (unsigned vlan = NETDIAG_VLAN_MIN; vlan <= NETDIAG_VLAN_MAX; vlan++)
        fake_vlan((uint16_t)vlan);
    fake.on_vlans = be_slow;
    pty_console_start(console);
}

/* The best of three, as a machine can be busy with something else. */
static void interrupt_stops_within_100_ms(void **state, const char *line)
{
    struct pty_console *console = *state;
    uint64_t began, took, best = UINT64_MAX;

    start_slow(console);
    for (unsigned i = 0; i < 3; i++) {
        pty_console_type(console, line, strlen(line));
        usleep(100000);
        began = now_ms();
        KEYS(console, "lost\x03show privilege\r");
        pty_console_expect(console, "level is 1\r\nsw1>");
        took = now_ms() - began;
        best = took < best ? took : best;
        assert_non_null(strstr(console->seen, "^C\r\nsw1>show privilege\r\n"));
    }
    leave(console);
    assert_true(best < 100);
    assert_true(fake.vlans_calls < 3 * 4094 / 16);
}

static void shell_interrupt_stops_a_command_within_100_ms(void **state)
{
    interrupt_stops_within_100_ms(state, "show vlan ifindex detail\r");
}

static void shell_interrupt_stops_a_filtered_command_within_100_ms(void **state)
{
    interrupt_stops_within_100_ms(state, "show vlan ifindex | include nothing\r");
}

static void shell_what_is_typed_ahead_runs_afterwards(void **state)
{
    struct pty_console *console = *state;

    start_slow(console);
    KEYS(console, "show vlan ifindex | count\r");
    usleep(100000);
    KEYS(console, "show privi");
    usleep(100000);
    KEYS(console, "lege\rshow clock\r");
    pty_console_expect(console, "2026\r\nsw1>");
    assert_non_null(strstr(console->seen, "\r\n4095\r\nsw1>show privilege\r\n"));
    leave(console);
}

#define LINE      "show privilege\r"
#define LINE_SIZE (sizeof LINE - 1)
#define LINES     (CONFIG_NETDIAG_TYPED_AHEAD / LINE_SIZE)

/* While a slow command runs, so many lines that not all are kept. */
static void paste_too_much(struct pty_console *console)
{
    start_slow(console);
    KEYS(console, "show vlan ifindex | count\r");
    pty_console_expect(console, "count\r\n");
    for (size_t i = 0; i <= LINES; i++)
        KEYS(console, LINE);
}

static void shell_what_is_typed_beyond_the_room_is_dropped(void **state)
{
    struct pty_console *console = *state;
    const char *at;
    char rest[8 + LINE_SIZE];
    size_t ran = 0;

    paste_too_much(console);
    snprintf(rest, sizeof rest, "\r\nsw1>%.*s", (int)(CONFIG_NETDIAG_TYPED_AHEAD % LINE_SIZE),
             LINE);
    pty_console_expect(console, rest);
    for (at = console->seen; (at = strstr(at, "level is 1")) != NULL; at++)
        ran++;
    assert_int_equal(ran, LINES);
    assert_non_null(strchr(console->seen, '\a'));
    KEYS(console, "\x15");
    leave(console);
}

static void shell_interrupt_is_heard_where_no_more_is_kept(void **state)
{
    struct pty_console *console = *state;

    paste_too_much(console);
    KEYS(console, "\x03");
    pty_console_expect(console, "^C\r\nsw1>");
    assert_null(strstr(console->seen, "level is"));
    KEYS(console, "show clock\r");
    pty_console_expect(console, "2026\r\nsw1>");
    assert_null(strstr(console->seen, "level is"));
    leave(console);
}

static void shell_terminal_that_is_resized_has_other_pages(void **state)
{
    struct pty_console *console = *state;

    pty_console_resize(console, 80, 4);
    KEYS(console, "show vlan ifindex\r");
    pty_console_expect(console, " --More-- ");
    pty_console_resize(console, 80, 25);
    KEYS(console, " ");
    pty_console_expect(console, "active\r\nsw1>");
    KEYS(console, "show vlan ifindex\r");
    pty_console_expect(console, "active\r\nsw1>");
    assert_null(strstr(console->seen, "More"));
    leave(console);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(shell_completion_is_as_in_the_transcript, pty_console_setup_later),
        cmocka_unit_test_setup(shell_help_is_as_in_the_transcript, pty_console_setup),
        cmocka_unit_test_setup(shell_errors_are_as_in_the_transcript, pty_console_setup),
        cmocka_unit_test_setup(shell_history_is_as_in_the_transcript, pty_console_setup),
        cmocka_unit_test_setup(shell_pages_are_as_in_the_transcript, pty_console_setup),
        cmocka_unit_test_setup(shell_filters_are_as_in_the_transcript, pty_console_setup),
        cmocka_unit_test_setup(shell_commands_are_as_in_the_transcript, pty_console_setup),
        cmocka_unit_test_setup(shell_one_key_after_a_filters_word_is_harmless, pty_console_setup),
        cmocka_unit_test_setup(shell_completion_at_the_end_of_a_full_line_is_harmless,
                               pty_console_setup),
        cmocka_unit_test_setup(shell_help_and_completion_run_nothing, pty_console_setup),
        cmocka_unit_test_setup(shell_lines_that_libcli_reads_in_its_own_way_are_harmless,
                               pty_console_setup),
        cmocka_unit_test_setup(shell_interrupt_stops_a_command_within_100_ms,
                               pty_console_setup_later),
        cmocka_unit_test_setup(shell_interrupt_stops_a_filtered_command_within_100_ms,
                               pty_console_setup_later),
        cmocka_unit_test_setup(shell_what_is_typed_ahead_runs_afterwards, pty_console_setup_later),
        cmocka_unit_test_setup(shell_what_is_typed_beyond_the_room_is_dropped,
                               pty_console_setup_later),
        cmocka_unit_test_setup(shell_interrupt_is_heard_where_no_more_is_kept,
                               pty_console_setup_later),
        cmocka_unit_test_setup(shell_terminal_that_is_resized_has_other_pages, pty_console_setup),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests_name("shell", tests, NULL, NULL);
}
