#include "ports.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "log.h"
#include "stats/text.h"

#define TUN_DEVICE "/dev/net/tun"

/* As much as a TAP can hand over at once: what is longer than a frame is seen, and counted. */
#define READ_MAX 65536

/* Frames of a port taken before the stack goes on. */
#define FRAMES_A_TURN 64

/* So often it is looked whether a TAP that was deleted is back, and whether one is up. */
#define LOOK_MS 1000

/* No descriptor; poll() takes no notice of it. */
#define NONE (-1)

_Static_assert(SIM_TAP_NAME + 1 == IFNAMSIZ, "the kernel's names");

struct tap {
    const char *name;
    int fd;           /* NONE: somebody has deleted the TAP */
    uint64_t look_ms; /* when it is looked at, or for, next */
    bool is_down;     /* as the switch was told */
    int port;         /* its number in the switch */
};

static struct {
    struct sim_switch *sw;
    size_t count;
    struct tap taps[SIM_TAP_PORTS];
} ports;

/* ---- opening ---- */

/* Without the device there is no TAP at all. */
static void explain_device(int why, char *text, size_t size)
{
    if (why == ENOENT || why == ENODEV || why == ENXIO)
        snprintf(text, size, "the kernel has no " TUN_DEVICE "; type \"sudo modprobe tun\"");
    else
        snprintf(text, size,
                 TUN_DEVICE " cannot be opened: %s; type \"sudo chmod 666 " TUN_DEVICE
                            "\", or give the container that device",
                 strerror(why));
}

/* What the user can do about it. */
static void explain_tap(const char *name, int why, char *text, size_t size)
{
    if (why == EPERM && if_nametoindex(name) > 0)
        snprintf(text, size,
                 "it is another user's; \"ip -d link show %s\" shows whose; name another, or type "
                 "\"sudo ip tuntap del dev %s mode tap\" and make it again for $USER",
                 name, name);
    else if (why == EPERM)
        snprintf(text, size,
                 "making it needs CAP_NET_ADMIN; type \"sudo ip tuntap add dev %s mode tap user "
                 "$USER\" once, and the switch needs no privilege",
                 name);
    else if (why == EBUSY)
        snprintf(text, size, "another program has it open; \"ip -d link show %s\" shows it", name);
    else if (why == EINVAL)
        snprintf(text, size,
                 "an interface of that name is there, and is no TAP, or one of several queues; "
                 "\"ip -d link show %s\" shows it; name another",
                 name);
    else
        snprintf(text, size, "%s", strerror(why));
}

/* A TAP without the header that the kernel would put before each frame. NONE: `text` says why. */
static int open_tap(const char *name, char *text, size_t size)
{
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
    int fd = open(TUN_DEVICE, O_RDWR | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0) {
        explain_device(errno, text, size);
        return NONE;
    }
    (void)netdiag_text_copy(request.ifr_name, sizeof(request.ifr_name), name);
    /* What a program before us may have left on: frames without checksums, or of many segments */
    if (ioctl(fd, TUNSETIFF, &request) == 0 && ioctl(fd, TUNSETOFFLOAD, 0) == 0)
        return fd;
    explain_tap(name, errno, text, size);
    close(fd);
    return NONE;
}

bool sim_ports_open(const struct sim_options *options, char *error, size_t error_size)
{
    for (size_t i = 0; i < options->port_count; i++) {
        const char *name = options->ports[i].name;
        char text[384];
        int fd = open_tap(name, text, sizeof(text));

        if (fd == NONE) {
            snprintf(error, error_size, "--port tap:%s: %s", name, text);
            return false;
        }
        ports.taps[ports.count++] = (struct tap){.name = name, .fd = fd};
    }
    return true;
}

void sim_ports_close(void)
{
    while (ports.count > 0) {
        const struct tap *tap = &ports.taps[--ports.count];

        if (tap->fd != NONE)
            close(tap->fd);
    }
}

/* ---- a TAP that goes and comes ---- */

