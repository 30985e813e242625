/*
 * lwIP's pools and its heap, taken away one after another while the simulated switch lives: the
 * stack goes on, commands answer, and everything works again when they are given back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lwip/mem.h"
#include "lwip/memp.h"
#include "lwip/stats.h"
#include "netdiag/lwip.h"
#include "netdiag/netdiag.h"
#include "platform/sim/commands_simulate.h"
#include "platform/sim/sim.h"
#include "platform/sim/stack.h"
#include "tests/integration/shell.h"

/* How long a pool stays empty, and how long all has to be well again. */
#define EMPTY_S "5"
#define HEAL_MS 30000

static const char *const names[] = {
#define LWIP_MEMPOOL(name, number, size, description) #name,
#include "lwip/priv/memp_std.h"
};

static struct sim_options options;
static struct sim *sim;
static struct netdiag diag;
static char output[4 * 1024 * 1024];

static void watch(void *ctx)
{
    netdiag_watch(ctx);
}

static int start(void **state)
{
    char error[256] = "";

    (void)state;
    sim_options_default(&options);
    options.clock = SIM_CLOCK_VIRTUAL;
    strcpy(options.snmp_community, "public");
    sim = sim_start(&options, NULL, NULL, error, sizeof(error));
    if (!sim)
        fail_msg("%s", error);
    netdiag_init(&diag, &netdiag_lwip_platform, NULL);
    sim_commands_add(sim);
    sim_each_second(sim, watch, &diag);
    return sim_run(sim, 10000) ? 0 : -1;
}

static int stop(void **state)
{
    char error[256];

    (void)state;
    return sim_stop(sim, error, sizeof(error)) ? 0 : -1;
}

/* ---- taking all, and giving it back ---- */

/* A piece that is held knows the one before it. */
struct piece {
    struct piece *before;
};

static struct piece *take_pool(memp_t pool)
{
    struct piece *last = NULL, *piece;

    sim_stack_lock(NULL);
    while ((piece = memp_malloc(pool)) != NULL) {
        piece->before = last;
        last = piece;
    }
    sim_stack_unlock(NULL);
    return last;
}

static void give_pool(memp_t pool, struct piece *last)
{
    sim_stack_lock(NULL);
    while (last) {
        struct piece *before = last->before;

        memp_free(pool, last);
        last = before;
    }
    sim_stack_unlock(NULL);
}

/* Down to the last few bytes. */
static struct piece *take_heap(void)
{
    struct piece *last = NULL;

    sim_stack_lock(NULL);
    for (mem_size_t size = MEM_SIZE / 2; size >= sizeof(struct piece);) {
        struct piece *piece = mem_malloc(size);

        if (!piece) {
            size /= 2;
            continue;
        }
        piece->before = last;
        last = piece;
    }
    sim_stack_unlock(NULL);
    return last;
}

static void give_heap(struct piece *last)
{
    sim_stack_lock(NULL);
    while (last) {
        struct piece *before = last->before;

        mem_free(last);
        last = before;
    }
    sim_stack_unlock(NULL);
}

/* ---- under it, and after it ---- */

/* Each answers, whatever it says, and the stack's time passes. */
static void use_everything(const char *pool)
{
    static const char lines[] = "show tcp connections\n"
                                "show tcp statistics json\n"
                                "show tcp diagnosis\n"
                                "show tech-support tcp\n"
                                "show memory pools\n"
                                "show interfaces\n"
                                "show vlan ifindex verify\n"
                                "ping 10.0.10.2 count 1\n"
                                "ping 2001:db8:10::2 count 1\n"
                                "connect 10.0.10.2 80\n"
                                "vlan 30\n"
                                "no vlan 30 forget\n"
                                "wait " EMPTY_S "\n"
                                "show clock\n";
    uint64_t before = sim_clock_ms();

    (void)shell_run(&diag, lines, output, sizeof(output));
    if (strstr(output, " UTC ") == NULL || strstr(output, "\"stack\":") == NULL)
        fail_msg("%s: a command did not answer:\n%s", pool, output + strlen(output) / 2);
    assert_true(sim_clock_ms() - before >= 5000);
}

