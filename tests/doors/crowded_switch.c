/*
 * A switch with many connections, for tests and benchmarks by way of its doors:
 *
 *     crowded_switch CONNECTIONS SOCKET
 *
 * opens the connections (tests/integration/crowd.h), keeps them talking, and has its shells: on
 * the control socket and on the standard input, terminal or not. It ends with the latter.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "cli/access/access.h"
#include "cli/access/control.h"
#include "netdiag/lwip.h"
#include "netdiag/netdiag.h"
#include "tests/integration/crowd.h"

/* Between two segments, so that who measures something here has a core for it. */
static const struct timespec quiet = {.tv_nsec = 20000000};

static atomic_bool ends;

static void *talk(void *arg)
{
    while (!atomic_load(&ends)) {
        crowd_talk();
        nanosleep(&quiet, NULL);
    }
    return arg;
}

static int run_shell(struct netdiag *diag)
{
    int stop = eventfd(0, EFD_CLOEXEC);
    int status;

    if (isatty(STDIN_FILENO))
        status = netdiag_console_run(diag, STDIN_FILENO, stop);
    else
        status = netdiag_pipe_run(diag, STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, stop);
    close(stop);
    return status;
}

int main(int argc, char **argv)
{
    static struct netdiag diag;
    struct netdiag_control *control;
    pthread_t talker;
    char error[512];
    int status;

    if (argc != 3) {
        fprintf(stderr, "usage: crowded_switch CONNECTIONS SOCKET\n");
        return 2;
    }
    crowd_start((uint32_t)strtoul(argv[1], NULL, 10));
    netdiag_init(&diag, &netdiag_lwip_platform, NULL);
    if (pthread_create(&talker, NULL, talk, NULL) != 0)
        return 3;
    control = netdiag_control_start(&diag, argv[2], NULL, error, sizeof(error));
    if (!control) {
        fprintf(stderr, "crowded_switch: %s\n", error);
        return 3;
    }
    status = run_shell(&diag);
    netdiag_control_stop(control);
    atomic_store(&ends, true);
    pthread_join(talker, NULL);
    return status;
}
