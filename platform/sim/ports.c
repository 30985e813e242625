#include "ports.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define TUN_DEVICE "/dev/net/tun"

/* As much as a TAP can hand over at once: what is longer than a frame is seen, and counted. */
#define READ_MAX 65536

/* Frames of a port taken before the stack goes on. */
#define FRAMES_A_TURN 64

_Static_assert(SIM_TAP_NAME + 1 == IFNAMSIZ, "the kernel's names");

static struct {
    struct sim_switch *sw;
    size_t count;
    struct {
        int fd;
        int port; /* its number in the switch */
    } taps[SIM_TAP_PORTS];
} ports;

/* ---- opening ---- */

/* Says what the user can do about it. */
static bool refuse(const char *name, int why, char *error, size_t error_size)
{
    int length = snprintf(error, error_size, "--port tap:%s: ", name);
    size_t at = length > 0 && (size_t)length < error_size ? (size_t)length : 0;

    switch (why) {
    case EPERM:
    case EACCES:
        snprintf(error + at, error_size - at,
                 "making it needs CAP_NET_ADMIN; type \"sudo ip tuntap add dev %s mode tap user "
                 "$USER\" once, and the switch needs no privilege",
                 name);
        break;
    case EBUSY:
        snprintf(error + at, error_size - at,
                 "another program has it open; \"ip -d link show %s\" shows it", name);
        break;
    case ENOENT:
    case ENODEV:
    case ENXIO:
        snprintf(error + at, error_size - at,
                 "the kernel has no " TUN_DEVICE "; type \"sudo modprobe tun\"");
        break;
    case EINVAL:
        snprintf(error + at, error_size - at,
                 "an interface of that name is there, and is no TAP; \"ip -d link show %s\" shows "
                 "it; name another",
                 name);
        break;
    default:
        snprintf(error + at, error_size - at, "%s", strerror(why));
    }
    return false;
}

/* A TAP without the header that the kernel would put before each frame. -1: errno says why. */
static int open_tap(const char *name)
{
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
    int fd = open(TUN_DEVICE, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    int why;

    if (fd < 0)
        return -1;
    strcpy(request.ifr_name, name);
    if (ioctl(fd, TUNSETIFF, &request) == 0)
        return fd;
    why = errno;
    close(fd);
    errno = why;
    return -1;
}

bool sim_ports_open(const struct sim_options *options, char *error, size_t error_size)
{
    for (size_t i = 0; i < options->port_count; i++) {
        int fd = open_tap(options->ports[i].name), why = errno;

        if (fd < 0) {
            sim_ports_close();
            return refuse(options->ports[i].name, why, error, error_size);
        }
        ports.taps[ports.count++].fd = fd;
    }
    return true;
}

void sim_ports_close(void)
{
    while (ports.count > 0)
        close(ports.taps[--ports.count].fd);
}

/* ---- frames ---- */

/* Nobody has set the interface up, or its queue is full: as on a cable that is not plugged in. */
static void tap_sends(void *ctx, const uint8_t *frame, size_t length)
{
    size_t i = (size_t)(uintptr_t)ctx;

    if (write(ports.taps[i].fd, frame, length) != (ssize_t)length)
        sim_switch_discarded(ports.sw, ports.taps[i].port, frame, length);
}

void sim_ports_attach(const struct sim_options *options, struct sim_switch *sw)
{
    ports.sw = sw;
    for (size_t i = 0; i < ports.count; i++) {
        const struct sim_tap_port *port = &options->ports[i];

        ports.taps[i].port =
            sim_switch_port_add(sw, port->is_trunk ? SIM_PORT_TRUNK : SIM_PORT_ACCESS, port->vlan,
                                tap_sends, (void *)(uintptr_t)i);
        sim_switch_port_name(sw, ports.taps[i].port, port->name, "this host's kernel, by TAP");
    }
}

size_t sim_ports_pollfds(struct pollfd *fds)
{
    for (size_t i = 0; i < ports.count; i++)
        fds[i] = (struct pollfd){.fd = ports.taps[i].fd, .events = POLLIN};
    return ports.count;
}

void sim_ports_take(uint64_t now_ms)
{
    static uint8_t frame[READ_MAX];

    for (size_t i = 0; i < ports.count; i++) {
        ssize_t length;

        for (int taken = 0; taken < FRAMES_A_TURN; taken++) {
            length = read(ports.taps[i].fd, frame, sizeof(frame));
            if (length <= 0)
                break;
            sim_switch_input(ports.sw, ports.taps[i].port, frame, (size_t)length, now_ms);
        }
    }
}
