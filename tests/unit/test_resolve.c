/*
 * The resolver against libcli itself: for thousands of lines, what it says is what
 * cli_run_command() does.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <libcli.h>

#include "cli/resolve.h"
#include "cli/session.h"
#include "tests/unit/fake_platform.h"

static int handled; /* how often a handler ran */

static int handler(struct cli_def *cli, const char *command, char *argv[], int argc)
{
    (void)cli;
    (void)command;
    (void)argv;
    (void)argc;
    handled++;
    return CLI_OK;
}

static int keep_line(struct cli_def *cli, const char *line, void *data)
{
    (void)cli;
    (void)line;
    (void)data;
    return CLI_OK;
}

static int start_filter(struct cli_def *cli, int argc, char **argv, struct cli_filter *filter)
{
    (void)cli;
    (void)argc;
    (void)argv;
    filter->filter = keep_line;
    return CLI_OK;
}

/* A number of one digit. */
static int is_digit(struct cli_def *cli, const char *name, const char *value)
{
    (void)cli;
    (void)name;
    return value != NULL && value[0] >= '0' && value[0] <= '9' && value[1] == '\0' ? CLI_OK
                                                                                   : CLI_ERROR;
}

static bool refused; /* a handler ran: there was no such VLAN, or the command is left out */

static void on_print(struct cli_def *cli, const char *line)
{
    (void)cli;
    if (strstr(line, "no such VLAN") != NULL || strstr(line, "not in this build") != NULL)
        refused = true;
}

static struct cli_command *add(struct cli_def *cli, struct cli_command *parent, const char *word,
                               bool runs, int privilege, int mode)
{
    return cli_register_command(cli, parent, word, runs ? handler : NULL, privilege, mode, "help");
}

static void add_argument(struct cli_command *command, const char *name, int flags,
                         int (*validator)(struct cli_def *, const char *, const char *))
{
    assert_non_null(
        cli_register_optarg(command, name, flags, 0, MODE_ANY, "help", NULL, validator, NULL));
}

/* A shell with a command of every make, but with libcli's own ones and filters taken out. */
static struct cli_def *make_shell(int privilege)
{
    struct cli_def *cli = cli_init();
    struct cli_command *show, *c;

    assert_non_null(cli);
    cli_unregister_all_filters(cli);
    cli_unregister_all_commands(cli);
    cli_print_callback(cli, on_print);
    show = add(cli, NULL, "show", false, 0, MODE_ANY);
    add(cli, NULL, "shutdown", true, 15, MODE_ANY);
    add(cli, NULL, "Shift", true, 0, MODE_EXEC);
    add(cli, NULL, "configure", true, 0, MODE_CONFIG);
    add(cli, NULL, "con", true, 0, MODE_ANY);
    c = add(cli, show, "tcp", true, 0, MODE_ANY); /* a command that has children */
    add_argument(c, "brief", CLI_CMD_OPTIONAL_FLAG, NULL);
    c = add(cli, c, "statistics", true, 0, MODE_ANY);
    add_argument(c, "json", CLI_CMD_OPTIONAL_FLAG | CLI_CMD_OPTION_MULTIPLE, NULL);
    c = add(cli, show, "vlan", true, 0, MODE_EXEC);
    add_argument(c, "number", CLI_CMD_OPTIONAL_FLAG, is_digit);
    add_argument(c, "name", CLI_CMD_OPTIONAL_ARGUMENT, is_digit);
    add_argument(c, "namely", CLI_CMD_OPTIONAL_FLAG, NULL);
    add(cli, show, "version", false, 0, MODE_ANY); /* nothing to run */
    c = add(cli, NULL, "ping", true, 0, MODE_ANY);
    add_argument(c, "fast", CLI_CMD_OPTIONAL_FLAG, NULL);
    add_argument(c, "host", CLI_CMD_ARGUMENT, NULL);
    add_argument(c, "count", CLI_CMD_ARGUMENT, is_digit);
    add_argument(c, "-v", CLI_CMD_HYPHENATED_OPTION, NULL);
    add_argument(c, "verbose", CLI_CMD_OPTIONAL_FLAG, NULL);
    c = cli_register_filter(cli, "include", start_filter, keep_line, 0, MODE_ANY, "help");
    add_argument(c, "text", CLI_CMD_ARGUMENT, NULL);
    cli_register_filter(cli, "inverse", start_filter, keep_line, 0, MODE_ANY, "help");
    cli_set_privilege(cli, privilege == 0 ? 15 : 0);
    cli_set_privilege(cli, privilege);
    return cli;
}

