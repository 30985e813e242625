/*
 * On the real clock a thread answers; it sleeps until a request waits, and the eventfd by which it
 * is woken is also what ends it. On the virtual clock the step answers, so that two runs are equal.
 */
#include "snmp.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "netdiag/lwip_snmp.h"
#include "stack.h"

/* No descriptor. */
#define NONE (-1)

static struct {
    bool started;
    bool has_thread;
    pthread_t thread;
    int wake_fd; /* readable: look whether a request waits; NONE on the virtual clock */
    atomic_bool stopping;
} snmp = {.wake_fd = NONE};

static void wake(void *ctx)
{
    static const uint64_t one = 1;

    (void)ctx;
    if (snmp.wake_fd != NONE)
        (void)!write(snmp.wake_fd, &one, sizeof(one));
}

/* A queue that is always full must not keep it from ending. */
static void *answer(void *arg)
{
    uint64_t ignored;

    (void)arg;
    while (!atomic_load(&snmp.stopping)) {
        if (!netdiag_lwip_snmp_serve())
            (void)!read(snmp.wake_fd, &ignored, sizeof(ignored));
    }
    return NULL;
}

enum netdiag_error sim_snmp_start(const struct sim_options *options)
{
    const struct netdiag_lwip_snmp_config config = {
        .community = options->snmp_community,
        .sources = options->snmp_sources,
        .source_count = options->snmp_source_count,
        .contact = options->snmp_contact,
        .location = options->snmp_location,
        .wake = wake,
    };
    enum netdiag_error error;

    if (options->snmp_community[0] == '\0')
        return NETDIAG_OK;
    if (options->clock == SIM_CLOCK_REAL) {
        snmp.wake_fd = eventfd(0, EFD_CLOEXEC);
        if (snmp.wake_fd < 0)
            return NETDIAG_ERROR_IO;
    }
    error = netdiag_lwip_snmp_start(&config);
    snmp.started = error == NETDIAG_OK;
    return error;
}

int sim_snmp_start_thread(void)
{
    int failure;

    if (!snmp.started)
        return 0;
    failure = pthread_create(&snmp.thread, NULL, answer, NULL);
    snmp.has_thread = failure == 0;
    return failure;
}

void sim_snmp_step(void)
{
    while (snmp.started && netdiag_lwip_snmp_serve())
        ;
}

void sim_snmp_stop(void)
{
    atomic_store(&snmp.stopping, true);
    if (snmp.has_thread) {
        wake(NULL);
        pthread_join(snmp.thread, NULL);
    }
    if (snmp.started) {
        sim_stack_lock(NULL);
        netdiag_lwip_snmp_stop();
        sim_stack_unlock(NULL);
    }
    if (snmp.wake_fd != NONE)
        close(snmp.wake_fd);
    snmp.wake_fd = NONE;
    snmp.started = snmp.has_thread = false;
}
