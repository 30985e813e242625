/*
 * What lwIP asks of a compiler and its C library, for the simulator on a POSIX host.
 */
#ifndef NETDIAG_SIM_LWIP_CC_H
#define NETDIAG_SIM_LWIP_CC_H

#include <sys/time.h> /* struct timeval, which lwIP would define itself */

#define LWIP_TIMEVAL_PRIVATE 0

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define BYTE_ORDER BIG_ENDIAN
/* Else <netinet/in.h> after lwIP's headers does not compile */
#define LWIP_DONT_PROVIDE_BYTEORDER_FUNCTIONS
#endif

/* Ends the program, but for what lwIP survives (stack.c) */
void sim_lwip_assert(const char *message, const char *file, int line);
#define LWIP_PLATFORM_ASSERT(message) sim_lwip_assert((message), __FILE__, __LINE__)

/* Seeded, so that a run can be repeated (random.c) */
unsigned sim_random_lwip(void);
#define LWIP_RAND() sim_random_lwip()

#endif
