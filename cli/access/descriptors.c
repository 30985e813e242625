#include "cli/access/descriptors.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "stats/text.h"

enum ready {
    READY,
    STOPPED,
    TIMED_OUT,
};

/* Waits until `fd` can be used, or the device is gone: that goes first. */
static enum ready wait_for(struct netdiag_descriptors *descriptors, int fd, short events,
                           int timeout_ms)
{
    struct pollfd fds[2] = {
        {.fd = descriptors->stop, .events = POLLIN}, /* poll() skips -1 */
        {.fd = fd, .events = events},
    };
    int count;

    do
        count = poll(fds, 2, timeout_ms);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        descriptors->read_error = errno;
    if (count < 0 || fds[0].revents != 0) {
        descriptors->stopped = true;
        return STOPPED;
    }
    return count > 0 ? READY : TIMED_OUT;
}

ssize_t netdiag_descriptors_read(void *ctx, char *bytes, size_t size, int timeout_ms)
{
    struct netdiag_descriptors *descriptors = ctx;

    for (;;) {
        ssize_t count;

        switch (wait_for(descriptors, descriptors->in, POLLIN, timeout_ms)) {
        case STOPPED:
            return NETDIAG_READ_STOPPED;
        case TIMED_OUT:
            return NETDIAG_READ_TIMEOUT;
        case READY:
            break;
        }
        count = read(descriptors->in, bytes, size);
        if (count >= 0)
            return count;
        if (errno != EINTR && errno != EAGAIN) {
            descriptors->read_error = errno;
            return NETDIAG_READ_END; /* a terminal that was hung up answers EIO */
        }
    }
}

bool netdiag_descriptors_write(void *ctx, enum netdiag_stream stream, const char *bytes,
                               size_t size)
{
    struct netdiag_descriptors *descriptors = ctx;
    int fd = stream == NETDIAG_STREAM_ERROR ? descriptors->err : descriptors->out;

    while (size > 0) {
        /* A pipe that poll() calls writable takes so many bytes without a wait. */
        size_t part = size < PIPE_BUF ? size : PIPE_BUF;
        ssize_t count;

        if (wait_for(descriptors, fd, POLLOUT, -1) != READY)
            return false;
        count = write(fd, bytes, part);
        if (count < 0 && errno != EINTR && errno != EAGAIN) {
            if (stream == NETDIAG_STREAM_ERROR)
                return true; /* nobody reads errors: the output goes on */
            descriptors->write_error = errno;
            return false;
        }
        if (count > 0) {
            bytes += count;
            size -= (size_t)count;
        }
    }
    return true;
}

static bool say(struct netdiag_descriptors *descriptors, const char *what, int why,
                const char *line_end)
{
    char bytes[192];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_string(&text, what);
    netdiag_text_string(&text, strerror(why));
    netdiag_text_string(&text, line_end);
    return netdiag_descriptors_write(descriptors, NETDIAG_STREAM_ERROR, bytes, text.length);
}

bool netdiag_descriptors_check(struct netdiag_descriptors *descriptors, const char *line_end)
{
    bool is_read = descriptors->read_error == 0;
    bool is_written = descriptors->write_error == 0 || descriptors->write_error == EPIPE;

    if (!is_read)
        (void)say(descriptors, "% the commands cannot be read: ", descriptors->read_error,
                  line_end);
    if (!is_written)
        (void)say(descriptors, "% the output cannot be written: ", descriptors->write_error,
                  line_end);
    return is_read && is_written;
}

int netdiag_descriptors_refuse(struct netdiag_descriptors *descriptors, const char *why,
                               const char *line_end)
{
    char bytes[128];
    struct netdiag_text text;

    netdiag_text_start(&text, bytes, sizeof bytes);
    netdiag_text_string(&text, "% no shell: ");
    netdiag_text_string(&text, why);
    netdiag_text_string(&text, line_end);
    netdiag_descriptors_write(descriptors, NETDIAG_STREAM_ERROR, bytes, text.length);
    return NETDIAG_STATUS_UNREACHABLE;
}
