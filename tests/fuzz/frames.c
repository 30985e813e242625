/*
 * Frames into the switch, the stack and netdiag's hooks, on a virtual clock.
 *
 * The device is a switch with VLANs 10 (IPv4 and IPv6) and 20, an access port of VLAN 10, a trunk,
 * and the stack with the simulator's services behind them. An input is a list of steps, a byte for
 * what it is and what that needs: a frame as it is; a packet with right headers and checksums; a
 * segment of TCP that follows what the device said last; a moment; something that a program or an
 * operator of the device does. One device serves all inputs: each ends with every connection ended.
 *
 * After each step the counters and the lists must agree.
 */
#include <string.h>

#include "lwip/apps/httpd.h"
#include "lwip/apps/lwiperf.h"
#include "lwip/init.h"
#include "lwip/etharp.h"
#include "lwip/memp.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"
#include "lwip/timeouts.h"
#include "netdiag/lwip.h"
#include "platform/lwip/observer.h"
#include "platform/sim/random.h"
#include "platform/sim/stack.h"
#include "platform/sim/switch.h"
#include "tcpecho_raw.h"
#include "tests/fuzz/fuzz.h"

#define PCBS       24
#define STEPS_MOST 200
#define TICK_MS    250
#define TICKS_MOST 120 /* of one step */
#define MSL_MS     500

/* That of lwIP 2.1 closes an aborted connection again. */
#define HAS_LWIPERF (LWIP_VERSION_MAJOR > 2 || LWIP_VERSION_MINOR > 1)

#define VLAN       10
#define OTHER_VLAN 20

#define FIN 0x01
#define SYN 0x02
#define ACK 0x10

static const uint8_t device_mac[SIM_FRAME_MAC] = {0x02, 0x00, 0x00, 0x01, 0x00, 0x00};
static const uint8_t vlan_mac[SIM_FRAME_MAC] = {0x02, 0x00, 0x00, 0x01, 0x00, VLAN};
static const uint8_t peer_mac[SIM_FRAME_MAC] = {0x02, 0x00, 0x00, 0x02, 0x00, VLAN};

/* What the device said last to a port of the peer's. */
struct talk {
    uint16_t device_port;
    uint32_t seq, ack; /* what the peer sends next, and has received */
};

static struct {
    struct sim_switch sw;
    struct sim_trunk trunk;
    struct netif interface, other;
    int cpu, access, uplink;
    struct talk talks[8]; /* by the peer's port */
    unsigned depth;       /* of frames that the device answers within a frame */
} device;

/* ---- the wire ---- */

static void stack_sends(void *ctx, const uint8_t *frame, size_t length)
{
    (void)ctx;
    sim_switch_input(&device.sw, device.cpu, frame, length, sim_clock_ms());
}

static void cpu_takes(void *ctx, const uint8_t *frame, size_t length)
{
    (void)ctx;
    if (!sim_trunk_input(&device.trunk, frame, length))
        sim_switch_discarded(&device.sw, device.cpu, frame, length);
}

/* Remembers what the device sent by TCP, so that the peer can answer it. */
static void peer_takes(void *ctx, const uint8_t *frame, size_t length)
{
    const uint8_t *tcp = frame + SIM_FRAME_HEADER + 20;
    struct talk *talk;
    uint32_t seq;

    (void)ctx;
    FUZZ_CHECK(length >= SIM_FRAME_HEADER && length <= SIM_FRAME_MAX);
    if (!sim_frame_is_tcp(frame, length) || sim_frame_u16(frame + 12) != SIM_ETHERTYPE_IPV4)
        return;
    talk = &device.talks[sim_frame_u16(tcp + 2) % 8];
    talk->device_port = sim_frame_u16(tcp);
    seq = (uint32_t)sim_frame_u16(tcp + 4) << 16 | sim_frame_u16(tcp + 6);
    talk->ack = seq + (uint32_t)(length - (SIM_FRAME_HEADER + 20) - (size_t)(tcp[12] >> 4) * 4) +
                ((tcp[13] & (SYN | FIN)) != 0);
    if (tcp[13] & ACK)
        talk->seq = (uint32_t)sim_frame_u16(tcp + 8) << 16 | sim_frame_u16(tcp + 10);
}

static void give(int port, const uint8_t *frame, size_t length)
{
    sim_stack_lock(NULL);
    sim_switch_input(&device.sw, port, frame, length, sim_clock_ms());
    sim_stack_unlock(NULL);
}

/* ---- what must hold ---- */

static uint32_t length_of(const struct tcp_pcb *pcb)
{
    uint32_t length = 0;

    for (; pcb; pcb = pcb->next)
        length++;
    return length;
}

