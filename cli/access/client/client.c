/*
 * The client's loop: input to the switch, its output to the terminal or the pipes.
 *
 * Bytes go through as they are. The terminal is raw meanwhile and is put back before the process
 * ends, by a signal too: signals are taken in one place only, while poll() waits.
 */
#include "client.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/access/tty.h"
#include "link.h"

struct client {
    struct link link;
    const char *path;
    struct client_capture *capture; /* NULL: what comes is written */
    int64_t deadline_ms;            /* of the monotonic clock; 0: none */
    bool interactive;
    bool raw;   /* the terminal is, now */
    bool reads; /* the standard input is part of it */
    bool input_failed;
    bool greeted;
    bool done;
    int status;
    const char *const *commands; /* those that are not on their way yet */
    size_t count;
    size_t offset; /* of the first one */
};

/* ---- signals ---- */

static volatile sig_atomic_t caught_signal;
static volatile sig_atomic_t resized;

static void on_signal(int number)
{
    if (number == SIGWINCH)
        resized = 1;
    else
        caught_signal = number;
}

static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH};

/* Holds the signals back until ppoll() lets them in, with `during`. */
static void catch_signals(sigset_t *during)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t held;

    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&held);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        sigaction(signals[i], &action, NULL);
        sigaddset(&held, signals[i]);
    }
    sigprocmask(SIG_BLOCK, &held, during);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        sigdelset(during, signals[i]);
}

/* Ends as the signal would have ended the process. */
static void die_by_signal(const sigset_t *during)
{
    signal(caught_signal, SIG_DFL);
    raise(caught_signal);
    sigprocmask(SIG_SETMASK, during, NULL);
}

/* ---- out of the switch ---- */

static bool write_all(int fd, const unsigned char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t count = write(fd, bytes, size);

        if (count < 0 && errno == EAGAIN) {
            struct pollfd ready = {.fd = fd, .events = POLLOUT};

            if (poll(&ready, 1, -1) < 0 && errno != EINTR)
                return false;
        } else if (count < 0 && errno != EINTR) {
            return false;
        }
        if (count > 0) {
            bytes += count;
            size -= (size_t)count;
        }
    }
    return true;
}

static void keep(char *kept, size_t *kept_size, size_t room, const void *bytes, size_t size)
{
    size_t left = room - 1 - *kept_size;

    if (size > left)
        size = left;
    memcpy(kept + *kept_size, bytes, size);
    *kept_size += size;
    kept[*kept_size] = '\0';
}

