/*
 * The whole simulation on the virtual clock: real traffic, and what the device says of it against
 * what the world counted at its end of the wire.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "lwip/netif.h"
#include "netdiag/lwip.h"
#include "platform/sim/sim.h"
#include "sides.h"

static struct sim_options options;
static struct sim *sim;

static int start(void **state)
{
    char error[256];

    (void)state;
    sim_options_default(&options);
    options.clock = SIM_CLOCK_VIRTUAL;
    sim = sim_start(&options, NULL, NULL, error, sizeof(error));
    return sim ? 0 : -1;
}

static int stop(void **state)
{
    char error[256];

    (void)state;
    return sim_stop(sim, error, sizeof(error)) ? 0 : -1;
}

static void totals_after_60_s_equal_the_wire(void **state)
{
    struct sim_wire_counts world;
    uint64_t received, sent;

    (void)state;
    assert_true(sim_run(sim, 60000));
    world = sim_world_counts(sim);
    received = device_counter(NETDIAG_TCP_RCVD_TOTAL);
    sent = device_counter(NETDIAG_TCP_SENT_TOTAL);
    print_message("device received %llu, world sent %llu; device sent %llu, world received %llu\n",
                  (unsigned long long)received, (unsigned long long)world.tcp_out,
                  (unsigned long long)sent, (unsigned long long)world.tcp_in);
    assert_true(received > 100 && sent > 100);
    assert_int_equal(received, world.tcp_out);
    assert_int_equal(sent, world.tcp_in);
    assert_int_equal(world.discarded, 0);
}

static void counters_over_60_s_move(void **state)
{
    static const enum netdiag_tcp_counter moving[] = {
        NETDIAG_TCP_IN_SEGS,      NETDIAG_TCP_RCVD_TOTAL, NETDIAG_TCP_SENT_TOTAL,
        NETDIAG_TCP_ACTIVE_OPENS, NETDIAG_TCP_OUT_RSTS,   NETDIAG_TCP_PASSIVE_OPENS,
    };
    uint64_t before[sizeof(moving) / sizeof(moving[0])];

    (void)state;
    for (size_t i = 0; i < sizeof(moving) / sizeof(moving[0]); i++)
        before[i] = device_counter(moving[i]);
    assert_true(sim_run(sim, 60000));
    for (size_t i = 0; i < sizeof(moving) / sizeof(moving[0]); i++)
        assert_true(device_counter(moving[i]) > before[i]);
}

static void states_under_load_show_services_sessions_and_time_wait(void **state)
{
    struct netdiag_tcp_states states;

    (void)state;
    assert_int_equal(netdiag_lwip_platform.tcp_states(NULL, &states), NETDIAG_OK);
    assert_int_equal(states.count[NETDIAG_TCP_LISTEN], 4);
    assert_true(states.count[NETDIAG_TCP_ESTABLISHED] > 0);
    assert_true(states.count[NETDIAG_TCP_TIME_WAIT] > 0);
}

static void vlans_default_indexes_are_distinct_and_lwips(void **state)
{
    static const uint16_t ids[] = {1, 10, 20};
    struct netdiag_vlan rows[8];
    size_t count;

    (void)state;
    assert_int_equal(netdiag_lwip_platform.vlans(NULL, 0, rows, 8, &count), NETDIAG_OK);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++) {
        struct netif *netif = netif_get_by_index((u8_t)rows[i].interface.netif_index);

        assert_int_equal(rows[i].id, ids[i]);
        assert_true(rows[i].if_index > 0);
        assert_true(i == 0 || rows[i].if_index != rows[i - 1].if_index);
        assert_non_null(netif);
        assert_memory_equal(netif->hwaddr, rows[i].interface.mac, NETDIAG_MAC_LENGTH);
        assert_int_equal(ip4_addr3(netif_ip4_addr(netif)), ids[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_after_60_s_equal_the_wire),
        cmocka_unit_test(counters_over_60_s_move),
        cmocka_unit_test(states_under_load_show_services_sessions_and_time_wait),
        cmocka_unit_test(vlans_default_indexes_are_distinct_and_lwips),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
