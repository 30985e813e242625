/*
 * VLANs and their interfaces on a real lwIP.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lwip/netif.h"
#include "netdiag/lwip.h"
#include "platform/sim/frame.h"
#include "platform/sim/stack.h"

/* lwIP numbers 255 interfaces; one is the trunk. */
#define INTERFACES_MAX 254

static const uint8_t mac[NETDIAG_MAC_LENGTH] = {0x02, 0, 0, 1, 0, 0};
static struct sim_trunk trunk;
static struct netif interfaces[INTERFACES_MAX + 1];
static size_t frames_sent;
static uint16_t last_vlan;

static void take_frame(void *ctx, const uint8_t *frame, size_t length)
{
    (void)ctx, (void)length;
    frames_sent++;
    last_vlan = sim_frame_u16(frame + 14) & 0xfff;
}

static int start(void **state)
{
    (void)state;
    sim_clock_start(SIM_CLOCK_VIRTUAL);
    if (sim_stack_start("sw1", "test", 16, 60000))
        return -1;
    sim_trunk_add(&trunk, mac, take_frame, NULL);
    return 0;
}

static struct netdiag_vlan read_vlan(uint16_t id)
{
    struct netdiag_vlan row;
    size_t count;

    assert_int_equal(netdiag_lwip_platform.vlans(NULL, (uint16_t)(id - 1), &row, 1, &count),
                     NETDIAG_OK);
    assert_int_equal(count, 1);
    assert_int_equal(row.id, id);
    return row;
}

static void vlan_add_bounds_both_sides(void **state)
{
    char name[NETDIAG_VLAN_NAME_LENGTH + 2];

    (void)state;
    memset(name, 'n', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    assert_int_equal(netdiag_lwip_vlan_add(0, NULL), NETDIAG_ERROR_INVALID);
    assert_int_equal(netdiag_lwip_vlan_add(4095, NULL), NETDIAG_ERROR_INVALID);
    assert_int_equal(netdiag_lwip_vlan_add(4094, name), NETDIAG_ERROR_INVALID);
    assert_int_equal(netdiag_lwip_vlan_add(4094, name + 1), NETDIAG_OK);
    assert_int_equal(netdiag_lwip_vlan_add(1, NULL), NETDIAG_OK);
    assert_int_equal(netdiag_lwip_vlan_add(1, "other"), NETDIAG_ERROR_EXISTS);
    assert_int_equal(netdiag_lwip_vlan_add(2, "Vlan1"), NETDIAG_ERROR_EXISTS);
    assert_int_equal(netdiag_lwip_vlan_remove(2), NETDIAG_ERROR_NOT_FOUND);
    assert_int_equal(netdiag_lwip_vlan_remove(4094), NETDIAG_OK);
    assert_int_equal(netdiag_lwip_vlan_remove(1), NETDIAG_OK);
}

static void vlan_without_interface_has_no_index(void **state)
{
    struct netdiag_vlan row;

    (void)state;
    assert_int_equal(netdiag_lwip_vlan_add(40, "printers"), NETDIAG_OK);
    row = read_vlan(40);
    assert_string_equal(row.name, "printers");
    assert_false(row.has_interface);
    assert_false(row.has_if_index);
    assert_int_equal(netdiag_lwip_vlan_interface_remove(40), NETDIAG_ERROR_NOT_FOUND);
    assert_int_equal(netdiag_lwip_vlan_remove(40), NETDIAG_OK);
}

static void vlan_interface_row_is_what_lwip_has(void **state)
{
    const struct netdiag_prefix address = {{NETDIAG_FAMILY_IPV4, {10, 0, 30, 1}}, 24};
    struct netdiag_prefix bad = address;
    struct netdiag_vlan row;

    (void)state;
    assert_int_equal(netdiag_lwip_vlan_add(30, NULL), NETDIAG_OK);
    assert_int_equal(netdiag_lwip_vlan_interface_add(31, &interfaces[0], &trunk.netif, mac),
                     NETDIAG_ERROR_NOT_FOUND);
    assert_int_equal(netdiag_lwip_vlan_address_add(30, &address), NETDIAG_ERROR_NOT_FOUND);
    assert_int_equal(netdiag_lwip_vlan_interface_add(30, &interfaces[0], &trunk.netif, mac),
                     NETDIAG_OK);
    assert_int_equal(netdiag_lwip_vlan_interface_add(30, &interfaces[1], &trunk.netif, mac),
                     NETDIAG_ERROR_EXISTS);
    assert_int_equal(netdiag_lwip_vlan_remove(30), NETDIAG_ERROR_BUSY);
    bad.length = 33;
    assert_int_equal(netdiag_lwip_vlan_address_add(30, &bad), NETDIAG_ERROR_INVALID);
    assert_int_equal(netdiag_lwip_vlan_address_add(30, &address), NETDIAG_OK);

    row = read_vlan(30);
    assert_true(row.has_interface && row.has_if_index && row.if_index > 0);
    assert_int_equal(row.interface.netif_index, netif_get_index(&interfaces[0]));
    assert_true(row.interface.admin_up && row.interface.oper_up);
    assert_int_equal(row.interface.mtu, 1500);
    assert_memory_equal(row.interface.mac, mac, sizeof(mac));
    assert_memory_equal(row.interface.addresses[0].address.bytes, address.address.bytes, 16);
    assert_int_equal(row.interface.addresses[0].length, 24);
}

static void vlan_interface_trunk_down_oper_is_down(void **state)
{
    struct netdiag_vlan row;

    (void)state;
    netif_set_link_down(&trunk.netif);
    row = read_vlan(30);
    assert_true(row.interface.admin_up);
    assert_false(row.interface.oper_up);
    netif_set_link_up(&trunk.netif);
    netif_set_down(&interfaces[0]);
    row = read_vlan(30);
    assert_false(row.interface.admin_up || row.interface.oper_up);
    netif_set_up(&interfaces[0]);
}

/* An ARP request for the interface's address, tagged for `vlan`. */
static void send_arp_request(uint16_t vlan)
{
    uint8_t frame[46] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0, 0, 2, 0,    1, 0x81, 0, 0, 0,
                         8,    6,    0,    1,    8,    0,    6,    4, 0, 1, 0x02, 0, 0,    2, 0, 1,
                         10,   0,    30,   2,    0,    0,    0,    0, 0, 0, 10,   0, 30,   1};

    sim_frame_put_u16(frame + 14, vlan);
    frames_sent = 0;
    sim_trunk_input(&trunk, frame, sizeof(frame));
}

