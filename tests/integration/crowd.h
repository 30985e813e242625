/*
 * Thousands of connections of the device under test, each opened by the raw-frame peer with a
 * handshake of its own, all to one service. For one thread at a time.
 */
#ifndef NETDIAG_TESTS_CROWD_H
#define NETDIAG_TESTS_CROWD_H

#include <stdint.h>

#define CROWD_MOST       10000
#define CROWD_PORT       8080 /* the service's */
#define CROWD_OWNER      "crowd"
#define CROWD_FIRST_PORT 1024  /* the peer's port of the first one, and so on */
#define CROWD_COMING     500   /* of the last ones crowd_churn() takes each in its turn */
#define CROWD_OTHER_PORT 30000 /* what it adds to a peer's port, or takes off again */

/*
 * Starts the device (peer_start()) and opens `count` connections, at most CROWD_MOST, over some
 * seconds of the device's time. No TCP connection is there besides.
 */
void crowd_start(uint32_t count);

/*
 * One of the last CROWD_COMING connections, each in its turn, is reset by the peer, and another
 * comes, from the other of its two ports.
 */
void crowd_churn(void);

/* One of the connections, each in its turn, carries a byte; a little time passes for the device. */
void crowd_talk(void);

#endif
