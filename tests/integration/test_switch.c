/*
 * Layer 2 of the simulated switch, frame by frame.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "platform/sim/switch.h"

#define ACCESS_10 0
#define ACCESS_20 1
#define TRUNK     2
#define OTHER_10  3
#define PORTS     4

/* What came out of each port since the last clear. */
static struct {
    size_t frames, length;
    uint8_t last[SIM_FRAME_MAX + 64];
} out[PORTS];

static struct sim_switch sw;

static const uint8_t alice[SIM_FRAME_MAC] = {2, 0, 0, 0, 0, 0xa};
static const uint8_t bob[SIM_FRAME_MAC] = {2, 0, 0, 0, 0, 0xb};
static const uint8_t broadcast[SIM_FRAME_MAC] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

static void take(void *ctx, const uint8_t *frame, size_t length)
{
    size_t port = (size_t)(uintptr_t)ctx;

    out[port].frames++;
    out[port].length = length;
    memcpy(out[port].last, frame, length);
}

static int make_switch(void **state)
{
    static const struct {
        enum sim_port_mode mode;
        uint16_t vlan;
    } ports[PORTS] = {
        {SIM_PORT_ACCESS, 10}, {SIM_PORT_ACCESS, 20}, {SIM_PORT_TRUNK, 1}, {SIM_PORT_ACCESS, 10}};

    (void)state;
    memset(out, 0, sizeof(out));
    sim_switch_init(&sw);
    sim_switch_vlan_add(&sw, 1);
    sim_switch_vlan_add(&sw, 10);
    sim_switch_vlan_add(&sw, 20);
    for (size_t i = 0; i < PORTS; i++)
        sim_switch_port_add(&sw, ports[i].mode, ports[i].vlan, take, (void *)(uintptr_t)i);
    return 0;
}

/* What the switch counted at a port. */
static const struct sim_port_counts *counts(int port)
{
    return &sw.ports[port].counts;
}

/* So many were dropped on their way in, and nothing else was counted as having come in. */
static void assert_dropped(int port, uint64_t runts, uint64_t giants, uint64_t wrong_vlan,
                           uint64_t stacked_tags)
{
    static const struct netdiag_interface_traffic none;

    assert_int_equal(counts(port)->runts, runts);
    assert_int_equal(counts(port)->giants, giants);
    assert_int_equal(counts(port)->wrong_vlan, wrong_vlan);
    assert_int_equal(counts(port)->stacked_tags, stacked_tags);
    assert_memory_equal(&counts(port)->in, &none, sizeof(none));
}

static void assert_traffic(const struct netdiag_interface_traffic *traffic, uint64_t octets,
                           uint64_t unicast, uint64_t multicast, uint64_t broadcasts)
{
    assert_int_equal(traffic->octets, octets);
    assert_int_equal(traffic->unicast, unicast);
    assert_int_equal(traffic->multicast, multicast);
    assert_int_equal(traffic->broadcast, broadcasts);
}

/* A broadcast whose 16-bit words from byte 12 on are these, and which is `length` bytes long. */
static void send_words(int port, const uint16_t *words, size_t count, size_t length)
{
    uint8_t frame[SIM_FRAME_MAX + 64] = {0};

    memset(out, 0, sizeof(out));
    memcpy(frame, broadcast, SIM_FRAME_MAC);
    memcpy(frame + SIM_FRAME_MAC, alice, SIM_FRAME_MAC);
    for (size_t i = 0; i < count; i++)
        sim_frame_put_u16(frame + 12 + 2 * i, words[i]);
    sim_switch_input(&sw, port, frame, length, 0);
}

