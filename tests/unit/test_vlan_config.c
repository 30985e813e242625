/*
 * `vlan` and `no vlan` on the fake platform: what they do, who is told, and why they do not.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <libcli.h>

#include "cli/session.h"
#include "tests/unit/fake_platform.h"
#include "tests/unit/golden.h"

#define CARET(line) line "\n^\n% Invalid input detected at '^' marker.\n"

static int setup(void **state)
{
    (void)state;
    fake_reset();
    fake_agree();
    return 0;
}

/* How many VLANs there are, of which the one at `place` is this. */
static void assert_vlan(size_t count, size_t place, uint16_t id, const char *name,
                        uint32_t if_index)
{
    assert_int_equal(fake.vlan_count, count);
    assert_int_equal(fake.vlans[place].id, id);
    assert_string_equal(fake.vlans[place].name, name);
    assert_int_equal(fake.vlans[place].if_index, if_index);
}

/* ---- what they do ---- */

static void vlan_is_made_in_silence_and_logged(void **state)
{
    (void)state;
    assert_refused("vlan 15", "", 0);
    assert_vlan(4, 2, 15, "Vlan15", 1015);
    assert_refused("vlan 4094 name \"Voice LAN\"", "", 0);
    assert_vlan(5, 4, 4094, "Voice LAN", 5094);
    assert_refused("vl 2 na \xe4\xba\xa4\xe6\x8d\xa2", "", 0);
    assert_vlan(6, 1, 2, "\xe4\xba\xa4\xe6\x8d\xa2", 1002);
    assert_string_equal(fake.log, "5 vlan 15 added by pipe\n5 vlan 4094 added by pipe\n"
                                  "5 vlan 2 added by pipe\n");
}

static void no_vlan_removes_it_and_its_number_stays(void **state)
{
    (void)state;
    assert_refused("no vlan 10", "", 0);
    assert_vlan(2, 1, 20, "Vlan20", 4);
    assert_int_equal(fake.vlan_numbers[10], 3);
    assert_refused("vlan 10", "", 0);
    assert_vlan(3, 1, 10, "Vlan10", 3);
    assert_string_equal(fake.log, "5 vlan 10 removed by pipe\n5 vlan 10 added by pipe\n");
}

static void no_vlan_forget_frees_the_number(void **state)
{
    (void)state;
    assert_refused("no vlan 10 forget", "", 0);
    assert_int_equal(fake.vlan_count, 2);
    assert_int_equal(fake.vlan_numbers[10], 0);
    assert_refused("no vlan 20", "", 0);
    assert_refused("no vl 20 f", "", 0); /* it is gone, and remembered */
    assert_int_equal(fake.vlan_numbers[20], 0);
    assert_string_equal(fake.log, "5 vlan 10 removed by pipe, its ifIndex is forgotten\n"
                                  "5 vlan 20 removed by pipe\n"
                                  "5 vlan 20 removed by pipe, its ifIndex is forgotten\n");
}

/* ---- words ---- */

static void vlan_number_bounds(void **state)
{
    static const char *const wrong[] = {"0", "4095", "65546", "-1", "1x", "\"\"", "Vlan10"};
    char line[100];

    (void)state;
    assert_refused("no vlan 1", "", 0);
    assert_refused("vlan 1", "", 0);
    assert_refused("vlan 4094", "", 0);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        snprintf(line, sizeof line, "vlan %s", wrong[i]);
        assert_caret(line, 5);
        snprintf(line, sizeof line, "no vlan %s forget", wrong[i]);
        assert_caret(line, 8);
    }
    assert_int_equal(fake.vlan_count, 4);
}

static void vlan_words_missing_or_wrong_change_nothing(void **state)
{
    (void)state;
    assert_refused("vlan", "% Incomplete command.\n", 2);
    assert_refused("no", "% Incomplete command.\n", 2);
    assert_refused("no vlan", "% Incomplete command.\n", 2);
    assert_refused("vlan 30 name", "% Incomplete command.\n", 2);
    assert_caret("vlan 30 forget", 8);
    assert_caret("vlan 30 name a name b", 13 + 7);
    assert_caret("vlan 30 name a b", 15);
    assert_caret("no vlan 10 forget it", 18);
    assert_caret("no interface", 3);
    assert_int_equal(fake.vlan_count, 3);
    assert_string_equal(fake.log, "");
}

