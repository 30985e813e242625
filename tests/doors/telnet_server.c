/*
 * The telnet door alone, on a port of the loopback interface, before the fake platform: a thread
 * for each connection.
 *
 *     telnet_server USERS-FILE
 *
 * Prints one line: the port, CONFIG_NETDIAG_SESSIONS, CONFIG_NETDIAG_SEND_TIMEOUT_S and
 * CONFIG_NETDIAG_TELNET_NEGOTIATIONS. The device's log goes to stderr. Ends when its input does.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "cli/access/remote.h"
#include "tests/unit/fake_platform.h"

#define CONNECTIONS 1000 /* that the fake platform shows */

static struct netdiag_login *login;
static int stop[2];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t all_gone = PTHREAD_COND_INITIALIZER;
static unsigned being_served;

_Noreturn static void die(const char *what)
{
    fprintf(stderr, "telnet_server: %s\n", what);
    exit(1);
}

/* ---- the device: time passes there as here, and several look at it at once ---- */

static uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static enum netdiag_error tell_time(void *ctx, struct netdiag_time *time)
{
    (void)ctx;
    memset(time, 0, sizeof *time);
    time->uptime_ms = now_ms();
    return NETDIAG_OK;
}

static enum netdiag_error wait_a_while(void *ctx, uint32_t ms)
{
    (void)ctx;
    (void)poll(NULL, 0, (int)ms);
    return NETDIAG_OK;
}

static enum netdiag_error give_counters(void *ctx, struct netdiag_tcp_counters *counters)
{
    (void)ctx;
    *counters = fake.counters;
    return NETDIAG_OK;
}

static enum netdiag_error give_connections(void *ctx, struct netdiag_tcp_cursor *cursor,
                                           struct netdiag_tcp_connection *rows, size_t capacity,
                                           size_t *count)
{
    (void)ctx;
    for (*count = 0; *count < capacity && cursor->slot < fake.connection_count; ++*count)
        rows[*count] = fake.connections[cursor->slot++];
    cursor->done = cursor->slot == fake.connection_count;
    return NETDIAG_OK;
}

static enum netdiag_error keep_line(void *ctx, enum netdiag_severity severity, const char *text)
{
    (void)ctx;
    fprintf(stderr, "%d %s\n", (int)severity, text);
    return NETDIAG_OK;
}

static void start_device(void)
{
    fake_reset();
    fake_count_all();
    for (unsigned i = 0; i < CONNECTIONS; i++)
        fake_connection();
    fake.platform.time = tell_time;
    fake.platform.wait = wait_a_while;
    fake.platform.tcp_counters = give_counters;
    fake.platform.tcp_connections = give_connections;
    fake.platform.log = keep_line;
}

/* ---- connections ---- */

static void *serve(void *argument)
{
    struct netdiag_remote_client *client = argument;

    netdiag_telnet_serve(client);
    close(client->fd);
    free(client);
    pthread_mutex_lock(&lock);
    if (--being_served == 0)
        pthread_cond_signal(&all_gone);
    pthread_mutex_unlock(&lock);
    return NULL;
}

static void take(int fd)
{
    struct netdiag_remote_client *client = calloc(1, sizeof *client);
    const int yes = 1;
    pthread_t thread;

    if (client == NULL)
        die("no memory");
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    client->diag = &fake.diag;
    client->login = login;
    client->fd = fd;
    client->stop = stop[0];
    strcpy(client->from, "127.0.0.1");
    pthread_mutex_lock(&lock);
    being_served++;
    pthread_mutex_unlock(&lock);
    if (pthread_create(&thread, NULL, serve, client) != 0)
        die("no thread");
    pthread_detach(thread);
}

static int listen_on_loopback(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(fd, 64) != 0 || getsockname(fd, (struct sockaddr *)&address, &length) != 0)
        die("no port");
    printf("%u %d %d %d\n", (unsigned)ntohs(address.sin_port), CONFIG_NETDIAG_SESSIONS,
           CONFIG_NETDIAG_SEND_TIMEOUT_S, CONFIG_NETDIAG_TELNET_NEGOTIATIONS);
    fflush(stdout);
    return fd;
}

static void accept_until_end(int fd)
{
    struct pollfd fds[2] = {
        {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = fd, .events = POLLIN},
    };

    while (poll(fds, 2, -1) > 0 && fds[0].revents == 0) {
        int connection = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (connection >= 0)
            take(connection);
    }
}

int main(int argc, char **argv)
{
    int fd;

    if (argc != 2 || pipe(stop) != 0)
        die("telnet_server USERS-FILE");
    signal(SIGPIPE, SIG_IGN);
    start_device();
    login = netdiag_login_start(&fake.diag, argv[1]);
    if (login == NULL)
        die("no memory");
    fd = listen_on_loopback();
    accept_until_end(fd);
    close(stop[1]);
    pthread_mutex_lock(&lock);
    while (being_served > 0)
        pthread_cond_wait(&all_gone, &lock);
    pthread_mutex_unlock(&lock);
    netdiag_login_end(login);
    close(fd);
    return 0;
}
