/*
 * How far a packet would get, by a real lwIP's routes and neighbours, and that to ask sends nothing
 * and counts nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lwip/stats.h"
#include "lwip/tcp.h"
#include "netdiag/lwip.h"
#include "platform/sim/frame.h"
#include "platform/sim/stack.h"

#define VLAN       10
#define BODY_AT    (SIM_FRAME_HEADER + SIM_FRAME_TAG)
#define ARP_TYPE   0x0806
#define ARP_LENGTH 28
#define IPV6_SIZE  40
#define ICMPV6     58
#define NS_TYPE    135
#define NS_LENGTH  32
#define RA_TYPE    134
#define RA_LENGTH  24
#define RD_TYPE    137
#define RD_LENGTH  40

#define IPV4(a, b, c, d)                                                                           \
    {                                                                                              \
        NETDIAG_FAMILY_IPV4,                                                                       \
        {                                                                                          \
            a, b, c, d                                                                             \
        }                                                                                          \
    }
#define IPV6(prefix, last)                                                                         \
    {                                                                                              \
        NETDIAG_FAMILY_IPV6,                                                                       \
        {                                                                                          \
            (prefix) >> 8, (prefix)&0xff, [15] = (last)                                            \
        }                                                                                          \
    }

static const uint8_t device_mac[SIM_FRAME_MAC] = {0x02, 0, 0, 1, 0, 0};

static struct sim_trunk trunk;
static struct netif interface;
static size_t sent;

static void count_frame(void *ctx, const uint8_t *frame, size_t length)
{
    (void)ctx, (void)frame, (void)length;
    sent++;
}

static int start(void **state)
{
    static const struct sim_vlan vlan = {
        .id = VLAN,
        .address_count = LWIP_IPV6 ? 2 : 1,
        .addresses = {{{NETDIAG_FAMILY_IPV4, {10, 0, VLAN, 1}}, 24},
                      {{NETDIAG_FAMILY_IPV6, {0x20, 1, [15] = 1}}, 64}},
    };

    (void)state;
    sim_clock_start(SIM_CLOCK_VIRTUAL);
    if (sim_stack_start("sw1", "test", 16, 60000))
        return -1;
    sim_stack_lock(NULL);
    sim_trunk_add(&trunk, device_mac, count_frame, NULL);
    if (sim_stack_vlan_add(&vlan, &interface, &trunk, device_mac))
        return -1;
    sim_stack_unlock(NULL);
    return 0;
}

static enum netdiag_reach reach_of(struct netdiag_address to)
{
    const size_t sent_before = sent;
    const struct stats_ counted = lwip_stats;
    enum netdiag_reach reach;

    assert_int_equal(netdiag_lwip_platform.reach(NULL, &to, &reach), NETDIAG_OK);
    assert_int_equal(sent, sent_before);
    assert_memory_equal(&lwip_stats, &counted, sizeof(counted));
    return reach;
}

#define assert_reach(wanted, ...)                                                                  \
    assert_int_equal(reach_of((struct netdiag_address)__VA_ARGS__), NETDIAG_REACH_##wanted)

/* ---- frames ---- */

static void host_mac(uint8_t number, uint8_t *mac)
{
    memcpy(mac, (const uint8_t[]){2, 0, 0, 2, 0, number}, SIM_FRAME_MAC);
}

static void give(uint8_t *frame, uint8_t host, uint16_t type, size_t length)
{
    memcpy(frame, interface.hwaddr, SIM_FRAME_MAC);
    host_mac(host, frame + SIM_FRAME_MAC);
    sim_frame_put_u16(frame + 12, SIM_ETHERTYPE_VLAN);
    sim_frame_put_u16(frame + 14, VLAN);
    sim_frame_put_u16(frame + 16, type);
    sim_stack_lock(NULL);
    sim_trunk_input(&trunk, frame, BODY_AT + length);
    sim_stack_unlock(NULL);
}

/* 10.0.10.HOST asks the device for its MAC address, and so tells its own. */
static void ask_by_arp(uint8_t host)
{
    uint8_t frame[BODY_AT + ARP_LENGTH] = {0};
    uint8_t *arp = frame + BODY_AT;

    memcpy(arp, (const uint8_t[]){0, 1, 8, 0, 6, 4, 0, 1}, 8);
    host_mac(host, arp + 8);
    memcpy(arp + 14, (const uint8_t[]){10, 0, VLAN, host}, 4);
    memcpy(arp + 24, (const uint8_t[]){10, 0, VLAN, 1}, 4);
    give(frame, host, ARP_TYPE, ARP_LENGTH);
}

