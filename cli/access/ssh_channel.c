/*
 * A channel: what the client asks for on it, and the bytes between the client and the shell.
 *
 * libssh's callbacks may come in the middle of any call to libssh, a write to another channel too.
 * So they only note what came, but for starting the shell; all else is done by
 * netdiag_ssh_channel_work(), which the connection calls when nothing else is going on.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/access/ssh_private.h"
#include "cli/session.h"

#define HELD_BYTES  8192
#define INTERRUPT   '\x03'
#define PATIENCE_MS (UINT64_C(1000) * CONFIG_NETDIAG_SEND_TIMEOUT_S)
#define LEAVING_MS  20 /* between two looks whether the shell has ended */
#define CLOSE_TRIES 3

/*
 * What a client may have sent that its shell has not taken. libssh grants 1.28 MB at a time, when
 * half of that is used up, and takes whatever a client sends beyond it.
 */
#define INPUT_BYTES (2 * 1280000)

/* The client's terminal; more is no terminal. */
#define SCREEN_MAX 65535

enum state {
    CHANNEL_OPEN,    /* without a shell */
    CHANNEL_RUNNING, /* with one */
    CHANNEL_LEAVING, /* the shell is to end, and nobody reads it any more */
    CHANNEL_CLOSED,  /* by us */
};

/* Bytes on their way from one to the other. */
struct held {
    size_t begin, size;
    bool ended; /* no more come */
    char bytes[HELD_BYTES];
};

struct netdiag_ssh_channel {
    struct netdiag_ssh_connection *connection;
    ssh_channel handle;
    struct ssh_channel_callbacks_struct callbacks;
    enum state state;
    bool has_pty;
    bool is_exec;
    unsigned columns, rows;
    struct netdiag_ssh_shell *shell;
    struct netdiag_ssh_pipes pipes;

    bool has_input;       /* libssh holds some */
    bool has_ended;       /* the client has said that no more comes */
    bool is_closed_there; /* by the client */
    bool is_blocked;      /* libssh takes nothing at the moment */
    uint64_t progress_ms; /* when there was nothing to send, or some of it was sent */
    struct held in, out, err;
};

static void drop(struct held *held, size_t size)
{
    held->begin += size;
    held->size -= size;
}

static void close_pipes(struct netdiag_ssh_channel *channel)
{
    close(channel->pipes.in_out);
    if (channel->pipes.err >= 0)
        close(channel->pipes.err);
}

/* ---- what the client asks for ---- */

static void set_size(struct netdiag_ssh_channel *channel, int columns, int rows)
{
    channel->columns = columns > 0 && columns <= SCREEN_MAX ? (unsigned)columns : 0;
    channel->rows = rows > 0 && rows <= SCREEN_MAX ? (unsigned)rows : 0;
    if (channel->shell != NULL)
        netdiag_ssh_shell_resize(channel->shell, channel->columns, channel->rows);
}

static int on_pty(ssh_session session, ssh_channel handle, const char *term, int columns, int rows,
                  int width, int height, void *ctx)
{
    struct netdiag_ssh_channel *channel = ctx;

    (void)session, (void)handle, (void)term, (void)width, (void)height;
    if (channel->state != CHANNEL_OPEN)
        return -1;
    channel->has_pty = true;
    set_size(channel, columns, rows);
    return 0;
}

static int on_window_change(ssh_session session, ssh_channel handle, int columns, int rows,
                            int width, int height, void *ctx)
{
    struct netdiag_ssh_channel *channel = ctx;

    (void)session, (void)handle, (void)width, (void)height;
    if (channel->has_pty && channel->state <= CHANNEL_RUNNING)
        set_size(channel, columns, rows);
    return 0;
}

