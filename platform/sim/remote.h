/*
 * Telnet and SSH of the simulated switch: its users, its host key, its doors.
 */
#ifndef NETDIAG_SIM_REMOTE_H
#define NETDIAG_SIM_REMOTE_H

#include "doors.h"
#include "netdiag/netdiag.h"
#include "options.h"
#include "state_dir.h"

struct sim_remote {
    char users_path[PATH_MAX + 64];
    char host_key[PATH_MAX + 64];
    struct netdiag_login *login;
    struct sim_doors doors;
};

/*
 * Opens them on a real clock, where the state is kept or a forward was asked for; does nothing
 * otherwise. Without a users file it makes the user admin: its random password goes to the terminal
 * where there is a console, and else to a file (mode 0600) whose path is said on stderr. `remote`
 * must live until sim_remote_stop(), which may be called in any case. False: `error` says why.
 */
bool sim_remote_start(struct sim_remote *remote, const struct sim_options *options,
                      const struct sim_state_dir *dir, bool on_terminal, struct netdiag *diag,
                      char *error, size_t error_size);
void sim_remote_stop(struct sim_remote *remote);

#endif
