/*
 * What is known of wrong passwords stands in one table, an entry for each address and user, and
 * one for each user from anywhere, whose address is "". When it is full, the entry that was heard
 * of longest ago makes room.
 */
#include "cli/access/login.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "cli/access/remote.h"
#include "cli/access/users.h"
#include "cli/output.h"
#include "cli/session.h"
#include "stats/device.h"
#include "stats/text.h"

/* As many characters of a name that was tried as can be a user's, and one to tell it is longer. */
#define TRIED_SIZE (NETDIAG_USER_NAME_LENGTH + 2)

/* A mistake is forgotten when nothing was heard for as long as a lock-out lasts. */
#define FORGET_MS (UINT64_C(1000) * CONFIG_NETDIAG_LOGIN_LOCK_S)

struct entry {
    char user[TRIED_SIZE]; /* "": unused */
    char from[NETDIAG_FROM_SIZE];
    unsigned wrong;       /* in a row */
    uint64_t heard_ms;    /* when the last came */
    uint64_t unlocked_ms; /* until then it is locked out */
};

struct netdiag_login {
    struct netdiag *diag;
    const char *users_path;
    char dummy[NETDIAG_USER_HASH_LENGTH + 1]; /* a hash for users that do not exist */
    pthread_mutex_t lock;                     /* of the table */
    struct entry entries[CONFIG_NETDIAG_LOGIN_SOURCES];
};

struct netdiag_login *netdiag_login_start(struct netdiag *diag, const char *users_path)
{
    struct netdiag_login *login = calloc(1, sizeof *login);
    char password[17], error[1];

    if (login == NULL)
        return NULL;
    login->diag = diag;
    login->users_path = users_path;
    pthread_mutex_init(&login->lock, NULL);
    if (!netdiag_password_make(password) ||
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
    pthread_mutex_destroy(&login->lock);
    free(login);
}

/* ---- the log ---- */

static void log_try(const struct netdiag_login *login, const struct netdiag_login_try *attempt,
                    enum netdiag_severity severity, const char *what)
{
    char line[NETDIAG_USER_NAME_LENGTH + NETDIAG_FROM_SIZE + 96];
    char tried[TRIED_SIZE];
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

/* ---- the table, under its lock ---- */

static bool is_entry(const struct entry *entry, const char *user, const char *from)
{
    return strcmp(entry->user, user) == 0 && strcmp(entry->from, from) == 0;
}

static void copy(char *to, size_t size, const char *from)
{
    struct netdiag_text text;

    netdiag_text_start(&text, to, size);
    netdiag_text_string(&text, from);
}

static struct entry *find(struct netdiag_login *login, const char *user, const char *from)
{
    for (size_t i = 0; i < CONFIG_NETDIAG_LOGIN_SOURCES; i++) {
        if (login->entries[i].user[0] != '\0' && is_entry(&login->entries[i], user, from))
            return &login->entries[i];
    }
    return NULL;
}

/* Who is locked out stays, as long as there is anybody else. */
static bool makes_room_before(const struct entry *one, const struct entry *other, uint64_t now_ms)
{
    bool one_locked = now_ms < one->unlocked_ms, other_locked = now_ms < other->unlocked_ms;

    if (one_locked != other_locked)
        return other_locked;
    return one->heard_ms < other->heard_ms;
}

static struct entry *find_or_make(struct netdiag_login *login, const char *user, const char *from,
                                  uint64_t now_ms)
{
    struct entry *entry = find(login, user, from), *place = &login->entries[0];

    if (entry != NULL && now_ms - entry->heard_ms <= FORGET_MS)
        return entry;
    for (size_t i = 1; i < CONFIG_NETDIAG_LOGIN_SOURCES && entry == NULL; i++) {
        if (makes_room_before(&login->entries[i], place, now_ms))
            place = &login->entries[i];
    }
    if (entry != NULL)
        place = entry;
    memset(place, 0, sizeof *place);
    copy(place->user, sizeof place->user, user);
    copy(place->from, sizeof place->from, from);
    return place;
}

/* ---- time ---- */

/* How long after its question an answer leaves, by the wrong ones before it. */
static uint64_t delay_ms(unsigned wrong)
{
    uint64_t ms = CONFIG_NETDIAG_LOGIN_ANSWER_MS;

    for (; wrong > 0 && ms < CONFIG_NETDIAG_LOGIN_DELAY_MS; wrong--)
        ms *= 2;
    if (ms > CONFIG_NETDIAG_LOGIN_DELAY_MS &&
        CONFIG_NETDIAG_LOGIN_DELAY_MS > CONFIG_NETDIAG_LOGIN_ANSWER_MS)
        ms = CONFIG_NETDIAG_LOGIN_DELAY_MS;
    return ms;
}

static void wait_until(uint64_t then_ms, int stop)
{
    struct pollfd fd = {.fd = stop, .events = POLLIN};

    for (;;) {
        uint64_t now_ms = netdiag_session_clock_ms();

        if (now_ms >= then_ms || poll(&fd, 1, (int)(then_ms - now_ms)) > 0)
            return;
    }
}

/* ---- one attempt ---- */

struct attempt {
    char user[TRIED_SIZE]; /* cut: no longer one can be right */
    const char *from;
    uint64_t answer_ms; /* when its answer leaves */
    bool is_locked;
};

/*
 * What was wrong before decides: of the user from anywhere on the delay, of the user from there on
 * the lock-out. Attempts that run at the same time do not see each other, so that many programs of
 * one host can log in at once; as many wrong ones get an answer as connections fit.
 */
static void begin(struct netdiag_login *login, const struct netdiag_login_try *attempt,
                  struct attempt *state)
{
    uint64_t now_ms = netdiag_session_clock_ms();
    const struct entry *of_source, *of_user;

