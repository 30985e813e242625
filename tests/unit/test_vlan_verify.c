/*
 * `show vlan ifindex verify` on the fake platform: who says what of each VLAN's ifIndex.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/session.h"
#include "stats/vlan_verify.h"
#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"

#define COMMAND "show vlan ifindex verify"
#define WINDOW  NETDIAG_VLAN_VERIFY_WINDOW

static int setup(void **state)
{
    (void)state;
    fake_reset();
    fake_agree();
    return 0;
}

/* The output is that file's, and the status is that. */
static void assert_told(const char *line, const char *golden, int status)
{
    const struct run *run = run_lines(line);

    assert_string_equal(run->err, "");
    assert_int_equal(run->status, status);
    assert_golden(golden, run->out, run->out_size);
}

static bool ends_in(const struct run *run, const char *end)
{
    size_t size = strlen(end);

    return run->out_size >= size && strcmp(run->out + run->out_size - size, end) == 0;
}

static void assert_last_line(const char *line, int status)
{
    char end[300];
    const struct run *run = run_lines(COMMAND);

    snprintf(end, sizeof end, "\n%s\n", line);
    if (!ends_in(run, end))
        fail_msg("expected at the end: %s\ngot: %s", line, run->out);
    assert_int_equal(run->status, status);
}

static bool has_line(const char *line)
{
    return strstr(run_lines(COMMAND)->out, line) != NULL;
}

/* ---- the same ---- */

static void verify_all_same_text_and_json(void **state)
{
    (void)state;
    assert_line_golden(COMMAND, "vlan_verify.txt");
    assert_line_golden(COMMAND " json", "vlan_verify.json");
    assert_same_output("sh vl ifi v", COMMAND);
    assert_same_output("sh vlan if ver j", COMMAND " json");
}

static void verify_of_no_vlan_and_of_one(void **state)
{
    (void)state;
    fake.vlan_count = 1;
    fake_agree();
    assert_last_line("1 VLAN, the same", 0);
    fake.vlan_count = 0;
    fake_agree();
    assert_last_line("0 VLANs", 0);
    assert_line_golden(COMMAND " json", "vlan_verify_none.json");
}

