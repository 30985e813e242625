/*
 * Who sends to ports that nobody serves, seen by a real lwIP in real frames over IPv4 and IPv6.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lwip/priv/tcp_priv.h"
#include "lwip/timeouts.h"
#include "netdiag/lwip.h"
#include "platform/sim/frame.h"
#include "platform/sim/stack.h"

#define VLAN     10
#define IP_AT    (SIM_FRAME_HEADER + SIM_FRAME_TAG)
#define TCP_SIZE 20
#define SERVED   80
#define BOUND    81 /* to another address of the device's */
#define SCANNERS CONFIG_NETDIAG_TCP_SCANNERS
#define PORTS    CONFIG_NETDIAG_TCP_SCAN_PORTS

static const uint8_t device_mac[SIM_FRAME_MAC] = {0x02, 0, 0, 1, 0, VLAN};
static const uint8_t host_mac[SIM_FRAME_MAC] = {0x02, 0, 0, 2, 0, VLAN};
static const struct netdiag_address device = {NETDIAG_FAMILY_IPV4, {10, 0, VLAN, 1}};
static const struct netdiag_address device_ipv6 = {NETDIAG_FAMILY_IPV6,
                                                   {0x20, 1, 0x0d, 0xb8, [15] = 1}};

static struct sim_trunk trunk;
static struct netif interface;
static struct tcp_pcb *served;

static void drop_frame(void *ctx, const uint8_t *frame, size_t length)
{
    (void)ctx, (void)frame, (void)length;
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg, (void)pcb;
    return error;
}

static struct tcp_pcb *listen_on(const ip_addr_t *address, uint16_t port)
{
    struct tcp_pcb *pcb = tcp_new_ip_type(IP_GET_TYPE(address));

    assert_int_equal(tcp_bind(pcb, address, port), ERR_OK);
    pcb = tcp_listen(pcb);
    tcp_accept(pcb, on_accept);
    return pcb;
}

static int start(void **state)
{
    static const struct sim_vlan vlan = {
        .id = VLAN,
        .address_count = LWIP_IPV6 ? 2 : 1,
        .addresses = {{{NETDIAG_FAMILY_IPV4, {10, 0, VLAN, 1}}, 24},
                      {{NETDIAG_FAMILY_IPV6, {0x20, 1, 0x0d, 0xb8, [15] = 1}}, 64}},
    };
    ip_addr_t another;

    (void)state;
    sim_clock_start(SIM_CLOCK_VIRTUAL);
    if (sim_stack_start("sw1", "test", 64, 60000))
        return -1;
    sim_stack_lock(NULL);
    sim_trunk_add(&trunk, device_mac, drop_frame, NULL);
    if (sim_stack_vlan_add(&vlan, &interface, &trunk, device_mac))
        return -1;
    served = listen_on(IP_ANY_TYPE, SERVED);
    IP_ADDR4(&another, 10, 0, VLAN, 200);
    listen_on(&another, BOUND);
    sim_stack_unlock(NULL);
    return 0;
}

/* Every source is silent for longer than it is remembered as the same scan. */
static int settle(void **state)
{
    (void)state;
    sim_clock_set(sim_clock_ms() + 3600000);
    sim_stack_lock(NULL);
    while (tcp_active_pcbs)
        tcp_abort(tcp_active_pcbs);
    sim_stack_unlock(NULL);
    return 0;
}

/* ---- frames ---- */

/* Returns where TCP's header begins. */
static uint8_t *put_ip(uint8_t *frame, const struct netdiag_address *from,
                       const struct netdiag_address *to)
{
    uint8_t *ip = frame + IP_AT;

    if (from->family == NETDIAG_FAMILY_IPV6) {
        sim_frame_put_u16(frame + 16, SIM_ETHERTYPE_IPV6);
        ip[0] = 0x60;
        sim_frame_put_u16(ip + 4, TCP_SIZE);
        ip[6] = 6;
        ip[7] = 64;
        memcpy(ip + 8, from->bytes, 16);
        memcpy(ip + 24, to->bytes, 16);
        return ip + 40;
    }
    sim_frame_put_u16(frame + 16, SIM_ETHERTYPE_IPV4);
    ip[0] = 0x45;
    sim_frame_put_u16(ip + 2, 20 + TCP_SIZE);
    ip[8] = 64;
    ip[9] = 6;
    memcpy(ip + 12, from->bytes, 4);
    memcpy(ip + 16, to->bytes, 4);
    sim_frame_put_u16(ip + 10, sim_frame_checksum(sim_frame_sum(ip, 20, 0)));
    return ip + 20;
}

