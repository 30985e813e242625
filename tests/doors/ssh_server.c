/*
 * The SSH door alone, on a port of the loopback interface, in front of a fake platform.
 *
 *     ssh_server STATE_DIR SECONDS [NAME PRIVILEGE PASSWORD KEY_FILE]...
 *
 * KEY_FILE "-" is none. It prints its port, serves until its input ends, ends all connections, and
 * prints how many milliseconds that took and how many connections there had been. What is logged
 * goes to the standard error. After SECONDS it ends in any case.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/access/remote.h"
#include "cli/access/users.h"
#include "cli/session.h"
#include "tests/unit/fake_platform.h"

#define CONNECTIONS 200

struct connection {
    pthread_t thread;
    atomic_bool is_done;
    bool is_used;
    struct netdiag_remote_client client;
};

static struct connection connections[CONNECTIONS];
static struct netdiag_platform real; /* the fake one, which only one thread may call */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned served;

static void die(const char *why) __attribute__((noreturn));

static void die(const char *why)
{
    fprintf(stderr, "ssh_server: %s\n", why);
    exit(1);
}

/* ---- the platform, for many threads ---- */

static enum netdiag_error locked_vlans(void *ctx, uint16_t after, struct netdiag_vlan *rows,
                                       size_t capacity, size_t *count)
{
    enum netdiag_error error;

    pthread_mutex_lock(&lock);
    error = real.vlans(ctx, after, rows, capacity, count);
    pthread_mutex_unlock(&lock);
    return error;
}

static enum netdiag_error locked_time(void *ctx, struct netdiag_time *time)
{
    enum netdiag_error error;

    pthread_mutex_lock(&lock);
    error = real.time(ctx, time);
    pthread_mutex_unlock(&lock);
    return error;
}

static enum netdiag_error locked_wait(void *ctx, uint32_t ms)
{
    enum netdiag_error error;

    (void)poll(NULL, 0, (int)ms);
    pthread_mutex_lock(&lock);
    error = real.wait(ctx, ms);
    pthread_mutex_unlock(&lock);
    return error;
}

static enum netdiag_error print_log(void *ctx, enum netdiag_severity severity, const char *text)
{
    (void)ctx;
    fprintf(stderr, "log %d %s\n", (int)severity, text);
    return NETDIAG_OK;
}

static void make_platform(void)
{
    fake_reset();
    real = fake.platform;
    fake.platform.vlans = locked_vlans;
    fake.platform.time = locked_time;
    fake.platform.wait = locked_wait;
    fake.platform.log = print_log;
    fake.vlan_count = 0;
    for (unsigned vlan = NETDIAG_VLAN_MIN; vlan < NETDIAG_VLAN_MAX; vlan++)
        fake_vlan_interface(fake_vlan((uint16_t)vlan), vlan);
}

/* ---- users ---- */

static void add_user(struct netdiag_users *users, char **words, char *error, size_t size)
{
    struct netdiag_user *user;
    char line[2048];
    FILE *file;

    if (!netdiag_users_add(users, words[0], (int)strtol(words[1], NULL, 10), error, size))
        die(error);
    user = netdiag_users_find(users, words[0]);
    if (!netdiag_user_set_password(user, words[2], error, size))
        die(error);
    if (strcmp(words[3], "-") == 0)
        return;
    file = fopen(words[3], "r");
    if (file == NULL || fgets(line, sizeof line, file) == NULL)
        die(words[3]);
    fclose(file);
    line[strcspn(line, "\n")] = '\0';
    if (!netdiag_user_add_key(user, line, error, size))
        die(error);
}

static void make_users(const char *path, int count, char **words)
{
    struct netdiag_users *users = calloc(1, sizeof *users);
    char error[300];

    if (users == NULL)
        die("no memory");
    for (; count >= 4; count -= 4, words += 4)
        add_user(users, words, error, sizeof error);
    if (!netdiag_users_store(path, users, error, sizeof error))
        die(error);
    free(users);
}

/* ---- connections ---- */

static void *serve(void *argument)
{
    struct connection *connection = argument;

    netdiag_ssh_serve(&connection->client);
    close(connection->client.fd);
    atomic_store(&connection->is_done, true);
    return NULL;
}

static struct connection *find_place(void)
{
    for (size_t i = 0; i < CONNECTIONS; i++) {
        struct connection *connection = &connections[i];

        if (connection->is_used && atomic_load(&connection->is_done)) {
            pthread_join(connection->thread, NULL);
            connection->is_used = false;
        }
        if (!connection->is_used)
            return connection;
    }
    return NULL;
}

static void take(int listener, const struct netdiag_remote_client *client)
{
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    int fd = accept4(listener, (struct sockaddr *)&from, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    struct connection *connection = find_place();
    const int one = 1;

    if (fd < 0 || connection == NULL)
        die("no connection can be taken");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    connection->client = *client;
    connection->client.fd = fd;
    inet_ntop(AF_INET, &from.sin_addr, connection->client.from, sizeof connection->client.from);
    atomic_store(&connection->is_done, false);
    connection->is_used = true;
    served++;
    if (pthread_create(&connection->thread, NULL, serve, connection) != 0)
        die("no thread");
}

static void accept_until_input_ends(int listener, const struct netdiag_remote_client *client,
                                    long seconds)
{
    struct pollfd fds[2] = {
        {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = listener, .events = POLLIN},
    };
    uint64_t until_ms = netdiag_session_clock_ms() + 1000 * (uint64_t)seconds;

    while (fds[0].revents == 0 && netdiag_session_clock_ms() < until_ms) {
        if (poll(fds, 2, 1000) > 0 && fds[1].revents != 0)
            take(listener, client);
    }
}

static int listen_on_loopback(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(fd, 64) != 0 || getsockname(fd, (struct sockaddr *)&address, &length) != 0)
        die("cannot listen");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

int main(int argc, char **argv)
{
    char users[512], host_key[512], error[300];
    struct netdiag_remote_client client = {.diag = &fake.diag};
    int stop[2], listener;
    uint64_t begun_ms;

    signal(SIGPIPE, SIG_IGN);
    if (argc < 3 || pipe2(stop, O_CLOEXEC) != 0)
        die("usage: ssh_server STATE_DIR SECONDS [NAME PRIVILEGE PASSWORD KEY_FILE]...");
    snprintf(users, sizeof users, "%s/users", argv[1]);
    snprintf(host_key, sizeof host_key, "%s/host_key", argv[1]);
    make_platform();
    make_users(users, argc - 3, argv + 3);
    client.stop = stop[0];
    client.login = netdiag_login_start(&fake.diag, users);
    client.ssh = netdiag_ssh_start(host_key, error, sizeof error);
    if (client.login == NULL || client.ssh == NULL)
        die(error);
    listener = listen_on_loopback();
    accept_until_input_ends(listener, &client, strtol(argv[2], NULL, 10));

    begun_ms = netdiag_session_clock_ms();
    close(stop[1]);
    for (size_t i = 0; i < CONNECTIONS; i++) {
        if (connections[i].is_used)
            pthread_join(connections[i].thread, NULL);
    }
    printf("%d %u\n", (int)(netdiag_session_clock_ms() - begun_ms), served);
    netdiag_ssh_stop(client.ssh);
    netdiag_login_end(client.login);
    close(stop[0]);
    close(listener);
    return 0;
}
