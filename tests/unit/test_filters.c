/*
 * The filters of output, at the pipe door.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/resource.h>

#include "cli/pattern.h"
#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"

static int setup(void **state)
{
    (void)state;
    fake_reset();
    return 0;
}

static void assert_shows(const char *line, const char *shown)
{
    const struct run *run = run_lines(line);

    assert_string_equal(run->err, "");
    assert_string_equal(run->out, shown);
    assert_int_equal(run->status, 0);
}

static void assert_refuses(const char *line, const char *why)
{
    const struct run *run = run_lines(line);

    assert_string_equal(run->out, "");
    assert_string_equal(run->err, why);
    assert_int_equal(run->status, 2);
}

#define ROW10 "10    1010        Vlan10                            active\n"
#define ROW20 "20    1020        Vlan20                            active\n"
#define HEAD  "VLAN  Ifindex     Name                              Status\n"

static void filter_each_does_what_its_name_says(void **state)
{
    (void)state;
    assert_shows("show vlan ifindex | include Vlan10", ROW10);
    assert_shows("show vlan ifindex | exclude Vlan1", HEAD ROW20);
    assert_shows("show vlan ifindex | begin Vlan10", ROW10 ROW20);
    assert_shows("show vlan ifindex | count", "4\n");
    assert_shows("show vlan ifindex | count Vlan[12]0", "2\n");
    assert_shows("show vlan ifindex | count nothing", "0\n");
    assert_shows("show vlan ifindex | grep Vlan10", ROW10);
    assert_shows("show vlan ifindex | grep -v Vlan1", HEAD ROW20);
    assert_shows("show vlan ifindex | grep -i vlan10", ROW10);
    assert_shows("show vlan ifindex | grep vlan10", "");
}

static void filter_every_abbreviation_works(void **state)
{
    static const char *const names[] = {"include", "exclude", "begin", "grep", "count"};
    char line[64], full[4096];

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(line, sizeof line, "show vlan ifindex | %s Vlan10", names[i]);
        snprintf(full, sizeof full, "%s", run_lines(line)->out);
        assert_true(strlen(full) > 0);
        for (int length = 1; length < (int)strlen(names[i]); length++) {
            snprintf(line, sizeof line, "sh vl ifi |%.*s Vlan10", length, names[i]);
            assert_shows(line, full);
        }
    }
}

static void filter_grep_options_in_every_form(void **state)
{
    static const char *const forms[] = {"-v -i vlan1", "-i -v vlan1", "-vi vlan1", "-iv vlan1",
                                        "-v -i -- vlan1"};
    char line[64];

    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        snprintf(line, sizeof line, "show vlan ifindex | grep %s", forms[i]);
        assert_shows(line, HEAD ROW20);
    }
    assert_shows("show vlan ifindex | grep -- -v", "");
    assert_refuses("show vlan ifindex | grep -x y",
                   "% grep: no option \"-x\"; there are -v and -i, and -- ends them\n");
    assert_refuses("show vlan ifindex | grep -v -i", "% Incomplete command.\n");
    assert_refuses("show vlan ifindex | grep -vi", "% grep: there is no pattern to look for\n");
}

static void filter_chain_goes_from_left_to_right(void **state)
{
    (void)state;
    assert_shows("show vlan ifindex | include Vlan | exclude 20 | exclude \"Vlan1 \"", ROW10);
    assert_shows("show vlan ifindex | begin Vlan10 | count", "2\n");
    assert_shows("show vlan ifindex|i Vlan|e 20|c", "2\n");
}

static void filter_words_are_joined_and_quotes_kept_together(void **state)
{
    (void)state;
    assert_shows("show version | include uptime is 1", "sw1 uptime is 1 day, 2 hours, 3 minutes\n");
    assert_shows("show version | include \"uptime is\"",
                 "sw1 uptime is 1 day, 2 hours, 3 minutes\n");
    assert_shows("show vlan ifindex | include \"Vlan10|Vlan20\"", ROW10 ROW20);
    assert_shows("show vlan ifindex | include ^[12]0 +", ROW10 ROW20);
}

static void filter_pattern_may_have_alternatives(void **state)
{
    (void)state;
    assert_shows("show vlan ifindex | include Vlan10|Vlan20", ROW10 ROW20);
    assert_shows("show vlan ifindex|i Vlan10|Vlan20|e Vlan20", ROW10);
    assert_shows("show vlan ifindex | grep -v Vlan10|Vlan20|Vlan1|x y", HEAD);
    assert_shows("show vlan ifindex | include (Vlan10|Vlan20) +active | count", "2\n");
    assert_refuses("show vlan ifindex | include Vlan10 |Vlan20",
                   "show vlan ifindex | include Vlan10 |Vlan20\n"
                   "                                    ^\n"
                   "% Invalid input detected at '^' marker.\n");
    assert_refuses("show vlan ifindex | include x|y | z",
                   "show vlan ifindex | include x|y | z\n"
                   "                                  ^\n"
                   "% Invalid input detected at '^' marker.\n");
    assert_refuses("show vlan|x", "% Incomplete command.\n");
    assert_refuses("show vlan ifindex | include a||b", "show vlan ifindex | include a||b\n"
                                                       "                              ^\n"
                                                       "% Invalid input detected at '^' marker.\n");
}

static void filter_json_lines_are_units(void **state)
{
    (void)state;
    assert_shows("show version json | include product",
                 "\"version\":\"0.1.0\",\"product\":\"netdiag test switch\","
                 "\"stack\":\"lwIP 2.2.1\"}\n");
    assert_shows("show vlan ifindex json | count '\"vlan\":'", "3\n");
}

static void filter_errors_pass_unfiltered(void **state)
{
    const struct run *run = run_lines("show vlan ifindex 99 | include x | count");

    (void)state;
    assert_non_null(strstr(run->err, "% no such VLAN 99"));
    assert_string_equal(run->out, "0\n");
    assert_int_equal(run->status, 1);
}

static void filter_bad_pattern_says_what_is_wrong(void **state)
{
    static const char *const bad[] = {"(", "[", "a{", "[z-a]", "a{2,1}", "*(", "(a", "[[:x:]]"};
    char line[64];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const struct run *run;

        snprintf(line, sizeof line, "show version | include %s", bad[i]);
        run = run_lines(line);
        assert_string_equal(run->out, "");
        assert_non_null(strstr(run->err, "% include: the pattern \""));
        assert_non_null(strstr(run->err, "is no regular expression: "));
        assert_int_equal(run->status, 2);
    }
    assert_refuses("show version | begin", "% Incomplete command.\n");
    assert_refuses("show version | include \"\"", "% include: there is no pattern to look for\n");
}

/* What the C library makes of a pattern, whose '+' and {2,} have a copy more. */
static void pattern_size_counts_what_is_written_out(void **state)
{
    static const struct {
        const char *pattern;
        unsigned size;
    } rows[] = {
        {"", 0},
        {"abc", 3},
        {"a\\+b", 3},
        {"a*", 2},
        {"a+", 3},
        {"a++", 7},
        {"(ab)+", 7},
        {"a{5}", 5},
        {"a{2,5}", 5},
        {"a{5,}", 7},
        {"a{,5}", 5},
        {"(ab){3}c{2}", 11},
        {"((a{3}){3}){3}", 39},
        {"[]+{9}]", 1},
        {"[^]+{9}]x", 2},
        {"[[:alpha:]+]+", 3},
        {"[[.].]{9}]{2}", 2},
        {"(a[(])+", 7},
        {"(a[)]b)+", 9},
        {"(a|b){3}", 12},
        {"a{1000}", 1000},
        {"a{1001}", NETDIAG_PATTERN_SIZE_MOST + 1},
        {"a{99999999999}", NETDIAG_PATTERN_SIZE_MOST + 1},
        {"a++++++++++++", NETDIAG_PATTERN_SIZE_MOST + 1},
        {"((((((((((a+)+)+)+)+)+)+)+)+)+)+", NETDIAG_PATTERN_SIZE_MOST + 1},
        {"a)b+", 5},
        {"((", 0},
        {"a{3", 3},
        {"[a", 1},
        {"a\\", 2},
    };

    struct netdiag_pattern measured;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        netdiag_pattern_measure(rows[i].pattern, &measured);
        assert_int_equal(measured.size, rows[i].size);
    }
}

