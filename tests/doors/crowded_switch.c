/*
 * A switch with many connections, for tests and benchmarks by way of its doors:
 *
 *     crowded_switch CONNECTIONS SOCKET [COMMUNITY PORT]
 *
 * opens the connections (tests/integration/crowd.h), keeps them talking, and has its shells: on
 * the control socket and on the standard input, terminal or not. It ends with the latter. With a
 * community its SNMP agent answers what comes to that UDP port of the host's loopback, the peer's
 * frames in between; and the last of the connections come and go.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/access/access.h"
#include "cli/access/control.h"
#include "netdiag/lwip.h"
#include "netdiag/netdiag.h"
#include "platform/sim/snmp.h"
#include "platform/sim/stack.h"
#include "tests/integration/crowd.h"
#include "tests/integration/peer.h"

#define SNMP_PORT 161
#define NONE      (-1)

/* Between two segments, so that who measures something here has a core for it. */
#define QUIET_MS 20

static atomic_bool ends;
static int pollers = NONE; /* the host's socket */

/* A poller's port on the host is the peer's, too: so nobody has to remember whose an answer is. */
static void answer(uint16_t peer_port, const uint8_t *data, size_t length)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    to.sin_port = htons(peer_port);
    (void)sendto(pollers, data, length, MSG_DONTWAIT, (struct sockaddr *)&to, sizeof(to));
}

static void take_requests(void)
{
    uint8_t bytes[PEER_DATA_MAX];
    struct sockaddr_in from;
    socklen_t size = sizeof(from);
    ssize_t length;

    while ((length = recvfrom(pollers, bytes, sizeof(bytes), MSG_DONTWAIT, (struct sockaddr *)&from,
                              &size)) > 0)
        peer_send_datagram(ntohs(from.sin_port), SNMP_PORT, bytes, (size_t)length);
}

static void *talk(void *arg)
{
    while (!atomic_load(&ends)) {
        struct pollfd fd = {.fd = pollers, .events = POLLIN};

        crowd_talk();
        if (pollers != NONE)
            crowd_churn();
        if (poll(&fd, 1, QUIET_MS) > 0)
            take_requests();
    }
    return arg;
}

/* The agent has a thread, though the clock of a crowd is its own. */
static bool answer_pollers(const char *community, const char *port)
{
    static struct sim_options options = {.clock = SIM_CLOCK_REAL};
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    enum netdiag_error error;

    at.sin_port = htons((uint16_t)strtoul(port, NULL, 10));
    pollers = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (pollers < 0 || bind(pollers, (struct sockaddr *)&at, sizeof(at)) != 0 ||
        strlen(community) >= sizeof(options.snmp_community))
        return false;
    strcpy(options.snmp_community, community);
    peer_on_datagram(answer);
    sim_stack_lock(NULL);
    error = sim_snmp_start(&options);
    sim_stack_unlock(NULL);
    return error == NETDIAG_OK && sim_snmp_start_thread() == 0;
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

    if (argc != 3 && argc != 5) {
        fprintf(stderr, "usage: crowded_switch CONNECTIONS SOCKET [COMMUNITY PORT]\n");
        return 2;
    }
    crowd_start((uint32_t)strtoul(argv[1], NULL, 10));
    netdiag_init(&diag, &netdiag_lwip_platform, NULL);
    if (argc == 5 && !answer_pollers(argv[3], argv[4])) {
        fprintf(stderr, "crowded_switch: cannot answer at UDP port %s\n", argv[4]);
        return 3;
    }
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
    sim_snmp_stop();
    return status;
}
