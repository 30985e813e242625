/*
 * One client of the control socket, as the shell's side has it.
 */
#ifndef NETDIAG_CLI_ACCESS_CONTROL_CLIENT_H
#define NETDIAG_CLI_ACCESS_CONTROL_CLIENT_H

#include "cli/access/control_protocol.h"
#include "cli/session.h"

/* The caller's, zeroed; the fields from `gone` on are private. */
struct netdiag_control_client {
    struct netdiag *diag;
    int fd;   /* connected */
    int stop; /* readable: the shell is to end */

    bool gone;    /* nothing more can be sent or received */
    bool stopped; /* `stop` was readable */
    bool ended;   /* END has come */
    struct netdiag_control_hello hello;
    char user[32];
    size_t input_left;  /* of the payload of an INPUT that is being read */
    size_t begin, size; /* of what was received and not yet looked at */
    unsigned char received[4096];
};

/* Greets the client, and serves it until it or the shell ends. Closes nothing. */
void netdiag_control_client_serve(struct netdiag_control_client *client);

/* Tells a client that has just connected why there is no shell for it. Waits for nothing. */
void netdiag_control_client_refuse(int fd, const char *why);

#endif
