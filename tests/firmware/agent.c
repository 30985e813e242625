#include "agent.h"

#include "lwip/sockets.h"
#include "lwip/sys.h"
#include "lwip/tcpip.h"
#include "netdiag/lwip_snmp.h"

static sys_sem_t waiting;

static void wake(void *ctx)
{
    (void)ctx;
    sys_sem_signal(&waiting);
}

static void answer_all(void *arg)
{
    (void)arg;
    for (;;) {
        sys_sem_wait(&waiting);
        while (netdiag_lwip_snmp_serve())
            ;
    }
}

bool agent_start(void)
{
    static const struct netdiag_prefix loopback = {{NETDIAG_FAMILY_IPV4, {127}}, 8};
    static const struct netdiag_lwip_snmp_config config = {.community = "public",
                                                           .sources = &loopback,
                                                           .source_count = 1,
                                                           .location = "a rack",
                                                           .wake = wake};
    enum netdiag_error error;

    if (sys_sem_new(&waiting, 0) != ERR_OK)
        return false;
    LOCK_TCPIP_CORE();
    error = netdiag_lwip_snmp_start(&config);
    UNLOCK_TCPIP_CORE();
    if (!error)
        sys_thread_new("snmp", answer_all, NULL, DEFAULT_THREAD_STACKSIZE, DEFAULT_THREAD_PRIO);
    return !error;
}

size_t agent_ask(const uint8_t *request, size_t size, uint8_t *answer, size_t capacity)
{
    static const struct timeval second = {.tv_sec = 1};
    struct sockaddr_in agent = {.sin_family = AF_INET,
                                .sin_port = PP_HTONS(NETDIAG_LWIP_SNMP_PORT)};
    int fd = lwip_socket(AF_INET, SOCK_DGRAM, 0);
    ssize_t length = 0;

    agent.sin_addr.s_addr = PP_HTONL(INADDR_LOOPBACK);
    if (fd < 0)
        return 0;
    if (lwip_setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second)) == 0 &&
        lwip_sendto(fd, request, size, 0, (struct sockaddr *)&agent, sizeof(agent)) > 0)
        length = lwip_recv(fd, answer, capacity, 0);
    lwip_close(fd);
    return length > 0 ? (size_t)length : 0;
}
