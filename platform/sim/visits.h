/*
 * Who of the world comes to the programs of service_tasks.h and restart_task.h.
 */
#ifndef NETDIAG_SIM_VISITS_H
#define NETDIAG_SIM_VISITS_H

#include "scenario.h"

extern const struct sim_activity sim_backdoor_visits;      /* one now and then */
extern const struct sim_activity sim_accept_stall_visits;  /* more than the backlog */
extern const struct sim_activity sim_receive_stall_visits; /* each sends more than a window */
extern const struct sim_activity sim_send_stall_visits;    /* read nothing */
extern const struct sim_activity sim_close_wait_visits;    /* send a little, and close */
extern const struct sim_activity sim_fin_wait_visits;      /* acknowledge, and do not close */
extern const struct sim_activity sim_fin_wait_lost_visits; /* are gone before the device closes */
extern const struct sim_activity sim_simultaneous_close_visits;
extern const struct sim_activity sim_last_ack_visits;  /* close, and are gone */
extern const struct sim_activity sim_restart_visits;   /* let the device close first */
extern const struct sim_activity sim_pool_full_visits; /* as many as the pool has places */
extern const struct sim_activity sim_half_open_visits; /* never answer a SYN-ACK */

#endif
