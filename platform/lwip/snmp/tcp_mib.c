/*
 * TCP-MIB, RFC 4022. Counters are since boot, whatever a shell has cleared; those that the platform
 * does not count have no instance.
 *
 * tcpConnTable is not here: it is deprecated, has no IPv6, and who reads connections by SNMP asks
 * for tcpConnectionTable first. tcpConnectionState cannot be set, as the RFC's compliance allows.
 */
#include <string.h>

#include "lwip/opt.h"
#include "lwip/priv/tcp_priv.h"

#include "look.h"
#include "mibs.h"
#include "tcp_tables.h"

#define RTO_VANJ 4 /* Van Jacobson's algorithm */

/* A constant of lwIP's own before 2.2. */
#ifndef LWIP_TCP_RTO_TIME
#define LWIP_TCP_RTO_TIME 3000
#endif

/*
 * What lwIP's retransmission timeout can be, for no op tells it. lwIP has no lower bound, but its
 * mean deviation, times four, begins at LWIP_TCP_RTO_TIME and by its arithmetic does not fall
 * below three ticks of the slow timer from above them, and never grows less below; the round trip
 * adds to it. Backing off stops at the largest number that it is kept in.
 */
#define RTO_FIRST_TICKS (LWIP_TCP_RTO_TIME / TCP_SLOW_INTERVAL)
#define RTO_MIN_MS      (LWIP_MIN(RTO_FIRST_TICKS, 3) * TCP_SLOW_INTERVAL)
#define RTO_MAX_MS      (0x7fff * TCP_SLOW_INTERVAL)

enum fixed { RTO_ALGORITHM, RTO_MIN, RTO_MAX };

static bool read_fixed(const struct netdiag_snmp_object *object, const void *row,
                       struct snmp_node_instance *cell)
{
    static const s32_t values[] = {
        [RTO_ALGORITHM] = RTO_VANJ, [RTO_MIN] = RTO_MIN_MS, [RTO_MAX] = RTO_MAX_MS};

    (void)row;
    cell->reference.s32 = values[object->what];
    return true;
}

/* Without a pool of their own PCBs are from the heap: then their number is not bounded. */
static bool read_most_connections(const struct netdiag_snmp_object *object, const void *row,
                                  struct snmp_node_instance *cell)
{
    const struct netdiag_tcp_pool *pool = netdiag_snmp_look_tcp_pool();

    (void)object, (void)row;
    cell->reference.s32 = pool ? (s32_t)pool->capacity : -1;
    return pool || MEMP_MEM_MALLOC;
}

static bool read_established(const struct netdiag_snmp_object *object, const void *row,
                             struct snmp_node_instance *cell)
{
    const struct netdiag_tcp_states *states = netdiag_snmp_look_tcp_states();

    (void)object, (void)row;
    if (!states)
        return false;
    cell->reference.u32 =
        (u32_t)(states->count[NETDIAG_TCP_ESTABLISHED] + states->count[NETDIAG_TCP_CLOSE_WAIT]);
    return true;
}

static bool read_counter(const struct netdiag_snmp_object *object, const void *row,
                         struct snmp_node_instance *cell)
{
    const struct netdiag_tcp_counters *counters = netdiag_snmp_look_tcp_counters();
    uint64_t value;

    (void)row;
    if (!counters ||
        !netdiag_tcp_counter_get(counters, (enum netdiag_tcp_counter)object->what, &value))
        return false;
    if (object->type == SNMP_ASN1_TYPE_COUNTER64)
        cell->reference.u64 = value;
    else
        cell->reference.u32 = (u32_t)value;
    return true;
}

static bool read_state(const struct netdiag_snmp_object *object, const void *row,
                       struct snmp_node_instance *cell)
{
    (void)object;
    cell->reference.u32 = netdiag_snmp_tcp_state_of(row);
    return true;
}

/* The processes of hrSWRunTable; there is none. */
static bool read_process(const struct netdiag_snmp_object *object, const void *row,
                         struct snmp_node_instance *cell)
{
    (void)object, (void)row;
    cell->reference.u32 = 0;
    return true;
}

#define SCALAR(number, type, what, read)                                                           \
    {                                                                                              \
        1, {number}, SNMP_ASN1_TYPE_##type, what, netdiag_snmp_find_scalar, read                   \
    }
#define COUNTER(number, type, counter) SCALAR(number, type, NETDIAG_TCP_##counter, read_counter)
#define COLUMN(table, column, type, find, read)                                                    \
    {                                                                                              \
        3, {table, 1, column}, SNMP_ASN1_TYPE_##type, 0, find, read                                \
    }

static const struct netdiag_snmp_object objects[] = {
    SCALAR(1, INTEGER, RTO_ALGORITHM, read_fixed),
    SCALAR(2, INTEGER, RTO_MIN, read_fixed),
    SCALAR(3, INTEGER, RTO_MAX, read_fixed),
    SCALAR(4, INTEGER, 0, read_most_connections),
    COUNTER(5, COUNTER, ACTIVE_OPENS),
    COUNTER(6, COUNTER, PASSIVE_OPENS),
    COUNTER(7, COUNTER, ATTEMPT_FAILS),
    COUNTER(8, COUNTER, ESTAB_RESETS),
    SCALAR(9, GAUGE, 0, read_established),
    COUNTER(10, COUNTER, IN_SEGS),
    COUNTER(11, COUNTER, OUT_SEGS),
    COUNTER(12, COUNTER, RETRANS_SEGS),
    COUNTER(14, COUNTER, IN_ERRS),
    COUNTER(15, COUNTER, OUT_RSTS),
    COUNTER(17, COUNTER64, IN_SEGS),  /* tcpHCInSegs */
    COUNTER(18, COUNTER64, OUT_SEGS), /* tcpHCOutSegs */
    COLUMN(19, 7, INTEGER, netdiag_snmp_find_tcp_connection, read_state),
    COLUMN(19, 8, GAUGE, netdiag_snmp_find_tcp_connection, read_process),
    COLUMN(20, 4, GAUGE, netdiag_snmp_find_tcp_listener, read_process),
};

static const struct netdiag_snmp_objects node = NETDIAG_SNMP_OBJECTS(objects);
static const u32_t root[] = {1, 3, 6, 1, 2, 1, 6};

const struct snmp_mib netdiag_snmp_mib_tcp = SNMP_MIB_CREATE(root, &node.leaf.node);
