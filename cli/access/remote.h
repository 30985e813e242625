/*
 * The doors for those who come over a network: telnet and SSH.
 *
 * A door gets connected stream sockets, from whatever stack: one end of a socket pair does, whose
 * other end somebody connects to the network. Each connection has a thread of its own.
 */
#ifndef NETDIAG_CLI_ACCESS_REMOTE_H
#define NETDIAG_CLI_ACCESS_REMOTE_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/access/login.h"
#include "netdiag/netdiag.h"

#define NETDIAG_FROM_SIZE 64

struct netdiag_remote;
struct netdiag_ssh;

struct netdiag_remote_config {
    struct netdiag *diag;
    struct netdiag_login *login;
    const char *host_key; /* path of SSH's private key, made when there is none; NULL: no SSH */
};

/* NULL: `error` says why. netdiag_remote_stop() ends all connections, and waits for that. */
struct netdiag_remote *netdiag_remote_start(const struct netdiag_remote_config *config, char *error,
                                            size_t size);
void netdiag_remote_stop(struct netdiag_remote *remote);

/*
 * A connection has come from the address `from`, which is copied. Takes `fd` over, and makes it not
 * block. Any thread, the core lock may be held: it waits for nothing. One too many is told so.
 */
void netdiag_remote_telnet(struct netdiag_remote *remote, int fd, const char *from);
void netdiag_remote_ssh(struct netdiag_remote *remote, int fd, const char *from);

/* ---- for the doors ---- */

struct netdiag_remote_client {
    struct netdiag *diag;
    struct netdiag_login *login;
    struct netdiag_ssh *ssh; /* NULL for telnet */
    int fd;
    int stop; /* readable: the connection is to end */
    char from[NETDIAG_FROM_SIZE];
};

/* Each serves one connection until it ends; closes nothing. */
void netdiag_telnet_serve(struct netdiag_remote_client *client);
void netdiag_ssh_serve(struct netdiag_remote_client *client);

/* What all SSH connections share: the host key. NULL: `error` says why. */
struct netdiag_ssh *netdiag_ssh_start(const char *host_key, char *error, size_t size);
void netdiag_ssh_stop(struct netdiag_ssh *ssh);

#endif
