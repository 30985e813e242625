/*
 * Telnet and SSH connections, whoever accepted them: a thread for each, and an end for all.
 */
#include "cli/access/remote.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/access/crew.h"

/* A clear text before SSH's own first line is allowed, and clients show it (RFC 4253, 4.2). */
#define ALL_IN_USE "All lines are in use; try again later\r\n"

struct netdiag_remote {
    struct netdiag_remote_config config;
    struct netdiag_ssh *ssh;
    struct netdiag_crew *crew;
    int stop[2]; /* the reading end is readable once all is to end */
};

struct job {
    struct netdiag_remote_client client;
    void (*serve)(struct netdiag_remote_client *client);
};

static void release(struct netdiag_remote *remote)
{
    netdiag_crew_end(remote->crew);
    netdiag_ssh_stop(remote->ssh);
    for (size_t i = 0; i < 2; i++) {
        if (remote->stop[i] >= 0)
            close(remote->stop[i]);
    }
    free(remote);
}

struct netdiag_remote *netdiag_remote_start(const struct netdiag_remote_config *config, char *error,
                                            size_t size)
{
    struct netdiag_remote *remote = calloc(1, sizeof *remote);

    if (remote == NULL) {
        snprintf(error, size, "telnet and SSH: no memory left");
        return NULL;
    }
    remote->config = *config;
    remote->stop[0] = remote->stop[1] = -1;
    remote->crew = netdiag_crew_start(CONFIG_NETDIAG_REMOTE_CONNECTIONS);
    if (remote->crew == NULL || pipe2(remote->stop, O_CLOEXEC) != 0) {
        snprintf(error, size, "telnet and SSH: no memory or descriptor left");
        release(remote);
        return NULL;
    }
    if (config->host_key != NULL) {
        remote->ssh = netdiag_ssh_start(config->host_key, error, size);
        if (remote->ssh == NULL) {
            release(remote);
            return NULL;
        }
    }
    return remote;
}

void netdiag_remote_stop(struct netdiag_remote *remote)
{
    if (remote == NULL)
        return;
    close(remote->stop[1]); /* and the other end is readable, for everyone */
    remote->stop[1] = -1;
    release(remote);
}

static void serve(void *argument)
{
    struct job *job = argument;

    job->serve(&job->client);
    close(job->client.fd);
    free(job);
}

static void take(struct netdiag_remote *remote, int fd, const char *from,
                 void (*serve_client)(struct netdiag_remote_client *client))
{
    struct job *job = calloc(1, sizeof *job);

    (void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    if (job != NULL) {
        job->serve = serve_client;
        job->client = (struct netdiag_remote_client){
            .diag = remote->config.diag,
            .login = remote->config.login,
            .ssh = remote->ssh,
            .fd = fd,
            .stop = remote->stop[0],
        };
        snprintf(job->client.from, sizeof job->client.from, "%s", from);
        if (netdiag_crew_add(remote->crew, serve, job) == NETDIAG_OK)
            return;
    }
    free(job);
    (void)send(fd, ALL_IN_USE, sizeof ALL_IN_USE - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    close(fd);
}

void netdiag_remote_telnet(struct netdiag_remote *remote, int fd, const char *from)
{
    take(remote, fd, from, netdiag_telnet_serve);
}

void netdiag_remote_ssh(struct netdiag_remote *remote, int fd, const char *from)
{
    take(remote, fd, from, netdiag_ssh_serve);
}
