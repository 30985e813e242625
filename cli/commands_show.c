/*
 * The words on the way to the commands, and the rows of what a build left out.
 */
#include "cli/command.h"

#include <libcli.h>

#define WORD(words, text)                                                                          \
    {                                                                                              \
        .path = (words), .help = (text), .privilege = PRIVILEGE_UNPRIVILEGED, .mode = MODE_ANY     \
    }
#define PRIVILEGED_ABSENT(words, name)                                                             \
    {                                                                                              \
        .path = (words), .help = "Not in this build: " name " is not set",                         \
        .privilege = PRIVILEGE_PRIVILEGED, .mode = MODE_ANY, .symbol = (name)                      \
    }
#define ABSENT(words, name)                                                                        \
    {                                                                                              \
        .path = (words), .help = "Not in this build: " name " is not set",                         \
        .privilege = PRIVILEGE_UNPRIVILEGED, .mode = MODE_ANY, .symbol = (name)                    \
    }

const struct netdiag_command netdiag_commands_show[] = {
    WORD("show", "Show running system information"),
    {.path = NULL},
};

const struct netdiag_command netdiag_commands_tcp_absent[] = {
    ABSENT("show tcp", "CONFIG_NETDIAG_CMD_TCP"),
    ABSENT("show memory", "CONFIG_NETDIAG_CMD_TCP"),
    ABSENT("show tech-support", "CONFIG_NETDIAG_CMD_TCP"),
    ABSENT("tcp", "CONFIG_NETDIAG_CMD_TCP"),
    ABSENT("netstat", "CONFIG_NETDIAG_CMD_TCP"),
    ABSENT("lsof", "CONFIG_NETDIAG_CMD_TCP"),
    {.path = NULL},
};

const struct netdiag_command netdiag_commands_tcp_history_absent[] = {
    ABSENT("show tcp history", "CONFIG_NETDIAG_HISTORY"),
    {.path = NULL},
};

const struct netdiag_command netdiag_commands_vlan_absent[] = {
    ABSENT("show vlan", "CONFIG_NETDIAG_CMD_VLAN"),
    PRIVILEGED_ABSENT("vlan", "CONFIG_NETDIAG_CMD_VLAN"),
    PRIVILEGED_ABSENT("no", "CONFIG_NETDIAG_CMD_VLAN"),
    {.path = NULL},
};

const struct netdiag_command netdiag_commands_system_absent[] = {
    ABSENT("show version", "CONFIG_NETDIAG_CMD_SYSTEM"),
    ABSENT("show clock", "CONFIG_NETDIAG_CMD_SYSTEM"),
    {.path = NULL},
};

const struct netdiag_command netdiag_commands_net_absent[] = {
    ABSENT("show arp", "CONFIG_NETDIAG_CMD_NET"),
    ABSENT("show ipv6", "CONFIG_NETDIAG_CMD_NET"),
    ABSENT("show interfaces", "CONFIG_NETDIAG_CMD_NET"),
    ABSENT("show snmp", "CONFIG_NETDIAG_CMD_NET"),
    ABSENT("ping", "CONFIG_NETDIAG_CMD_NET"),
    {.path = NULL},
};

/* It has no form but JSON. */
const struct netdiag_command netdiag_commands_tech_support_absent[] = {
    ABSENT("show tech-support", "CONFIG_NETDIAG_JSON"),
    {.path = NULL},
};

/* show tech-support is a document for the diagnosis. */
const struct netdiag_command netdiag_commands_diagnosis_absent[] = {
    ABSENT("show tcp diagnosis", "CONFIG_NETDIAG_DIAGNOSIS"),
    ABSENT("show tcp thresholds", "CONFIG_NETDIAG_DIAGNOSIS"),
    ABSENT("show tech-support", "CONFIG_NETDIAG_DIAGNOSIS"),
    {.path = "tcp",
     .help = "TCP: thresholds of the diagnosis",
     .privilege = PRIVILEGE_PRIVILEGED, /* or "t" would not be enough for terminal */
     .mode = MODE_ANY},
    PRIVILEGED_ABSENT("tcp threshold", "CONFIG_NETDIAG_DIAGNOSIS"),
    {.path = NULL},
};

const struct netdiag_command netdiag_commands_language_zh_absent[] = {
    ABSENT("terminal language zh", "CONFIG_NETDIAG_LANGUAGE_ZH"),
    {.path = NULL},
};

const struct netdiag_command netdiag_commands_monitor_absent[] = {
    ABSENT("terminal monitor", "CONFIG_NETDIAG_DIAGNOSIS"),
    ABSENT("terminal no", "CONFIG_NETDIAG_DIAGNOSIS"),
    {.path = NULL},
};

const struct netdiag_command netdiag_commands_live_absent[] = {
    ABSENT("monitor", "CONFIG_NETDIAG_LIVE"),
    {.path = NULL},
};
