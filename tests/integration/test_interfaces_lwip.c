/*
 * The records of interfaces on a real lwIP: beside the frames that passed, and the clock.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lan.h"
#include "lwip/pbuf.h"
#include "platform/sim/clock.h"
#include "platform/sim/frame.h"
#include "platform/sim/random.h"

static const uint8_t everybody[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
static const uint8_t all_nodes[6] = {0x33, 0x33, 0, 0, 0, 1};
static const uint8_t mac_10[6] = {0x02, 0, 0, 1, 0, 10};
static const uint8_t mac_20[6] = {0x02, 0, 0, 1, 0, 20};

static struct netdiag_interface vlan_10(void)
{
    return lan_interface(lan_if_index(&lan.netif_10));
}

static struct netdiag_interface vlan_20(void)
{
    return lan_interface(lan_if_index(&lan.netif_20));
}

static void assert_traffic(const struct netdiag_interface_traffic *traffic,
                           const struct netdiag_interface_traffic *expected)
{
    assert_int_equal(traffic->octets, expected->octets);
    assert_int_equal(traffic->unicast, expected->unicast);
    assert_int_equal(traffic->multicast, expected->multicast);
    assert_int_equal(traffic->broadcast, expected->broadcast);
}

/* What the records say is what the test saw on the trunk. */
static void assert_all_counted(void)
{
    struct netdiag_interface ten = vlan_10(), twenty = vlan_20();

    assert_traffic(&ten.in, &lan.received[10]);
    assert_traffic(&ten.out, &lan.sent[10]);
    assert_traffic(&twenty.in, &lan.received[20]);
    assert_traffic(&twenty.out, &lan.sent[20]);
}

static void step(uint64_t ms)
{
    sim_clock_set(sim_clock_ms() + ms);
}

static uint64_t uptime_ms(void)
{
    struct netdiag_time now;

    assert_int_equal(netdiag_lwip_platform.time(NULL, &now), NETDIAG_OK);
    return now.uptime_ms;
}

static void interfaces_read_in_chunks_ascend_and_each_comes_once(void **state)
{
    struct netdiag_interface all[2 + LAN_PORTS + 1], chunk[2 + LAN_PORTS + 1];
    size_t count, total;

    (void)state;
    assert_int_equal(netdiag_lwip_platform.interfaces(NULL, 0, all, 2 + LAN_PORTS + 1, &total),
                     NETDIAG_OK);
    assert_int_equal(total, 2 + LAN_PORTS);
    for (size_t i = 1; i < total; i++)
        assert_true(all[i].if_index > all[i - 1].if_index);
    assert_int_equal(all[0].type, NETDIAG_INTERFACE_VLAN);
    assert_int_equal(all[1].type, NETDIAG_INTERFACE_VLAN);
    for (size_t i = 2; i < total; i++) {
        assert_int_equal(all[i].type, NETDIAG_INTERFACE_PORT);
        assert_int_equal(all[i].if_index, 1001 + i - 2);
    }
    for (size_t size = 1; size <= total + 1; size++) {
        uint32_t after = 0;
        size_t seen = 0;

        do {
            assert_int_equal(netdiag_lwip_platform.interfaces(NULL, after, chunk, size, &count),
                             NETDIAG_OK);
            assert_true(seen + count <= total);
            assert_memory_equal(chunk, all + seen, count * sizeof(chunk[0]));
            seen += count;
            after = seen > 0 ? all[seen - 1].if_index : 0;
        } while (count == size);
        assert_int_equal(seen, total);
    }
    assert_int_equal(netdiag_lwip_platform.interfaces(NULL, UINT32_MAX, chunk, 1, &count),
                     NETDIAG_OK);
    assert_int_equal(count, 0);
}

static void interfaces_without_ports_are_those_of_vlans(void **state)
{
    struct netdiag_interface rows[LAN_PORTS];
    size_t count;

    (void)state;
    lan.ports_error = NETDIAG_ERROR_UNSUPPORTED;
    assert_int_equal(netdiag_lwip_platform.interfaces(NULL, 0, rows, LAN_PORTS, &count),
                     NETDIAG_OK);
    lan.ports_error = NETDIAG_ERROR_IO;
    assert_int_equal(netdiag_lwip_platform.interfaces(NULL, 0, rows, LAN_PORTS, &count),
                     NETDIAG_ERROR_IO);
    lan.ports_error = NETDIAG_OK;
}

