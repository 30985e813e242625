/*
 * The guard of the doors that the network leads to: who may, how often, and how fast it answers.
 *
 * Every answer leaves at a fixed time after the attempt (CONFIG_NETDIAG_LOGIN_ANSWER_MS), right or
 * wrong, for a user that exists or not: the time tells nothing. After wrong passwords it leaves
 * later, twice as late each time up to CONFIG_NETDIAG_LOGIN_DELAY_MS, for that user from anywhere;
 * that is all that strangers can do to a user. A source that gave too many wrong ones for a user is
 * locked out for that user: it gets the same "no" without anything being looked at.
 *
 * Any thread; several at once. The functions wait, and hold no lock meanwhile.
 */
#ifndef NETDIAG_CLI_ACCESS_LOGIN_H
#define NETDIAG_CLI_ACCESS_LOGIN_H

#include <stdbool.h>

#include "netdiag/netdiag.h"

struct netdiag_login;

/* Who tries to come in. The strings are the caller's. */
struct netdiag_login_try {
    const char *door; /* "ssh" */
    const char *user; /* as given: any bytes */
    const char *from; /* the address it comes from, without a port */
    int stop;         /* readable: the device is going, and nobody waits any more; -1: none */
};

/* `users_path` is kept by pointer. NULL: no memory. netdiag_login_end() frees it. */
struct netdiag_login *netdiag_login_start(struct netdiag *diag, const char *users_path);
void netdiag_login_end(struct netdiag_login *login);

/* Whether the password lets the user in; `*privilege` is then the user's. Logs either way. */
bool netdiag_login_password(struct netdiag_login *login, const struct netdiag_login_try *attempt,
                            const char *password, int *privilege);

/*
 * Whether that public key is one of the user's. A "no" is neither logged nor held against anybody:
 * clients offer all the keys that they have.
 */
bool netdiag_login_key(struct netdiag_login *login, const struct netdiag_login_try *attempt,
                       const char *type, const char *base64, int *privilege);

/* The key's owner has proved to have it: logs who came in. */
void netdiag_login_key_proved(struct netdiag_login *login, const struct netdiag_login_try *attempt);

/* Whether a user who is in may have privilege 15: the enable secret, or, of one whose privilege is
 * 15, the user's own password. */
bool netdiag_login_enable(struct netdiag_login *login, const struct netdiag_login_try *attempt,
                          const char *secret);

/* A user who came in is gone: logs it. */
void netdiag_login_left(struct netdiag_login *login, const struct netdiag_login_try *attempt);

/* Wrong passwords that one connection may give before it is closed. */
#define NETDIAG_LOGIN_TRIES 3

#endif
