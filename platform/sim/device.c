#include "device.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "capture.h"
#include "device_vlans.h"
#include "export_service.h"
#include "faults.h"
#include "if_index_file.h"
#include "lwip/apps/httpd.h"
#include "lwip/apps/lwiperf.h"
#include "lwip/memp.h"
#include "lwip/stats.h"
#include "lwip/timeouts.h"
#include "lwip_stats.h"
#include "netdiag/lwip.h"
#include "ports.h"
#include "platform/lwip/bridge.h"
#include "random.h"
#include "scenario.h"
#include "snmp.h"
#include "stack.h"
#include "switch.h"
#include "tcpecho_raw.h"

/* RFC 9293 */
#define TCP_MSL_MS (60 * 1000)

/* The longest that the stack's thread waits for a frame. */
#define WAIT_MS 50

/* No descriptor. */
#define NONE (-1)

/* Frames handled in one go with the core lock held. */
#define FRAMES_A_TURN 64

/* Seeds for the line that are neither the device's nor the world's own. */
#define SEED_OF_LINE_IN  UINT64_C(0x6c696e652d696e)
#define SEED_OF_LINE_OUT UINT64_C(0x6c696e652d6f7574)

static struct {
    struct sim_switch sw;
    struct sim_trunk trunk;
    struct sim_wire wire;
    struct sim_faults in, out;           /* the line to the world, in each direction */
    const struct sim_scenario *scenario; /* whose line it is; NULL: a clean one */
    int cpu_port, wire_port;
    int wake_fd;    /* readable: there are frames that the stack's thread did not make; or NONE */
    bool from_line; /* the frame that the switch handles came from the world */
    uint64_t tcp_on_line, tcp_to_stack; /* its segments: at the port, and at the stack */
} device;

/* On the real clock: the thread that sends what waits for the wire, and so need not be woken. */
static _Thread_local bool is_stack_thread;

/* Locally administered; the last two bytes are the VLAN's number. */
static const uint8_t mac[SIM_FRAME_MAC] = {0x02, 0x00, 0x00, 0x01, 0x00, 0x00};

static void stack_sends(void *ctx, const uint8_t *frame, size_t length)
{
    (void)ctx;
    sim_switch_input(&device.sw, device.cpu_port, frame, length, sim_clock_ms());
}

static void cpu_port_sends(void *ctx, const uint8_t *frame, size_t length)
{
    (void)ctx;
    device.tcp_to_stack += device.from_line && sim_frame_is_tcp(frame, length);
    if (!sim_trunk_input(&device.trunk, frame, length))
        sim_switch_discarded(&device.sw, device.cpu_port, frame, length);
}

static void wire_port_sends(void *ctx, const uint8_t *frame, size_t length)
{
    (void)ctx;
    sim_capture_frame(frame, length);
    sim_faults_frame(&device.out, frame, length, sim_clock_ms());
}

/* A shell's thread makes frames, too: a ping's, or a RST. They must not wait for the next turn. */
static void line_takes(void *ctx, const uint8_t *frame, size_t length)
{
    static const uint64_t one = 1;

    (void)ctx;
    sim_wire_send(&device.wire, frame, length);
    if (device.wake_fd != NONE && !is_stack_thread)
        (void)!write(device.wake_fd, &one, sizeof(one));
}

static void line_brings(void *ctx, const uint8_t *frame, size_t length)
{
    (void)ctx;
    device.tcp_on_line += sim_frame_is_tcp(frame, length);
    sim_capture_frame(frame, length);
    device.from_line = true;
    sim_switch_input(&device.sw, device.wire_port, frame, length, sim_clock_ms());
    device.from_line = false;
}

static void make_switch(const struct sim_options *options)
{
    sim_switch_init(&device.sw);
    sim_device_vlans_init(options, &device.sw, &device.trunk, mac);
    device.cpu_port =
        sim_switch_port_add(&device.sw, SIM_PORT_TRUNK, NETDIAG_VLAN_MIN, cpu_port_sends, NULL);
    sim_switch_port_name(&device.sw, device.cpu_port, "CPU", "the switch's own stack");
    if (!options->no_world) {
        device.wire_port = sim_switch_port_add(&device.sw, SIM_PORT_TRUNK, NETDIAG_VLAN_MIN,
                                               wire_port_sends, NULL);
        sim_switch_port_name(&device.sw, device.wire_port, "World", "the simulated neighbours");
    }
    sim_ports_attach(options, &device.sw);
    sim_faults_init(&device.in, options->seed ^ SEED_OF_LINE_IN, line_brings, NULL);
    sim_faults_init(&device.out, options->seed ^ SEED_OF_LINE_OUT, line_takes, NULL);
}

static enum netdiag_error list_ports(void *ctx, uint32_t after, struct netdiag_interface *rows,
                                     size_t capacity, size_t *count)
{
    (void)ctx;
    sim_stack_lock(NULL);
    *count = sim_switch_ports(&device.sw, after, rows, capacity);
    sim_stack_unlock(NULL);
    for (size_t i = 0; i < *count; i++)
        rows[i].last_change_ms = sim_stack_uptime_ms(rows[i].last_change_ms);
    return NETDIAG_OK;
}

