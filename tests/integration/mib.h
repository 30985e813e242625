/*
 * TCP-MIB as lwIP's SNMP framework finds it: the functions that a GET and a GETNEXT of the wire
 * take, without the wire.
 */
#ifndef NETDIAG_TESTS_MIB_H
#define NETDIAG_TESTS_MIB_H

#include <stdbool.h>
#include <stdint.h>

#include "lwip/apps/snmp_core.h"
#include "netdiag/platform.h"

/* RFC 3416's exceptions, as lwIP's functions return them. */
#define MIB_NO_SUCH_OBJECT   0xf0
#define MIB_NO_SUCH_INSTANCE 0xf1
#define MIB_END_OF_VIEW      0xf2

/* Numbers before those of TCP-MIB, 1.3.6.1.2.1.6. */
#define MIB_TCP_LENGTH 7

struct mib_value {
    u8_t type;       /* one of SNMP_ASN1_TYPE_ */
    uint64_t number; /* as wide as the type is */
};

/* TCP-MIB alone, of this platform. */
void mib_start(const struct netdiag_platform *platform, void *ctx);

/* An identifier below 1.3.6.1.2.1.6, of so many numbers. */
struct snmp_obj_id mib_id(unsigned count, const u32_t *numbers);
#define MIB_ID(...)                                                                                \
    mib_id(sizeof((const u32_t[]){__VA_ARGS__}) / sizeof(u32_t), (const u32_t[]){__VA_ARGS__})

int mib_compare(const struct snmp_obj_id *one, const struct snmp_obj_id *other);

/* What lwIP returns, 0 or an exception; the next one is in `id` then. */
int mib_get(const struct snmp_obj_id *id, struct mib_value *value);
int mib_next(struct snmp_obj_id *id, struct mib_value *value);

/* The index of a connection, and of a listener, put together by RFC 4001. */
void mib_add_end(struct snmp_obj_id *id, const struct netdiag_endpoint *end, uint32_t zone);

#endif
