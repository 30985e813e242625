/*
 * The bridge on the real lwIP, against a peer of raw frames on the virtual clock: what it does in
 * states in which no real peer would leave it. test_bridge_world.c has two real stacks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lwip/priv/tcp_priv.h"
#include "netdiag/lwip.h"
#include "peer.h"
#include "platform/lwip/bridge.h"
#include "platform/sim/stack.h"

#define PORT       23
#define OTHER_PORT 8080
#define PCBS       (CONFIG_NETDIAG_LWIP_BRIDGE_CONNECTIONS + 32)
#define LINGER_MS  (CONFIG_NETDIAG_LWIP_BRIDGE_LINGER_S * 1000)

/* How long a peer is silent that keepalives have found to be gone. */
#define KEEPALIVES_MS                                                                              \
    (1000 * (CONFIG_NETDIAG_LWIP_BRIDGE_KEEP_IDLE_S +                                              \
             CONFIG_NETDIAG_LWIP_BRIDGE_KEEP_INTERVAL_S * CONFIG_NETDIAG_LWIP_BRIDGE_KEEP_COUNT))

static int taken = -1; /* the last socket that the bridge handed over */
static struct netdiag_endpoint taken_from;
static uint16_t next_port = 10000;

static void take(void *ctx, int fd, const struct netdiag_endpoint *from)
{
    *(unsigned *)ctx += 1;
    taken = fd;
    taken_from = *from;
}

static unsigned takes;

static err_t on_other(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg, (void)pcb;
    return error;
}

static int start(void **state)
{
    struct tcp_pcb *pcb;
    enum netdiag_error error;

    (void)state;
    peer_start(PCBS);
    sim_stack_lock(NULL);
    error = netdiag_lwip_bridge_listen(PORT, "telnet", take, &takes);
    pcb = tcp_new();
    tcp_bind(pcb, IP_ADDR_ANY, OTHER_PORT);
    tcp_accept(tcp_listen_with_backlog(pcb, 255), on_other);
    sim_stack_unlock(NULL);
    return error ? -1 : 0;
}

static void run(void)
{
    sim_stack_lock(NULL);
    netdiag_lwip_bridge_run();
    sim_stack_unlock(NULL);
}

/* Time passes as it does for a device that serves: the bridge runs after lwIP. */
static void advance(uint64_t ms)
{
    for (uint64_t passed = 0; passed < ms; passed += 250) {
        peer_advance(250);
        run();
    }
}

/* Connects; the socket, and in `segment` what the peer sends next. */
static int come(struct peer_segment *segment)
{
    taken = -1;
    peer_connect(next_port++, PORT, segment);
    assert_true(taken >= 0);
    return taken;
}

static void send_data(struct peer_segment *segment, const void *data, size_t length)
{
    segment->flags = PEER_ACK | PEER_PSH;
    segment->length = length;
    peer_send(segment, data);
    segment->seq += (uint32_t)length;
    segment->length = 0;
    segment->flags = PEER_ACK;
}

static void send_flags(struct peer_segment *segment, uint8_t flags)
{
    segment->flags = flags;
    segment->length = 0;
    peer_send(segment, NULL);
    segment->seq += (flags & PEER_FIN) != 0;
    segment->flags = PEER_ACK;
}

static void acknowledge_all(struct peer_segment *segment)
{
    const struct peer_segment *last = peer_received();

    segment->ack = last->seq + (uint32_t)last->length + ((last->flags & PEER_FIN) != 0);
    send_flags(segment, PEER_ACK);
}

static ssize_t read_now(int fd, void *bytes, size_t size)
{
    return recv(fd, bytes, size, MSG_DONTWAIT);
}

static struct tcp_pcb *find(const struct peer_segment *segment)
{
    struct tcp_pcb *pcb = tcp_active_pcbs;

    while (pcb && pcb->remote_port != segment->peer_port)
        pcb = pcb->next;
    return pcb;
}

static size_t pollfd_count(void)
{
    struct pollfd fds[NETDIAG_LWIP_BRIDGE_POLLFDS];

    return netdiag_lwip_bridge_pollfds(fds, NETDIAG_LWIP_BRIDGE_POLLFDS);
}

static void leave(int fd, struct peer_segment *segment)
{
    close(fd);
    send_flags(segment, PEER_RST | PEER_ACK);
    run();
    assert_null(find(segment));
    assert_int_equal(pollfd_count(), 0);
}