static enum netdiag_verdict verdict_of(struct cli_def *cli, const char *line)
{
    static struct netdiag_words words;
    struct netdiag_resolution resolution;

    netdiag_resolve(cli, line, &words, &resolution);
    return resolution.verdict;
}

static void assert_agrees(struct cli_def *cli, const char *line)
{
    enum netdiag_verdict verdict = verdict_of(cli, line);
    int before = handled;
    int answer = cli_run_command(cli, line);
    bool same = (verdict == NETDIAG_VERDICT_OK) == (answer == CLI_OK) &&
                (verdict == NETDIAG_VERDICT_OK) == (handled == before + 1);

    if (answer == CLI_MISSING_ARGUMENT || answer == CLI_MISSING_VALUE)
        same = same && verdict == NETDIAG_VERDICT_INCOMPLETE;
    if (answer == CLI_AMBIGUOUS)
        same = same && (verdict == NETDIAG_VERDICT_AMBIGUOUS || verdict == NETDIAG_VERDICT_INVALID);
    if (!same)
        fail_msg("\"%s\": resolver %d, libcli %d", line, (int)verdict, answer);
}

/* A line of random pieces; the same for the same seed. */
static void random_line(uint32_t *seed, char line[200])
{
    static const char *const pieces[] = {
        "show ",    "sh ",      "s ",      "sho ",  "shi ",  "shutdown ", "shu ",      "con ",
        "conf ",    "c ",       "tcp ",    "t ",    "T ",    "stat ",     "vlan ",     "v ",
        "ver ",     "version ", "ping ",   "p ",    "fast ", "f ",        "host ",     "7 ",
        "77 ",      "x ",       "-v ",     "-x ",   "json ", "j ",        "JSON ",     "brief ",
        "b ",       "number ",  "n ",      "name ", "na ",   "nam ",      "name",      "verb ",
        "verbose ", "| ",       "|",       " ",     "inc ",  "include ",  "in ",       "inv ",
        "text ",    "\"",       "'",       "\\",    "\\ ",   "\\\\",      "\t",        "\"a b\" ",
        "'' ",      "\"\" ",    "\"|\" ",  "'|x' ", "a\"b",  "\\s",       "\xc3\xa9 ", "# ",
        "? ",       "\"sh\" ",  "sh\\ow ", "!",
    };
    size_t size = 0;
    unsigned count;

    *seed = *seed * 1664525u + 1013904223u;
    count = (*seed >> 16) % 9;
    line[0] = '\0';
    while (count-- > 0) {
        const char *piece;

        *seed = *seed * 1664525u + 1013904223u;
        piece = pieces[(*seed >> 16) % (sizeof pieces / sizeof pieces[0])];
        size += (size_t)snprintf(line + size, 200 - size, "%s", piece);
    }
}

static void resolve_random_lines_agree_with_libcli(void **state)
{
    static const struct {
        int privilege, mode;
    } shells[] = {{0, MODE_EXEC}, {15, MODE_EXEC}, {15, MODE_CONFIG}};
    uint32_t seed = 1;
    char line[200];

    (void)state;
    handled = 0;
    for (size_t s = 0; s < sizeof shells / sizeof shells[0]; s++) {
        struct cli_def *cli = make_shell(shells[s].privilege);

        cli_set_configmode(cli, shells[s].mode, NULL);
        for (unsigned i = 0; i < 30000; i++) {
            random_line(&seed, line);
            assert_agrees(cli, line);
        }
        cli_done(cli);
    }
    assert_true(handled > 1000); /* the lines were not all wrong */
}

