/*
 * Forwards of UDP between two real stacks: a program of the host's sends to a forwarded port, the
 * world goes on from there over the wire, and a service of this test's on the device's stack
 * answers. On the real clock.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <poll.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "lwip/udp.h"
#include "platform/sim/forward.h"
#include "platform/sim/sim.h"
#include "platform/sim/stack.h"

#define SERVICE    9007
#define TIMEOUT_MS 20000
#define QUIET_MS   300
#define PEERS      CONFIG_NETDIAG_SIM_UDP_PEERS
#define LARGEST    9000
#define ROUNDS     301
#define SIZED      0xff

enum { TO_FIRST, TO_CLOSED, TO_IPV6, TO_SECOND_VLAN, FORWARDS };

static struct sim_options options;
static struct sim *sim;
static struct udp_pcb *service;
static atomic_uint arrivals;
static _Atomic uint16_t last_port;
static char last_from[IPADDR_STRLEN_MAX]; /* the core lock's */

/* As the datagram came; or, where it begins with SIZED, so many bytes as its other two say. */
static void on_received(void *arg, struct udp_pcb *pcb, struct pbuf *packet, const ip_addr_t *from,
                        u16_t port)
{
    uint8_t head[3];

    (void)arg;
    ipaddr_ntoa_r(from, last_from, sizeof(last_from));
    atomic_store(&last_port, port);
    atomic_fetch_add(&arrivals, 1);
    if (pbuf_copy_partial(packet, head, sizeof(head), 0) == sizeof(head) && head[0] == SIZED) {
        u16_t size = (u16_t)(head[1] << 8 | head[2]);

        pbuf_free(packet);
        packet = pbuf_alloc(PBUF_TRANSPORT, size, PBUF_RAM);
        for (u16_t i = 0; i < size; i++)
            pbuf_put_at(packet, i, (u8_t)(i * 7));
    }
    assert_int_equal(udp_sendto(pcb, packet, from, port), ERR_OK);
    pbuf_free(packet);
}

static void assert_last_from(const char *address)
{
    char from[sizeof(last_from)];

    sim_stack_lock(NULL);
    memcpy(from, last_from, sizeof(from));
    sim_stack_unlock(NULL);
    assert_string_equal(from, address);
}

static void serve(void)
{
    sim_stack_lock(NULL);
    service = udp_new_ip_type(IPADDR_TYPE_ANY);
    assert_int_equal(udp_bind(service, IP_ANY_TYPE, SERVICE), ERR_OK);
    udp_recv(service, on_received, NULL);
    sim_stack_unlock(NULL);
}

