/*
 * The control socket: who may come in, and a thread for each who did.
 */
#include "cli/access/control.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "cli/access/control_client.h"
#include "cli/access/crew.h"
#include "stats/text.h"

#define BACKLOG      64
#define SEND_BUFFER  32768 /* small, so that ^C is not followed by much that was sent before */
#define GROUP_BYTES  16384 /* of a group's entry, its members' names included */
#define BREATHING_MS 100   /* before the next accept() when descriptors have run out */

struct netdiag_control {
    struct netdiag *diag;
    int fd;
    int stop[2]; /* the reading end is readable once all is to end */
    pthread_t thread;
    struct sockaddr_un address;
    struct netdiag_crew *crew;
};

/* ---- the socket ---- */

static bool fail(char *error, size_t size, const char *path, const char *why)
{
    snprintf(error, size, "control socket %.200s: %s", path, why);
    return false;
}

static bool make_address(struct netdiag_control *control, const char *path, char *error,
                         size_t size)
{
    struct stat status;

    if (strlen(path) >= sizeof control->address.sun_path) {
        snprintf(error, size,
                 "control socket %.200s: a path of %zu bytes; legal are up to %zu: a shorter state "
                 "directory is needed",
                 path, strlen(path), sizeof control->address.sun_path - 1);
        return false;
    }
    control->address.sun_family = AF_UNIX;
    (void)netdiag_text_copy(control->address.sun_path, sizeof control->address.sun_path, path);
    if (lstat(path, &status) == 0 && !S_ISSOCK(status.st_mode))
        return fail(error, size, path, "something that is no socket stands there; remove it");
    return true;
}

/* Lets a group use the socket, and pass through its directory. */
static bool admit_group(const char *path, const char *name, char *error, size_t size)
{
    struct group entry, *group = NULL;
    char bytes[GROUP_BYTES], copy[PATH_MAX], why[192];
    const char *directory;
    struct stat status;

    if (getgrnam_r(name, &entry, bytes, sizeof bytes, &group) != 0 || group == NULL) {
        snprintf(error, size, "control socket: no such group \"%.64s\"", name);
        return false;
    }
    snprintf(copy, sizeof copy, "%s", path);
    directory = dirname(copy);
    if (chown(path, (uid_t)-1, group->gr_gid) != 0 || chmod(path, 0660) != 0 ||
        stat(directory, &status) != 0 || chown(directory, (uid_t)-1, group->gr_gid) != 0 ||
        chmod(directory, (status.st_mode & 0777) | S_IXGRP) != 0) {
        snprintf(why, sizeof why,
                 "it cannot be given to group \"%.64s\": %s; legal are groups that this user is in",
                 name, strerror(errno));
        return fail(error, size, path, why);
    }
    return true;
}

static bool open_socket(struct netdiag_control *control, const char *path, const char *group,
                        char *error, size_t size)
{
    mode_t mask;
    bool bound;

    if (!make_address(control, path, error, size))
        return false;
    control->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (control->fd < 0)
        return fail(error, size, path, strerror(errno));
    unlink(path);
    mask = umask(0177); /* there is no moment at which others could connect */
    bound = bind(control->fd, (struct sockaddr *)&control->address, sizeof control->address) == 0;
    umask(mask);
    if (!bound)
        return fail(error, size, path, strerror(errno));
    if (group != NULL && !admit_group(path, group, error, size))
        return false;
    if (listen(control->fd, BACKLOG) != 0) /* last: who can connect finds the modes as they stay */
        return fail(error, size, path, strerror(errno));
    return true;
}

/* ---- clients ---- */

static void serve_client(void *job)
{
    struct netdiag_control_client *client = job;

    netdiag_control_client_serve(client);
    close(client->fd);
    free(client);
}

static void refuse(int fd, const char *why)
{
    netdiag_control_client_refuse(fd, why);
    close(fd);
}

static void take_client(struct netdiag_control *control, int fd)
{
    struct netdiag_control_client *client = calloc(1, sizeof *client);
    enum netdiag_error error = NETDIAG_ERROR_MEMORY;
    const int buffer = SEND_BUFFER;

    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    if (client != NULL) {
        client->diag = control->diag;
        client->fd = fd;
        client->stop = control->stop[0];
        error = netdiag_crew_add(control->crew, serve_client, client);
    }
    if (error == NETDIAG_OK)
        return;
    free(client);
    refuse(fd, error == NETDIAG_ERROR_FULL ? "all shells are in use; try again later"
                                           : "the device has no memory left for a shell");
}

/* The host is out of memory, and poll() may be, too. */
static void breathe(void)
{
    const struct timespec pause = {.tv_nsec = BREATHING_MS * 1000000L};

    nanosleep(&pause, NULL);
}

static void *accept_clients(void *argument)
{
    struct netdiag_control *control = argument;
    struct pollfd fds[2] = {
        {.fd = control->stop[0], .events = POLLIN},
        {.fd = control->fd, .events = POLLIN},
    };

    for (;;) {
        int fd;

        fds[0].revents = 0;
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            breathe();
        if (fds[0].revents != 0)
            return NULL;
        fd = accept4(control->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0)
            take_client(control, fd);
        else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
            (void)poll(fds, 1, BREATHING_MS);
    }
}

/* ---- starting and stopping ---- */

static void release(struct netdiag_control *control)
{
    if (control->fd >= 0)
        close(control->fd);
    for (size_t i = 0; i < 2; i++) {
        if (control->stop[i] >= 0)
            close(control->stop[i]);
    }
    netdiag_crew_end(control->crew);
    free(control);
}

struct netdiag_control *netdiag_control_start(struct netdiag *diag, const char *path,
                                              const char *group, char *error, size_t error_size)
{
    struct netdiag_control *control = calloc(1, sizeof *control);

    if (control == NULL) {
        fail(error, error_size, path, "no memory left");
        return NULL;
    }
    control->diag = diag;
    control->fd = control->stop[0] = control->stop[1] = -1;
    control->crew = netdiag_crew_start(CONFIG_NETDIAG_SESSIONS);
    if (control->crew == NULL) {
        fail(error, error_size, path, "no memory left");
        release(control);
        return NULL;
    }
    if (!open_socket(control, path, group, error, error_size)) {
        release(control);
        return NULL;
    }
    if (pipe2(control->stop, O_CLOEXEC) != 0 ||
        pthread_create(&control->thread, NULL, accept_clients, control) != 0) {
        fail(error, error_size, path, "no thread or descriptor left");
        unlink(path);
        release(control);
        return NULL;
    }
    return control;
}

void netdiag_control_stop(struct netdiag_control *control)
{
    if (control == NULL)
        return;
    unlink(control->address.sun_path);
    close(control->stop[1]); /* and the other end is readable, for everyone */
    control->stop[1] = -1;
    pthread_join(control->thread, NULL);
    netdiag_crew_end(control->crew);
    control->crew = NULL;
    release(control);
}