/* A segment comes from a host, to a port of the device's, and acknowledges what came before. */
static void send_segment(const struct netdiag_address *from, uint16_t port, uint8_t flags,
                         uint32_t acknowledges)
{
    const struct netdiag_address *to = from->family == NETDIAG_FAMILY_IPV6 ? &device_ipv6 : &device;
    size_t size = from->family == NETDIAG_FAMILY_IPV6 ? 16 : 4;
    uint8_t frame[SIM_FRAME_MAX] = {0};
    uint8_t *tcp = put_ip(frame, from, to);
    uint32_t total = sim_frame_sum(from->bytes, size, sim_frame_sum(to->bytes, size, 6 + TCP_SIZE));

    memcpy(frame, interface.hwaddr, SIM_FRAME_MAC);
    memcpy(frame + SIM_FRAME_MAC, host_mac, SIM_FRAME_MAC);
    sim_frame_put_u16(frame + 12, SIM_ETHERTYPE_VLAN);
    sim_frame_put_u16(frame + 14, VLAN);
    sim_frame_put_u16(tcp, 40000);
    sim_frame_put_u16(tcp + 2, port);
    sim_frame_put_u16(tcp + 8, (uint16_t)(acknowledges >> 16));
    sim_frame_put_u16(tcp + 10, (uint16_t)acknowledges);
    tcp[12] = TCP_SIZE / 4 << 4;
    tcp[13] = flags;
    sim_frame_put_u16(tcp + 14, 1024);
    sim_frame_put_u16(tcp + 16, sim_frame_checksum(sim_frame_sum(tcp, TCP_SIZE, total)));
    sim_stack_lock(NULL);
    sim_trunk_input(&trunk, frame, (size_t)(tcp - frame) + TCP_SIZE);
    sys_check_timeouts(); /* what waits for the hosts' MAC addresses is dropped in time */
    sim_stack_unlock(NULL);
}

static void send_flags(const struct netdiag_address *from, uint16_t port, uint8_t flags)
{
    send_segment(from, port, flags, 0);
}

static void send_syn(const struct netdiag_address *from, uint16_t port)
{
    send_flags(from, port, TCP_SYN);
}

static struct netdiag_address host(uint8_t number)
{
    return (struct netdiag_address){NETDIAG_FAMILY_IPV4, {10, 0, VLAN, number}};
}

static struct netdiag_address host_ipv6(uint8_t number)
{
    return (struct netdiag_address){NETDIAG_FAMILY_IPV6, {0x20, 1, 0x0d, 0xb8, [15] = number}};
}

/* ---- what is told ---- */

static struct netdiag_tcp_scanner rows[SCANNERS + 1];

static size_t read_rows(void)
{
    size_t count;

    assert_int_equal(netdiag_lwip_platform.tcp_scanners(NULL, rows, SCANNERS + 1, &count),
                     NETDIAG_OK);
    return count;
}

/* The one heard last. */
static const struct netdiag_tcp_scanner *newest(const struct netdiag_address *from)
{
    assert_in_range(read_rows(), 1, SCANNERS);
    assert_int_equal(rows[0].source.family, from->family);
    assert_memory_equal(rows[0].source.bytes, from->bytes, sizeof(from->bytes));
    return &rows[0];
}

/* ---- the tests ---- */

static void nothing_heard_of_nobody(void **state)
{
    (void)state;
    assert_int_equal(read_rows(), 0);
}

static void segment_for_a_listener_is_no_scan(void **state)
{
    const struct netdiag_address client = host(2), client_ipv6 = host_ipv6(2);

    (void)state;
    send_syn(&client, SERVED);
    send_flags(&client, SERVED, TCP_ACK); /* of its half-open connection */
    settle(NULL);
    send_flags(&client, SERVED, TCP_ACK); /* of no connection: lwIP answers with RST */
    send_flags(&client, SERVED, TCP_FIN | TCP_ACK);
#if LWIP_IPV6
    send_flags(&client_ipv6, SERVED, TCP_ACK);
#endif
    (void)client_ipv6;
    assert_int_equal(read_rows(), 0);
}

static void reset_of_a_connection_is_no_scan(void **state)
{
    const struct netdiag_address client = host(2);

    (void)state;
    send_syn(&client, SERVED);
    assert_non_null(tcp_active_pcbs);
    send_flags(&client, SERVED, TCP_ACK); /* what it acknowledges was never sent: RST */
    settle(NULL);                         /* RST again */
    assert_int_equal(read_rows(), 0);
}

static void client_with_a_wrong_port_is_one_port(void **state)
{
    const struct netdiag_address client = host(3);
    uint64_t now = sim_clock_ms();

    (void)state;
    for (unsigned i = 0; i < 5; i++) {
        send_syn(&client, 8080);
        sim_clock_set(sim_clock_ms() + 1000);
    }
    assert_int_equal(newest(&client)->ports, 1);
    assert_int_equal(rows[0].segments, 5);
    assert_false(rows[0].more_ports);
    assert_int_equal(rows[0].last_ms - rows[0].first_ms, 4000);
    assert_in_range(rows[0].first_ms, now, now + 4000);
}

