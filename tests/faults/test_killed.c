/*
 * A process that is killed at any system call by which it writes the users file, the host key, the
 * first user's password or the log leaves what was there, or what was to be there; that the next
 * start reads. The file of the interfaces' numbers: tests/integration/test_if_index_file.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/access/remote.h"
#include "cli/access/users.h"
#include "platform/sim/clock.h"
#include "platform/sim/log.h"
#include "platform/sim/user_command.h"
#include "tests/integration/killed.h"

static char directory[64];
static char path[128];
static struct netdiag_users users;

static int make_directory(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/netdiag-test.XXXXXX");
    return mkdtemp(directory) ? 0 : -1;
}

/* What lies in the directory; with `remove_all` it is gone then. */
static size_t count_files(bool remove_all)
{
    DIR *all = opendir(directory);
    const struct dirent *entry;
    size_t count = 0;

    while ((entry = readdir(all)) != NULL) {
        char name[512];

        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof(name), "%s/%s", directory, entry->d_name);
        if (remove_all)
            unlink(name);
        count++;
    }
    closedir(all);
    return count;
}

static int remove_directory(void **state)
{
    (void)state;
    (void)count_files(true);
    return rmdir(directory);
}

static void set_path(const char *name)
{
    snprintf(path, sizeof(path), "%s/%s", directory, name);
}

/* ---- the users file ---- */

static void make_users(const char *const *names)
{
    char error[256];

    memset(&users, 0, sizeof(users));
    for (; *names; names++)
        assert_true(netdiag_users_add(&users, *names, 1, error, sizeof(error)));
}

static bool store_users(void *ctx)
{
    char error[256];

    (void)ctx;
    return netdiag_users_store(path, &users, error, sizeof(error));
}

static size_t load_users(void)
{
    struct netdiag_users *read = malloc(sizeof(*read));
    char error[256] = "";
    size_t count;

    assert_non_null(read);
    if (!netdiag_users_load(path, read, NULL, error, sizeof(error)))
        fail_msg("%s", error);
    count = read->count;
    free(read);
    return count;
}

static void users_writer_killed_leaves_the_old_or_the_new(void **state)
{
    static const char *const old_names[] = {"one", NULL}, *const new_names[] = {"one", "two", NULL};
    unsigned old = 0, new = 0, stops = 0;
    bool was_killed = true;

    (void)state;
    set_path("users");
    for (; was_killed; stops++) {
        make_users(old_names);
        assert_true(store_users(NULL));
        make_users(new_names);
        was_killed = killed_at(stops, store_users, NULL);
        old += load_users() == 1;
        new += load_users() == 2;
        assert_int_equal(old + new, stops + 1);
        assert_true(store_users(NULL)); /* what is left is not in the way, and goes */
        assert_int_equal(load_users(), 2);
        assert_int_equal(count_files(false), 1);
    }
    assert_true(old >= 8 && new >= 4);
}

/* ---- the host key ---- */

static bool start_ssh(void *ctx)
{
    char error[256] = "";
    struct netdiag_ssh *ssh = netdiag_ssh_start(path, error, sizeof(error));

    (void)ctx;
    netdiag_ssh_stop(ssh);
    return ssh != NULL;
}

/* There is none at first, so the old is none; a start that finds none makes one. */
static void key_writer_killed_leaves_none_or_a_whole_one(void **state)
{
    unsigned none = 0, whole = 0, stops = 0;
    bool was_killed = true;

    (void)state;
    set_path("key");
    for (; was_killed; stops++) {
        (void)count_files(true);
        was_killed = killed_at(stops, start_ssh, NULL);
        if (access(path, F_OK) == 0)
            whole++;
        else
            none++;
        assert_true(start_ssh(NULL));
        assert_int_equal(access(path, F_OK), 0);
    }
    print_message("killed %u times: none %u, whole %u\n", stops - 1, none, whole);
    assert_true(none >= 8 && whole >= 4);
}

/* ---- the first user ---- */

static char told[64];

/* As platform/sim/remote.c tells it, but without its file. */
static bool tell(void *ctx, const char *password, char *error, size_t size)
{
    char name[160];
    FILE *file;

    (void)ctx, (void)error, (void)size;
    snprintf(name, sizeof(name), "%s.password", path);
    file = fopen(name, "w");
    if (!file)
        return false;
    fprintf(file, "%s", password);
    return fclose(file) == 0;
}

static bool make_first_user(void *ctx)
{
    char error[256];

    return sim_user_first(path, tell, ctx, error, sizeof(error));
}

/* Whoever was told a password can log in with it: there is no user with another. */
static void first_start_killed_password_told_is_the_users(void **state)
{
    unsigned stops = 0;
    bool was_killed = true;

    (void)state;
    set_path("users");
    for (; was_killed; stops += 3) { /* a hash each time: each third stop will do */
        char name[160], error[256];
        FILE *file;

        (void)count_files(true);
        was_killed = killed_at(stops, make_first_user, NULL);
        assert_true(make_first_user(NULL)); /* the next start */
        assert_true(netdiag_users_load(path, &users, NULL, error, sizeof(error)));
        assert_int_equal(users.count, 1);
        snprintf(name, sizeof(name), "%s.password", path);
        file = fopen(name, "r");
        assert_non_null(file);
        memset(told, 0, sizeof(told));
        assert_true(fread(told, 1, sizeof(told) - 1, file) > 0);
        fclose(file);
        assert_true(netdiag_password_fits(told, users.rows[0].hash));
    }
}

/* ---- the log ---- */

static bool log_line(void *ctx)
{
    sim_log_write(NULL, NETDIAG_SEVERITY_NOTICE, ctx);
    return true;
}

/* Whole lines alone, and not one that was there before is lost: it is in one of the two files. */
static void log_turned_over_killed_keeps_each_line_once(void **state)
{
    char old_path[160];
    struct stat status, old_status;
    static char line[900];
    off_t size = 0;
    unsigned stops = 0;
    bool was_killed = true;

    (void)state;
    memset(line, 'x', sizeof(line) - 1);
    sim_clock_start(SIM_CLOCK_VIRTUAL);
    sim_log_open(directory, NULL);
    set_path("log");
    snprintf(old_path, sizeof(old_path), "%s.old", path);
    for (; was_killed; stops++) {
        (void)count_files(true);
        do {
            size = stat(path, &status) == 0 ? status.st_size : 0;
            sim_log_write(NULL, NETDIAG_SEVERITY_NOTICE, line);
        } while (stat(old_path, &old_status) != 0); /* it was turned over: one line is in it */
        (void)rename(old_path, path);               /* full again */
        was_killed = killed_at(stops, log_line, line);
        if (stat(old_path, &old_status) != 0)
            assert_true(stat(path, &status) == 0 && status.st_size == size);
        else
            assert_int_equal(old_status.st_size, size);
    }
    assert_true(stops > 6);
}

/* ---- running them ---- */

int main(void)
{
#define WITH_DIRECTORY(test) cmocka_unit_test_setup_teardown(test, make_directory, remove_directory)
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(users_writer_killed_leaves_the_old_or_the_new),
        WITH_DIRECTORY(key_writer_killed_leaves_none_or_a_whole_one),
        WITH_DIRECTORY(first_start_killed_password_told_is_the_users),
        WITH_DIRECTORY(log_turned_over_killed_keeps_each_line_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