/* A socket on a free port of the host's. */
static int open_socket(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static uint16_t port_of(int fd)
{
    struct sockaddr_in address;
    socklen_t length = sizeof(address);

    getsockname(fd, (struct sockaddr *)&address, &length);
    return ntohs(address.sin_port);
}

static void add_forward(const char *address, const char *device)
{
    int fd = open_socket();
    char text[64];

    snprintf(text, sizeof(text), "udp:%s:%u-%s", address, port_of(fd), device);
    assert_true(sim_forward_parse(text, &options.forwards[options.forward_count++]));
    close(fd);
}

static int start(void **state)
{
    char error[256];

    (void)state;
    sim_options_default(&options);
    options.forward_named = options.forward_any = true;
    add_forward("0.0.0.0", "9007");
    add_forward("127.0.0.1", "9999");
    add_forward("127.0.0.1", "[2001:db8:20::1]:9007");
    add_forward("127.0.0.1", "10.0.10.1:9007");
    if (!sim_open_host(&options, error, sizeof(error)))
        return -1;
    sim = sim_start(&options, NULL, NULL, error, sizeof(error));
    if (!sim) {
        print_error("%s\n", error);
        return -1;
    }
    serve();
    return 0;
}

static int stop(void **state)
{
    char error[256];

    (void)state;
    sim_stack_lock(NULL);
    udp_remove(service);
    sim_stack_unlock(NULL);
    return sim_stop(sim, error, sizeof(error)) ? 0 : -1;
}

static int connect_to(size_t forward)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = open_socket();

    address.sin_port = htons(options.forwards[forward].from.port);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

static bool wait_for(int fd, int timeout_ms)
{
    struct pollfd pollfd = {.fd = fd, .events = POLLIN};

    return poll(&pollfd, 1, timeout_ms) > 0;
}

static void assert_echo(int fd, const void *bytes, size_t size)
{
    uint8_t back[64];

    assert_int_equal(send(fd, bytes, size, 0), size);
    assert_true(wait_for(fd, TIMEOUT_MS));
    assert_int_equal(recv(fd, back, sizeof(back), 0), size);
    assert_memory_equal(back, bytes, size);
}

static void datagram_is_answered_from_where_it_was_sent(void **state)
{
    int fd = connect_to(TO_FIRST);

    (void)state;
    assert_echo(fd, "one", 3);
    assert_last_from("10.0.1.2");
    assert_echo(fd, "", 0); /* an empty one is one */
    close(fd);
}

/* The answer comes from the address that was asked, though the socket has many. */
static void forward_from_any_address_answers_from_the_one_asked(void **state)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof(address);
    int fd = open_socket();
    char bytes[8];

    (void)state;
    inet_pton(AF_INET, "127.0.0.77", &address.sin_addr);
    address.sin_port = htons(options.forwards[TO_FIRST].from.port);
    assert_int_equal(sendto(fd, "x", 1, 0, (struct sockaddr *)&address, sizeof(address)), 1);
    assert_true(wait_for(fd, TIMEOUT_MS));
    assert_int_equal(recvfrom(fd, bytes, 8, 0, (struct sockaddr *)&address, &length), 1);
    assert_int_equal(ntohl(address.sin_addr.s_addr), 0x7f00004d);
    close(fd);
}

static void other_device_address_is_asked_from_beside_it(void **state)
{
    int ipv6 = connect_to(TO_IPV6), second = connect_to(TO_SECOND_VLAN);

    (void)state;
    assert_echo(ipv6, "six", 3);
    assert_last_from("2001:DB8:20::2");
    assert_echo(second, "ten", 3);
    assert_last_from("10.0.10.2");
    close(ipv6);
    close(second);
}

static void assert_answer_of(size_t forward, uint16_t size)
{
    const uint8_t ask[] = {SIZED, (uint8_t)(size >> 8), (uint8_t)size};
    uint8_t bytes[LARGEST + 1];
    int fd = connect_to(forward);

    assert_int_equal(send(fd, ask, sizeof(ask), 0), sizeof(ask));
    assert_true(wait_for(fd, TIMEOUT_MS));
    assert_int_equal(recv(fd, bytes, sizeof(bytes), 0), size);
    for (size_t i = 0; i < size; i++)
        assert_int_equal(bytes[i], (uint8_t)(i * 7));
    close(fd);
}

/* 1,472 bytes are a frame of IPv4 and two fragments of IPv6; more is fragments of both. */
static void answer_of_any_size_comes_back_whole(void **state)
{
    static const uint16_t sizes[] = {1, 484, 1452, 1453, 1472, 1473, 2000, 4000, LARGEST};

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        assert_answer_of(TO_FIRST, sizes[i]);
        assert_answer_of(TO_IPV6, sizes[i]);
    }
}

static void request_in_fragments_arrives_whole(void **state)
{
    static const size_t forwards[] = {TO_FIRST, TO_IPV6};
    uint8_t bytes[LARGEST], back[LARGEST];

    (void)state;
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(i * 11);
    for (size_t i = 0; i < 2; i++) {
        int fd = connect_to(forwards[i]);

        assert_int_equal(send(fd, bytes, sizeof(bytes), 0), sizeof(bytes));
        assert_true(wait_for(fd, TIMEOUT_MS));
        assert_int_equal(recv(fd, back, sizeof(back), 0), sizeof(back));
        assert_memory_equal(back, bytes, sizeof(bytes));
        close(fd);
    }
}

static void port_that_nobody_serves_is_no_answer(void **state)
{
    int fd = connect_to(TO_CLOSED), other = connect_to(TO_FIRST);

    (void)state;
    assert_int_equal(send(fd, "x", 1, 0), 1);
    assert_false(wait_for(fd, QUIET_MS));
    assert_echo(other, "still", 5);
    close(fd);
    close(other);
}