/* A frame with `payload` bytes of data; `vlan` < 0: untagged. */
static void send(int port, const uint8_t *from, const uint8_t *to, int vlan, size_t payload,
                 uint64_t now_ms)
{
    uint8_t frame[SIM_FRAME_MAX + 64] = {0};
    size_t at = 12;

    memset(out, 0, sizeof(out));
    memcpy(frame, to, SIM_FRAME_MAC);
    memcpy(frame + SIM_FRAME_MAC, from, SIM_FRAME_MAC);
    if (vlan >= 0) {
        sim_frame_put_u16(frame + at, SIM_ETHERTYPE_VLAN);
        sim_frame_put_u16(frame + at + 2, (uint16_t)vlan);
        at += SIM_FRAME_TAG;
    }
    sim_frame_put_u16(frame + at, SIM_ETHERTYPE_IPV4);
    sim_switch_input(&sw, port, frame, at + 2 + payload, now_ms);
}

static void assert_out(size_t access_10, size_t access_20, size_t trunk, size_t other_10)
{
    assert_int_equal(out[ACCESS_10].frames, access_10);
    assert_int_equal(out[ACCESS_20].frames, access_20);
    assert_int_equal(out[TRUNK].frames, trunk);
    assert_int_equal(out[OTHER_10].frames, other_10);
}

static void broadcast_on_access_stays_in_its_vlan(void **state)
{
    (void)state;
    send(ACCESS_10, alice, broadcast, -1, 46, 0);
    assert_out(0, 0, 1, 1);
    assert_int_equal(out[TRUNK].length, 60 + SIM_FRAME_TAG);
    assert_int_equal(sim_frame_u16(out[TRUNK].last + 12), SIM_ETHERTYPE_VLAN);
    assert_int_equal(sim_frame_u16(out[TRUNK].last + 14), 10);
    assert_int_equal(out[OTHER_10].length, 60);
    assert_int_equal(sim_frame_u16(out[OTHER_10].last + 12), SIM_ETHERTYPE_IPV4);
}

static void unicast_to_learned_goes_to_one_port(void **state)
{
    (void)state;
    send(TRUNK, bob, broadcast, 10, 46, 0);
    assert_out(1, 0, 0, 1);
    send(ACCESS_10, alice, bob, -1, 46, 1);
    assert_out(0, 0, 1, 0);
    send(TRUNK, bob, alice, 10, 46, 2);
    assert_out(1, 0, 0, 0);
}

static void unicast_to_learned_in_other_vlan_is_flooded(void **state)
{
    (void)state;
    send(TRUNK, bob, broadcast, 20, 46, 0);
    send(ACCESS_10, alice, bob, -1, 46, 1);
    assert_out(0, 0, 1, 1);
}

static void address_that_moved_is_found_at_its_new_port(void **state)
{
    (void)state;
    send(TRUNK, bob, broadcast, 10, 46, 0);
    send(OTHER_10, bob, broadcast, -1, 46, 1);
    send(ACCESS_10, alice, bob, -1, 46, 2);
    assert_out(0, 0, 0, 1);
}

static void address_silent_for_ageing_time_is_forgotten(void **state)
{
    (void)state;
    send(TRUNK, bob, broadcast, 10, 46, 0);
    send(ACCESS_10, alice, bob, -1, 46, SIM_SWITCH_AGEING_MS);
    assert_out(0, 0, 1, 0);
    send(ACCESS_10, alice, bob, -1, 46, SIM_SWITCH_AGEING_MS + 1);
    assert_out(0, 0, 1, 1);
}

/* What the CPU answers to the frame before it is later than the frames read together with that. */
static void address_heard_after_the_frame_was_read_is_known(void **state)
{
    (void)state;
    send(TRUNK, bob, broadcast, 10, 46, 1001);
    send(ACCESS_10, alice, bob, -1, 46, 1000);
    assert_out(0, 0, 1, 0);
}

static void priority_bits_pass_through_a_trunk(void **state)
{
    (void)state;
    send(TRUNK, bob, broadcast, 0x6000, 46, 0); /* VLAN 0: the native one, priority 3 */
    assert_out(0, 0, 0, 0);
    assert_int_equal(sw.ports[TRUNK].counts.wrong_vlan, 0);
    sim_switch_port_add(&sw, SIM_PORT_TRUNK, 1, take, (void *)(uintptr_t)OTHER_10);
    send(TRUNK, bob, broadcast, 0x6000, 46, 0);
    assert_int_equal(sim_frame_u16(out[OTHER_10].last + 14), 0x6001);
}

