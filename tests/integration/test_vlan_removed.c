/*
 * What becomes of a VLAN's connections, listeners and neighbours when a command removes it: on a
 * real lwIP with a peer of raw frames.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "lwip/etharp.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/udp.h"
#include "netdiag/lwip.h"
#include "platform/sim/stack.h"
#include "sides.h"

#define LISTEN_PORT 4000
#define UDP_PORT    4001
#define OTHER_VLAN  20
#define CLOSED_MAX  16

static struct netif *trunk, interfaces[2];
static struct netif nowhere; /* the trunk under the VLAN that is not the peer's */
static unsigned errors_told; /* to programs, by lwIP */

static err_t drop_frame(struct netif *netif, struct pbuf *frame)
{
    (void)netif, (void)frame;
    return ERR_OK;
}

static enum netdiag_error add_to_switch(void *ctx, uint16_t id, struct netdiag_lwip_vlan *vlan)
{
    (void)ctx;
    vlan->netif = &interfaces[id == OTHER_VLAN];
    vlan->trunk = id == OTHER_VLAN ? &nowhere : trunk;
    memcpy(vlan->mac, (const uint8_t[]){2, 0, 0, 1, 0, (uint8_t)id}, NETDIAG_MAC_LENGTH);
    vlan->address_count = 1;
    vlan->addresses[0] =
        (struct netdiag_prefix){{NETDIAG_FAMILY_IPV4, {10, 0, (uint8_t)id, 1}}, 24};
    return NETDIAG_OK;
}

static void remove_from_switch(void *ctx, uint16_t id)
{
    (void)ctx, (void)id;
}

static void on_error(void *arg, err_t error)
{
    (void)arg, (void)error;
    errors_told++;
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg, (void)error;
    tcp_recv(pcb, peer_left_unread);
    tcp_err(pcb, on_error);
    return ERR_OK;
}

static void listen_on(const ip_addr_t *address, uint16_t port)
{
    struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_ANY);

    assert_int_equal(tcp_bind(pcb, address, port), ERR_OK);
    pcb = tcp_listen(pcb);
    assert_non_null(pcb);
    tcp_accept(pcb, on_accept);
}

static int start(void **state)
{
    static const struct sim_stack_device functions = {.vlan_add = add_to_switch,
                                                      .vlan_remove = remove_from_switch};

    (void)state;
    nowhere.linkoutput = drop_frame;
    sim_stack_set_device(&functions);
    peer_start(32);
    sim_stack_lock(NULL);
    for (struct netif *netif = netif_list; netif; netif = netif->next) {
        if (netif->name[0] == 't')
            trunk = netif;
    }
    listen_on(IP_ANY_TYPE, LISTEN_PORT);
    sim_stack_unlock(NULL);
    return trunk ? 0 : -1;
}

static void remove_vlan(uint16_t id)
{
    assert_int_equal(netdiag_lwip_platform.vlan_remove(NULL, id, false), NETDIAG_OK);
}

static void add_vlan(uint16_t id)
{
    assert_int_equal(netdiag_lwip_platform.vlan_add(NULL, id, NULL), NETDIAG_OK);
}

static size_t connections(void)
{
    struct netdiag_tcp_cursor cursor = {0};
    struct netdiag_tcp_connection rows[8];
    size_t total = 0;

    while (!cursor.done) {
        size_t count;

        assert_int_equal(netdiag_lwip_platform.tcp_connections(NULL, &cursor, rows, 8, &count),
                         NETDIAG_OK);
        total += count;
    }
    return total;
}

static size_t listeners(void)
{
    struct netdiag_tcp_listener rows[8];
    size_t total;

    assert_int_equal(netdiag_lwip_platform.tcp_listeners(NULL, rows, 8, &total), NETDIAG_OK);
    return total;
}

static size_t neighbors(enum netdiag_family family)
{
    struct netdiag_neighbor_cursor cursor = {0};
    struct netdiag_neighbor rows[8];
    size_t count;

    assert_int_equal(netdiag_lwip_platform.neighbors(NULL, family, &cursor, rows, 8, &count),
                     NETDIAG_OK);
    return count;
}

#if LWIP_IPV6

