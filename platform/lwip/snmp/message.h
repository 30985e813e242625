/*
 * What of an SNMP message is looked at before lwIP's framework gets it, and after.
 *
 * lwIP decodes well, but does not ask whether what it decodes belongs together: where a length says
 * less than its parent's it reads on behind the end, it wraps what is too large for 32 bits, and it
 * answers a SET of any community. So a request is checked as a whole here, with lwIP's own decoder,
 * and lwIP only gets what it does right.
 */
#ifndef NETDIAG_PLATFORM_LWIP_SNMP_MESSAGE_H
#define NETDIAG_PLATFORM_LWIP_SNMP_MESSAGE_H

#include "lwip/pbuf.h"

/* The largest message: what lwIP makes its answers in, an Ethernet frame's worth. */
#define NETDIAG_SNMP_MESSAGE_MAX 1472

enum netdiag_snmp_verdict {
    NETDIAG_SNMP_GOOD,
    NETDIAG_SNMP_MALFORMED, /* no SNMP message, or none that an agent is sent */
    NETDIAG_SNMP_BAD_VERSION,
    NETDIAG_SNMP_BAD_COMMUNITY,
    NETDIAG_SNMP_TOO_LONG, /* an answer that repeats it would not fit */
};

/*
 * Looks at a request, in one piece. `community` is the only one that may ask. A good one has its
 * type at `*type`, and a GETBULK is changed where lwIP would take it for something else.
 */
enum netdiag_snmp_verdict netdiag_snmp_message_check(struct pbuf *request, const char *community,
                                                     u8_t *type);

/* Puts lwIP's answer to a request of `type` right. Returns how many bytes it has then. */
u16_t netdiag_snmp_message_mend(struct pbuf *answer, u8_t type);

#endif
