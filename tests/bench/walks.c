/*
 * What a table of many connections costs the stack and the processor (tests/bench/crowd.py):
 *
 *     walks CONNECTIONS
 *
 * For each line of its input, a number of turns, it prints one line of numbers each: holds, holds
 * of the diagnosis, holds of SNMP's copy, all of that copy, packets of SNMP, plain walks, cost of
 * ten rows. All are CPU time of the thread, in nanoseconds. A turn shows all connections once, and
 * the diagnosis of them, which walks over them twice; asks for one by SNMP, which copies them all
 * and sorts them, and then for SNMP_BULK more; notes how long the stack was held for each chunk of
 * them; and then copies them all in one hold, as a plain walk does. After the turns they are shown
 * ten times more, with nothing measured in between, for the cost of a row.
 */
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "cli/access/access.h"
#include "lwip/priv/tcp_priv.h"
#include "netdiag/lwip.h"
#include "netdiag/netdiag.h"
#include "platform/lwip/snmp/look.h"
#include "platform/lwip/snmp/mibs.h"
#include "platform/sim/stack.h"
#include "tests/integration/crowd.h"
#include "tests/integration/mib.h"

#define CONNECTIONS "show tcp connections\n"
#define DIAGNOSIS   "show tcp diagnosis\n"
#define CACHE_BYTES (16 * 1024 * 1024) /* more than a core has to itself */
#define CACHE_LINE  64

#define SERIES 10 /* shows of one measurement of the rows */

#define SNMP_BULK 50 /* repetitions of a GETBULK, as many as a packet holds */

struct numbers {
    uint32_t *value;
    size_t count, room;
};

static struct numbers holds, diagnosis_holds, snmp_holds, snmp_copies, snmp_packets, plain_walks,
    rows;
static uint64_t clock_cost_ns;
static int null_fd, stop_fd;

/* The device, and where its walks are noted; NULL: nowhere. */
static struct netdiag_platform platform;
static struct netdiag diag;
static struct numbers *notes;

static uint64_t cpu_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* What the clock itself takes is in every difference of two readings: the least that it is. */
static void measure_clock(void)
{
    clock_cost_ns = UINT64_MAX;
    for (int i = 0; i < 10000; i++) {
        uint64_t from = cpu_ns(), cost = cpu_ns() - from;

        if (cost < clock_cost_ns)
            clock_cost_ns = cost;
    }
}

static uint64_t since(uint64_t from)
{
    uint64_t passed = cpu_ns() - from;

    return passed > clock_cost_ns ? passed - clock_cost_ns : 0;
}

static void note(struct numbers *numbers, uint64_t ns)
{
    if (numbers->count == numbers->room) {
        numbers->room = numbers->room ? 2 * numbers->room : 65536;
        numbers->value = realloc(numbers->value, numbers->room * sizeof(*numbers->value));
        if (!numbers->value)
            abort();
    }
    numbers->value[numbers->count++] = (uint32_t)ns;
}

static void print(const char *name, const struct numbers *numbers)
{
    printf("%s", name);
    for (size_t i = 0; i < numbers->count; i++)
        printf(" %u", (unsigned)numbers->value[i]);
    printf("\n");
}

/* ---- netdiag's walk, by way of a shell ---- */

/* The op takes the lock once: the hold, and the little that taking and dropping it costs. */
static enum netdiag_error noted_connections(void *ctx, struct netdiag_tcp_cursor *cursor,
                                            struct netdiag_tcp_connection *to, size_t capacity,
                                            size_t *count)
{
    uint64_t from = notes ? cpu_ns() : 0;
    enum netdiag_error error =
        netdiag_lwip_platform.tcp_connections(ctx, cursor, to, capacity, count);

    if (notes)
        note(notes, since(from));
    return error;
}

static void show(const char *command, int times)
{
    int in = memfd_create("lines", MFD_CLOEXEC);
    int status;

    for (int i = 0; i < times; i++) {
        if (write(in, command, strlen(command)) < 0)
            abort();
    }
    lseek(in, 0, SEEK_SET);
    status = netdiag_pipe_run(&diag, in, null_fd, STDERR_FILENO, stop_fd);
    assert(status == 0);
    (void)status;
    close(in);
}

/*
 * Fills the caches with something else, as whoever asks for a table finds them. Without it the
 * connections would stay in them from one walk to the next where they are few, and not where they
 * are many.
 */
static void use_caches(void)
{
    static volatile unsigned char bytes[CACHE_BYTES];

    for (size_t i = 0; i < sizeof(bytes); i += CACHE_LINE)
        bytes[i]++;
}

