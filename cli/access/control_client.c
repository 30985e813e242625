/*
 * The shell's side of a connection: frames in and out, and the door that they make.
 *
 * Nothing here waits for the client longer than CONFIG_NETDIAG_SEND_TIMEOUT_S, but for its input.
 */
#include "cli/access/control_client.h"

#include <errno.h>
#include <libcli.h>
#include <poll.h>
#include <pwd.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "cli/lines.h"
#include "cli/shell.h"
#include "stats/text.h"

#define PATIENCE_MS (CONFIG_NETDIAG_SEND_TIMEOUT_S * 1000)

/* Waits until the socket can be used. What poll() says, -1 and 0 for a time that is over. */
static int wait_for(struct netdiag_control_client *client, short events, int timeout_ms)
{
    struct pollfd fds[2] = {
        {.fd = client->stop, .events = POLLIN},
        {.fd = client->fd, .events = events},
    };
    int count;

    do
        count = poll(fds, 2, timeout_ms);
    while (count < 0 && errno == EINTR);
    if (count > 0 && fds[0].revents != 0) {
        client->stopped = true;
        return -1;
    }
    return count;
}

/* ---- out ---- */

/* Drops what was sent from the head of a message. */
static void advance(struct iovec *parts, size_t sent)
{
    for (size_t i = 0; i < 2; i++) {
        size_t part = sent < parts[i].iov_len ? sent : parts[i].iov_len;

        parts[i].iov_base = (char *)parts[i].iov_base + part;
        parts[i].iov_len -= part;
        sent -= part;
    }
}

static bool send_frame(struct netdiag_control_client *client, enum netdiag_control_type type,
                       const void *payload, size_t length)
{
    unsigned char head[NETDIAG_CONTROL_HEAD];
    struct iovec parts[2] = {
        {.iov_base = head, .iov_len = sizeof head},
        {.iov_len = length},
    };
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};

    memcpy(&parts[1].iov_base, &payload, sizeof payload); /* sendmsg() does not write to it */
    netdiag_control_put_head(head, type, length);
    while (!client->gone && parts[0].iov_len + parts[1].iov_len > 0) {
        ssize_t sent = sendmsg(client->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (sent >= 0)
            advance(parts, (size_t)sent);
        else if (errno == EAGAIN)
            client->gone = wait_for(client, POLLOUT, PATIENCE_MS) <= 0;
        else
            client->gone = errno != EINTR;
    }
    return !client->gone;
}

static bool write_door(void *ctx, enum netdiag_stream stream, const char *bytes, size_t size)
{
    enum netdiag_control_type type =
        stream == NETDIAG_STREAM_ERROR ? NETDIAG_CONTROL_ERROR : NETDIAG_CONTROL_OUT;

    while (size > 0) {
        size_t part = size < NETDIAG_CONTROL_PAYLOAD ? size : NETDIAG_CONTROL_PAYLOAD;

        if (!send_frame(ctx, type, bytes, part))
            return false;
        bytes += part;
        size -= part;
    }
    return true;
}

/* ---- in ---- */

/* Receives what there is. 1, or what a door's read answers when there is nothing. */
static ssize_t receive(struct netdiag_control_client *client, int timeout_ms)
{
    ssize_t count;

    if (client->begin > 0) {
        memmove(client->received, client->received + client->begin, client->size);
        client->begin = 0;
    }
    do {
        int ready = wait_for(client, POLLIN, timeout_ms);

        if (ready <= 0)
            return client->stopped ? NETDIAG_READ_STOPPED : NETDIAG_READ_TIMEOUT;
        count = recv(client->fd, client->received + client->size,
                     sizeof client->received - client->size, MSG_DONTWAIT);
    } while (count < 0 && (errno == EINTR || errno == EAGAIN));
    if (count <= 0) {
        client->gone = true;
        return NETDIAG_READ_STOPPED;
    }
    client->size += (size_t)count;
    return 1;
}

static void drop(struct netdiag_control_client *client, size_t size)
{
    client->begin += size;
    client->size -= size;
}

/* The frame that was received; NULL: it is not all there. */
static const unsigned char *frame(const struct netdiag_control_client *client, size_t *length)
{
    const unsigned char *head = client->received + client->begin;

    if (client->size < NETDIAG_CONTROL_HEAD)
        return NULL;
    *length = netdiag_control_length(head);
    if (*head != NETDIAG_CONTROL_INPUT && client->size < NETDIAG_CONTROL_HEAD + *length)
        return NULL;
    return head;
}

/* Takes a frame of any kind but the HELLO. False: no client of ours sends that. */
static bool take_frame(struct netdiag_control_client *client, const unsigned char *head,
                       size_t length)
{
    const unsigned char *payload = head + NETDIAG_CONTROL_HEAD;
    bool known = true;

    switch (*head) {
    case NETDIAG_CONTROL_INPUT:
        client->input_left = length;
        length = 0;
        break;
    case NETDIAG_CONTROL_SIZE:
        known =
            netdiag_control_get_size(payload, length, &client->hello.columns, &client->hello.rows);
        break;
    case NETDIAG_CONTROL_END:
        client->ended = true;
        break;
    default:
        known = false;
        break;
    }
    drop(client, NETDIAG_CONTROL_HEAD + length);
    return known;
}

/* Hands on bytes of the INPUT that is being read. */
static size_t take_input(struct netdiag_control_client *client, char *bytes, size_t size)
{
    if (size > client->input_left)
        size = client->input_left;
    if (size > client->size)
        size = client->size;
    memcpy(bytes, client->received + client->begin, size);
    client->input_left -= size;
    drop(client, size);
    return size;
}

