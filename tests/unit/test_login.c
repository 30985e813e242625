/*
 * Who gets in, how often one may try, and when the answer leaves.
 */
#include <stdarg.h>
#include <stddef.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/access/guesses.h"
#include "cli/access/login.h"
#include "cli/access/users.h"
#include "cli/session.h"
#include "tests/unit/fake_platform.h"

#define ANSWER_MS CONFIG_NETDIAG_LOGIN_ANSWER_MS

static char directory[] = "/tmp/netdiag-login.XXXXXX";
static char path[64];
static struct netdiag_login *login;
static const struct netdiag_login_try from_here = {
    .door = "ssh", .user = "admin", .from = "10.0.10.2", .stop = -1};

/* What a machine that has other work may be late by; by qemu a hash alone takes that long. */
static uint64_t slack_ms(void)
{
    return getenv("NETDIAG_TEST_QEMU") != NULL ? 5000 : 120;
}

static int make_users(void **state)
{
    static struct netdiag_users users;
    char error[300];

    (void)state;
    if (mkdtemp(directory) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/users", directory);
    if (!netdiag_users_add(&users, "admin", 15, error, sizeof error) ||
        !netdiag_users_add(&users, "guest", 1, error, sizeof error) ||
        !netdiag_user_set_password(&users.rows[0], "right", error, sizeof error) ||
        !netdiag_user_set_password(&users.rows[1], "right", error, sizeof error) ||
        !netdiag_user_add_key(&users.rows[1], "ssh-ed25519 AAAA", error, sizeof error) ||
        !netdiag_password_hash("raise", users.enable, error, sizeof error))
        return -1;
    return netdiag_users_store(path, &users, error, sizeof error) ? 0 : -1;
}

static int remove_users(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(directory);
}

static int setup(void **state)
{
    (void)state;
    fake_reset();
    login = netdiag_login_start(&fake.diag, path);
    return login != NULL ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    netdiag_login_end(login);
    return 0;
}

/* Tries, and says how long that took. */
static bool try_in(const struct netdiag_login_try *attempt, const char *password, uint64_t *took_ms)
{
    uint64_t before_ms = netdiag_session_clock_ms();
    int privilege = 0;
    bool is_in = netdiag_login_password(login, attempt, password, &privilege);

    *took_ms = netdiag_session_clock_ms() - before_ms;
    assert_int_equal(privilege, !is_in ? 0 : strcmp(attempt->user, "admin") == 0 ? 15 : 1);
    return is_in;
}

static void answers_leave_at_one_time_for_whomever(void **state)
{
    struct netdiag_login_try nobody = from_here;
    uint64_t right_ms, wrong_ms, nobody_ms;

    (void)state;
    nobody.user = "nobody";
    assert_true(try_in(&from_here, "right", &right_ms));
    assert_false(try_in(&from_here, "wrong", &wrong_ms));
    assert_false(try_in(&nobody, "wrong", &nobody_ms));
    assert_in_range(right_ms, ANSWER_MS, ANSWER_MS + slack_ms());
    assert_in_range(wrong_ms, ANSWER_MS, ANSWER_MS + slack_ms());
    assert_in_range(nobody_ms, ANSWER_MS, ANSWER_MS + slack_ms());
    assert_string_equal(fake.log, "5 login of user admin from 10.0.10.2 by ssh\n"
                                  "4 login failed of user admin from 10.0.10.2 by ssh\n"
                                  "4 login failed of user nobody from 10.0.10.2 by ssh\n");
}

static void wrong_ones_delay_and_a_right_one_forgives(void **state)
{
    struct netdiag_login_try elsewhere = from_here;
    uint64_t took_ms;

    (void)state;
    elsewhere.from = "10.0.20.2";
    assert_false(try_in(&from_here, "wrong", &took_ms));
    assert_false(try_in(&from_here, "wrong", &took_ms));
    assert_in_range(took_ms, 2 * ANSWER_MS, 2 * ANSWER_MS + slack_ms());
    assert_true(try_in(&elsewhere, "right", &took_ms)); /* the user bears it from anywhere */
    assert_in_range(took_ms, 4 * ANSWER_MS, 4 * ANSWER_MS + slack_ms());
    assert_true(try_in(&from_here, "right", &took_ms));
    assert_true(try_in(&from_here, "right", &took_ms));
    assert_in_range(took_ms, ANSWER_MS, ANSWER_MS + slack_ms());
}

/* With the answers not waited for: `stop` is readable. */
static int hurry(void)
{
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    close(ends[1]);
    return ends[0];
}

static void too_many_wrong_ones_lock_that_source_out_and_no_other(void **state)
{
    struct netdiag_login_try fast = from_here, elsewhere = from_here;
    uint64_t took_ms;

    (void)state;
    fast.stop = elsewhere.stop = hurry();
    elsewhere.from = "10.0.20.2";
    for (int i = 0; i < CONFIG_NETDIAG_LOGIN_TRIES; i++)
        assert_false(try_in(&fast, "wrong", &took_ms));
    assert_false(try_in(&fast, "right", &took_ms));
    assert_non_null(strstr(fake.log, "4 login refused, locked out: user admin from 10.0.10.2"));
    assert_true(try_in(&elsewhere, "right", &took_ms));
    assert_false(try_in(&fast, "right", &took_ms));
    fast.user = "guest"; /* another user from there */
    assert_true(try_in(&fast, "right", &took_ms));
    close(fast.stop);
}

static void *try_right(void *stop)
{
    struct netdiag_login_try fast = from_here;
    int privilege;

    fast.stop = *(const int *)stop;
    return netdiag_login_password(login, &fast, "right", &privilege) ? stop : NULL;
}

/* A program that drives a fleet comes with many connections at once. */
static void right_ones_at_once_are_all_let_in(void **state)
{
    pthread_t threads[3 * CONFIG_NETDIAG_LOGIN_TRIES];
    int stop = hurry();

    (void)state;
    fake.platform.log = NULL; /* it is for one thread */
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, try_right, &stop), 0);
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++) {
        void *is_in;

        pthread_join(threads[i], &is_in);
        assert_non_null(is_in);
    }
    close(stop);
}

