#include "doors.h"

#include <stdio.h>

#include "platform/lwip/bridge.h"
#include "stack.h"

#define TELNET_PORT 23
#define SSH_PORT    22

static void take_telnet(void *ctx, int fd, const struct netdiag_endpoint *from)
{
    const struct sim_doors *doors = ctx;
    char text[NETDIAG_ADDRESS_TEXT];

    doors->telnet(doors->remote, fd, netdiag_address_text(&from->address, text, sizeof(text)));
}

static void take_ssh(void *ctx, int fd, const struct netdiag_endpoint *from)
{
    const struct sim_doors *doors = ctx;
    char text[NETDIAG_ADDRESS_TEXT];

    doors->ssh(doors->remote, fd, netdiag_address_text(&from->address, text, sizeof(text)));
}

bool sim_doors_open(const struct sim_options *options, const struct sim_doors *doors, char *error,
                    size_t error_size)
{
    /* The bridge's context is only handed back to the two above */
    void *ctx = (void *)(uintptr_t)doors;
    enum netdiag_error result = NETDIAG_OK;

    if (options->clock != SIM_CLOCK_REAL)
        return true;
    sim_stack_lock(NULL);
    if (doors->telnet)
        result = netdiag_lwip_bridge_listen(TELNET_PORT, "telnet", take_telnet, ctx);
    if (doors->ssh && !result)
        result = netdiag_lwip_bridge_listen(SSH_PORT, "ssh", take_ssh, ctx);
    sim_stack_unlock(NULL);
    if (result)
        snprintf(error, error_size, "the switch's telnet and SSH ports: %s",
                 netdiag_error_text(result));
    return result == NETDIAG_OK;
}

void sim_doors_close(void)
{
    sim_stack_lock(NULL);
    netdiag_lwip_bridge_unlisten();
    sim_stack_unlock(NULL);
}
