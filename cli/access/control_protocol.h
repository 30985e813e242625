/*
 * What the control socket and its client say to each other.
 *
 * Both send frames over a stream: a type, a zero byte, the length of the payload in two bytes, the
 * payload. Numbers have their high byte first. The client begins with HELLO. The answer to it is
 * HELLO, or REFUSAL and the end. After that the client sends what is typed, or whole lines, as
 * INPUT, SIZE when its terminal changes, and END when it has no more input; the shell sends what it
 * prints as OUT and ERROR, and EXIT with the exit status as the last frame. A ^C is a byte of the
 * INPUT: it reaches a command that runs. A client that closes the connection ends its shell.
 *
 * Needs neither libcli nor a stack.
 */
#ifndef NETDIAG_CLI_ACCESS_CONTROL_PROTOCOL_H
#define NETDIAG_CLI_ACCESS_CONTROL_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>

#define NETDIAG_CONTROL_VERSION 1

/* Bytes of a frame's head, and the most that a payload has. */
#define NETDIAG_CONTROL_HEAD    4
#define NETDIAG_CONTROL_PAYLOAD 16384

/* The socket's name in the state directory. */
#define NETDIAG_CONTROL_NAME "control"

enum netdiag_control_type {
    NETDIAG_CONTROL_HELLO = 'H',   /* both: who is there */
    NETDIAG_CONTROL_INPUT = 'I',   /* client: bytes that were typed, or lines */
    NETDIAG_CONTROL_SIZE = 'S',    /* client: columns and rows of its terminal */
    NETDIAG_CONTROL_END = 'E',     /* client: the input has ended */
    NETDIAG_CONTROL_OUT = 'O',     /* shell: bytes for the standard output */
    NETDIAG_CONTROL_ERROR = 'X',   /* shell: bytes for the standard error */
    NETDIAG_CONTROL_EXIT = 'Q',    /* shell: one byte, the exit status */
    NETDIAG_CONTROL_REFUSAL = 'R', /* shell: one clause, why there is none */
};

/* The payload of the client's HELLO; the shell's has its version alone. */
struct netdiag_control_hello {
    unsigned version;
    bool interactive; /* a person at a terminal, and not lines */
    unsigned columns; /* of the terminal; 0: not known */
    unsigned rows;
    char from[64]; /* where the person comes from; "": not known */
};

/* Bytes that a client's HELLO and a SIZE have at most. */
#define NETDIAG_CONTROL_HELLO_SIZE (6 + sizeof(((struct netdiag_control_hello *)0)->from))
#define NETDIAG_CONTROL_SIZE_SIZE  4

void netdiag_control_put_head(unsigned char *bytes, enum netdiag_control_type type, size_t length);
size_t netdiag_control_length(const unsigned char *head);

/* Each returns how many bytes the payload has. */
size_t netdiag_control_put_hello(unsigned char *payload, const struct netdiag_control_hello *hello);
size_t netdiag_control_put_size(unsigned char *payload, unsigned columns, unsigned rows);

/* Each returns false for a payload that is too short. Of another version only that is filled. */
bool netdiag_control_get_hello(const unsigned char *payload, size_t size,
                               struct netdiag_control_hello *hello);
bool netdiag_control_get_size(const unsigned char *payload, size_t size, unsigned *columns,
                              unsigned *rows);

#endif
