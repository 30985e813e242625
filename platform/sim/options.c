#include "options.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "forward.h"
#include "frame.h"
#include "netdiag/netdiag.h"
#include "ports.h"
#include "scenario.h"
#include "snmp.h"
#include "stats/text.h"

#define DEFAULT_PCBS 256
#define PCBS_MIN     16
#define RUN_MAX_S    (366u * 24 * 3600)

struct parser {
    struct sim_options *options;
    char *error;
    size_t error_size;
};

static bool fail(const struct parser *parser, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool fail(const struct parser *parser, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(parser->error, parser->error_size, format, args);
    va_end(args);
    return false;
}

/* A decimal number and nothing else, from `low` to `high`. */
static bool parse_number(const char *text, uint64_t low, uint64_t high, uint64_t *number)
{
    char *end;

    if (!isdigit((unsigned char)text[0]))
        return false;
    errno = 0;
    *number = strtoull(text, &end, 10);
    return errno == 0 && *end == '\0' && *number >= low && *number <= high;
}

static bool parse_prefix(const char *text, struct netdiag_prefix *prefix)
{
    char address[NETDIAG_ADDRESS_TEXT];
    const char *slash = strchr(text, '/');
    uint64_t length;

    memset(prefix, 0, sizeof(*prefix));
    if (!slash || (size_t)(slash - text) >= sizeof(address))
        return false;
    memcpy(address, text, (size_t)(slash - text));
    address[slash - text] = '\0';
    if (inet_pton(AF_INET, address, prefix->address.bytes) == 1) {
        prefix->address.family = NETDIAG_FAMILY_IPV4;
        if (!parse_number(slash + 1, 1, 30, &length))
            return false;
    } else if (inet_pton(AF_INET6, address, prefix->address.bytes) == 1) {
        prefix->address.family = NETDIAG_FAMILY_IPV6;
        if (!parse_number(slash + 1, 64, 64, &length))
            return false;
    } else {
        return false;
    }
    prefix->length = (uint8_t)length;
    return true;
}

/* Whether an interface can have it: a host's, and not the network's, everybody's or a group's. */
static bool is_host(const struct netdiag_prefix *prefix)
{
    const uint8_t *bytes = prefix->address.bytes;
    uint32_t host_bits = prefix->length < 32 ? UINT32_MAX >> prefix->length : 0;
    uint32_t host;

    if (prefix->address.family == NETDIAG_FAMILY_IPV6)
        return bytes[0] != 0 && bytes[0] != 0xff &&
               !(bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80);
    host = ((uint32_t)sim_frame_u16(bytes) << 16 | sim_frame_u16(bytes + 2)) & host_bits;
    return bytes[0] != 0 && bytes[0] != 127 && bytes[0] < 224 && host != 0 && host != host_bits;
}

static bool add_address(const struct parser *parser, struct sim_vlan *vlan, const char *text)
{
    struct netdiag_prefix prefix;

    if (!parse_prefix(text, &prefix))
        return fail(parser,
                    "--vlan %u: \"%s\" is no address; legal are IPv4 with a prefix of 1 to 30 bits "
                    "(10.0.30.1/24) and IPv6 with 64 (2001:db8:30::1/64)",
                    vlan->id, text);
    if (!is_host(&prefix))
        return fail(parser,
                    "--vlan %u: \"%s\" is no host's address; legal are unicast addresses that are "
                    "neither the network's own nor its broadcast's, nor loopback or link-local",
                    vlan->id, text);
#ifndef CONFIG_NETDIAG_IPV6
    if (prefix.address.family == NETDIAG_FAMILY_IPV6)
        return fail(parser, "--vlan %u: \"%s\": built without CONFIG_NETDIAG_IPV6", vlan->id, text);
#endif
    for (size_t i = 0; i < vlan->address_count; i++) {
        if (vlan->addresses[i].address.family == prefix.address.family)
            return fail(parser, "--vlan %u: \"%s\" is a second address of its family; one is legal",
                        vlan->id, text);
    }
    vlan->addresses[vlan->address_count++] = prefix;
    return true;
}

static bool option_vlan(const struct parser *parser, char *text)
{
    struct sim_options *options = parser->options;
    char *equals = strchr(text, '=');
    struct sim_vlan vlan = {0};
    uint64_t id;

    if (equals)
        *equals = '\0';
    if (!parse_number(text, NETDIAG_VLAN_MIN, NETDIAG_VLAN_MAX, &id))
        return fail(parser, "--vlan: \"%s\" is no VLAN; legal are %d to %d", text, NETDIAG_VLAN_MIN,
                    NETDIAG_VLAN_MAX);
    vlan.id = (uint16_t)id;
    for (size_t i = 0; i < options->vlan_count; i++) {
        if (options->vlans[i].id == vlan.id)
            return fail(parser, "--vlan %u: the VLAN is there already", vlan.id);
    }
    if (options->vlan_count == CONFIG_NETDIAG_VLANS)
        return fail(parser,
                    "--vlan %u: there are %d VLANs already; CONFIG_NETDIAG_VLANS bounds them",
                    vlan.id, CONFIG_NETDIAG_VLANS);
    for (char *rest = equals ? equals + 1 : NULL, *next; rest; rest = next) {
        next = strchr(rest, ',');
        if (next)
            *next++ = '\0';
        if (!add_address(parser, &vlan, rest))
            return false;
    }
    options->vlans[options->vlan_count++] = vlan;
    return true;
}

static bool option_number(const struct parser *parser, const char *name, const char *text,
                          uint64_t low, uint64_t high, uint64_t *number)
{
    if (parse_number(text, low, high, number))
        return true;
    return fail(parser, "--%s: \"%s\" is no legal value; legal are %llu to %llu", name, text,
                (unsigned long long)low, (unsigned long long)high);
}

static bool option_host(const struct parser *parser, const char *text)
{
    size_t length = strlen(text);

    for (size_t i = 0; i < length; i++) {
        if (!isalnum((unsigned char)text[i]) && !strchr("-_.", text[i]))
            length = 0;
    }
    if (length == 0 || length > NETDIAG_HOST_LENGTH)
        return fail(parser,
                    "--hostname: \"%s\" is no host name; legal are 1 to %d letters, digits, '-', "
                    "'_' and '.'",
                    text, NETDIAG_HOST_LENGTH);
    (void)netdiag_text_copy(parser->options->host, sizeof(parser->options->host), text);
    return true;
}

static bool option_clock(const struct parser *parser, const char *text)
{
    if (strcmp(text, "real") == 0)
        parser->options->clock = SIM_CLOCK_REAL;
    else if (strcmp(text, "virtual") == 0)
        parser->options->clock = SIM_CLOCK_VIRTUAL;
    else
        return fail(parser, "--clock: \"%s\" is no clock; legal are real and virtual", text);
    return true;
}

static bool option_state_dir(const struct parser *parser, const char *text)
{
    if (text[0] == '\0')
        return fail(parser, "--state-dir: \"\" is no directory");
    parser->options->state_dir = text;
    return true;
}

static bool option_file(const struct parser *parser, const char *name, const char *text,
                        const char **path)
{
    if (text[0] == '\0')
        return fail(parser, "--%s: \"\" is no file", name);
    *path = text;
    return true;
}

static bool option_scenario(const struct parser *parser, const char *text)
{
    char names[SIM_SCENARIO_NAMES];
    const struct sim_scenario *scenario = sim_scenario_find(text);

    if (scenario) {
        parser->options->scenario = scenario;
        return true;
    }
    sim_scenario_names(names, sizeof(names));
    return fail(parser, "--scenario: \"%s\" is no scenario; legal are %s", text, names);
}

static bool option_forward(const struct parser *parser, const char *text)
{
    struct sim_options *options = parser->options;

    options->forward_named = true;
    if (strcmp(text, "none") == 0) {
        options->forward_count = 0;
        return true;
    }
    if (options->forward_count == CONFIG_NETDIAG_SIM_FORWARDS)
        return fail(parser,
                    "--forward %s: there are %d forwards already; CONFIG_NETDIAG_SIM_FORWARDS "
                    "bounds them",
                    text, CONFIG_NETDIAG_SIM_FORWARDS);
    if (sim_forward_parse(text, &options->forwards[options->forward_count++]))
        return true;
    return fail(parser,
                "--forward: \"%.100s\" is no forward; legal are none, "
                "tcp:ADDRESS:PORT-[DEVICE:]PORT and udp:ADDRESS:PORT-[DEVICE:]PORT with ports 1 to "
                "65535 and IPv6 addresses in brackets, tcp:127.0.0.1:2323-23 for example",
                text);
}

static bool option_port(const struct parser *parser, const char *text)
{
    struct sim_options *options = parser->options;

    if (options->port_count == SIM_TAP_PORTS)
        return fail(parser,
                    "--port %s: there are %d ports already; CONFIG_NETDIAG_SIM_PORTS bounds them",
                    text, SIM_TAP_PORTS);
    return sim_ports_parse(text, &options->ports[options->port_count++], parser->error,
                           parser->error_size);
}

static void list_scenarios(void)
{
    const struct sim_scenario *scenario;

    for (size_t i = 0; (scenario = sim_scenario_at(i)) != NULL; i++) {
        printf("  %-22s%s\n", scenario->name, scenario->help);
        if (scenario == sim_scenario_default())
            continue; /* it is always there, finds nothing and does not end */
        printf("%24sfindings: %s\n", "", scenario->expects ? scenario->expects : "none");
        if (scenario->raised_s > 0)
            printf("%24sfound within %" PRIu32 " s, as the rule itself waits\n", "",
                   scenario->raised_s);
        if (scenario->seconds > 0)
            printf("%24slasts %" PRIu32 " s", "", scenario->seconds);
        else
            printf("%24slasts until another is simulated", "");
        printf("%s%s\n", scenario->ends ? "; " : "", scenario->ends ? scenario->ends : "");
    }
}

static void print_help(void)
{
    printf(
        "netdiag-sim: a simulated switch with the TCP and VLAN diagnostic shell\n"
        "\n"
        "Usage: netdiag-sim [OPTION]...\n"
        "       netdiag-sim user --help      who may come in over telnet and SSH\n"
        "\n"
        "On a terminal it ends at the switch's prompt. Otherwise it runs the commands of its\n"
        "standard input, one a line, prints what they print, and ends with\n"
        "  0  all went well          2  no such command, or wrong words\n"
        "  1  a command failed       3  the switch could not be started\n"
        "\n"
        "  --clock real|virtual  the clock of the switch (real). A virtual clock moves only\n"
        "                        by --run and by commands that wait, as fast as it can\n"
        "  --run SECONDS         let the world run so long before the first command (0)\n"
        "  --seed N              what the world does is made from this number (1)\n"
        "  --scenario NAME       what goes on from the fifth second on, see below (normal).\n"
        "                        The command simulate NAME begins one at run time\n"
        "  --vlan N[=ADDR/LEN[,ADDR/LEN]]\n"
        "                        one more VLAN, beside 1, 10 and 20; with an IPv4 address, an\n"
        "                        IPv6 address or both it has an interface. Repeatable\n"
        "  --pcbs N              TCP connections that the switch has room for, %d to %d (%d)\n"
        "  --hostname NAME       its name and prompt (sw1)\n"
        "  --state-dir DIR       where it keeps its state and its log. Default: on a terminal\n"
        "                        and with --no-console netdiag/NAME in $XDG_STATE_HOME or\n"
        "                        ~/.local/state, else a temporary directory\n"
        "  --no-console          run without a shell here, until a signal\n"
        "  --syslog              send its log to the host's syslog, too\n"
        "  --control-group GROUP let a group use the control socket, DIR/control, too\n"
        "  --forward tcp:ADDR:PORT-[DEVICE:]PORT, --forward udp:...\n"
        "                        connections or datagrams to this address of the host reach\n"
        "                        that port of the switch, by way of the world. Repeatable;\n"
        "                        none: no such.\n"
        "                        Default, but for a pipe: tcp:127.0.0.1:2323-23 (telnet),\n"
        "                        tcp:127.0.0.1:2222-22 (SSH) and, with a community,\n"
        "                        udp:127.0.0.1:1161-161 (SNMP)\n"
        "  --port tap:NAME,access=VLAN, --port tap:NAME,trunk\n"
        "                        one more port, at which this host's kernel is the neighbour,\n"
        "                        with an interface of that name. Repeatable. Needs the real\n"
        "                        clock, and that TAP, or CAP_NET_ADMIN, which is dropped then\n"
        "  --snmp-community NAME let pollers that know this name read by SNMP (v1, v2c). Without\n"
        "                        it the switch has no agent\n"
        "  --snmp-source PREFIX  let those ask alone, 10.0.10.0/24 for example. Repeatable\n"
        "  --snmp-contact TEXT, --snmp-location TEXT\n"
        "                        what pollers are told of who is to be asked, and where it is\n"
        "  --no-world            no simulated neighbours: those at --port alone\n"
        "  --forward-any         let forwards be from other than loopback addresses\n"
        "  --pcap FILE           write the frames at the port to the world to this file, and\n"
        "                        say at the end on stderr how many never reached TCP\n"
        "  --lwip-stats FILE     write lwIP's own numbers of TCP to this file at the end\n"
        "  --list-scenarios      what each does, finds, and how it ends\n"
        "  --version, --help\n"
        "\n"
        "Scenarios:\n",
        PCBS_MIN, CONFIG_NETDIAG_TCP_SLOTS, DEFAULT_PCBS);
    list_scenarios();
}

void sim_options_default(struct sim_options *options)
{
    static const uint16_t ids[] = {1, 10, 20};
    char text[NETDIAG_PREFIX_TEXT];

    memset(options, 0, sizeof(*options));
    (void)netdiag_text_copy(options->host, sizeof(options->host), "sw1");
    options->seed = 1;
    options->pcbs = DEFAULT_PCBS;
    options->scenario = sim_scenario_default();
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        struct sim_vlan *vlan = &options->vlans[options->vlan_count++];

        vlan->id = ids[i];
        snprintf(text, sizeof(text), "10.0.%u.1/24", ids[i]);
        vlan->address_count += parse_prefix(text, &vlan->addresses[0]);
#ifdef CONFIG_NETDIAG_IPV6
        snprintf(text, sizeof(text), "2001:db8:%u::1/64", ids[i]);
        vlan->address_count += parse_prefix(text, &vlan->addresses[1]);
#endif
    }
}

