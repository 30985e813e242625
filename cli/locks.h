/*
 * Every mutex of ours, and the order in which a thread may take them.
 *
 * A thread that holds one takes only such as stand below it in the list, and none twice. Then no
 * two threads can wait for each other. Most are held alone, for as long as a row takes to copy:
 * what stands above another here is what calls it, or could without harm.
 *
 * Where the variant checks it (debug, asan, tsan), tests/debug/lock_order.c ends the program with
 * both names when a thread takes one out of its order, before it waits for it. A release has
 * nothing of that.
 *
 * What is no mutex and so not here: gates (stats/gate.h) and places (stats/places.h), where nobody
 * waits. On a device the core lock is the product's own, which netdiag takes by
 * netdiag_lwip_config.lock or LOCK_TCPIP_CORE(), in the same place of the order.
 */
#ifndef NETDIAG_CLI_LOCKS_H
#define NETDIAG_CLI_LOCKS_H

#include <pthread.h>

enum netdiag_lock {
    NETDIAG_LOCK_SSH_KEY,   /* cli/access/ssh_key.c: libssh's own for the host key */
    NETDIAG_LOCK_SESSIONS,  /* cli/session.c: which are open; a session's door may be hung up */
    NETDIAG_LOCK_SSH_SHELL, /* cli/access/ssh_shell.c: which session a channel's thread runs */
    NETDIAG_LOCK_GUESSES,   /* cli/access/guesses.c: who was wrong how often */
    NETDIAG_LOCK_STEPPING,  /* platform/sim/sim.c: who makes virtual time pass */
    NETDIAG_LOCK_CORE,      /* platform/sim/stack.c: lwIP and all that its hooks fill */
    /* cli/access/crew.c: who serves. Taken under the core lock, when the bridge hands on a
     * connection; held while a thread is joined that is done, and so waits for none of these. */
    NETDIAG_LOCK_CREW,
    NETDIAG_LOCK_MONITOR, /* cli/monitor.c: lines for `terminal monitor` */
    NETDIAG_LOCK_LOG,     /* platform/sim/log.c: the file */
};
#define NETDIAG_LOCKS (NETDIAG_LOCK_LOG + 1)

#ifdef NETDIAG_CHECK_LOCKS
/* Before it is taken, and after it was left. */
void netdiag_lock_order_take(enum netdiag_lock lock);
void netdiag_lock_order_leave(enum netdiag_lock lock);
#else
static inline void netdiag_lock_order_take(enum netdiag_lock lock)
{
    (void)lock;
}

static inline void netdiag_lock_order_leave(enum netdiag_lock lock)
{
    (void)lock;
}
#endif

static inline void netdiag_lock_take(pthread_mutex_t *mutex, enum netdiag_lock lock)
{
    netdiag_lock_order_take(lock);
    pthread_mutex_lock(mutex);
}

static inline void netdiag_lock_leave(pthread_mutex_t *mutex, enum netdiag_lock lock)
{
    pthread_mutex_unlock(mutex);
    netdiag_lock_order_leave(lock);
}

#endif
