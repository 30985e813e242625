/*
 * A firmware that opens connections before it starts netdiag: lwIP calls the hooks, and the ext
 * arg that will be netdiag's may be another's, or nobody's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lwip/init.h"
#include "netdiag/lwip.h"
#include "platform/lwip/observer.h"
#include "platform/sim/clock.h"

static struct tcp_pcb pcb;

static uint64_t counted(enum netdiag_tcp_counter which)
{
    return netdiag_lwip_observed.value[which];
}

static void hooks_before_start_leave_the_ext_arg_alone(void **state)
{
    uintptr_t another = 0x1234;

    (void)state;
    pcb.state = SYN_RCVD;
    assert_int_equal(netdiag_lwip_tcp_build(&pcb, 12), 12);
    assert_null(tcp_ext_arg_get(&pcb, 0));
    tcp_ext_arg_set(&pcb, 0, &another);
    netdiag_lwip_enter_established(&pcb, netdiag_lwip_slot_of(&pcb));
    assert_ptr_equal(tcp_ext_arg_get(&pcb, 0), &another);
    tcp_ext_arg_set(&pcb, 0, NULL);
}

static void syn_for_a_listener_before_start_leaves_the_ext_arg_alone(void **state)
{
    struct tcp_pcb_listen listener = {.state = LISTEN, .local_port = 80};
    struct tcp_pcb *as_pcb = (struct tcp_pcb *)(void *)&listener;
    uintptr_t another = 0x1234;

    (void)state;
    tcp_ext_arg_set(as_pcb, 0, &another);
    netdiag_lwip_listener_asked(&listener);
    assert_ptr_equal(tcp_ext_arg_get(as_pcb, 0), &another);
}

static void connection_older_than_the_start_is_no_attempt(void **state)
{
    struct netdiag_lwip_slot *slot;

    (void)state;
    pcb.state = ESTABLISHED;
    pcb.snd_nxt = 0xfffffff0; /* sequence numbers are about to wrap */
    netdiag_lwip_tcp_build(&pcb, 0);
    slot = netdiag_lwip_slot_of(&pcb);
    assert_non_null(slot);
    assert_int_equal(slot->highest, pcb.snd_nxt);
    pcb.state = CLOSED; /* as lwIP leaves what it aborts */
    netdiag_lwip_destroyed(netdiag_lwip_ext_arg, tcp_ext_arg_get(&pcb, netdiag_lwip_ext_arg));
    assert_int_equal(counted(NETDIAG_TCP_CONN_DROPPED), 1);
    assert_int_equal(counted(NETDIAG_TCP_ESTAB_RESETS), 1);
    assert_int_equal(counted(NETDIAG_TCP_ATTEMPT_FAILS), 0);
    assert_int_equal(counted(NETDIAG_TCP_CONN_EMBRYONIC_DROPPED), 0);
}

static const char product[] = "a product of more words than there is room for, so that what is "
                              "too much of them goes, and what is there is whole to its end";

static void lock_nothing(void *ctx)
{
    (void)ctx;
}

static void platform_that_was_not_started_is_down(void **state)
{
    struct netdiag_system system;
    struct netdiag_time time;

    (void)state;
    assert_int_equal(netdiag_lwip_platform.system(NULL, &system), NETDIAG_ERROR_DOWN);
    assert_int_equal(netdiag_lwip_platform.time(NULL, &time), NETDIAG_ERROR_DOWN);
}

static void start_with_what_is_not_legal_is_refused(void **state)
{
    char too_long[NETDIAG_HOST_LENGTH + 2] = "";
    const struct netdiag_lwip_config configs[] = {
        {.host = NULL},
        {.host = ""},
        {.host = "a b"},
        {.host = too_long},
        {.host = "sw1", .lock = lock_nothing},
        {.host = "sw1", .unlock = lock_nothing},
        {.host = "sw1", .pcbs_reserved = MEMP_NUM_TCP_PCB},
    };

    memset(too_long, 'a', sizeof(too_long) - 1);
    assert_int_equal(netdiag_lwip_start(NULL), NETDIAG_ERROR_INVALID);
    for (size_t i = 0; i < sizeof(configs) / sizeof(configs[0]); i++)
        assert_int_equal(netdiag_lwip_start(&configs[i]), NETDIAG_ERROR_INVALID);
    platform_that_was_not_started_is_down(state);
}

/* They send nothing any more, so that no hook would ever tell of them. */
static void idle_connections_older_than_the_start_have_rows(void **state)
{
    static struct tcp_pcb idle = {.state = ESTABLISHED, .local_port = 1};
    static struct tcp_pcb waiting = {.state = TIME_WAIT, .local_port = 2};
    static const struct netdiag_lwip_config config = {.host = "sw1", .product = product};
    uint64_t closed;

    (void)state;
    tcp_active_pcbs = &idle;
    tcp_tw_pcbs = &waiting;
    assert_int_equal(netdiag_lwip_start(&config), NETDIAG_OK);
    tcp_active_pcbs = tcp_tw_pcbs = NULL;
    assert_non_null(netdiag_lwip_slot_of(&idle));
    assert_int_equal(netdiag_lwip_slot_of(&waiting)->state, TIME_WAIT);
    closed = counted(NETDIAG_TCP_CONN_CLOSED);
    netdiag_lwip_destroyed(netdiag_lwip_ext_arg, tcp_ext_arg_get(&waiting, netdiag_lwip_ext_arg));
    assert_int_equal(counted(NETDIAG_TCP_CONN_CLOSED), closed); /* it was before the start */
    idle.state = CLOSED;                                        /* as lwIP leaves what it removes */
    idle.local_port = 0;
    netdiag_lwip_destroyed(netdiag_lwip_ext_arg, tcp_ext_arg_get(&idle, netdiag_lwip_ext_arg));
    assert_int_equal(counted(NETDIAG_TCP_CONN_CLOSED), closed + 1);
    assert_null(netdiag_lwip_slot_of(&idle));
    memset(&netdiag_lwip_observed, 0, sizeof(netdiag_lwip_observed));
}

static void second_start_is_refused_and_the_first_one_holds(void **state)
{
    const struct netdiag_lwip_config second = {.host = "another"};
    struct netdiag_system system;

    (void)state;
    assert_int_equal(netdiag_lwip_start(&second), NETDIAG_ERROR_EXISTS);
    assert_int_equal(netdiag_lwip_platform.system(NULL, &system), NETDIAG_OK);
    assert_string_equal(system.host, "sw1");
    assert_true(sizeof(product) > sizeof(system.product));
    assert_int_equal(strlen(system.product), sizeof(system.product) - 1);
    assert_memory_equal(system.product, product, sizeof(system.product) - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(platform_that_was_not_started_is_down),
        cmocka_unit_test(start_with_what_is_not_legal_is_refused),
        cmocka_unit_test(hooks_before_start_leave_the_ext_arg_alone),
        cmocka_unit_test(syn_for_a_listener_before_start_leaves_the_ext_arg_alone),
        cmocka_unit_test(idle_connections_older_than_the_start_have_rows),
        cmocka_unit_test(connection_older_than_the_start_is_no_attempt),
        cmocka_unit_test(second_start_is_refused_and_the_first_one_holds),
    };

    sim_clock_start(SIM_CLOCK_VIRTUAL);
    lwip_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