/* A frame that is not all there, and never fits. */
static bool is_too_long(const struct netdiag_control_client *client)
{
    const unsigned char *head = client->received + client->begin;

    return client->size >= NETDIAG_CONTROL_HEAD && *head != NETDIAG_CONTROL_INPUT &&
           netdiag_control_length(head) > NETDIAG_CONTROL_HELLO_SIZE;
}

static ssize_t read_door(void *ctx, char *bytes, size_t size, int timeout_ms)
{
    struct netdiag_control_client *client = ctx;

    for (;;) {
        const unsigned char *head;
        size_t length = 0;
        ssize_t answer;

        if (client->input_left > 0 && client->size > 0)
            return (ssize_t)take_input(client, bytes, size);
        if (client->gone) /* a line that it did not end is not run */
            return NETDIAG_READ_STOPPED;
        if (client->ended)
            return NETDIAG_READ_END;
        head = client->input_left == 0 ? frame(client, &length) : NULL;
        if (head != NULL && take_frame(client, head, length))
            continue;
        if (head != NULL || (client->input_left == 0 && is_too_long(client))) {
            client->gone = true;
            continue;
        }
        answer = receive(client, timeout_ms);
        if (answer <= 0)
            return answer;
    }
}

static void ask_size(void *ctx, struct netdiag_terminal *terminal)
{
    const struct netdiag_control_client *client = ctx;

    terminal->columns = client->hello.columns;
    terminal->rows = client->hello.rows;
}

/* ---- the shell ---- */

static void send_refusal(struct netdiag_control_client *client, const char *why)
{
    send_frame(client, NETDIAG_CONTROL_REFUSAL, why, strlen(why));
}

void netdiag_control_client_refuse(int fd, const char *why)
{
    unsigned char bytes[NETDIAG_CONTROL_HEAD + 256];
    size_t length = strnlen(why, sizeof bytes - NETDIAG_CONTROL_HEAD);

    netdiag_control_put_head(bytes, NETDIAG_CONTROL_REFUSAL, length);
    memcpy(bytes + NETDIAG_CONTROL_HEAD, why, length);
    (void)send(fd, bytes, NETDIAG_CONTROL_HEAD + length, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* Waits for the client's HELLO. False: it does not come, or there is no shell for it. */
static bool greet(struct netdiag_control_client *client)
{
    const unsigned char *head;
    size_t length;

    while ((head = frame(client, &length)) == NULL) {
        if (is_too_long(client) || receive(client, PATIENCE_MS) <= 0)
            return false;
    }
    if (*head != NETDIAG_CONTROL_HELLO ||
        !netdiag_control_get_hello(head + NETDIAG_CONTROL_HEAD, length, &client->hello))
        return false;
    drop(client, NETDIAG_CONTROL_HEAD + length);
    if (client->hello.version == NETDIAG_CONTROL_VERSION)
        return true;
    send_refusal(client, "the client is of another version; both have to be of the same netdiag");
    return false;
}

/* Who the kernel says is at the other end. */
static void find_user(struct netdiag_control_client *client)
{
    struct ucred peer;
    socklen_t length = sizeof peer;
    struct passwd entry, *found = NULL;
    char bytes[1024];
    struct netdiag_text text;

    netdiag_text_start(&text, client->user, sizeof client->user);
    if (getsockopt(client->fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0)
        return;
    if (getpwuid_r(peer.uid, &entry, bytes, sizeof bytes, &found) == 0 && found != NULL)
        netdiag_text_string(&text, found->pw_name);
    else
        netdiag_text_number(&text, peer.uid);
}

/* Runs the shell and returns the exit status. */
static enum netdiag_status run_shell(struct netdiag_control_client *client,
                                     struct netdiag_session *session)
{
    bool interactive = client->hello.interactive;
    enum netdiag_status status;

    if (interactive)
        netdiag_shell_run(session);
    else
        netdiag_lines_run(session);
    status = interactive ? NETDIAG_STATUS_OK : netdiag_session_status(session);
    return client->stopped ? NETDIAG_STATUS_UNREACHABLE : status;
}

static void serve(struct netdiag_control_client *client)
{
    bool interactive = client->hello.interactive;
    const struct netdiag_door door = {
        .read = read_door,
        .write = write_door,
        .size = interactive ? ask_size : NULL,
        .ctx = client,
        .line_end = interactive ? "\r\n" : "\n",
        .name = "control",
        .user = client->user,
        .from = client->hello.from,
        .privilege = interactive ? NETDIAG_PRIVILEGE_USER : PRIVILEGE_PRIVILEGED,
        .trusted = true,
        .echoes = interactive,
    };
    const unsigned char version = NETDIAG_CONTROL_VERSION;
    struct netdiag_session *session;
    enum netdiag_error error = netdiag_session_open(client->diag, &door, &session);
    unsigned char status;

    if (error != NETDIAG_OK) {
        send_refusal(client, error == NETDIAG_ERROR_FULL ? "all shells are in use; try again later"
                                                         : netdiag_error_text(error));
        return;
    }
    send_frame(client, NETDIAG_CONTROL_HELLO, &version, sizeof version);
    status = (unsigned char)run_shell(client, session);
    netdiag_session_close(session);
    send_frame(client, NETDIAG_CONTROL_EXIT, &status, sizeof status);
}

void netdiag_control_client_serve(struct netdiag_control_client *client)
{
    if (!greet(client))
        return;
    find_user(client);
    serve(client);
}
