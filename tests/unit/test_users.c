/*
 * The users file and passwords: what is taken, what is refused, what is written.
 */
#include <stdarg.h>
#include <stddef.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/access/users.h"

#define KEY "AAAAC3NzaC1lZDI1NTE5AAAAIO5qcEzOp6vz2mBkH3gK7hVpFHXlVqQ0fUe1r0FvQbQ3"

static char directory[] = "/tmp/netdiag-users.XXXXXX";
static char path[64];
static struct netdiag_users users;
static char error[300];

static int setup(void **state)
{
    (void)state;
    if (path[0] == '\0' && mkdtemp(directory) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/users", directory);
    unlink(path);
    memset(&users, 0, sizeof users);
    error[0] = '\0';
    return 0;
}

static int remove_directory(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(directory);
}

static void write_file(const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(path, mode), 0);
}

static bool load(void)
{
    return netdiag_users_load(path, &users, NULL, error, sizeof error);
}

static void file_absent_has_no_users(void **state)
{
    bool exists = true;

    (void)state;
    assert_true(netdiag_users_load(path, &users, &exists, error, sizeof error));
    assert_false(exists);
    assert_int_equal(users.count, 0);
}

static void file_written_is_read_back_and_its_owners_alone(void **state)
{
    struct netdiag_user *user;
    struct stat status;

    (void)state;
    assert_true(netdiag_users_add(&users, "admin", 15, error, sizeof error));
    assert_true(netdiag_users_add(&users, "o.b-s_1", 1, error, sizeof error));
    user = netdiag_users_find(&users, "admin");
    assert_true(netdiag_user_set_password(user, "correct horse", error, sizeof error));
    assert_true(netdiag_user_add_key(user, "ssh-ed25519 " KEY " me@home\n", error, sizeof error));
    assert_true(netdiag_password_hash("secret", users.enable, error, sizeof error));
    assert_true(netdiag_users_store(path, &users, error, sizeof error));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    memset(&users, 0xff, sizeof users);
    assert_true(load());
    assert_int_equal(users.count, 2);
    user = netdiag_users_find(&users, "admin");
    assert_int_equal(user->privilege, 15);
    assert_true(netdiag_password_fits("correct horse", user->hash));
    assert_int_equal(user->key_count, 1);
    assert_string_equal(user->keys[0].base64, KEY);
    user = netdiag_users_find(&users, "o.b-s_1");
    assert_int_equal(user->privilege, 1);
    assert_string_equal(user->hash, "*");
    assert_true(netdiag_password_fits("secret", users.enable));
}

static void file_that_others_can_read_is_refused(void **state)
{
    static const mode_t modes[] = {0644, 0640, 0604, 0660, 0610};

    (void)state;
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        write_file("", modes[i]);
        assert_false(load());
        assert_non_null(strstr(error, "legal is 600"));
    }
    write_file("", 0600);
    assert_true(load());
}

static void file_with_a_bad_line_names_it(void **state)
{
    static const char key_of_nobody[] = "key admin ssh-ed25519 " KEY "\n";
    static const char key_of_no_type[] = "user admin 15 *\nkey admin ssh-rot13 " KEY "\n";
    static const char *const bad[] = {
        "user admin 15\n",
        "user admin 2 *\n",
        "user admin 15 plain\n",
        "user admin 15 $1$abc$def\n",
        "user 1admin 15 *\n",
        "user admin 15 *\nuser admin 1 *\n",
        key_of_nobody,
        "user admin 15 *\nkey admin ssh-ed25519 no%base64\n",
        key_of_no_type,
        "enable plain\n",
        "enable\n",
        "nonsense\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        write_file(bad[i], 0600);
        assert_false(load());
        assert_non_null(strstr(error, strncmp(bad[i], "user admin 15 *", 15) == 0 ? ", line 2: "
                                                                                  : ", line 1: "));
    }
}

static void file_with_a_line_without_end_is_refused(void **state)
{
    char text[3000] = "user ";

    (void)state;
    memset(text + 5, 'x', sizeof text - 6);
    text[sizeof text - 1] = '\0';
    write_file(text, 0600);
    assert_false(load());
    assert_non_null(strstr(error, "too long"));
}

