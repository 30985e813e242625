/*
 * SNMPv2-MIB::snmp (RFC 3418), with the objects that it took over from RFC 1213: they are obsolete,
 * but lwIP counts them.
 */
#include "agent.h"
#include "mibs.h"
#include "objects.h"
#include "platform/lwip/internal.h"

#define TRAPS_DISABLED 2

/* The objects that are not lwIP's counters alone, by their numbers. */
enum {
    IN_PKTS = 1,
    IN_BAD_VERSIONS = 3,
    IN_BAD_COMMUNITY_NAMES = 4,
    IN_ASN_PARSE_ERRS = 6,
    ENABLE_AUTHEN_TRAPS = 30,
    SILENT_DROPS = 31,
    PROXY_DROPS = 32,
};

/* Where lwIP counts, by the number of the object; NULL: it does not. */
static const u32_t *const counters[] = {
    [2] = &snmp_stats.outpkts,         [5] = &snmp_stats.inbadcommunityuses,
    [8] = &snmp_stats.intoobigs,       [9] = &snmp_stats.innosuchnames,
    [10] = &snmp_stats.inbadvalues,    [11] = &snmp_stats.inreadonlys,
    [12] = &snmp_stats.ingenerrs,      [13] = &snmp_stats.intotalreqvars,
    [14] = &snmp_stats.intotalsetvars, [15] = &snmp_stats.ingetrequests,
    [16] = &snmp_stats.ingetnexts,     [17] = &snmp_stats.insetrequests,
    [18] = &snmp_stats.ingetresponses, [19] = &snmp_stats.intraps,
    [20] = &snmp_stats.outtoobigs,     [21] = &snmp_stats.outnosuchnames,
    [22] = &snmp_stats.outbadvalues,   [24] = &snmp_stats.outgenerrs,
    [25] = &snmp_stats.outgetrequests, [26] = &snmp_stats.outgetnexts,
    [27] = &snmp_stats.outsetrequests, [28] = &snmp_stats.outgetresponses,
    [29] = &snmp_stats.outtraps,
};

/* Counter32: what is left of 64 bits wraps where theirs would. */
static u32_t number_of(uint8_t object)
{
    struct netdiag_snmp_counts counts;

    netdiag_lwip_lock();
    counts = netdiag_snmp_counts;
    netdiag_lwip_unlock();
    switch (object) {
    case IN_PKTS:
        return (u32_t)counts.in_packets;
    case IN_BAD_VERSIONS:
        return (u32_t)counts.bad_versions;
    case IN_BAD_COMMUNITY_NAMES:
        return (u32_t)counts.bad_communities;
    case IN_ASN_PARSE_ERRS:
        return (u32_t)counts.parse_errors + snmp_stats.inasnparseerrs;
    case ENABLE_AUTHEN_TRAPS:
        return TRAPS_DISABLED; /* there are none */
    case SILENT_DROPS:
        return (u32_t)counts.silent_drops;
    case PROXY_DROPS:
        return 0; /* it is no proxy */
    default:
        return *counters[object];
    }
}

static bool read_object(const struct netdiag_snmp_object *object, const void *row,
                        struct snmp_node_instance *cell)
{
    (void)row;
    cell->reference.u32 = number_of(object->id[0]);
    return true;
}

#define OBJECT(number, type)                                                                       \
    {                                                                                              \
        1, {number}, (type), 0, netdiag_snmp_find_scalar, read_object                              \
    }
#define COUNTER(number) OBJECT(number, SNMP_ASN1_TYPE_COUNTER)

static const struct netdiag_snmp_object objects[] = {
    COUNTER(IN_PKTS),
    COUNTER(2),
    COUNTER(IN_BAD_VERSIONS),
    COUNTER(IN_BAD_COMMUNITY_NAMES),
    COUNTER(5),
    COUNTER(IN_ASN_PARSE_ERRS),
    COUNTER(8),
    COUNTER(9),
    COUNTER(10),
    COUNTER(11),
    COUNTER(12),
    COUNTER(13),
    COUNTER(14),
    COUNTER(15),
    COUNTER(16),
    COUNTER(17),
    COUNTER(18),
    COUNTER(19),
    COUNTER(20),
    COUNTER(21),
    COUNTER(22),
    COUNTER(24),
    COUNTER(25),
    COUNTER(26),
    COUNTER(27),
    COUNTER(28),
    COUNTER(29),
    OBJECT(ENABLE_AUTHEN_TRAPS, SNMP_ASN1_TYPE_INTEGER),
    COUNTER(SILENT_DROPS),
    COUNTER(PROXY_DROPS),
};

static const struct netdiag_snmp_objects root = NETDIAG_SNMP_OBJECTS(objects);

static const u32_t base[] = {1, 3, 6, 1, 2, 1, 11};

const struct snmp_mib netdiag_snmp_mib_snmp = SNMP_MIB_CREATE(base, &root.leaf.node);