static long resident_kb(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    char line[128], *resident;

    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    (void)strtol(line, &resident, 10); /* all that is mapped stands before it */
    return strtol(resident, NULL, 10) * (sysconf(_SC_PAGESIZE) / 1024);
}

static bool is_instrumented(void)
{
    const char *variant = getenv("NETDIAG_VARIANT");

    return variant != NULL && strcmp(variant, "release") != 0;
}

static void thousand_wrong_ones_lock_out_and_memory_is_flat(void **state)
{
    struct netdiag_login_try fast = from_here, elsewhere = from_here;
    uint64_t took_ms;
    long before_kb = 0;

    (void)state;
    fake.platform.log = NULL;
    fast.stop = elsewhere.stop = hurry();
    elsewhere.from = "10.0.20.2";
    for (int i = 0; i < 1000; i++) {
        assert_false(try_in(&fast, "wrong", &took_ms));
        if (i == 100)
            before_kb = resident_kb();
    }
    if (!is_instrumented()) /* a sanitizer's own memory grows */
        assert_in_range(resident_kb(), 0, before_kb + 256);
    assert_false(try_in(&fast, "right", &took_ms));
    assert_true(try_in(&elsewhere, "right", &took_ms));
    close(fast.stop);
}

/* Names by the thousand push nobody out who is locked out, and nothing grows. */
static void many_names_do_not_end_a_lock_out(void **state)
{
    struct netdiag_login_try fast = from_here;
    char name[32];
    uint64_t took_ms;

    (void)state;
    fast.stop = hurry();
    for (int i = 0; i < CONFIG_NETDIAG_LOGIN_TRIES; i++)
        assert_false(try_in(&fast, "wrong", &took_ms));
    fast.user = name;
    for (unsigned i = 0; i < 2 * CONFIG_NETDIAG_LOGIN_SOURCES; i++) {
        snprintf(name, sizeof name, "n%u", i);
        assert_false(try_in(&fast, "", &took_ms)); /* no password is empty: no hash is run */
    }
    fast.user = "admin";
    assert_false(try_in(&fast, "right", &took_ms));
    close(fast.stop);
}

