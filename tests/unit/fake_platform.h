/*
 * A platform that a test programs: values, failures, missing functions, any number of VLANs.
 *
 * There is one, because a process has one device. fake_reset() puts it back to a small switch
 * with VLANs 1, 10 and 20.
 */
#ifndef NETDIAG_TESTS_FAKE_PLATFORM_H
#define NETDIAG_TESTS_FAKE_PLATFORM_H

#include "netdiag/netdiag.h"

#define FAKE_CONNECTIONS 1000
#define FAKE_LISTENERS   300
#define FAKE_CLOSED      300
#define FAKE_POOLS       300
#define FAKE_INTERFACES  1100
#define FAKE_NEIGHBORS   300
#define FAKE_SCANNERS    300
#define FAKE_NAMES       5000

struct fake {
    struct netdiag diag;
    struct netdiag_platform platform; /* set a function to NULL, and the platform lacks it */

    /* What each function answers. */
    enum netdiag_error system_error, time_error, counters_error, states_error, pool_error;
    enum netdiag_error wait_error, vlans_error;
    uint16_t vlans_fail_after; /* ... for cursors from here on: a list that breaks off */

    struct netdiag_system system;
    struct netdiag_time time;
    struct netdiag_tcp_counters counters;
    struct netdiag_tcp_states states;
    struct netdiag_tcp_pool pool;
    struct netdiag_vlan vlans[NETDIAG_VLAN_MAX];
    size_t vlan_count;

    /*
     * The numbers that are remembered, by VLAN, 0 for none; vlan_add gives a new VLAN 1000 + id
     * where it has none, and what it and vlan_remove answer in place of doing it.
     */
    enum netdiag_error vlan_add_error, vlan_remove_error;
    uint32_t vlan_numbers[NETDIAG_VLAN_MAX + 1];
    enum netdiag_error vlan_numbers_error;
    uint16_t vlan_numbers_fail_after; /* ... for cursors from here on */

    /* SNMP's names in ascending order of their ifIndex; the first so many asks find it in use. */
    enum netdiag_error snmp_error, snmp_names_error;
    struct netdiag_snmp snmp;
    struct netdiag_snmp_name snmp_names[FAKE_NAMES];
    size_t snmp_name_count;
    size_t snmp_names_busy;
    size_t snmp_names_calls;
    size_t snmp_names_fail_at; /* from this call on, counted from 0: a list that breaks off */

    /* Connections come in the order of the array, at most connections_chunk (0: any) at a time. */
    enum netdiag_error connections_error;
    size_t connections_fail_at; /* ... when so many were given: a walk that breaks off */
    size_t connections_chunk;
    size_t connections_calls;
    size_t connections_capacity; /* the largest that was asked for */
    bool connections_stuck;      /* a cursor that does not move: a broken contract */
    size_t connections_count_added;
    bool connections_no_hold;
    void (*on_connections)(void);
    struct netdiag_tcp_connection connections[FAKE_CONNECTIONS];
    size_t connection_count;

    enum netdiag_error listeners_error;
    struct netdiag_tcp_listener listeners[FAKE_LISTENERS];
    size_t listener_count;

    enum netdiag_error closed_error;
    struct netdiag_tcp_closed closed[FAKE_CLOSED]; /* the newest first */
    size_t closed_count;
    size_t closed_count_added;
    uint64_t closed_total;

    enum netdiag_error state_totals_error;
    struct netdiag_tcp_state_totals state_totals;

    enum netdiag_error scanners_error;
    struct netdiag_tcp_scanner scanners[FAKE_SCANNERS]; /* the one heard last first */
    size_t scanner_count;
    size_t scanner_count_added;

    /* What is known of every address, and which was asked for last. */
    enum netdiag_error reach_error;
    enum netdiag_reach reach;
    struct netdiag_address reach_to;

    uint32_t aborted; /* the last ID that was ended; a connection of connections[] is taken away */

    enum netdiag_error memory_pools_error;
    struct netdiag_memory_pool memory_pools[FAKE_POOLS];
    size_t memory_pool_count;