static void tag_on_access_only_its_own_is_taken(void **state)
{
    (void)state;
    send(ACCESS_10, alice, broadcast, 10, 46, 0);
    assert_out(0, 0, 1, 1);
    send(ACCESS_10, alice, broadcast, 20, 46, 0);
    assert_out(0, 0, 0, 0);
    assert_int_equal(sw.ports[ACCESS_10].counts.wrong_vlan, 1);
}

static void vlan_unknown_is_dropped_and_counted(void **state)
{
    (void)state;
    send(TRUNK, bob, broadcast, 30, 46, 0);
    send(TRUNK, bob, broadcast, 4095, 46, 0);
    assert_out(0, 0, 0, 0);
    assert_int_equal(sw.ports[TRUNK].counts.wrong_vlan, 2);
}

static void length_bounds_both_sides(void **state)
{
    static const uint8_t short_frame[SIM_FRAME_HEADER - 1];

    (void)state;
    send(ACCESS_10, alice, broadcast, -1, 0, 0);
    assert_out(0, 0, 1, 1);
    sim_switch_input(&sw, ACCESS_10, short_frame, sizeof(short_frame), 0);
    assert_int_equal(sw.ports[ACCESS_10].counts.runts, 1);
    send(ACCESS_10, alice, broadcast, -1, 1500, 0);
    assert_out(0, 0, 1, 1);
    send(ACCESS_10, alice, broadcast, -1, 1501, 0);
    assert_out(0, 0, 0, 0);
    assert_int_equal(sw.ports[ACCESS_10].counts.giants, 1);
    send(TRUNK, bob, broadcast, 10, 1500, 0);
    assert_out(1, 0, 0, 1);
}

static void runt_with_cut_tag_is_dropped_and_counted(void **state)
{
    static const uint16_t tag[] = {SIM_ETHERTYPE_VLAN, 10, SIM_ETHERTYPE_IPV4};

    (void)state;
    for (size_t length = 0; length < SIM_FRAME_HEADER + SIM_FRAME_TAG; length++) {
        send_words(TRUNK, tag, 3, length);
        assert_out(0, 0, 0, 0);
        assert_dropped(TRUNK, length + 1, 0, 0, 0);
    }
    send_words(TRUNK, tag, 3, SIM_FRAME_HEADER + SIM_FRAME_TAG);
    assert_out(1, 0, 0, 1);
    assert_int_equal(out[ACCESS_10].length, SIM_FRAME_HEADER);
    assert_int_equal(counts(TRUNK)->runts, SIM_FRAME_HEADER + SIM_FRAME_TAG);
}

static void giant_is_one_byte_more_with_a_tag_and_without(void **state)
{
    (void)state;
    send(TRUNK, bob, broadcast, 10, 1501, 0);
    assert_out(0, 0, 0, 0);
    assert_dropped(TRUNK, 0, 1, 0, 0);
    send(TRUNK, bob, broadcast, -1, 1501, 0);
    assert_dropped(TRUNK, 0, 2, 0, 0);
    send(ACCESS_10, bob, broadcast, -1, 1501, 0);
    assert_dropped(ACCESS_10, 0, 1, 0, 0);
    assert_out(0, 0, 0, 0);
}

