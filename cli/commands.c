/*
 * What this build has. The only place where a symbol of Kconfig chooses: everything else is a
 * file that is built or is not.
 */
#include "cli/command.h"

#include <string.h>

const struct netdiag_command *const netdiag_command_tables[] = {
    netdiag_commands_show,
#ifdef CONFIG_NETDIAG_CMD_TCP
    netdiag_commands_tcp,
    netdiag_commands_connections,
    netdiag_commands_holders,
    netdiag_commands_memory,
#else
    netdiag_commands_tcp_absent,
#endif
#ifdef CONFIG_NETDIAG_CMD_VLAN
    netdiag_commands_vlan,
#else
    netdiag_commands_vlan_absent,
#endif
#ifdef CONFIG_NETDIAG_CMD_SYSTEM
    netdiag_commands_system,
#else
    netdiag_commands_system_absent,
#endif
#ifdef CONFIG_NETDIAG_CMD_NET
    netdiag_commands_net,
#else
    netdiag_commands_net_absent,
#endif
    NULL,
};

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

const struct netdiag_command *netdiag_command_find(const char *path)
{
    for (size_t i = 0; netdiag_command_tables[i] != NULL; i++) {
        const struct netdiag_command *command = find_in(netdiag_command_tables[i], path);

        if (command != NULL)
            return command;
    }
    return find_in(netdiag_commands_session, path);
}