static enum netdiag_error start_services(void)
{
    static const struct {
        uint16_t port;
        const char *owner;
    } services[] = {{80, "httpd"}, {7, "tcpecho"}, {LWIPERF_TCP_PORT_DEFAULT, "lwiperf"}};
    enum netdiag_error error = NETDIAG_OK;

    httpd_init();
    tcpecho_raw_init();
    if (!lwiperf_start_tcp_server(IP_ANY_TYPE, LWIPERF_TCP_PORT_DEFAULT, NULL, NULL))
        return NETDIAG_ERROR_MEMORY;
    for (size_t i = 0; i < sizeof(services) / sizeof(services[0]) && !error; i++)
        error = netdiag_lwip_tcp_owner_register(services[i].port, services[i].owner);
    return error;
}

static bool start_snmp(const struct sim_options *options, char *error, size_t error_size)
{
    enum netdiag_error result = sim_snmp_start(options);

    if (result)
        snprintf(error, error_size, "SNMP: %s", netdiag_error_text(result));
    return result == NETDIAG_OK;
}

/* What is on the stack: the trunk, the services, the VLANs, the agent. The lock is held. */
static bool furnish_stack(const struct sim_options *options, char *error, size_t error_size)
{
    enum netdiag_error result;

    if (!sim_if_index_file_load(error, error_size))
        return false;
    result = sim_trunk_add(&device.trunk, mac, stack_sends, NULL);
    if (!result)
        result = start_services();
    if (result)
        snprintf(error, error_size, "the stack: %s", netdiag_error_text(result));
    return !result && sim_device_vlans_start(error, error_size) &&
           start_snmp(options, error, error_size);
}

static bool start_stack(const struct sim_options *options, char *error, size_t error_size)
{
    static const struct sim_stack_device functions = {
        .ports = list_ports,
        .if_index_save = sim_if_index_file_save,
        .vlan_add = sim_device_vlan_add,
        .vlan_remove = sim_device_vlan_remove,
    };
    enum netdiag_error result;
    bool is_furnished;

    sim_stack_set_device(&functions);
    result = sim_stack_start(options->host, "netdiag simulated switch", options->pcbs, TCP_MSL_MS);
    if (result) {
        snprintf(error, error_size, "the stack: %s", netdiag_error_text(result));
        return false;
    }
    sim_stack_lock(NULL);
    is_furnished = furnish_stack(options, error, error_size);
    sim_stack_unlock(NULL);
    if (!is_furnished)
        return false;
    result = netdiag_lwip_if_index_keep();
    if (result)
        snprintf(error, error_size, "%s", sim_if_index_file_failure());
    return result == NETDIAG_OK;
}

bool sim_device_start(const struct sim_options *options, int wire_fd,
                      struct sim_wire_counts *counts, const struct sim_cue *cue, char *error,
                      size_t error_size)
{
    device.wake_fd = NONE;
    if (!sim_wire_init(&device.wire, wire_fd, counts)) {
        snprintf(error, error_size, "no memory for the wire's queues");
        return false;
    }
    if (options->clock == SIM_CLOCK_REAL) /* on the other nobody sleeps */
        device.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (options->pcap && !sim_capture_open(options->pcap, error, error_size))
        return false;
    if (options->lwip_stats && !sim_lwip_stats_open(options->lwip_stats, error, error_size))
        return false;
    sim_random_seed(options->seed);
    make_switch(options);
    if (!start_stack(options, error, error_size))
        return false;
    sim_stack_lock(NULL);
    if (!options->no_world)
        sim_stage_open(options, SIM_STAGE_DEVICE, cue);
    else
        sim_export_service.start(options); /* a server needs no world to call */
    sim_stack_unlock(NULL);
    return true;
}

void sim_device_stop_by(int stop_fd)
{
    sim_wire_stop_by(&device.wire, stop_fd);
}

/*
 * What the capture holds and TCP never saw. A segment can be lost to the switch, to the pool of
 * frames that came in, and to IP.
 */
static void print_losses(void)
{
    const struct sim_port_counts *port = &device.sw.ports[device.wire_port].counts;
    uint64_t ip = lwip_stats.ip.drop;

#if LWIP_IPV6
    ip += lwip_stats.ip6.drop;
#endif
    fprintf(stderr,
            "netdiag-sim: captured %" PRIu64 " frames; never reached TCP: runts %" PRIu64
            ", giants %" PRIu64 ", unknown VLAN %" PRIu64 ", stacked tags %" PRIu64
            ", TCP segments not for the switch's own stack %" PRIu64
            ", frames without a buffer %u, dropped by IP %" PRIu64 "\n",
            sim_capture_frames(), port->runts, port->giants, port->wrong_vlan, port->stacked_tags,
            device.tcp_on_line - device.tcp_to_stack,
            (unsigned)lwip_stats.memp[MEMP_PBUF_POOL]->err, ip);
}