static void vlan_name_bounds(void **state)
{
    static const char of_32[] = "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn";
    char line[200], told[300];

    (void)state;
    snprintf(line, sizeof line, "vlan 30 name %s", of_32);
    assert_refused(line, "", 0);
    assert_vlan(4, 3, 30, of_32, 1030);
    snprintf(line, sizeof line, "vlan 31 name %sm", of_32);
    snprintf(told, sizeof told,
             "%% VLAN 31: the name \"%sm\" was given; legal are 1 to 32 bytes of printable text\n",
             of_32);
    assert_refused(line, told, 1);
    assert_refused("vlan 31 name ''",
                   "% VLAN 31: the name \"\" was given; legal are 1 to 32 bytes of printable "
                   "text\n",
                   1);
    assert_refused("vlan 31 name a\xff",
                   "% VLAN 31: the name \"a?\" was given; legal are 1 to 32 bytes of printable "
                   "text\n",
                   1);
    assert_refused("vlan 31 name a\xc2\x85",
                   "% VLAN 31: the name \"a?\" was given; legal are 1 to 32 bytes of printable "
                   "text\n",
                   1);
    assert_int_equal(fake.vlan_count, 4);
    fake.vlan_add_error = NETDIAG_ERROR_INVALID; /* a platform that takes less */
    assert_refused("vlan 31 name a",
                   "% VLAN 31: the name \"a\" was given; legal are 1 to 32 bytes of printable "
                   "text\n",
                   1);
}

/* ---- refusals ---- */

static void vlan_that_exists_is_named(void **state)
{
    (void)state;
    snprintf(fake.vlans[1].name, sizeof fake.vlans[1].name, "office");
    assert_refused("vlan 10",
                   "% VLAN 10 exists already, with the name \"office\"; \"no vlan 10\" removes "
                   "it\n",
                   1);
    assert_refused("vlan 30 name office",
                   "% VLAN 30: the name \"office\" is that of VLAN 10; give another by \"name\"\n",
                   1);
    snprintf(fake.vlans[1].name, sizeof fake.vlans[1].name, "Vlan30");
    assert_refused("vlan 30",
                   "% VLAN 30: the name \"Vlan30\" is that of VLAN 10; give another by \"name\"\n",
                   1);
    fake.vlan_add_error = NETDIAG_ERROR_EXISTS; /* and not any more */
    assert_refused("vlan 31", "% VLAN 31: the VLAN or its name was there a moment ago; try again\n",
                   1);
    assert_string_equal(fake.log, "");
}

static void vlan_that_is_one_too_many_is_told_the_bound(void **state)
{
    (void)state;
    fake.vlan_add_error = NETDIAG_ERROR_FULL;
    assert_refused("vlan 30",
                   "% VLAN 30: the device has 3 VLANs, as many as it holds (CONFIG_NETDIAG_VLANS, "
                   "or its number of interfaces); \"no vlan\" of another makes room\n",
                   1);
}

static void vlan_refusals_say_what_to_do(void **state)
{
    static const struct {
        enum netdiag_error error;
        const char *add, *remove;
        int status;
    } cases[] = {
        {NETDIAG_ERROR_REMEMBERED,
         "% VLAN 30: each of the 255 interface numbers is in use or remembered for a VLAN that is "
         "gone; \"show vlan ifindex verify\" lists them, and \"no vlan N forget\" of one that is "
         "not needed any more frees its number\n",
         NULL, 1},
        {NETDIAG_ERROR_IO,
         "% VLAN 30: its ifIndex cannot be kept over a restart, and nothing was changed; is the "
         "device's storage full, or read-only?\n",
         "% VLAN 10: its ifIndex cannot be kept over a restart, and nothing was changed; is the "
         "device's storage full, or read-only?\n",
         1},
        {NETDIAG_ERROR_BUSY, "% VLAN 30: another shell adds or removes a VLAN now; try again\n",
         "% VLAN 10: another shell adds or removes a VLAN now; try again\n", 1},
        {NETDIAG_ERROR_MEMORY, "% vlan not available: the device is out of memory\n",
         "% no vlan not available: the device is out of memory\n", 1},
        {NETDIAG_ERROR_DOWN, "% vlan not available: the device's stack is not running\n",
         "% no vlan not available: the device's stack is not running\n", 3},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fake.vlan_add_error = fake.vlan_remove_error = cases[i].error;
        assert_refused("vlan 30", cases[i].add, cases[i].status);
        if (cases[i].remove != NULL)
            assert_refused("no vlan 10", cases[i].remove, cases[i].status);
    }
    fake.vlan_numbers[30] = 77; /* nobody is told to forget it because of another shell */
    fake.vlan_add_error = NETDIAG_ERROR_BUSY;
    assert_refused("vlan 30", "% VLAN 30: another shell adds or removes a VLAN now; try again\n",
                   1);
    fake.vlan_add_error = NETDIAG_ERROR_TAKEN;
    assert_refused(
        "vlan 30",
        "% VLAN 30: an interface that is no VLAN's has the ifIndex 77 that is remembered "
        "for it; \"no vlan 30 forget\" lets it have another\n",
        1);
    fake.platform.vlan_add = NULL;
    fake.platform.vlan_remove = NULL;
    assert_refused("vlan 30", "% vlan not available: this platform does not offer it\n", 1);
    assert_refused("no vlan 30", "% no vlan not available: this platform does not offer it\n", 1);
    assert_int_equal(fake.vlan_count, 3);
    assert_string_equal(fake.log, "");
}

