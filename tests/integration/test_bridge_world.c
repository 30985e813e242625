/*
 * Two bridges and two real stacks: a program of the host's connects to a forwarded port, the world
 * goes on from there over the wire, and the device hands the connection to this test. On the real
 * clock.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "netdiag/lwip.h"
#include "platform/sim/doors.h"
#include "platform/sim/forward.h"
#include "platform/sim/sim.h"

#define MEGABYTE   (1024 * 1024)
#define TIMEOUT_MS 20000
#define BOUND      CONFIG_NETDIAG_LWIP_BRIDGE_CONNECTIONS
#define BURST      (BOUND * 3 / 4) /* of them come at once */

static struct sim_options options;
static struct sim *sim;
static int arrivals[2]; /* a pipe from the stack's thread */
static char last_from[NETDIAG_ADDRESS_TEXT];

struct came {
    int fd;
    char from[NETDIAG_ADDRESS_TEXT];
};

static void take(struct netdiag_remote *remote, int fd, const char *from)
{
    struct came came = {.fd = fd};

    (void)remote;
    strcpy(came.from, from);
    if (write(arrivals[1], &came, sizeof(came)) != (ssize_t)sizeof(came))
        close(fd);
}

static const struct sim_doors doors = {.telnet = take, .ssh = take};

/* A port that was free a moment ago. */
static uint16_t free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&address, length), 0);
    getsockname(fd, (struct sockaddr *)&address, &length);
    close(fd);
    return ntohs(address.sin_port);
}

static void add_forward(const char *device)
{
    char text[64];

    snprintf(text, sizeof(text), "tcp:127.0.0.1:%u-%s", free_port(), device);
    assert_true(sim_forward_parse(text, &options.forwards[options.forward_count++]));
}

static int start(void **state)
{
    char error[256];

    (void)state;
    if (pipe(arrivals) != 0)
        return -1;
    sim_options_default(&options);
    options.forward_named = true;
    add_forward("23");
    add_forward("9999");
    add_forward("[2001:db8:20::1]:22");
    if (!sim_open_host(&options, error, sizeof(error)))
        return -1;
    sim = sim_start(&options, NULL, NULL, error, sizeof(error));
    if (!sim || !sim_doors_open(&options, &doors, error, sizeof(error))) {
        print_error("%s\n", error);
        return -1;
    }
    return 0;
}

static int stop(void **state)
{
    char error[256];

    (void)state;
    sim_doors_close();
    return sim_stop(sim, error, sizeof(error)) ? 0 : -1;
}

static int connect_to(size_t forward)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int one = 1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_port = htons(options.forwards[forward].from.port);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    return fd;
}

static bool wait_for(int fd, short events, int timeout_ms)
{
    struct pollfd pollfd = {.fd = fd, .events = events};

    return poll(&pollfd, 1, timeout_ms) > 0;
}

/* The device's end of the connection that came last. */
static int arrival(void)
{
    struct came came;

    assert_true(wait_for(arrivals[0], POLLIN, TIMEOUT_MS));
    assert_int_equal(read(arrivals[0], &came, sizeof(came)), sizeof(came));
    strcpy(last_from, came.from);
    return came.fd;
}

/* A place that the connection before it had may not be free yet: then it comes again. */
static void pair(int *client, int *server)
{
    for (int tries = 0; tries < 100; tries++) {
        struct pollfd fds[2] = {{.fd = arrivals[0], .events = POLLIN}, {.events = POLLIN}};

        *client = fds[1].fd = connect_to(0);
        assert_true(poll(fds, 2, TIMEOUT_MS) > 0);
        if (fds[0].revents != 0) {
            *server = arrival();
            return;
        }
        close(*client);
        poll(NULL, 0, 10);
    }
    fail();
}

/* One direction of a transfer: bytes that both ends know, in pieces of any size. */
struct flow {
    int from, to;
    unsigned seed;
    size_t received;
    bool whole; /* all came, each as it was sent, and then the end */
};

static uint8_t byte_at(unsigned seed, size_t i)
{
    return (uint8_t)((i * 2654435761u + seed) >> 7);
}

static void *run_sender(void *arg)
{
    const struct flow *flow = arg;
    unsigned random = flow->seed;
    uint8_t bytes[7000];

    for (size_t sent = 0; sent < MEGABYTE;) {
        size_t piece = 1 + (size_t)rand_r(&random) % sizeof(bytes);

        if (piece > MEGABYTE - sent)
            piece = MEGABYTE - sent;
        for (size_t i = 0; i < piece; i++)
            bytes[i] = byte_at(flow->seed, sent + i);
        for (size_t done = 0; done < piece;) {
            ssize_t count = send(flow->from, bytes + done, piece - done, MSG_NOSIGNAL);

            if (count <= 0)
                return NULL;
            done += (size_t)count;
        }
        sent += piece;
    }
    shutdown(flow->from, SHUT_WR);
    return NULL;
}

