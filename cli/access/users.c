/*
 * The users file: read whole, changed in memory, written whole.
 */
#include "cli/access/users.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/access/new_file.h"
#include "cli/name.h"
#include "stats/text.h"

/* The longest line: a key. */
#define LINE_SIZE                                                                                  \
    (sizeof "key   " + NETDIAG_USER_NAME_LENGTH + NETDIAG_USER_TYPE_LENGTH +                       \
     NETDIAG_USER_KEY_LENGTH + 2)

#define SHOWN_SIZE 41

/*
 * What was given, for an error: cut, and without what could drive a terminal, as a file of a key
 * may have come from anybody.
 */
static const char *shown(const char *given, char bytes[SHOWN_SIZE])
{
    char cut[SHOWN_SIZE];
    struct netdiag_text text;

    snprintf(cut, sizeof cut, "%.*s", SHOWN_SIZE - 1, given);
    netdiag_text_start(&text, bytes, SHOWN_SIZE);
    netdiag_output_name(&text, cut, 0);
    return bytes;
}

/* ---- what words may be ---- */

static bool is_name(const char *name)
{
    size_t size = strlen(name);

    if (size == 0 || size > NETDIAG_USER_NAME_LENGTH || !isalpha((unsigned char)name[0]))
        return false;
    for (size_t i = 0; i < size; i++) {
        if (!isalnum((unsigned char)name[i]) && strchr("-_.", name[i]) == NULL)
            return false;
    }
    return true;
}

static bool is_hash(const char *hash)
{
    size_t size = strlen(hash);

    if (strcmp(hash, "*") == 0)
        return true;
    return size <= NETDIAG_USER_HASH_LENGTH &&
           (strncmp(hash, "$y$", 3) == 0 || strncmp(hash, "$6$", 3) == 0);
}

static bool is_base64(const char *text)
{
    size_t size = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

    return size > 0 && strspn(text + size, "=") == strlen(text + size) &&
           strlen(text) <= NETDIAG_USER_KEY_LENGTH;
}

/* A kind of key, of those that libssh takes. */
static bool is_key_type(const char *type)
{
    return strlen(type) <= NETDIAG_USER_TYPE_LENGTH &&
           (strcmp(type, "ssh-ed25519") == 0 || strcmp(type, "ssh-rsa") == 0 ||
            strncmp(type, "ecdsa-sha2-", 11) == 0 || strncmp(type, "sk-", 3) == 0);
}

/* ---- reading ---- */

/* A line's words, up to four; a fifth is not looked at. */
struct words {
    char *word[4];
    size_t count;
};

static void split(char *line, struct words *words)
{
    char *rest;

    words->count = 0;
    for (char *word = strtok_r(line, " \t\r\n", &rest); word != NULL && words->count < 4;
         word = strtok_r(NULL, " \t\r\n", &rest))
        words->word[words->count++] = word;
}

/* Each answers NULL, or what is wrong with the line. */
static const char *take_user(struct netdiag_users *users, const struct words *words)
{
    struct netdiag_user *user = &users->rows[users->count];

    if (words->count != 4 || !is_name(words->word[1]) || !is_hash(words->word[3]) ||
        (strcmp(words->word[2], "1") != 0 && strcmp(words->word[2], "15") != 0))
        return "a user is: user NAME PRIVILEGE HASH, the privilege 1 or 15, the hash $y$... or "
               "$6$... or *";
    if (users->count == CONFIG_NETDIAG_USERS)
        return "too many users (CONFIG_NETDIAG_USERS)";
    if (netdiag_users_find(users, words->word[1]) != NULL)
        return "that user stands there twice";
    memset(user, 0, sizeof *user);
    (void)netdiag_text_copy(user->name, sizeof user->name, words->word[1]);
    user->privilege = strcmp(words->word[2], "15") == 0 ? 15 : 1;
    (void)netdiag_text_copy(user->hash, sizeof user->hash, words->word[3]);
    users->count++;
    return NULL;
}