static void users_past_the_bound_are_refused(void **state)
{
    char name[16];

    (void)state;
    for (int i = 0; i < CONFIG_NETDIAG_USERS; i++) {
        snprintf(name, sizeof name, "u%d", i);
        assert_true(netdiag_users_add(&users, name, 1, error, sizeof error));
    }
    assert_false(netdiag_users_add(&users, "another", 1, error, sizeof error));
    assert_non_null(strstr(error, "CONFIG_NETDIAG_USERS"));
    for (int i = 0; i < CONFIG_NETDIAG_USER_KEYS; i++)
        assert_true(netdiag_user_add_key(&users.rows[0], "ssh-ed25519 " KEY, error, sizeof error));
    assert_false(netdiag_user_add_key(&users.rows[0], "ssh-ed25519 " KEY, error, sizeof error));
    assert_true(netdiag_users_delete(&users, "u3", error, sizeof error));
    assert_null(netdiag_users_find(&users, "u3"));
    assert_non_null(netdiag_users_find(&users, "u4"));
    assert_false(netdiag_users_delete(&users, "u3", error, sizeof error));
}

static void file_with_more_than_has_room_names_the_bound(void **state)
{
    static char text[(CONFIG_NETDIAG_USERS + 1) * 32];
    size_t length = 0;

    (void)state;
    for (int i = 0; i <= CONFIG_NETDIAG_USERS; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "user u%d 1 *\n", i);
    write_file(text, 0600);
    assert_false(load());
    assert_non_null(strstr(error, "too many users (CONFIG_NETDIAG_USERS)"));
}

static void file_with_more_keys_than_have_room_names_the_bound(void **state)
{
    static char text[64 + (CONFIG_NETDIAG_USER_KEYS + 1) * (sizeof KEY + 32)];
    size_t length = (size_t)snprintf(text, sizeof text, "user u 1 *\n");

    (void)state;
    for (int i = 0; i <= CONFIG_NETDIAG_USER_KEYS; i++)
        length +=
            (size_t)snprintf(text + length, sizeof text - length, "key u ssh-ed25519 %s\n", KEY);
    write_file(text, 0600);
    assert_false(load());
    assert_non_null(strstr(error, "too many keys of a user (CONFIG_NETDIAG_USER_KEYS)"));
}

static int count_files(void)
{
    struct dirent **entries = NULL;
    int count = scandir(directory, &entries, NULL, alphasort);

    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
    return count - 2; /* . and .. */
}

/* Whatever stands in its place stays, and what was begun is taken away. */
static void file_that_cannot_be_stored_is_told_and_leaves_nothing(void **state)
{
    static char absent[PATH_MAX + 16];

    (void)state;
    assert_int_equal(mkdir(path, 0700), 0);
    assert_false(netdiag_users_store(path, &users, error, sizeof error));
    assert_non_null(strstr(error, strerror(EISDIR)));
    assert_int_equal(count_files(), 1);
    assert_int_equal(rmdir(path), 0);
    snprintf(absent, sizeof absent, "%s/none/users", directory);
    assert_false(netdiag_users_store(absent, &users, error, sizeof error));
    assert_non_null(strstr(error, strerror(ENOENT)));
    memset(absent, 'x', sizeof absent - 1);
    assert_false(netdiag_users_store(absent, &users, error, sizeof error));
    assert_non_null(strstr(error, strerror(ENAMETOOLONG)));
    assert_int_equal(count_files(), 0);
}

static void key_too_long_for_a_line_is_told(void **state)
{
    static char line[65536];

    (void)state;
    memset(line, 'A', sizeof line - 1);
    assert_true(netdiag_users_add(&users, "u", 1, error, sizeof error));
    assert_false(netdiag_user_add_key(&users.rows[0], line, error, sizeof error));
    assert_non_null(strstr(error, "the key is too long"));
    assert_int_equal(users.rows[0].key_count, 0);
}

/* A key's file may be anybody's, and what is wrong with it is shown on a terminal. */
static void errors_show_no_byte_that_drives_a_terminal(void **state)
{
    (void)state;
    assert_true(netdiag_users_add(&users, "a", 1, error, sizeof error));
    assert_false(
        netdiag_user_add_key(&users.rows[0], "\x1b[2J\xff\x7fssh \xc3\xbc\n", error, sizeof error));
    assert_string_equal(error, "\"?[2J??ssh \xc3\xbc?\" is no public key; legal is a line such as: "
                               "ssh-ed25519 AAAA... name");
    assert_false(netdiag_users_add(&users, "\x1b]0;x\a", 1, error, sizeof error));
    assert_non_null(strstr(error, "\"?]0;x?\": legal"));
    assert_false(netdiag_users_delete(&users, "\xc2\x9b", error, sizeof error));
    assert_string_equal(error, "there is no user \"?\"");
    /* a character that is cut in its middle */
    assert_false(netdiag_users_delete(&users, "123456789012345678901234567890123456789\xc3\xbc",
                                      error, sizeof error));
    assert_string_equal(error, "there is no user \"123456789012345678901234567890123456789?\"");
}