static void no_vlan_of_one_that_is_gone_names_forget(void **state)
{
    static const char no_such[] =
        "% no such VLAN 30; \"show vlan ifindex\" lists those there are\n";

    (void)state;
    fake.vlan_numbers[31] = 77; /* the next ID is not it */
    assert_refused("no vlan 30", no_such, 1);
    assert_refused("no vlan 30 forget",
                   "% no such VLAN 30, and no ifIndex is remembered for it; \"show vlan ifindex "
                   "verify\" lists those that are\n",
                   1);
    fake.vlan_numbers[30] = 250;
    assert_refused("no vlan 30",
                   "% VLAN 30 is gone already, and its ifIndex 250 is remembered; \"no vlan 30 "
                   "forget\" frees it\n",
                   1);
    fake.platform.vlan_numbers = NULL;
    assert_refused("no vlan 30", no_such, 1);
    assert_string_equal(fake.log, "");
}

/* ---- who, and how it is found ---- */

static char printed[4096];

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

static void vlan_below_privilege_15_is_no_word(void **state)
{
    struct netdiag_door door = {.write = take_bytes, .line_end = "\n", .name = "telnet"};
    struct netdiag_session *session;

    (void)state;
    for (door.privilege = 0; door.privilege < 15; door.privilege += 7) {
        printed[0] = '\0';
        assert_int_equal(netdiag_session_open(&fake.diag, &door, &session), NETDIAG_OK);
        assert_int_equal(netdiag_session_run(session, "vlan 30", 7), NETDIAG_STATUS_USAGE);
        assert_int_equal(netdiag_session_run(session, "no vlan 10", 10), NETDIAG_STATUS_USAGE);
        assert_string_equal(printed, CARET("vlan 30") CARET("no vlan 10"));
        netdiag_session_close(session);
    }
    assert_int_equal(fake.vlan_count, 3);
    door.privilege = 15;
    assert_int_equal(netdiag_session_open(&fake.diag, &door, &session), NETDIAG_OK);
    assert_int_equal(netdiag_session_run(session, "no vlan 10", 10), NETDIAG_STATUS_OK);
    netdiag_session_close(session);
    assert_string_equal(fake.log, "5 vlan 10 removed by telnet\n");
}

static void vlan_help_names_the_words_and_those_that_exist(void **state)
{
    (void)state;
    assert_string_equal(run_lines("vlan ?")->out,
                        "  <vlan-id>            Number of the new VLAN, 1 to 4094\n");
    assert_string_equal(run_lines("no ?")->out,
                        "  vlan                 Remove a VLAN; its ifIndex stays remembered\n");
    assert_string_equal(run_lines("no vlan ?")->out,
                        "  <vlan-id>            Number of a VLAN, 1 to 4094\n"
                        "                       1   10  20\n");
    assert_non_null(strstr(run_lines("no vlan 10 ?")->out, "  forget  "));
    assert_non_null(strstr(run_lines("vlan 30 ?")->out, "  name  "));
    assert_int_equal(fake.vlan_count, 3);
}

static void refusals_have_no_words_that_fail_a_client(void **state)
{
    (void)state;
    fake.vlan_numbers[30] = 250;
    assert_no_client_fails("vlan 10\nvlan 30 name Vlan20\nvlan 30 name ''\nno vlan 30\n"
                           "no vlan 31\nno vlan 31 forget\nshow vlan ifindex\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(vlan_is_made_in_silence_and_logged, setup),
        cmocka_unit_test_setup(no_vlan_removes_it_and_its_number_stays, setup),
        cmocka_unit_test_setup(no_vlan_forget_frees_the_number, setup),
        cmocka_unit_test_setup(vlan_number_bounds, setup),
        cmocka_unit_test_setup(vlan_words_missing_or_wrong_change_nothing, setup),
        cmocka_unit_test_setup(vlan_name_bounds, setup),
        cmocka_unit_test_setup(vlan_that_exists_is_named, setup),
        cmocka_unit_test_setup(vlan_that_is_one_too_many_is_told_the_bound, setup),
        cmocka_unit_test_setup(vlan_refusals_say_what_to_do, setup),
        cmocka_unit_test_setup(no_vlan_of_one_that_is_gone_names_forget, setup),
        cmocka_unit_test_setup(vlan_below_privilege_15_is_no_word, setup),
        cmocka_unit_test_setup(vlan_help_names_the_words_and_those_that_exist, setup),
        cmocka_unit_test_setup(refusals_have_no_words_that_fail_a_client, setup),
    };

    return cmocka_run_group_tests_name("vlan_config", tests, NULL, NULL);
}
