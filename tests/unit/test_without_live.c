/*
 * A build without CONFIG_NETDIAG_LIVE: who asks for the live view is told so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"

static int setup(void **state)
{
    (void)state;
    fake_reset();
    return 0;
}

static void command_that_is_left_out_names_the_symbol(void **state)
{
    (void)state;
    assert_refused("monitor tcp count 1",
                   "% not in this build: \"monitor\" (CONFIG_NETDIAG_LIVE is not set)\n", 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(command_that_is_left_out_names_the_symbol, setup),
    };

    return cmocka_run_group_tests_name("without_live", tests, NULL, NULL);
}
