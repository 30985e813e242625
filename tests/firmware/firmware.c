/*
 * A firmware that has a libcli shell of its own already, and takes netdiag into it: one telnet
 * session on a loopback port, which it prints, then it ends.
 *
 * It is what the README's section for integrators says, and no more: nothing of netdiag's own
 * front end is used here. Its lwIP is the simulator's build; its trunk leads nowhere.
 */
#include <arpa/inet.h>
#include <libcli.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lwip/tcp.h"
#include "lwip/timeouts.h"
#include "netdiag/lwip.h"
#include "netdiag/netdiag.h"
#include "platform/sim/stack.h"

static struct netdiag diag;

static void drop_frame(void *ctx, const uint8_t *frame, size_t length)
{
    (void)ctx, (void)frame, (void)length;
}

static void *run_stack(void *arg)
{
    for (;;) {
        sim_stack_lock(arg);
        sys_check_timeouts();
        sim_stack_unlock(arg);
        usleep(50 * 1000);
    }
    return NULL;
}

static int start_stack(void)
{
    static const uint8_t mac[] = {0x02, 0, 0, 1, 0, 0};
    static const struct sim_vlan vlan = {
        .id = 10, .address_count = 1, .addresses = {{{NETDIAG_FAMILY_IPV4, {10, 0, 10, 1}}, 24}}};
    static struct sim_trunk trunk;
    static struct netif interface;
    pthread_t thread;
    struct tcp_pcb *pcb;

    sim_clock_start(SIM_CLOCK_REAL);
    if (sim_stack_start("fw", "a firmware", 64, 60000))
        return -1;
    sim_stack_lock(NULL);
    sim_trunk_add(&trunk, mac, drop_frame, NULL);
    if (sim_stack_vlan_add(&vlan, &interface, &trunk, mac))
        return -1;
    pcb = tcp_new();
    tcp_bind(pcb, IP_ADDR_ANY, 502);
    tcp_listen(pcb);
    sim_stack_unlock(NULL);
    return pthread_create(&thread, NULL, run_stack, NULL);
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
    if (start_stack() || netdiag_init(&diag, &netdiag_lwip_platform, NULL) ||
        bind(listener, (struct sockaddr *)&address, length) || listen(listener, 1) ||
        getsockname(listener, (struct sockaddr *)&address, &length))
        return 1;
    printf("%u\n", ntohs(address.sin_port));
    fflush(stdout);
    return serve(accept(listener, NULL, NULL));
}
