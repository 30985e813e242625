/*
 * Programs on the device that serve badly, each one a scenario's with its counterpart among the
 * world's visitors (visits.h).
 */
#ifndef NETDIAG_SIM_SERVICE_TASKS_H
#define NETDIAG_SIM_SERVICE_TASKS_H

#include "scenario.h"

/* Their ports; 8084 is restart_task.h's. */
#define SIM_BACKDOOR_PORT           31337
#define SIM_ACCEPT_STALL_PORT       4321
#define SIM_RECEIVE_STALL_PORT      6514
#define SIM_SEND_STALL_PORT         9000
#define SIM_CLOSE_WAIT_PORT         8080
#define SIM_FIN_WAIT_PORT           8081
#define SIM_SIMULTANEOUS_CLOSE_PORT 8082
#define SIM_LAST_ACK_PORT           8083
#define SIM_POOL_FULL_PORT          8085

/* How long the first of these serves a client before it closes, and the second. */
#define SIM_FIN_WAIT_CLOSES_MS           2000
#define SIM_SIMULTANEOUS_CLOSE_CLOSES_MS 5000

extern const struct sim_activity sim_backdoor_task; /* a listener that nobody registered */
extern const struct sim_activity sim_accept_stall_task;
extern const struct sim_activity sim_receive_stall_task;
extern const struct sim_activity sim_send_stall_task; /* it is the client that stalls */
extern const struct sim_activity sim_close_wait_task; /* never closes */
extern const struct sim_activity sim_fin_wait_task;   /* closes first */
extern const struct sim_activity sim_simultaneous_close_task;
extern const struct sim_activity sim_last_ack_task;
extern const struct sim_activity sim_pool_full_task; /* serves all that come, for ever */

#endif
