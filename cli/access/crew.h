/*
 * Threads that serve clients, one for each, bounded.
 */
#ifndef NETDIAG_CLI_ACCESS_CREW_H
#define NETDIAG_CLI_ACCESS_CREW_H

#include <stddef.h>

#include "netdiag/error.h"

struct netdiag_crew;

/* Serves one client until it is gone, and frees `job`. */
typedef void netdiag_crew_serve(void *job);

/* Up to `most` at a time, and never more than CONFIG_NETDIAG_SESSIONS. NULL: no memory. */
struct netdiag_crew *netdiag_crew_start(size_t most);

/*
 * Has `job` served by a thread of its own. NETDIAG_ERROR_FULL when so many are at work,
 * NETDIAG_ERROR_MEMORY; the job is then still the caller's. Any thread; waits for nobody.
 */
enum netdiag_error netdiag_crew_add(struct netdiag_crew *crew, netdiag_crew_serve *serve,
                                    void *job);

/* Waits until all are done, which the caller has told them to be, and frees the crew. */
void netdiag_crew_end(struct netdiag_crew *crew);

#endif
