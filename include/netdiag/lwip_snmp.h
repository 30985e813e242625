/*
 * netdiag's SNMP agent on lwIP: RFC 3418's system and snmp groups, TCP-MIB (RFC 4022), IF-MIB
 * (RFC 2863), and of Q-BRIDGE-MIB and BRIDGE-MIB what names VLANs and their ports. SNMPv1 and
 * SNMPv2c, read-only.
 *
 * lwIP's framework of src/apps/snmp does the protocol; leave its snmp_raw.c and snmp_netconn.c out
 * of the firmware, as the transport is netdiag's. Requests are taken in the stack's context, and
 * answered by netdiag_lwip_snmp_serve() in a task of the firmware's own, so that the stack goes on
 * while a table of ten thousand connections is read.
 *
 * For the build: platform/lwip/snmp needs lwIP's src/apps/snmp as a directory of headers. The
 * framework allocates its answer in that task, without the core lock. With an operating system
 * (NO_SYS 0) lwIP's heap allows it, and SYS_LIGHTWEIGHT_PROT must be 1. Without one (NO_SYS 1) the
 * heap knows no two that allocate at once, LWIP_ALLOW_MEM_FREE_FROM_OTHER_CONTEXT or not: either
 * the loop that runs the stack calls netdiag_lwip_snmp_serve(), too, or lwIP's snmp_msg.c is
 * compiled with -Dpbuf_alloc=netdiag_snmp_pbuf_alloc -Dpbuf_free=netdiag_snmp_pbuf_free
 * -Dpbuf_realloc=netdiag_snmp_pbuf_realloc, which take the lock. It may be so in any firmware.
 */
#ifndef NETDIAG_LWIP_SNMP_H
#define NETDIAG_LWIP_SNMP_H

#include <stdbool.h>
#include <stddef.h>

#include "netdiag/address.h"
#include "netdiag/config.h"
#include "netdiag/error.h"

#define NETDIAG_LWIP_SNMP_PORT 161

struct netdiag_lwip_snmp_config {
    /* Who knows it may read: 1 to CONFIG_NETDIAG_SNMP_COMMUNITY_LENGTH printable characters. */
    const char *community;

    /* Who may ask, at most CONFIG_NETDIAG_SNMP_SOURCES prefixes; none: everybody. */
    const struct netdiag_prefix *sources;
    size_t source_count;

    /* sysContact and sysLocation; NULL: "". At most 255 characters. */
    const char *contact, *location;

    /*
     * A request waits: the task that calls netdiag_lwip_snmp_serve() is to be woken. Called with
     * the core lock held; it must not wait.
     */
    void (*wake)(void *ctx);
    void *ctx;
};

/*
 * Starts the agent: from now on requests to UDP port 161 of any of the device's addresses are
 * taken. With the core lock held, after netdiag_lwip_start(); strings and prefixes are copied.
 * NETDIAG_ERROR_INVALID: a community, text or count outside what stands above;
 * NETDIAG_ERROR_EXISTS: it runs already; NETDIAG_ERROR_MEMORY: lwIP has no UDP PCB left, or the
 * port is another's.
 */
enum netdiag_error netdiag_lwip_snmp_start(const struct netdiag_lwip_snmp_config *config);

/*
 * Ends it and drops what waits. With the core lock held, while no task is in
 * netdiag_lwip_snmp_serve(). Nothing happens when it does not run.
 */
void netdiag_lwip_snmp_stop(void);

/*
 * Answers one request that waits; false: there is none, or somebody else is being answered, and
 * wake() will be called. Without the core lock, which it takes for bounded times; needs about
 * 6 KB of stack with CONFIG_NETDIAG_SNMP_OBJECT_ID at 128.
 */
bool netdiag_lwip_snmp_serve(void);

#endif
