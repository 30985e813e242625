/*
 * What this build has. The only place where a symbol of Kconfig chooses: everything else is a
 * file that is built or is not.
 */
#include "cli/command.h"

#include <string.h>

static const struct netdiag_command *const tables[] = {
    netdiag_commands_show,
#ifdef CONFIG_NETDIAG_CMD_TCP
    netdiag_commands_tcp,          netdiag_commands_connections, netdiag_commands_holders,
    netdiag_commands_memory,
#else
    netdiag_commands_tcp_absent,
#endif
#if defined CONFIG_NETDIAG_CMD_TCP && defined CONFIG_NETDIAG_DIAGNOSIS
    netdiag_commands_diagnosis,    netdiag_commands_states,      netdiag_commands_thresholds,
#elif defined CONFIG_NETDIAG_CMD_TCP
    netdiag_commands_states,
    netdiag_commands_diagnosis_absent,
#endif
#if defined CONFIG_NETDIAG_CMD_TCP && defined CONFIG_NETDIAG_HISTORY
    netdiag_commands_tcp_history,
#elif defined CONFIG_NETDIAG_CMD_TCP
    netdiag_commands_tcp_history_absent,
#endif
#if defined CONFIG_NETDIAG_CMD_TCP && defined CONFIG_NETDIAG_DIAGNOSIS &&                          \
    defined CONFIG_NETDIAG_JSON
    netdiag_commands_tech_support,
#elif defined CONFIG_NETDIAG_CMD_TCP && defined CONFIG_NETDIAG_DIAGNOSIS
    netdiag_commands_tech_support_absent,
#endif
#ifdef CONFIG_NETDIAG_CMD_VLAN
    netdiag_commands_vlan,         netdiag_commands_vlan_config,
#else
    netdiag_commands_vlan_absent,
#endif
#ifdef CONFIG_NETDIAG_CMD_SYSTEM
    netdiag_commands_system,
#else
    netdiag_commands_system_absent,
#endif
#ifdef CONFIG_NETDIAG_CMD_NET
    netdiag_commands_net,          netdiag_commands_interfaces,  netdiag_commands_snmp,
#else
    netdiag_commands_net_absent,
#endif
};

static const struct netdiag_command *const of_sessions[] = {
    netdiag_commands_session,     netdiag_commands_language,
#ifdef CONFIG_NETDIAG_LANGUAGE_ZH
    netdiag_commands_language_zh,
#else
    netdiag_commands_language_zh_absent,
#endif
#ifdef CONFIG_NETDIAG_DIAGNOSIS
    netdiag_commands_monitor,
#else
    netdiag_commands_monitor_absent,
#endif
#ifdef CONFIG_NETDIAG_LIVE
    netdiag_commands_live,
#else
    netdiag_commands_live_absent,
#endif
};

/* Before any session, and so without a lock. */
static const struct netdiag_command *of_program;

void netdiag_command_extend(const struct netdiag_command *table)
{
    of_program = table;
}

const struct netdiag_command *netdiag_command_table(size_t index)
{
    const size_t count = sizeof tables / sizeof tables[0];

    if (index < count)
        return tables[index];
    return index == count ? of_program : NULL;
}

const struct netdiag_command *netdiag_command_session_table(size_t index)
{
    return index < sizeof of_sessions / sizeof of_sessions[0] ? of_sessions[index] : NULL;
}

const struct netdiag_renderer *netdiag_command_json(void)
{
#ifdef CONFIG_NETDIAG_JSON
    return &netdiag_render_json;
#else
    return NULL;
#endif
}

static const struct netdiag_command *find_in(const struct netdiag_command *table, const char *path)
{
    for (; table->path != NULL; table++) {
        if (strcmp(table->path, path) == 0)
            return table;
    }
    return NULL;
}

static const struct netdiag_command *find_among(const struct netdiag_command *(*table_of)(size_t),
                                                const char *path)
{
    const struct netdiag_command *table;

    for (size_t i = 0; (table = table_of(i)) != NULL; i++) {
        const struct netdiag_command *command = find_in(table, path);

        if (command != NULL)
            return command;
    }
    return NULL;
}

const struct netdiag_command *netdiag_command_find(const char *path)
{
    const struct netdiag_command *command = find_among(netdiag_command_table, path);

    return command != NULL ? command : find_among(netdiag_command_session_table, path);
}
