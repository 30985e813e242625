/*
 * Segments that TCP drops before it looks for their connection, told apart: too short, a wrong
 * data offset, to a group, for no connection; and what of IP may stand around them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "netdiag/lwip.h"
#include "platform/sim/frame.h"
#include "platform/sim/stack.h"

#define VLAN         10
#define OTHER_VLAN   20
#define IP_AT        (SIM_FRAME_HEADER + SIM_FRAME_TAG)
#define IPV4_HEADER  20
#define IPV6_HEADER  40
#define TCP_HEADER   20
#define TCP          6
#define DESTINATIONS 60 /* IPv6's header of options for the destination */
#define MORE         0x2000

static struct sim_trunk trunk;
static struct netif interfaces[2];
static const uint8_t mac[SIM_FRAME_MAC] = {0x02, 0x00, 0x00, 0x01, 0x00, 0x00};

static const struct sim_vlan vlans[] = {
    {VLAN,
     2,
     {{{NETDIAG_FAMILY_IPV4, {10, 0, VLAN, 1}}, 24},
      {{NETDIAG_FAMILY_IPV6, {0x20, 1, 0xd, 0xb8, 0, VLAN, [15] = 1}}, 64}}},
    {OTHER_VLAN, 1, {{{NETDIAG_FAMILY_IPV4, {10, 0, OTHER_VLAN, 1}}, 24}}},
};

/* To a port that nobody has: 40 bytes, so that it can be sent in fragments. */
static const uint8_t segment[2 * TCP_HEADER] = {[1] = 9, [3] = 9, [12] = 0x50, [13] = 0x10};

static void nowhere(void *ctx, const uint8_t *frame, size_t length)
{
    (void)ctx, (void)frame, (void)length;
}

static int start(void **state)
{
    (void)state;
    sim_clock_start(SIM_CLOCK_VIRTUAL);
    assert_int_equal(sim_stack_start("sw1", "test", 16, 60000), NETDIAG_OK);
    sim_stack_lock(NULL);
    sim_trunk_add(&trunk, mac, nowhere, NULL);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(sim_stack_vlan_add(&vlans[i], &interfaces[i], &trunk, mac), NETDIAG_OK);
    sim_stack_unlock(NULL);
    return 0;
}

struct errors {
    uint64_t no_port, bad_offset, too_short;
};

static uint64_t value(const struct netdiag_tcp_counters *counters, enum netdiag_tcp_counter which)
{
    uint64_t value = 0;

    assert_true(netdiag_tcp_counter_get(counters, which, &value));
    return value;
}

static struct errors read_errors(void)
{
    struct netdiag_tcp_counters counters;

    assert_int_equal(netdiag_lwip_platform.tcp_counters(NULL, &counters), NETDIAG_OK);
    return (struct errors){value(&counters, NETDIAG_TCP_RCVD_NO_PORT),
                           value(&counters, NETDIAG_TCP_RCVD_BAD_OFFSET),
                           value(&counters, NETDIAG_TCP_RCVD_TOO_SHORT)};
}

static void assert_moved(struct errors before, struct errors wanted)
{
    struct errors now = read_errors();

    assert_int_equal(now.no_port - before.no_port, wanted.no_port);
    assert_int_equal(now.bad_offset - before.bad_offset, wanted.bad_offset);
    assert_int_equal(now.too_short - before.too_short, wanted.too_short);
}

static void give(uint8_t *frame, uint16_t type, size_t ip_length)
{
    memcpy(frame, interfaces[0].hwaddr, SIM_FRAME_MAC);
    memset(frame + SIM_FRAME_MAC, 2, SIM_FRAME_MAC);
    sim_frame_put_u16(frame + 12, SIM_ETHERTYPE_VLAN);
    sim_frame_put_u16(frame + 14, VLAN);
    sim_frame_put_u16(frame + 16, type);
    sim_stack_lock(NULL);
    sim_trunk_input(&trunk, frame, IP_AT + ip_length);
    sim_stack_unlock(NULL);
}

/* Makes the TCP checksum right: `addresses` are the two of IP, one after the other. */
static void put_tcp(uint8_t *tcp, uint8_t offset, const uint8_t *addresses, size_t length)
{
    memcpy(tcp, segment, sizeof(segment));
    tcp[12] = (uint8_t)(offset << 4);
    sim_frame_put_u16(tcp + 16, sim_frame_checksum(sim_frame_sum(
                                    tcp, sizeof(segment),
                                    sim_frame_sum(addresses, length, TCP + sizeof(segment)))));
}