static void device_connects(struct netdiag_address to)
{
    struct tcp_pcb *pcb;
    ip_addr_t address = {0};

    sim_stack_lock(NULL);
    pcb = tcp_new();
#if LWIP_IPV6
    if (to.family == NETDIAG_FAMILY_IPV6) {
        IP_SET_TYPE(&address, IPADDR_TYPE_V6);
        memcpy(ip_2_ip6(&address)->addr, to.bytes, 16);
    } else
#endif
        memcpy(&ip_2_ip4(&address)->addr, to.bytes, 4);
    assert_int_equal(tcp_connect(pcb, &address, 9, NULL), ERR_OK);
    tcp_abort(pcb);
    sim_stack_unlock(NULL);
}

/* ---- IPv4 ---- */

static void host_on_the_link_is_resolved_once_it_told_its_mac(void **state)
{
    size_t before = sent;

    (void)state;
    assert_reach(UNRESOLVED, IPV4(10, 0, VLAN, 2));
    device_connects((struct netdiag_address)IPV4(10, 0, VLAN, 2));
    assert_true(sent > before); /* asked for */
    assert_reach(UNRESOLVED, IPV4(10, 0, VLAN, 2));
    ask_by_arp(2);
    assert_reach(RESOLVED, IPV4(10, 0, VLAN, 2));
    assert_reach(UNRESOLVED, IPV4(10, 0, VLAN, 3));
    assert_reach(RESOLVED, IPV4(10, 0, VLAN, 255)); /* everybody's */
}

static void set_default(struct netif *netif, uint8_t gateway)
{
    ip4_addr_t address;

    IP4_ADDR(&address, 10, 0, VLAN, gateway);
    sim_stack_lock(NULL);
    netif_set_default(netif);
    if (gateway > 0)
        netif_set_gw(&interface, &address);
    else
        netif_set_gw(&interface, IP4_ADDR_ANY4);
    sim_stack_unlock(NULL);
}

static void host_elsewhere_is_as_far_as_the_gateway(void **state)
{
    (void)state;
    assert_reach(NO_ROUTE, IPV4(192, 0, 2, 1));
    assert_reach(NO_ROUTE, IPV4(127, 0, 0, 1));
    set_default(&interface, 0);
    assert_reach(NO_ROUTE, IPV4(192, 0, 2, 1)); /* an interface, and nobody to give it to */
    assert_reach(NO_ROUTE, IPV4(127, 0, 0, 1));
    set_default(&interface, 4);
    assert_reach(UNRESOLVED, IPV4(192, 0, 2, 1));
    ask_by_arp(4);
    assert_reach(RESOLVED, IPV4(192, 0, 2, 1));
    assert_reach(UNRESOLVED, IPV4(10, 0, VLAN, 3)); /* no gateway's business */
    assert_reach(RESOLVED, IPV4(224, 0, 0, 1));
    set_default(NULL, 0);
}

static void interface_without_a_link_leads_nowhere(void **state)
{
    (void)state;
    ask_by_arp(5);
    assert_reach(RESOLVED, IPV4(10, 0, VLAN, 5));
    sim_stack_lock(NULL);
    netif_set_link_down(&interface);
    sim_stack_unlock(NULL);
    assert_reach(NO_ROUTE, IPV4(10, 0, VLAN, 5));
#if LWIP_IPV6
    assert_reach(NO_ROUTE, IPV6(0x2001, 5));
    assert_reach(NO_ROUTE, IPV6(0xfe80, 5));
#endif
    sim_stack_lock(NULL);
    netif_set_link_up(&interface);
    sim_stack_unlock(NULL);
}

static void family_that_is_none_is_unsupported(void **state)
{
    const struct netdiag_address any = {NETDIAG_FAMILY_ANY, {0}};
    enum netdiag_reach reach;

    (void)state;
    assert_int_equal(netdiag_lwip_platform.reach(NULL, &any, &reach), NETDIAG_ERROR_UNSUPPORTED);
}

/* ---- IPv6 ---- */

#if LWIP_IPV6

static const struct netdiag_address device_ipv6 = IPV6(0x2001, 1);

/* An ICMPv6 message of `length` bytes, which stand in the frame but for the checksum. */
static void give_icmpv6(uint8_t *frame, uint8_t host, struct netdiag_address from,
                        struct netdiag_address to, size_t length)
{
    uint8_t *ip = frame + BODY_AT, *icmp = ip + IPV6_SIZE;
    uint32_t total;

    ip[0] = 0x60;
    sim_frame_put_u16(ip + 4, (uint16_t)length);
    ip[6] = ICMPV6;
    ip[7] = 255;
    memcpy(ip + 8, from.bytes, 16);
    memcpy(ip + 24, to.bytes, 16);
    total = sim_frame_sum(icmp, length, sim_frame_sum(ip + 8, 32, ICMPV6 + (uint32_t)length));
    sim_frame_put_u16(icmp + 2, sim_frame_checksum(total));
    give(frame, host, SIM_ETHERTYPE_IPV6, IPV6_SIZE + length);
}