static void bytes_each_way_arrive(void **state)
{
    struct peer_segment segment;
    int fd = come(&segment);
    char bytes[64];

    (void)state;
    send_data(&segment, "hello", 5);
    assert_int_equal(read_now(fd, bytes, sizeof(bytes)), 5);
    assert_memory_equal(bytes, "hello", 5);
    assert_int_equal(write(fd, "answer", 6), 6);
    run();
    assert_int_equal(peer_received()->length, 6);
    assert_true(peer_received()->flags & PEER_PSH);
    /* Not held back for the acknowledgement of the first */
    assert_int_equal(write(fd, "x", 1), 1);
    run();
    assert_int_equal(peer_received()->length, 1);
    leave(fd, &segment);
}

static void connection_accepted_has_owner_priority_and_keepalives(void **state)
{
    struct netdiag_tcp_connection rows[4];
    struct netdiag_tcp_cursor cursor = {0};
    struct peer_segment segment;
    int fd = come(&segment);
    const struct tcp_pcb *pcb = find(&segment);
    size_t count;

    (void)state;
    assert_int_equal(taken_from.address.family, NETDIAG_FAMILY_IPV4);
    assert_int_equal(taken_from.port, segment.peer_port);
    assert_int_equal(taken_from.address.bytes[3], 2);
    assert_int_equal(pcb->prio, TCP_PRIO_MAX);
    assert_true(ip_get_option(pcb, SOF_KEEPALIVE));
    assert_true(tcp_nagle_disabled(pcb));
    assert_int_equal(netdiag_lwip_platform.tcp_connections(NULL, &cursor, rows, 4, &count),
                     NETDIAG_OK);
    assert_int_equal(count, 1);
    assert_string_equal(rows[0].owner.name, "telnet");
    leave(fd, &segment);
}

static void port_in_use_and_one_too_many_are_refused(void **state)
{
    (void)state;
    sim_stack_lock(NULL);
    assert_int_equal(netdiag_lwip_bridge_listen(OTHER_PORT, "x", take, &takes),
                     NETDIAG_ERROR_EXISTS);
    assert_int_equal(netdiag_lwip_bridge_listen(0, "x", take, &takes), NETDIAG_ERROR_INVALID);
    for (uint16_t i = 1; i < CONFIG_NETDIAG_LWIP_BRIDGE_LISTENERS; i++)
        assert_int_equal(netdiag_lwip_bridge_listen(30000 + i, "x", take, &takes), NETDIAG_OK);
    assert_int_equal(netdiag_lwip_bridge_listen(30000, "x", take, &takes), NETDIAG_ERROR_FULL);
    netdiag_lwip_bridge_unlisten();
    assert_int_equal(netdiag_lwip_bridge_listen(PORT, "telnet", take, &takes), NETDIAG_OK);
    sim_stack_unlock(NULL);
}

static void peer_that_closes_first_is_answered_by_the_program(void **state)
{
    struct peer_segment segment;
    int fd = come(&segment);
    char byte;

    (void)state;
    send_data(&segment, "q", 1);
    send_flags(&segment, PEER_FIN | PEER_ACK);
    run();
    assert_int_equal(read_now(fd, &byte, 1), 1);
    assert_int_equal(read_now(fd, &byte, 1), 0);
    assert_int_equal(write(fd, "bye", 3), 3);
    run();
    assert_int_equal(peer_received()->length, 3);
    close(fd);
    run();
    assert_true(peer_received()->flags & PEER_FIN);
    assert_int_equal(find(&segment)->state, LAST_ACK);
    acknowledge_all(&segment);
    assert_null(find(&segment));
    assert_int_equal(pollfd_count(), 0);
}

static void program_that_closes_half_still_reads(void **state)
{
    struct peer_segment segment;
    int fd = come(&segment);
    char bytes[8];

    (void)state;
    shutdown(fd, SHUT_WR);
    run();
    assert_true(peer_received()->flags & PEER_FIN);
    acknowledge_all(&segment);
    assert_int_equal(find(&segment)->state, FIN_WAIT_2);
    send_data(&segment, "more", 4);
    run();
    assert_int_equal(read_now(fd, bytes, sizeof(bytes)), 4);
    send_flags(&segment, PEER_FIN | PEER_ACK);
    run();
    assert_int_equal(read_now(fd, bytes, sizeof(bytes)), 0);
    assert_null(find(&segment));
    assert_int_equal(pollfd_count(), 0);
    close(fd);
}