static void *run_receiver(void *arg)
{
    struct flow *flow = arg;
    unsigned random = flow->seed + 1;
    uint8_t bytes[5000];
    ssize_t count;
    bool same = true;

    while (wait_for(flow->to, POLLIN, TIMEOUT_MS) &&
           (count = recv(flow->to, bytes, 1 + (size_t)rand_r(&random) % sizeof(bytes), 0)) > 0) {
        for (ssize_t i = 0; i < count; i++)
            same = same && bytes[i] == byte_at(flow->seed, flow->received + (size_t)i);
        flow->received += (size_t)count;
    }
    flow->whole = same && flow->received == MEGABYTE;
    return NULL;
}

static void megabyte_each_way_at_once_is_the_same(void **state)
{
    pthread_t threads[4];
    int client, server;
    struct flow flows[2];

    (void)state;
    pair(&client, &server);
    flows[0] = (struct flow){.from = client, .to = server, .seed = 1};
    flows[1] = (struct flow){.from = server, .to = client, .seed = 2};
    for (size_t i = 0; i < 2; i++) {
        pthread_create(&threads[i], NULL, run_sender, &flows[i]);
        pthread_create(&threads[2 + i], NULL, run_receiver, &flows[i]);
    }
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    print_message("to the device %zu bytes, from it %zu\n", flows[0].received, flows[1].received);
    assert_true(flows[0].whole);
    assert_true(flows[1].whole);
    close(client);
    close(server);
}

/* What a socket gives after a moment: a number of bytes, 0 for its end, -1 for a reset. */
static ssize_t next_read(int fd, void *bytes, size_t size)
{
    assert_true(wait_for(fd, POLLIN, TIMEOUT_MS));
    return recv(fd, bytes, size, 0);
}

static void half_close_of_the_client_lets_the_answer_through(void **state)
{
    int client, server;
    char bytes[16];

    (void)state;
    pair(&client, &server);
    assert_int_equal(send(client, "ask", 3, 0), 3);
    shutdown(client, SHUT_WR);
    assert_int_equal(next_read(server, bytes, sizeof(bytes)), 3);
    assert_int_equal(next_read(server, bytes, sizeof(bytes)), 0);
    assert_int_equal(send(server, "answer", 6, 0), 6);
    close(server);
    assert_int_equal(next_read(client, bytes, sizeof(bytes)), 6);
    assert_int_equal(next_read(client, bytes, sizeof(bytes)), 0);
    close(client);
}

static void half_close_of_the_device_lets_the_client_go_on(void **state)
{
    int client, server;
    char bytes[16];

    (void)state;
    pair(&client, &server);
    shutdown(server, SHUT_WR);
    assert_int_equal(next_read(client, bytes, sizeof(bytes)), 0);
    assert_int_equal(send(client, "still", 5, 0), 5);
    assert_int_equal(next_read(server, bytes, sizeof(bytes)), 5);
    close(client);
    assert_int_equal(next_read(server, bytes, sizeof(bytes)), 0);
    close(server);
}

static void reset_by_the_client_ends_the_device_s_socket(void **state)
{
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    int client, server;
    char byte;

    (void)state;
    pair(&client, &server);
    setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close(client);
    assert_true(next_read(server, &byte, 1) <= 0);
    assert_true(wait_for(server, POLLHUP, TIMEOUT_MS));
    assert_int_equal(send(server, "x", 1, MSG_NOSIGNAL), -1);
    close(server);
}

static uint32_t id_of_the_session(void)
{
    struct netdiag_tcp_cursor cursor = {0};
    struct netdiag_tcp_connection rows[8];
    uint32_t id = 0;
    size_t count;

    do {
        assert_int_equal(netdiag_lwip_platform.tcp_connections(NULL, &cursor, rows, 8, &count),
                         NETDIAG_OK);
        for (size_t i = 0; i < count; i++) {
            if (rows[i].local.port == 23 && rows[i].state == NETDIAG_TCP_ESTABLISHED)
                id = rows[i].history.id;
        }
    } while (count > 0);
    return id;
}

/* Cleared by an operator: from a thread that is not the stack's. */
static void reset_by_the_device_ends_the_client(void **state)
{
    int client, server;
    char byte;

    (void)state;
#ifdef CONFIG_NETDIAG_TCP_HOOKS
    pair(&client, &server);
    assert_int_equal(netdiag_lwip_platform.tcp_abort(NULL, id_of_the_session()), NETDIAG_OK);
    assert_int_equal(next_read(client, &byte, 1), -1);
    assert_int_equal(errno, ECONNRESET);
    assert_int_equal(next_read(server, &byte, 1), 0);
    close(client);
    close(server);
#else
    (void)client, (void)server, (void)byte, (void)id_of_the_session;
    skip();
#endif
}

static void port_that_nobody_serves_ends_the_client(void **state)
{
    int client = connect_to(1);
    char byte;

    (void)state;
    assert_int_equal(next_read(client, &byte, 1), -1);
    assert_int_equal(errno, ECONNRESET);
    close(client);
}

static void forward_to_another_address_comes_from_beside_it(void **state)
{
    int client = connect_to(2), server = arrival();

    (void)state;
    assert_string_equal(last_from, "2001:db8:20::2");
    close(client);
    close(server);
    pair(&client, &server);
    assert_string_equal(last_from, "10.0.1.2");
    close(client);
    close(server);
}

