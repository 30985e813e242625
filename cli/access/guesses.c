#include "cli/access/guesses.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "cli/locks.h"
#include "cli/session.h"
#include "stats/text.h"

/* A mistake is forgotten when nothing was heard for as long as a lock-out lasts. */
#define FORGET_MS (UINT64_C(1000) * CONFIG_NETDIAG_LOGIN_LOCK_S)

#define ENTRIES CONFIG_NETDIAG_LOGIN_SOURCES

struct entry {
    enum netdiag_guess_kind kind;
    char user[NETDIAG_TRIED_SIZE]; /* "": unused */
    char from[NETDIAG_FROM_SIZE];  /* "": from anywhere */
    unsigned wrong;                /* in a row */
    uint64_t heard_ms;             /* when the last came */
    uint64_t unlocked_ms;          /* until then it is locked out */
    bool is_told;                  /* that was said to one that came since */
};

struct netdiag_guesses {
    pthread_mutex_t lock;
    struct entry sources[ENTRIES]; /* of a user from an address */
    struct entry users[ENTRIES];   /* of a user from anywhere */
};

struct netdiag_guesses *netdiag_guesses_start(void)
{
    struct netdiag_guesses *guesses = calloc(1, sizeof *guesses);

    if (guesses != NULL)
        pthread_mutex_init(&guesses->lock, NULL);
    return guesses;
}

void netdiag_guesses_end(struct netdiag_guesses *guesses)
{
    if (guesses == NULL)
        return;
    pthread_mutex_destroy(&guesses->lock);
    free(guesses);
}

/*
 * ---- the tables, under the lock ----
 *
 * The clock is read under it too: no entry is then heard after the time that it is compared with.
 */

static bool is_entry_of(const struct entry *entry, const struct netdiag_guess *guess,
                        const char *from)
{
    return entry->kind == guess->kind && strcmp(entry->user, guess->user) == 0 &&
           strcmp(entry->from, from) == 0;
}

/* One that is as old as to be forgotten is none. */
static struct entry *find(struct entry *table, const struct netdiag_guess *guess, const char *from,
                          uint64_t now_ms)
{
    for (size_t i = 0; i < ENTRIES; i++) {
        struct entry *entry = &table[i];

        if (entry->user[0] == '\0' || !is_entry_of(entry, guess, from))
            continue;
        if (now_ms - entry->heard_ms <= FORGET_MS)
            return entry;
        memset(entry, 0, sizeof *entry);
    }
    return NULL;
}

static bool makes_room_before(const struct entry *one, const struct entry *other)
{
    if (one->wrong != other->wrong)
        return one->wrong < other->wrong; /* an unused one has none */
    return one->heard_ms < other->heard_ms;
}

static struct entry *find_or_make(struct entry *table, const struct netdiag_guess *guess,
                                  const char *from, uint64_t now_ms)
{
    struct entry *entry = find(table, guess, from, now_ms);

    if (entry != NULL)
        return entry;
    entry = &table[0];
    for (size_t i = 1; i < ENTRIES; i++) {
        if (makes_room_before(&table[i], entry))
            entry = &table[i];
    }
    memset(entry, 0, sizeof *entry);
    entry->kind = guess->kind;
    (void)netdiag_text_copy(entry->user, sizeof entry->user, guess->user);
    (void)netdiag_text_copy(entry->from, sizeof entry->from, from);
    return entry;
}

/* ---- one attempt ---- */

/* An address as lock-outs know it. */
static void put_source(char *to, size_t size, const char *from)
{
    unsigned char bytes[16];
    char text[INET6_ADDRSTRLEN];

    if (inet_pton(AF_INET6, from, bytes) == 1) {
        memset(bytes + 8, 0, 8);
        if (inet_ntop(AF_INET6, bytes, text, sizeof text) != NULL)
            from = text;
    }
    (void)netdiag_text_copy(to, size, from[0] != '\0' ? from : "-");
}

/* How long after its question an answer leaves, by the wrong ones before it. */
static uint64_t delay_ms(unsigned wrong)
{
    uint64_t ms = CONFIG_NETDIAG_LOGIN_ANSWER_MS;
    uint64_t most = CONFIG_NETDIAG_LOGIN_DELAY_MS;

    for (; wrong > 0 && ms < most; wrong--)
        ms *= 2;
    if (most < CONFIG_NETDIAG_LOGIN_ANSWER_MS)
        most = CONFIG_NETDIAG_LOGIN_ANSWER_MS;
    return ms < most ? ms : most;
}

void netdiag_guess_begin(struct netdiag_guesses *guesses, enum netdiag_guess_kind kind,
                         const char *user, const char *from, struct netdiag_guess *guess)
{
    const struct entry *of_user;
    struct entry *of_source;
    uint64_t now_ms;

    memset(guess, 0, sizeof *guess);
    guess->kind = kind;
    (void)netdiag_text_copy(guess->user, sizeof guess->user, user[0] != '\0' ? user : "-");
    put_source(guess->from, sizeof guess->from, from);
    netdiag_lock_take(&guesses->lock, NETDIAG_LOCK_GUESSES);
    now_ms = netdiag_session_clock_ms();
    of_source = find(guesses->sources, guess, guess->from, now_ms);
    of_user = find(guesses->users, guess, "", now_ms);
    guess->answer_ms = now_ms + delay_ms(of_user != NULL ? of_user->wrong : 0);
    guess->is_locked = of_source != NULL && now_ms < of_source->unlocked_ms;
    if (guess->is_locked) {
        guess->is_told = of_source->is_told;
        of_source->is_told = true;
    }
    netdiag_lock_leave(&guesses->lock, NETDIAG_LOCK_GUESSES);
}

/* The user's own mistakes from there are forgotten, those from elsewhere are not. */
static void forgive(struct entry *of_source, struct entry *of_user)
{
    unsigned wrong = of_source != NULL ? of_source->wrong : 0;

    if (of_source != NULL)
        memset(of_source, 0, sizeof *of_source);
    if (of_user != NULL && wrong < of_user->wrong)
        of_user->wrong -= wrong;
    else if (of_user != NULL)
        memset(of_user, 0, sizeof *of_user);
}

static void hold_against(struct netdiag_guesses *guesses, const struct netdiag_guess *guess,
                         uint64_t now_ms)
{
    struct entry *entry = find_or_make(guesses->sources, guess, guess->from, now_ms);

    entry->heard_ms = now_ms;
    if (++entry->wrong >= CONFIG_NETDIAG_LOGIN_TRIES)
        entry->unlocked_ms = now_ms + FORGET_MS;
    entry = find_or_make(guesses->users, guess, "", now_ms);
    entry->heard_ms = now_ms;
    entry->wrong++;
}

bool netdiag_guess_end(struct netdiag_guesses *guesses, struct netdiag_guess *guess, bool is_right)
{
    struct entry *of_source;
    uint64_t now_ms;

    netdiag_lock_take(&guesses->lock, NETDIAG_LOCK_GUESSES);
    now_ms = netdiag_session_clock_ms();
    of_source = find(guesses->sources, guess, guess->from, now_ms);
    guess->is_locked |= of_source != NULL && now_ms < of_source->unlocked_ms;
    if (!guess->is_locked && is_right)
        forgive(of_source, find(guesses->users, guess, "", now_ms));
    else if (!guess->is_locked)
        hold_against(guesses, guess, now_ms);
    netdiag_lock_leave(&guesses->lock, NETDIAG_LOCK_GUESSES);
    return is_right && !guess->is_locked;
}