static void vlan_interface_record_is_what_lwip_has(void **state)
{
    struct netdiag_interface row = vlan_10();

    (void)state;
    assert_string_equal(row.name, "Vlan10");
    assert_string_equal(row.alias, "users");
    assert_int_equal(row.type, NETDIAG_INTERFACE_VLAN);
    assert_int_equal(row.vlan, 10);
    assert_int_equal(row.mode, NETDIAG_PORT_UNKNOWN);
    assert_true(row.admin_up && row.oper_up && row.has_mac);
    assert_memory_equal(row.mac, mac_10, sizeof(mac_10));
    assert_int_equal(row.mtu, 1500);
    assert_int_equal(row.speed_bps, 0);
    row = vlan_20();
    assert_string_equal(row.name, "Vlan20");
    assert_string_equal(row.alias, "");
    lan.trunk.netif.link_speed = 1000000000;
    assert_int_equal(vlan_20().speed_bps, 1000000000);
    lan.trunk.netif.link_speed = 0;
}

/* Every kind that lwIP takes, and every kind that it drops before the VLAN is known or after. */
static void receive_any(void)
{
    static const uint8_t *const destinations[] = {everybody, all_nodes, mac_10, mac_20};
    static const uint16_t types[] = {0x0800, 0x0806, 0x86dd, 0x88cc, 0x8100, 0};
    static const uint16_t vlans[] = {0, 10, 20, 30, 4095};
    const uint8_t *destination = destinations[sim_random_between(0, 3)];
    uint16_t vlan = vlans[sim_random_between(0, 4)];

    if (vlan > 0 && vlan < 30 && sim_random_between(0, 3) == 0)
        lan_receive_arp(vlan, destination);
    else
        lan_receive(vlan, destination, types[sim_random_between(0, 5)],
                    sim_random_between(0, 9) ? sim_random_between(19, 1518) : 18);
}

static void frames_of_any_kind_each_is_counted_once(void **state)
{
    (void)state;
    sim_random_seed(11);
    for (int i = 0; i < 20000; i++) {
        receive_any();
        if (i % 1000 == 0)
            assert_all_counted();
    }
    assert_all_counted();
    assert_true(lan.received[10].unicast > 0 && lan.received[10].multicast > 0 &&
                lan.received[10].broadcast > 0 && lan.sent[10].unicast > 0 &&
                lan.sent[10].broadcast > 0);
}

static void frame_octets_are_without_the_tag(void **state)
{
    struct netdiag_interface before = vlan_10(), after;

    (void)state;
    lan_receive_arp(10, everybody);
    after = vlan_10();
    assert_int_equal(after.in.octets - before.in.octets, 60);
    assert_int_equal(after.in.broadcast - before.in.broadcast, 1);
    assert_int_equal(after.out.octets - before.out.octets, 42); /* lwIP does not pad */
    assert_int_equal(after.out.unicast - before.out.unicast, 1);
}

static err_t refuse(struct netif *netif, struct pbuf *frame)
{
    (void)netif, (void)frame;
    return ERR_IF;
}

static void frame_that_the_trunk_refuses_is_discarded(void **state)
{
    netif_linkoutput_fn linkoutput = lan.trunk.netif.linkoutput;
    struct netdiag_interface before = vlan_10(), after;

    (void)state;
    lan.trunk.netif.linkoutput = refuse;
    lan_receive_arp(10, everybody);
    lan_receive_arp(10, mac_10);
    lan.trunk.netif.linkoutput = linkoutput;
    after = vlan_10();
    assert_int_equal(after.out_discards - before.out_discards, 2);
    assert_int_equal(vlan_20().out_discards, 0);
    assert_all_counted();
}