static void names_and_privileges_out_of_bounds_are_told(void **state)
{
    (void)state;
    assert_false(netdiag_users_add(&users, "", 1, error, sizeof error));
    assert_false(netdiag_users_add(&users, "a b", 1, error, sizeof error));
    assert_false(netdiag_users_add(&users, "-a", 1, error, sizeof error));
    assert_false(
        netdiag_users_add(&users, "a123456789012345678901234567890x", 1, error, sizeof error));
    assert_non_null(strstr(error, "legal are 1 to 31"));
    assert_false(netdiag_users_add(&users, "a", 7, error, sizeof error));
    assert_string_equal(error, "privilege 7: legal are 1 and 15");
    assert_true(netdiag_users_add(&users, "a", 1, error, sizeof error));
    assert_false(netdiag_users_add(&users, "a", 1, error, sizeof error));
}

static void passwords_fit_their_own_hash_alone(void **state)
{
    static const char of_hello_world[] = "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/"
                                         "O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1";
    static const char *const hashes[] = {
        of_hello_world, "*", "", "$6$", "$y$j9T$", "plain",
    };
    char hash[NETDIAG_USER_HASH_LENGTH + 1], longest[NETDIAG_PASSWORD_LENGTH + 2];

    (void)state;
    assert_true(netdiag_password_fits("Hello world!", hashes[0]));
    assert_false(netdiag_password_fits("Hello world?", hashes[0]));
    for (size_t i = 1; i < sizeof hashes / sizeof hashes[0]; i++) {
        assert_false(netdiag_password_fits("plain", hashes[i]));
        assert_false(netdiag_password_fits(hashes[i], hashes[i])); /* no hash is a password */
    }
    assert_false(netdiag_password_fits(hashes[0], hashes[0]));
    memset(longest, 'p', sizeof longest);
    longest[NETDIAG_PASSWORD_LENGTH + 1] = '\0';
    assert_false(netdiag_password_hash(longest, hash, error, sizeof error));
    longest[NETDIAG_PASSWORD_LENGTH] = '\0';
    assert_true(netdiag_password_hash(longest, hash, error, sizeof error));
    assert_true(netdiag_password_fits(longest, hash));
    assert_false(netdiag_password_hash("", hash, error, sizeof error));
    assert_false(netdiag_password_hash("a\nb", hash, error, sizeof error));
}

static void passwords_made_differ(void **state)
{
    char one[17], other[17];

    (void)state;
    assert_true(netdiag_password_make(one));
    assert_true(netdiag_password_make(other));
    assert_int_equal(strlen(one), 16);
    assert_string_not_equal(one, other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(file_absent_has_no_users, setup),
        cmocka_unit_test_setup(file_written_is_read_back_and_its_owners_alone, setup),
        cmocka_unit_test_setup(file_that_others_can_read_is_refused, setup),
        cmocka_unit_test_setup(file_with_a_bad_line_names_it, setup),
        cmocka_unit_test_setup(file_with_a_line_without_end_is_refused, setup),
        cmocka_unit_test_setup(users_past_the_bound_are_refused, setup),
        cmocka_unit_test_setup(file_with_more_than_has_room_names_the_bound, setup),
        cmocka_unit_test_setup(file_with_more_keys_than_have_room_names_the_bound, setup),
        cmocka_unit_test_setup(file_that_cannot_be_stored_is_told_and_leaves_nothing, setup),
        cmocka_unit_test_setup(key_too_long_for_a_line_is_told, setup),
        cmocka_unit_test_setup(errors_show_no_byte_that_drives_a_terminal, setup),
        cmocka_unit_test_setup(names_and_privileges_out_of_bounds_are_told, setup),
        cmocka_unit_test_setup(passwords_fit_their_own_hash_alone, setup),
        cmocka_unit_test_setup(passwords_made_differ, setup),
    };

    return cmocka_run_group_tests_name("users", tests, NULL, remove_directory);
}