/* A piece of the segment over IPv4, its data offset as given. */
static void give_ipv4(const uint8_t to[4], uint8_t offset, uint16_t from, uint16_t length)
{
    uint8_t frame[IP_AT + IPV4_HEADER + sizeof(segment)] = {0}, tcp[sizeof(segment)];
    uint8_t *ip = frame + IP_AT;
    bool is_last = from + length == sizeof(segment);

    ip[0] = 0x45;
    sim_frame_put_u16(ip + 2, (uint16_t)(IPV4_HEADER + length));
    sim_frame_put_u16(ip + 6, (uint16_t)(from / 8 | (is_last ? 0 : MORE)));
    ip[8] = 64;
    ip[9] = TCP;
    memcpy(ip + 12, (uint8_t[]){10, 0, VLAN, 2}, 4);
    memcpy(ip + 16, to, 4);
    sim_frame_put_u16(ip + 10, sim_frame_checksum(sim_frame_sum(ip, IPV4_HEADER, 0)));
    put_tcp(tcp, offset, ip + 12, 8);
    memcpy(ip + IPV4_HEADER, tcp + from, length);
    give(frame, SIM_ETHERTYPE_IPV4, (size_t)IPV4_HEADER + length);
}

/* The segment over IPv6 behind a header of options. */
static void give_ipv6(uint8_t offset)
{
    uint8_t frame[IP_AT + IPV6_HEADER + 8 + sizeof(segment)] = {0};
    uint8_t *ip = frame + IP_AT;

    ip[0] = 0x60;
    sim_frame_put_u16(ip + 4, 8 + sizeof(segment));
    ip[6] = DESTINATIONS;
    ip[7] = 64;
    memcpy(ip + 8, vlans[0].addresses[1].address.bytes, 16);
    ip[8 + 15] = 2;
    memcpy(ip + 24, vlans[0].addresses[1].address.bytes, 16);
    memcpy(ip + IPV6_HEADER, (uint8_t[]){TCP, 0, 1, 4}, 4); /* PadN of four zeros */
    put_tcp(ip + IPV6_HEADER + 8, offset, ip + 8, 32);
    give(frame, SIM_ETHERTYPE_IPV6, IPV6_HEADER + 8 + sizeof(segment));
}

static const uint8_t device[] = {10, 0, VLAN, 1};
static const uint8_t group[] = {224, 0, 0, 1};
static const uint8_t broadcast_of_another_vlan[] = {10, 0, OTHER_VLAN, 255};

static void segment_to_a_broadcast_of_another_vlan_is_no_port_of_ours(void **state)
{
    struct errors before = read_errors();

    (void)state;
    give_ipv4(broadcast_of_another_vlan, 5, 0, sizeof(segment));
    give_ipv4(group, 5, 0, sizeof(segment));
    assert_moved(before, (struct errors){0});
    give_ipv4(device, 5, 0, sizeof(segment));
    assert_moved(before, (struct errors){.no_port = 1});
}

static void segment_behind_an_extension_header_is_judged_by_its_own_address(void **state)
{
    struct errors before = read_errors();

    (void)state;
    give_ipv4(group, 5, 0, sizeof(segment));
    give_ipv6(5);
    assert_moved(before, (struct errors){.no_port = 1});
}

static void bad_offset_behind_an_extension_header_is_not_too_short(void **state)
{
    struct errors before = read_errors();

    (void)state;
    give_ipv6(4);
    assert_moved(before, (struct errors){.bad_offset = 1});
}

static void bad_offset_in_fragments_is_not_too_short(void **state)
{
    struct errors before = read_errors();

    (void)state;
    give_ipv4(device, 4, 0, 24);
    give_ipv4(device, 4, 24, sizeof(segment) - 24);
    assert_moved(before, (struct errors){.bad_offset = 1});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segment_to_a_broadcast_of_another_vlan_is_no_port_of_ours),
        cmocka_unit_test(segment_behind_an_extension_header_is_judged_by_its_own_address),
        cmocka_unit_test(bad_offset_behind_an_extension_header_is_not_too_short),
        cmocka_unit_test(bad_offset_in_fragments_is_not_too_short),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
