/*
 * The thresholds of the diagnosis: the table, `show tcp thresholds`, `tcp threshold`.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "stats/tcp_thresholds.h"
#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"
#include "tests/unit/pty_console.h"

static int setup(void **state)
{
    (void)state;
    fake_reset();
    return 0;
}

static uint32_t value_of(enum netdiag_tcp_threshold threshold)
{
    struct netdiag_tcp_thresholds thresholds;

    netdiag_tcp_thresholds_get(&fake.diag, &thresholds);
    return thresholds.value[threshold];
}

/* ---- the table ---- */

static void thresholds_at_first_are_their_defaults_and_legal(void **state)
{
    (void)state;
    for (unsigned i = 0; i < NETDIAG_TCP_THRESHOLDS; i++) {
        const struct netdiag_threshold_info *info = &netdiag_threshold_infos[i];
        enum netdiag_tcp_threshold found;

        assert_int_equal(value_of((enum netdiag_tcp_threshold)i), info->preset);
        assert_true(info->low <= info->preset && info->preset <= info->high);
        assert_true(netdiag_threshold_find(info->key, &found));
        assert_int_equal(found, i); /* no name twice */
    }
    assert_int_equal(value_of(NETDIAG_TCP_THRESHOLD_POOL_WARNING), CONFIG_NETDIAG_CHECK_WARNING);
}

static void thresholds_take_both_ends_of_their_range_and_no_more(void **state)
{
    (void)state;
    for (unsigned i = 0; i < NETDIAG_TCP_THRESHOLDS; i++) {
        const struct netdiag_threshold_info *info = &netdiag_threshold_infos[i];
        enum netdiag_tcp_threshold threshold = (enum netdiag_tcp_threshold)i;

        assert_int_equal(netdiag_tcp_threshold_set(&fake.diag, threshold, info->high), NETDIAG_OK);
        assert_int_equal(netdiag_tcp_threshold_set(&fake.diag, threshold, info->high + 1),
                         NETDIAG_ERROR_INVALID);
        assert_int_equal(value_of(threshold), info->high);
        assert_int_equal(netdiag_tcp_threshold_set(&fake.diag, threshold, info->low), NETDIAG_OK);
        assert_int_equal(netdiag_tcp_threshold_set(&fake.diag, threshold, info->low - 1),
                         NETDIAG_ERROR_INVALID);
        assert_int_equal(value_of(threshold), info->low);
    }
}

/* ---- the commands ---- */

static void thresholds_text_and_json(void **state)
{
    (void)state;
    run_lines("tcp threshold pool-warning 70\ntcp threshold level-segments 1000000\n");
    assert_line_golden("show tcp thresholds", "tcp_thresholds.txt");
    assert_line_golden("show tcp thresholds json", "tcp_thresholds.json");
}

static void threshold_set_holds_for_all_and_is_logged(void **state)
{
    (void)state;
    assert_int_equal(run_lines("tcp threshold syn-flood-age 7")->status, 0);
    assert_int_equal(value_of(NETDIAG_TCP_THRESHOLD_SYN_FLOOD_AGE), 7);
    assert_string_equal(fake.log, "5 tcp threshold syn-flood-age set to 7 by pipe, it was 3\n");
    fake.log[0] = '\0';
    assert_int_equal(run_lines("tcp threshold syn-flood-age default")->status, 0);
    assert_int_equal(value_of(NETDIAG_TCP_THRESHOLD_SYN_FLOOD_AGE), CONFIG_NETDIAG_SYN_FLOOD_AGE_S);
    assert_string_equal(fake.log, "5 tcp threshold syn-flood-age set to 3 by pipe, it was 7\n");
}

static void threshold_that_cannot_be_is_refused_with_what_is_legal(void **state)
{
    static const char *const given[] = {"0", "21", "-1", "3x", "99999999999", "", "defaul"};
    char line[128], error[256];

    (void)state;
    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++) {
        snprintf(line, sizeof line, "tcp threshold syn-flood-age \"%s\"", given[i]);
        snprintf(error, sizeof error,
                 "%% threshold syn-flood-age: \"%s\" was given; legal are 1 to 20, or default "
                 "(3)\n",
                 given[i]);
        assert_refused(line, error, 1);
    }
    assert_refused("tcp threshold syn-flod-age 3",
                   "% there is no threshold \"syn-flod-age\"; show tcp thresholds has their "
                   "names\n",
                   1);
    assert_refused("tcp threshold syn-flood-age", "% Incomplete command.\n", 2);
    assert_int_equal(value_of(NETDIAG_TCP_THRESHOLD_SYN_FLOOD_AGE), 3);
    assert_string_equal(fake.log, "");
}

static void check_without_words_follows_the_thresholds(void **state)
{
    (void)state;
    fake.pool.capacity = 10;
    fake_connection();
    fake_connection();
    assert_int_equal(run_lines("show tcp check")->status, 0);
    assert_int_equal(run_lines("tcp threshold pool-warning 20\nshow tcp check")->status, 1);
    assert_int_equal(run_lines("show tcp check warning 30")->status, 0);
    assert_non_null(strstr(run_lines("show tcp check json")->out,
                           "\"warningPercent\":20,\"criticalPercent\":90"));
    /* Not above the one for a warning: critical at once */
    assert_int_equal(run_lines("tcp threshold pool-critical 15\nshow tcp check")->status, 2);
}

static void threshold_needs_privilege_and_completes_its_name(void **state)
{
    struct pty_console *console = *state;

    KEYS(console, "tcp threshold pool-warning 70\r");
    pty_console_expect(console, "marker.\r\nsw1>");
    assert_int_equal(value_of(NETDIAG_TCP_THRESHOLD_POOL_WARNING), CONFIG_NETDIAG_CHECK_WARNING);
    KEYS(console, "show tcp th\t\r");
    pty_console_expect(console, "of 23\r\nsw1>");
    KEYS(console, "enable\r");
    pty_console_expect(console, "sw1#");
    KEYS(console, "tcp th\tpool-w\t");
    pty_console_expect(console, "tcp threshold pool-warning ");
    KEYS(console, "d\t\r");
    pty_console_expect(console, "default \r\nsw1#");
    KEYS(console, "tcp threshold pool-warning ?");
    pty_console_expect(console, "pool-warning ");
    assert_non_null(strstr(console->seen, "default sets it back"));
    KEYS(console, "\x15"
                  "exit\r");
    pty_console_ended(console, 0);
}

static void output_has_no_words_that_fail_a_client(void **state)
{
    (void)state;
    assert_no_client_fails("show tcp thresholds\nshow tcp thresholds json\n"
                           "tcp threshold x 1\ntcp threshold pool-warning 0\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(thresholds_at_first_are_their_defaults_and_legal, setup),
        cmocka_unit_test_setup(thresholds_take_both_ends_of_their_range_and_no_more, setup),
        cmocka_unit_test_setup(thresholds_text_and_json, setup),
        cmocka_unit_test_setup(threshold_set_holds_for_all_and_is_logged, setup),
        cmocka_unit_test_setup(threshold_that_cannot_be_is_refused_with_what_is_legal, setup),
        cmocka_unit_test_setup(check_without_words_follows_the_thresholds, setup),
        cmocka_unit_test_setup(threshold_needs_privilege_and_completes_its_name, pty_console_setup),
        cmocka_unit_test_setup(output_has_no_words_that_fail_a_client, setup),
    };

    return cmocka_run_group_tests_name("tcp_thresholds", tests, NULL, NULL);
}