/* The longest that lwIP's buffers can be, so that it takes no more than 72,000. */
static void octets_beyond_32_bits_are_counted(void **state)
{
    static uint8_t frame[65535];
    struct netdiag_interface before = vlan_20(), after;
    uint64_t frames = 72000;

    (void)state;
    memcpy(frame, mac_20, 6);
    sim_frame_put_u16(frame + 12, 0x8100);
    sim_frame_put_u16(frame + 14, 20);
    sim_frame_put_u16(frame + 16, 0x88cc);
    for (uint64_t i = 0; i < frames; i++) {
        struct pbuf *pbuf = pbuf_alloc(PBUF_RAW, sizeof(frame), PBUF_REF);

        pbuf->payload = frame;
        lan.trunk.netif.input(pbuf, &lan.trunk.netif);
    }
    after = vlan_20();
    assert_true(after.in.octets > UINT32_MAX);
    assert_int_equal(after.in.octets - before.in.octets, frames * (sizeof(frame) - LAN_TAG));
    assert_int_equal(after.in.unicast - before.in.unicast, frames);
    lan.received[20] = after.in;
}

static void assert_oper(bool oper_up, uint64_t since_ms)
{
    struct netdiag_interface row = vlan_10();

    assert_true(row.has_last_change);
    assert_int_equal(row.oper_up, oper_up);
    assert_int_equal(row.last_change_ms, since_ms);
}

static void last_change_is_when_the_trunk_or_the_interface_changed(void **state)
{
    uint64_t down_ms, up_ms;

    (void)state;
    assert_oper(true, 0);
    step(1000);
    netif_set_link_down(&lan.trunk.netif);
    down_ms = uptime_ms();
    assert_true(down_ms >= 1000);
    assert_oper(false, down_ms);
    step(1000);
    netif_set_down(&lan.netif_10); /* it was down already */
    assert_oper(false, down_ms);
    netif_set_link_up(&lan.trunk.netif);
    assert_oper(false, down_ms);
    assert_int_equal(vlan_20().last_change_ms, uptime_ms());
    step(1000);
    netif_set_up(&lan.netif_10);
    up_ms = uptime_ms();
    assert_oper(true, up_ms);
    assert_int_equal(vlan_20().last_change_ms, up_ms - 1000);
    step(1000);
    netif_set_down(&lan.trunk.netif);
    assert_oper(false, up_ms + 1000);
    netif_set_up(&lan.trunk.netif);
    assert_oper(true, up_ms + 1000);
    assert_int_equal(vlan_10().created_ms, 0);
}

static uint64_t interfaces_changed_ms(void)
{
    uint64_t ms;

    assert_int_equal(netdiag_lwip_platform.interfaces_changed(NULL, &ms), NETDIAG_OK);
    return ms;
}

static void interface_made_anew_counts_from_nothing(void **state)
{
    struct netdiag_interface rows[3], row;
    uint32_t if_index = lan_if_index(&lan.netif_10);
    size_t count;

    (void)state;
    assert_true(vlan_10().in.octets > 0);
    assert_int_equal(interfaces_changed_ms(), 0);
    step(500);
    assert_int_equal(netdiag_lwip_vlan_interface_remove(10), NETDIAG_OK);
    assert_int_equal(interfaces_changed_ms(), uptime_ms());
    assert_int_equal(netdiag_lwip_platform.interfaces(NULL, 0, rows, 3, &count), NETDIAG_OK);
    assert_int_equal(rows[0].vlan, 20);
    assert_true(rows[1].if_index > 1000);
    step(500);
    lan_make_vlan_10();
    row = vlan_10();
    assert_int_equal(row.created_ms, uptime_ms());
    assert_int_equal(row.last_change_ms, uptime_ms());
    assert_int_equal(interfaces_changed_ms(), uptime_ms());
    assert_int_equal(row.out_discards, 0);
    assert_all_counted(); /* from the first frame on */
    lan_receive_arp(10, everybody);
    assert_all_counted();
    assert_true(if_index > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interfaces_read_in_chunks_ascend_and_each_comes_once),
        cmocka_unit_test(interfaces_without_ports_are_those_of_vlans),
        cmocka_unit_test(vlan_interface_record_is_what_lwip_has),
        cmocka_unit_test(frame_octets_are_without_the_tag),
        cmocka_unit_test(frames_of_any_kind_each_is_counted_once),
        cmocka_unit_test(frame_that_the_trunk_refuses_is_discarded),
        cmocka_unit_test(octets_beyond_32_bits_are_counted),
        cmocka_unit_test(last_change_is_when_the_trunk_or_the_interface_changed),
        cmocka_unit_test(interface_made_anew_counts_from_nothing),
    };

    return cmocka_run_group_tests(tests, lan_start, NULL);
}
