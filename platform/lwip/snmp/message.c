#include "message.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "snmp_asn1.h"
#include "snmp_core_priv.h"
#include "snmp_msg.h"

#define PDU(type)    (SNMP_ASN1_CLASS_CONTEXT | SNMP_ASN1_CONTENTTYPE_CONSTRUCTED | (type))
#define PDU_GET      PDU(SNMP_ASN1_CONTEXT_PDU_GET_REQ)
#define PDU_GET_NEXT PDU(SNMP_ASN1_CONTEXT_PDU_GET_NEXT_REQ)
#define PDU_GET_BULK PDU(SNMP_ASN1_CONTEXT_PDU_GET_BULK_REQ)
#define PDU_SET      PDU(SNMP_ASN1_CONTEXT_PDU_SET_REQ)
#define PDU_RESPONSE PDU(SNMP_ASN1_CONTEXT_PDU_GET_RESP)

/* What stands before the bindings of lwIP's answers, less the community, at most. */
#define ANSWER_HEADER 30

#define CONTINUED 0x80 /* of a byte of an object identifier: another one follows */

/* The parts of a message that is read. */
struct message {
    u16_t start; /* where what is in the outer sequence begins */
    s32_t version;
    struct snmp_pbuf_stream whole, community, pdu;
    u8_t type;
    s32_t status, index; /* of a GETBULK: non-repeaters and max-repetitions */
    struct snmp_pbuf_stream status_value, index_value, bindings;
};

/* Reads the next element of `outer`: its type, and `inner` is what it holds. */
static bool read_element(struct snmp_pbuf_stream *outer, u8_t *type, struct snmp_pbuf_stream *inner)
{
    struct snmp_asn1_tlv tlv;

    if (snmp_asn1_dec_tlv(outer, &tlv) != ERR_OK || tlv.value_len > outer->length)
        return false;
    *type = tlv.type;
    snmp_pbuf_stream_init(inner, outer->pbuf, outer->offset, tlv.value_len);
    return snmp_pbuf_stream_seek(outer, tlv.value_len) == ERR_OK;
}

static bool enter(struct snmp_pbuf_stream *outer, u8_t type, struct snmp_pbuf_stream *inner)
{
    u8_t found;

    return read_element(outer, &found, inner) && found == type;
}

/* An integer of 32 bits; `value` is where it stands. */
static bool read_integer(struct snmp_pbuf_stream *outer, struct snmp_pbuf_stream *value,
                         s32_t *number)
{
    struct snmp_pbuf_stream digits;

    if (!enter(outer, SNMP_ASN1_TYPE_INTEGER, value))
        return false;
    digits = *value;
    return snmp_asn1_dec_s32t(&digits, digits.length, number) == ERR_OK;
}

/* The message around all, and nothing after it; and its version. */
static bool read_frame(struct pbuf *pbuf, struct message *message)
{
    struct snmp_pbuf_stream outer, version;

    snmp_pbuf_stream_init(&outer, pbuf, 0, pbuf->tot_len);
    if (!enter(&outer, SNMP_ASN1_TYPE_SEQUENCE, &message->whole) || outer.length != 0)
        return false;
    message->start = message->whole.offset;
    return read_integer(&message->whole, &version, &message->version);
}

static bool read_pdu(struct message *message)
{
    struct snmp_pbuf_stream id;
    s32_t request_id;

    return read_integer(&message->pdu, &id, &request_id) &&
           read_integer(&message->pdu, &message->status_value, &message->status) &&
           read_integer(&message->pdu, &message->index_value, &message->index) &&
           enter(&message->pdu, SNMP_ASN1_TYPE_SEQUENCE, &message->bindings) &&
           message->pdu.length == 0;
}

/* How long it takes says nothing of how much of it was right. */
static bool is_community(struct snmp_pbuf_stream given, const char *community)
{
    size_t length = strlen(community);
    bool differs = given.length != length;
    u8_t byte;

    for (size_t i = 0; snmp_pbuf_stream_read(&given, &byte) == ERR_OK; i++)
        differs |= byte != (u8_t)community[i < length ? i : 0];
    return !differs;
}

/* lwIP would take one that is larger than 32 bits for what is left of it. */
static bool read_sub_identifier(struct snmp_pbuf_stream *name, uint64_t *number)
{
    u8_t byte;

    *number = 0;
    do {
        if (snmp_pbuf_stream_read(name, &byte) != ERR_OK)
            return false;
        if (*number == 0 && byte == CONTINUED)
            return false; /* a zero in front */
        *number = *number << 7 | (byte & ~(unsigned)CONTINUED);
    } while ((byte & CONTINUED) && *number <= UINT32_MAX);
    return *number <= UINT32_MAX;
}

/* An object identifier that lwIP has room for. */
static bool is_name(struct snmp_pbuf_stream name)
{
    size_t count = 2; /* one byte holds both */
    uint64_t number;
    u8_t first;

    if (snmp_pbuf_stream_read(&name, &first) != ERR_OK || first & CONTINUED)
        return false;
    for (; name.length > 0; count++) {
        if (!read_sub_identifier(&name, &number))
            return false;
    }
    return count <= SNMP_MAX_OBJ_ID_LEN;
}

