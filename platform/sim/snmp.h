/*
 * The simulated switch's SNMP agent: its task.
 */
#ifndef NETDIAG_SIM_SNMP_H
#define NETDIAG_SIM_SNMP_H

#include "netdiag/error.h"
#include "options.h"

/*
 * Starts the agent if the command line has a community; else nobody is at its port. With the core
 * lock held.
 */
enum netdiag_error sim_snmp_start(const struct sim_options *options);

/* Real clock: makes the thread that answers, if the agent runs. 0, or an error number of pthreads'.
 */
int sim_snmp_start_thread(void);

/* Virtual clock: answers what waits, within the step. Without the lock. */
void sim_snmp_step(void);

/* Ends the thread and the agent; what waits is dropped. Without the lock. */
void sim_snmp_stop(void);

/* What --snmp-... say. False: `error` says which, what was given and what is legal. */
bool sim_snmp_community(struct sim_options *options, char *text, char *error, size_t error_size);
bool sim_snmp_source(struct sim_options *options, const char *text, char *error, size_t error_size);
bool sim_snmp_text(const char *option, const char *text, const char **place, char *error,
                   size_t error_size);

/* What can only be told when all options are known. */
bool sim_snmp_check(const struct sim_options *options, char *error, size_t error_size);

#endif
