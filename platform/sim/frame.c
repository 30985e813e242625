#include "frame.h"

#define IP_PROTOCOL_TCP     6
#define IPV4_LENGTH_AT      2
#define IPV4_PROTOCOL_AT    9
#define IPV4_CHECKSUM_AT    10
#define IPV4_HEADER         20
#define IPV6_LENGTH_AT      4
#define IPV6_NEXT_HEADER_AT 6
#define IPV6_HEADER         40

static bool find_in_ipv4(const uint8_t *ip, size_t available, struct sim_frame_tcp *tcp)
{
    size_t header, total;

    if (available < IPV4_HEADER || ip[IPV4_PROTOCOL_AT] != IP_PROTOCOL_TCP)
        return false;
    header = (size_t)(ip[0] & 0x0f) * 4;
    total = sim_frame_u16(ip + IPV4_LENGTH_AT);
    if (header < IPV4_HEADER || total < header || total > available)
        return false;
    tcp->is_ipv6 = false;
    tcp->at = tcp->ip_at + header;
    tcp->length = total - header;
    return true;
}

static bool find_in_ipv6(const uint8_t *ip, size_t available, struct sim_frame_tcp *tcp)
{
    if (available < IPV6_HEADER || ip[IPV6_NEXT_HEADER_AT] != IP_PROTOCOL_TCP)
        return false;
    tcp->is_ipv6 = true;
    tcp->at = tcp->ip_at + IPV6_HEADER;
    tcp->length = sim_frame_u16(ip + IPV6_LENGTH_AT);
    return tcp->length <= available - IPV6_HEADER;
}

bool sim_frame_find_tcp(const uint8_t *frame, size_t length, struct sim_frame_tcp *tcp)
{
    size_t at = SIM_FRAME_HEADER;
    uint16_t type;

    if (length < SIM_FRAME_HEADER)
        return false;
    type = sim_frame_u16(frame + at - 2);
    if (type == SIM_ETHERTYPE_VLAN && length >= SIM_FRAME_HEADER + SIM_FRAME_TAG) {
        at += SIM_FRAME_TAG;
        type = sim_frame_u16(frame + at - 2);
    }
    tcp->ip_at = at;
    if (type == SIM_ETHERTYPE_IPV4)
        return find_in_ipv4(frame + at, length - at, tcp);
    if (type == SIM_ETHERTYPE_IPV6)
        return find_in_ipv6(frame + at, length - at, tcp);
    return false;
}

bool sim_frame_is_tcp(const uint8_t *frame, size_t length)
{
    struct sim_frame_tcp tcp;

    return sim_frame_find_tcp(frame, length, &tcp);
}

uint32_t sim_frame_sum(const uint8_t *bytes, size_t length, uint32_t sum)
{
    for (size_t i = 0; i + 1 < length; i += 2)
        sum += sim_frame_u16(bytes + i);
    if (length % 2)
        sum += (uint32_t)bytes[length - 1] << 8;
    return sum;
}

uint16_t sim_frame_checksum(uint32_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

void sim_frame_set_ip_payload(uint8_t *frame, const struct sim_frame_tcp *tcp, size_t length)
{
    uint8_t *ip = frame + tcp->ip_at;
    size_t header = tcp->at - tcp->ip_at;

    if (tcp->is_ipv6) {
        sim_frame_put_u16(ip + IPV6_LENGTH_AT, (uint16_t)length);
        return;
    }
    sim_frame_put_u16(ip + IPV4_LENGTH_AT, (uint16_t)(header + length));
    sim_frame_put_u16(ip + IPV4_CHECKSUM_AT, 0);
    sim_frame_put_u16(ip + IPV4_CHECKSUM_AT, sim_frame_checksum(sim_frame_sum(ip, header, 0)));
}