static void resolve_lines_by_hand_agree_with_libcli(void **state)
{
    static const char *const lines[] = {
        "",
        "   ",
        "show",
        "show tcp",
        "show tcp brief",
        "show tcp statistics json",
        "sh tc stati j",
        "SH TC STATI J",
        "show tcp foo",
        "show tcp statistics foo bar",
        "show vlan",
        "show vlan 7",
        "show vlan 7 namely",
        "show vlan name 7",
        "show vlan name",
        "show vlan nam",
        "show vlan name x",
        "show vlan 77",
        "show version",
        "ping",
        "ping host",
        "ping host 7",
        "ping fast host 7 verbose -q",
        "ping f 7",
        "ping f",
        "sh tcp | inc x",
        "sh tcp | inc",
        "sh tcp | in x",
        "sh tcp | inv",
        "sh tcp |",
        "| inv",
        "sh tcp || inv",
        "sh tcp | foo",
        "sh\\ow tcp",
        "\\show tcp",
        "show \\tcp",
        "show t\\cp",
        "show \"tcp\"",
        "show 'tcp' brief",
        "show\"tcp\"",
        "\"show tcp\"",
        "sh tcp \"| inv\"",
        "sh tcp '|inv",
        "sh \"tcp",
        "sh tcp \\",
        "sh tcp \\\\",
        "shutdown",
        "shi",
        "con",
        "configure",
        "show vlan name | inv",
    };

    (void)state;
    for (int privilege = 0; privilege <= 15; privilege += 15) {
        struct cli_def *cli = make_shell(privilege);

        for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
            assert_agrees(cli, lines[i]);
        cli_done(cli);
    }
}

/* ---- our own commands ---- */

static struct cli_def *make_our_shell(void)
{
    struct cli_def *cli = cli_init();

    assert_non_null(cli);
    fake_reset();
    cli_unregister_all_filters(cli);
    cli_unregister_all_commands(cli);
    cli_print_callback(cli, on_print);
    assert_int_equal(netdiag_register(&fake.diag, cli), NETDIAG_OK);
    fake_agree(); /* or a comparison fails */
    return cli;
}

static void resolve_our_commands_agree_with_libcli(void **state)
{
    static const char *const pieces[] = {
        "show ",   "sh ",      "tcp ",  "t ",       "s ",      "stat ", "statistics ", "vlan ",
        "vl ",     "ifindex ", "ifi ",  "i ",       "if ",     "id ",   "name ",       "n ",
        "na ",     "1 ",       "10 ",   "20 ",      "0 ",      "4095 ", "abc ",        "Vlan1 ",
        "Vlan10 ", "detail ",  "d ",    "json ",    "j ",      "JS ",   "version ",    "ver ",
        "v ",      "? ",       "\"\" ", "vlan-id ", "vlan-n ", "'10' ", "x",
    };
    struct cli_def *cli = make_our_shell();
    uint32_t seed = 7;
    unsigned right = 0;

    (void)state;
    for (unsigned i = 0; i < 60000; i++) {
        /* Half of the lines begin well: they reach the arguments. */
        char line[200] = "show vlan ";
        size_t size = i % 2 == 0 ? strlen(line) : 0;
        unsigned count;
        bool ok;
        int answer;

        line[size] = '\0';
        seed = seed * 1664525u + 1013904223u;
        count = 1 + (seed >> 16) % 6;
        while (count-- > 0) {
            seed = seed * 1664525u + 1013904223u;
            size += (size_t)snprintf(line + size, sizeof line - size, "%s",
                                     pieces[(seed >> 16) % (sizeof pieces / sizeof pieces[0])]);
        }
        if (strstr(line, "? ") != NULL)
            continue; /* prints help in a shell that is not ours */
        ok = verdict_of(cli, line) == NETDIAG_VERDICT_OK;
        refused = false;
        answer = cli_run_command(cli, line);
        if (ok != (answer == CLI_OK || refused))
            fail_msg("\"%s\": resolver %d, libcli %d", line, (int)ok, answer);
        right += ok;
    }
    assert_true(right > 500);
    cli_done(cli);
}

static void assert_column(struct cli_def *cli, const char *line, enum netdiag_verdict verdict,
                          size_t begin, size_t end)
{
    static struct netdiag_words words;
    struct netdiag_resolution resolution;

    netdiag_resolve(cli, line, &words, &resolution);
    assert_int_equal(resolution.verdict, verdict);
    assert_int_equal(resolution.begin, begin);
    assert_int_equal(resolution.end, end);
}

