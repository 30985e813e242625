/*
 * A firmware that has a libcli shell of its own already, and takes netdiag into it: one telnet
 * session on a loopback port, which it prints, then it ends.
 *
 * It is what the README's section for integrators says, and no more: nothing of netdiag's own
 * front end is used here, and nothing of the simulator. Telnet comes in by a socket of the host.
 */
#include <arpa/inet.h>
#include <libcli.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent.h"
#include "device.h"
#include "lwip/sys.h"
#include "netdiag/lwip.h"
#include "netdiag/netdiag.h"

static struct netdiag diag;

static void watch(void *arg) __attribute__((noreturn));

/* A task of its own: it may wait for the core lock, and holds up nobody. */
static void watch(void *arg)
{
    (void)arg;
    for (;;) {
        netdiag_watch(&diag);
        sys_msleep(1000);
    }
}

static int show_temperature(struct cli_def *cli, const char *command, char *argv[], int argc)
{
    (void)command, (void)argv, (void)argc;
    cli_print(cli, "41 degrees, of context %s", (const char *)cli_get_context(cli));
    return CLI_OK;
}

static int product_version(struct cli_def *cli, const char *command, char *argv[], int argc)
{
    (void)command, (void)argv, (void)argc;
    cli_print(cli, "the product's own version");
    return CLI_OK;
}

/* "poll HEX": sends a request of these bytes to the device's SNMP agent. */
static int poll_agent(struct cli_def *cli, const char *command, char *argv[], int argc)
{
    uint8_t request[512], answer[1500];
    char text[2 * sizeof(answer) + 1] = "none";
    const char *hex = argc > 0 ? argv[0] : "";
    size_t size = 0, length;

    (void)command;
    for (; hex[0] && hex[1] && size < sizeof(request); hex += 2)
        request[size++] = (uint8_t)strtoul((const char[]){hex[0], hex[1], '\0'}, NULL, 16);
    length = agent_ask(request, size, answer, sizeof(answer));
    for (size_t i = 0; i < length; i++)
        snprintf(text + 2 * i, 3, "%02x", answer[i]);
    cli_print(cli, "answer: %s", text);
    return CLI_OK;
}

static int serve(int fd)
{
    struct cli_def *cli = cli_init();
    struct cli_command *show;
    static char context[] = "product";

    cli_set_hostname(cli, "fw");
    cli_set_context(cli, context);
    show = cli_register_command(cli, NULL, "show", NULL, PRIVILEGE_UNPRIVILEGED, MODE_EXEC, "Show");
    cli_register_command(cli, show, "temperature", show_temperature, PRIVILEGE_UNPRIVILEGED,
                         MODE_EXEC, "The board's temperature");
    cli_register_command(cli, show, "version", product_version, PRIVILEGE_UNPRIVILEGED, MODE_EXEC,
                         "The product's version");
    cli_register_command(cli, NULL, "poll", poll_agent, PRIVILEGE_UNPRIVILEGED, MODE_EXEC,
                         "Ask the SNMP agent");
    if (netdiag_register(&diag, cli))
        return 1;
    cli_loop(cli, fd);
    cli_done(cli);
    return 0;
}

int main(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    signal(SIGPIPE, SIG_IGN);
    if (!device_start() || !device_start_service() || !agent_start() ||
        netdiag_init(&diag, &netdiag_lwip_platform, NULL) ||
        bind(listener, (struct sockaddr *)&address, length) || listen(listener, 1) ||
        getsockname(listener, (struct sockaddr *)&address, &length))
        return 1;
    sys_thread_new("netdiag", watch, NULL, DEFAULT_THREAD_STACKSIZE, DEFAULT_THREAD_PRIO);
    printf("%u\n", ntohs(address.sin_port));
    fflush(stdout);
    return serve(accept(listener, NULL, NULL));
}