static const char *take_key(struct netdiag_users *users, const struct words *words)
{
    struct netdiag_user *user =
        words->count == 4 ? netdiag_users_find(users, words->word[1]) : NULL;
    struct netdiag_user_key *key;

    if (user == NULL)
        return "a key is: key NAME TYPE BASE64, after the line of that user";
    if (!is_key_type(words->word[2]) || !is_base64(words->word[3]))
        return "that is no public key as OpenSSH writes it";
    if (user->key_count == CONFIG_NETDIAG_USER_KEYS)
        return "too many keys of a user (CONFIG_NETDIAG_USER_KEYS)";
    key = &user->keys[user->key_count++];
    (void)netdiag_text_copy(key->type, sizeof key->type, words->word[2]);
    (void)netdiag_text_copy(key->base64, sizeof key->base64, words->word[3]);
    return NULL;
}

static const char *take_line(struct netdiag_users *users, char *line)
{
    struct words words;

    split(line, &words);
    if (words.count == 0 || words.word[0][0] == '#')
        return NULL;
    if (strcmp(words.word[0], "user") == 0)
        return take_user(users, &words);
    if (strcmp(words.word[0], "key") == 0)
        return take_key(users, &words);
    if (strcmp(words.word[0], "enable") != 0)
        return "a line begins with user, key or enable";
    if (words.count != 2 || !is_hash(words.word[1]))
        return "the enable secret is: enable HASH";
    (void)netdiag_text_copy(users->enable, sizeof users->enable, words.word[1]);
    return NULL;
}

static bool fail(char *error, size_t size, const char *path, const char *why)
{
    snprintf(error, size, "users file %.200s: %s", path, why);
    return false;
}

static bool read_lines(FILE *file, const char *path, struct netdiag_users *users, char *error,
                       size_t size)
{
    char line[LINE_SIZE];

    for (unsigned number = 1; fgets(line, sizeof line, file) != NULL; number++) {
        const char *why = strchr(line, '\n') != NULL || feof(file) ? take_line(users, line)
                                                                   : "the line is too long";

        if (why == NULL)
            continue;
        snprintf(error, size, "users file %.200s, line %u: %s", path, number, why);
        return false;
    }
    return ferror(file) == 0 || fail(error, size, path, strerror(errno));
}

bool netdiag_users_load(const char *path, struct netdiag_users *users, bool *exists, char *error,
                        size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat status;
    char why[128];
    FILE *file;
    bool done;

    memset(users, 0, sizeof *users);
    if (exists != NULL)
        *exists = fd >= 0;
    if (fd < 0)
        return errno == ENOENT || fail(error, size, path, strerror(errno));
    file = fdopen(fd, "r");
    if (file == NULL) {
        close(fd);
        return fail(error, size, path, strerror(errno));
    }
    if (fstat(fd, &status) != 0 || status.st_uid != geteuid()) {
        (void)fclose(file);
        return fail(error, size, path, "it is another user's of this machine");
    }
    if ((status.st_mode & 077) != 0 || !S_ISREG(status.st_mode)) {
        snprintf(why, sizeof why, "mode %o: others could read it; legal is 600",
                 (unsigned)status.st_mode & 0777);
        (void)fclose(file);
        return fail(error, size, path, why);
    }
    done = read_lines(file, path, users, error, size);
    (void)fclose(file);
    return done;
}

/* ---- writing ---- */

static void put(FILE *file, const struct netdiag_users *users)
{
    /* What fails is seen by ferror() at the end */
    (void)fputs("# user NAME PRIVILEGE HASH, key NAME TYPE BASE64, enable HASH\n", file);
    for (size_t i = 0; i < users->count; i++) {
        const struct netdiag_user *user = &users->rows[i];

        fprintf(file, "user %s %d %s\n", user->name, user->privilege, user->hash);
        for (size_t k = 0; k < user->key_count; k++)
            fprintf(file, "key %s %s %s\n", user->name, user->keys[k].type, user->keys[k].base64);
    }
    if (users->enable[0] != '\0')
        fprintf(file, "enable %s\n", users->enable);
}

/* The whole file by way of a stream of its own: `fd` stays the caller's. False: errno says why. */
static bool write_users(int fd, const struct netdiag_users *users)
{
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0), why;
    FILE *file = copy >= 0 ? fdopen(copy, "w") : NULL;
    bool is_written;

    if (file == NULL) {
        why = errno;
        if (copy >= 0)
            close(copy);
        errno = why;
        return false;
    }
    put(file, users);
    is_written = fflush(file) == 0 && ferror(file) == 0;
    why = errno;
    if (fclose(file) != 0 && is_written)
        return false;
    errno = why;
    return is_written;
}