enum {
    OPTION_CLOCK = 256,
    OPTION_RUN,
    OPTION_SEED,
    OPTION_VLAN,
    OPTION_PCBS,
    OPTION_HOSTNAME,
    OPTION_STATE_DIR,
    OPTION_PCAP,
    OPTION_LWIP_STATS,
    OPTION_SCENARIO,
    OPTION_LIST_SCENARIOS,
    OPTION_NO_CONSOLE,
    OPTION_SYSLOG,
    OPTION_CONTROL_GROUP,
    OPTION_FORWARD,
    OPTION_FORWARD_ANY,
    OPTION_PORT,
    OPTION_NO_WORLD,
    OPTION_SNMP_COMMUNITY,
    OPTION_SNMP_SOURCE,
    OPTION_SNMP_CONTACT,
    OPTION_SNMP_LOCATION,
    OPTION_VERSION,
    OPTION_HELP,
};

static const struct option long_options[] = {
    {"clock", required_argument, NULL, OPTION_CLOCK},
    {"run", required_argument, NULL, OPTION_RUN},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"vlan", required_argument, NULL, OPTION_VLAN},
    {"pcbs", required_argument, NULL, OPTION_PCBS},
    {"hostname", required_argument, NULL, OPTION_HOSTNAME},
    {"state-dir", required_argument, NULL, OPTION_STATE_DIR},
    {"pcap", required_argument, NULL, OPTION_PCAP},
    {"lwip-stats", required_argument, NULL, OPTION_LWIP_STATS},
    {"scenario", required_argument, NULL, OPTION_SCENARIO},
    {"list-scenarios", no_argument, NULL, OPTION_LIST_SCENARIOS},
    {"no-console", no_argument, NULL, OPTION_NO_CONSOLE},
    {"syslog", no_argument, NULL, OPTION_SYSLOG},
    {"control-group", required_argument, NULL, OPTION_CONTROL_GROUP},
    {"forward", required_argument, NULL, OPTION_FORWARD},
    {"forward-any", no_argument, NULL, OPTION_FORWARD_ANY},
    {"port", required_argument, NULL, OPTION_PORT},
    {"no-world", no_argument, NULL, OPTION_NO_WORLD},
    {"snmp-community", required_argument, NULL, OPTION_SNMP_COMMUNITY},
    {"snmp-source", required_argument, NULL, OPTION_SNMP_SOURCE},
    {"snmp-contact", required_argument, NULL, OPTION_SNMP_CONTACT},
    {"snmp-location", required_argument, NULL, OPTION_SNMP_LOCATION},
    {"version", no_argument, NULL, OPTION_VERSION},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