static void pattern_ways_are_those_of_its_parts_to_match_nothing(void **state)
{
    static const struct {
        const char *pattern;
        unsigned ways;
    } rows[] = {
        {"", 1},
        {"abc", 1},
        {"a?b?c?", 1},
        {".*a.*b.*", 1},
        {"(abc)?(de|f)*", 1},
        {"^(10\\.0\\.|2001:)[0-9a-f.:]+ +(80|443)? *$", 9},
        {"a??", 2},
        {"a????", 4},
        {"(a?)?", 2},
        {"(a?|b?)", 2},
        {"(a|)(b|)", 1},
        {"(|||)", 4},
        {"a*b*c*", 1},
        {"(a?b?c?)*", 2},
        {"a??b??", 4},
        {"a??xb??", 4},
        {"(a?+)", 2},
        {"(a?\?){3}", 8},
        {"(a?\?){0,3}", 15},
        {"(a?\?){2,3}", 12},
        {"(a?){2,}", 2},
        {"\\<a?\\>", 9},
        {"(^|$|a?)?", 9},
        {"(){2}", 9},
        {"t?????{3}", 125},
        {"t?????{1,9}", 1001},
        {"(a?\?){99999}", 1001},
        {"((a??b??c??d??", 16},
    };
    struct netdiag_pattern measured;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        netdiag_pattern_measure(rows[i].pattern, &measured);
        if (measured.ways != rows[i].ways)
            print_message("%s\n", rows[i].pattern);
        assert_int_equal(measured.ways, rows[i].ways);
    }
}

