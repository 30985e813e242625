/*
 * The telnet door: what a client sends, from the first byte of its negotiation to the last key.
 *
 * All bytes are there at once, and then the client closes its side; it reads all that it gets. The
 * guard of the door answers at once here: any password but "" is right, and a user whose name
 * begins with 'a' has privilege 15.
 */
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/access/remote.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/shell.h"
#include "tests/unit/fake_platform.h"

#define INPUT_MOST 65536 /* fits a socket's buffer */

bool netdiag_login_password(struct netdiag_login *login, const struct netdiag_login_try *attempt,
                            const char *password, int *privilege)
{
    (void)login;
    *privilege = attempt->user[0] == 'a' ? 15 : NETDIAG_PRIVILEGE_USER;
    return password[0] != '\0';
}

bool netdiag_login_enable(struct netdiag_login *login, const struct netdiag_login_try *attempt,
                          const char *secret)
{
    (void)login, (void)attempt;
    return secret[0] != '\0';
}

void netdiag_login_left(struct netdiag_login *login, const struct netdiag_login_try *attempt)
{
    (void)login, (void)attempt;
}

/* The client's other side. */
static void *read_all(void *argument)
{
    const int *fd = argument;
    char bytes[4096];

    while (read(*fd, bytes, sizeof bytes) > 0) {
        /* nobody looks */
    }
    return NULL;
}

static void serve(int fd, int stop)
{
    struct netdiag_remote_client client = {.diag = &fake.diag, .fd = fd, .stop = stop};

    strcpy(client.from, "10.0.0.1");
    netdiag_telnet_serve(&client);
}

static void furnish(void)
{
    fake_reset();
    fake_count_all();
    for (int i = 0; i < 5; i++)
        fake_connection();
    fake_listener(80, "httpd");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fds[2], stop[2];
    pthread_t thread;

    if (size > INPUT_MOST)
        size = INPUT_MOST;
    FUZZ_CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0 && pipe(stop) == 0);
    FUZZ_CHECK(fcntl(fds[0], F_SETFL, O_NONBLOCK) == 0);
    FUZZ_CHECK(write(fds[1], data, size) == (ssize_t)size && shutdown(fds[1], SHUT_WR) == 0);
    furnish();
    FUZZ_CHECK(pthread_create(&thread, NULL, read_all, &fds[1]) == 0);
    serve(fds[0], stop[0]);
    close(fds[0]);
    pthread_join(thread, NULL);
    close(fds[1]);
    close(stop[0]);
    close(stop[1]);
    return 0;
}
