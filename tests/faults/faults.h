/*
 * Calls that fail: what stands for each of them. A file that uses these names them to the linker by
 * -Wl,--wrap (the Makefile reads the names here out of it).
 */
#ifndef NETDIAG_TESTS_FAULTS_H
#define NETDIAG_TESTS_FAULTS_H

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

/* Whether that call is the one that is to fail; errno then says why. */
bool fault_hits(const char *name, const void *from);

/* Counts a block as held, until it is forgotten. NULL is none. */
void *fault_keep(void *block);
void fault_forget(const void *block);

#define FAILS(name) fault_hits(name, __builtin_return_address(0))

/* A call that fails before anything is done. */
#define WRAP(name, type, bad, parameters, arguments)                                               \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        return FAILS(#name) ? (bad) : __real_##name arguments;                                     \
    }

/* One that answers the error itself. */
#define WRAP_CODE(name, type, parameters, arguments)                                               \
    WRAP(name, type, (type)errno, parameters, arguments)

/* One that has done its work, and says that it went wrong. */
#define WRAP_AFTER(name, type, bad, parameters, arguments)                                         \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        bool is_bad = FAILS(#name);                                                                \
        int why = errno;                                                                           \
        type answer = __real_##name arguments;                                                     \
                                                                                                   \
        if (is_bad)                                                                                \
            errno = why;                                                                           \
        return is_bad ? (bad) : answer;                                                            \
    }

#define WRAP_BLOCK(name, parameters, arguments)                                                    \
    void *__real_##name parameters;                                                                \
    void *__wrap_##name parameters;                                                                \
    void *__wrap_##name parameters                                                                 \
    {                                                                                              \
        return FAILS(#name) ? NULL : fault_keep(__real_##name arguments);                          \
    }

/*
 * One that reads or writes a stream, and leaves it marked as one that failed, as ferror() sees it.
 * The standard error is how a program says what failed.
 */
#define STREAM_FAILED 0x20 /* the C library's own */
#define WRAP_STREAM(name, type, bad, parameters, arguments, stream)                                \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        if ((stream) == stderr || !FAILS(#name))                                                   \
            return __real_##name arguments;                                                        \
        (stream)->_flags |= STREAM_FAILED;                                                         \
        return (bad);                                                                              \
    }

#endif