    copy(state->user, sizeof state->user, attempt->user[0] != '\0' ? attempt->user : "-");
    state->from = attempt->from[0] != '\0' ? attempt->from : "-";
    pthread_mutex_lock(&login->lock);
    of_source = find(login, state->user, state->from);
    of_user = find(login, state->user, "");
    state->is_locked = of_source != NULL && now_ms < of_source->unlocked_ms;
    if (of_user != NULL && now_ms - of_user->heard_ms > FORGET_MS)
        of_user = NULL;
    state->answer_ms = now_ms + delay_ms(of_user != NULL ? of_user->wrong : 0);
    pthread_mutex_unlock(&login->lock);
}

/* The user's own mistakes from there are forgotten, those from elsewhere are not. */
static void forgive(struct netdiag_login *login, const struct attempt *state)
{
    struct entry *of_source = find(login, state->user, state->from);
    struct entry *of_user = find(login, state->user, "");
    unsigned wrong = of_source != NULL ? of_source->wrong : 0;

    if (of_source != NULL)
        memset(of_source, 0, sizeof *of_source);
    if (of_user != NULL && wrong < of_user->wrong)
        of_user->wrong -= wrong;
    else if (of_user != NULL)
        memset(of_user, 0, sizeof *of_user);
}

static void hold_against(struct netdiag_login *login, const struct attempt *state, uint64_t now_ms)
{
    struct entry *entry = find_or_make(login, state->user, state->from, now_ms);

    entry->heard_ms = now_ms;
    if (++entry->wrong >= CONFIG_NETDIAG_LOGIN_TRIES)
        entry->unlocked_ms = now_ms + FORGET_MS;
    entry = find_or_make(login, state->user, "", now_ms);
    entry->heard_ms = now_ms;
    entry->wrong++;
}

/* Whether a right one is let in: not when its source was locked out, even meanwhile. */
static bool end(struct netdiag_login *login, struct attempt *state, bool is_right)
{
    uint64_t now_ms = netdiag_session_clock_ms();
    const struct entry *of_source;

    pthread_mutex_lock(&login->lock);
    of_source = find(login, state->user, state->from);
    state->is_locked |= of_source != NULL && now_ms < of_source->unlocked_ms;
    if (!state->is_locked && is_right)
        forgive(login, state);
    else if (!state->is_locked)
        hold_against(login, state, now_ms);
    pthread_mutex_unlock(&login->lock);
    return is_right && !state->is_locked;
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

bool netdiag_login_password(struct netdiag_login *login, const struct netdiag_login_try *attempt,
                            const char *password, int *privilege)
{
    struct netdiag_users *users;
    struct netdiag_user *user;
    struct attempt state;
    bool is_right;

    begin(login, attempt, &state);
    users = load(login);
    user = users != NULL ? netdiag_users_find(users, state.user) : NULL;
    is_right = !state.is_locked && check(login, password, user != NULL ? user->hash : NULL);
    is_right = end(login, &state, is_right);
    if (is_right)
        *privilege = user->privilege;
    unload(users);
    wait_until(state.answer_ms, attempt->stop);
    log_try(login, attempt, is_right ? NETDIAG_SEVERITY_NOTICE : NETDIAG_SEVERITY_WARNING,
            is_right          ? "login of"
            : state.is_locked ? "login refused, locked out:"
                              : "login failed of");
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
    struct attempt state;
    bool is_right, is_own;

    begin(login, attempt, &state);
    users = load(login);
    user = users != NULL ? netdiag_users_find(users, attempt->user) : NULL;
    is_right = check(login, secret, users != NULL ? users->enable : NULL);
    is_own = check(login, secret, user != NULL && user->privilege == 15 ? user->hash : NULL);
    is_right = end(login, &state, is_right || is_own);
    unload(users);
    wait_until(state.answer_ms, attempt->stop);
    log_try(login, attempt, is_right ? NETDIAG_SEVERITY_NOTICE : NETDIAG_SEVERITY_WARNING,
            is_right ? "enable by" : "enable refused:");
    return is_right;
}

void netdiag_login_left(struct netdiag_login *login, const struct netdiag_login_try *attempt)
{
    log_try(login, attempt, NETDIAG_SEVERITY_NOTICE, "logout of");
}
