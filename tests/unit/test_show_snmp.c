/*
 * `show snmp` on the fake platform.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"

#define COMMAND "show snmp"

static int setup(void **state)
{
    (void)state;
    fake_reset();
    fake.snmp = (struct netdiag_snmp){
        .port = 161,
        .in_packets = 1001,
        .out_packets = 1002,
        .bad_versions = 1003,
        .bad_communities = 1004,
        .parse_errors = 1005,
        .set_requests = 1006,
        .refused_sources = 1007,
        .dropped = 1008,
        .sources = 2,
        .queued = 3,
        .has_cache = true,
        .cached_rows = 1009,
        .cached_left_out = 1010,
        .cache_age_ms = 4711,
    };
    return 0;
}

static void snmp_text_and_json(void **state)
{
    (void)state;
    assert_line_golden(COMMAND, "snmp.txt");
    assert_line_golden(COMMAND " json", "snmp.json");
    assert_same_output("sh sn", COMMAND);
}

static void snmp_that_nobody_asked_text_and_json(void **state)
{
    (void)state;
    fake.snmp = (struct netdiag_snmp){.port = 161};
    assert_line_golden(COMMAND, "snmp_idle.txt");
    assert_line_golden(COMMAND " json", "snmp_idle.json");
}

static void snmp_numbers_of_64_bits_are_whole(void **state)
{
    const char *out;

    (void)state;
    fake.snmp.in_packets = UINT64_MAX;
    fake.snmp.cached_rows = 1;
    fake.snmp.cached_left_out = 0;
    fake.snmp.sources = 1;
    fake.snmp.cache_age_ms = UINT64_C(86400000);
    out = run_lines(COMMAND)->out;
    assert_non_null(strstr(out, "\n18446744073709551615 SNMP packets input\n"));
    assert_non_null(strstr(out, ", from 1 prefix\n"));
    assert_non_null(strstr(out, "\nTables of connections: 1 row, read 86400.000 s ago\n"));
}

static void snmp_off_says_how_to_switch_it_on(void **state)
{
    const struct run *run;

    (void)state;
    fake.snmp_error = NETDIAG_ERROR_DOWN;
    assert_refused(COMMAND,
                   "% the SNMP agent is off, as no community is configured; the device's "
                   "configuration gives it one (of the simulator: --snmp-community NAME)\n",
                   1);
    run = run_lines(COMMAND " json");
    assert_non_null(strstr(run->out, "\"error\":{\"code\":\"down\",\"text\":\"the SNMP agent is "
                                     "off, as "));
    assert_int_equal(run->status, 1);
}

static void snmp_failed_and_unsupported_are_told(void **state)
{
    (void)state;
    fake.snmp_error = NETDIAG_ERROR_BUSY;
    assert_refused(COMMAND, "% show snmp not available: it is in use now; try again\n", 1);
    fake.platform.snmp = NULL;
    assert_refused(COMMAND, "% show snmp not available: this platform does not offer it\n", 1);
    assert_caret(COMMAND " community", 10);
}

static void snmp_has_no_words_that_fail_a_client(void **state)
{
    (void)state;
    assert_no_client_fails(COMMAND "\n" COMMAND " json\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(snmp_text_and_json, setup),
        cmocka_unit_test_setup(snmp_that_nobody_asked_text_and_json, setup),
        cmocka_unit_test_setup(snmp_numbers_of_64_bits_are_whole, setup),
        cmocka_unit_test_setup(snmp_off_says_how_to_switch_it_on, setup),
        cmocka_unit_test_setup(snmp_failed_and_unsupported_are_told, setup),
        cmocka_unit_test_setup(snmp_has_no_words_that_fail_a_client, setup),
    };

    return cmocka_run_group_tests_name("show_snmp", tests, NULL, NULL);
}