static void scan_of_a_hundred_ports_is_told(const struct netdiag_address *scanner)
{
    uint32_t told = PORTS < 99 ? PORTS : 99;

    for (uint16_t port = 1; port <= 100; port++)
        send_syn(scanner, port); /* the one served among them */
    assert_int_equal(newest(scanner)->ports, told);
    assert_int_equal(rows[0].more_ports, told < 99);
    assert_int_equal(rows[0].segments, 99);
}

static void scan_over_ipv4_counts_ports_and_segments(void **state)
{
    const struct netdiag_address scanner = host(4);

    (void)state;
    scan_of_a_hundred_ports_is_told(&scanner);
}

static void scan_over_ipv6_counts_ports_and_segments(void **state)
{
    const struct netdiag_address scanner = host_ipv6(4);

    (void)state;
    if (LWIP_IPV6)
        scan_of_a_hundred_ports_is_told(&scanner);
}

static void ports_to_the_bound_are_told_apart(void **state)
{
    const struct netdiag_address scanner = host(5);

    (void)state;
    for (unsigned i = 0; i < 2 * PORTS; i++)
        send_syn(&scanner, (uint16_t)(10000 + i % PORTS));
    assert_int_equal(newest(&scanner)->ports, PORTS);
    assert_false(rows[0].more_ports);
    send_syn(&scanner, 9);
    assert_int_equal(newest(&scanner)->ports, PORTS);
    assert_true(rows[0].more_ports);
}

static void listener_of_another_address_serves_not_this_one(void **state)
{
    const struct netdiag_address client = host(6);

    (void)state;
    send_syn(&client, BOUND);
    assert_int_equal(newest(&client)->ports, 1);
}

static void scan_by_acks_and_fins_is_seen_and_by_rsts_not(void **state)
{
    const struct netdiag_address scanner = host(7);

    (void)state;
    send_flags(&scanner, 1000, TCP_ACK);
    send_flags(&scanner, 1001, TCP_FIN);
    send_flags(&scanner, 1002, 0);
    send_flags(&scanner, 1003, TCP_RST); /* lwIP answers none with RST */
    assert_int_equal(newest(&scanner)->ports, 3);
    assert_int_equal(rows[0].segments, 3);
}

/* A server's late FINs and data, for connections that lwIP has dropped. */
static void late_segments_of_connections_that_are_forgotten_are_no_scan(void **state)
{
    const struct netdiag_address server = host(13);

    (void)state;
    for (uint16_t port = 0xc000; port < 0xc000 + 20; port++) {
        send_segment(&server, port, TCP_FIN | TCP_ACK, 0x12345678);
        send_segment(&server, port, TCP_PSH | TCP_ACK, 0x12345678);
    }
    if (read_rows() > 0)
        assert_memory_not_equal(rows[0].source.bytes, server.bytes, sizeof(server.bytes));
    send_syn(&server, 0xc000);
    send_segment(&server, 0xbfff, TCP_ACK, 0x12345678); /* of no port that lwIP chooses */
    assert_int_equal(newest(&server)->ports, 2);
    assert_int_equal(rows[0].segments, 2);
}

static void sources_are_told_apart_the_one_heard_last_first(void **state)
{
    const struct netdiag_address first = host(8), second = host(9);

    (void)state;
    if (SCANNERS < 2)
        skip();
    for (uint16_t port = 200; port < 210; port++) {
        send_syn(&first, port);
        send_syn(&second, port);
        send_syn(&second, (uint16_t)(port + 1000));
    }
    assert_int_equal(newest(&second)->ports, 20);
    assert_memory_equal(rows[1].source.bytes, first.bytes, 16);
    assert_int_equal(rows[1].ports, 10);
    send_syn(&first, 200);
    assert_int_equal(newest(&first)->ports, 10);
}

static void source_begins_anew_after_a_minute_of_silence(void **state)
{
    const struct netdiag_address client = host(10);

    (void)state;
    send_syn(&client, 1000);
    sim_clock_set(sim_clock_ms() + 60000);
    send_syn(&client, 1001);
    assert_int_equal(newest(&client)->ports, 2);
    sim_clock_set(sim_clock_ms() + 60001);
    send_syn(&client, 1002);
    assert_int_equal(newest(&client)->ports, 1);
    assert_int_equal(rows[0].segments, 1);
    assert_int_equal(rows[0].first_ms, rows[0].last_ms);
}

