/*
 * Four readers in threads of their own while one thread runs the stack, the pool exhausted: each
 * walks as if it were alone, and nobody reads what is being changed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "churn.h"
#include "platform/sim/stack.h"
#include "walk.h"

#define PCBS  64
#define WALKS 100 /* by each reader */

static int start(void **state)
{
    (void)state;
    churn_start(PCBS);
    return 0;
}

static void readers_at_once_under_churn_none_missed_none_doubled(void **state)
{
    static const struct walk_stack stack = {.lock = sim_stack_lock, .unlock = sim_stack_unlock};
    static const struct walk_churner stack_thread = {.happens = churn_once};
    struct walk_tally tally = {.walks = 0};

    (void)state;
    walk_by_readers(&stack, WALKS, &stack_thread, 1, &tally);
    walk_assert(&tally, WALKS * WALK_READERS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readers_at_once_under_churn_none_missed_none_doubled),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