void sim_device_stop(void)
{
    if (sim_capture_is_open() && lwip_stats.memp[MEMP_PBUF_POOL]) /* else lwIP never started */
        print_losses();
    sim_capture_close();
    sim_lwip_stats_close();
    sim_stack_lock(NULL);
    netdiag_lwip_bridge_stop();
    sim_stack_unlock(NULL);
    sim_wire_close(&device.wire, true);
    sim_ports_close();
    if (device.wake_fd != NONE)
        close(device.wake_fd);
}

/* Gives the switch what came in; false when all of it was dealt with. The lock is held. */
static bool take_frames(void)
{
    uint8_t frame[SIM_FRAME_MAX];
    size_t length = 1;

    for (int i = 0; i < FRAMES_A_TURN && length > 0; i++) {
        length = sim_wire_take(&device.wire, frame, sizeof(frame));
        if (length > 0)
            sim_faults_frame(&device.in, frame, length, sim_clock_ms());
    }
    return length > 0;
}

void sim_device_follow(void)
{
    static const struct sim_fault_rates clean;
    const struct sim_scenario *scenario = sim_stage_tick(sim_clock_ms());

    if (scenario == device.scenario)
        return;
    device.scenario = scenario;
    sim_faults_set(&device.in, scenario ? &scenario->faults : &clean);
    sim_faults_set(&device.out, scenario ? &scenario->faults : &clean);
}

/*
 * What is due by itself: the stack's timers first, then what goes on, then the frames that the
 * line held back.
 */
static void run_timers(void)
{
    sim_stack_lock(NULL);
    sys_check_timeouts();
    sim_device_follow();
    sim_faults_tick(&device.in, sim_clock_ms());
    sim_faults_tick(&device.out, sim_clock_ms());
    sim_stack_unlock(NULL);
}

static void take_all_frames(void)
{
    bool more = true;

    while (more) {
        sim_stack_lock(NULL);
        more = take_frames();
        sim_stack_unlock(NULL);
    }
}

/* Another shell may make frames meanwhile, by a ping or an abort: the queue is the lock's. */
static enum sim_wire_result send_round(uint64_t now_ms, uint32_t *sent)
{
    enum sim_wire_result result;

    sim_stack_lock(NULL);
    result = sim_wire_send_round(&device.wire, now_ms, sent);
    sim_stack_unlock(NULL);
    return result;
}

enum sim_wire_result sim_device_step(uint64_t now_ms)
{
    uint32_t sent, received = 0;

    sim_clock_set(now_ms);
    run_timers();
    do {
        uint64_t world_ms;
        enum sim_wire_result result = send_round(now_ms, &sent);

        if (result == SIM_WIRE_OK)
            result = sim_wire_receive_round(&device.wire, &world_ms, &received);
        if (result != SIM_WIRE_OK)
            return result;
        take_all_frames();
        sim_snmp_step();
    } while (sent > 0 || received > 0);
    return SIM_WIRE_OK;
}

/* What to wait for: frames, and sockets that the bridge has. How many they are. */
static size_t fill_pollfds(struct pollfd *fds)
{
    size_t count;

    sim_stack_lock(NULL);
    fds[0] = (struct pollfd){.fd = device.wire.fd, .events = POLLIN};
    if (sim_wire_is_pending(&device.wire))
        fds[0].events |= POLLOUT;
    fds[1] = (struct pollfd){.fd = device.wake_fd, .events = POLLIN};
    count = 2 + sim_ports_pollfds(fds + 2);
    count += netdiag_lwip_bridge_pollfds(fds + count, NETDIAG_LWIP_BRIDGE_POLLFDS);
    sim_stack_unlock(NULL);
    return count;
}

/* A shell's thread may have made frames: the wire's queues are the lock's, too. */
static enum sim_wire_result exchange_frames(void)
{
    enum sim_wire_result result;

    sim_stack_lock(NULL);
    result = sim_wire_poll(&device.wire);
    sim_stack_unlock(NULL);
    return result;
}

enum sim_wire_result sim_device_serve(void)
{
    struct pollfd fds[2 + SIM_TAP_PORTS + NETDIAG_LWIP_BRIDGE_POLLFDS];
    size_t count = fill_pollfds(fds);
    enum sim_wire_result result;
    uint64_t ignored;

    is_stack_thread = true;

    /* What came in while frames were sent is dealt with at once */
    (void)poll(fds, count, sim_wire_has_received(&device.wire) ? 0 : WAIT_MS);
    if (fds[1].revents)
        (void)!read(device.wake_fd, &ignored, sizeof(ignored));
    result = exchange_frames();
    if (result != SIM_WIRE_OK)
        return result;
    run_timers(); /* first: a scenario that has just ended is not to spoil what came in */
    take_all_frames();
    sim_stack_lock(NULL);
    sim_ports_take(sim_clock_ms());
    netdiag_lwip_bridge_run();
    sim_capture_flush();
    sim_stack_unlock(NULL);
    return exchange_frames();
}
