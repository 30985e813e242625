/*
 * What lwIP asks of a compiler and its C library, with neither an operating system nor output.
 */
#ifndef NETDIAG_TESTS_CORTEX_M4_CC_H
#define NETDIAG_TESTS_CORTEX_M4_CC_H

#define LWIP_TIMEVAL_PRIVATE 1
#define LWIP_NO_ASSERT       1
#define LWIP_NOASSERT        1

#define LWIP_PLATFORM_DIAG(x)
#define LWIP_PLATFORM_ASSERT(x)

#endif
