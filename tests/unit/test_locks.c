/*
 * The order of locks, where the variant checks it: what breaks it ends the program that does, which
 * here is a child.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/locks.h"

#ifdef NETDIAG_CHECK_LOCKS
#define NEEDS_A_CHECK() (void)0
#else
#define NEEDS_A_CHECK() skip()
#endif

static pthread_mutex_t mutexes[NETDIAG_LOCKS];

static void take(enum netdiag_lock lock)
{
    netdiag_lock_take(&mutexes[lock], lock);
}

static void leave(enum netdiag_lock lock)
{
    netdiag_lock_leave(&mutexes[lock], lock);
}

/* How a child ends that does it, a wait status, and what it says. */
static int end_of(void (*act)(void), char *said, size_t size)
{
    int pipes[2], status;
    size_t length = 0;
    ssize_t count;
    pid_t child;

    assert_int_equal(pipe(pipes), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const struct rlimit no_core = {0};

        setrlimit(RLIMIT_CORE, &no_core);
        signal(SIGABRT, SIG_DFL); /* cmocka's own would jump back into the test */
        dup2(pipes[1], STDERR_FILENO);
        act();
        _exit(0);
    }
    close(pipes[1]);
    while ((count = read(pipes[0], said + length, size - 1 - length)) > 0)
        length += (size_t)count;
    said[length] = '\0';
    close(pipes[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void expect_abort(void (*act)(void), const char *expected)
{
    char said[4096];
    int status = end_of(act, said, sizeof said);

    assert_non_null(strstr(said, expected));
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

/* ---- what breaks the order ---- */

static void take_upwards(void)
{
    take(NETDIAG_LOCK_CORE);
    take(NETDIAG_LOCK_SESSIONS);
}

static void take_twice(void)
{
    take(NETDIAG_LOCK_LOG);
    take(NETDIAG_LOCK_LOG);
}

static void take_between(void)
{
    take(NETDIAG_LOCK_CREW);
    take(NETDIAG_LOCK_LOG);
    take(NETDIAG_LOCK_MONITOR);
}

static void leave_untaken(void)
{
    take(NETDIAG_LOCK_SSH_KEY);
    netdiag_lock_order_leave(NETDIAG_LOCK_CORE);
}

static void *take_the_first(void *unused)
{
    take(NETDIAG_LOCK_SSH_KEY);
    leave(NETDIAG_LOCK_SSH_KEY);
    return unused;
}

/* What another thread holds does not matter. */
static void take_in_order(void)
{
    pthread_t thread;

    take(NETDIAG_LOCK_SESSIONS);
    take(NETDIAG_LOCK_CORE);
    take(NETDIAG_LOCK_LOG);
    if (pthread_create(&thread, NULL, take_the_first, NULL) != 0)
        _exit(1);
    pthread_join(thread, NULL);
    leave(NETDIAG_LOCK_SESSIONS);
    leave(NETDIAG_LOCK_LOG);
    take(NETDIAG_LOCK_LOG);
    leave(NETDIAG_LOCK_LOG);
    leave(NETDIAG_LOCK_CORE);
    take(NETDIAG_LOCK_SSH_KEY);
    leave(NETDIAG_LOCK_SSH_KEY);
}

/* ---- the tests ---- */

static void locks_in_their_order_are_let_be(void **state)
{
    char said[4096];

    (void)state;
    assert_int_equal(end_of(take_in_order, said, sizeof said), 0);
    assert_string_equal(said, "");
}

static void locks_upwards_end_the_program(void **state)
{
    (void)state;
    NEEDS_A_CHECK();
    expect_abort(take_upwards, "\"sessions\" is to be taken while \"core\" is held");
    expect_abort(take_between, "\"monitor\" is to be taken while \"log\" is held");
}

static void locks_twice_end_the_program(void **state)
{
    (void)state;
    NEEDS_A_CHECK();
    expect_abort(take_twice, "\"log\" is to be taken while \"log\" is held");
}

static void locks_left_untaken_end_the_program(void **state)
{
    (void)state;
    NEEDS_A_CHECK();
    expect_abort(leave_untaken, "\"core\" was left, and is not held");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(locks_in_their_order_are_let_be),
        cmocka_unit_test(locks_upwards_end_the_program),
        cmocka_unit_test(locks_twice_end_the_program),
        cmocka_unit_test(locks_left_untaken_end_the_program),
    };

    for (size_t i = 0; i < NETDIAG_LOCKS; i++)
        pthread_mutex_init(&mutexes[i], NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