    enum netdiag_error interfaces_error;
    struct netdiag_interface interfaces[FAKE_INTERFACES];
    size_t interface_count;

    /* Neighbours of both families come in the order of the array, of the family asked for. */
    enum netdiag_error neighbors_error;
    size_t neighbors_fail_at; /* ... from this place on: a list that breaks off */
    bool neighbors_stuck;     /* a cursor that does not move: a broken contract */
    size_t neighbors_count_added;
    struct netdiag_neighbor neighbors[FAKE_NEIGHBORS];
    size_t neighbor_count;

    /*
     * What becomes of each echo: answered ('!') after echo_rtt_ms of the device's time, 10 more for
     * each later one, silent ('.'), or not sent with echo_error ('U'); after its end all are
     * answered.
     */
    char echoes[64];
    uint32_t echo_rtt_ms;
    enum netdiag_error echo_error, echo_poll_error;
    size_t echoes_tried, echoes_open; /* sent or not; sent and not ended */
    uint16_t echo_bytes;
    struct netdiag_address echo_to;
    uint64_t echo_sent_ms; /* of the last */

    size_t vlans_count_added; /* added to the count that the function answers: a broken contract */
    size_t vlans_calls;
    size_t vlans_capacity;     /* the largest that was asked for */
    void (*on_counters)(void); /* called in the middle of a command */
    void (*on_vlans)(void);    /* the same, each time that VLANs are asked for */

    uint32_t wait_percent; /* how much of what was asked for passes in truth, 100 */
    uint32_t wait_longest; /* that was asked for */
    size_t wait_calls;
    void (*on_wait)(void);

    char log[1024]; /* each line: its severity, a blank, its text, LF */
};

extern struct fake fake;

void fake_reset(void);

/* A VLAN without an interface, named "Vlan" and its number; its ifIndex is 1000 + id. */
struct netdiag_vlan *fake_vlan(uint16_t id);

/*
 * Makes all say the same of VLANs: ifIndexes are the stack's own numbers, from 2, and what is
 * remembered and SNMP have them too.
 */
void fake_agree(void);

/* The next of SNMP's names. */
struct netdiag_snmp_name *fake_snmp_name(uint32_t if_index, const char *name);

/* Gives it an interface with its own MAC address, netif index and IPv4 address 10.0.<id>.1/24. */
void fake_vlan_interface(struct netdiag_vlan *vlan, uint32_t netif_index);

/*
 * An established connection from 10.0.10.2 to the service at 10.0.10.1:80, with a history and an ID
 * that is its number, from 1; each of its numbers is its own.
 */
struct netdiag_tcp_connection *fake_connection(void);

/*
 * A listener at *:PORT with a backlog of 5, of which 2 wait, with counts and an accept callback of
 * its own; the name of that is "accept_PORT", but for ports above 9999, for which none is known.
 */
struct netdiag_tcp_listener *fake_listener(uint16_t port, const char *owner);

/* A connection like fake_connection()'s that ended a while ago, the next older one. */
struct netdiag_tcp_closed *fake_closed(enum netdiag_tcp_end end);

/*
 * A source of segments to closed ports, one that was heard a second earlier than the one before: it
 * tried 10 ports and more, by twice as many segments in the minute before.
 */
struct netdiag_tcp_scanner *fake_scanner(const char *address);

void fake_endpoint(struct netdiag_endpoint *endpoint, const char *address, uint16_t port);

/* A pool of objects whose numbers are its own. */
struct netdiag_memory_pool *fake_memory_pool(const char *name);

/* A port of ifIndex 1001 and on; each of its numbers is its own. */
struct netdiag_interface *fake_interface(const char *name);

/* The interface of a VLAN, up, of that ifIndex; before the first port. */
struct netdiag_interface *fake_vlan_counters(uint16_t id, uint32_t if_index);

/*
 * A neighbour with MAC address 02:00:00:02:00:NN, NN its number from 1, on Vlan10; an IPv6 one is
 * reachable.
 */
struct netdiag_neighbor *fake_neighbor(const char *address);

/* Sets every counter, each to a value of its own. */
void fake_count_all(void);

#endif