/* ---- SNMP, without the packets themselves ---- */

/* How many of the next instances of tcpConnectionTable are asked for. */
static uint64_t ask(struct snmp_obj_id *id, int repetitions)
{
    struct mib_value value;
    uint64_t from;
    int failed = 0;

    netdiag_snmp_look_anew();
    from = cpu_ns();
    for (int i = 0; i < repetitions; i++)
        failed += mib_next(id, &value) != 0;
    assert(failed == 0);
    (void)failed;
    return since(from);
}

static void ask_noted(void)
{
    struct snmp_obj_id id = MIB_ID(19, 1, 7);

    use_caches();
    netdiag_snmp_tcp_tables_forget();
    notes = &snmp_holds;
    note(&snmp_copies, ask(&id, 1));
    notes = NULL;
    note(&snmp_packets, ask(&id, SNMP_BULK));
}

/* ---- a plain walk ---- */

/* What such a walk copies of a connection: 68 bytes and more, nothing looked up. */
struct plain_row {
    ip_addr_t local, remote;
    uint16_t local_port, remote_port;
    uint8_t state, retransmits;
    int16_t rto, srtt;
    uint32_t congestion_window, send_window, receive_window, send_queue, in_flight;
};

static struct plain_row copies[CROWD_MOST];

static void copy(const struct tcp_pcb *pcb, struct plain_row *row)
{
    row->local = pcb->local_ip;
    row->remote = pcb->remote_ip;
    row->local_port = pcb->local_port;
    row->remote_port = pcb->remote_port;
    row->state = (uint8_t)pcb->state;
    row->retransmits = pcb->nrtx;
    row->rto = pcb->rto;
    row->srtt = pcb->sa;
    row->congestion_window = pcb->cwnd;
    row->send_window = pcb->snd_wnd;
    row->receive_window = pcb->rcv_wnd;
    row->send_queue = pcb->snd_lbb - pcb->lastack;
    row->in_flight = pcb->snd_nxt - pcb->lastack;
}

static size_t walk_plainly(void)
{
    struct tcp_pcb *const *lists[] = {&tcp_bound_pcbs, &tcp_active_pcbs, &tcp_tw_pcbs};
    uint64_t from = cpu_ns();
    size_t count = 0;

    sim_stack_lock(NULL);
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        for (const struct tcp_pcb *pcb = *lists[i]; pcb; pcb = pcb->next)
            copy(pcb, &copies[count++]);
    }
    sim_stack_unlock(NULL);
    note(&plain_walks, since(from));
    return count;
}

/* ---- turns ---- */

static void show_noted(const char *command, struct numbers *to)
{
    use_caches();
    notes = to;
    show(command, 1);
    notes = NULL;
}

static void turn(uint32_t connections)
{
    size_t count;

    show_noted(CONNECTIONS, &holds);
    show_noted(DIAGNOSIS, &diagnosis_holds);
    ask_noted();
    use_caches();
    count = walk_plainly();
    assert(count == connections);
    (void)count;
}

static void measure_rows(uint32_t connections)
{
    uint64_t from = cpu_ns();

    show(CONNECTIONS, SERIES);
    note(&rows, since(from) * 10 / ((uint64_t)connections * SERIES));
}

static void answer(uint32_t connections, unsigned long turns)
{
    holds.count = diagnosis_holds.count = plain_walks.count = rows.count = 0;
    snmp_holds.count = snmp_copies.count = snmp_packets.count = 0;
    while (turns-- > 0)
        turn(connections);
    measure_rows(connections);
    print("holds", &holds);
    print("diagnosis", &diagnosis_holds);
    print("snmp", &snmp_holds);
    print("copy", &snmp_copies);
    print("packet", &snmp_packets);
    print("plain", &plain_walks);
    print("rows", &rows);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    uint32_t connections;
    char line[32];

    if (argc != 2) {
        fprintf(stderr, "usage: walks CONNECTIONS\n");
        return 2;
    }
    connections = (uint32_t)strtoul(argv[1], NULL, 10);
    null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    stop_fd = eventfd(0, EFD_CLOEXEC);
    crowd_start(connections);
    platform = netdiag_lwip_platform;
    platform.tcp_connections = noted_connections;
    netdiag_init(&diag, &platform, NULL);
    mib_start(&platform, NULL);
    measure_clock();
    turn(connections); /* touches memory for the first time */
    while (fgets(line, sizeof(line), stdin))
        answer(connections, strtoul(line, NULL, 10));
    return 0;
}
