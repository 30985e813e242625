#include "frame.h"

#define IP_PROTOCOL_TCP     6
#define IPV4_PROTOCOL_AT    9
#define IPV6_NEXT_HEADER_AT 6
#define IPV4_HEADER         20
#define IPV6_HEADER         40

bool sim_frame_is_tcp(const uint8_t *frame, size_t length)
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
    if (type == SIM_ETHERTYPE_IPV4)
        return length >= at + IPV4_HEADER && frame[at + IPV4_PROTOCOL_AT] == IP_PROTOCOL_TCP;
    if (type == SIM_ETHERTYPE_IPV6)
        return length >= at + IPV6_HEADER && frame[at + IPV6_NEXT_HEADER_AT] == IP_PROTOCOL_TCP;
    return false;
}