static void log_tap(const struct tap *tap, enum netdiag_severity severity, const char *what)
{
    char line[128];

    snprintf(line, sizeof(line), "port %s: its TAP is %s", tap->name, what);
    sim_log_write(NULL, severity, line);
}

static void set_up(struct tap *tap, bool is_up, uint64_t now_ms)
{
    if (is_up == tap->is_down)
        sim_switch_port_set_up(ports.sw, tap->port, is_up, now_ms);
    tap->is_down = !is_up;
}

/* poll() would say so for ever. */
static void lose(struct tap *tap, uint64_t now_ms)
{
    close(tap->fd);
    tap->fd = NONE;
    tap->look_ms = now_ms + LOOK_MS;
    set_up(tap, false, now_ms);
    log_tap(tap, NETDIAG_SEVERITY_WARNING, "gone; it is used again when it is back");
}

/* Privilege is dropped: the TAP is not made here, but found, if it is this user's. */
static void retry(struct tap *tap)
{
    char ignored[1];

    tap->fd = open_tap(tap->name, ignored, sizeof(ignored));
    if (tap->fd != NONE)
        log_tap(tap, NETDIAG_SEVERITY_NOTICE, "back");
}

/* The kernel takes frames where the interface is up, and there alone says that it would. */
static bool is_up(const struct tap *tap)
{
    struct pollfd fd = {.fd = tap->fd, .events = POLLOUT};

    return poll(&fd, 1, 0) == 1 && (fd.revents & POLLOUT);
}

/* Nobody tells that the host has set it up or down. */
static void look(struct tap *tap, uint64_t now_ms)
{
    if (now_ms < tap->look_ms)
        return;
    tap->look_ms = now_ms + LOOK_MS;
    if (tap->fd == NONE)
        retry(tap);
    set_up(tap, tap->fd != NONE && is_up(tap), now_ms);
}

/* ---- frames ---- */

/*
 * Nobody has set the interface up, its queue is full, or it is gone: as on a cable that is not
 * plugged in.
 */
static void tap_sends(void *ctx, const uint8_t *frame, size_t length)
{
    const struct tap *tap = &ports.taps[(size_t)(uintptr_t)ctx];

    if (tap->fd == NONE || write(tap->fd, frame, length) != (ssize_t)length)
        sim_switch_discarded(ports.sw, tap->port, frame, length);
}

void sim_ports_attach(const struct sim_options *options, struct sim_switch *sw)
{
    ports.sw = sw;
    for (size_t i = 0; i < ports.count; i++) {
        const struct sim_tap_port *port = &options->ports[i];

        ports.taps[i].port =
            sim_switch_port_add(sw, port->is_trunk ? SIM_PORT_TRUNK_NATIVE : SIM_PORT_ACCESS,
                                port->vlan, tap_sends, (void *)(uintptr_t)i);
        sim_switch_port_name(sw, ports.taps[i].port, port->name, "this host's kernel, by TAP");
    }
}

size_t sim_ports_pollfds(struct pollfd *fds)
{
    for (size_t i = 0; i < ports.count; i++)
        fds[i] = (struct pollfd){.fd = ports.taps[i].fd, .events = POLLIN};
    return ports.count;
}

static void take(struct tap *tap, uint64_t now_ms)
{
    static uint8_t frame[READ_MAX];

    for (int taken = 0; taken < FRAMES_A_TURN; taken++) {
        ssize_t length = read(tap->fd, frame, sizeof(frame));

        if (length < 0 && errno != EAGAIN && errno != EINTR)
            lose(tap, now_ms);
        if (length <= 0)
            return;
        sim_switch_input(ports.sw, tap->port, frame, (size_t)length, now_ms);
    }
}

void sim_ports_take(uint64_t now_ms)
{
    for (size_t i = 0; i < ports.count; i++) {
        struct tap *tap = &ports.taps[i];

        look(tap, now_ms);
        if (tap->fd != NONE)
            take(tap, now_ms);
    }
}
