/*
 * stats/: texts, counters, what is collected from a platform.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stats/device.h"
#include "cli/tcp_counter_names.h"
#include "stats/tcp_counters.h"
#include "stats/tcp_statistics.h"
#include "stats/text.h"
#include "stats/vlan_reader.h"
#include "tests/unit/fake_platform.h"

static int setup(void **state)
{
    (void)state;
    fake_reset();
    return 0;
}

/* ---- texts ---- */

static void text_buffer_full_cuts_and_ends_in_nul(void **state)
{
    char bytes[5];
    struct netdiag_text text;

    (void)state;
    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_string(&text, "1234");
    assert_false(text.cut);
    assert_string_equal(bytes, "1234");
    netdiag_text_char(&text, '5');
    assert_true(text.cut);
    assert_string_equal(bytes, "1234");
}

static void text_buffer_of_no_bytes_is_not_touched(void **state)
{
    char byte = 'x';
    struct netdiag_text text;

    (void)state;
    netdiag_text_start(&text, &byte, 0);
    netdiag_text_number(&text, 7);
    assert_int_equal(byte, 'x');
    assert_true(text.cut);
}

static void text_bytes_and_blanks_what_fits_is_there(void **state)
{
    char bytes[8];
    struct netdiag_text text;

    (void)state;
    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_bytes(&text, "abc", 2);
    netdiag_text_blanks(&text, 3);
    netdiag_text_blanks(&text, 0);
    assert_string_equal(bytes, "ab   ");
    assert_false(text.cut);
    netdiag_text_bytes(&text, "cdef", 4);
    assert_string_equal(bytes, "ab   cd");
    assert_true(text.cut);
    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_blanks(&text, SIZE_MAX);
    assert_string_equal(bytes, "       ");
    assert_true(text.cut);
}

static void text_number_beyond_32_bits_has_every_digit(void **state)
{
    char bytes[64];
    struct netdiag_text text;

    (void)state;
    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_number(&text, UINT32_MAX);
    netdiag_text_char(&text, ' ');
    netdiag_text_number(&text, UINT64_C(4294967296));
    netdiag_text_char(&text, ' ');
    netdiag_text_number(&text, UINT64_C(10000000000000000000));
    netdiag_text_char(&text, ' ');
    netdiag_text_number(&text, 0);
    assert_string_equal(bytes, "4294967295 4294967296 10000000000000000000 0");
}

static void text_number_largest_is_whole(void **state)
{
    char bytes[64];
    struct netdiag_text text;

    (void)state;
    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_number(&text, UINT64_MAX);
    netdiag_text_char(&text, ' ');
    netdiag_text_padded(&text, 7, 3);
    netdiag_text_char(&text, ' ');
    netdiag_text_hex(&text, UINT32_MAX, 2);
    netdiag_text_hex(&text, 0, 2);
    assert_string_equal(bytes, "18446744073709551615 007 ffffffff00");
}

static void error_every_value_has_a_text_and_a_code(void **state)
{
    (void)state;
    for (int error = NETDIAG_OK; error <= NETDIAG_ERROR_TAKEN; error++) {
        assert_string_not_equal(netdiag_error_text((enum netdiag_error)error), "unknown error");
        assert_string_not_equal(netdiag_error_code((enum netdiag_error)error), "unknown");
        /* Automation clients fail a task whose output holds these. */
        assert_null(strstr(netdiag_error_text((enum netdiag_error)error), "not found"));
        assert_null(strstr(netdiag_error_text((enum netdiag_error)error), "error:"));
    }
    assert_string_equal(netdiag_error_text((enum netdiag_error)99), "unknown error");
    assert_string_equal(netdiag_error_code((enum netdiag_error)99), "unknown");
}

static void assert_ipv6(const char *expected, const uint8_t bytes[16])
{
    struct netdiag_address address = {.family = NETDIAG_FAMILY_IPV6};
    char text[NETDIAG_ADDRESS_TEXT];

    memcpy(address.bytes, bytes, 16);
    assert_string_equal(netdiag_address_text(&address, text, sizeof text), expected);
}

