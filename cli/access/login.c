#include "cli/access/login.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "cli/access/guesses.h"
#include "cli/access/users.h"
#include "cli/output.h"
#include "cli/session.h"
#include "stats/device.h"
#include "stats/text.h"

struct netdiag_login {
    struct netdiag *diag;
    const char *users_path;
    char dummy[NETDIAG_USER_HASH_LENGTH + 1]; /* a hash for users that do not exist */
    struct netdiag_guesses *guesses;
};

struct netdiag_login *netdiag_login_start(struct netdiag *diag, const char *users_path)
{
    struct netdiag_login *login = calloc(1, sizeof *login);
    char password[17], error[1];

    if (login == NULL)
        return NULL;
    login->diag = diag;
    login->users_path = users_path;
    login->guesses = netdiag_guesses_start();
    if (login->guesses == NULL || !netdiag_password_make(password) ||
        !netdiag_password_hash(password, login->dummy, error, sizeof error)) {
        netdiag_login_end(login);
        return NULL;
    }
    return login;
}

void netdiag_login_end(struct netdiag_login *login)
{
    if (login == NULL)
        return;
    netdiag_guesses_end(login->guesses);
    free(login);
}

/* ---- the log ---- */

static void log_try(const struct netdiag_login *login, const struct netdiag_login_try *attempt,
                    enum netdiag_severity severity, const char *what)
{
    char line[NETDIAG_USER_NAME_LENGTH + NETDIAG_FROM_SIZE + 96];
    char tried[NETDIAG_TRIED_SIZE];
    struct netdiag_text text;

    netdiag_text_start(&text, tried, sizeof tried);
    netdiag_text_string(&text, attempt->user);
    netdiag_text_start(&text, line, sizeof line);
    netdiag_text_string(&text, what);
    netdiag_text_string(&text, " user ");
    netdiag_output_name(&text, tried, 0);
    netdiag_text_string(&text, " from ");
    netdiag_text_string(&text, attempt->from);
    netdiag_text_string(&text, " by ");
    netdiag_text_string(&text, attempt->door);
    netdiag_device_log(login->diag, severity, line);
}

/* ---- one attempt ---- */

/*
 * The answer leaves then; one that is late already, because the device has much to do, at the next
 * moment that is a whole number of answers later: what it took to look is not to be seen.
 */
static void wait_until(uint64_t then_ms, int stop)
{
    struct pollfd fd = {.fd = stop, .events = POLLIN};
    uint64_t now_ms = netdiag_session_clock_ms();

    while (now_ms > then_ms)
        then_ms += CONFIG_NETDIAG_LOGIN_ANSWER_MS;
    for (; now_ms < then_ms; now_ms = netdiag_session_clock_ms()) {
        if (poll(&fd, 1, (int)(then_ms - now_ms)) > 0)
            return;
    }
}

/* Fresh from the file; NULL: no memory, or the file cannot be read, which is logged. */
static struct netdiag_users *load(const struct netdiag_login *login)
{
    struct netdiag_users *users = malloc(sizeof *users);
    char error[300];

    if (users == NULL)
        return NULL;
    if (netdiag_users_load(login->users_path, users, NULL, error, sizeof error))
        return users;
    netdiag_device_log(login->diag, NETDIAG_SEVERITY_WARNING, error);
    free(users);
    return NULL;
}

static void unload(struct netdiag_users *users)
{
    if (users != NULL)
        explicit_bzero(users, sizeof *users);
    free(users);
}

/*
 * Checks against the hash, or against one that nothing fits for as long. Who is locked out costs
 * the device none.
 */
static bool check(const struct netdiag_login *login, const char *password, const char *hash)
{
    bool is_real = hash != NULL && hash[0] == '$';

    return netdiag_password_fits(password, is_real ? hash : login->dummy) && is_real;
}

/* Who is locked out is logged once: a flood of attempts must not push the rest out of the log. */
static void log_end(const struct netdiag_login *login, const struct netdiag_login_try *attempt,
                    const struct netdiag_guess *guess, const char *right, const char *wrong)
{
    if (guess->is_locked && !guess->is_told)
        log_try(login, attempt, NETDIAG_SEVERITY_WARNING, "login refused, locked out:");
    else if (!guess->is_locked)
        log_try(login, attempt, right != NULL ? NETDIAG_SEVERITY_NOTICE : NETDIAG_SEVERITY_WARNING,
                right != NULL ? right : wrong);
}

bool netdiag_login_password(struct netdiag_login *login, const struct netdiag_login_try *attempt,
                            const char *password, int *privilege)
{
    struct netdiag_users *users;
    struct netdiag_user *user;
    struct netdiag_guess guess;
    bool is_right;

    netdiag_guess_begin(login->guesses, NETDIAG_GUESS_PASSWORD, attempt->user, attempt->from,
                        &guess);
    users = load(login);
    user = users != NULL ? netdiag_users_find(users, attempt->user) : NULL;
    is_right = !guess.is_locked && check(login, password, user != NULL ? user->hash : NULL);
    is_right = netdiag_guess_end(login->guesses, &guess, is_right);
    if (is_right && user != NULL)
        *privilege = user->privilege;
    unload(users);
    wait_until(guess.answer_ms, attempt->stop);
    log_end(login, attempt, &guess, is_right ? "login of" : NULL, "login failed of");
    return is_right;
}

bool netdiag_login_key(struct netdiag_login *login, const struct netdiag_login_try *attempt,
                       const char *type, const char *base64, int *privilege)
{
    uint64_t answer_ms = netdiag_session_clock_ms() + CONFIG_NETDIAG_LOGIN_ANSWER_MS;
    struct netdiag_users *users = load(login);
    struct netdiag_user *user = users != NULL ? netdiag_users_find(users, attempt->user) : NULL;
    bool is_right = false;

    for (size_t i = 0; user != NULL && i < user->key_count; i++)
        is_right |=
            strcmp(user->keys[i].type, type) == 0 && strcmp(user->keys[i].base64, base64) == 0;
    if (is_right)
        *privilege = user->privilege;
    unload(users);
    if (!is_right) /* a key is public: who has the right one may know it at once */
        wait_until(answer_ms, attempt->stop);
    return is_right;
}

void netdiag_login_key_proved(struct netdiag_login *login, const struct netdiag_login_try *attempt)
{
    log_try(login, attempt, NETDIAG_SEVERITY_NOTICE, "login by key of");
}

bool netdiag_login_enable(struct netdiag_login *login, const struct netdiag_login_try *attempt,
                          const char *secret)
{
    struct netdiag_users *users;
    const struct netdiag_user *user;
    struct netdiag_guess guess;
    bool is_right = false, is_own = false;

    netdiag_guess_begin(login->guesses, NETDIAG_GUESS_ENABLE, attempt->user, attempt->from, &guess);
    users = load(login);
    user = users != NULL ? netdiag_users_find(users, attempt->user) : NULL;
    if (!guess.is_locked) {
        is_right = check(login, secret, users != NULL ? users->enable : NULL);
        is_own = check(login, secret, user != NULL && user->privilege == 15 ? user->hash : NULL);
    }
    is_right = netdiag_guess_end(login->guesses, &guess, is_right || is_own);
    unload(users);
    wait_until(guess.answer_ms, attempt->stop);
    log_end(login, attempt, &guess, is_right ? "enable by" : NULL, "enable refused:");
    return is_right;
}

void netdiag_login_left(struct netdiag_login *login, const struct netdiag_login_try *attempt)
{
    log_try(login, attempt, NETDIAG_SEVERITY_NOTICE, "logout of");
}