/* Says a line on the standard error. */
static void complain(struct client *client, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void complain(struct client *client, const char *format, ...)
{
    struct client_capture *capture = client->capture;
    char line[sizeof capture->error];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (capture != NULL)
        keep(capture->error, &capture->error_size, sizeof capture->error, line, strlen(line));
    else
        fprintf(stderr, client->raw ? "\r\nnetdiag: %s\r\n" : "netdiag: %s\n", line);
}

static bool take_out(struct client *client, const struct link_frame *frame)
{
    struct client_capture *capture = client->capture;

    if (capture == NULL)
        return write_all(STDOUT_FILENO, frame->payload, frame->length);
    keep(capture->out, &capture->out_size, sizeof capture->out, frame->payload, frame->length);
    return true;
}

static void take_error(struct client *client, const struct link_frame *frame)
{
    struct client_capture *capture = client->capture;

    if (capture == NULL)
        (void)write_all(client->interactive ? STDOUT_FILENO : STDERR_FILENO, frame->payload,
                        frame->length);
    else
        keep(capture->error, &capture->error_size, sizeof capture->error, frame->payload,
             frame->length);
}

/* A reader that has gone ends it quietly; anything else is said. */
static void stop_writing(struct client *client)
{
    client->done = true;
    client->status = 0;
    if (errno == EPIPE)
        return;
    complain(client, "the output cannot be written: %s", strerror(errno));
    client->status = STATUS_FAILED;
}

/* A call of ours failed, without which nothing goes on. */
static void give_up(struct client *client, const char *what)
{
    complain(client, "%s: %s", what, strerror(errno));
    client->status = STATUS_FAILED;
    client->done = true;
}

static void take_frame(struct client *client, const struct link_frame *frame)
{
    switch (frame->type) {
    case NETDIAG_CONTROL_HELLO:
        client->greeted = true;
        break;
    case NETDIAG_CONTROL_OUT:
        if (!take_out(client, frame))
            stop_writing(client);
        break;
    case NETDIAG_CONTROL_ERROR:
        take_error(client, frame);
        break;
    case NETDIAG_CONTROL_REFUSAL:
        complain(client, "%.*s", (int)frame->length, (const char *)frame->payload);
        client->status = STATUS_UNREACHABLE;
        client->done = true;
        break;
    case NETDIAG_CONTROL_EXIT:
        client->status = frame->length > 0 ? frame->payload[0] : STATUS_UNREACHABLE;
        client->done = true;
        break;
    default:
        break; /* of a later minor version */
    }
}

static void receive(struct client *client)
{
    bool alive = link_receive(&client->link);
    int why = errno;
    struct link_frame frame;

    while (!client->done && link_next(&client->link, &frame))
        take_frame(client, &frame);
    if (!alive && !client->done) {
        client->status = STATUS_UNREACHABLE;
        client->done = true;
        complain(client, "the switch at %s is gone%s%s", client->path, why != 0 ? ": " : "",
                 why != 0 ? strerror(why) : "");
    }
}

/* ---- into the switch ---- */

static void read_input(struct client *client)
{
    char bytes[NETDIAG_CONTROL_PAYLOAD];
    size_t room = link_room(&client->link);
    ssize_t count = read(STDIN_FILENO, bytes, room < sizeof bytes ? room : sizeof bytes);

    if (count > 0) {
        link_add(&client->link, NETDIAG_CONTROL_INPUT, bytes, (size_t)count);
    } else if (count == 0 || (errno != EINTR && errno != EAGAIN)) {
        if (count < 0 && (!client->interactive || errno != EIO)) { /* EIO: it was hung up */
            complain(client, "the commands cannot be read: %s", strerror(errno));
            client->input_failed = true;
        }
        client->reads = false;
        link_add(&client->link, NETDIAG_CONTROL_END, NULL, 0);
    }
}

/* Adds as much of the commands as there is room for, and END after the last one. */
static void add_commands(struct client *client)
{
    while (client->count > 0) {
        const char *command = *client->commands + client->offset;
        size_t length = strlen(command);
        size_t room = link_room(&client->link);

        if (length > 0 && room > 0) {
            if (length > room)
                length = room;
            link_add(&client->link, NETDIAG_CONTROL_INPUT, command, length);
            client->offset += length;
            continue;
        }
        if (room == 0)
            return;
        link_add(&client->link, NETDIAG_CONTROL_INPUT, "\n", 1);
        client->commands++;
        client->offset = 0;
        if (--client->count == 0)
            link_add(&client->link, NETDIAG_CONTROL_END, NULL, 0);
    }
}

static void send_size(struct client *client)
{
    unsigned char payload[NETDIAG_CONTROL_SIZE_SIZE];
    unsigned columns, rows;

    resized = 0;
    if (!client->interactive)
        return;
    netdiag_tty_size(STDIN_FILENO, &columns, &rows);
    link_add(&client->link, NETDIAG_CONTROL_SIZE, payload,
             netdiag_control_put_size(payload, columns, rows));
}

/* ---- the loop ---- */

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* How long may still be waited; NULL: for ever. */
static const struct timespec *time_left(struct client *client, struct timespec *left)
{
    int64_t ms = client->deadline_ms - now_ms();

    if (client->deadline_ms == 0)
        return NULL;
    if (ms <= 0) {
        complain(client, "the switch at %s does not answer", client->path);
        client->status = STATUS_UNREACHABLE;
        client->done = true;
        ms = 0;
    }
    *left =
        (struct timespec){.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000 * 1000000)};
    return left;
}