/* The device asks who has fe80::2 there, and nobody answers: its datagram waits. */
static void ask_for_ipv6_neighbor(struct netif *netif)
{
    struct udp_pcb *pcb = udp_new_ip_type(IPADDR_TYPE_V6);
    struct pbuf *datagram = pbuf_alloc(PBUF_TRANSPORT, 1, PBUF_RAM);
    ip_addr_t to;

    IP_ADDR6_HOST(&to, 0xfe800000, 0, 0, 2);
    ip6_addr_assign_zone(ip_2_ip6(&to), IP6_UNICAST, netif);
    assert_int_equal(udp_sendto_if(pcb, datagram, &to, UDP_PORT, netif), ERR_OK);
    pbuf_free(datagram);
    udp_remove(pcb);
}

static void vlan_removed_takes_its_ipv6_neighbors_along(void **state)
{
    size_t before;

    (void)state;
    add_vlan(OTHER_VLAN);
    before = neighbors(NETDIAG_FAMILY_IPV6);
    sim_stack_lock(NULL);
    ask_for_ipv6_neighbor(&interfaces[1]);
    sim_stack_unlock(NULL);
    assert_int_equal(neighbors(NETDIAG_FAMILY_IPV6), before + 1);
    remove_vlan(OTHER_VLAN);
    assert_int_equal(neighbors(NETDIAG_FAMILY_IPV6), before);
}

#endif

/* Nothing in lwIP points to an interface that is gone. */
static void assert_no_trace_of(const struct netif *netif)
{
    const struct netif *other;

    NETIF_FOREACH(other)
    {
        assert_ptr_not_equal(other, netif);
    }
    assert_ptr_not_equal(netif_default, netif);
    for (size_t i = 0; i < ARP_TABLE_SIZE; i++) {
        ip4_addr_t *address;
        struct netif *of;
        struct eth_addr *mac;

        if (etharp_get_entry(i, &address, &of, &mac))
            assert_ptr_not_equal(of, netif);
    }
}

static const struct netif *interface_of(uint16_t id)
{
    struct netdiag_vlan row;
    size_t count;

    assert_int_equal(netdiag_lwip_platform.vlans(NULL, (uint16_t)(id - 1), &row, 1, &count),
                     NETDIAG_OK);
    assert_true(count == 1 && row.id == id);
    return netif_get_by_index((u8_t)row.if_index);
}

static void vlan_removed_ends_its_connections_as_an_operators(void **state)
{
    struct netdiag_tcp_closed rows[CLOSED_MAX];
    struct peer_segment client;
    const struct netif *gone = interface_of(PEER_VLAN);
    struct tcp_pcb *bound;
    size_t count;
    uint64_t total;
    ip_addr_t own;

    (void)state;
    peer_connect(1001, LISTEN_PORT, &client);
    (void)device_connects(NULL);       /* SYN-SENT */
    peer_sends_syn(1002, LISTEN_PORT); /* SYN-RECEIVED */
    IP_ADDR4(&own, 10, 0, PEER_VLAN, 1);
    sim_stack_lock(NULL);
    bound = tcp_new();
    tcp_err(bound, on_error);
    assert_int_equal(tcp_bind(bound, &own, 999), ERR_OK);
    listen_on(&own, LISTEN_PORT + 1);
    sim_stack_unlock(NULL);
    assert_int_equal(connections(), 4);
    assert_int_equal(neighbors(NETDIAG_FAMILY_IPV4), 1);

    remove_vlan(PEER_VLAN);
    assert_int_equal(errors_told, 2); /* the accepted one's, the bound one's */
    assert_int_equal(connections(), 0);
    assert_int_equal(listeners(), 2);
    assert_int_equal(neighbors(NETDIAG_FAMILY_IPV4), 0);
    assert_no_trace_of(gone);
    assert_true(peer_received()->flags & PEER_RST); /* its peers are told */
    assert_int_equal(netdiag_lwip_platform.tcp_closed(NULL, rows, CLOSED_MAX, &count, &total),
                     NETDIAG_OK);
    assert_int_equal(total, 3);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(rows[i].end, NETDIAG_TCP_END_CLEARED);
        assert_int_equal(rows[i].vlan, PEER_VLAN);
    }
}

static void vlan_added_again_is_served_by_the_listeners_that_stayed(void **state)
{
    struct peer_segment client;

    (void)state;
    peer_sends_syn(1003, LISTEN_PORT); /* while it is gone */
    assert_int_equal(connections(), 0);
    add_vlan(PEER_VLAN);
    peer_connect(1004, LISTEN_PORT, &client);
    assert_int_equal(connections(), 1);
    peer_connect(1005, LISTEN_PORT + 1, &client);
    assert_int_equal(connections(), 2);
}

