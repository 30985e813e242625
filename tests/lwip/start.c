/*
 * Stands between the main() of lwIP's own unit tests and their tcpip_init(), which the Makefile
 * renames there: netdiag starts with the stack, or, by NETDIAG_TEST_START=no, never, as when a
 * firmware has opened connections before it calls netdiag_lwip_start().
 */
#include <stdlib.h>
#include <string.h>

#include "netdiag/lwip.h"

/* As lwip/tcpip.h declares it; in the simulator's lwIP there is none. */
void tcpip_init(void (*done)(void *arg), void *arg);

void netdiag_test_tcpip_init(void (*done)(void *arg), void *arg);

void netdiag_test_tcpip_init(void (*done)(void *arg), void *arg)
{
    static const struct netdiag_lwip_config config = {.host = "test"};
    const char *start = getenv("NETDIAG_TEST_START");

    tcpip_init(done, arg);
    if ((!start || strcmp(start, "no") != 0) && netdiag_lwip_start(&config) != NETDIAG_OK)
        abort();
}