/* Writes until nothing more goes in. */
static size_t fill(int fd, unsigned seed)
{
    size_t sent = 0;

    while (wait_for(fd, POLLOUT, 300)) {
        uint8_t bytes[1000];
        ssize_t count;

        for (size_t i = 0; i < sizeof(bytes); i++)
            bytes[i] = byte_at(seed, sent + i);
        count = send(fd, bytes, sizeof(bytes), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (count > 0)
            sent += (size_t)count;
    }
    return sent;
}

static void drain(int fd, unsigned seed, size_t size)
{
    uint8_t bytes[3000];
    size_t seen = 0;

    while (seen < size) {
        ssize_t count = next_read(fd, bytes, sizeof(bytes));

        assert_true(count > 0);
        for (ssize_t i = 0; i < count; i++)
            assert_int_equal(bytes[i], byte_at(seed, seen + (size_t)i));
        seen += (size_t)count;
    }
}

static void readers_that_stall_stop_the_writers_and_lose_nothing(void **state)
{
    int client, server, other_client, other_server;
    size_t up, down;
    char byte;

    (void)state;
    pair(&client, &server);
    down = fill(server, 3);
    up = fill(client, 4);
    print_message("before they stopped: %zu bytes from the device, %zu to it\n", down, up);
    assert_true(down < 8 * MEGABYTE && up < 16 * MEGABYTE);
    /* Nobody else notices */
    pair(&other_client, &other_server);
    assert_int_equal(send(other_client, "x", 1, 0), 1);
    assert_int_equal(next_read(other_server, &byte, 1), 1);
    close(other_client);
    close(other_server);
    drain(client, 3, down);
    drain(server, 4, up);
    close(client);
    close(server);
}

static uint64_t now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static int compare(const void *a, const void *b)
{
    const uint64_t *left = a, *right = b;

    return *left < *right ? -1 : *left > *right;
}

static void round_trip_is_short(void **state)
{
    uint64_t took[301];
    int client, server;
    char byte;

    (void)state;
    pair(&client, &server);
    for (size_t i = 0; i < 301; i++) {
        uint64_t started = now_us();

        assert_int_equal(send(client, "x", 1, 0), 1);
        assert_int_equal(next_read(server, &byte, 1), 1);
        assert_int_equal(send(server, "y", 1, 0), 1);
        assert_int_equal(next_read(client, &byte, 1), 1);
        took[i] = now_us() - started;
    }
    qsort(took, 301, sizeof(took[0]), compare);
    print_message("round trip: median %u us, worst %u us\n", (unsigned)took[150],
                  (unsigned)took[300]);
    assert_true(took[150] < 2000);
    close(client);
    close(server);
}

/* The world's bridge is as large as the device's: the one too many never reaches the device. */
static void connections_up_to_the_bound_and_one_more(void **state)
{
    int clients[BOUND], servers[BOUND], one_more;
    char byte;

    (void)state;
    for (size_t i = 0; i < BURST; i++) {
        clients[i] = connect_to(0);
        assert_int_equal(send(clients[i], &i, sizeof(i), 0), sizeof(i));
    }
    for (size_t i = 0; i < BURST; i++) {
        int fd = arrival();
        size_t which;

        assert_int_equal(next_read(fd, &which, sizeof(which)), sizeof(which));
        servers[which] = fd;
    }
    for (size_t i = BURST; i < BOUND; i++)
        pair(&clients[i], &servers[i]);
    one_more = connect_to(0);
    assert_int_equal(next_read(one_more, &byte, 1), 0);
    assert_false(wait_for(arrivals[0], POLLIN, 100));
    close(one_more);
    for (size_t i = 0; i < BOUND; i++) {
        close(clients[i]);
        assert_int_equal(next_read(servers[i], &byte, 1), 0);
        close(servers[i]);
    }
}

static void thousand_connections_one_after_the_other(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++) {
        int client, server;
        char byte;

        pair(&client, &server);
        assert_int_equal(send(server, "x", 1, 0), 1);
        close(server);
        assert_int_equal(next_read(client, &byte, 1), 1);
        assert_int_equal(next_read(client, &byte, 1), 0);
        close(client);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip_is_short),
        cmocka_unit_test(megabyte_each_way_at_once_is_the_same),
        cmocka_unit_test(half_close_of_the_client_lets_the_answer_through),
        cmocka_unit_test(half_close_of_the_device_lets_the_client_go_on),
        cmocka_unit_test(reset_by_the_client_ends_the_device_s_socket),
        cmocka_unit_test(reset_by_the_device_ends_the_client),
        cmocka_unit_test(port_that_nobody_serves_ends_the_client),
        cmocka_unit_test(forward_to_another_address_comes_from_beside_it),
        cmocka_unit_test(readers_that_stall_stop_the_writers_and_lose_nothing),
        cmocka_unit_test(connections_up_to_the_bound_and_one_more),
        cmocka_unit_test(thousand_connections_one_after_the_other),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, start, stop);
}
