/*
 * netdiag-sim user ...: who may come in over telnet and SSH, changed from the host's own shell.
 */
#ifndef NETDIAG_SIM_USER_COMMAND_H
#define NETDIAG_SIM_USER_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

/* The name of the users file in the state directory. */
#define SIM_USERS_NAME "users"

/* Runs "user ..." (argv[1] is "user") and returns the exit status: 0, 1 it failed, 2 wrong words.
 */
int sim_user_command(int argc, char **argv);

/*
 * Makes the user `admin` with privilege 15 and a random password where there is no users file yet,
 * after `tell` has told somebody the password. False: `error` says why, and there is no such user.
 */
bool sim_user_first(const char *users_path,
                    bool (*tell)(void *ctx, const char *password, char *error, size_t size),
                    void *ctx, char *error, size_t size);

#endif