static void stacked_tags_are_dropped_and_counted(void **state)
{
    static const uint16_t stacks[][5] = {
        {SIM_ETHERTYPE_VLAN, 10, SIM_ETHERTYPE_VLAN, 20, SIM_ETHERTYPE_IPV4},
        {SIM_ETHERTYPE_QINQ, 10, SIM_ETHERTYPE_VLAN, 20, SIM_ETHERTYPE_IPV4},
        {SIM_ETHERTYPE_VLAN, 10, SIM_ETHERTYPE_QINQ, 20, SIM_ETHERTYPE_IPV4},
        {SIM_ETHERTYPE_VLAN, 0, SIM_ETHERTYPE_VLAN, 20, SIM_ETHERTYPE_IPV4},
        {SIM_ETHERTYPE_VLAN, 30, SIM_ETHERTYPE_VLAN, 10, SIM_ETHERTYPE_IPV4},
        {SIM_ETHERTYPE_QINQ, 10, SIM_ETHERTYPE_IPV4},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(stacks) / sizeof(stacks[0]); i++) {
        send_words(TRUNK, stacks[i], 5, 68);
        assert_out(0, 0, 0, 0);
        assert_dropped(TRUNK, 0, 0, 0, i + 1);
        send_words(ACCESS_10, stacks[i], 5, 68);
        assert_out(0, 0, 0, 0);
        assert_dropped(ACCESS_10, 0, 0, 0, i + 1);
    }
    send(TRUNK, bob, alice, 10, 46, 0); /* nothing was learned of them */
    assert_out(1, 0, 0, 1);
}

static void priority_tag_on_access_is_its_vlan(void **state)
{
    (void)state;
    send(ACCESS_10, alice, broadcast, 0xa000, 46, 0); /* VLAN 0, priority 5 */
    assert_out(0, 0, 1, 1);
    assert_int_equal(sim_frame_u16(out[TRUNK].last + 14), 0xa000 | 10);
    assert_int_equal(out[OTHER_10].length, 60);
    assert_int_equal(sim_frame_u16(out[OTHER_10].last + 12), SIM_ETHERTYPE_IPV4);
    assert_traffic(&counts(ACCESS_10)->in, 64, 0, 0, 1);
}

static void dropped_frame_of_other_vlan_teaches_nothing(void **state)
{
    (void)state;
    send(ACCESS_10, alice, broadcast, 20, 46, 0);
    assert_dropped(ACCESS_10, 0, 0, 1, 0);
    send(TRUNK, bob, alice, 20, 46, 0);
    assert_out(0, 1, 0, 0);
    send(TRUNK, bob, alice, 10, 46, 0);
    assert_out(1, 0, 0, 1);
}

static void traffic_is_counted_by_destination_at_both_ends(void **state)
{
    static const uint8_t all_nodes[SIM_FRAME_MAC] = {0x33, 0x33, 0, 0, 0, 1};
    static const uint8_t nearly_all[SIM_FRAME_MAC] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xfe};

    (void)state;
    send(ACCESS_10, alice, bob, -1, 46, 0);
    assert_traffic(&counts(ACCESS_10)->in, 60, 1, 0, 0);
    assert_traffic(&counts(TRUNK)->out, 64, 1, 0, 0);
    send(ACCESS_10, alice, all_nodes, -1, 86, 0);
    assert_traffic(&counts(ACCESS_10)->in, 160, 1, 1, 0);
    assert_traffic(&counts(TRUNK)->out, 168, 1, 1, 0);
    send(ACCESS_10, alice, broadcast, -1, 46, 0);
    assert_traffic(&counts(ACCESS_10)->in, 220, 1, 1, 1);
    assert_traffic(&counts(TRUNK)->out, 232, 1, 1, 1);
    send(ACCESS_10, alice, nearly_all, -1, 46, 0);
    assert_traffic(&counts(ACCESS_10)->in, 280, 1, 2, 1);
    assert_traffic(&counts(ACCESS_20)->out, 0, 0, 0, 0);
}

static void take_and_discard(void *ctx, const uint8_t *frame, size_t length)
{
    take(ctx, frame, length);
    sim_switch_discarded(&sw, (int)(uintptr_t)ctx, frame, length);
}

static void discarded_frame_is_taken_back(void **state)
{
    static const uint8_t all_nodes[SIM_FRAME_MAC] = {0x33, 0x33, 0, 0, 0, 1};
    static const uint8_t *const destinations[] = {alice, all_nodes, broadcast};

    (void)state;
    for (size_t i = 0; i < 3; i++)
        send(TRUNK, bob, destinations[i], 10, 46, 0);
    assert_traffic(&counts(OTHER_10)->out, 180, 1, 1, 1);
    sw.ports[OTHER_10].output = take_and_discard;
    for (size_t i = 0; i < 3; i++) {
        send(TRUNK, bob, destinations[i], 10, 46, 0);
        assert_int_equal(out[OTHER_10].frames, 1);
        assert_int_equal(counts(OTHER_10)->out_discards, i + 1);
        assert_traffic(&counts(OTHER_10)->out, 180, 1, 1, 1);
    }
    assert_traffic(&counts(ACCESS_10)->out, 360, 2, 2, 2);
    assert_int_equal(counts(ACCESS_10)->out_discards, 0);
}