/* Who calls one closed port now and then, and once scanned, is a scanner for a minute. */
static void ports_count_for_a_minute_whoever_goes_on(void **state)
{
    const struct netdiag_address scanner = host(13);
    uint32_t told = PORTS < 30 ? PORTS : 30;

    (void)state;
    for (uint16_t port = 1000; port < 1030; port++)
        send_syn(&scanner, port);
    for (unsigned i = 0; i < 2; i++) {
        sim_clock_set(sim_clock_ms() + 30000);
        send_syn(&scanner, 1029);
        assert_int_equal(newest(&scanner)->ports, told);
        assert_int_equal(rows[0].more_ports, PORTS < 30);
    }
    sim_clock_set(sim_clock_ms() + 2000);
    assert_int_equal(newest(&scanner)->ports, 1); /* nothing has come */
    assert_false(rows[0].more_ports);
    send_syn(&scanner, 1029);
    assert_int_equal(newest(&scanner)->ports, 1);
    assert_int_equal(rows[0].segments, 1);
    assert_int_equal(rows[0].first_ms, sim_clock_ms());
}

static void ports_beyond_the_bound_are_more_for_a_minute(void **state)
{
    const struct netdiag_address scanner = host(14);

    (void)state;
    send_syn(&scanner, 9999);
    sim_clock_set(sim_clock_ms() + 30000);
    for (uint16_t port = 0; port < PORTS; port++)
        send_syn(&scanner, (uint16_t)(20000 + port));
    assert_int_equal(newest(&scanner)->ports, PORTS);
    assert_true(rows[0].more_ports);
    sim_clock_set(sim_clock_ms() + 30000);
    assert_int_equal(newest(&scanner)->ports, PORTS);
    assert_false(rows[0].more_ports); /* the first is too long ago */
}

static void ports_of_one_who_is_silent_for_a_day_are_those_it_left(void **state)
{
    const struct netdiag_address scanner = host(15);

    (void)state;
    for (uint16_t port = 1000; port < 1010; port++)
        send_syn(&scanner, port);
    sim_clock_set(sim_clock_ms() + 86400000);
    assert_int_equal(newest(&scanner)->ports, 10);
}

static void table_full_forgets_the_one_that_was_silent_longest(void **state)
{
    const struct netdiag_address first = host(11), second = host(12);
    size_t count;

    (void)state;
    if (SCANNERS < 2)
        skip();
    send_syn(&first, 1);
    send_syn(&second, 1);
    for (unsigned i = 0; i + 1 < SCANNERS; i++) {
        /* From afar, where no route of the device's leads */
        const struct netdiag_address other = {NETDIAG_FAMILY_IPV4, {192, 0, 2, (uint8_t)(1 + i)}};

        send_syn(&first, (uint16_t)(1000 + i)); /* heard again and again */
        send_syn(&other, 1);
    }
    count = read_rows();
    assert_int_equal(count, SCANNERS);
    for (size_t i = 0; i < count; i++)
        assert_memory_not_equal(rows[i].source.bytes, second.bytes, 16);
    assert_memory_equal(rows[1].source.bytes, first.bytes, 16);
    assert_int_equal(rows[1].ports, LWIP_MIN(SCANNERS, PORTS));
    assert_int_equal(netdiag_lwip_platform.tcp_scanners(NULL, rows, 1, &count), NETDIAG_OK);
    assert_int_equal(count, 1);
}

#define SCAN_TEST(name) cmocka_unit_test_setup(name, settle)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCAN_TEST(nothing_heard_of_nobody),
        SCAN_TEST(segment_for_a_listener_is_no_scan),
        SCAN_TEST(reset_of_a_connection_is_no_scan),
        SCAN_TEST(client_with_a_wrong_port_is_one_port),
        SCAN_TEST(scan_over_ipv4_counts_ports_and_segments),
        SCAN_TEST(scan_over_ipv6_counts_ports_and_segments),
        SCAN_TEST(ports_to_the_bound_are_told_apart),
        SCAN_TEST(listener_of_another_address_serves_not_this_one),
        SCAN_TEST(scan_by_acks_and_fins_is_seen_and_by_rsts_not),
        SCAN_TEST(late_segments_of_connections_that_are_forgotten_are_no_scan),
        SCAN_TEST(sources_are_told_apart_the_one_heard_last_first),
        SCAN_TEST(source_begins_anew_after_a_minute_of_silence),
        SCAN_TEST(ports_count_for_a_minute_whoever_goes_on),
        SCAN_TEST(ports_beyond_the_bound_are_more_for_a_minute),
        SCAN_TEST(ports_of_one_who_is_silent_for_a_day_are_those_it_left),
        SCAN_TEST(table_full_forgets_the_one_that_was_silent_longest),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