/* Half first, then altogether: what comes then is for nobody. */
static void program_that_closes_after_half_refuses_data(void **state)
{
    struct peer_segment segment;
    int fd = come(&segment);

    (void)state;
    shutdown(fd, SHUT_WR);
    run();
    acknowledge_all(&segment);
    close(fd);
    run();
    assert_int_equal(pollfd_count(), 0);
    send_data(&segment, "more", 4);
    assert_true(peer_received()->flags & PEER_RST);
    assert_null(find(&segment));
}

/* lwIP would answer the unread by RST, which takes the farewell away, too. */
static void program_that_leaves_input_unread_closes_well(void **state)
{
    struct peer_segment segment;
    int fd = come(&segment);

    (void)state;
    send_data(&segment, "typed ahead", 11);
    assert_int_equal(write(fd, "bye", 3), 3);
    close(fd);
    send_data(&segment, "and more", 8);
    run();
    assert_int_equal(peer_received()->flags & (PEER_FIN | PEER_RST), PEER_FIN);
    assert_int_equal(find(&segment)->state, FIN_WAIT_1);
    assert_int_equal(peer_received()->seq + (uint32_t)peer_received()->length - segment.ack, 3);
    acknowledge_all(&segment);
    send_flags(&segment, PEER_FIN | PEER_ACK);
    assert_null(find(&segment));
}

/* More than lwIP takes at once, while the peer still says something. */
static void program_that_leaves_much_output_gets_it_through(void **state)
{
    static const char farewell[30000];
    struct peer_segment segment;
    int fd = come(&segment);
    uint32_t first = segment.ack;

    (void)state;
    assert_int_equal(send(fd, farewell, sizeof(farewell), MSG_DONTWAIT), sizeof(farewell));
    close(fd);
    send_data(&segment, "?", 1);
    for (int turns = 0; find(&segment)->state != FIN_WAIT_2 && turns < 100; turns++) {
        run();
        assert_false(peer_received()->flags & PEER_RST);
        acknowledge_all(&segment);
    }
    assert_int_equal(segment.ack - first, sizeof(farewell) + 1);
    send_flags(&segment, PEER_FIN | PEER_ACK);
    assert_null(find(&segment));
    assert_int_equal(pollfd_count(), 0);
}

static void reset_from_the_peer_ends_the_socket(void **state)
{
    struct peer_segment segment;
    int fd = come(&segment);
    char byte;

    (void)state;
    send_flags(&segment, PEER_RST | PEER_ACK);
    assert_null(find(&segment));
    assert_int_equal(read_now(fd, &byte, 1), 0);
    assert_int_equal(send(fd, "x", 1, MSG_NOSIGNAL), -1);
    assert_int_equal(errno, EPIPE);
    assert_int_equal(pollfd_count(), 0);
    close(fd);
}

/* Fills the window while nobody reads; how much went into it. */
static uint32_t fill_window(struct peer_segment *segment, uint8_t *bytes, size_t piece)
{
    uint32_t sent = 0;

    for (;;) {
        uint32_t right = peer_received()->ack + peer_received()->window;

        if (segment->seq + piece - right < 0x80000000u && segment->seq + piece != right)
            return sent;
        for (size_t i = 0; i < piece; i++)
            bytes[i] = (uint8_t)((sent + i) * 7);
        send_data(segment, bytes, piece);
        advance(250); /* its delayed acknowledgement */
        sent += (uint32_t)piece;
    }
}

static void read_pattern(int fd, uint32_t count)
{
    uint32_t seen = 0;

    for (int turns = 0; seen < count && turns < 100000; turns++) {
        uint8_t bytes[777];
        ssize_t got = read_now(fd, bytes, sizeof(bytes));

        for (ssize_t i = 0; i < got; i++)
            assert_int_equal(bytes[i], (uint8_t)(seen++ * 7));
        run();
    }
    assert_int_equal(seen, count);
}

static void reader_that_stalls_closes_the_window_and_loses_nothing(void **state)
{
    static uint8_t bytes[PEER_DATA_MAX];
    struct peer_segment segment;
    int fd = come(&segment);
    uint32_t sent = fill_window(&segment, bytes, sizeof(bytes));

    (void)state;
    print_message("%u bytes were taken before the window closed\n", sent);
    assert_true(peer_received()->window < sizeof(bytes));
    assert_true(sent > 2 * sizeof(bytes));
    assert_true(sent < 4 * CONFIG_NETDIAG_LWIP_BRIDGE_SOCKET_BYTES + TCP_WND);
    read_pattern(fd, sent);
    assert_true(peer_received()->window > TCP_WND / 2);
    leave(fd, &segment);
}

