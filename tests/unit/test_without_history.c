/*
 * A build without CONFIG_NETDIAG_HISTORY on the fake platform: nothing is kept, and who asks is
 * told so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/command.h"
#include "stats/tcp_series.h"
#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"

static int setup(void **state)
{
    (void)state;
    fake_reset();
    return 0;
}

static void watch_keeps_no_history(void **state)
{
    struct netdiag_tcp_series series;

    (void)state;
    netdiag_watch(&fake.diag);
    assert_int_equal(netdiag_tcp_series_get(&fake.diag, (enum netdiag_tcp_metric)0,
                                            (enum netdiag_tcp_span)0, &series),
                     NETDIAG_ERROR_UNSUPPORTED);
}

static void command_that_is_left_out_names_the_symbol(void **state)
{
    (void)state;
    if (netdiag_command_find("show tcp history") == NULL)
        skip(); /* all of "show tcp" is left out */
    assert_refused(
        "show tcp history 60min resets json",
        "% not in this build: \"show tcp history\" (CONFIG_NETDIAG_HISTORY is not set)\n", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(watch_keeps_no_history, setup),
        cmocka_unit_test_setup(command_that_is_left_out_names_the_symbol, setup),
    };

    return cmocka_run_group_tests_name("without_history", tests, NULL, NULL);
}