/* `line` is NULL for an interactive shell. */
static int start(struct netdiag_ssh_channel *channel, const char *line)
{
    const struct netdiag_ssh_connection *connection = channel->connection;
    const struct netdiag_ssh_shell_config config = {
        .client = connection->client,
        .user = connection->user,
        .privilege = connection->privilege,
        .has_pty = channel->has_pty,
        .columns = channel->columns,
        .rows = channel->rows,
        .is_exec = line != NULL,
        .line = line,
        .line_size = line != NULL ? strlen(line) : 0,
    };

    if (channel->state != CHANNEL_OPEN)
        return -1;
    channel->is_exec = line != NULL;
    channel->shell = netdiag_ssh_shell_start(&config, &channel->pipes);
    if (channel->shell == NULL)
        return -1;
    channel->err.ended = channel->pipes.err < 0;
    channel->progress_ms = netdiag_session_clock_ms();
    channel->state = CHANNEL_RUNNING;
    channel->connection->called_back = true;
    return 0;
}

static int on_shell(ssh_session session, ssh_channel handle, void *ctx)
{
    (void)session, (void)handle;
    return start(ctx, NULL);
}

static int on_exec(ssh_session session, ssh_channel handle, const char *command, void *ctx)
{
    (void)session, (void)handle;
    return start(ctx, command);
}

/* ---- what the client sends ---- */

/* Answers how many of the bytes are taken; the others wait in libssh. */
static int on_data(ssh_session session, ssh_channel handle, void *data, uint32_t size,
                   int is_stderr, void *ctx)
{
    struct netdiag_ssh_channel *channel = ctx;

    (void)session, (void)handle;
    channel->connection->called_back = true;
    if (channel->state == CHANNEL_RUNNING && !is_stderr && !channel->in.ended) {
        if (!channel->is_exec && size <= INPUT_BYTES) {
            channel->has_input = true;
            return 0;
        }
        if (!channel->is_exec)
            channel->connection->over = true; /* it minds no window */
        else if (channel->has_pty && memchr(data, INTERRUPT, size) != NULL)
            netdiag_ssh_shell_cancel(channel->shell);
    }
    return (int)size;
}

static void on_eof(ssh_session session, ssh_channel handle, void *ctx)
{
    struct netdiag_ssh_channel *channel = ctx;

    (void)session, (void)handle;
    channel->has_ended = true;
    channel->connection->called_back = true;
}

static void on_close(ssh_session session, ssh_channel handle, void *ctx)
{
    struct netdiag_ssh_channel *channel = ctx;

    (void)session, (void)handle;
    channel->is_closed_there = true;
    channel->connection->called_back = true;
}

/* ---- the bytes ---- */

/* Reads what the client sent, when nothing of it is held. */
static void read_client(struct netdiag_ssh_channel *channel)
{
    struct held *in = &channel->in;
    int count;

    if (in->size > 0 || !channel->has_input)
        return;
    count = ssh_channel_read_nonblocking(channel->handle, in->bytes, sizeof in->bytes, 0);
    channel->has_input = count > 0;
    in->begin = 0;
    in->size = count > 0 ? (size_t)count : 0;
}