/* Each in a packet buffer of its own, they would take more of them than lwIP has. */
static void small_segments_for_a_stalled_reader_take_few_buffers(void **state)
{
    static uint8_t bytes[PEER_DATA_MAX];
    struct peer_segment segment;
    int fd = come(&segment), before, used;
    uint32_t sent;

    (void)state;
    sent = fill_window(&segment, bytes, sizeof(bytes));
    read_pattern(fd, sent); /* the window is open, the socket is empty */
    while (find(&segment)->rcv_wnd == TCP_WND)
        send_data(&segment, bytes, sizeof(bytes));
    before = (int)lwip_stats.memp[MEMP_PBUF_POOL]->used;
    for (size_t i = 0; i < 10000; i++)
        send_data(&segment, "x", 1);
    used = (int)lwip_stats.memp[MEMP_PBUF_POOL]->used - before;
    print_message("10,000 segments of a byte wait in %d buffers\n", used);
    assert_true(used <= 16);
    assert_true(find(&segment)->rcv_wnd <= TCP_WND - 10000);
    leave(fd, &segment);
    assert_int_equal(lwip_stats.memp[MEMP_PBUF_POOL]->used, 0);
}

/* The peer acknowledges everything and takes nothing: lwIP alone would probe it for ever. */
static void end_with_closed_window(int fd, struct peer_segment *segment)
{
    unsigned seconds = 0;

    close(fd);
    run();
    for (; find(segment) && seconds < 10 * LINGER_MS / 1000; seconds++) {
        send_flags(segment, PEER_ACK); /* it is there, and took none of the probes' bytes */
        advance(1000);
    }
    print_message("ended after %u s\n", seconds);
    assert_null(find(segment));
    assert_true(seconds >= LINGER_MS / 1000 && seconds <= 2 * LINGER_MS / 1000 + 2);
    assert_true(peer_received()->flags & PEER_RST);
    assert_int_equal(pollfd_count(), 0);
}

static void peer_that_takes_nothing_loses_the_connection_after_the_program(void **state)
{
    static const uint8_t zeros[4096];
    struct peer_segment segment;
    int fd = come(&segment);

    (void)state;
    while (send(fd, zeros, sizeof(zeros), MSG_DONTWAIT) > 0)
        run();
    segment.window = 0;
    acknowledge_all(&segment);
    end_with_closed_window(fd, &segment);
}

/* All of it is in lwIP's hands, and the bridge has its place back at once. */
static void peer_that_takes_no_farewell_loses_the_connection(void **state)
{
    struct peer_segment segment;
    int fd = come(&segment);

    (void)state;
    segment.window = 0;
    acknowledge_all(&segment);
    assert_int_equal(write(fd, "bye", 3), 3);
    end_with_closed_window(fd, &segment);
}

static void peer_gone_without_a_word_is_found_by_keepalives(void **state)
{
    struct peer_segment segment;
    int fd = come(&segment);
    char byte;

    (void)state;
    advance(KEEPALIVES_MS - 5000);
    assert_non_null(find(&segment));
    advance(10000);
    assert_null(find(&segment));
    assert_int_equal(read_now(fd, &byte, 1), 0);
    close(fd);
}

static void peer_gone_after_half_a_close_is_found_by_keepalives(void **state)
{
    struct peer_segment segment;
    int fd = come(&segment);
    char byte;

    (void)state;
    shutdown(fd, SHUT_WR);
    run();
    acknowledge_all(&segment);
    advance(KEEPALIVES_MS - 5000);
    assert_int_equal(find(&segment)->state, FIN_WAIT_2);
    send_flags(&segment, PEER_ACK); /* to a probe: it is there, and has not ended */
    advance(KEEPALIVES_MS - 5000);
    assert_non_null(find(&segment));
    advance(10000);
    assert_null(find(&segment));
    assert_true(read_now(fd, &byte, 1) <= 0);
    assert_int_equal(pollfd_count(), 0);
    close(fd);
}