/* Reads all bindings, and counts them. */
static bool read_bindings(struct snmp_pbuf_stream bindings, u16_t *count)
{
    struct snmp_pbuf_stream binding, name, value;
    u8_t type;

    for (*count = 0; bindings.length > 0; (*count)++) {
        if (!enter(&bindings, SNMP_ASN1_TYPE_SEQUENCE, &binding) ||
            !enter(&binding, SNMP_ASN1_TYPE_OBJECT_ID, &name) ||
            !read_element(&binding, &type, &value) || binding.length != 0)
            return false;
        if (!is_name(name) || (type == SNMP_ASN1_TYPE_NULL && value.length != 0))
            return false;
    }
    return true;
}

/*
 * RFC 3416: as many non-repeaters as there are bindings, at most. lwIP would go on with the
 * message's own header for repeaters. The number stays as many bytes long.
 */
static void clamp_non_repeaters(struct pbuf *request, const struct message *message, u16_t count)
{
    if (message->status <= count)
        return;
    for (u16_t i = 0; i < message->status_value.length; i++) {
        unsigned shift = 8u * (message->status_value.length - 1u - i);

        pbuf_put_at(request, (u16_t)(message->status_value.offset + i),
                    (u8_t)((u32_t)count >> shift));
    }
}

static bool is_request(const struct message *message)
{
    return message->type == PDU_GET || message->type == PDU_GET_NEXT || message->type == PDU_SET ||
           (message->type == PDU_GET_BULK && message->version != SNMP_VERSION_1);
}

enum netdiag_snmp_verdict netdiag_snmp_message_check(struct pbuf *request, const char *community,
                                                     u8_t *type)
{
    struct message message;
    u16_t count;

    if (!read_frame(request, &message))
        return NETDIAG_SNMP_MALFORMED;
    if (message.version != SNMP_VERSION_1 && message.version != SNMP_VERSION_2c)
        return NETDIAG_SNMP_BAD_VERSION;
    if (!enter(&message.whole, SNMP_ASN1_TYPE_OCTET_STRING, &message.community))
        return NETDIAG_SNMP_MALFORMED;
    if (!is_community(message.community, community))
        return NETDIAG_SNMP_BAD_COMMUNITY;
    if (!read_element(&message.whole, &message.type, &message.pdu) || message.whole.length != 0 ||
        !is_request(&message) || !read_pdu(&message))
        return NETDIAG_SNMP_MALFORMED;
    if (!read_bindings(message.bindings, &count))
        return NETDIAG_SNMP_MALFORMED;
    if (message.type == PDU_GET_BULK)
        clamp_non_repeaters(request, &message, count);
    else if (message.status != 0 || message.index != 0)
        return NETDIAG_SNMP_MALFORMED; /* lwIP would give the index back */
    if (ANSWER_HEADER + message.community.length + message.bindings.length >
        NETDIAG_SNMP_MESSAGE_MAX)
        return NETDIAG_SNMP_TOO_LONG;
    *type = message.type;
    return NETDIAG_SNMP_GOOD;
}

/* The length of what begins at `at`: lwIP gives each of these two bytes, right before it. */
static void put_length(struct pbuf *answer, u16_t at, u16_t length)
{
    pbuf_put_at(answer, (u16_t)(at - 2), (u8_t)(length >> 8));
    pbuf_put_at(answer, (u16_t)(at - 1), (u8_t)length);
}

/* RFC 3416, 4.2.1: an answer that says tooBig has no bindings. Returns its length. */
static u16_t drop_bindings(struct pbuf *answer, u16_t whole, u16_t pdu, u16_t bindings)
{
    put_length(answer, bindings, 0);
    put_length(answer, pdu, (u16_t)(bindings - pdu));
    put_length(answer, whole, (u16_t)(bindings - whole));
    return bindings;
}

u16_t netdiag_snmp_message_mend(struct pbuf *answer, u8_t type)
{
    struct message message;
    u16_t pdu;

    if (!read_frame(answer, &message) ||
        !enter(&message.whole, SNMP_ASN1_TYPE_OCTET_STRING, &message.community) ||
        !enter(&message.whole, PDU_RESPONSE, &message.pdu))
        return answer->tot_len;
    pdu = message.pdu.offset;
    if (!read_pdu(&message))
        return answer->tot_len;
    if (message.status == SNMP_ERR_TOOBIG && message.version == SNMP_VERSION_2c)
        return drop_bindings(answer, message.start, pdu, message.bindings.offset);
    if (message.status == SNMP_ERR_NOERROR)
        pbuf_put_at(answer, message.index_value.offset, 0); /* a GETBULK that was cut has one */
    else if (type == PDU_SET && message.bindings.length > 0)
        pbuf_put_at(answer, message.index_value.offset, 1); /* the first, as no one can be set */
    return answer->tot_len;
}