static void program_of_the_host_keeps_its_port_in_the_world(void **state)
{
    int fd = connect_to(TO_FIRST), other = connect_to(TO_FIRST);
    uint16_t port;

    (void)state;
    assert_echo(fd, "1", 1);
    port = atomic_load(&last_port);
    assert_echo(other, "2", 1);
    assert_int_not_equal(atomic_load(&last_port), port);
    if (PEERS > 1) {
        assert_echo(fd, "3", 1);
        assert_int_equal(atomic_load(&last_port), port);
    }
    close(fd);
    close(other);
}

/* More programs than places: each is answered, and the one that was silent longest gets anew. */
static void one_peer_too_many_takes_the_place_of_the_longest_silent(void **state)
{
    int fds[PEERS + 1];
    uint16_t first = 0, second = 0;

    (void)state;
    for (size_t i = 0; i <= PEERS; i++) {
        uint32_t number = (uint32_t)i;

        fds[i] = connect_to(TO_FIRST);
        assert_echo(fds[i], &number, sizeof(number));
        if (i == 0)
            first = atomic_load(&last_port);
        else if (i == 1)
            second = atomic_load(&last_port);
        poll(NULL, 0, 2); /* so that one is silent longer than the other */
    }
    if (PEERS > 1) {
        assert_echo(fds[1], "here", 4);
        assert_int_equal(atomic_load(&last_port), second);
    }
    assert_echo(fds[0], "again", 5);
    assert_int_not_equal(atomic_load(&last_port), first);
    for (size_t i = 0; i <= PEERS; i++)
        close(fds[i]);
}

static uint64_t now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* A flood by one program: what is lost is lost, and others are answered meanwhile. */
static void flood_of_one_program_leaves_the_others_served(void **state)
{
    int flood = connect_to(TO_FIRST), fd = connect_to(TO_SECOND_VLAN);
    unsigned before = atomic_load(&arrivals);

    (void)state;
    if (PEERS == 1)
        skip(); /* who asks next takes the place before the answer is there */
    for (unsigned i = 0; i < 20000; i++) {
        (void)send(flood, "flood", 5, MSG_DONTWAIT);
        if (i % 4000 == 0)
            assert_echo(fd, "calm", 4);
    }
    assert_echo(fd, "after", 5);
    print_message("of 20000 datagrams %u arrived\n", atomic_load(&arrivals) - before - 6);
    assert_true(atomic_load(&arrivals) - before > 1000);
    close(flood);
    close(fd);
}

static int compare(const void *a, const void *b)
{
    const uint64_t *left = a, *right = b;

    return *left < *right ? -1 : *left > *right;
}

static void round_trip_is_short(void **state)
{
    uint64_t took[ROUNDS];
    int fd = connect_to(TO_FIRST);

    (void)state;
    for (size_t i = 0; i < ROUNDS; i++) {
        uint64_t started = now_us();

        assert_echo(fd, "x", 1);
        took[i] = now_us() - started;
    }
    qsort(took, ROUNDS, sizeof(took[0]), compare);
    print_message("round trip: median %u us, worst %u us\n", (unsigned)took[ROUNDS / 2],
                  (unsigned)took[ROUNDS - 1]);
    assert_true(took[ROUNDS / 2] < 2000);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(datagram_is_answered_from_where_it_was_sent),
        cmocka_unit_test(forward_from_any_address_answers_from_the_one_asked),
        cmocka_unit_test(other_device_address_is_asked_from_beside_it),
        cmocka_unit_test(answer_of_any_size_comes_back_whole),
        cmocka_unit_test(request_in_fragments_arrives_whole),
        cmocka_unit_test(port_that_nobody_serves_is_no_answer),
        cmocka_unit_test(program_of_the_host_keeps_its_port_in_the_world),
        cmocka_unit_test(one_peer_too_many_takes_the_place_of_the_longest_silent),
        cmocka_unit_test(flood_of_one_program_leaves_the_others_served),
        cmocka_unit_test(round_trip_is_short),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