static void connection_one_too_many_is_closed(void **state)
{
    struct peer_segment segments[CONFIG_NETDIAG_LWIP_BRIDGE_CONNECTIONS], one_more;
    int fds[CONFIG_NETDIAG_LWIP_BRIDGE_CONNECTIONS];
    unsigned before;

    (void)state;
    for (size_t i = 0; i < CONFIG_NETDIAG_LWIP_BRIDGE_CONNECTIONS; i++)
        fds[i] = come(&segments[i]);
    assert_int_equal(pollfd_count(), CONFIG_NETDIAG_LWIP_BRIDGE_CONNECTIONS);
    before = takes;
    peer_connect(next_port++, PORT, &one_more);
    advance(1000);
    assert_int_equal(takes, before);
    assert_int_equal(peer_received()->peer_port, one_more.peer_port);
    assert_int_equal(peer_received()->flags & (PEER_FIN | PEER_RST), PEER_FIN);
    acknowledge_all(&one_more);
    send_flags(&one_more, PEER_FIN | PEER_ACK);
    for (size_t i = 0; i < CONFIG_NETDIAG_LWIP_BRIDGE_CONNECTIONS; i++) {
        close(fds[i]);
        send_flags(&segments[i], PEER_RST | PEER_ACK);
    }
    run();
    assert_int_equal(pollfd_count(), 0);
    close(come(&one_more)); /* there is room again */
    send_flags(&one_more, PEER_RST | PEER_ACK);
    run();
}

/* SYNs that are never followed up, until the pool has no place. */
static void flood(void)
{
    struct peer_segment syn = {.device_port = OTHER_PORT, .flags = PEER_SYN, .window = 65535};
    struct netdiag_tcp_pool pool;

    for (unsigned i = 0; i < 10 * PCBS; i++) {
        syn.peer_port = (uint16_t)(40000 + i);
        peer_send(&syn, NULL);
    }
    assert_int_equal(netdiag_lwip_platform.tcp_pool(NULL, &pool), NETDIAG_OK);
    assert_true(pool.refused > 0);
    assert_int_equal(pool.used, pool.capacity);
}

static void flood_at_another_port_leaves_the_session(void **state)
{
    struct peer_segment segment;
    int fd = come(&segment);
    char bytes[8];

    (void)state;
    flood();
    send_data(&segment, "alive?", 6);
    assert_int_equal(read_now(fd, bytes, sizeof(bytes)), 6);
    assert_int_equal(write(fd, "yes", 3), 3);
    run();
    assert_int_equal(peer_received()->length, 3);
    leave(fd, &segment);
}

/* It takes a place, by its priority, from those who hold all of the pool. */
static void session_that_comes_during_a_flood_gets_in(void **state)
{
    struct peer_segment segment;
    int fd;

    (void)state;
    flood();
    fd = come(&segment);
    leave(fd, &segment);
}

static void stop_ends_everything(void **state)
{
    struct peer_segment segment;
    int fd = come(&segment);
    char byte;

    (void)state;
    sim_stack_lock(NULL);
    netdiag_lwip_bridge_stop();
    sim_stack_unlock(NULL);
    assert_true(peer_received()->flags & PEER_RST);
    assert_int_equal(read_now(fd, &byte, 1), 0);
    close(fd);
    segment.peer_port++;
    send_flags(&segment, PEER_SYN);
    assert_true(peer_received()->flags & PEER_RST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_each_way_arrive),
        cmocka_unit_test(connection_accepted_has_owner_priority_and_keepalives),
        cmocka_unit_test(port_in_use_and_one_too_many_are_refused),
        cmocka_unit_test(peer_that_closes_first_is_answered_by_the_program),
        cmocka_unit_test(program_that_closes_half_still_reads),
        cmocka_unit_test(program_that_closes_after_half_refuses_data),
        cmocka_unit_test(program_that_leaves_input_unread_closes_well),
        cmocka_unit_test(program_that_leaves_much_output_gets_it_through),
        cmocka_unit_test(reset_from_the_peer_ends_the_socket),
        cmocka_unit_test(reader_that_stalls_closes_the_window_and_loses_nothing),
        cmocka_unit_test(small_segments_for_a_stalled_reader_take_few_buffers),
        cmocka_unit_test(peer_that_takes_nothing_loses_the_connection_after_the_program),
        cmocka_unit_test(peer_that_takes_no_farewell_loses_the_connection),
        cmocka_unit_test(peer_gone_without_a_word_is_found_by_keepalives),
        cmocka_unit_test(peer_gone_after_half_a_close_is_found_by_keepalives),
        cmocka_unit_test(connection_one_too_many_is_closed),
        cmocka_unit_test(flood_at_another_port_leaves_the_session),
        cmocka_unit_test(session_that_comes_during_a_flood_gets_in),
        cmocka_unit_test(stop_ends_everything),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
