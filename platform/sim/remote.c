#include "remote.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "user_command.h"

#define HOST_KEY_NAME "ssh_host_ed25519_key"
#define PASSWORD_NAME "admin-password"

static bool write_password(const char *path, const char *password, char *error, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool is_written = fd >= 0 && dprintf(fd, "%s\n", password) > 0;

    if (!is_written)
        snprintf(error, size, "%.200s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return is_written;
}

struct told {
    const struct sim_state_dir *dir;
    bool on_terminal;
};

/* Whoever starts the switch is told, and nobody else. */
static bool tell_password(void *ctx, const char *password, char *error, size_t size)
{
    const struct told *told = ctx;
    char path[PATH_MAX + sizeof("/" PASSWORD_NAME)];

    if (told->on_terminal) {
        printf("Telnet and SSH have one user, admin, with the password %s\n"
               "It is not shown again; netdiag-sim user password admin changes it.\n",
               password);
        return fflush(stdout) == 0;
    }
    snprintf(path, sizeof(path), "%s/" PASSWORD_NAME, told->dir->path);
    unlink(path); /* of users that are no more */
    if (!write_password(path, password, error, size))
        return false;
    fprintf(stderr, "netdiag-sim: telnet and SSH have one user, admin, whose password is in %s\n",
            path);
    return true;
}

static bool start(struct sim_remote *remote, const struct sim_options *options,
                  struct netdiag *diag, char *error, size_t error_size)
{
    struct netdiag_remote_config config = {.diag = diag, .host_key = remote->host_key};

    remote->login = config.login = netdiag_login_start(diag, remote->users_path);
    if (!remote->login) {
        snprintf(error, error_size, "telnet and SSH: no memory left");
        return false;
    }
    remote->doors.remote = netdiag_remote_start(&config, error, error_size);
    if (!remote->doors.remote)
        return false;
    remote->doors.telnet = netdiag_remote_telnet;
    remote->doors.ssh = netdiag_remote_ssh;
    return sim_doors_open(options, &remote->doors, error, error_size);
}

bool sim_remote_start(struct sim_remote *remote, const struct sim_options *options,
                      const struct sim_state_dir *dir, bool on_terminal, struct netdiag *diag,
                      char *error, size_t error_size)
{
    struct told told = {dir, on_terminal && !options->no_console};

    memset(remote, 0, sizeof(*remote));
    if (options->clock != SIM_CLOCK_REAL || (dir->temporary && options->forward_count == 0))
        return true;
    snprintf(remote->users_path, sizeof(remote->users_path), "%s/" SIM_USERS_NAME, dir->path);
    snprintf(remote->host_key, sizeof(remote->host_key), "%s/" HOST_KEY_NAME, dir->path);
    return sim_user_first(remote->users_path, tell_password, &told, error, error_size) &&
           start(remote, options, diag, error, error_size);
}

void sim_remote_stop(struct sim_remote *remote)
{
    if (remote->doors.telnet)
        sim_doors_close();
    netdiag_remote_stop(remote->doors.remote);
    netdiag_login_end(remote->login);
    memset(remote, 0, sizeof(*remote));
}