bool netdiag_users_store(const char *path, const struct netdiag_users *users, char *error,
                         size_t size)
{
    struct netdiag_new_file file;

    if (!netdiag_new_file_open(&file, path))
        return fail(error, size, path, strerror(errno));
    if (!write_users(file.fd, users)) {
        fail(error, size, path, strerror(errno));
        netdiag_new_file_drop(&file);
        return false;
    }
    return netdiag_new_file_keep(&file) || fail(error, size, path, strerror(errno));
}

/* ---- changes ---- */

struct netdiag_user *netdiag_users_find(struct netdiag_users *users, const char *name)
{
    for (size_t i = 0; i < users->count; i++) {
        if (strcmp(users->rows[i].name, name) == 0)
            return &users->rows[i];
    }
    return NULL;
}

bool netdiag_users_add(struct netdiag_users *users, const char *name, int privilege, char *error,
                       size_t size)
{
    struct netdiag_user *user = &users->rows[users->count];
    char given[SHOWN_SIZE];

    if (!is_name(name)) {
        snprintf(error, size,
                 "user name \"%s\": legal are 1 to %d of letters, digits, '-', '_' and '.', a "
                 "letter first",
                 shown(name, given), NETDIAG_USER_NAME_LENGTH);
        return false;
    }
    if (privilege != 1 && privilege != 15) {
        snprintf(error, size, "privilege %d: legal are 1 and 15", privilege);
        return false;
    }
    if (netdiag_users_find(users, name) != NULL) {
        snprintf(error, size, "there is a user \"%s\" already", name);
        return false;
    }
    if (users->count == CONFIG_NETDIAG_USERS) {
        snprintf(error, size,
                 "there are %d users already, which is the most (CONFIG_NETDIAG_USERS)",
                 CONFIG_NETDIAG_USERS);
        return false;
    }
    memset(user, 0, sizeof *user);
    (void)netdiag_text_copy(user->name, sizeof user->name, name);
    (void)netdiag_text_copy(user->hash, sizeof user->hash, "*");
    user->privilege = privilege;
    users->count++;
    return true;
}

bool netdiag_users_delete(struct netdiag_users *users, const char *name, char *error, size_t size)
{
    struct netdiag_user *user = netdiag_users_find(users, name);
    char given[SHOWN_SIZE];

    if (user == NULL) {
        snprintf(error, size, "there is no user \"%s\"", shown(name, given));
        return false;
    }
    users->count--;
    memmove(user, user + 1, (size_t)(&users->rows[users->count] - user) * sizeof *user);
    return true;
}

bool netdiag_user_set_password(struct netdiag_user *user, const char *password, char *error,
                               size_t size)
{
    return netdiag_password_hash(password, user->hash, error, size);
}

bool netdiag_user_add_key(struct netdiag_user *user, const char *line, char *error, size_t size)
{
    char copy[LINE_SIZE], given[SHOWN_SIZE];
    struct words words;
    struct netdiag_user_key *key = &user->keys[user->key_count];

    if ((size_t)snprintf(copy, sizeof copy, "%s", line) >= sizeof copy) {
        snprintf(error, size, "the key is too long");
        return false;
    }
    split(copy, &words);
    if (words.count < 2 || !is_key_type(words.word[0]) || !is_base64(words.word[1])) {
        snprintf(error, size,
                 "\"%s\" is no public key; legal is a line such as: ssh-ed25519 AAAA... name",
                 shown(line, given));
        return false;
    }
    if (user->key_count == CONFIG_NETDIAG_USER_KEYS) {
        snprintf(error, size,
                 "user \"%s\" has %d keys already, which is the most (CONFIG_NETDIAG_USER_KEYS)",
                 user->name, CONFIG_NETDIAG_USER_KEYS);
        return false;
    }
    (void)netdiag_text_copy(key->type, sizeof key->type, words.word[0]);
    (void)netdiag_text_copy(key->base64, sizeof key->base64, words.word[1]);
    user->key_count++;
    return true;
}