static void assert_all_is_well(const char *pool)
{
    static const char *const lines[] = {
        "show tcp connections\n",        "show tech-support tcp\n",    "ping 10.0.10.2 count 3\n",
        "ping 2001:db8:10::2 count 3\n", "connect 10.0.10.2 80\n",     "vlan 30\n",
        "no vlan 30 forget\n",           "show vlan ifindex verify\n",
    };

    assert_true(sim_run(sim, HEAL_MS));
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        if (shell_run(&diag, lines[i], output, sizeof(output)) != 0)
            fail_msg("after %s: %s%s", pool, lines[i], output);
    }
}

static size_t connections(void)
{
    struct netdiag_tcp_states states;
    size_t count = 0;

    assert_int_equal(netdiag_lwip_platform.tcp_states(NULL, &states), NETDIAG_OK);
    for (unsigned i = NETDIAG_TCP_LISTEN; i <= NETDIAG_TCP_STATE_LAST; i++)
        count += (size_t)states.count[i];
    return count;
}

/*
 * Timers are not among them: lwIP gives up when it has none, and so there is one for each that is
 * ever set (lwipopts.h).
 */
static void pool_empty_stack_goes_on_and_heals(void **state)
{
    (void)state;
    for (int pool = 0; pool < MEMP_MAX; pool++) {
        const struct stats_mem *stats = lwip_stats.memp[pool];
        const char *name = names[pool];
        STAT_COUNTER refused;
        struct piece *held;

        if (pool == MEMP_SYS_TIMEOUT)
            continue;
        held = take_pool((memp_t)pool);
        refused = stats->err;
        use_everything(name);
        print_message("%s: %u refused while it was empty, %zu connections\n", name,
                      (unsigned)(stats->err - refused), connections());
        give_pool((memp_t)pool, held);
        assert_all_is_well(name);
    }
}

static void heap_empty_stack_goes_on_and_heals(void **state)
{
    STAT_COUNTER refused;
    struct piece *held = take_heap();

    (void)state;
    refused = lwip_stats.mem.err;
    use_everything("the heap");
    assert_true(lwip_stats.mem.err > refused);
    give_heap(held);
    assert_all_is_well("the heap");
}

/*
 * Nothing is left behind by what failed: pools come back to what an ordinary day needs, which is
 * now more and now less, but not one more for each round.
 */
#define ROUNDS 40

static void pools_after_all_that_are_not_leaked(void **state)
{
    unsigned before[MEMP_MAX];
    mem_size_t heap = lwip_stats.mem.used;

    (void)state;
    for (int pool = 0; pool < MEMP_MAX; pool++)
        before[pool] = lwip_stats.memp[pool]->used;
    for (int round = 0; round < ROUNDS; round++) {
        struct piece *held = take_heap();
        struct piece *pbufs = take_pool(MEMP_PBUF), *segments = take_pool(MEMP_TCP_SEG);

        use_everything("all three");
        give_pool(MEMP_TCP_SEG, segments);
        give_pool(MEMP_PBUF, pbufs);
        give_heap(held);
        assert_all_is_well("all three");
    }
    for (int pool = 0; pool < MEMP_MAX; pool++) {
        print_message("%s: %u before, %u after\n", names[pool], before[pool],
                      (unsigned)lwip_stats.memp[pool]->used);
        if (lwip_stats.memp[pool]->used > before[pool] + ROUNDS / 2)
            fail_msg("%s: %u before, %u after", names[pool], before[pool],
                     (unsigned)lwip_stats.memp[pool]->used);
    }
    print_message("heap: %u before, %u after\n", (unsigned)heap, (unsigned)lwip_stats.mem.used);
    assert_true(lwip_stats.mem.used < heap + 4096);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pool_empty_stack_goes_on_and_heals),
        cmocka_unit_test(heap_empty_stack_goes_on_and_heals),
        cmocka_unit_test(pools_after_all_that_are_not_leaked),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
