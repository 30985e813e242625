/*
 * SNMP messages made and read byte by byte, for tests: good ones, and any other.
 */
#ifndef NETDIAG_TESTS_SNMP_MESSAGE_H
#define NETDIAG_TESTS_SNMP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MESSAGE_MAX 8192
#define BINDINGS    140

#define GET      0xa0
#define GET_NEXT 0xa1
#define RESPONSE 0xa2
#define SET      0xa3
#define GET_BULK 0xa5

#define V1  0
#define V2C 1

#define INTEGER          0x02
#define OCTET_STRING     0x04
#define NOTHING          0x05 /* ASN.1's NULL */
#define OBJECT_ID        0x06
#define SEQUENCE         0x30
#define TIME_TICKS       0x43
#define NO_SUCH_OBJECT   0x80
#define NO_SUCH_INSTANCE 0x81
#define END_OF_MIB       0x82

#define NO_ERROR     0
#define TOO_BIG      1
#define NO_SUCH_NAME 2
#define GEN_ERR      5
#define NOT_WRITABLE 17

/* Bytes that grow. */
struct bytes {
    uint8_t at[MESSAGE_MAX];
    size_t length;
};

struct binding {
    const char *name;     /* "1.3.6.1.2.1.1.1.0" */
    uint8_t type;         /* 0: NOTHING */
    const uint8_t *value; /* its bytes */
    size_t length;
};

struct request {
    int32_t version;
    const char *community;
    size_t community_length; /* 0: as many as there are to the NUL */
    uint8_t type;
    int32_t id, status, index; /* of a GETBULK the latter two are its numbers */
    size_t count;
    const struct binding *bindings;
};

struct answered {
    char name[1024];
    uint8_t type;
    const uint8_t *value; /* of the answer's bytes */
    size_t length;
};

struct answer {
    struct bytes bytes;
    int32_t version, id, status, index;
    char community[256];
    uint8_t type;
    size_t count;
    struct answered bindings[BINDINGS];
};

void put_bytes(struct bytes *to, const void *from, size_t length);
void put_element(struct bytes *to, uint8_t type, const void *from, size_t length);
void put_integer(struct bytes *to, int32_t number);
void put_name(struct bytes *to, const char *name);

/* The whole message. */
void make_request(struct bytes *to, const struct request *request);

/* Takes the bytes of an answer apart; false: they are no message. */
bool read_answer(struct answer *answer);

/* The number of an INTEGER, a counter or ticks. */
uint64_t number_of(const struct answered *binding);

#endif
