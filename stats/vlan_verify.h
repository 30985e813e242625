/*
 * Compares what is said of the ifIndex of each VLAN: by the commands, by what is remembered over
 * restarts, by the stack, and by SNMP.
 *
 * VLANs come in ascending order of their IDs, a window of a few at a time, so that 4094 of them
 * never stand in memory together. SNMP gives its names by ifIndex, not by VLAN; so they are read
 * once for each window, of which a stack with 255 interfaces has a few. A VLAN that is added or
 * removed meanwhile seems to differ; so a window with differences is read again, as true ones stay.
 */
#ifndef NETDIAG_STATS_VLAN_VERIFY_H
#define NETDIAG_STATS_VLAN_VERIFY_H

#include "netdiag/netdiag.h"

#define NETDIAG_VLAN_VERIFY_WINDOW 64

/* How many of those that differ the summary names. */
#define NETDIAG_VLAN_VERIFY_NAMED 16

/* How often a window is read in which VLANs differ. */
#define NETDIAG_VLAN_VERIFY_READS 4

/* How long a source that is in use by somebody else is asked again. */
#define NETDIAG_VLAN_VERIFY_BUSY_MS 1000

enum netdiag_vlan_source {
    NETDIAG_VLAN_SOURCE_SHOWN,      /* by show vlan ifindex */
    NETDIAG_VLAN_SOURCE_REMEMBERED, /* over restarts */
    NETDIAG_VLAN_SOURCE_STACK,      /* the stack's own number of the interface */
    NETDIAG_VLAN_SOURCE_SNMP,       /* by IF-MIB's ifName */
    NETDIAG_VLAN_SOURCES
};

/* What is said of a VLAN. */
struct netdiag_vlan_view {
    uint16_t id;
    bool exists;                             /* the device has it */
    char name[NETDIAG_VLAN_NAME_LENGTH + 1]; /* of one that exists */
    uint32_t if_index[NETDIAG_VLAN_SOURCES]; /* 0: none */
    bool snmp_again;                         /* SNMP has a second number for it */
    bool differs[NETDIAG_VLAN_SOURCES];      /* from what is shown, or from what should be */
};

struct netdiag_vlan_verify_summary {
    size_t vlans;  /* that exist, or that SNMP has and the device has not */
    size_t differ; /* of them */
    size_t gone;   /* others, whose number is remembered and nothing more */
    uint16_t named[NETDIAG_VLAN_VERIFY_NAMED]; /* the first of those that differ */
    bool has_stack;                            /* the stack's number of one at least is known */
    /* Why a source was not compared, be it from some VLAN on. */
    enum netdiag_error remembered_error, snmp_error;
};

/* The caller's; plain, so that it can be on a stack. But for the summary the fields are private. */
struct netdiag_vlan_verify {
    const struct netdiag *diag;
    bool (*cancelled)(void *ctx);
    void *ctx;
    uint16_t after;
    bool ended;
    size_t next, count;
    struct netdiag_vlan_view rows[NETDIAG_VLAN_VERIFY_WINDOW];
    struct netdiag_vlan_verify_summary summary;
};

/* `cancelled` says whether the user has stopped the command: then nothing more is waited for. */
void netdiag_vlan_verify_start(struct netdiag_vlan_verify *verify, const struct netdiag *diag,
                               bool (*cancelled)(void *ctx), void *ctx);

/*
 * The next VLAN, valid until the next call; NULL at the end, when the summary is complete, or when
 * the platform does not list its VLANs, with its error in `*error`. No lock held.
 */
const struct netdiag_vlan_view *netdiag_vlan_verify_next(struct netdiag_vlan_verify *verify,
                                                         enum netdiag_error *error);

bool netdiag_vlan_view_differs(const struct netdiag_vlan_view *view);

/* Whether all the sources that the device has, and that run, could be asked and said the same. */
bool netdiag_vlan_verify_passed(const struct netdiag_vlan_verify_summary *summary);

/* What a source is to text and to JSON, "SNMP" and "snmp". Any thread. */
const char *netdiag_vlan_source_text(enum netdiag_vlan_source source);
const char *netdiag_vlan_source_key(enum netdiag_vlan_source source);

#endif