/* Nor do they make anybody forget how often a name was guessed at. */
static void many_names_between_guesses_do_not_help(void **state)
{
    struct netdiag_login_try fast = from_here;
    char name[32];
    uint64_t took_ms;

    (void)state;
    fast.stop = hurry();
    for (int i = 1; i < CONFIG_NETDIAG_LOGIN_TRIES; i++)
        assert_false(try_in(&fast, "wrong", &took_ms));
    fast.user = name;
    for (unsigned i = 0; i < 2 * CONFIG_NETDIAG_LOGIN_SOURCES; i++) {
        snprintf(name, sizeof name, "n%u", i);
        assert_false(try_in(&fast, "", &took_ms));
    }
    fast.user = "admin";
    assert_false(try_in(&fast, "wrong", &took_ms));
    assert_false(try_in(&fast, "right", &took_ms));
    close(fast.stop);
}

/* A host of IPv6 has as many addresses as it likes. */
static void addresses_of_one_ipv6_subnet_are_one_source(void **state)
{
    struct netdiag_login_try fast = from_here;
    char from[64];
    uint64_t took_ms;

    (void)state;
    fast.stop = hurry();
    fast.from = from;
    for (int i = 0; i < CONFIG_NETDIAG_LOGIN_TRIES; i++) {
        snprintf(from, sizeof from, "2001:db8:10::%x:1", (unsigned)i);
        assert_false(try_in(&fast, "wrong", &took_ms));
    }
    assert_false(try_in(&fast, "right", &took_ms));
    fast.from = "2001:db8:11::1";
    assert_true(try_in(&fast, "right", &took_ms));
    close(fast.stop);
}

#define GUESSING_ROUNDS 5000

static struct {
    struct netdiag_guesses *guesses;
    pthread_barrier_t begin, end; /* of a round */
} guessing;

static void begin_guess(unsigned round, struct netdiag_guess *guess)
{
    char name[16];

    snprintf(name, sizeof name, "r%u", round);
    netdiag_guess_begin(guessing.guesses, NETDIAG_GUESS_PASSWORD, name, "10.0.10.2", guess);
}

static void *guess_once_a_round(void *ignored)
{
    struct netdiag_guess guess;

    for (unsigned round = 0; round < GUESSING_ROUNDS; round++) {
        pthread_barrier_wait(&guessing.begin);
        begin_guess(round, &guess);
        (void)netdiag_guess_end(guessing.guesses, &guess, false);
        pthread_barrier_wait(&guessing.end);
    }
    return ignored;
}

/* Whichever reads the clock first and comes to the table last. */
static void guesses_at_the_same_time_all_count(void **state)
{
    pthread_t threads[CONFIG_NETDIAG_LOGIN_TRIES];
    struct netdiag_guess guess;
    unsigned open = 0;

    (void)state;
    guessing.guesses = netdiag_guesses_start();
    assert_non_null(guessing.guesses);
    pthread_barrier_init(&guessing.begin, NULL, CONFIG_NETDIAG_LOGIN_TRIES + 1);
    pthread_barrier_init(&guessing.end, NULL, CONFIG_NETDIAG_LOGIN_TRIES + 1);
    for (size_t i = 0; i < CONFIG_NETDIAG_LOGIN_TRIES; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, guess_once_a_round, NULL), 0);
    for (unsigned round = 0; round < GUESSING_ROUNDS; round++) {
        pthread_barrier_wait(&guessing.begin);
        pthread_barrier_wait(&guessing.end);
        begin_guess(round, &guess);
        open += !guess.is_locked;
    }
    for (size_t i = 0; i < CONFIG_NETDIAG_LOGIN_TRIES; i++)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&guessing.begin);
    pthread_barrier_destroy(&guessing.end);
    netdiag_guesses_end(guessing.guesses);
    assert_int_equal(open, 0);
}

/* Who may log in may not guess the enable secret for ever. */
static void right_password_does_not_forgive_wrong_secrets(void **state)
{
    struct netdiag_login_try guest = from_here;
    uint64_t took_ms;

    (void)state;
    guest.user = "guest";
    guest.stop = hurry();
    for (int i = 0; i < CONFIG_NETDIAG_LOGIN_TRIES; i++) {
        assert_false(netdiag_login_enable(login, &guest, "guess"));
        assert_true(try_in(&guest, "right", &took_ms));
    }
    assert_false(netdiag_login_enable(login, &guest, "raise"));
    close(guest.stop);
}