static void address_ipv6_follows_rfc_5952(void **state)
{
    (void)state;
    assert_ipv6("::", (const uint8_t[16]){0});
    assert_ipv6("::1", (const uint8_t[16]){[15] = 1});
    assert_ipv6("1::", (const uint8_t[16]){[1] = 1});
    assert_ipv6("2001:db8::1", (const uint8_t[16]){0x20, 1, 0xd, 0xb8, [15] = 1});
    /* One group of zeros is written out. */
    assert_ipv6("2001:db8:0:1:1:1:1:1",
                (const uint8_t[16]){0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1});
    /* The longest run goes, and the first of two as long. */
    assert_ipv6("2001:0:0:1::1", (const uint8_t[16]){0x20, 1, [7] = 1, [15] = 1});
    assert_ipv6("2001:db8::1:0:0:1",
                (const uint8_t[16]){0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1});
    assert_ipv6("1:2:3:4:5:6::", (const uint8_t[16]){0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6});
    assert_ipv6("::ffff:10.0.0.1",
                (const uint8_t[16]){[10] = 0xff, [11] = 0xff, [12] = 10, [15] = 1});
}

static void address_longest_texts_fit_their_sizes(void **state)
{
    struct netdiag_prefix prefix = {.address.family = NETDIAG_FAMILY_IPV6, .length = 128};
    struct netdiag_endpoint endpoint = {.address.family = NETDIAG_FAMILY_IPV6, .port = 65535};
    char text[NETDIAG_ENDPOINT_TEXT];

    (void)state;
    memset(prefix.address.bytes, 0xff, sizeof prefix.address.bytes);
    memset(endpoint.address.bytes, 0xff, sizeof endpoint.address.bytes);
    assert_string_equal(netdiag_prefix_text(&prefix, text, NETDIAG_PREFIX_TEXT),
                        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128");
    assert_string_equal(netdiag_endpoint_text(&endpoint, text, sizeof text),
                        "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
}

static void address_of_each_family_has_its_text(void **state)
{
    struct netdiag_endpoint endpoint = {
        .address = {.family = NETDIAG_FAMILY_IPV4, .bytes = {192, 0, 2, 255}}, .port = 80};
    const struct netdiag_endpoint any = {.address.family = NETDIAG_FAMILY_ANY, .port = 7};
    const struct netdiag_address wrong = {.family = (enum netdiag_family)9};
    char text[NETDIAG_ENDPOINT_TEXT];

    (void)state;
    assert_string_equal(netdiag_endpoint_text(&endpoint, text, sizeof text), "192.0.2.255:80");
    assert_string_equal(netdiag_endpoint_text(&any, text, sizeof text), "*:7");
    assert_string_equal(netdiag_address_text(&wrong, text, sizeof text), "?");
    assert_string_equal(netdiag_address_text(&endpoint.address, text, 5), "192.");
}

static void mac_text_is_lower_case_with_colons(void **state)
{
    const uint8_t mac[] = {0x02, 0, 0x0a, 0xff, 0x10, 1};
    char text[NETDIAG_MAC_TEXT];

    (void)state;
    assert_string_equal(netdiag_mac_text(mac, text, sizeof text), "02:00:0a:ff:10:01");
}

static void state_names_are_those_of_the_rfcs(void **state)
{
    (void)state;
    assert_string_equal(netdiag_tcp_state_name(NETDIAG_TCP_LAST_ACK), "LAST-ACK");
    assert_string_equal(netdiag_tcp_state_key(NETDIAG_TCP_LAST_ACK), "lastAck");
    assert_string_equal(netdiag_tcp_state_name(NETDIAG_TCP_CLOSING), "CLOSING");
    assert_string_equal(netdiag_tcp_state_key(NETDIAG_TCP_CLOSING), "closing");
    assert_string_equal(netdiag_tcp_state_key(NETDIAG_TCP_CLOSED), "closed");
    assert_string_equal(netdiag_tcp_state_key(NETDIAG_TCP_TIME_WAIT), "timeWait");
    assert_string_equal(netdiag_tcp_state_name((enum netdiag_tcp_state)0), "unknown");
    assert_string_equal(netdiag_tcp_state_name((enum netdiag_tcp_state)12), "unknown");
    assert_string_equal(netdiag_tcp_state_key((enum netdiag_tcp_state)12), "unknown");
}

/* ---- counters ---- */

static void counters_rfc_4022_has_its_ten_scalars(void **state)
{
    unsigned count = 0;

    (void)state;
    for (unsigned i = 0; i < NETDIAG_TCP_COUNTERS; i++) {
        if (netdiag_tcp_counter_name((enum netdiag_tcp_counter)i)->group ==
            NETDIAG_TCP_GROUP_RFC4022)
            count++;
    }
    assert_int_equal(count, 10);
    assert_string_equal(netdiag_tcp_group_key(NETDIAG_TCP_GROUP_RFC4022), "rfc4022");
    assert_string_equal(netdiag_tcp_counter_name(NETDIAG_TCP_OUT_RSTS)->key, "outRsts");
}

static void counters_subtract_crosses_a_wrap_and_spares_gauges(void **state)
{
    struct netdiag_tcp_counters now = {.value = {0}}, before = {.value = {0}};
    uint64_t value = 0;

    (void)state;
    netdiag_tcp_counter_set(&now, NETDIAG_TCP_IN_SEGS, 5);
    netdiag_tcp_counter_set(&before, NETDIAG_TCP_IN_SEGS, UINT64_MAX);
    netdiag_tcp_counter_set(&now, NETDIAG_TCP_CURR_ESTAB, 5);
    netdiag_tcp_counter_set(&before, NETDIAG_TCP_CURR_ESTAB, 3);
    netdiag_tcp_counter_set(&now, NETDIAG_TCP_OUT_RSTS, 9);   /* not counted then */
    netdiag_tcp_counter_set(&before, NETDIAG_TCP_IN_ERRS, 1); /* not counted now */
    netdiag_tcp_counters_subtract(&now, &before);
    assert_true(netdiag_tcp_counter_get(&now, NETDIAG_TCP_IN_SEGS, &value));
    assert_int_equal(value, 6);
    assert_true(netdiag_tcp_counter_get(&now, NETDIAG_TCP_CURR_ESTAB, &value));
    assert_int_equal(value, 5);
    assert_true(netdiag_tcp_counter_get(&now, NETDIAG_TCP_OUT_RSTS, &value));
    assert_int_equal(value, 9);
    assert_false(netdiag_tcp_counter_get(&now, NETDIAG_TCP_IN_ERRS, &value));
}

/* ---- the device ---- */

static void init_without_platform_is_invalid(void **state)
{
    struct netdiag diag;

    (void)state;
    assert_int_equal(netdiag_init(NULL, &fake.platform, NULL), NETDIAG_ERROR_INVALID);
    assert_int_equal(netdiag_init(&diag, NULL, NULL), NETDIAG_ERROR_INVALID);
    assert_int_equal(netdiag_init(&diag, &fake.platform, NULL), NETDIAG_OK);
}

static void device_absent_functions_are_unsupported(void **state)
{
    struct netdiag_system system;
    struct netdiag_time time;
    struct netdiag_tcp_counters counters;
    struct netdiag_tcp_states states;
    struct netdiag_tcp_pool pool;
    struct netdiag_vlan vlan;
    size_t count;

    (void)state;
    memset(&fake.platform, 0, sizeof fake.platform);
    assert_int_equal(netdiag_device_system(&fake.diag, &system), NETDIAG_ERROR_UNSUPPORTED);
    assert_int_equal(netdiag_device_time(&fake.diag, &time), NETDIAG_ERROR_UNSUPPORTED);
    assert_int_equal(netdiag_device_tcp_counters(&fake.diag, &counters), NETDIAG_ERROR_UNSUPPORTED);
    assert_int_equal(netdiag_device_tcp_states(&fake.diag, &states), NETDIAG_ERROR_UNSUPPORTED);
    assert_int_equal(netdiag_device_tcp_pool(&fake.diag, &pool), NETDIAG_ERROR_UNSUPPORTED);
    assert_int_equal(netdiag_device_vlans(&fake.diag, 0, &vlan, 1, &count),
                     NETDIAG_ERROR_UNSUPPORTED);
    assert_int_equal(netdiag_device_wait(&fake.diag, 1), NETDIAG_ERROR_UNSUPPORTED);
    netdiag_device_log(&fake.diag, NETDIAG_SEVERITY_NOTICE, "x");
    assert_string_equal(fake.log, "");
}

static void state_totals_are_the_platforms(void **state)
{
    struct netdiag_tcp_state_totals totals;

    (void)state;
    assert_int_equal(netdiag_device_tcp_state_totals(&fake.diag, &totals), NETDIAG_OK);
    assert_false(totals.state[NETDIAG_TCP_LISTEN].has_entered);
    assert_int_equal(totals.state[NETDIAG_TCP_LAST_ACK].entered, 9000);
    assert_int_equal(totals.state[NETDIAG_TCP_LAST_ACK].peak, 180);
    fake.state_totals_error = NETDIAG_ERROR_BUSY;
    assert_int_equal(netdiag_device_tcp_state_totals(&fake.diag, &totals), NETDIAG_ERROR_BUSY);
    fake.platform.tcp_state_totals = NULL;
    assert_int_equal(netdiag_device_tcp_state_totals(&fake.diag, &totals),
                     NETDIAG_ERROR_UNSUPPORTED);
}

static void scanners_count_above_the_capacity_is_an_error(void **state)
{
    struct netdiag_tcp_scanner rows[2];
    size_t count;

    (void)state;
    fake_scanner("10.0.10.7");
    fake_scanner("2001:db8::7");
    fake_scanner("10.0.10.8");
    assert_int_equal(netdiag_device_tcp_scanners(&fake.diag, rows, 2, &count), NETDIAG_OK);
    assert_int_equal(count, 2);
    assert_int_equal(rows[1].source.family, NETDIAG_FAMILY_IPV6);
    fake.scanner_count_added = 1;
    assert_int_equal(netdiag_device_tcp_scanners(&fake.diag, rows, 2, &count), NETDIAG_ERROR_IO);
    fake.scanners_error = NETDIAG_ERROR_DOWN;
    assert_int_equal(netdiag_device_tcp_scanners(&fake.diag, rows, 2, &count), NETDIAG_ERROR_DOWN);
    fake.platform.tcp_scanners = NULL;
    assert_int_equal(netdiag_device_tcp_scanners(&fake.diag, rows, 2, &count),
                     NETDIAG_ERROR_UNSUPPORTED);
}

static void reach_each_answer_has_its_word(void **state)
{
    struct netdiag_endpoint to;
    enum netdiag_reach reach;

    (void)state;
    fake_endpoint(&to, "10.0.10.9", 0);
    fake.reach = NETDIAG_REACH_NO_ROUTE;
    assert_int_equal(netdiag_device_reach(&fake.diag, &to.address, &reach), NETDIAG_OK);
    assert_string_equal(netdiag_reach_key(reach), "noRoute");
    assert_int_equal(fake.reach_to.bytes[3], 9);
    assert_string_equal(netdiag_reach_key(NETDIAG_REACH_UNRESOLVED), "unresolved");
    assert_string_equal(netdiag_reach_key(NETDIAG_REACH_RESOLVED), "resolved");
    fake.platform.reach = NULL;
    assert_int_equal(netdiag_device_reach(&fake.diag, &to.address, &reach),
                     NETDIAG_ERROR_UNSUPPORTED);
    assert_string_equal(netdiag_reach_key(reach), "unknown");
}

static void statistics_baseline_is_subtracted_and_dated(void **state)
{
    struct netdiag_tcp_baseline baseline = {
        .cleared = {.ever = true, .has_uptime = true, .uptime_ms = 90000000, .by = "console"}};
    struct netdiag_tcp_statistics statistics;
    uint64_t value = 0;

    (void)state;
    fake_count_all();
    netdiag_tcp_counter_set(&baseline.counters, NETDIAG_TCP_ACTIVE_OPENS, 60);
    netdiag_tcp_statistics_collect(&fake.diag, &baseline, &statistics);
    assert_true(netdiag_tcp_counter_get(&statistics.counters, NETDIAG_TCP_ACTIVE_OPENS, &value));
    assert_int_equal(value, 40);
    assert_true(statistics.cleared.ever);
    assert_int_equal(statistics.cleared.uptime_ms, 90000000);
    assert_string_equal(statistics.cleared.by, "console");
    assert_true(statistics.has_cleared_ago);
    assert_int_equal(statistics.cleared_ago_ms, 3784005);
}

static void statistics_one_part_given_is_no_error(void **state)
{
    struct netdiag_tcp_statistics statistics;

    (void)state;
    fake.counters_error = NETDIAG_ERROR_IO;
    fake.states_error = NETDIAG_ERROR_BUSY;
    netdiag_tcp_statistics_collect(&fake.diag, NULL, &statistics);
    assert_int_equal(netdiag_tcp_statistics_error(&statistics), NETDIAG_OK);
    assert_int_equal(statistics.states_error, NETDIAG_ERROR_BUSY);
    fake.platform.tcp_pool = NULL;
    netdiag_tcp_statistics_collect(&fake.diag, NULL, &statistics);
    assert_int_equal(netdiag_tcp_statistics_error(&statistics), NETDIAG_ERROR_IO);
}

static void statistics_curr_estab_is_that_of_the_states(void **state)
{
    struct netdiag_tcp_statistics statistics;
    uint64_t value = 0;

    (void)state;
    netdiag_tcp_counter_set(&fake.counters, NETDIAG_TCP_CURR_ESTAB, 1);
    netdiag_tcp_statistics_collect(&fake.diag, NULL, &statistics);
    assert_true(netdiag_tcp_counter_get(&statistics.counters, NETDIAG_TCP_CURR_ESTAB, &value));
    assert_int_equal(value, 50 + 80); /* ESTABLISHED and CLOSE-WAIT */
}

static void states_open_leaves_out_listen_and_closed(void **state)
{
    struct netdiag_tcp_states states;

    (void)state;
    for (unsigned i = 0; i <= NETDIAG_TCP_STATE_LAST; i++)
        states.count[i] = 1;
    assert_int_equal(netdiag_tcp_states_open(&states), 9);
    for (unsigned i = 0; i <= NETDIAG_TCP_STATE_LAST; i++)
        states.count[i] = UINT32_MAX;
    assert_true(netdiag_tcp_states_open(&states) == 9 * (uint64_t)UINT32_MAX);
}

/* ---- the VLAN reader ---- */

static size_t read_all(uint16_t id, const char *name, enum netdiag_error *error)
{
    struct netdiag_vlan_reader reader;
    const struct netdiag_vlan *vlan;
    uint16_t before = 0;
    size_t count = 0;

    netdiag_vlan_reader_start(&reader, &fake.diag, id, name);
    while ((vlan = netdiag_vlan_reader_next(&reader, error)) != NULL) {
        assert_true(vlan->id > before);
        before = vlan->id;
        count++;
    }
    return count;
}

static void vlans_all_4094_are_read_in_chunks(void **state)
{
    enum netdiag_error error;

    (void)state;
    fake.vlan_count = 0;
    for (unsigned id = NETDIAG_VLAN_MIN; id <= NETDIAG_VLAN_MAX; id++)
        fake_vlan((uint16_t)id);
    assert_int_equal(read_all(0, NULL, &error), 4094);
    assert_int_equal(error, NETDIAG_OK);
    assert_int_equal(fake.vlans_capacity, NETDIAG_VLAN_CHUNK);
}

static void vlans_count_of_a_whole_chunk_ends(void **state)
{
    enum netdiag_error error;

    (void)state;
    fake.vlan_count = 0;
    for (unsigned id = 1; id <= NETDIAG_VLAN_CHUNK; id++)
        fake_vlan((uint16_t)id);
    assert_int_equal(read_all(0, NULL, &error), NETDIAG_VLAN_CHUNK);
    assert_int_equal(fake.vlans_calls, 2);
    fake.vlan_count = 0;
    assert_int_equal(read_all(0, NULL, &error), 0);
    assert_int_equal(error, NETDIAG_OK);
}

static void vlans_by_id_asks_for_one_row_once(void **state)
{
    enum netdiag_error error;

    (void)state;
    assert_int_equal(read_all(10, NULL, &error), 1);
    assert_int_equal(fake.vlans_calls, 1);
    assert_int_equal(fake.vlans_capacity, 1);
    assert_int_equal(read_all(11, NULL, &error), 0);
    assert_int_equal(read_all(1, NULL, &error), 1);
    assert_int_equal(read_all(4094, NULL, &error), 0);
    fake_vlan(4094);
    assert_int_equal(read_all(4094, NULL, &error), 1);
}

static void vlans_by_name_compares_every_byte(void **state)
{
    enum netdiag_error error;

    (void)state;
    assert_int_equal(read_all(0, "Vlan10", &error), 1);
    assert_int_equal(read_all(0, "vlan10", &error), 0);
    assert_int_equal(read_all(0, "Vlan1", &error), 1);
}

static void vlans_failure_in_the_middle_is_told(void **state)
{
    enum netdiag_error error;

    (void)state;
    for (unsigned id = 100; id < 140; id++)
        fake_vlan((uint16_t)id);
    fake.vlans_error = NETDIAG_ERROR_BUSY;
    fake.vlans_fail_after = 1;
    assert_int_equal(read_all(0, NULL, &error), NETDIAG_VLAN_CHUNK);
    assert_int_equal(error, NETDIAG_ERROR_BUSY);
}

static void vlans_contract_broken_is_an_error_and_no_loop(void **state)
{
    enum netdiag_error error;

    (void)state;
    fake.vlans[1].id = 30; /* 1, 30, 20: not ascending */
    assert_int_equal(read_all(0, NULL, &error), 0);
    assert_int_equal(error, NETDIAG_ERROR_IO);
    fake_reset();
    fake.vlans[2].id = 4095;
    assert_int_equal(read_all(0, NULL, &error), 0);
    assert_int_equal(error, NETDIAG_ERROR_IO);
    fake_reset();
    fake.vlans_count_added = 100;
    assert_int_equal(read_all(0, NULL, &error), 0);
    assert_int_equal(error, NETDIAG_ERROR_IO);
}

static void vlans_count_above_the_capacity_is_an_error(void **state)
{
    struct netdiag_vlan rows[3] = {[2] = {.id = 4000}}; /* in order, but past the capacity */
    size_t count;

    (void)state;
    fake.vlans_count_added = 1;
    assert_int_equal(netdiag_device_vlans(&fake.diag, 0, rows, 2, &count), NETDIAG_ERROR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_buffer_full_cuts_and_ends_in_nul),
        cmocka_unit_test(text_buffer_of_no_bytes_is_not_touched),
        cmocka_unit_test(text_bytes_and_blanks_what_fits_is_there),
        cmocka_unit_test(text_number_beyond_32_bits_has_every_digit),
        cmocka_unit_test(text_number_largest_is_whole),
        cmocka_unit_test(error_every_value_has_a_text_and_a_code),
        cmocka_unit_test(address_ipv6_follows_rfc_5952),
        cmocka_unit_test(address_longest_texts_fit_their_sizes),
        cmocka_unit_test(address_of_each_family_has_its_text),
        cmocka_unit_test(mac_text_is_lower_case_with_colons),
        cmocka_unit_test(state_names_are_those_of_the_rfcs),
        cmocka_unit_test(counters_rfc_4022_has_its_ten_scalars),
        cmocka_unit_test(counters_subtract_crosses_a_wrap_and_spares_gauges),
        cmocka_unit_test(init_without_platform_is_invalid),
        cmocka_unit_test_setup(device_absent_functions_are_unsupported, setup),
        cmocka_unit_test_setup(state_totals_are_the_platforms, setup),
        cmocka_unit_test_setup(scanners_count_above_the_capacity_is_an_error, setup),
        cmocka_unit_test_setup(reach_each_answer_has_its_word, setup),
        cmocka_unit_test_setup(statistics_baseline_is_subtracted_and_dated, setup),
        cmocka_unit_test_setup(statistics_one_part_given_is_no_error, setup),
        cmocka_unit_test_setup(statistics_curr_estab_is_that_of_the_states, setup),
        cmocka_unit_test(states_open_leaves_out_listen_and_closed),
        cmocka_unit_test_setup(vlans_all_4094_are_read_in_chunks, setup),
        cmocka_unit_test_setup(vlans_count_of_a_whole_chunk_ends, setup),
        cmocka_unit_test_setup(vlans_by_id_asks_for_one_row_once, setup),
        cmocka_unit_test_setup(vlans_by_name_compares_every_byte, setup),
        cmocka_unit_test_setup(vlans_failure_in_the_middle_is_told, setup),
        cmocka_unit_test_setup(vlans_count_above_the_capacity_is_an_error, setup),
        cmocka_unit_test_setup(vlans_contract_broken_is_an_error_and_no_loop, setup),
    };

    return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