static void judge_pool(void)
{
    struct netdiag_tcp_states states;
    struct netdiag_tcp_pool pool;
    uint32_t listed;

    FUZZ_CHECK(netdiag_lwip_platform.tcp_states(NULL, &states) == NETDIAG_OK);
    FUZZ_CHECK(netdiag_lwip_platform.tcp_pool(NULL, &pool) == NETDIAG_OK);
    listed = length_of(tcp_active_pcbs) + length_of(tcp_tw_pcbs) + length_of(tcp_bound_pcbs);
    FUZZ_CHECK(pool.capacity == PCBS && pool.used == listed && pool.peak >= pool.used);
    for (int i = NETDIAG_TCP_STATE_FIRST; i <= NETDIAG_TCP_STATE_LAST; i++)
        listed -= i == NETDIAG_TCP_LISTEN ? 0 : (uint32_t)states.count[i];
    FUZZ_CHECK(listed == 0);
}

/* Each connection has a slot, and no slot is lost. */
static void judge_slots(void)
{
    uint32_t used = 0;

    for (uint32_t i = 0; i < netdiag_lwip_slots_used; i++)
        used += netdiag_lwip_slots[i].pcb != NULL;
    FUZZ_CHECK(used == length_of(tcp_active_pcbs) + length_of(tcp_tw_pcbs));
    FUZZ_CHECK(netdiag_lwip_without_slot == 0);
}

/* All that there are come, once, each with its history. */
static void judge_walk(void)
{
    struct netdiag_tcp_connection rows[7];
    struct netdiag_tcp_cursor cursor = {.done = false};
    size_t sum = 0, count;

    while (!cursor.done) {
        FUZZ_CHECK(netdiag_lwip_platform.tcp_connections(
                       NULL, &cursor, rows, sizeof(rows) / sizeof(rows[0]), &count) == NETDIAG_OK);
        for (size_t i = 0; i < count; i++)
            FUZZ_CHECK(rows[i].has_history);
        sum += count;
        FUZZ_CHECK(sum <= PCBS);
    }
    FUZZ_CHECK(sum == length_of(tcp_active_pcbs) + length_of(tcp_tw_pcbs));
}

/* No counter goes back. */
static void judge_counters(void)
{
    static struct netdiag_tcp_counters before;
    struct netdiag_tcp_counters now;
    uint64_t last, next;

    FUZZ_CHECK(netdiag_lwip_platform.tcp_counters(NULL, &now) == NETDIAG_OK);
    for (int i = 0; i < NETDIAG_TCP_COUNTERS; i++) {
        if (netdiag_tcp_counter_get(&before, (enum netdiag_tcp_counter)i, &last))
            FUZZ_CHECK(netdiag_tcp_counter_get(&now, (enum netdiag_tcp_counter)i, &next) &&
                       next >= last);
    }
    before = now;
}

static void judge(void)
{
    judge_pool();
    judge_slots();
    judge_walk();
    judge_counters();
}

/* ---- steps ---- */

static void step_frame(struct fuzz_input *input)
{
    uint8_t frame[SIM_FRAME_MAX + 100];
    int port = fuzz_byte(input) % 2 ? device.access : device.uplink;
    size_t length = fuzz_bytes(input, frame, fuzz_u16(input) % sizeof(frame));

    give(port, frame, length);
}

static size_t put_ethernet(uint8_t *frame, uint16_t type, bool is_multicast)
{
    static const uint8_t group[SIM_FRAME_MAC] = {0x33, 0x33, 0x00, 0x00, 0x00, 0x01};

    memcpy(frame, is_multicast ? group : vlan_mac, SIM_FRAME_MAC);
    memcpy(frame + SIM_FRAME_MAC, peer_mac, SIM_FRAME_MAC);
    sim_frame_put_u16(frame + 12, type);
    return SIM_FRAME_HEADER;
}

/* An IPv4 header of the peer's to the device; `flags` are those of fragments. */
static void put_ipv4(uint8_t *ip, uint8_t protocol, size_t length, uint16_t flags)
{
    static const uint8_t addresses[] = {10, 0, VLAN, 2, 10, 0, VLAN, 1};

    memset(ip, 0, 20);
    ip[0] = 0x45;
    sim_frame_put_u16(ip + 2, (uint16_t)length);
    sim_frame_put_u16(ip + 6, flags);
    ip[8] = 64;
    ip[9] = protocol;
    memcpy(ip + 12, addresses, sizeof(addresses));
    sim_frame_put_u16(ip + 10, sim_frame_checksum(sim_frame_sum(ip, 20, 0)));
}