/* The host asks the device for its MAC address, and so tells its own. */
static void ask_by_nd(struct netdiag_address from)
{
    uint8_t frame[BODY_AT + IPV6_SIZE + NS_LENGTH] = {0};
    uint8_t *icmp = frame + BODY_AT + IPV6_SIZE;

    icmp[0] = NS_TYPE;
    memcpy(icmp + 8, device_ipv6.bytes, 16);
    icmp[24] = icmp[25] = 1; /* the source's link-layer address, 8 bytes long */
    host_mac(from.bytes[15], icmp + 26);
    give_icmpv6(frame, from.bytes[15], from, device_ipv6, NS_LENGTH);
}

/* A router says that it is one, and what its MAC address is. */
static void advertise(uint8_t router)
{
    uint8_t frame[BODY_AT + IPV6_SIZE + RA_LENGTH] = {0};
    uint8_t *icmp = frame + BODY_AT + IPV6_SIZE;

    icmp[0] = RA_TYPE;
    icmp[4] = 64;
    sim_frame_put_u16(icmp + 6, 1800); /* seconds */
    icmp[16] = icmp[17] = 1;
    host_mac(router, icmp + 18);
    give_icmpv6(frame, router, (struct netdiag_address)IPV6(0xfe80, router),
                (struct netdiag_address)IPV6(0xff02, 1), RA_LENGTH);
}

/* The router says that another one is nearer to a host. */
static void redirect(uint8_t router, uint8_t other, struct netdiag_address to)
{
    const struct netdiag_address target = IPV6(0xfe80, other);
    uint8_t frame[BODY_AT + IPV6_SIZE + RD_LENGTH] = {0};
    uint8_t *icmp = frame + BODY_AT + IPV6_SIZE;

    icmp[0] = RD_TYPE;
    memcpy(icmp + 8, target.bytes, 16);
    memcpy(icmp + 24, to.bytes, 16);
    give_icmpv6(frame, router, (struct netdiag_address)IPV6(0xfe80, router), device_ipv6,
                RD_LENGTH);
}

static void ipv6_host_on_the_link_is_resolved_once_it_told_its_mac(void **state)
{
    (void)state;
    assert_reach(UNRESOLVED, IPV6(0x2001, 2));
    device_connects((struct netdiag_address)IPV6(0x2001, 2));
    assert_reach(UNRESOLVED, IPV6(0x2001, 2));
    ask_by_nd((struct netdiag_address)IPV6(0x2001, 2));
    assert_reach(RESOLVED, IPV6(0x2001, 2));
    assert_reach(UNRESOLVED, IPV6(0x2001, 3));
    assert_reach(UNRESOLVED, IPV6(0xfe80, 2));
    ask_by_nd((struct netdiag_address)IPV6(0xfe80, 2));
    assert_reach(RESOLVED, IPV6(0xfe80, 2));
}

static void ipv6_host_elsewhere_is_as_far_as_the_router(void **state)
{
    (void)state;
    assert_reach(NO_ROUTE, IPV6(0x2a00, 9));
    set_default(&interface, 0);
    assert_reach(NO_ROUTE, IPV6(0x2a00, 9)); /* an interface, and nobody to give it to */
    set_default(NULL, 0);
    advertise(7);
    assert_reach(RESOLVED, IPV6(0x2a00, 9));
    device_connects((struct netdiag_address)IPV6(0x2a00, 9)); /* lwIP's cache has it now */
    assert_reach(RESOLVED, IPV6(0x2a00, 9));
    assert_reach(UNRESOLVED, IPV6(0x2001, 3));
    redirect(7, 8, (struct netdiag_address)IPV6(0x2a00, 9));
    assert_reach(UNRESOLVED, IPV6(0x2a00, 9));
    ask_by_nd((struct netdiag_address)IPV6(0xfe80, 8));
    assert_reach(RESOLVED, IPV6(0x2a00, 9));
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(host_on_the_link_is_resolved_once_it_told_its_mac),
        cmocka_unit_test(host_elsewhere_is_as_far_as_the_gateway),
        cmocka_unit_test(interface_without_a_link_leads_nowhere),
        cmocka_unit_test(family_that_is_none_is_unsupported),
#if LWIP_IPV6
        cmocka_unit_test(ipv6_host_on_the_link_is_resolved_once_it_told_its_mac),
        cmocka_unit_test(ipv6_host_elsewhere_is_as_far_as_the_router),
#endif
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