static void pass_input(struct netdiag_ssh_channel *channel)
{
    struct held *in = &channel->in;

    if (channel->is_exec || in->ended)
        return;
    for (;;) {
        ssize_t count;

        read_client(channel);
        if (in->size == 0)
            break;
        count = send(channel->pipes.in_out, in->bytes + in->begin, in->size, MSG_NOSIGNAL);
        if (count < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (count < 0) {
            in->ended = true; /* the shell has, and takes no more */
            in->size = 0;
            return;
        }
        explicit_bzero(in->bytes + in->begin, (size_t)count); /* it may be a secret */
        drop(in, (size_t)count);
    }
    if (channel->has_ended) {
        in->ended = true;
        shutdown(channel->pipes.in_out, SHUT_WR);
    }
}

/* Reads what the shell printed, when nothing of it is held. */
static void read_shell(int fd, struct held *held)
{
    ssize_t count;

    if (held->ended || held->size > 0)
        return;
    count = recv(fd, held->bytes, sizeof held->bytes, 0);
    if (count > 0) {
        held->begin = 0;
        held->size = (size_t)count;
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
        held->ended = true;
    }
}

static bool may_send(const struct netdiag_ssh_channel *channel)
{
    return netdiag_ssh_may_write(channel->connection) &&
           ssh_channel_window_size(channel->handle) > 0;
}

/* Sends as much as the client has room for. False: the channel takes no more. */
static bool send_held(struct netdiag_ssh_channel *channel, struct held *held,
                      int (*write)(ssh_channel, const void *, uint32_t))
{
    while (held->size > 0 && may_send(channel)) {
        uint32_t window = ssh_channel_window_size(channel->handle);
        uint32_t part = held->size < window ? (uint32_t)held->size : window;
        int count = write(channel->handle, held->bytes + held->begin, part);

        if (count < 0)
            return false;
        channel->is_blocked = count == 0; /* keys are being exchanged */
        if (count == 0)
            return true;
        drop(held, (size_t)count);
    }
    return true;
}

/* ---- its end ---- */

/*
 * libssh sends the end of the data and then, if that could not leave at once, stops. The client may
 * have heard of the end and open its next channel before libssh returns: no place is kept from it.
 * A client that cannot be told waits for its channel's end, and gets the connection's.
 */
static void close_handle(struct netdiag_ssh_channel *channel)
{
    int result = SSH_AGAIN;

    channel->state = CHANNEL_CLOSED;
    for (int i = 0; i < CLOSE_TRIES && result == SSH_AGAIN; i++)
        result = ssh_channel_close(channel->handle);
    if (result == SSH_ERROR)
        channel->connection->over = true;
}

/* Whether the client has not read for too long. `before`: so much was held before it was sent. */
static bool is_stalled(struct netdiag_ssh_channel *channel, size_t before, uint64_t now_ms)
{
    size_t left = channel->out.size + channel->err.size;

    if (before == 0 || left < before)
        channel->progress_ms = now_ms;
    /* The shell may have been started later than this "now": by a callback meanwhile. */
    return now_ms > channel->progress_ms + PATIENCE_MS;
}

/* The shell has ended, or is about to. */
static void finish(struct netdiag_ssh_channel *channel)
{
    int status = netdiag_ssh_shell_end(channel->shell);

    channel->shell = NULL;
    close_pipes(channel);
    channel->state = CHANNEL_CLOSED;
    ssh_channel_request_send_exit_status(channel->handle, status);
    close_handle(channel);
}

void netdiag_ssh_channel_leave(struct netdiag_ssh_channel *channel)
{
    if (channel->state == CHANNEL_OPEN)
        close_handle(channel);
    if (channel->state != CHANNEL_RUNNING)
        return;
    netdiag_ssh_shell_abandon(channel->shell);
    shutdown(channel->pipes.in_out, SHUT_RDWR);
    if (channel->pipes.err >= 0)
        shutdown(channel->pipes.err, SHUT_RDWR);
    channel->state = CHANNEL_LEAVING;
}

/* Again and again: a shell that is about to run its next line has not seen that it is to end. */
static void wait_for_shell(struct netdiag_ssh_channel *channel)
{
    if (!netdiag_ssh_shell_is_done(channel->shell)) {
        netdiag_ssh_shell_abandon(channel->shell);
        return;
    }
    finish(channel);
}

/* All that the shell printed has been sent, and it prints no more. */
static bool has_all(const struct netdiag_ssh_channel *channel)
{
    return channel->out.ended && channel->err.ended && channel->out.size + channel->err.size == 0;
}

/* Its line was cleared, and a command still runs: nobody waits for that. */
static bool is_cleared(const struct netdiag_ssh_channel *channel)
{
    return has_all(channel) && netdiag_ssh_shell_is_left(channel->shell) &&
           !netdiag_ssh_shell_is_done(channel->shell);
}

static void run(struct netdiag_ssh_channel *channel, uint64_t now_ms)
{
    struct held *out = &channel->out, *err = &channel->err;
    size_t before;

    channel->is_blocked = false;
    pass_input(channel);
    read_shell(channel->pipes.in_out, out);
    read_shell(channel->pipes.err, err);
    before = out->size + err->size;
    if (!send_held(channel, out, ssh_channel_write) ||
        !send_held(channel, err, ssh_channel_write_stderr) || is_stalled(channel, before, now_ms) ||
        is_cleared(channel))
        netdiag_ssh_channel_leave(channel);
    else if (has_all(channel))
        finish(channel);
}

void netdiag_ssh_channel_work(struct netdiag_ssh_channel *channel, uint64_t now_ms)
{
    if (channel->is_closed_there)
        netdiag_ssh_channel_leave(channel);
    if (channel->state == CHANNEL_RUNNING)
        run(channel, now_ms);
    if (channel->state == CHANNEL_LEAVING)
        wait_for_shell(channel);
}

/* ---- for the connection ---- */

struct netdiag_ssh_channel *netdiag_ssh_channel_open(struct netdiag_ssh_connection *connection)
{
    struct netdiag_ssh_channel *channel = calloc(1, sizeof *channel);

    if (channel == NULL)
        return NULL;
    channel->connection = connection;
    channel->callbacks = (struct ssh_channel_callbacks_struct){
        .userdata = channel,
        .channel_data_function = on_data,
        .channel_eof_function = on_eof,
        .channel_close_function = on_close,
        .channel_pty_request_function = on_pty,
        .channel_shell_request_function = on_shell,
        .channel_pty_window_change_function = on_window_change,
        .channel_exec_request_function = on_exec,
    };
    ssh_callbacks_init(&channel->callbacks);
    channel->handle = ssh_channel_new(connection->session);
    if (channel->handle == NULL ||
        ssh_set_channel_callbacks(channel->handle, &channel->callbacks) != SSH_OK) {
        ssh_channel_free(channel->handle);
        free(channel);
        return NULL;
    }
    return channel;
}

ssh_channel netdiag_ssh_channel_handle(const struct netdiag_ssh_channel *channel)
{
    return channel->handle;
}

size_t netdiag_ssh_channel_poll(const struct netdiag_ssh_channel *channel, struct pollfd *fds)
{
    size_t count = 0;
    short events;

    if (channel->state != CHANNEL_RUNNING)
        return 0;
    events = (short)((channel->out.size == 0 && !channel->out.ended ? POLLIN : 0) |
                     (channel->in.size > 0 ? POLLOUT : 0));
    if (events != 0) /* or poll() would tell of its end again and again */
        fds[count++] = (struct pollfd){.fd = channel->pipes.in_out, .events = events};
    if (channel->err.size == 0 && !channel->err.ended)
        fds[count++] = (struct pollfd){.fd = channel->pipes.err, .events = POLLIN};
    return count;
}

int netdiag_ssh_channel_patience_ms(const struct netdiag_ssh_channel *channel)
{
    if (channel->state == CHANNEL_LEAVING)
        return LEAVING_MS;
    if (channel->state == CHANNEL_RUNNING && channel->out.size + channel->err.size > 0 &&
        !channel->is_blocked && may_send(channel))
        return 0;
    return -1;
}

bool netdiag_ssh_channel_is_busy(const struct netdiag_ssh_channel *channel)
{
    return channel->shell != NULL;
}

bool netdiag_ssh_channel_is_open(const struct netdiag_ssh_channel *channel)
{
    return channel->state != CHANNEL_CLOSED;
}

bool netdiag_ssh_channel_is_done(const struct netdiag_ssh_channel *channel)
{
    return channel->state == CHANNEL_CLOSED && channel->is_closed_there;
}

void netdiag_ssh_channel_free(struct netdiag_ssh_channel *channel)
{
    /* libssh would go on calling them back when the client closes the channel. */
    ssh_remove_channel_callbacks(channel->handle, &channel->callbacks);
    ssh_channel_free(channel->handle);
    explicit_bzero(&channel->in, sizeof channel->in); /* it may have held a secret */
    free(channel);
}
