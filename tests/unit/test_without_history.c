/*
 * A build without CONFIG_NETDIAG_HISTORY on the fake platform: nothing is kept, and who asks is
 * told so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stats/tcp_series.h"
#include "tests/unit/fake_platform.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(watch_keeps_no_history, setup),
    };

    return cmocka_run_group_tests_name("without_history", tests, NULL, NULL);
}