/* Where the checksum of a protocol's header stands; 0: it has none that is looked at. */
static size_t checksum_at(uint8_t protocol)
{
    switch (protocol) {
    case 1:
        return 2;
    case 6:
        return 16;
    case 58:
        return 2;
    default:
        return 0;
    }
}

static void put_checksum(uint8_t *at, size_t length, uint8_t protocol, uint32_t pseudo)
{
    size_t place = checksum_at(protocol);

    if (place == 0 || length < place + 2)
        return;
    sim_frame_put_u16(at + place, 0);
    if (protocol != 1)
        pseudo += protocol + (uint32_t)length;
    sim_frame_put_u16(at + place,
                      sim_frame_checksum(sim_frame_sum(at, length, protocol == 1 ? 0 : pseudo)));
}

static void step_ipv4(struct fuzz_input *input)
{
    static const uint8_t protocols[] = {6, 1, 17, 2};
    uint8_t frame[SIM_FRAME_MAX];
    uint8_t protocol = protocols[fuzz_byte(input) % sizeof(protocols)];
    uint16_t flags = fuzz_byte(input) % 8 ? 0 : fuzz_u16(input);
    uint8_t *ip = frame + put_ethernet(frame, SIM_ETHERTYPE_IPV4, false);
    size_t length = fuzz_bytes(input, ip + 20, fuzz_u16(input) % 1481);

    put_ipv4(ip, protocol, 20 + length, flags);
    if (flags == 0)
        put_checksum(ip + 20, length, protocol, sim_frame_sum(ip + 12, 8, 0));
    give(device.access, frame, SIM_FRAME_HEADER + 20 + length);
}

static void step_ipv6(struct fuzz_input *input)
{
    static const uint8_t source[16] = {0xfe, 0x80, [15] = 2};
    static const uint8_t to[2][16] = {{0xfe, 0x80, [15] = 1}, {0xff, 0x02, [15] = 1}};
    static const uint8_t protocols[] = {58, 6, 17, 0, 44, 43, 60};
    uint8_t frame[SIM_FRAME_MAX];
    uint8_t protocol = protocols[fuzz_byte(input) % sizeof(protocols)];
    bool is_multicast = fuzz_byte(input) % 2;
    uint8_t *ip = frame + put_ethernet(frame, SIM_ETHERTYPE_IPV6, is_multicast);
    size_t length = fuzz_bytes(input, ip + 40, fuzz_u16(input) % 1461);

    memset(ip, 0, 8);
    ip[0] = 0x60;
    sim_frame_put_u16(ip + 4, (uint16_t)length);
    ip[6] = protocol;
    ip[7] = 255;
    memcpy(ip + 8, source, 16);
    memcpy(ip + 24, to[is_multicast], 16);
    put_checksum(ip + 40, length, protocol, sim_frame_sum(ip + 8, 32, 0));
    give(device.access, frame, SIM_FRAME_HEADER + 40 + length);
}

/* The signed distance from what would be right. */
static uint32_t off(struct fuzz_input *input)
{
    return (uint32_t)(int32_t)(int8_t)fuzz_byte(input);
}

/* Very small, or anything up to the largest. */
static uint16_t window(uint8_t byte)
{
    return (uint16_t)(byte < 16 ? byte : byte * 257);
}

/* A segment that fits what went before, more or less. */
static void step_segment(struct fuzz_input *input)
{
    static const uint16_t services[] = {80, 7, LWIPERF_TCP_PORT_DEFAULT, 9999};
    uint8_t frame[SIM_FRAME_MAX];
    uint8_t what = fuzz_byte(input), shape;
    struct talk *talk = &device.talks[what % 8];
    uint8_t *ip = frame + put_ethernet(frame, SIM_ETHERTYPE_IPV4, false), *tcp = ip + 20;
    uint32_t seq = talk->seq + off(input), ack = talk->ack + off(input);
    size_t length, options;

    memset(tcp, 0, 20);
    sim_frame_put_u16(tcp, (uint16_t)(40000 + what % 8));
    tcp[13] = fuzz_byte(input);
    sim_frame_put_u16(tcp + 2, tcp[13] & SYN || !talk->device_port ? services[what >> 3 & 3]
                                                                   : talk->device_port);
    sim_frame_put_u16(tcp + 4, (uint16_t)(seq >> 16));
    sim_frame_put_u16(tcp + 6, (uint16_t)seq);
    sim_frame_put_u16(tcp + 8, (uint16_t)(ack >> 16));
    sim_frame_put_u16(tcp + 10, (uint16_t)ack);
    sim_frame_put_u16(tcp + 14, window(fuzz_byte(input)));
    shape = fuzz_byte(input);
    options = shape % 11 * 4u;
    tcp[12] = (uint8_t)((20 + options) / 4 << 4);
    memset(tcp + 20, 1, options);
    fuzz_bytes(input, tcp + 20, options);
    length = 20 + options;
    length += fuzz_bytes(input, tcp + length, shape & 0x80 ? fuzz_u16(input) % 1400 : shape >> 4);
    put_ipv4(ip, 6, 20 + length, 0);
    put_checksum(tcp, length, 6, sim_frame_sum(ip + 12, 8, 0));
    give(device.access, frame, SIM_FRAME_HEADER + 20 + length);
}

