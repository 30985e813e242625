/*
 * What netdiag-sim is told on its command line.
 */
#ifndef NETDIAG_SIM_OPTIONS_H
#define NETDIAG_SIM_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clock.h"
#include "netdiag/platform.h"

/* Addresses of a VLAN's interface that the command line can give. */
#define SIM_VLAN_ADDRESSES 2

struct sim_vlan {
    uint16_t id;
    size_t address_count; /* 0: a VLAN without a layer 3 interface */
    struct netdiag_prefix addresses[SIM_VLAN_ADDRESSES];
};

/* What a host's program connects or sends to, and where in the simulation it then is. */
struct sim_forward {
    bool is_udp; /* else TCP */
    struct netdiag_endpoint from;
    struct netdiag_endpoint to; /* of any family: the first address of the device's */
};

/* Ports beside those of the CPU and of the world. */
#define SIM_TAP_PORTS (CONFIG_NETDIAG_SIM_PORTS - 2)
#define SIM_TAP_NAME  15 /* characters of an interface's name */

/* A port at which the host's kernel is the neighbour. */
struct sim_tap_port {
    char name[SIM_TAP_NAME + 1];
    bool is_trunk;
    uint16_t vlan; /* an access port's, a trunk's native one */
};

struct sim_scenario;

struct sim_options {
    char host[NETDIAG_HOST_LENGTH + 1];
    enum sim_clock_kind clock;
    uint64_t seed;
    uint32_t pcbs;
    uint64_t run_ms;        /* how long the world runs before the first command */
    const char *state_dir;  /* NULL: none was given */
    const char *pcap;       /* NULL: no capture */
    const char *lwip_stats; /* NULL: lwIP's own numbers are not written */
    const struct sim_scenario *scenario;
    bool no_console; /* it runs until a signal, and its shells are on the control socket */
    bool syslog;     /* its log goes to the host's, too */
    const char *control_group; /* NULL: the socket is its owner's alone */
    bool forward_named;        /* --forward was given; else a forward that cannot be is no error */
    bool forward_any;          /* not from loopback addresses alone */
    size_t forward_count;
    struct sim_forward forwards[CONFIG_NETDIAG_SIM_FORWARDS];
    char snmp_community[CONFIG_NETDIAG_SNMP_COMMUNITY_LENGTH + 1]; /* "": there is no agent */
    size_t snmp_source_count;                                      /* 0: everybody may ask */
    struct netdiag_prefix snmp_sources[CONFIG_NETDIAG_SNMP_SOURCES];
    const char *snmp_contact, *snmp_location; /* NULL: none was given */
    bool no_world;                            /* the neighbours are those at `ports` alone */
    size_t port_count;
    struct sim_tap_port ports[SIM_TAP_PORTS];
    size_t vlan_count;
    struct sim_vlan vlans[CONFIG_NETDIAG_VLANS];
};

enum sim_options_result {
    SIM_OPTIONS_RUN,
    SIM_OPTIONS_DONE, /* --help or --version: the text is written to stdout, exit with 0 */
    SIM_OPTIONS_BAD,  /* `error` says which, what was given and what is legal */
};

/* The device that is simulated when nothing is said: VLANs 1, 10 and 20. */
void sim_options_default(struct sim_options *options);

/* Fills `options` from the command line, over what is there. Pointers into argv are kept. */
enum sim_options_result sim_options_parse(struct sim_options *options, int argc, char **argv,
                                          char *error, size_t error_size);

/*
 * Telnet, SSH and, if there is a community, SNMP from ports of the host's loopback, unless the
 * command line names forwards or the clock is virtual, for which the device has no doors. For a
 * switch that stays: one that runs the lines of a pipe is gone before anybody could come.
 */
void sim_options_default_forwards(struct sim_options *options);

#endif