static void interfaces_are_the_ports_as_they_were_added(void **state)
{
    struct netdiag_interface rows[PORTS];

    (void)state;
    sim_switch_port_name(&sw, TRUNK, "a-name-of-fifteen-and-more", "what is there");
    send(TRUNK, bob, broadcast, 30, 46, 0);
    send(TRUNK, bob, broadcast, 10, 46, 0);
    memset(rows, 0xff, sizeof(rows));
    assert_int_equal(sim_switch_ports(&sw, 0, rows, PORTS - 1), PORTS - 1);
    assert_int_equal(rows[TRUNK].if_index, 1001 + TRUNK);
    assert_string_equal(rows[TRUNK].name, "a-name-of-fifte");
    assert_string_equal(rows[TRUNK].alias, "what is there");
    assert_string_equal(rows[ACCESS_10].alias, "");
    assert_int_equal(rows[TRUNK].unknown_vlans, 1);
    assert_traffic(&rows[TRUNK].in, 64, 0, 0, 1);
    assert_traffic(&rows[ACCESS_10].out, 60, 0, 0, 1);
    assert_int_equal(rows[OTHER_10].if_index, UINT32_MAX); /* beyond the capacity */
    assert_int_equal(sim_switch_ports(&sw, 1001 + PORTS - 2, rows, PORTS), 1);
    assert_int_equal(rows[0].if_index, 1001 + PORTS - 1);
    assert_int_equal(sim_switch_ports(&sw, 1001 + PORTS - 1, rows, PORTS), 0);
}

/* Its access ports carry nothing any more, and its stations are forgotten; others' are not. */
static void vlan_removed_its_frames_are_of_an_unknown_vlan(void **state)
{
    (void)state;
    send(ACCESS_10, alice, broadcast, -1, 46, 0);
    send(ACCESS_20, alice, broadcast, -1, 46, 0);
    sim_switch_vlan_remove(&sw, 10);
    sim_switch_vlan_remove(&sw, 30); /* there is none */
    send(OTHER_10, bob, alice, -1, 46, 1);
    assert_out(0, 0, 0, 0);
    assert_int_equal(counts(OTHER_10)->wrong_vlan, 1);
    send(TRUNK, bob, alice, 10, 46, 1);
    assert_out(0, 0, 0, 0);
    assert_int_equal(counts(TRUNK)->wrong_vlan, 1);
    send(TRUNK, bob, alice, 20, 46, 1);
    assert_out(0, 1, 0, 0);
    sim_switch_vlan_add(&sw, 10);
    send(TRUNK, bob, alice, 10, 46, 2); /* flooded: nobody knows where she is */
    assert_out(1, 0, 0, 1);
}

