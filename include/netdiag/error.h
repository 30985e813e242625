/*
 * What a call of netdiag can answer.
 */
#ifndef NETDIAG_ERROR_H
#define NETDIAG_ERROR_H

enum netdiag_error {
    NETDIAG_OK = 0,
    NETDIAG_ERROR_INVALID,     /* an argument is outside what the call allows */
    NETDIAG_ERROR_UNSUPPORTED, /* the platform does not offer this */
    NETDIAG_ERROR_NOT_FOUND,   /* the named thing does not exist */
    NETDIAG_ERROR_EXISTS,      /* the named thing exists already */
    NETDIAG_ERROR_FULL,        /* a bound is reached */
    NETDIAG_ERROR_BUSY,        /* in use by someone else; a later try can succeed */
    NETDIAG_ERROR_MEMORY,      /* the platform has no memory left for it */
    NETDIAG_ERROR_IO,          /* reading or writing failed */
    NETDIAG_ERROR_DOWN,        /* the device or its stack does not run */
    NETDIAG_ERROR_DENIED,      /* whoever asks may not */
    NETDIAG_ERROR_REMEMBERED,  /* every number is in use, or kept for what is gone */
    NETDIAG_ERROR_TAKEN,       /* somebody else has the number that is remembered for it */
};

/*
 * One clause in English, without a full stop; a value outside the enumeration answers
 * "unknown error". The string is constant. May be called from any thread.
 */
const char *netdiag_error_text(enum netdiag_error error);

/* The same as a JSON word, "notFound" for example. Constant; any thread. */
const char *netdiag_error_code(enum netdiag_error error);

#endif
