/*
 * The simulated switch's log: the file "log" of its state directory, mode 0600, a line for each
 * thing logged. It is bounded by CONFIG_NETDIAG_SIM_LOG_BYTES; the lines before are in "log.old".
 * With --syslog each line goes to the host's syslog as well, as a daemon's.
 */
#ifndef NETDIAG_SIM_LOG_H
#define NETDIAG_SIM_LOG_H

#include "netdiag/platform.h"

/*
 * To be called before any thread is made. Without it nothing is logged. `syslog_name` (NULL: no
 * syslog) is what the host's syslog knows the switch by; it must live as long as the process.
 */
void sim_log_open(const char *directory, const char *syslog_name);

/* For netdiag_lwip_config. Any thread. */
void sim_log_write(void *ctx, enum netdiag_severity severity, const char *text);

#endif