static void vlan_removed_leaves_others_alone(void **state)
{
    (void)state;
    add_vlan(OTHER_VLAN);
    remove_vlan(OTHER_VLAN);
    assert_int_equal(connections(), 2);
    assert_int_equal(neighbors(NETDIAG_FAMILY_IPV4), 1);
}

/* An application's own end is its own, though its VLAN went before. */
static void connection_aborted_later_is_its_programs(void **state)
{
    struct netdiag_tcp_closed row;
    struct tcp_pcb *pcb;
    size_t count;
    uint64_t total;

    (void)state;
    pcb = device_connects(NULL);
    device_aborts(pcb);
    assert_int_equal(netdiag_lwip_platform.tcp_closed(NULL, &row, 1, &count, &total), NETDIAG_OK);
    assert_int_not_equal(row.end, NETDIAG_TCP_END_CLEARED);
}

/* lwIP looks for the interface by its number, and finds none. */
static void udp_bound_to_a_removed_interface_sends_nothing(void **state)
{
    const struct netif *interface;
    struct udp_pcb *pcb;
    struct pbuf *data;

    (void)state;
    add_vlan(OTHER_VLAN);
    interface = interface_of(OTHER_VLAN);
    sim_stack_lock(NULL);
    pcb = udp_new();
    assert_int_equal(udp_bind(pcb, IP4_ADDR_ANY, UDP_PORT), ERR_OK);
    udp_bind_netif(pcb, interface);
    sim_stack_unlock(NULL);
    remove_vlan(OTHER_VLAN);
    sim_stack_lock(NULL);
    data = pbuf_alloc(PBUF_TRANSPORT, 4, PBUF_RAM);
    assert_int_equal(udp_sendto(pcb, data, peer_address(), 9), ERR_RTE);
    pbuf_free(data);
    udp_remove(pcb);
    sim_stack_unlock(NULL);
}

/* ---- readers meanwhile ---- */

static atomic_bool is_over;

static void *read_all(void *arg)
{
    struct netdiag_vlan rows[4];
    struct netdiag_vlan_number numbers[4];
    size_t count;

    (void)arg;
    while (!atomic_load(&is_over)) {
        (void)connections();
        (void)netdiag_lwip_platform.vlans(NULL, 0, rows, 4, &count);
        for (size_t i = 0; i < count; i++)
            assert_true(!rows[i].has_interface ||
                        rows[i].if_index == rows[i].interface.netif_index);
        (void)netdiag_lwip_platform.vlan_numbers(NULL, 0, numbers, 4, &count);
        assert_true(count <= 2);
    }
    return NULL;
}

static void *change_other(void *arg)
{
    unsigned *done = arg;

    while (!atomic_load(&is_over)) {
        *done += netdiag_lwip_platform.vlan_remove(NULL, OTHER_VLAN, true) == NETDIAG_OK;
        sched_yield();
    }
    return NULL;
}

static void changes_among_readers_and_another_shell_are_whole(void **state)
{
    unsigned added = 0, removed = 0;
    pthread_t reader, shell;

    (void)state;
    pthread_create(&reader, NULL, read_all, NULL);
    pthread_create(&shell, NULL, change_other, &removed);
    while (added < 100) {
        added += netdiag_lwip_platform.vlan_add(NULL, OTHER_VLAN, NULL) == NETDIAG_OK;
        sched_yield();
    }
    atomic_store(&is_over, true);
    pthread_join(reader, NULL);
    pthread_join(shell, NULL);
    assert_int_equal(added, 100);
    assert_true(removed >= 99);
    assert_int_equal(connections(), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vlan_removed_ends_its_connections_as_an_operators),
        cmocka_unit_test(vlan_added_again_is_served_by_the_listeners_that_stayed),
        cmocka_unit_test(connection_aborted_later_is_its_programs),
#if LWIP_IPV6
        cmocka_unit_test(vlan_removed_takes_its_ipv6_neighbors_along),
#endif
        cmocka_unit_test(vlan_removed_leaves_others_alone),
        cmocka_unit_test(udp_bound_to_a_removed_interface_sends_nothing),
        cmocka_unit_test(changes_among_readers_and_another_shell_are_whole),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