static void frame_of_vlan_is_answered_with_its_tag(void **state)
{
    (void)state;
    send_arp_request(30);
    assert_int_equal(frames_sent, 1);
    assert_int_equal(last_vlan, 30);
}

static void frame_of_unknown_vlan_is_dropped(void **state)
{
    (void)state;
    send_arp_request(31);
    assert_int_equal(frames_sent, 0);
}

static void vlans_read_in_chunks_each_comes_once(void **state)
{
    static const uint16_t ids[] = {4094, 5, 1, 900, 77};
    struct netdiag_vlan rows[2];
    uint16_t after = 0;
    size_t count, seen = 0;

    (void)state;
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(netdiag_lwip_vlan_add(ids[i], NULL), NETDIAG_OK);
    do {
        assert_int_equal(netdiag_lwip_platform.vlans(NULL, after, rows, 2, &count), NETDIAG_OK);
        for (size_t i = 0; i < count; i++) {
            assert_true(rows[i].id > after);
            after = rows[i].id;
            seen++;
        }
    } while (count == 2);
    assert_int_equal(seen, 6); /* and VLAN 30 */
    assert_int_equal(after, 4094);
    assert_int_equal(netdiag_lwip_platform.vlans(NULL, UINT16_MAX, rows, 2, &count), NETDIAG_OK);
    assert_int_equal(count, 0);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(netdiag_lwip_vlan_remove(ids[i]), NETDIAG_OK);
}

/* lwIP's netif_add() would look for a free number for ever. */
static void interface_256th_is_refused(void **state)
{
    enum netdiag_error error = NETDIAG_OK;
    uint16_t id = 1000;
    size_t count = 1; /* VLAN 30's */

    (void)state;
#if CONFIG_NETDIAG_VLANS <= INTERFACES_MAX
    skip();
#endif
    while (!error && count <= INTERFACES_MAX) {
        assert_int_equal(netdiag_lwip_vlan_add(id, NULL), NETDIAG_OK);
        error = netdiag_lwip_vlan_interface_add(id++, &interfaces[count], &trunk.netif, mac);
        count += !error;
    }
    assert_int_equal(error, NETDIAG_ERROR_FULL);
    assert_int_equal(count, INTERFACES_MAX);
    assert_int_equal(netdiag_lwip_vlan_interface_remove(1000), NETDIAG_OK);
    assert_int_equal(/* VLAN 1000's number is remembered */
                     netdiag_lwip_vlan_interface_add((uint16_t)(id - 1), &interfaces[1],
                                                     &trunk.netif, mac),
                     NETDIAG_ERROR_REMEMBERED);
    assert_int_equal(netdiag_lwip_vlan_remove(1000), NETDIAG_OK);
    assert_int_equal(netdiag_lwip_platform.vlan_remove(NULL, 1000, true), NETDIAG_OK);
    assert_int_equal(
        netdiag_lwip_vlan_interface_add((uint16_t)(id - 1), &interfaces[1], &trunk.netif, mac),
        NETDIAG_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vlan_add_bounds_both_sides),
        cmocka_unit_test(vlan_without_interface_has_no_index),
        cmocka_unit_test(vlan_interface_row_is_what_lwip_has),
        cmocka_unit_test(vlan_interface_trunk_down_oper_is_down),
        cmocka_unit_test(frame_of_vlan_is_answered_with_its_tag),
        cmocka_unit_test(frame_of_unknown_vlan_is_dropped),
        cmocka_unit_test(vlans_read_in_chunks_each_comes_once),
        cmocka_unit_test(interface_256th_is_refused),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
