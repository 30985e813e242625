#include "peer.h"

#include <assert.h>
#include <string.h>

#include "lwip/timeouts.h"
#include "platform/sim/frame.h"
#include "platform/sim/stack.h"

#define IPV4_HEADER 20
#define TCP_HEADER  20
#define TCP_OPTIONS 40
#define UDP_HEADER  8
#define TCP_AT      (SIM_FRAME_HEADER + SIM_FRAME_TAG + IPV4_HEADER)
#define UDP_AT      TCP_AT
#define IP_TCP      6
#define IP_UDP      17
#define ARP_AT      (SIM_FRAME_HEADER + SIM_FRAME_TAG)
#define ARP_LENGTH  28
#define ARP_TYPE    0x0806
#define ARP_REPLY   2
#define STEP_MS     50

static const uint8_t device_mac[SIM_FRAME_MAC] = {0x02, 0x00, 0x00, 0x01, 0x00, 0x00};
static const uint8_t peer_mac[SIM_FRAME_MAC] = {0x02, 0x00, 0x00, 0x02, 0x00, PEER_VLAN};
static const uint8_t device_ip[4] = {10, 0, PEER_VLAN, 1};
static const uint8_t peer_ip[4] = {10, 0, PEER_VLAN, 2};

static struct sim_trunk trunk;
static struct netif interface;
static struct peer_segment last;
static size_t received;
static void (*datagrams)(uint16_t peer_port, const uint8_t *data, size_t length);

/* An ARP request that waits to be answered until the stack is out of its call. */
static bool arp_asked;

static uint32_t get_u32(const uint8_t *bytes)
{
    return (uint32_t)sim_frame_u16(bytes) << 16 | sim_frame_u16(bytes + 2);
}

static void put_u32(uint8_t *bytes, uint32_t value)
{
    sim_frame_put_u16(bytes, (uint16_t)(value >> 16));
    sim_frame_put_u16(bytes + 2, (uint16_t)value);
}

static void take_segment(const uint8_t *frame, size_t length)
{
    const uint8_t *tcp = frame + TCP_AT;
    size_t header = (size_t)(tcp[12] >> 4) * 4;

    last = (struct peer_segment){
        .device_port = sim_frame_u16(tcp),
        .peer_port = sim_frame_u16(tcp + 2),
        .seq = get_u32(tcp + 4),
        .ack = get_u32(tcp + 8),
        .flags = tcp[13],
        .window = sim_frame_u16(tcp + 14),
        .length = length - TCP_AT - header,
    };
    received++;
}

/* Padding of a short frame is not of it. */
static void take_datagram(const uint8_t *frame, size_t length)
{
    const uint8_t *udp = frame + UDP_AT;
    size_t size = sim_frame_u16(udp + 4);

    assert(UDP_AT + size <= length);
    (void)length;
    datagrams(sim_frame_u16(udp + 2), udp + UDP_HEADER, size - UDP_HEADER);
}

static bool is_datagram(const uint8_t *frame, size_t length)
{
    return datagrams && length >= UDP_AT + UDP_HEADER && frame[UDP_AT - 11] == IP_UDP;
}

/* What the device sends, always with a tag. */
static void take_frame(void *ctx, const uint8_t *frame, size_t length)
{
    uint16_t type = sim_frame_u16(frame + SIM_FRAME_HEADER + SIM_FRAME_TAG - 2);

    (void)ctx;
    assert(sim_frame_u16(frame + SIM_FRAME_HEADER - 2) == SIM_ETHERTYPE_VLAN);
    assert(sim_frame_u16(frame + SIM_FRAME_HEADER) == PEER_VLAN);
    if (type == ARP_TYPE && memcmp(frame + ARP_AT + 24, peer_ip, sizeof(peer_ip)) == 0)
        arp_asked = true;
    else if (type == SIM_ETHERTYPE_IPV4 && sim_frame_is_tcp(frame, length))
        take_segment(frame, length);
    else if (type == SIM_ETHERTYPE_IPV4 && is_datagram(frame, length))
        take_datagram(frame, length);
}

static void put_header(uint8_t *frame, uint16_t type)
{
    memcpy(frame, interface.hwaddr, SIM_FRAME_MAC);
    memcpy(frame + SIM_FRAME_MAC, peer_mac, SIM_FRAME_MAC);
    sim_frame_put_u16(frame + 12, SIM_ETHERTYPE_VLAN);
    sim_frame_put_u16(frame + 14, PEER_VLAN);
    sim_frame_put_u16(frame + 16, type);
}

static void answer_arp(void)
{
    uint8_t frame[ARP_AT + ARP_LENGTH];
    uint8_t *arp = frame + ARP_AT;

    put_header(frame, ARP_TYPE);
    sim_frame_put_u16(arp, 1);
    sim_frame_put_u16(arp + 2, SIM_ETHERTYPE_IPV4);
    arp[4] = SIM_FRAME_MAC;
    arp[5] = sizeof(peer_ip);
    sim_frame_put_u16(arp + 6, ARP_REPLY);
    memcpy(arp + 8, peer_mac, SIM_FRAME_MAC);
    memcpy(arp + 14, peer_ip, sizeof(peer_ip));
    memcpy(arp + 18, interface.hwaddr, SIM_FRAME_MAC);
    memcpy(arp + 24, device_ip, sizeof(device_ip));
    arp_asked = false;
    sim_trunk_input(&trunk, frame, sizeof(frame));
}

