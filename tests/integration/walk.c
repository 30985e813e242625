#include "walk.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lwip/memp.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"
#include "netdiag/lwip.h"

#define CONNECTIONS_MAX 256
#define CHURNERS_MAX    8
#define CHUNK           7
#define CLOSED_ROWS     16

/* ---- who is there, by lwIP's own lists ---- */

struct present {
    bool is_full; /* the pool that they come from is exhausted, or as good as */
    size_t count;
    struct {
        uint16_t local, remote;
    } who[CONNECTIONS_MAX];
};

static void look(const struct walk_stack *stack, struct present *present)
{
    const struct stats_mem *pool = lwip_stats.memp[MEMP_TCP_PCB];

    stack->lock(NULL);
    struct tcp_pcb *const lists[] = {tcp_bound_pcbs, tcp_active_pcbs, tcp_tw_pcbs};
    present->is_full = pool->used + 2 >= pool->avail;
    present->count = 0;
    for (size_t i = 0; i < 3; i++) {
        for (const struct tcp_pcb *pcb = lists[i]; pcb && present->count < CONNECTIONS_MAX;
             pcb = pcb->next) {
            present->who[present->count].local = pcb->local_port;
            present->who[present->count++].remote = pcb->remote_port;
        }
    }
    stack->unlock(NULL);
}

static bool is_present(const struct present *present, uint16_t local, uint16_t remote)
{
    for (size_t i = 0; i < present->count; i++) {
        if (present->who[i].local == local && present->who[i].remote == remote)
            return true;
    }
    return false;
}

static size_t missing_from(const struct present *present, const struct present *other)
{
    size_t missing = 0;

    for (size_t i = 0; i < other->count; i++)
        missing += !is_present(present, other->who[i].local, other->who[i].remote);
    return missing;
}

/* ---- the walk ---- */

/* A row whose ports are those of a row before it in the same walk is a second one. */
static size_t times_in(const struct netdiag_tcp_connection *rows, size_t count, uint16_t local,
                       uint16_t remote)
{
    size_t times = 0;

    for (size_t i = 0; i < count; i++)
        times += rows[i].local.port == local && rows[i].remote.port == remote;
    return times;
}

static size_t walk(const struct walk_stack *stack, size_t chunk,
                   struct netdiag_tcp_connection *rows, struct walk_tally *tally)
{
    struct netdiag_tcp_cursor cursor = {.done = false};
    size_t total = 0, count;

    while (!cursor.done) {
        if (total + chunk > CONNECTIONS_MAX ||
            netdiag_lwip_platform.tcp_connections(NULL, &cursor, rows + total, chunk, &count) ||
            count > chunk) {
            tally->refused++;
            break;
        }
        total += count;
        stack->between();
    }
    tally->untimed += !cursor.has_hold || cursor.longest_hold_ns == 0;
    return total;
}

void walk_judged(const struct walk_stack *stack, size_t chunk, struct walk_tally *tally)
{
    struct netdiag_tcp_connection rows[CONNECTIONS_MAX];
    struct present before, after;
    size_t count;

    look(stack, &before);
    count = walk(stack, chunk, rows, tally);
    look(stack, &after);
    tally->walks++;
    tally->rows += count;
    tally->full += before.is_full;
    tally->changed += missing_from(&before, &after) + missing_from(&after, &before);
    for (size_t i = 0; i < count; i++)
        tally->doubled += times_in(rows, i, rows[i].local.port, rows[i].remote.port) > 0;
    for (size_t i = 0; i < before.count; i++) {
        uint16_t local = before.who[i].local, remote = before.who[i].remote;

        if (!is_present(&after, local, remote))
            continue;
        tally->lived++;
        tally->missed += times_in(rows, count, local, remote) == 0;
    }
}

/* ---- readers and churners, each in a thread ---- */

/*
 * Things happen when a reader asks for them, by one churner after the other, so that a walk sees
 * as much of them on a slow machine as on a fast one. Relaxed: no order between the threads that
 * the core lock does not make.
 */
struct churn {
    pthread_t thread;
    const struct walk_churner *churner;
    atomic_size_t asked, happened;
};

static struct churn churns[CHURNERS_MAX];
static size_t churn_count;
static atomic_size_t turn;
static atomic_bool is_over;

static void ask_and_wait(void)
{
    size_t whose = atomic_fetch_add_explicit(&turn, 1, memory_order_relaxed) % churn_count;
    struct churn *churn = &churns[whose];
    size_t mine = atomic_fetch_add_explicit(&churn->asked, 1, memory_order_relaxed) + 1;

    while (atomic_load_explicit(&churn->happened, memory_order_relaxed) < mine)
        sched_yield();
}

static void *do_what_is_asked(void *arg)
{
    struct churn *churn = arg;
    size_t done = 0;

    while (!atomic_load_explicit(&is_over, memory_order_relaxed)) {
        if (atomic_load_explicit(&churn->asked, memory_order_relaxed) == done) {
            sched_yield();
            continue;
        }
        churn->churner->happens(churn->churner->arg);
        atomic_store_explicit(&churn->happened, ++done, memory_order_relaxed);
    }
    return NULL;
}

struct reader {
    pthread_t thread;
    struct walk_stack stack;
    size_t walks;
    uint64_t in_segs;
    struct netdiag_tcp_state_totals totals;
    struct walk_tally tally;
};

static bool are_counters_right(struct reader *reader)
{
    struct netdiag_tcp_counters counters;
    uint64_t before = reader->in_segs;

    return !netdiag_lwip_platform.tcp_counters(NULL, &counters) &&
           netdiag_tcp_counter_get(&counters, NETDIAG_TCP_IN_SEGS, &reader->in_segs) &&
           reader->in_segs >= before;
}

