/*
 * The simulated switch's log: the file "log" of its state directory, mode 0600, a line for each
 * thing logged. It is bounded by CONFIG_NETDIAG_SIM_LOG_BYTES; the lines before are in "log.old".
 */
#ifndef NETDIAG_SIM_LOG_H
#define NETDIAG_SIM_LOG_H

#include "netdiag/platform.h"

/* To be called before any thread is made. Without it nothing is logged. */
void sim_log_open(const char *directory);

/* For netdiag_lwip_config. Any thread. */
void sim_log_write(void *ctx, enum netdiag_severity severity, const char *text);

#endif
