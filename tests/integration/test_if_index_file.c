/*
 * The file that keeps the numbers of interfaces: a simulator that is killed at any of the system
 * calls by which it is written leaves the old or the new.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "killed.h"
#include "platform/lwip/if_index.h"
#include "platform/sim/if_index_file.h"

static const char first[] = "netdiag ifindex 1\n1 trunk\n2 vlan 1\nend 2\n";
static const char second[] = "netdiag ifindex 1\n1 trunk\n2 vlan 1\n3 vlan 10\nend 3\n";

static char directory[64];
static char path[128], new_path[128];

static int make_directory(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/netdiag-test.XXXXXX");
    if (!mkdtemp(directory))
        return -1;
    snprintf(path, sizeof(path), "%s/ifindex", directory);
    snprintf(new_path, sizeof(new_path), "%s/ifindex.new", directory);
    sim_if_index_file_open(directory);
    return 0;
}

static int remove_directory(void **state)
{
    (void)state;
    unlink(path);
    rmdir(path);
    unlink(new_path);
    return rmdir(directory);
}

static void save(const char *text)
{
    assert_int_equal(sim_if_index_file_save(NULL, text, strlen(text)), NETDIAG_OK);
}

static bool file_is(const char *text)
{
    FILE *file = fopen(path, "r");
    char bytes[256];
    size_t size;

    if (!file)
        return false;
    size = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);
    return size == strlen(text) && memcmp(bytes, text, size) == 0;
}

static void assert_file_is(const char *text)
{
    assert_true(file_is(text));
}

static void file_saved_is_the_users_alone(void **state)
{
    struct stat status;
    mode_t mask = umask(0);

    (void)state;
    save(first);
    umask(mask);
    assert_file_is(first);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(access(new_path, F_OK), -1);
}

/* As a simulator that was killed leaves it, longer than the new one, or with a link in its place.
 */
static void file_left_half_written_is_replaced(void **state)
{
    struct stat status;
    FILE *file = fopen(new_path, "w");

    (void)state;
    assert_non_null(file);
    fprintf(file, "%0500d", 0);
    fclose(file);
    save(first);
    assert_file_is(first);
    assert_int_equal(symlink("/dev/null", new_path), 0);
    save(second);
    assert_file_is(second);
    assert_int_equal(lstat(path, &status), 0);
    assert_true(S_ISREG(status.st_mode));
}

static void file_that_cannot_be_written_says_why(void **state)
{
    const struct rlimit none = {0, RLIM_INFINITY};
    struct rlimit before;
    char reason[256];
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);

    (void)state;
    save(first);
    getrlimit(RLIMIT_FSIZE, &before);
    setrlimit(RLIMIT_FSIZE, &none);
    assert_int_equal(sim_if_index_file_save(NULL, second, strlen(second)), NETDIAG_ERROR_IO);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);
    snprintf(reason, sizeof(reason), "the interfaces' numbers cannot be kept in %s: %s", path,
             strerror(EFBIG));
    assert_string_equal(sim_if_index_file_failure(), reason);
    assert_file_is(first);
    assert_int_equal(access(new_path, F_OK), -1);
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(sim_if_index_file_save(NULL, second, strlen(second)), NETDIAG_ERROR_IO);
    assert_non_null(strstr(sim_if_index_file_failure(), strerror(EISDIR)));
    assert_int_equal(rmdir(path), 0);
}

static void file_that_cannot_be_read_says_why_and_what_to_do(void **state)
{
    char error[1024];

    (void)state;
    assert_true(sim_if_index_file_load(error, sizeof(error))); /* there is none */
    assert_int_equal(mkdir(path, 0700), 0);
    assert_false(sim_if_index_file_load(error, sizeof(error)));
    assert_non_null(strstr(error, path));
    assert_non_null(strstr(error, strerror(EISDIR)));
    assert_non_null(strstr(error, "make it a file that this user can read"));
}

static void file_damaged_says_where_and_what_to_do(void **state)
{
    char error[1024], expected[512];

    (void)state;
    save("netdiag ifindex 1\n1 trunk\n2 vlan 5000\nend 2\n");
    assert_false(sim_if_index_file_load(error, sizeof(error)));
    snprintf(expected, sizeof(expected), "numbers in %s are damaged: line 3: \"2 vlan 5000\"; ",
             path);
    assert_non_null(strstr(error, expected));
    assert_non_null(strstr(error, "; mend the file, or put a copy of it back, or remove it: "));
    assert_file_is("netdiag ifindex 1\n1 trunk\n2 vlan 5000\nend 2\n");
}

/* ---- killed ---- */

static bool save_second(void *ctx)
{
    (void)ctx;
    return sim_if_index_file_save(NULL, second, strlen(second)) == NETDIAG_OK;
}

static void saver_killed_at_any_call_leaves_the_old_or_the_new(void **state)
{
    unsigned stops = 0, old = 0, new = 0;

    (void)state;
    for (bool was_killed = true; was_killed; stops++) {
        save(first);
        was_killed = killed_at(stops, save_second, NULL);
        old += file_is(first);
        new += file_is(second);
        assert_int_equal(old + new, stops + 1);
        save(second); /* the next start is not in the way of what is left */
        assert_file_is(second);
        assert_int_equal(access(new_path, F_OK), -1);
    }
    /* unlink, open, write, fsync, close, rename are before; open, fsync, close after */
    assert_true(old >= 11 && new >= 6);
}

int main(void)
{
#define WITH_DIRECTORY(test) cmocka_unit_test_setup_teardown(test, make_directory, remove_directory)
    const struct CMUnitTest tests[] = {
        WITH_DIRECTORY(file_saved_is_the_users_alone),
        WITH_DIRECTORY(file_left_half_written_is_replaced),
        WITH_DIRECTORY(file_that_cannot_be_written_says_why),
        WITH_DIRECTORY(file_that_cannot_be_read_says_why_and_what_to_do),
        WITH_DIRECTORY(file_damaged_says_where_and_what_to_do),
        WITH_DIRECTORY(saver_killed_at_any_call_leaves_the_old_or_the_new),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