/* The C library remembers each set of places that a pattern can be at: here one for each byte. */
static void filter_pattern_that_learns_is_bounded(void **state)
{
    struct rusage before, after;
    uint32_t random = 1;

    (void)state;
    for (int i = 0; i < 100; i++) {
        struct netdiag_tcp_connection *row = fake_connection();

        random = random * 1664525 + 1013904223;
        memcpy(row->remote.address.bytes, &random, sizeof random);
        row->send_queue = random;
    }
    getrusage(RUSAGE_SELF, &before);
    assert_shows("show tcp connections | count .*[0-9].{300}", "0\n");
    getrusage(RUSAGE_SELF, &after);
    print_message("%ld KB more\n", after.ru_maxrss - before.ru_maxrss);
#if !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__  /* they keep what was freed */
    assert_in_range(after.ru_maxrss - before.ru_maxrss, 0, 32768); /* without a bound 160000 */
#endif
}

#define TOO_MANY                                                                                   \
    " repeats repetitions: its ways to match nothing, times its characters, are more than 4000\n"
#define TOO_LARGE " has more than 1000 characters, its repetitions written out\n"

/* Each of these would take the memory of a large machine, or a stack, or an age. */
static void filter_pattern_that_explodes_is_harmless(void **state)
{
    char line[CONFIG_NETDIAG_LINE_LENGTH + 64];
    size_t size;

    (void)state;
    assert_refuses("show version | grep ((a{1,255}){1,255}){1,255}",
                   "% grep: the pattern \"((a{1,255}){1,255}){1,255}\"" TOO_LARGE);
    assert_refuses("show version | grep a{99999999999999999999}",
                   "% grep: the pattern \"a{99999999999999999999}\"" TOO_LARGE);
    assert_refuses("show version | grep a++++++++++++++++++++++++++++++",
                   "% grep: the pattern \"a++++++++++++++++++++++++++++++\"" TOO_LARGE);
    assert_refuses("show version | grep (t????\?){9}*",
                   "% grep: the pattern \"(t????\?){9}*\"" TOO_MANY);
    run_lines("show version | include (((((x*)*)*)*)*)*y");
    size = (size_t)snprintf(line, sizeof line, "show version | include ");
    while (size < CONFIG_NETDIAG_LINE_LENGTH)
        line[size++] = '(';
    line[size] = '\0';
    assert_int_equal(run_lines(line)->status, 2);
    size = (size_t)snprintf(line, sizeof line, "show version | include ");
    for (; size + 2 < CONFIG_NETDIAG_LINE_LENGTH; size += 3)
        memcpy(line + size, "x*+", 3);
    line[size] = '\0';
    run_lines(line);
    assert_int_equal(run_lines("show version")->status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(filter_each_does_what_its_name_says, setup),
        cmocka_unit_test_setup(filter_every_abbreviation_works, setup),
        cmocka_unit_test_setup(filter_grep_options_in_every_form, setup),
        cmocka_unit_test_setup(filter_chain_goes_from_left_to_right, setup),
        cmocka_unit_test_setup(filter_words_are_joined_and_quotes_kept_together, setup),
        cmocka_unit_test_setup(filter_pattern_may_have_alternatives, setup),
        cmocka_unit_test_setup(filter_json_lines_are_units, setup),
        cmocka_unit_test_setup(filter_errors_pass_unfiltered, setup),
        cmocka_unit_test_setup(filter_bad_pattern_says_what_is_wrong, setup),
        cmocka_unit_test_setup(pattern_size_counts_what_is_written_out, setup),
        cmocka_unit_test(pattern_ways_are_those_of_its_parts_to_match_nothing),
        cmocka_unit_test_setup(filter_pattern_that_learns_is_bounded, setup),
        cmocka_unit_test_setup(filter_pattern_that_explodes_is_harmless, setup),
    };

    return cmocka_run_group_tests_name("filters", tests, NULL, NULL);
}