/* Gives the device a frame, and what it asks for in return. The lock is not held. */
static void give(const uint8_t *frame, size_t length)
{
    sim_stack_lock(NULL);
    sim_trunk_input(&trunk, frame, length);
    if (arp_asked)
        answer_arp();
    sim_stack_unlock(NULL);
}

void peer_start(uint32_t pcbs)
{
    static const struct sim_vlan vlan = {
        .id = PEER_VLAN,
        .address_count = 1,
        .addresses = {{{NETDIAG_FAMILY_IPV4, {10, 0, PEER_VLAN, 1}}, 24}},
    };
    enum netdiag_error error;

    sim_clock_start(SIM_CLOCK_VIRTUAL);
    error = sim_stack_start("sw1", "test", pcbs, 60000);
    assert(!error);
    sim_stack_lock(NULL);
    sim_trunk_add(&trunk, device_mac, take_frame, NULL);
    error = sim_stack_vlan_add(&vlan, &interface, &trunk, device_mac);
    assert(!error);
    sim_stack_unlock(NULL);
    (void)error;
}

const ip_addr_t *peer_address(void)
{
    static ip_addr_t address;

    IP_ADDR4(&address, 10, 0, PEER_VLAN, 2);
    return &address;
}

static void put_ipv4(uint8_t *ip, uint8_t protocol, size_t length)
{
    memset(ip, 0, IPV4_HEADER);
    ip[0] = 0x45;
    sim_frame_put_u16(ip + 2, (uint16_t)length);
    ip[8] = 64;
    ip[9] = protocol;
    memcpy(ip + 12, peer_ip, sizeof(peer_ip));
    memcpy(ip + 16, device_ip, sizeof(device_ip));
    sim_frame_put_u16(ip + 10, sim_frame_checksum(sim_frame_sum(ip, IPV4_HEADER, 0)));
}

void peer_send(const struct peer_segment *segment, const void *data)
{
    uint8_t frame[TCP_AT + TCP_HEADER + TCP_OPTIONS + PEER_DATA_MAX] = {0};
    uint8_t *ip = frame + TCP_AT - IPV4_HEADER, *tcp = frame + TCP_AT;
    size_t header = TCP_HEADER + segment->option_bytes;
    size_t length = header + segment->length;

    assert(segment->length <= PEER_DATA_MAX && segment->option_bytes <= TCP_OPTIONS);
    put_header(frame, SIM_ETHERTYPE_IPV4);
    put_ipv4(ip, IP_TCP, IPV4_HEADER + length);
    sim_frame_put_u16(tcp, segment->peer_port);
    sim_frame_put_u16(tcp + 2, segment->device_port);
    put_u32(tcp + 4, segment->seq);
    put_u32(tcp + 8, segment->ack);
    tcp[12] = (uint8_t)(header / 4 << 4);
    tcp[13] = segment->flags;
    sim_frame_put_u16(tcp + 14, segment->window);
    if (segment->options)
        memcpy(tcp + TCP_HEADER, segment->options, segment->option_bytes);
    if (data)
        memcpy(tcp + header, data, segment->length);
    sim_frame_put_u16(tcp + 16,
                      sim_frame_checksum(sim_frame_sum(
                          tcp, length, sim_frame_sum(ip + 12, 8, IP_TCP + (uint32_t)length))));
    give(frame, TCP_AT + length);
}

void peer_send_datagram(uint16_t peer_port, uint16_t device_port, const void *data, size_t length)
{
    uint8_t frame[UDP_AT + UDP_HEADER + PEER_DATA_MAX] = {0};
    uint8_t *udp = frame + UDP_AT;

    assert(length <= PEER_DATA_MAX);
    put_header(frame, SIM_ETHERTYPE_IPV4);
    put_ipv4(udp - IPV4_HEADER, IP_UDP, IPV4_HEADER + UDP_HEADER + length);
    sim_frame_put_u16(udp, peer_port);
    sim_frame_put_u16(udp + 2, device_port);
    sim_frame_put_u16(udp + 4, (uint16_t)(UDP_HEADER + length));
    memcpy(udp + UDP_HEADER, data, length); /* without a checksum, as IPv4 allows */
    give(frame, UDP_AT + UDP_HEADER + length);
}

void peer_on_datagram(void (*take)(uint16_t peer_port, const uint8_t *data, size_t length))
{
    datagrams = take;
}

size_t peer_received_count(void)
{
    return received;
}

const struct peer_segment *peer_received(void)
{
    return &last;
}

void peer_advance(uint64_t ms)
{
    for (uint64_t end = sim_clock_ms() + ms; sim_clock_ms() < end;) {
        sim_clock_set(sim_clock_ms() + STEP_MS);
        sim_stack_lock(NULL);
        sys_check_timeouts();
        if (arp_asked)
            answer_arp();
        sim_stack_unlock(NULL);
    }
}

void peer_connect(uint16_t peer_port, uint16_t device_port, struct peer_segment *sent)
{
    *sent = (struct peer_segment){
        .peer_port = peer_port,
        .device_port = device_port,
        .seq = 1000u * peer_port,
        .flags = PEER_SYN,
        .window = 65535,
    };
    peer_send(sent, NULL);
    assert(last.peer_port == peer_port && last.flags == (PEER_SYN | PEER_ACK));
    sent->seq++;
    sent->ack = last.seq + 1;
    sent->flags = PEER_ACK;
    peer_send(sent, NULL);
}

err_t peer_left_unread(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    (void)arg, (void)pcb;
    if (data)
        pbuf_free(data);
    return error;
}
