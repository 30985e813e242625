/*
 * The SNMP agent on the virtual clock, where no thread answers: the steps of the simulation do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "netdiag/lwip.h"
#include "platform/sim/sim.h"
#include "poller.h"
#include "snmp_message.h"

static struct sim_options options;
static struct sim *sim;

static int start(void **state)
{
    char error[256];

    (void)state;
    sim_options_default(&options);
    options.clock = SIM_CLOCK_VIRTUAL;
    strcpy(options.snmp_community, "public");
    sim = sim_start(&options, NULL, NULL, error, sizeof(error));
    return sim ? 0 : -1;
}

static int stop(void **state)
{
    char error[256];

    (void)state;
    return sim_stop(sim, error, sizeof(error)) ? 0 : -1;
}

static struct netdiag_snmp counts(void)
{
    struct netdiag_snmp snmp;

    memset(&snmp, 0, sizeof(snmp));
    assert_int_equal(netdiag_lwip_platform.snmp(NULL, &snmp), NETDIAG_OK);
    return snmp;
}

static void poller_asks(void)
{
    static const struct binding name = {.name = "1.3.6.1.2.1.1.5.0"};
    const struct request request = {
        .version = V2C, .community = "public", .type = GET, .count = 1, .bindings = &name};
    struct bytes bytes;

    make_request(&bytes, &request);
    poller_ask(&options, &bytes);
}

static void request_waits_until_time_moves_and_is_answered_then(void **state)
{
    struct netdiag_snmp snmp;

    (void)state;
    poller_asks();
    snmp = counts();
    assert_true(snmp.in_packets == 1 && snmp.queued == 1 && snmp.out_packets == 0);
    assert_true(sim_run(sim, 1));
    snmp = counts();
    assert_true(snmp.queued == 0 && snmp.out_packets == 1 && snmp.dropped == 0);
}

static void queue_that_is_full_is_emptied_in_one_step(void **state)
{
    const struct netdiag_snmp before = counts();
    struct netdiag_snmp snmp;

    (void)state;
    for (int i = 0; i < CONFIG_NETDIAG_SNMP_QUEUE + 2; i++)
        poller_asks();
    snmp = counts();
    assert_int_equal(snmp.queued, CONFIG_NETDIAG_SNMP_QUEUE);
    assert_int_equal(snmp.dropped - before.dropped, 2);
    assert_true(sim_run(sim, 1));
    snmp = counts();
    assert_int_equal(snmp.queued, 0);
    assert_int_equal(snmp.out_packets - before.out_packets, CONFIG_NETDIAG_SNMP_QUEUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(request_waits_until_time_moves_and_is_answered_then),
        cmocka_unit_test(queue_that_is_full_is_emptied_in_one_step),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
