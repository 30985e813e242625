/*
 * A build without CONFIG_NETDIAG_DIAGNOSIS on the fake platform: what was left out says so, and
 * what stays works.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command.h"
#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"

static int setup(void **state)
{
    (void)state;
    fake_reset();
    return 0;
}

#define SYMBOL "(CONFIG_NETDIAG_DIAGNOSIS is not set)"

static void commands_left_out_name_the_symbol(void **state)
{
    (void)state;
    assert_refused("show tcp diagnosis", "% not in this build: \"show tcp diagnosis\" " SYMBOL "\n",
                   1);
    assert_refused("show tcp diagnosis json",
                   "% not in this build: \"show tcp diagnosis\" " SYMBOL "\n", 1);
    assert_refused("show tcp thresholds",
                   "% not in this build: \"show tcp thresholds\" " SYMBOL "\n", 1);
    assert_refused("tcp threshold pool-warning 3",
                   "% not in this build: \"tcp threshold\" " SYMBOL "\n", 1);
    assert_refused("show tech-support tcp",
                   "% not in this build: \"show tech-support\" " SYMBOL "\n", 1);
    assert_refused("terminal monitor", "% not in this build: \"terminal monitor\" " SYMBOL "\n", 1);
    assert_refused("terminal no monitor", "% not in this build: \"terminal no\" " SYMBOL "\n", 1);
}

/* Who is not privileged has no tcp threshold, and "t" is enough for terminal. */
static void commands_left_out_shadow_none(void **state)
{
    const struct run *run = run_lines("disable\nt length 0\n");

    (void)state;
    assert_int_equal(run->status, 0);
    assert_string_equal(run->err, "");
}

static void states_are_explained_all_the_same(void **state)
{
    const struct run *run = run_lines("show tcp states close-wait\n");

    (void)state;
    assert_int_equal(run->status, 0);
    assert_non_null(strstr(run->out, "\nMeans:    "));
    assert_non_null(strstr(run->out, "\nNormal:   "));
    assert_non_null(strstr(run->out, "\nSuspect:  "));
    assert_non_null(strstr(run->out, "\nNext:     "));
}

/* The rest of the live view is there; of findings it says neither what there are nor that none is.
 */
static void monitor_tcp_has_no_findings(void **state)
{
    const struct run *run;

    (void)state;
    if (netdiag_command_find("monitor tcp") == NULL)
        skip(); /* it is left out too */
    fake_connection();
    run = run_lines("monitor tcp count 1");
    assert_int_equal(run->status, 0);
    assert_non_null(strstr(run->out, "\nOwner            Connections   States\n"));
    assert_null(strstr(run->out, "indings"));
    run = run_lines("monitor tcp count 1 json");
    assert_int_equal(run->status, 0);
    assert_non_null(strstr(run->out, "\n\"total\":1,"));
    assert_null(strstr(run->out, "findings"));
    assert_null(strstr(run->out, "verdict"));
}

static void watch_does_nothing(void **state)
{
    (void)state;
    netdiag_watch(&fake.diag);
    assert_int_equal(fake.connections_calls, 0);
    assert_string_equal(fake.log, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(commands_left_out_name_the_symbol, setup),
        cmocka_unit_test_setup(commands_left_out_shadow_none, setup),
        cmocka_unit_test_setup(states_are_explained_all_the_same, setup),
        cmocka_unit_test_setup(monitor_tcp_has_no_findings, setup),
        cmocka_unit_test_setup(watch_does_nothing, setup),
    };

    return cmocka_run_group_tests_name("without_diagnosis", tests, NULL, NULL);
}