static void verify_names_of_others_are_no_vlans(void **state)
{
    static const char *const names[] = {"Vlan",   "Vlan0",   "Vlan01",        "Vlan4095",
                                        "vlan30", "Vlan30x", "Vlan429496729", "Gi1/0/1",
                                        "",       "xVlan30"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        fake_snmp_name(1001 + (uint32_t)i, names[i]);
    assert_last_line("3 VLANs, all the same", 0);
}

static void verify_vlan_without_number_or_interface_is_the_same(void **state)
{
    (void)state;
    fake_vlan(30)->has_if_index = false;
    assert_true(has_line("\n30    -           -           -           -           same\n"));
    fake.vlan_numbers[30] = 9; /* until it has an interface again */
    assert_true(has_line("\n30    -           9           -           -           same\n"));
    fake.vlans[3].if_index = 9;
    fake.vlans[3].has_if_index = true;
    fake_snmp_name(9, "Vlan30");
    assert_true(has_line("\n30    9           9           -           9           same\n"));
    assert_last_line("4 VLANs, all the same", 0);
}

/* ---- not the same ---- */

static void verify_differing_text_and_json(void **state)
{
    (void)state;
    fake.vlans[1].interface.netif_index = 77;
    fake.vlan_numbers[20] = 0;
    fake.snmp_names[2].if_index = UINT32_MAX; /* Vlan20 */
    fake_vlan_interface(fake_vlan(4094), 4294967294);
    fake.vlans[3].if_index = 4294967294;
    fake.vlan_numbers[4094] = 4294967293; /* and SNMP has none */
    fake.vlan_numbers[30] = 200;
    fake.vlan_numbers[40] = 201; /* gone, and SNMP has it still */
    memmove(&fake.snmp_names[3], &fake.snmp_names[2], sizeof fake.snmp_names[0]);
    fake.snmp_names[2] = (struct netdiag_snmp_name){201, "Vlan40"};
    fake.snmp_name_count++;
    assert_told(COMMAND, "vlan_verify_differs.txt", 1);
    assert_told(COMMAND " json", "vlan_verify_differs.json", 1);
}

static void verify_a_name_that_snmp_has_twice_differs(void **state)
{
    (void)state;
    fake_snmp_name(9, "Vlan10");
    assert_true(has_line(
        "\n10    3           3           3           3           differs: SNMP has it twice\n"));
    assert_last_line("1 of 3 differs: 10", 1);
}

static void verify_a_name_that_only_snmp_has_is_no_such_vlan(void **state)
{
    (void)state;
    fake_snmp_name(9, "Vlan4094");
    assert_true(
        has_line("\n4094  -           -           -           9           no such VLAN: SNMP\n"));
    assert_last_line("1 of 4 differs: 4094", 1);
}

static void verify_names_the_first_that_differ(void **state)
{
    (void)state;
    fake.vlan_count = 0;
    for (unsigned id = 101; id <= 116; id++)
        fake_vlan((uint16_t)id);
    fake.snmp_name_count = 0;
    assert_last_line("16 of 16 differ: 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, "
                     "113, 114, 115, 116; 3 more are gone, and their numbers are remembered",
                     1);
    fake_vlan(117);
    fake.vlan_numbers[1] = fake.vlan_numbers[10] = 0;
    assert_last_line("17 of 17 differ: 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, "
                     "113, 114, 115, 116, ...; 1 more is gone, and its number is remembered",
                     1);
}

/* ---- gone ---- */

static void verify_gone_and_remembered_is_listed_and_no_difference(void **state)
{
    (void)state;
    fake.vlan_numbers[5] = 250;
    assert_told(COMMAND, "vlan_verify_gone.txt", 0);
    assert_told(COMMAND " json", "vlan_verify_gone.json", 0);
}

/* ---- what cannot be asked ---- */

static void verify_without_a_source_says_so(void **state)
{
    (void)state;
    fake.snmp_names_error = NETDIAG_ERROR_DOWN;
    assert_told(COMMAND, "vlan_verify_snmp_off.txt", 0);
    assert_told(COMMAND " json", "vlan_verify_snmp_off.json", 0);
    fake.platform.snmp_names = NULL;
    assert_true(has_line("\nSNMP not compared: this platform does not offer it\n"));
    assert_last_line("3 VLANs, all the same", 0);
    fake.platform.vlan_numbers = NULL;
    assert_true(has_line("\nRemembered numbers not compared: this platform does not offer it\n"));
    assert_last_line("3 VLANs, all the same", 0);
    for (size_t i = 0; i < fake.vlan_count; i++)
        fake.vlans[i].interface.has_netif_index = false;
    assert_last_line("3 VLANs, nothing to compare with", 0);
}

static void verify_with_a_source_that_fails_fails(void **state)
{
    (void)state;
    fake.vlan_numbers_error = NETDIAG_ERROR_IO;
    assert_true(has_line("\nRemembered numbers not compared: reading from the device failed\n"));
    assert_last_line("3 VLANs, all the same", 1);
    fake.vlan_numbers_error = NETDIAG_OK;
    fake.snmp_names_error = NETDIAG_ERROR_MEMORY;
    assert_true(has_line("\nSNMP not compared: the device is out of memory\n"));
    assert_last_line("3 VLANs, all the same", 1);
    assert_non_null(strstr(run_lines(COMMAND " json")->out, "\"same\":false,\n\"snmpError\":{"));
}

static void verify_of_a_platform_without_vlans_fails(void **state)
{
    (void)state;
    fake.vlans_error = NETDIAG_ERROR_DOWN;
    assert_refused(COMMAND, "% " COMMAND " not available: the device's stack is not running\n", 3);
    fake.platform.vlans = NULL;
    assert_refused(COMMAND, "% " COMMAND " not available: this platform does not offer it\n", 1);
    assert_non_null(strstr(run_lines(COMMAND " json")->out, "\"code\":\"unsupported\""));
}

static void verify_asks_a_busy_agent_again_for_a_second(void **state)
{
    const uint32_t waits = NETDIAG_VLAN_VERIFY_BUSY_MS / NETDIAG_WAIT_MS;

    (void)state;
    fake.snmp_names_busy = waits;
    assert_last_line("3 VLANs, all the same", 0);
    assert_int_equal(fake.wait_calls, waits);
    assert_int_equal(fake.wait_longest, NETDIAG_WAIT_MS);
    fake.snmp_names_calls = 0;
    fake.snmp_names_busy = SIZE_MAX;
    assert_true(has_line("\nSNMP not compared: it is in use now; try again\n"));
    assert_int_equal(fake.snmp_names_calls, waits + 1);
    assert_last_line("3 VLANs, all the same", 1);
    fake.platform.wait = NULL;
    fake.snmp_names_calls = 0;
    assert_last_line("3 VLANs, all the same", 1);
    assert_int_equal(fake.snmp_names_calls, 1);
}

static void verify_answers_against_the_contract_are_failures(void **state)
{
    (void)state;
    memcpy(fake.snmp_names[1].name, "Vlan10", sizeof "Vlan10");
    fake.snmp_names[2].if_index = 3; /* no larger than the one before */
    assert_true(has_line("\nSNMP not compared: reading from the device failed\n"));
    assert_last_line("3 VLANs, all the same", 1);
}

/* The first time that VLANs are read SNMP has not heard of the last one. */
static void let_snmp_know(void)
{
    if (fake.vlans_calls > 1)
        fake_agree();
}

static void verify_vlan_that_came_meanwhile_is_read_again(void **state)
{
    (void)state;
    fake_vlan(30);
    fake.on_vlans = let_snmp_know;
    assert_last_line("4 VLANs, all the same", 0);
    assert_int_equal(fake.vlans_calls, 2);
    fake.on_vlans = NULL;
    fake.vlans_calls = 0;
    fake.snmp_names[3].if_index = 77; /* and what stays is told */
    assert_last_line("1 of 4 differs: 30", 1);
    assert_int_equal(fake.vlans_calls, NETDIAG_VLAN_VERIFY_READS);
}

/* ---- many ---- */

static void fill_with_vlans(void)
{
    fake.vlan_count = 0;
    for (unsigned id = NETDIAG_VLAN_MIN; id <= NETDIAG_VLAN_MAX; id++)
        fake_vlan((uint16_t)id);
    fake_agree();
}

static size_t lines_of(const struct run *run)
{
    size_t lines = 0;

    for (const char *c = run->out; *c != '\0'; c++)
        lines += *c == '\n';
    return lines;
}

static void verify_of_every_vlan_has_each_once(void **state)
{
    (void)state;
    fill_with_vlans();
    assert_int_equal(lines_of(run_lines(COMMAND)), 1 + 4094 + 1);
    assert_last_line("4094 VLANs, all the same", 0);
    fake.snmp_names[4093].if_index += 7;
    assert_last_line("1 of 4094 differs: 4094", 1);
}

/* Every source has VLANs that the others have not, more of them than a window. */
static void verify_merges_sources_whatever_their_order(void **state)
{
    static char name[16];
    size_t all = 0;

    (void)state;
    fake.vlan_count = 0;
    fake_agree();
    for (unsigned id = NETDIAG_VLAN_MIN; id <= NETDIAG_VLAN_MAX; id += 3)
        fake_vlan((uint16_t)id);
    fake_agree();
    for (unsigned id = 2; id <= NETDIAG_VLAN_MAX; id += 3, all++)
        fake.vlan_numbers[id] = 10000 + id;
    for (unsigned id = 4092; id >= 3; id -= 3) { /* the largest first */
        snprintf(name, sizeof name, "Vlan%u", id);
        fake_snmp_name(20000 - id, name);
    }
    assert_int_equal(lines_of(run_lines(COMMAND)), 1 + 4094 + 1);
    assert_last_line(
        "1364 of 2729 differ: 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33, 36, 39, 42, 45, "
        "48, ...; 1365 more are gone, and their numbers are remembered",
        1);
    assert_int_equal(all, 1365);
}

/* One that breaks off in a later window is not compared from there on, and loses no VLAN. */
static void verify_source_that_breaks_off_loses_no_vlan(void **state)
{
    (void)state;
    fill_with_vlans();
    fake.vlan_numbers[4000] = 9; /* differs, and is not seen to */
    fake.vlan_numbers_fail_after = 1000;
    fake.vlan_numbers_error = NETDIAG_ERROR_IO;
    assert_int_equal(lines_of(run_lines(COMMAND)), 1 + 4094 + 2);
    assert_last_line("4094 VLANs, all the same", 1);
    assert_true(has_line("\n1     2           2           2           2           same\n"));
    assert_true(has_line("\n4000  4001        -           4001        4001        same\n"));
}

static void verify_list_of_vlans_that_breaks_off_says_so(void **state)
{
    const struct run *run;

    (void)state;
    fill_with_vlans();
    fake.vlans_error = NETDIAG_ERROR_BUSY;
    fake.vlans_fail_after = WINDOW;
    run = run_lines(COMMAND);
    assert_string_equal(run->err, "% the list ends after 64 VLANs: it is in use now; try again\n");
    assert_int_equal(lines_of(run), 1 + WINDOW);
    assert_int_equal(run->status, 1);
    run = run_lines(COMMAND " json");
    assert_true(ends_in(run,
                        "\"same\":false,\n\"error\":{\"code\":\"busy\",\"text\":\"it is in use "
                        "now; try again\"}}\n"));
    assert_int_equal(run->status, 1);
}

static void verify_takes_a_bounded_number_of_vlans_at_a_time(void **state)
{
    (void)state;
    fill_with_vlans();
    run_lines(COMMAND);
    assert_true(fake.vlans_capacity <= WINDOW);
    assert_true(sizeof(struct netdiag_vlan_verify) < 8192);
}

/* ---- stopping it ---- */

static char printed[1 << 20];

static bool take_bytes(void *ctx, enum netdiag_stream stream, const char *bytes, size_t size)
{
    size_t used = strlen(printed);

    (void)ctx;
    (void)stream;
    if (size > sizeof printed - 1 - used)
        return false;
    memcpy(printed + used, bytes, size);
    printed[used + size] = '\0';
    return true;
}

static struct netdiag_session *to_cancel;

static void cancel(void)
{
    netdiag_session_cancel(to_cancel);
}

static void verify_stopped_by_the_user_waits_no_longer(void **state)
{
    static const struct netdiag_door door = {
        .name = "test", .line_end = "\n", .privilege = 15, .write = take_bytes};

    (void)state;
    fake.snmp_names_busy = SIZE_MAX;
    fake.on_wait = cancel;
    assert_int_equal(netdiag_session_open(&fake.diag, &door, &to_cancel), NETDIAG_OK);
    assert_int_equal(netdiag_session_run(to_cancel, COMMAND, strlen(COMMAND)),
                     NETDIAG_STATUS_FAILED);
    assert_int_equal(fake.wait_calls, 1);
    assert_non_null(strstr(printed, "% " COMMAND " stopped\n"));
    assert_null(strstr(printed, "same"));
    netdiag_session_close(to_cancel);
}

static void verify_has_no_words_that_fail_a_client(void **state)
{
    (void)state;
    fake_snmp_name(9, "Vlan4094");
    fake.vlan_numbers[5] = 250;
    assert_no_client_fails(COMMAND "\n" COMMAND " json\n");
    fake.snmp_names_error = NETDIAG_ERROR_DOWN;
    assert_no_client_fails(COMMAND "\n" COMMAND " json\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(verify_all_same_text_and_json, setup),
        cmocka_unit_test_setup(verify_of_no_vlan_and_of_one, setup),
        cmocka_unit_test_setup(verify_names_of_others_are_no_vlans, setup),
        cmocka_unit_test_setup(verify_vlan_without_number_or_interface_is_the_same, setup),
        cmocka_unit_test_setup(verify_differing_text_and_json, setup),
        cmocka_unit_test_setup(verify_a_name_that_snmp_has_twice_differs, setup),
        cmocka_unit_test_setup(verify_a_name_that_only_snmp_has_is_no_such_vlan, setup),
        cmocka_unit_test_setup(verify_names_the_first_that_differ, setup),
        cmocka_unit_test_setup(verify_gone_and_remembered_is_listed_and_no_difference, setup),
        cmocka_unit_test_setup(verify_without_a_source_says_so, setup),
        cmocka_unit_test_setup(verify_with_a_source_that_fails_fails, setup),
        cmocka_unit_test_setup(verify_of_a_platform_without_vlans_fails, setup),
        cmocka_unit_test_setup(verify_asks_a_busy_agent_again_for_a_second, setup),
        cmocka_unit_test_setup(verify_answers_against_the_contract_are_failures, setup),
        cmocka_unit_test_setup(verify_vlan_that_came_meanwhile_is_read_again, setup),
        cmocka_unit_test_setup(verify_of_every_vlan_has_each_once, setup),
        cmocka_unit_test_setup(verify_merges_sources_whatever_their_order, setup),
        cmocka_unit_test_setup(verify_source_that_breaks_off_loses_no_vlan, setup),
        cmocka_unit_test_setup(verify_list_of_vlans_that_breaks_off_says_so, setup),
        cmocka_unit_test_setup(verify_takes_a_bounded_number_of_vlans_at_a_time, setup),
        cmocka_unit_test_setup(verify_stopped_by_the_user_waits_no_longer, setup),
        cmocka_unit_test_setup(verify_has_no_words_that_fail_a_client, setup),
    };

    return cmocka_run_group_tests_name("vlan_verify", tests, NULL, NULL);
}
