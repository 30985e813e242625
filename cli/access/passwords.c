/*
 * Passwords: hashed by crypt(5) of libcrypt, compared in constant time, made at random.
 */
#include "cli/access/users.h"

#include <crypt.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "stats/text.h"

static bool is_password(const char *password)
{
    size_t size = strlen(password);

    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)password[i] < ' ' || password[i] == 0x7f)
            return false;
    }
    return size > 0 && size <= NETDIAG_PASSWORD_LENGTH;
}

/* The hash of a password by a salt, or by the hash of another; false: it cannot be had. */
static bool run_crypt(const char *password, const char *salt, char *hash)
{
    struct crypt_data *data = calloc(1, sizeof *data); /* 32 KB: too much for a thread's stack */
    const char *made = data != NULL ? crypt_r(password, salt, data) : NULL;
    bool done = made != NULL && made[0] != '*' && strlen(made) <= NETDIAG_USER_HASH_LENGTH;

    if (done)
        (void)netdiag_text_copy(hash, NETDIAG_USER_HASH_LENGTH + 1, made);
    if (data != NULL)
        explicit_bzero(data, sizeof *data);
    free(data);
    return done;
}

bool netdiag_password_hash(const char *password, char *hash, char *error, size_t size)
{
    static const char *const kinds[] = {"$y$", "$6$"};
    char salt[CRYPT_GENSALT_OUTPUT_SIZE];

    if (!is_password(password)) {
        snprintf(error, size, "the password: legal are 1 to %d bytes, and no control characters",
                 NETDIAG_PASSWORD_LENGTH);
        return false;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (crypt_gensalt_rn(kinds[i], 0, NULL, 0, salt, sizeof salt) != NULL &&
            run_crypt(password, salt, hash))
            return true;
    }
    snprintf(error, size, "the password cannot be hashed: %s", strerror(errno));
    return false;
}

bool netdiag_password_fits(const char *password, const char *hash)
{
    char made[NETDIAG_USER_HASH_LENGTH + 1] = "";
    size_t size = strlen(hash);
    unsigned char difference = 0;

    if (!is_password(password) || !run_crypt(password, hash, made) || strlen(made) != size)
        return false;
    for (size_t i = 0; i < size; i++)
        difference |= (unsigned char)(made[i] ^ hash[i]);
    explicit_bzero(made, sizeof made);
    return difference == 0;
}

bool netdiag_password_make(char password[17])
{
    static const char letters[] = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    const size_t count = sizeof letters - 1;

    for (size_t i = 0; i < 16;) {
        unsigned char byte;

        if (getrandom(&byte, 1, 0) != 1)
            return false;
        if (byte < 256 / count * count) /* or some would be more likely than others */
            password[i++] = letters[byte % count];
    }
    password[16] = '\0';
    return true;
}
