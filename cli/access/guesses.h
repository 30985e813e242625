/*
 * What is remembered of wrong passwords: how many in a row came for a user from an address, which
 * may lock that address out for that user, and how many from anywhere, which delay the answers.
 *
 * Both tables are bounded. When one is full, the entry with fewest wrong ones makes room, and of
 * those the one that was heard of longest ago, so that a flood of names that nobody has pushes out
 * no name that is being guessed at. Attempts that run at the same time do not see each other: many
 * programs of one host can log in at once, and as many wrong ones get an answer as connections fit.
 */
#ifndef NETDIAG_CLI_ACCESS_GUESSES_H
#define NETDIAG_CLI_ACCESS_GUESSES_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/access/remote.h"
#include "cli/access/users.h"

/* Passwords and the enable secret are guessed at separately: to know one forgives no other. */
enum netdiag_guess_kind {
    NETDIAG_GUESS_PASSWORD,
    NETDIAG_GUESS_ENABLE,
};

/* As many characters of a name that was tried as can be a user's, and one to tell it is longer. */
#define NETDIAG_TRIED_SIZE (NETDIAG_USER_NAME_LENGTH + 2)

struct netdiag_guess {
    enum netdiag_guess_kind kind;
    char user[NETDIAG_TRIED_SIZE];
    char from[NETDIAG_FROM_SIZE]; /* of IPv6 the first 64 bits: a host has all the others */
    uint64_t answer_ms;           /* when its answer leaves, on netdiag_session_clock_ms() */
    bool is_locked;               /* it is refused, whatever was given */
    bool is_told;                 /* and that was so before */
};

struct netdiag_guesses;

/* NULL: no memory. */
struct netdiag_guesses *netdiag_guesses_start(void);
void netdiag_guesses_end(struct netdiag_guesses *guesses);

/* An attempt begins; `user` and `from` are any strings. Any thread. */
void netdiag_guess_begin(struct netdiag_guesses *guesses, enum netdiag_guess_kind kind,
                         const char *user, const char *from, struct netdiag_guess *guess);

/* Whether it is let in: it was right, and its source is not locked out, even meanwhile. */
bool netdiag_guess_end(struct netdiag_guesses *guesses, struct netdiag_guess *guess, bool is_right);

#endif
