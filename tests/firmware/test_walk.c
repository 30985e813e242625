/*
 * Four readers in threads of their own on a device whose stack has a thread, too, while programs
 * open, close, abort and reset connections over the loopback interface, through sockets and
 * through lwIP's own functions, the pool exhausted: whoever lives throughout a walk comes in it
 * exactly once. lwIP gives each connection the next local port, so none comes again within a walk.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "device.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/sockets.h"
#include "lwip/tcpip.h"
#include "tests/integration/walk.h"

#define WALKS       100 /* by each reader */
#define RAW_PORT    8080
#define SOCKET_PORT 8081 /* and above: one for each program with sockets */
#define PROGRAMS    2    /* with sockets */
#define SOCKETS     12   /* of each such program */
#define BOUND       3    /* PCBs that are bound and no more */

static void lock(void *ctx)
{
    (void)ctx;
    LOCK_TCPIP_CORE();
}

static void unlock(void *ctx)
{
    (void)ctx;
    UNLOCK_TCPIP_CORE();
}

/* ---- a program on lwIP's own functions, its service and its clients ---- */

/* Leaves data unread, and open what the other end has closed. */
static err_t on_receive(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    (void)arg, (void)pcb;
    if (data)
        pbuf_free(data);
    return error;
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg;
    if (error == ERR_OK)
        tcp_recv(pcb, on_receive);
    return error;
}

static void raw_open(unsigned short *random)
{
#if LWIP_IPV6
    static const ip_addr_t own[] = {IPADDR4_INIT_BYTES(127, 0, 0, 1),
                                    IPADDR6_INIT(0, 0, 0, PP_HTONL(1))};
#else
    static const ip_addr_t own[] = {IPADDR4_INIT_BYTES(127, 0, 0, 1)};
#endif
    size_t which = (size_t)nrand48(random) % (sizeof(own) / sizeof(own[0]));
    struct tcp_pcb *pcb = tcp_new();

    if (!pcb)
        return; /* the pool is exhausted */
    if (nrand48(random) % 4 == 0)
        tcp_setprio(pcb, TCP_PRIO_MIN); /* the first to make room for others */
    tcp_recv(pcb, on_receive);
    if (tcp_connect(pcb, &own[which], RAW_PORT, NULL) != ERR_OK)
        tcp_abort(pcb);
    else
        tcp_write(pcb, "data", 4, TCP_WRITE_FLAG_COPY);
}

/* Any that is this program's, at either end. */
static struct tcp_pcb *raw_pick(unsigned short *random)
{
    long skip = nrand48(random) % MEMP_NUM_TCP_PCB;
    struct tcp_pcb *picked = NULL;

    for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb && skip >= 0; pcb = pcb->next) {
        if (pcb->recv == on_receive) {
            picked = pcb;
            skip--;
        }
    }
    return picked;
}

static void raw_happens(void *random)
{
    struct tcp_pcb *pcb;

    LOCK_TCPIP_CORE();
    switch (nrand48(random) % 8) {
    case 0:
        pcb = raw_pick(random);
        if (pcb)
            tcp_close(pcb);
        break;
    case 1:
        pcb = raw_pick(random);
        if (pcb)
            tcp_abort(pcb); /* the other end is reset */
        break;
    default:
        raw_open(random);
        break;
    }
    UNLOCK_TCPIP_CORE();
}

/* ---- a program on sockets, its service and its clients ---- */

struct program {
    unsigned short random[3];
    struct sockaddr_in address; /* of its service */
    int listener;
    int fds[SOCKETS]; /* -1: none */
};

static int no_wait(int fd)
{
    if (fd >= 0)
        lwip_fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

static int socket_open(const struct program *program)
{
    int fd = no_wait(lwip_socket(AF_INET, SOCK_STREAM, 0));

    if (fd >= 0)
        lwip_connect(fd, (const struct sockaddr *)&program->address, sizeof(program->address));
    return fd;
}

static void socket_happens(void *arg)
{
    struct program *program = arg;
    int *fd = &program->fds[nrand48(program->random) % SOCKETS];
    unsigned what = (unsigned)nrand48(program->random) % 4;

    if (*fd < 0) {
        *fd = what % 2 ? no_wait(lwip_accept(program->listener, NULL, NULL)) : socket_open(program);
    } else if (what == 0) {
        lwip_send(*fd, "data", 4, 0);
    } else {
        lwip_close(*fd); /* a reset, where data is unread */
        *fd = -1;
    }
}

/* ---- the test ---- */

static unsigned short raw_random[] = {1, 2, 3};
static struct program programs[PROGRAMS];

static void start_raw(void)
{
    struct tcp_pcb *pcb;

    LOCK_TCPIP_CORE();
    pcb = tcp_new_ip_type(IPADDR_TYPE_ANY);
    tcp_bind(pcb, IP_ANY_TYPE, RAW_PORT);
    tcp_accept(tcp_listen_with_backlog(pcb, 255), on_accept);
    for (uint16_t i = 0; i < BOUND; i++) {
        pcb = tcp_new();
        tcp_bind(pcb, IP_ADDR_ANY, (uint16_t)(9000 + i)); /* CLOSED, with a port */
    }
    UNLOCK_TCPIP_CORE();
}

static void start_program(struct program *program, uint16_t number)
{
    program->random[0] = number;
    program->address.sin_family = AF_INET;
    program->address.sin_port = lwip_htons((uint16_t)(SOCKET_PORT + number));
    program->address.sin_addr.s_addr = PP_HTONL(INADDR_LOOPBACK);
    program->listener = no_wait(lwip_socket(AF_INET, SOCK_STREAM, 0));
    assert_true(program->listener >= 0);
    assert_int_equal(lwip_bind(program->listener, (struct sockaddr *)&program->address,
                               sizeof(program->address)),
                     0);
    assert_int_equal(lwip_listen(program->listener, SOCKETS), 0);
    for (size_t i = 0; i < SOCKETS; i++)
        program->fds[i] = -1;
}

static int start(void **state)
{
    (void)state;
    if (!device_start())
        return -1;
    start_raw();
    for (uint16_t i = 0; i < PROGRAMS; i++)
        start_program(&programs[i], i);
    return 0;
}

static void readers_at_once_under_churn_none_missed_none_doubled(void **state)
{
    static const struct walk_stack stack = {.lock = lock, .unlock = unlock};
    static const struct walk_churner churners[] = {
        {raw_happens, raw_random},
        {socket_happens, &programs[0]},
        {socket_happens, &programs[1]},
    };
    struct walk_tally tally = {.walks = 0};

    (void)state;
    walk_by_readers(&stack, WALKS, churners, sizeof(churners) / sizeof(churners[0]), &tally);
    walk_assert(&tally, WALKS * WALK_READERS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readers_at_once_under_churn_none_missed_none_doubled),
    };

    return cmocka_run_group_tests(tests, start, NULL);
}