/* ARP of the peer's, an answer mostly: without it the device cannot send. */
static void step_arp(struct fuzz_input *input)
{
    static const uint8_t peer_ip[4] = {10, 0, VLAN, 2}, device_ip[4] = {10, 0, VLAN, 1};
    uint8_t frame[SIM_FRAME_HEADER + 28];
    uint8_t *arp = frame + put_ethernet(frame, 0x0806, false);

    memcpy(arp, (const uint8_t[]){0, 1, 8, 0, 6, 4, 0, 2}, 8);
    memcpy(arp + 8, peer_mac, 6);
    memcpy(arp + 14, peer_ip, 4);
    memcpy(arp + 18, vlan_mac, 6);
    memcpy(arp + 24, device_ip, 4);
    for (uint8_t changes = fuzz_byte(input) % 4; changes > 0; changes--)
        arp[fuzz_byte(input) % 28] = fuzz_byte(input);
    give(device.access, frame, sizeof(frame));
}

static void tick(unsigned count)
{
    while (count-- > 0) {
        sim_clock_set(sim_clock_ms() + TICK_MS);
        sim_stack_lock(NULL);
        sys_check_timeouts();
        sim_stack_unlock(NULL);
    }
}

static void step_time(struct fuzz_input *input)
{
    uint8_t count = fuzz_byte(input);

    tick(count < TICKS_MOST ? count : TICKS_MOST);
}

static err_t drop(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    (void)arg, (void)error;
    if (!data) {
        tcp_close(pcb);
        return ERR_OK;
    }
    tcp_recved(pcb, data->tot_len);
    pbuf_free(data);
    return ERR_OK;
}

/* A program of the device's calls the peer. The lock is held, as in those below. */
static void act_connect(uint8_t what)
{
    struct tcp_pcb *pcb = tcp_new();
    ip_addr_t peer;

    IP_ADDR4(&peer, 10, 0, VLAN, 2);
    if (!pcb)
        return;
    tcp_recv(pcb, drop);
    if (tcp_connect(pcb, &peer, (u16_t)(40000 + what % 8), NULL) != ERR_OK)
        tcp_abort(pcb);
}

static void act_write(uint8_t what)
{
    static const uint8_t zeros[8 * UINT8_MAX];

    if (tcp_active_pcbs && tcp_active_pcbs->state == ESTABLISHED) {
        tcp_write(tcp_active_pcbs, zeros, (u16_t)(8 * what), TCP_WRITE_FLAG_COPY);
        tcp_output(tcp_active_pcbs);
    }
}

static void act_abort(uint8_t what)
{
    (void)what;
    if (tcp_active_pcbs)
        tcp_abort(tcp_active_pcbs);
}

static void step_act(struct fuzz_input *input)
{
    static void (*const acts[])(uint8_t) = {act_connect, act_write, act_abort};
    uint8_t which = fuzz_byte(input), what = fuzz_byte(input);

    sim_stack_lock(NULL);
    acts[which % 3](what);
    sim_stack_unlock(NULL);
}

/* An operator reads what there is to read, or ends a connection. */
static void step_read(struct fuzz_input *input)
{
    static struct netdiag_tcp_closed closed[8];
    static struct netdiag_tcp_listener listeners[8];
    static struct netdiag_tcp_scanner scanners[8];
    static struct netdiag_interface interfaces[8];
    static struct netdiag_neighbor neighbors[8];
    struct netdiag_neighbor_cursor cursor = {.done = false};
    uint64_t total;
    size_t count;

    netdiag_lwip_platform.tcp_closed(NULL, closed, 8, &count, &total);
    FUZZ_CHECK(count <= total);
    netdiag_lwip_platform.tcp_listeners(NULL, listeners, 8, &count);
    FUZZ_CHECK(count == 2 + HAS_LWIPERF);
    netdiag_lwip_platform.tcp_scanners(NULL, scanners, 8, &count);
    netdiag_lwip_platform.interfaces(NULL, 0, interfaces, 8, &count);
    FUZZ_CHECK(count >= 2);
    netdiag_lwip_platform.neighbors(NULL, NETDIAG_FAMILY_IPV4, &cursor, neighbors, 8, &count);
    netdiag_lwip_platform.tcp_abort(NULL, fuzz_u32(input));
}

