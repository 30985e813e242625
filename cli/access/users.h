/*
 * Who may come in over the network: a file of users, their hashed passwords and their keys.
 *
 * A line each, words parted by one blank, '#' begins a comment line:
 *
 *     user NAME PRIVILEGE HASH        privilege 1 or 15; crypt(5), "$y$..." or "$6$..."; "*": none
 *     key NAME TYPE BASE64            a public key of that user's, as OpenSSH writes it
 *     enable HASH                     the enable secret
 *
 * The file is its owner's alone (mode 0600), is replaced whole when it changes, and is read anew
 * at each login, so that a change holds at once. Plain records; the functions need no lock.
 */
#ifndef NETDIAG_CLI_ACCESS_USERS_H
#define NETDIAG_CLI_ACCESS_USERS_H

#include <stdbool.h>
#include <stddef.h>

#include "netdiag/config.h"

#define NETDIAG_USER_NAME_LENGTH 31
#define NETDIAG_USER_HASH_LENGTH 127
#define NETDIAG_USER_KEY_LENGTH  1023 /* of the base64 part: RSA with 4096 bits has 716 */
#define NETDIAG_USER_TYPE_LENGTH 63

/* The longest password that is taken, in bytes. */
#define NETDIAG_PASSWORD_LENGTH 127

struct netdiag_user_key {
    char type[NETDIAG_USER_TYPE_LENGTH + 1]; /* "ssh-ed25519" */
    char base64[NETDIAG_USER_KEY_LENGTH + 1];
};

struct netdiag_user {
    char name[NETDIAG_USER_NAME_LENGTH + 1];
    int privilege;                           /* 1 or 15 */
    char hash[NETDIAG_USER_HASH_LENGTH + 1]; /* "*": no password fits */
    size_t key_count;
    struct netdiag_user_key keys[CONFIG_NETDIAG_USER_KEYS];
};

struct netdiag_users {
    size_t count;
    struct netdiag_user rows[CONFIG_NETDIAG_USERS];
    char enable[NETDIAG_USER_HASH_LENGTH + 1]; /* "": there is no enable secret */
};

/*
 * Reads the file. False: `error` says what is wrong with it and where. A file that is not there
 * has no users, and is no error; `*exists` (NULL: not wanted) tells.
 */
bool netdiag_users_load(const char *path, struct netdiag_users *users, bool *exists, char *error,
                        size_t size);

/* Writes it whole, or leaves the old one. */
bool netdiag_users_store(const char *path, const struct netdiag_users *users, char *error,
                         size_t size);

/* NULL: there is no such user. */
struct netdiag_user *netdiag_users_find(struct netdiag_users *users, const char *name);

/*
 * Each changes the records alone. False: `error` says why. A name is 1 to 31 of letters, digits,
 * '-', '_' and '.', and begins with a letter; a password 1 to 127 bytes without control bytes.
 */
bool netdiag_users_add(struct netdiag_users *users, const char *name, int privilege, char *error,
                       size_t size);
bool netdiag_users_delete(struct netdiag_users *users, const char *name, char *error, size_t size);
bool netdiag_user_set_password(struct netdiag_user *user, const char *password, char *error,
                               size_t size);
/* `line` is one of an OpenSSH public key file or authorized_keys without options. */
bool netdiag_user_add_key(struct netdiag_user *user, const char *line, char *error, size_t size);

/* Hashes into `hash` (NETDIAG_USER_HASH_LENGTH + 1 bytes): yescrypt, or SHA-512 without it. */
bool netdiag_password_hash(const char *password, char *hash, char *error, size_t size);

/* Whether the password is the one of the hash. Takes as long as the hash's kind does. */
bool netdiag_password_fits(const char *password, const char *hash);

/* Fills a random password of 16 characters that are not easily taken for others. */
bool netdiag_password_make(char password[17]);

#endif