static bool take_snmp_option(const struct parser *parser, int option, char *value)
{
    struct sim_options *options = parser->options;

    switch (option) {
    case OPTION_SNMP_COMMUNITY:
        return sim_snmp_community(options, value, parser->error, parser->error_size);
    case OPTION_SNMP_SOURCE:
        return sim_snmp_source(options, value, parser->error, parser->error_size);
    case OPTION_SNMP_CONTACT:
        return sim_snmp_text("snmp-contact", value, &options->snmp_contact, parser->error,
                             parser->error_size);
    default:
        return sim_snmp_text("snmp-location", value, &options->snmp_location, parser->error,
                             parser->error_size);
    }
}

static bool take_option(const struct parser *parser, int option, char *value)
{
    struct sim_options *options = parser->options;
    uint64_t number = 0;
    bool ok;

    switch (option) {
    case OPTION_CLOCK:
        return option_clock(parser, value);
    case OPTION_RUN:
        ok = option_number(parser, "run", value, 0, RUN_MAX_S, &number);
        options->run_ms = number * 1000;
        return ok;
    case OPTION_SEED:
        return option_number(parser, "seed", value, 0, UINT64_MAX, &options->seed);
    case OPTION_VLAN:
        return option_vlan(parser, value);
    case OPTION_PCBS:
        ok = option_number(parser, "pcbs", value, PCBS_MIN, CONFIG_NETDIAG_TCP_SLOTS, &number);
        options->pcbs = (uint32_t)number;
        return ok;
    case OPTION_HOSTNAME:
        return option_host(parser, value);
    case OPTION_PCAP:
        return option_file(parser, "pcap", value, &options->pcap);
    case OPTION_LWIP_STATS:
        return option_file(parser, "lwip-stats", value, &options->lwip_stats);
    case OPTION_SCENARIO:
        return option_scenario(parser, value);
    case OPTION_SYSLOG:
        options->syslog = true;
        return true;
    case OPTION_NO_CONSOLE:
        options->no_console = true;
        return true;
    case OPTION_CONTROL_GROUP:
        options->control_group = value;
        return true;
    case OPTION_FORWARD:
        return option_forward(parser, value);
    case OPTION_FORWARD_ANY:
        options->forward_any = true;
        return true;
    case OPTION_PORT:
        return option_port(parser, value);
    case OPTION_NO_WORLD:
        options->no_world = true;
        return true;
    case OPTION_SNMP_COMMUNITY:
    case OPTION_SNMP_SOURCE:
    case OPTION_SNMP_CONTACT:
    case OPTION_SNMP_LOCATION:
        return take_snmp_option(parser, option, value);
    default:
        return option_state_dir(parser, value);
    }
}