static void names_from_outside_are_printable_in_the_log_and_cut(void **state)
{
    struct netdiag_login_try odd = from_here;
    char name[200];
    uint64_t took_ms;

    (void)state;
    odd.stop = hurry();
    odd.user = "\033[31mx\n5 login of user admin";
    assert_false(try_in(&odd, "wrong", &took_ms));
    assert_null(strchr(fake.log, '\033'));
    assert_ptr_equal(strchr(fake.log, '\n'), fake.log + strlen(fake.log) - 1);
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = '\0';
    odd.user = name;
    assert_false(try_in(&odd, "wrong", &took_ms));
    odd.user = "";
    assert_false(try_in(&odd, "right", &took_ms));
    assert_null(strstr(fake.log, "right"));
    assert_null(strstr(fake.log, "wrong"));
    close(odd.stop);
}

static void keys_are_their_users_and_a_wrong_one_is_held_against_nobody(void **state)
{
    struct netdiag_login_try guest = from_here;
    uint64_t took_ms;
    int privilege = 0;

    (void)state;
    guest.user = "guest";
    guest.stop = hurry();
    for (int i = 0; i < 2 * CONFIG_NETDIAG_LOGIN_TRIES; i++)
        assert_false(netdiag_login_key(login, &guest, "ssh-ed25519", "AAAB", &privilege));
    assert_false(netdiag_login_key(login, &guest, "ssh-rsa", "AAAA", &privilege));
    assert_false(netdiag_login_key(login, &from_here, "ssh-ed25519", "AAAA", &privilege));
    assert_true(netdiag_login_key(login, &guest, "ssh-ed25519", "AAAA", &privilege));
    assert_int_equal(privilege, 1);
    assert_string_equal(fake.log, "");
    assert_true(try_in(&guest, "right", &took_ms));
    close(guest.stop);
}

static void enable_takes_the_secret_and_the_own_password_of_15(void **state)
{
    struct netdiag_login_try guest = from_here;

    (void)state;
    guest.user = "guest";
    assert_true(netdiag_login_enable(login, &from_here, "right"));
    assert_true(netdiag_login_enable(login, &from_here, "raise"));
    assert_true(netdiag_login_enable(login, &guest, "raise"));
    assert_false(netdiag_login_enable(login, &guest, "right"));
    assert_false(netdiag_login_enable(login, &guest, ""));
    assert_non_null(strstr(fake.log, "4 enable refused: user guest from 10.0.10.2 by ssh\n"));
}

static void users_file_that_cannot_be_used_lets_nobody_in(void **state)
{
    FILE *file = fopen(path, "a");
    uint64_t took_ms;

    (void)state;
    fputs("nonsense\n", file);
    fclose(file);
    assert_false(try_in(&from_here, "right", &took_ms));
    assert_in_range(took_ms, ANSWER_MS, ANSWER_MS + slack_ms());
    assert_non_null(strstr(fake.log, ": a line begins with user, key or enable\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(answers_leave_at_one_time_for_whomever, setup, teardown),
        cmocka_unit_test_setup_teardown(wrong_ones_delay_and_a_right_one_forgives, setup, teardown),
        cmocka_unit_test_setup_teardown(too_many_wrong_ones_lock_that_source_out_and_no_other,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(right_ones_at_once_are_all_let_in, setup, teardown),
        cmocka_unit_test_setup_teardown(thousand_wrong_ones_lock_out_and_memory_is_flat, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(many_names_do_not_end_a_lock_out, setup, teardown),
        cmocka_unit_test_setup_teardown(many_names_between_guesses_do_not_help, setup, teardown),
        cmocka_unit_test(guesses_at_the_same_time_all_count),
        cmocka_unit_test_setup_teardown(addresses_of_one_ipv6_subnet_are_one_source, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(right_password_does_not_forgive_wrong_secrets, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(names_from_outside_are_printable_in_the_log_and_cut, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(keys_are_their_users_and_a_wrong_one_is_held_against_nobody,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(enable_takes_the_secret_and_the_own_password_of_15, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(users_file_that_cannot_be_used_lets_nobody_in, setup,
                                        teardown),
    };

    return cmocka_run_group_tests_name("login", tests, make_users, remove_users);
}