static void resolve_wrong_word_is_found_by_its_bytes(void **state)
{
    struct cli_def *cli = make_our_shell();

    (void)state;
    assert_column(cli, "foo", NETDIAG_VERDICT_INVALID, 0, 3);
    assert_column(cli, "  show   foo bar", NETDIAG_VERDICT_INVALID, 9, 12);
    assert_column(cli, "show 'foo' bar", NETDIAG_VERDICT_INVALID, 5, 9);
    assert_column(cli, "sh v ifindex", NETDIAG_VERDICT_AMBIGUOUS, 3, 4);
    assert_column(cli, "show vlan ifindex 10 json 20", NETDIAG_VERDICT_INVALID, 26, 28);
    assert_column(cli, "show tcp stati | inc", NETDIAG_VERDICT_INVALID, 17, 20);
    assert_column(cli, "show tcp stati || inc", NETDIAG_VERDICT_INVALID, 16, 17);
    cli_done(cli);
}

static void resolve_line_length_bounds(void **state)
{
    struct cli_def *cli = make_our_shell();
    char line[CONFIG_NETDIAG_LINE_LENGTH + 2];

    (void)state;
    memset(line, ' ', sizeof line);
    memcpy(line, "show version", 12);
    line[CONFIG_NETDIAG_LINE_LENGTH + 1] = '\0';
    assert_int_equal(verdict_of(cli, line), NETDIAG_VERDICT_TOO_LONG);
    line[CONFIG_NETDIAG_LINE_LENGTH] = '\0';
    assert_int_equal(verdict_of(cli, line), NETDIAG_VERDICT_OK);
    memset(line, '|', CONFIG_NETDIAG_LINE_LENGTH);
    assert_int_equal(verdict_of(cli, line), NETDIAG_VERDICT_INVALID);
    cli_done(cli);
}

static void resolve_words_past_libclis_bound_are_wrong(void **state)
{
    struct cli_def *cli = make_shell(0);
    char line[CONFIG_NETDIAG_LINE_LENGTH + 1] = "sh tcp";
    static struct netdiag_words words;
    size_t size = strlen(line);

    (void)state;
    for (size_t i = 2; i < NETDIAG_WORDS; i++, size += 2)
        memcpy(line + size, " a", 3);
    memcpy(line + size, "  ", 3);
    assert_int_equal(verdict_of(cli, line), NETDIAG_VERDICT_OK);
    memcpy(line + size + 2, "b", 2);
    assert_column(cli, line, NETDIAG_VERDICT_INVALID, strlen(line) - 1, strlen(line));
    assert_true(netdiag_words_split(&words, line));
    assert_int_equal(words.count, NETDIAG_WORDS);
    cli_done(cli);
}

static void position_says_what_may_stand_next(void **state)
{
    struct cli_def *cli = make_our_shell();
    struct netdiag_position position;

    (void)state;
    netdiag_position_start(&position, cli, CLI_REGULAR_COMMAND);
    assert_ptr_equal(position.commands, cli->commands);
    assert_int_equal(netdiag_position_finish(&position, cli), NETDIAG_VERDICT_EMPTY);
    assert_int_equal(netdiag_position_step(&position, cli, "sh"), NETDIAG_VERDICT_OK);
    assert_int_equal(netdiag_position_step(&position, cli, "vlan"), NETDIAG_VERDICT_OK);
    assert_string_equal(position.commands->command, "ifindex");
    assert_int_equal(netdiag_position_finish(&position, cli), NETDIAG_VERDICT_INCOMPLETE);
    assert_int_equal(netdiag_position_step(&position, cli, "id"), NETDIAG_VERDICT_OK);
    assert_string_equal(position.optarg->name, "vlan-id");
    assert_int_equal(netdiag_position_step(&position, cli, "10"), NETDIAG_VERDICT_OK);
    assert_string_equal(position.optarg->name, "ifindex");
    assert_int_equal(netdiag_position_step(&position, cli, "if"), NETDIAG_VERDICT_OK);
    assert_string_equal(position.optarg->name, "detail");
    assert_int_equal(netdiag_position_finish(&position, cli), NETDIAG_VERDICT_OK);
    cli_done(cli);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resolve_lines_by_hand_agree_with_libcli),
        cmocka_unit_test(resolve_random_lines_agree_with_libcli),
        cmocka_unit_test(resolve_our_commands_agree_with_libcli),
        cmocka_unit_test(resolve_wrong_word_is_found_by_its_bytes),
        cmocka_unit_test(resolve_line_length_bounds),
        cmocka_unit_test(resolve_words_past_libclis_bound_are_wrong),
        cmocka_unit_test(position_says_what_may_stand_next),
    };

    return cmocka_run_group_tests_name("resolve", tests, NULL, NULL);
}
