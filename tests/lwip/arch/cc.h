/*
 * What lwIP's own unit tests ask of a compiler and its C library, on a POSIX host. The other half
 * of the port, arch/sys_arch.h, is theirs.
 */
#ifndef NETDIAG_TESTS_LWIP_CC_H
#define NETDIAG_TESTS_LWIP_CC_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h> /* struct timeval, which lwIP would define itself */

#define LWIP_TIMEVAL_PRIVATE  0
#define LWIP_ERRNO_STDINCLUDE 1
#define LWIP_PLATFORM_DIAG(x) printf x
#define LWIP_PLATFORM_ASSERT(message)                                                              \
    do {                                                                                           \
        printf("lwIP gave up: %s (%s:%d)\n", (message), __FILE__, __LINE__);                       \
        abort();                                                                                   \
    } while (0)

/* Tests hand lwIP what it must refuse, and look at what it returns */
#define LWIP_ERROR(message, expression, handler)                                                   \
    do {                                                                                           \
        if (!(expression)) {                                                                       \
            handler;                                                                               \
        }                                                                                          \
    } while (0)

#define LWIP_RAND() ((unsigned)rand())

#endif