static bool are_states_right(void)
{
    struct netdiag_tcp_states states;
    struct netdiag_tcp_pool pool;
    uint64_t total = 0;

    if (netdiag_lwip_platform.tcp_states(NULL, &states) ||
        netdiag_lwip_platform.tcp_pool(NULL, &pool))
        return false;
    for (size_t i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++)
        total += i == NETDIAG_TCP_LISTEN ? 0 : states.count[i];
    return total <= pool.capacity && pool.used <= pool.peak && pool.peak <= pool.capacity;
}

/* They only grow, and more than came into a state were never in it. */
static bool are_totals_right(struct reader *reader)
{
    const struct netdiag_tcp_state_totals before = reader->totals;

    if (netdiag_lwip_platform.tcp_state_totals(NULL, &reader->totals))
        return false;
    for (size_t i = NETDIAG_TCP_SYN_SENT; i <= NETDIAG_TCP_STATE_LAST; i++) {
        const struct netdiag_tcp_state_total *was = &before.state[i],
                                             *is = &reader->totals.state[i];

        if (!is->has_entered || is->peak > is->entered || is->entered < was->entered ||
            is->peak < was->peak || is->longest_ms < was->longest_ms)
            return false;
    }
    return true;
}

static bool are_neighbors_right(void)
{
#ifdef CONFIG_NETDIAG_DIAGNOSIS
    const struct netdiag_address self = {NETDIAG_FAMILY_IPV4, {127, 0, 0, 1}};
    struct netdiag_tcp_scanner scanner;
    enum netdiag_reach reach;
    size_t count;

    return !netdiag_lwip_platform.tcp_scanners(NULL, &scanner, 1, &count) && count <= 1 &&
           !netdiag_lwip_platform.reach(NULL, &self, &reach) && reach != NETDIAG_REACH_UNKNOWN;
#else
    return true;
#endif
}

static bool are_lists_right(void)
{
    struct netdiag_tcp_listener listener;
    struct netdiag_tcp_closed closed[CLOSED_ROWS];
    size_t count;
    uint64_t total;

    if (netdiag_lwip_platform.tcp_listeners(NULL, &listener, 1, &count) || count == 0 ||
        netdiag_lwip_platform.tcp_closed(NULL, closed, CLOSED_ROWS, &count, &total) ||
        count > CLOSED_ROWS || count > total)
        return false;
    for (size_t i = 1; i < count; i++) {
        if (closed[i].ended_ms > closed[i - 1].ended_ms)
            return false;
    }
    return true;
}

static void *read_all(void *arg)
{
    struct reader *reader = arg;

    for (size_t i = 0; i < reader->walks; i++) {
        walk_judged(&reader->stack, CHUNK, &reader->tally);
        if (!are_counters_right(reader) || !are_states_right() || !are_totals_right(reader) ||
            !are_lists_right() || !are_neighbors_right())
            reader->tally.refused++;
    }
    return NULL;
}

static void add(struct walk_tally *sum, const struct walk_tally *tally)
{
    sum->walks += tally->walks;
    sum->rows += tally->rows;
    sum->lived += tally->lived;
    sum->missed += tally->missed;
    sum->doubled += tally->doubled;
    sum->changed += tally->changed;
    sum->full += tally->full;
    sum->refused += tally->refused;
    sum->untimed += tally->untimed;
}

static void start_churns(const struct walk_churner *churners, size_t count)
{
    assert_in_range(count, 1, CHURNERS_MAX);
    churn_count = count;
    for (size_t i = 0; i < count; i++) {
        churns[i].churner = &churners[i];
        assert_int_equal(pthread_create(&churns[i].thread, NULL, do_what_is_asked, &churns[i]), 0);
    }
}

static void stop_churns(void)
{
    atomic_store(&is_over, true);
    for (size_t i = 0; i < churn_count; i++)
        pthread_join(churns[i].thread, NULL);
}

void walk_by_readers(const struct walk_stack *stack, size_t walks,
                     const struct walk_churner *churners, size_t churner_count,
                     struct walk_tally *tally)
{
    struct reader readers[WALK_READERS];

    start_churns(churners, churner_count);
    for (size_t i = 0; i < WALK_READERS; i++) {
        readers[i] = (struct reader){.stack = *stack, .walks = walks};
        readers[i].stack.between = ask_and_wait;
        assert_int_equal(pthread_create(&readers[i].thread, NULL, read_all, &readers[i]), 0);
    }
    for (size_t i = 0; i < WALK_READERS; i++) {
        pthread_join(readers[i].thread, NULL);
        add(tally, &readers[i].tally);
    }
    stop_churns();
}

void walk_assert(const struct walk_tally *tally, size_t walks)
{
    struct netdiag_tcp_pool pool;

    assert_int_equal(netdiag_lwip_platform.tcp_pool(NULL, &pool), NETDIAG_OK);
    print_message("%zu walks, %zu rows, %zu that lived throughout: %zu missed, %zu doubled; "
                  "%zu began or ended meanwhile; the pool was exhausted at %zu, and refused %u\n",
                  tally->walks, tally->rows, tally->lived, tally->missed, tally->doubled,
                  tally->changed, tally->full, (unsigned)pool.refused);
    assert_int_equal(tally->walks, walks);
    assert_int_equal(tally->missed, 0);
    assert_int_equal(tally->doubled, 0);
    assert_int_equal(tally->refused, 0);
    assert_true(tally->lived > walks * 10);
    assert_true(tally->changed > walks);
    assert_true(tally->full > walks / 4 && pool.refused > 0);
}