static void port_record_says_what_it_carries_and_since_when_it_is_up(void **state)
{
    static const struct {
        enum netdiag_port_mode mode;
        uint16_t vlan;
    } expected[PORTS] = {{NETDIAG_PORT_ACCESS, 10},
                         {NETDIAG_PORT_ACCESS, 20},
                         {NETDIAG_PORT_TRUNK, 0},
                         {NETDIAG_PORT_TRUNK_NATIVE, 10}};
    struct netdiag_interface rows[PORTS];

    (void)state;
    sw.ports[OTHER_10].mode = SIM_PORT_TRUNK_NATIVE;
    sim_switch_port_set_up(&sw, ACCESS_20, false, 77);
    sim_switch_port_set_up(&sw, TRUNK, false, 77);
    sim_switch_port_set_up(&sw, TRUNK, true, 99);
    assert_int_equal(sim_switch_ports(&sw, 0, rows, PORTS), PORTS);
    for (int i = 0; i < PORTS; i++) {
        assert_int_equal(rows[i].type, NETDIAG_INTERFACE_PORT);
        assert_int_equal(rows[i].mode, expected[i].mode);
        assert_int_equal(rows[i].vlan, expected[i].vlan);
        assert_true(rows[i].admin_up && rows[i].has_last_change && !rows[i].has_mac);
        assert_int_equal(rows[i].mtu, 1500);
        assert_int_equal(rows[i].oper_up, i != ACCESS_20);
    }
    assert_int_equal(rows[ACCESS_10].last_change_ms, 0);
    assert_int_equal(rows[ACCESS_20].last_change_ms, 77);
    assert_int_equal(rows[TRUNK].last_change_ms, 99);
}

static void table_full_frames_still_arrive(void **state)
{
    uint8_t mac[SIM_FRAME_MAC] = {2, 0, 0, 1, 0, 0};

    (void)state;
    for (unsigned i = 0; i < 4 * CONFIG_NETDIAG_SIM_MAC_TABLE; i++) {
        sim_frame_put_u16(mac + 4, (uint16_t)i);
        send(TRUNK, mac, broadcast, 10, 46, i);
        assert_out(1, 0, 0, 1);
    }
    send(ACCESS_10, alice, mac, -1, 46, 5000);
    assert_out(0, 0, 1, 0);
}

static void ports_more_than_fit_are_refused(void **state)
{
    (void)state;
    for (int i = PORTS; i < CONFIG_NETDIAG_SIM_PORTS; i++)
        assert_int_equal(sim_switch_port_add(&sw, SIM_PORT_TRUNK, 1, take, NULL), i);
    assert_int_equal(sim_switch_port_add(&sw, SIM_PORT_TRUNK, 1, take, NULL), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(broadcast_on_access_stays_in_its_vlan, make_switch),
        cmocka_unit_test_setup(unicast_to_learned_goes_to_one_port, make_switch),
        cmocka_unit_test_setup(unicast_to_learned_in_other_vlan_is_flooded, make_switch),
        cmocka_unit_test_setup(address_that_moved_is_found_at_its_new_port, make_switch),
        cmocka_unit_test_setup(address_silent_for_ageing_time_is_forgotten, make_switch),
        cmocka_unit_test_setup(address_heard_after_the_frame_was_read_is_known, make_switch),
        cmocka_unit_test_setup(priority_bits_pass_through_a_trunk, make_switch),
        cmocka_unit_test_setup(tag_on_access_only_its_own_is_taken, make_switch),
        cmocka_unit_test_setup(vlan_unknown_is_dropped_and_counted, make_switch),
        cmocka_unit_test_setup(length_bounds_both_sides, make_switch),
        cmocka_unit_test_setup(runt_with_cut_tag_is_dropped_and_counted, make_switch),
        cmocka_unit_test_setup(giant_is_one_byte_more_with_a_tag_and_without, make_switch),
        cmocka_unit_test_setup(stacked_tags_are_dropped_and_counted, make_switch),
        cmocka_unit_test_setup(priority_tag_on_access_is_its_vlan, make_switch),
        cmocka_unit_test_setup(dropped_frame_of_other_vlan_teaches_nothing, make_switch),
        cmocka_unit_test_setup(traffic_is_counted_by_destination_at_both_ends, make_switch),
        cmocka_unit_test_setup(discarded_frame_is_taken_back, make_switch),
        cmocka_unit_test_setup(interfaces_are_the_ports_as_they_were_added, make_switch),
        cmocka_unit_test_setup(vlan_removed_its_frames_are_of_an_unknown_vlan, make_switch),
        cmocka_unit_test_setup(port_record_says_what_it_carries_and_since_when_it_is_up,
                               make_switch),
        cmocka_unit_test_setup(table_full_frames_still_arrive, make_switch),
        cmocka_unit_test_setup(ports_more_than_fit_are_refused, make_switch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