/* What needs the world, and there is none. */
static bool check_world(const struct sim_options *options, char *error, size_t error_size)
{
    const char *what = NULL;

    if (!options->no_world)
        return true;
    if (options->forward_count > 0)
        what = "--forward leads by way of the world";
    else if (options->scenario != sim_scenario_default())
        what = "--scenario is what the world does";
    else if (options->pcap)
        what = "--pcap captures at the port to the world";
    if (what)
        snprintf(error, error_size, "--no-world: %s; one of the two is legal", what);
    return what == NULL;
}

/* What can only be told when all options are known. */
static bool check_all(const struct sim_options *options, char *error, size_t error_size)
{
    return sim_forward_check(options, error, error_size) &&
           sim_ports_check(options, error, error_size) &&
           sim_snmp_check(options, error, error_size) && check_world(options, error, error_size);
}

enum sim_options_result sim_options_parse(struct sim_options *options, int argc, char **argv,
                                          char *error, size_t error_size)
{
    const struct parser parser = {options, error, error_size};
    int option;

    opterr = 0;
    optind = 1;
    while ((option = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
        switch (option) {
        case OPTION_HELP:
            print_help();
            return SIM_OPTIONS_DONE;
        case OPTION_LIST_SCENARIOS:
            list_scenarios();
            return SIM_OPTIONS_DONE;
        case OPTION_VERSION:
            printf("netdiag-sim " NETDIAG_VERSION "\n");
            return SIM_OPTIONS_DONE;
        case ':':
            fail(&parser, "%s needs a value; --help lists the options", argv[optind - 1]);
            return SIM_OPTIONS_BAD;
        case '?':
            fail(&parser, "\"%s\" is no option; --help lists them", argv[optind - 1]);
            return SIM_OPTIONS_BAD;
        default:
            if (!take_option(&parser, option, optarg))
                return SIM_OPTIONS_BAD;
        }
    }
    if (optind < argc) {
        fail(&parser, "\"%s\" is no option; commands are read from the standard input",
             argv[optind]);
        return SIM_OPTIONS_BAD;
    }
    return check_all(options, error, error_size) ? SIM_OPTIONS_RUN : SIM_OPTIONS_BAD;
}

void sim_options_default_forwards(struct sim_options *options)
{
    if (options->forward_named || options->clock != SIM_CLOCK_REAL || options->no_world)
        return;
    options->forward_count = 2;
    (void)sim_forward_parse("tcp:127.0.0.1:2323-23", &options->forwards[0]);
    (void)sim_forward_parse("tcp:127.0.0.1:2222-22", &options->forwards[1]);
    if (options->snmp_community[0] != '\0')
        (void)sim_forward_parse("udp:127.0.0.1:1161-161",
                                &options->forwards[options->forward_count++]);
}
