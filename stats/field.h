/*
 * The fields of a plain struct, so that one writer and one reader serve all of them.
 */
#ifndef NETDIAG_STATS_FIELD_H
#define NETDIAG_STATS_FIELD_H

#include <stddef.h>

enum netdiag_field_type {
    NETDIAG_FIELD_BOOL,
    NETDIAG_FIELD_U8,
    NETDIAG_FIELD_U16,
    NETDIAG_FIELD_U32,
    NETDIAG_FIELD_U64,
    NETDIAG_FIELD_ENUM,    /* an int that is not negative */
    NETDIAG_FIELD_TEXT,    /* char[size], ends in NUL */
    NETDIAG_FIELD_ADDRESS, /* struct netdiag_address */
    NETDIAG_FIELD_STRUCT,
};

/* A list of them ends with a NULL key. */
struct netdiag_field {
    const char *key; /* camelCase */
    enum netdiag_field_type type;
    size_t offset;  /* in its struct */
    size_t size;    /* bytes of it, or of one of an array */
    size_t most;    /* 0: no array; else how many the array holds */
    size_t used_at; /* of an array: the offset of the uint32_t that says how many are in use;
                       NETDIAG_FIELD_ALL: all are */
    const struct netdiag_field *fields; /* of a STRUCT */
};

#define NETDIAG_FIELD_ALL ((size_t)-1)

#endif
