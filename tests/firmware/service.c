/*
 * A program of the device, as one writes it over lwIP's sockets: it knows nothing of netdiag but
 * the name under which its port is registered.
 */
#include <string.h>

#include "lwip/sockets.h"
#include "lwip/sys.h"
#include "lwip/tcpip.h"
#include "netdiag/lwip.h"

#include "device.h"

#define PORT 502

static struct sockaddr_in own_address(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = PP_HTONS(PORT)};

    address.sin_addr.s_addr = PP_HTONL(INADDR_LOOPBACK);
    return address;
}

static void serve(void *listener) __attribute__((noreturn));

/* Answers one request of each client, and leaves the connection open. */
static void serve(void *listener)
{
    for (;;) {
        int fd = lwip_accept((int)(intptr_t)listener, NULL, NULL);
        char data[64];
        ssize_t length = lwip_recv(fd, data, sizeof(data), 0);

        if (length > 0)
            lwip_send(fd, data, (size_t)length, 0);
    }
}

/* Connects, asks, and has heard: both ends are established. */
static bool connect_client(void)
{
    struct sockaddr_in address = own_address();
    int fd = lwip_socket(AF_INET, SOCK_STREAM, 0);
    char data[] = "ask";

    return fd >= 0 && lwip_connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
           lwip_send(fd, data, sizeof(data), 0) == (ssize_t)sizeof(data) &&
           lwip_recv(fd, data, sizeof(data), 0) > 0;
}

bool device_start_service(void)
{
    struct sockaddr_in address = own_address();
    int listener = lwip_socket(AF_INET, SOCK_STREAM, 0);
    enum netdiag_error error;

    if (listener < 0 || lwip_bind(listener, (struct sockaddr *)&address, sizeof(address)) ||
        lwip_listen(listener, DEVICE_CLIENTS))
        return false;
    LOCK_TCPIP_CORE();
    error = netdiag_lwip_tcp_owner_register(PORT, "modbus");
    UNLOCK_TCPIP_CORE();
    sys_thread_new("service", serve, (void *)(intptr_t)listener, DEFAULT_THREAD_STACKSIZE,
                   DEFAULT_THREAD_PRIO);
    for (int i = 0; i < DEVICE_CLIENTS; i++) {
        if (!connect_client())
            return false;
    }
    return !error;
}
