/*
 * The check of cli/locks.h: which locks a thread holds, a bit for each. It is part of the library
 * in variants that check, and in no other.
 */
#ifndef NETDIAG_CHECK_LOCKS
#define NETDIAG_CHECK_LOCKS /* the checks of the sources read it in a release */
#endif

#include "cli/locks.h"

#include <stdio.h>
#include <stdlib.h>

static _Thread_local unsigned held;

static const char *const names[NETDIAG_LOCKS] = {
    [NETDIAG_LOCK_CREW] = "crew",         [NETDIAG_LOCK_SSH_KEY] = "ssh key",
    [NETDIAG_LOCK_SESSIONS] = "sessions", [NETDIAG_LOCK_SSH_SHELL] = "ssh shell",
    [NETDIAG_LOCK_GUESSES] = "guesses",   [NETDIAG_LOCK_STEPPING] = "stepping",
    [NETDIAG_LOCK_CORE] = "core",         [NETDIAG_LOCK_MONITOR] = "monitor",
    [NETDIAG_LOCK_LOG] = "log",
};

void netdiag_lock_order_take(enum netdiag_lock lock)
{
    unsigned below = held >> lock;

    if (below != 0) {
        unsigned other = lock;

        for (; (below & 1) == 0; below >>= 1)
            other++;
        fprintf(stderr, "locks: \"%s\" is to be taken while \"%s\" is held (cli/locks.h)\n",
                names[lock], names[other]);
        abort();
    }
    held |= 1u << lock;
}

void netdiag_lock_order_leave(enum netdiag_lock lock)
{
    if ((held >> lock & 1) == 0) {
        fprintf(stderr, "locks: \"%s\" was left, and is not held (cli/locks.h)\n", names[lock]);
        abort();
    }
    held &= ~(1u << lock);
}
