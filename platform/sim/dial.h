/*
 * Connections that a program on the device opens, to wherever it is told.
 *
 * They live where the caller keeps them, and only until sim_dial_close(): lwIP points into that
 * memory. All with the core lock held.
 */
#ifndef NETDIAG_SIM_DIAL_H
#define NETDIAG_SIM_DIAL_H

#include <stdint.h>

#include "lwip/tcp.h"
#include "netdiag/address.h"
#include "netdiag/error.h"

/* Who owns them, in the device's tables. */
#define SIM_DIAL_OWNER "connect"

enum sim_dial_state {
    SIM_DIAL_UNANSWERED, /* so far, or for good */
    SIM_DIAL_OPEN,
    SIM_DIAL_REFUSED,
    SIM_DIAL_ENDED, /* it was open, and its peer or the stack has ended it */
    SIM_DIAL_STATES,
};

struct sim_dial {
    struct tcp_pcb *pcb; /* NULL: lwIP has it no more */
    enum sim_dial_state state;
};

/*
 * Calls an address. What comes is read, and who closes is closed for. NETDIAG_ERROR_INVALID: the
 * stack has no such family; NETDIAG_ERROR_NOT_FOUND: there is no route; NETDIAG_ERROR_FULL: the
 * pool of connections is. `dial` is then closed.
 */
enum netdiag_error sim_dial_open(struct sim_dial *dial, const struct netdiag_address *to,
                                 uint16_t port);

/* Closes it, whatever became of it: lwIP forgets `dial`, and `dial` what it was. */
void sim_dial_close(struct sim_dial *dial);

#endif