static void run_steps(struct fuzz_input *input)
{
    static void (*const steps[])(struct fuzz_input *) = {
        step_segment, step_arp, step_time, step_ipv4, step_ipv6, step_frame, step_act, step_read,
    };

    for (int i = 0; i < STEPS_MOST && input->left > 0; i++) {
        steps[fuzz_byte(input) % (sizeof(steps) / sizeof(steps[0]))](input);
        judge();
    }
}

/* ---- the device ---- */

static enum netdiag_error list_no_ports(void *ctx, uint32_t after, struct netdiag_interface *rows,
                                        size_t capacity, size_t *count)
{
    (void)ctx;
    *count = sim_switch_ports(&device.sw, after, rows, capacity);
    return NETDIAG_OK;
}

static void make_switch(void)
{
    sim_switch_init(&device.sw);
    sim_switch_vlan_add(&device.sw, VLAN);
    sim_switch_vlan_add(&device.sw, OTHER_VLAN);
    device.cpu = sim_switch_port_add(&device.sw, SIM_PORT_TRUNK, 1, cpu_takes, NULL);
    device.access = sim_switch_port_add(&device.sw, SIM_PORT_ACCESS, VLAN, peer_takes, NULL);
    device.uplink = sim_switch_port_add(&device.sw, SIM_PORT_TRUNK_NATIVE, 1, peer_takes, NULL);
    sim_switch_port_name(&device.sw, device.cpu, "CPU", "");
    sim_switch_port_name(&device.sw, device.access, "Port1", "");
    sim_switch_port_name(&device.sw, device.uplink, "Port2", "");
}

static void make_stack(void)
{
    static const struct sim_stack_device functions = {.ports = list_no_ports};
    static const struct sim_vlan vlan = {
        .id = VLAN,
        .address_count = 1 + LWIP_IPV6,
        .addresses = {{{NETDIAG_FAMILY_IPV4, {10, 0, VLAN, 1}}, 24},
                      {{NETDIAG_FAMILY_IPV6, {0xfe, 0x80, [15] = 1}}, 64}},
    };
    static const struct sim_vlan other = {
        .id = OTHER_VLAN,
        .address_count = 1,
        .addresses = {{{NETDIAG_FAMILY_IPV4, {10, 0, OTHER_VLAN, 1}}, 24}},
    };

    sim_stack_set_device(&functions);
    FUZZ_CHECK(sim_stack_start("sw1", "fuzz", PCBS, MSL_MS) == NETDIAG_OK);
    sim_stack_lock(NULL);
    FUZZ_CHECK(sim_trunk_add(&device.trunk, device_mac, stack_sends, NULL) == NETDIAG_OK);
    FUZZ_CHECK(sim_stack_vlan_add(&vlan, &device.interface, &device.trunk, device_mac) ==
               NETDIAG_OK);
    FUZZ_CHECK(sim_stack_vlan_add(&other, &device.other, &device.trunk, device_mac) == NETDIAG_OK);
    httpd_init();
    tcpecho_raw_init();
#if HAS_LWIPERF
    FUZZ_CHECK(lwiperf_start_tcp_server(IP_ANY_TYPE, LWIPERF_TCP_PORT_DEFAULT, NULL, NULL));
#endif
    sim_stack_unlock(NULL);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    sim_clock_start(SIM_CLOCK_VIRTUAL);
    make_switch();
    make_stack();
    return 0;
}

/* So that an input finds the same device whatever came before it, but for its clock. */
static void settle(void)
{
    sim_stack_lock(NULL);
    while (tcp_active_pcbs)
        tcp_abort(tcp_active_pcbs);
    while (tcp_tw_pcbs)
        tcp_abort(tcp_tw_pcbs);
    etharp_cleanup_netif(&device.interface);
    etharp_cleanup_netif(&device.other);
    sim_stack_unlock(NULL);
    memset(device.talks, 0, sizeof(device.talks));
    memset(device.sw.macs, 0, sizeof(device.sw.macs));
    sim_random_seed(1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};

    settle();
    run_steps(&input);
    settle();
    judge();
    FUZZ_CHECK(tcp_active_pcbs == NULL && tcp_tw_pcbs == NULL && tcp_bound_pcbs == NULL);
    FUZZ_CHECK(lwip_stats.memp[MEMP_TCP_SEG]->used == 0);
    return 0;
}
