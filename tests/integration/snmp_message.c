#include "snmp_message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void put_bytes(struct bytes *to, const void *from, size_t length)
{
    if (to->length + length > sizeof(to->at))
        abort();
    if (length > 0)
        memcpy(to->at + to->length, from, length);
    to->length += length;
}

static void put_byte(struct bytes *to, unsigned byte)
{
    const uint8_t bytes[1] = {(uint8_t)byte};

    put_bytes(to, bytes, 1);
}

void put_element(struct bytes *to, uint8_t type, const void *from, size_t length)
{
    put_byte(to, type);
    if (length > 255) {
        put_byte(to, 0x82);
        put_byte(to, (unsigned)(length >> 8));
    } else if (length > 127) {
        put_byte(to, 0x81);
    }
    put_byte(to, (unsigned)length & 0xff);
    put_bytes(to, from, length);
}

void put_integer(struct bytes *to, int32_t number)
{
    uint8_t digits[4];

    for (int i = 0; i < 4; i++)
        digits[i] = (uint8_t)((uint32_t)number >> (24 - 8 * i));
    put_element(to, INTEGER, digits, sizeof(digits));
}

static void put_sub_identifier(struct bytes *to, uint64_t number)
{
    int shift = 63;

    while (shift > 0 && number >> shift == 0)
        shift -= 7;
    for (; shift > 0; shift -= 7)
        put_byte(to, 0x80 | (number >> shift & 0x7f));
    put_byte(to, number & 0x7f);
}

void put_name(struct bytes *to, const char *name)
{
    struct bytes digits = {.length = 0};
    char *rest;
    uint64_t first = strtoull(name, &rest, 10);

    if (name[0] != '\0') {
        put_sub_identifier(&digits, first * 40 + (*rest ? strtoull(rest + 1, &rest, 10) : 0));
        while (*rest)
            put_sub_identifier(&digits, strtoull(rest + 1, &rest, 10));
    }
    put_element(to, OBJECT_ID, digits.at, digits.length);
}

static void put_binding(struct bytes *to, const struct binding *binding)
{
    struct bytes inner = {.length = 0};

    put_name(&inner, binding->name);
    put_element(&inner, binding->type ? binding->type : NOTHING, binding->value, binding->length);
    put_element(to, SEQUENCE, inner.at, inner.length);
}

void make_request(struct bytes *to, const struct request *request)
{
    struct bytes bindings = {.length = 0}, pdu = {.length = 0}, whole = {.length = 0};
    size_t length = request->community_length;

    for (size_t i = 0; i < request->count; i++)
        put_binding(&bindings, &request->bindings[i]);
    put_integer(&pdu, request->id);
    put_integer(&pdu, request->status);
    put_integer(&pdu, request->index);
    put_element(&pdu, SEQUENCE, bindings.at, bindings.length);
    put_integer(&whole, request->version);
    put_element(&whole, OCTET_STRING, request->community,
                length ? length : strlen(request->community));
    put_element(&whole, request->type, pdu.at, pdu.length);
    to->length = 0;
    put_element(to, SEQUENCE, whole.at, whole.length);
}

/* ---- reading ---- */

struct part {
    const uint8_t *at;
    size_t length;
};

static bool next(struct part *from, uint8_t *type, struct part *inner)
{
    size_t header = 2, length;

    if (from->length < 2)
        return false;
    *type = from->at[0];
    length = from->at[1];
    if (length > 0x82 || length == 0x80)
        return false;
    if (length > 0x80) {
        header += length - 0x80;
        if (from->length < header)
            return false;
        length = header == 3 ? from->at[2] : (size_t)from->at[2] << 8 | from->at[3];
    }
    if (from->length < header + length)
        return false;
    *inner = (struct part){from->at + header, length};
    from->at += header + length;
    from->length -= header + length;
    return true;
}

static bool enter(struct part *from, uint8_t type, struct part *inner)
{
    uint8_t found;

    return next(from, &found, inner) && found == type;
}

static bool integer(struct part *from, int32_t *number)
{
    struct part digits;
    uint32_t sum;

    if (!enter(from, INTEGER, &digits) || digits.length < 1 || digits.length > 4)
        return false;
    sum = digits.at[0] & 0x80 ? UINT32_MAX : 0;
    for (size_t i = 0; i < digits.length; i++)
        sum = sum << 8 | digits.at[i];
    *number = (int32_t)sum;
    return true;
}

static bool name_of(const struct part *digits, char *name, size_t size)
{
    uint64_t number = 0;
    size_t length = 0;

    if (digits->length == 0)
        return false;
    for (size_t i = 0; i < digits->length; i++) {
        number = number << 7 | (digits->at[i] & 0x7f);
        if (digits->at[i] & 0x80)
            continue;
        if (length == 0)
            length = (size_t)snprintf(name, size, "%u.%u", (unsigned)(number / 40),
                                      (unsigned)(number % 40));
        else
            length +=
                (size_t)snprintf(name + length, size - length, ".%llu", (unsigned long long)number);
        number = 0;
        if (length >= size)
            return false;
    }
    return true;
}

static bool read_bindings(struct part rest, struct answer *answer)
{
    struct part binding, name, value;

    for (answer->count = 0; rest.length > 0; answer->count++) {
        struct answered *row = &answer->bindings[answer->count];

        if (answer->count == BINDINGS || !enter(&rest, SEQUENCE, &binding) ||
            !enter(&binding, OBJECT_ID, &name) || !next(&binding, &row->type, &value) ||
            binding.length > 0 || !name_of(&name, row->name, sizeof(row->name)))
            return false;
        row->value = value.at;
        row->length = value.length;
    }
    return true;
}

bool read_answer(struct answer *answer)
{
    struct part rest = {answer->bytes.at, answer->bytes.length}, whole, community, pdu, bindings;

    if (!enter(&rest, SEQUENCE, &whole) || rest.length > 0 || !integer(&whole, &answer->version) ||
        !enter(&whole, OCTET_STRING, &community) || community.length >= sizeof(answer->community) ||
        !next(&whole, &answer->type, &pdu) || whole.length > 0 || !integer(&pdu, &answer->id) ||
        !integer(&pdu, &answer->status) || !integer(&pdu, &answer->index) ||
        !enter(&pdu, SEQUENCE, &bindings) || pdu.length > 0)
        return false;
    memcpy(answer->community, community.at, community.length);
    answer->community[community.length] = '\0';
    return read_bindings(bindings, answer);
}

uint64_t number_of(const struct answered *binding)
{
    uint64_t number = 0;

    for (size_t i = 0; i < binding->length; i++)
        number = number << 8 | binding->value[i];
    return number;
}
