/*
 * Connections of the device that come and go: the raw-frame peer opens them, half and whole, and
 * resets and closes them, the device closes and aborts, and what comes meets an exhausted pool.
 */
#ifndef NETDIAG_TESTS_CHURN_H
#define NETDIAG_TESTS_CHURN_H

#define CHURN_BOUND 3 /* PCBs that are bound and no more, from the start */

/* Starts the device with room for `pcbs` connections, and its service. Once a program. */
void churn_start(unsigned pcbs);

/*
 * One thing happens. By one thread alone, without the core lock: what that thread sees of the
 * stack stays, as nobody else changes it. `unused` is for those who take a function of an argument.
 */
void churn_once(void *unused);

#endif
