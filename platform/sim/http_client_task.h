/*
 * A program on the device that opens connections itself: it asks the world's web servers for a
 * page now and then, by lwIP's own HTTP client, as a switch asks for updates.
 */
#ifndef NETDIAG_SIM_HTTP_CLIENT_TASK_H
#define NETDIAG_SIM_HTTP_CLIENT_TASK_H

#include "scenario.h"

extern const struct sim_activity sim_http_client_task;

#endif
