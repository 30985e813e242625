#include "cli/access/control_protocol.h"

#include <string.h>

#define FLAG_INTERACTIVE 1u

static void put_number(unsigned char *bytes, unsigned number)
{
    bytes[0] = (unsigned char)(number >> 8);
    bytes[1] = (unsigned char)number;
}

static unsigned get_number(const unsigned char *bytes)
{
    return (unsigned)bytes[0] << 8 | bytes[1];
}

void netdiag_control_put_head(unsigned char *bytes, enum netdiag_control_type type, size_t length)
{
    bytes[0] = (unsigned char)type;
    bytes[1] = 0;
    put_number(bytes + 2, (unsigned)length);
}

size_t netdiag_control_length(const unsigned char *head)
{
    return get_number(head + 2);
}

size_t netdiag_control_put_size(unsigned char *payload, unsigned columns, unsigned rows)
{
    put_number(payload, columns);
    put_number(payload + 2, rows);
    return NETDIAG_CONTROL_SIZE_SIZE;
}

bool netdiag_control_get_size(const unsigned char *payload, size_t size, unsigned *columns,
                              unsigned *rows)
{
    if (size < NETDIAG_CONTROL_SIZE_SIZE)
        return false;
    *columns = get_number(payload);
    *rows = get_number(payload + 2);
    return true;
}

size_t netdiag_control_put_hello(unsigned char *payload, const struct netdiag_control_hello *hello)
{
    size_t length = strnlen(hello->from, sizeof hello->from);

    payload[0] = (unsigned char)hello->version;
    payload[1] = hello->interactive ? FLAG_INTERACTIVE : 0;
    netdiag_control_put_size(payload + 2, hello->columns, hello->rows);
    memcpy(payload + 6, hello->from, length);
    return 6 + length;
}

bool netdiag_control_get_hello(const unsigned char *payload, size_t size,
                               struct netdiag_control_hello *hello)
{
    size_t length;

    memset(hello, 0, sizeof *hello);
    if (size < 1)
        return false;
    hello->version = payload[0];
    if (hello->version != NETDIAG_CONTROL_VERSION)
        return true;
    if (size < 6)
        return false;
    hello->interactive = (payload[1] & FLAG_INTERACTIVE) != 0;
    netdiag_control_get_size(payload + 2, size - 2, &hello->columns, &hello->rows);
    length = size - 6 < sizeof hello->from - 1 ? size - 6 : sizeof hello->from - 1;
    memcpy(hello->from, payload + 6, length);
    return true;
}
