/*
 * What SSH is made of: for the files cli/access/ssh*.c alone.
 *
 * A connection has a thread, that of netdiag_ssh_serve(), which alone calls libssh for it; each of
 * its channels has a shell on a thread of its own, which knows nothing of libssh. Socket pairs
 * join the two, so that neither ever waits for the other but in poll().
 */
#ifndef NETDIAG_CLI_ACCESS_SSH_PRIVATE_H
#define NETDIAG_CLI_ACCESS_SSH_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>
#include <poll.h>

#include "cli/access/remote.h"
#include "cli/access/users.h"

/* The door's, in logs and in show users. */
#define NETDIAG_SSH_NAME "ssh"

/* ---- the host key, ssh_key.c ---- */

/* Fills the connection's session from what all connections share. */
bool netdiag_ssh_accept(struct netdiag_ssh *ssh, ssh_session session, int fd);

/* ---- a shell, ssh_shell.c ---- */

struct netdiag_ssh_shell;

struct netdiag_ssh_shell_config {
    const struct netdiag_remote_client *client; /* these two live longer than the shell */
    const char *user;
    int privilege;
    bool has_pty;
    unsigned columns, rows; /* of the terminal; 0: not known */
    bool is_exec;           /* it runs `line`, and reads nothing */
    const char *line;       /* copied; of a longer one than CONFIG_NETDIAG_LINE_LENGTH the */
    size_t line_size;       /* beginning: it is refused */
};

/* The ends of the socket pairs that are the connection's. They do not block. */
struct netdiag_ssh_pipes {
    int in_out;
    int err; /* -1: a terminal has one stream */
};

/* NULL: no memory, thread or descriptor is left. */
struct netdiag_ssh_shell *netdiag_ssh_shell_start(const struct netdiag_ssh_shell_config *config,
                                                  struct netdiag_ssh_pipes *pipes);
void netdiag_ssh_shell_resize(struct netdiag_ssh_shell *shell, unsigned columns, unsigned rows);
/* Stops the present command, as ^C does. */
void netdiag_ssh_shell_cancel(struct netdiag_ssh_shell *shell);

/* Its client is gone: the present command stops, and nothing that came in is run any more. */
void netdiag_ssh_shell_abandon(struct netdiag_ssh_shell *shell);
/* That was called, or its line was cleared. */
bool netdiag_ssh_shell_is_left(const struct netdiag_ssh_shell *shell);

/* It has closed its ends of the pipes, and netdiag_ssh_shell_end() does not wait. */
bool netdiag_ssh_shell_is_done(const struct netdiag_ssh_shell *shell);
/* Waits for its end, frees it, and returns the exit status. */
int netdiag_ssh_shell_end(struct netdiag_ssh_shell *shell);

/* ---- a channel, ssh_channel.c ---- */

/* Descriptors that a channel waits for at most. */
#define NETDIAG_SSH_CHANNEL_FDS 2

struct netdiag_ssh_connection;
struct netdiag_ssh_channel;

/* For an open request of the client's; NULL: no memory. It is freed as soon as it is done. */
struct netdiag_ssh_channel *netdiag_ssh_channel_open(struct netdiag_ssh_connection *connection);
ssh_channel netdiag_ssh_channel_handle(const struct netdiag_ssh_channel *channel);

/* Moves what can be moved without a wait. */
void netdiag_ssh_channel_work(struct netdiag_ssh_channel *channel, uint64_t now_ms);

/* The client, or the connection, is gone: its shell is to end. */
void netdiag_ssh_channel_leave(struct netdiag_ssh_channel *channel);

/* Adds what it waits for; returns how many. */
size_t netdiag_ssh_channel_poll(const struct netdiag_ssh_channel *channel, struct pollfd *fds);
/* How long the connection may wait for those, and for the client. */
int netdiag_ssh_channel_patience_ms(const struct netdiag_ssh_channel *channel);

/* It has a shell. */
bool netdiag_ssh_channel_is_busy(const struct netdiag_ssh_channel *channel);
/* It counts among CONFIG_NETDIAG_SSH_CHANNELS: not all has been said on our side. */
bool netdiag_ssh_channel_is_open(const struct netdiag_ssh_channel *channel);
/* Nothing more will come of it: to be freed. */
bool netdiag_ssh_channel_is_done(const struct netdiag_ssh_channel *channel);
void netdiag_ssh_channel_free(struct netdiag_ssh_channel *channel);

/* ---- a connection, ssh.c ---- */

/* A channel that we have closed keeps its place until the client has closed it, too. */
#define NETDIAG_SSH_PLACES (2 * CONFIG_NETDIAG_SSH_CHANNELS)

struct netdiag_ssh_connection {
    struct netdiag_remote_client *client;
    ssh_session session;
    ssh_event event;
    struct ssh_server_callbacks_struct callbacks;
    bool over;        /* it is to end */
    bool called_back; /* a callback has changed something since the last look at the channels */

    bool is_in;
    char user[NETDIAG_USER_NAME_LENGTH + 1];
    int privilege;
    unsigned wrong; /* passwords */
    unsigned keys;  /* that were offered */

    struct ssh_counter_struct bytes;     /* libssh counts what goes over the wire */
    uint64_t in_bytes, out_bytes;        /* of them when they were looked at last */
    uint64_t begun_ms;                   /* when the connection came */
    uint64_t heard_ms, sent_ms, busy_ms; /* the last time that these were no trouble */

    size_t turn; /* whose channel's turn it is to be first */
    struct netdiag_ssh_channel *channels[NETDIAG_SSH_PLACES];
};

/* Whether libssh has nothing left to send: before that, nothing is given to it. */
bool netdiag_ssh_may_write(const struct netdiag_ssh_connection *connection);

#endif