static void step(struct client *client, const sigset_t *during)
{
    struct timespec left;

    bool wants = client->reads && link_room(&client->link) > 0;
    struct pollfd fds[2] = {
        {.fd = wants ? STDIN_FILENO : -1, .events = POLLIN},
        {.fd = client->link.fd,
         .events = (short)(POLLIN | (client->link.out_size > 0 ? POLLOUT : 0))},
    };

    if (ppoll(fds, 2, time_left(client, &left), during) < 0) {
        if (errno != EINTR)
            give_up(client, "the switch cannot be waited for");
        return;
    }
    if (fds[0].revents != 0)
        read_input(client);
    if ((fds[1].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
        receive(client);
    if (!client->done && !link_send(&client->link)) {
        if (errno != EPIPE && errno != ECONNRESET)
            give_up(client, "the switch cannot be sent to");
        client->link.out_size = 0; /* what it still has to say is received first */
    }
}

static void loop(struct client *client, const sigset_t *during)
{
    while (!client->done && caught_signal == 0) {
        if (resized != 0)
            send_size(client);
        add_commands(client);
        step(client, during);
    }
}

/* Where the person comes from: over SSH the other machine, else the terminal. */
static void find_origin(char *from, size_t size)
{
    const char *ssh = getenv("SSH_CLIENT");

    if (ssh != NULL)
        snprintf(from, size, "%.*s", (int)strcspn(ssh, " "), ssh);
    else if (ttyname_r(STDIN_FILENO, from, size) != 0)
        from[0] = '\0';
}

static void greet(struct client *client)
{
    struct netdiag_control_hello hello = {.version = NETDIAG_CONTROL_VERSION,
                                          .interactive = client->interactive};
    unsigned char payload[NETDIAG_CONTROL_HELLO_SIZE];

    if (client->interactive)
        netdiag_tty_size(STDIN_FILENO, &hello.columns, &hello.rows);
    find_origin(hello.from, sizeof hello.from);
    link_add(&client->link, NETDIAG_CONTROL_HELLO, payload,
             netdiag_control_put_hello(payload, &hello));
}

/* Only a raw terminal gives a command its ^C, and shows each line once. */
static void make_raw(struct client *client, struct netdiag_tty *tty)
{
    if (!client->interactive)
        return;
    client->raw = netdiag_tty_save(STDIN_FILENO, tty) && netdiag_tty_raw(STDIN_FILENO, tty);
    if (!client->raw)
        give_up(client, "the terminal cannot be made raw");
}

static int run(struct client *client)
{
    struct netdiag_tty tty = {.saved = false};
    sigset_t during;

    if (!link_open(&client->link, client->path)) {
        complain(client,
                 "no switch answers at %s: %s; start netdiag-sim, or name its socket with -s",
                 client->path, strerror(errno));
        return STATUS_UNREACHABLE;
    }
    catch_signals(&during);
    greet(client);
    make_raw(client, &tty);
    loop(client, &during);
    client->raw = false;
    if (!netdiag_tty_restore(STDIN_FILENO, &tty))
        give_up(client, "the terminal is not as it was, and `stty sane` makes it so");
    close(client->link.fd);
    if (caught_signal != 0)
        die_by_signal(&during);
    return client->status == 0 && client->input_failed ? STATUS_FAILED : client->status;
}

int client_interactive(const char *path)
{
    static struct client client;

    client = (struct client){.path = path, .interactive = true, .reads = true};
    return run(&client);
}

int client_run(const char *path, const char *const *commands, size_t count)
{
    static struct client client;

    client = (struct client){.path = path, .commands = commands, .count = count};
    client.reads = count == 0;
    return run(&client);
}

int client_run_captured(const char *path, const char *command, struct client_capture *capture)
{
    static struct client client;

    client = (struct client){.path = path, .capture = capture, .commands = &command, .count = 1};
    capture->out[0] = capture->error[0] = '\0';
    capture->out_size = capture->error_size = 0;
    if (capture->timeout_ms > 0)
        client.deadline_ms = now_ms() + capture->timeout_ms;
    return run(&client);
}
